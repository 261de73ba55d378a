"""Hold a publication: every cell of every margin, and the rows to print."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from cairn.sdc.tables.certificate import AuditCertificate
from cairn.sdc.tables.reporting_rules import PercentageDetail, ReportingRule
from cairn.sdc.tables.request import ALL, RESULT, Key

__all__ = [
    "CellStatus",
    "PrintedRow",
    "PublishedCell",
    "PublishedTables",
    "RowStatus",
    "SuppressionCounts",
    "build_printed_rows",
]

WITHHOLDING_NOTE = (
    "Some numbers are withheld because a group is small, or because a small group's number "
    "could be worked out from them. Which of the two is not shown, on purpose."
)


class CellStatus(StrEnum):
    """Mark a cell as published or withheld: a small and a covering cell must look the same."""

    PUBLISHED = "published"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class PublishedCell:
    """Hold one cell as published.

    Args:
        key: a value for every dimension, "All" where summed over.
        n: the number of people; None where withheld.
        status: whether ``n`` is shown.
    """

    key: Key
    n: int | None
    status: CellStatus


@dataclass(frozen=True, slots=True)
class SuppressionCounts:
    """Count how many cells were withheld for which reason, without saying which cells.

    For reviewers and the audit file only: an outsider who knows that two hidden cells adding up
    to 18 are both small knows that both are 9.

    Args:
        small: cells withheld because they are small.
        complementary: cells withheld because a small one could be worked out from them.
        few_others: cells withheld because an organization that knows its own numbers could work
            out few others from them.
        by_table: withheld cells (for any reason) by the dimensions of each requested table,
            margins included; a cell in two tables counts in both.
    """

    small: int
    complementary: int
    by_table: Mapping[tuple[str, ...], int]
    few_others: int = 0


@dataclass(frozen=True, slots=True)
class PublishedTables:
    """Hold a protected set of tables with the certificate of its audit.

    Args:
        dims: names of the dimensions, in the order of each key.
        cells: every cell of every margin of every table, once.
        certificate: the attacker's audit of exactly these cells.
        explanation: how many cells were withheld for which reason; for reviewers, not published.
    """

    dims: tuple[str, ...]
    cells: tuple[PublishedCell, ...]
    certificate: AuditCertificate
    explanation: SuppressionCounts

    @property
    def withheld(self) -> int:
        """Count the withheld cells, which the public may know."""
        return sum(cell.status is CellStatus.WITHHELD for cell in self.cells)


RowRange = tuple[int, int]
"""The least and the most that a number can be."""


class RowStatus(StrEnum):
    """Say what a printed row holds."""

    PUBLISHED = "published"
    WITHHELD = "withheld"
    RANGE = "range"


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """Hold one group as printed.

    Args:
        key: a value for each dimension, without the outcome; "All" where summed over.
        n: people with the outcome; without outcomes, the people of the group.
        denominator: the group's size, where there are outcomes.
        percentage: as printed; empty where there is none.
        status: ``range`` where a percentage or a range replaces ``n``.
        range: the numbers that ``n`` lies between; empty where ``n`` is shown or has no range.
        denominator_range: the same for the group's size.
    """

    key: Key
    n: int | None
    denominator: int | None
    percentage: str
    status: RowStatus
    range: str = ""
    denominator_range: str = ""


def build_printed_rows(
    published: PublishedTables,
    reporting_rule: ReportingRule,
    ranges: Mapping[Key, RowRange] | None = None,
) -> list[PrintedRow]:
    """Turn protected cells into the rows to print: counts, or percentages in their place.

    A row is made of shown cells alone, and a recoded percentage is coarser than the two counts
    behind it, so the rows disclose nothing that the audit of the cells has not covered.

    Args:
        published: the protected cells.
        reporting_rule: the reporting rule, which sets the detail printed beside a percentage.
        ranges: the range (least, most) of each cell that is printed as a range.

    Returns:
        One row for each group, in the order of the cells.
    """
    counts = {cell.key: cell.n for cell in published.cells}
    ranges_by_key = ranges or {}
    if RESULT not in published.dims:
        return [_build_count_row(key, n, ranges_by_key) for key, n in counts.items()]
    result_index = published.dims.index(RESULT)
    groups = [key for key in counts if key[result_index] == ALL]
    return [
        _build_rate_row(key, counts, result_index, reporting_rule, ranges_by_key) for key in groups
    ]


def _build_count_row(key: Key, n: int | None, ranges: Mapping[Key, RowRange]) -> PrintedRow:
    return PrintedRow(
        key, n, None, "", _find_row_status(key, n, ranges), _format_range(key, ranges)
    )


def _build_rate_row(
    key: Key,
    counts: Mapping[Key, int | None],
    result_index: int,
    reporting_rule: ReportingRule,
    ranges: Mapping[Key, RowRange],
) -> PrintedRow:
    before, after = key[:result_index], key[result_index + 1 :]
    outcome = (*before, "yes", *after)
    yes, size = counts[outcome], counts[key]
    group = (*before, *after)
    percentage = (
        reporting_rule.recoding.format_percentage(min(yes, size), size)
        if yes is not None and size
        else ""
    )
    if not percentage or reporting_rule.shows is PercentageDetail.COUNTS:
        shown = yes is not None and (reporting_rule.shows is PercentageDetail.COUNTS or not size)
        n = yes if shown else None
        denominator = (
            size if reporting_rule.shows is not PercentageDetail.PERCENTAGES or size == 0 else None
        )
        status = _find_row_status(outcome, n, ranges)
        return PrintedRow(
            group,
            n,
            denominator,
            percentage,
            status,
            _format_range(outcome, ranges),
            _format_range(key, ranges),
        )
    return PrintedRow(
        group,
        None,
        size if reporting_rule.shows is PercentageDetail.SIZES else None,
        percentage,
        RowStatus.RANGE,
    )


def _find_row_status(key: Key, n: int | None, ranges: Mapping[Key, RowRange]) -> RowStatus:
    if key in ranges:
        return RowStatus.RANGE
    return RowStatus.WITHHELD if n is None else RowStatus.PUBLISHED


def _format_range(key: Key, ranges: Mapping[Key, RowRange]) -> str:
    return "{}-{}".format(*ranges[key]) if key in ranges else ""
