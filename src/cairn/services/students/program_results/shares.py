"""Lay out the results of a program as shares that name no child.

A share is printed as a percentage band, the wider the smaller the group (`cairn.sdc`). The number
of participants without a shared record is shown as on the list of students: none, or at least ten.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cairn.policy.questions import limit_hidden_count
from cairn.sdc.perturbation import publish_bands
from cairn.sdc.tables import RESULT, CellCounts, SuppressionRule, TableRequest
from cairn.warehouse.measures import IndicatorDefinition, ResultCount

_WHOLE_TABLE: Final[tuple[tuple[str, ...], ...]] = ((),)


@dataclass(frozen=True, slots=True)
class YearShare:
    """One result in one school year, after disclosure control.

    Attributes:
        year: the school year.
        share: the percentage band, such as "40-59%"; empty if it is suppressed or unknown.
        is_suppressed: whether there is a shared record, of too few children.
        without_record: participants without a shared record; None if it is too small to be shown.
    """

    year: str
    share: str
    is_suppressed: bool
    without_record: int | None


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One result over the school years, the newest first.

    Attributes:
        definition: the definition of the result.
        years: one share for each school year of the page.
    """

    definition: IndicatorDefinition
    years: tuple[YearShare, ...]

    @property
    def is_known(self) -> bool:
        """Whether any participant has a shared record of it."""
        return any(item.share or item.is_suppressed for item in self.years)


def build_result_row(
    definition: IndicatorDefinition,
    counts: Iterable[ResultCount],
    participants: int,
    years: Iterable[str],
    minimum: int,
) -> ResultRow:
    """Turn the counts of a result into shares that may be shown.

    Args:
        definition: the definition of the result.
        counts: participants who reached it and who did not, by school year.
        participants: all participants of the program.
        years: the school years of the page, the newest first.
        minimum: the smallest group with a share that is shown.

    Returns:
        The row.
    """
    count_by_year = {count.year: count for count in counts}
    empty = (ResultCount(year, 0, 0) for year in years)
    return ResultRow(
        definition,
        tuple(
            _build_year_share(count_by_year.get(count.year, count), participants, minimum)
            for count in empty
        ),
    )


def _build_year_share(count: ResultCount, participants: int, minimum: int) -> YearShare:
    known = count.reached + count.others
    share = _format_share(count, minimum) if known else ""
    without_record = limit_hidden_count(max(0, participants - known))
    return YearShare(count.year, share, bool(known) and not share, without_record)


def _format_share(count: ResultCount, minimum: int) -> str:
    cells: dict[tuple[str, ...], int] = {("yes",): count.reached, ("no",): count.others}
    request = TableRequest(CellCounts((RESULT,), cells), _WHOLE_TABLE)
    (group,) = publish_bands(request, SuppressionRule(minimum=minimum)).groups
    return group.percentage.replace("-", "\N{EN DASH}")
