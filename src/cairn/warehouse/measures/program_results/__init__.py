"""Count the results of a program's own participants: a TOML definition each, beside this one.

Chronic absence is that of the catalogue, so that a reader can compare it with published figures.
The others count every grade, since a program serves children of several.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

import pyarrow as pa

from cairn.policy.engine import Permit
from cairn.policy.vocabulary import Action
from cairn.warehouse.engines import SqlEngine
from cairn.warehouse.measures.condition_sql import QueryParameters
from cairn.warehouse.measures.indicator_queries import build_indicator_query
from cairn.warehouse.measures.indicator_toml import parse_indicator
from cairn.warehouse.measures.indicators import IndicatorDefinition
from cairn.warehouse.measures.outcome_counts import build_record_schema
from cairn.warehouse.measures.outcomes import load_outcome_catalogue
from cairn.warehouse.schema import load_element_catalogue
from cairn.warehouse.store import WrongPermit

__all__ = [
    "RESULT_RECORDS",
    "ResultCount",
    "SharedRow",
    "count_program_result",
    "load_program_results",
]

_OWN_DEFINITIONS: Final = ("reading_standard", "math_standard", "failing_mark")

RESULT_RECORDS: Final = frozenset({"assessment", "attendance_total", "course"})
"""Record types that are counted. Single days of absence are kept as totals without a day, from
which the days enrolled do not follow."""


@dataclass(frozen=True, slots=True)
class SharedRow:
    """One row about a participant, with the values that are shared.

    Attributes:
        person: key of the participant.
        source: slug of the organization that sent it.
        record: record type, such as "assessment".
        values: values by field: text, numbers, and dates as ISO 8601 text.
    """

    person: str
    source: str
    record: str
    values: Mapping[str, str | float | None]


@dataclass(frozen=True, slots=True)
class ResultCount:
    """The participants with a shared record of one school year.

    Attributes:
        year: the school year.
        reached: those who meet the definition's numerator.
        others: those who do not.
    """

    year: str
    reached: int
    others: int


@cache
def load_program_results() -> Mapping[str, IndicatorDefinition]:
    """Load the definitions of a program's results by ID, in the order of the page.

    Returns:
        The definitions.
    """
    folder = files(__name__)
    absence = load_outcome_catalogue()["chronic_absence"]
    own = (
        parse_indicator(folder.joinpath(f"{name}.toml").read_text("utf-8"))
        for name in _OWN_DEFINITIONS
    )
    return MappingProxyType({item.id: item for item in (absence, *own)})


def count_program_result(
    rows: Iterable[SharedRow],
    definition: IndicatorDefinition,
    *,
    permit: Permit,
    engine: SqlEngine,
) -> tuple[ResultCount, ...]:
    """Count the participants who reached a result, in each school year with a shared record.

    Args:
        rows: the shared values.
        definition: the result.
        permit: permit to calculate figures.
        engine: the engine that counts.

    Returns:
        The counts, the earliest school year first, before disclosure control.

    Raises:
        WrongPermit: it is for another action.
    """
    if permit.action is not Action.AGGREGATE:
        raise WrongPermit("Counting results needs a permit to calculate figures.")
    tables = _build_tables(rows, definition)
    if not any(table.num_rows for table in tables.values()):
        return ()
    parameters = QueryParameters()
    query = build_indicator_query(definition, parameters, permit.on)
    found = engine.query(
        f"SELECT school_year, yes, count(*) AS n FROM ({query}) GROUP BY ALL",  # noqa: S608 - names of the catalogue; values are parameters
        tables,
        parameters.values,
    )
    counts = {(row["school_year"], bool(row["yes"])): row["n"] for row in found.to_pylist()}
    years = sorted({year for year, _reached in counts})
    return tuple(
        ResultCount(year, counts.get((year, True), 0), counts.get((year, False), 0))
        for year in years
    )


def _build_tables(
    rows: Iterable[SharedRow], definition: IndicatorDefinition
) -> dict[str, pa.Table]:
    """Build a table of each record type of the definition, empty where nothing is shared."""
    values: dict[str, list[dict[str, object]]] = {name: [] for name in definition.records}
    schemas = {name: build_record_schema(name) for name in values}
    for row in rows:
        if row.record in RESULT_RECORDS and row.record in values:
            schema = schemas[row.record]
            typed = {
                name: _convert_value(value, schema.field(name).type)
                for name, value in row.values.items()
                if name in load_element_catalogue()[row.record].fields
            }
            values[row.record].append({"person": row.person, "source": row.source, **typed})
    return {
        name: pa.Table.from_pylist(found, schema=schemas[name]) for name, found in values.items()
    }


def _convert_value(value: str | float | None, wanted: pa.DataType) -> object:
    if value is None:
        return None
    if pa.types.is_date(wanted):
        return date.fromisoformat(str(value))
    return int(value) if pa.types.is_integer(wanted) else value
