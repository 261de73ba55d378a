"""Public face of cairn.sdc.tables: what other packages may import."""

from cairn.sdc.tables.certificate import AuditCertificate, FeasibilityInterval
from cairn.sdc.tables.disparity import (
    DisparityMeasure,
    GroupOutcome,
    MissingMeasureReason,
    measure_disparity,
)
from cairn.sdc.tables.feasible_completion import (
    TableContradictionError,
    TooManyCellsError,
    complete_table,
)
from cairn.sdc.tables.margins import (
    CellLattice,
    build_lattice,
    close_over_parents,
    list_published_tables,
)
from cairn.sdc.tables.published_tables import (
    CellStatus,
    PrintedRow,
    PublishedCell,
    PublishedTables,
    RowStatus,
    SuppressionCounts,
    build_printed_rows,
)
from cairn.sdc.tables.reporting_rules import (
    DEFAULT_REPORTING_RULE,
    REPORTING_RULES,
    PercentageDetail,
    ReportingRule,
    join_reporting_rules,
)
from cairn.sdc.tables.request import (
    ALL,
    RESULT,
    RESULTS,
    CellCounts,
    Key,
    Nest,
    TableRequest,
    UnfitRequestError,
)
from cairn.sdc.tables.rule import MOST_DIMS_OF_SHOWN_ZERO, SuppressionRule
from cairn.sdc.tables.solver import QuietSolver
from cairn.sdc.tables.withholding_reasons import (
    REASON_SENTENCES,
    WithholdingReason,
    count_cells,
    explain_withheld_cells,
    find_small_groups,
)

__all__ = [
    "ALL",
    "DEFAULT_REPORTING_RULE",
    "MOST_DIMS_OF_SHOWN_ZERO",
    "REASON_SENTENCES",
    "REPORTING_RULES",
    "RESULT",
    "RESULTS",
    "AuditCertificate",
    "CellCounts",
    "CellLattice",
    "CellStatus",
    "DisparityMeasure",
    "FeasibilityInterval",
    "GroupOutcome",
    "Key",
    "MissingMeasureReason",
    "Nest",
    "PercentageDetail",
    "PrintedRow",
    "PublishedCell",
    "PublishedTables",
    "QuietSolver",
    "ReportingRule",
    "RowStatus",
    "SuppressionCounts",
    "SuppressionRule",
    "TableContradictionError",
    "TableRequest",
    "TooManyCellsError",
    "UnfitRequestError",
    "WithholdingReason",
    "build_lattice",
    "build_printed_rows",
    "close_over_parents",
    "complete_table",
    "count_cells",
    "explain_withheld_cells",
    "find_small_groups",
    "join_reporting_rules",
    "list_published_tables",
    "measure_disparity",
]
