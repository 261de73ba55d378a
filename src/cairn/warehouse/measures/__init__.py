"""Define outcomes and count them in a mart."""

from cairn.warehouse.measures.outcome_counts import (
    NOT_ON_RECORD,
    collect_school_names,
    count_outcome,
)
from cairn.warehouse.measures.outcomes import (
    OutcomeDefinition,
    OutcomeMeasure,
    get_counted_outcome,
    load_outcome_catalogue,
)

__all__ = [
    "NOT_ON_RECORD",
    "OutcomeDefinition",
    "OutcomeMeasure",
    "collect_school_names",
    "count_outcome",
    "get_counted_outcome",
    "load_outcome_catalogue",
]
