"""Say why each cell is withheld: for the analyst and the audit, never for the public.

A publication has one symbol for all reasons. An outsider who could distinguish a small cell
from one that covers it would know more.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum

from cairn.sdc.tables.published_tables import PublishedTables
from cairn.sdc.tables.reporting_rules import ReportingRule
from cairn.sdc.tables.request import ALL, RESULT, CellCounts, Key

__all__ = [
    "REASON_SENTENCES",
    "WithholdingReason",
    "count_cells",
    "explain_withheld_cells",
    "find_small_groups",
]


class WithholdingReason(StrEnum):
    """Name the reason for one withheld cell."""

    SMALL = "small"
    GROUP = "in a small group"
    NOBODY = "nobody or everybody"
    SOURCE = "withheld by the source"
    EARLIER = "would be solved with an earlier release"
    OTHERS = "would leave few others"
    COVERS = "protects a small one"


REASON_SENTENCES = {
    WithholdingReason.SMALL: "Fewer than {minimum} people.",
    WithholdingReason.GROUP: "Part of a group of fewer than {group} people.",
    WithholdingReason.NOBODY: (
        "Nobody of the group, so that something is known about each of its members."
    ),
    WithholdingReason.SOURCE: "The data came with this number withheld.",
    WithholdingReason.EARLIER: "Together with {release} it would give a small number away.",
    WithholdingReason.OTHERS: (
        "An organization that knows its own numbers could work out few others."
    ),
    WithholdingReason.COVERS: "Not small itself: a small number could be worked out from it.",
}
"""A sentence for each reason."""


def explain_withheld_cells(
    published: PublishedTables,
    cells: CellCounts,
    reporting_rule: ReportingRule,
    *,
    source: Collection[Key] = frozenset(),
    earlier: Mapping[Key, str] | None = None,
    others: Collection[Key] = frozenset(),
) -> dict[Key, WithholdingReason]:
    """Find the reason for each withheld cell.

    Args:
        published: what was protected.
        cells: the true finest counts.
        reporting_rule: the reporting rule.
        source: cells that came withheld from the source of the data.
        earlier: cells withheld because of an earlier release, with its name.
        others: cells withheld because a contributor would single out few others.

    Returns:
        One reason by key of each withheld cell.
    """
    true_counts = count_cells(cells, {cell.key for cell in published.cells if cell.n is None})
    result_index = published.dims.index(RESULT) if RESULT in published.dims else None
    reasons: dict[Key, WithholdingReason] = {}
    for key, n in true_counts.items():
        is_outcome = result_index is not None and key[result_index] != ALL
        if key in source:
            reasons[key] = WithholdingReason.SOURCE
        elif n == 0 and is_outcome:
            reasons[key] = WithholdingReason.NOBODY
        elif n < reporting_rule.minimum:
            reasons[key] = WithholdingReason.SMALL
        elif key in (earlier or {}):
            reasons[key] = WithholdingReason.EARLIER
        elif key in others:
            reasons[key] = WithholdingReason.OTHERS
        else:
            reasons[key] = WithholdingReason.COVERS
    if reporting_rule.group > reporting_rule.minimum:
        small = find_small_groups(cells, true_counts, reporting_rule.group)
        reasons |= {
            key: WithholdingReason.GROUP
            for key in small
            if reasons[key] is WithholdingReason.COVERS
        }
    return reasons


def count_cells(cells: CellCounts, keys: Collection[Key]) -> dict[Key, int]:
    """Count the people in each of some cells of any margins.

    Args:
        cells: the finest counts.
        keys: the cells to count, with "All" where summed over.

    Returns:
        The true number of people by key.
    """
    totals = dict.fromkeys(keys, 0)
    shapes = {tuple(value != ALL for value in key) for key in keys}
    for finest, n in cells.counts.items():
        for shape in shapes:
            key = tuple(v if is_open else ALL for v, is_open in zip(finest, shape, strict=True))
            if key in totals:
                totals[key] += n
    return totals


def find_small_groups(cells: CellCounts, keys: Collection[Key], least: int) -> set[Key]:
    """Find the cells that count a group of fewer than ``least`` people, or part of one.

    Args:
        cells: the finest counts.
        keys: the cells to look at.
        least: the smallest group size that is not small, in people.

    Returns:
        The keys of cells in small, non-empty groups.
    """
    if RESULT not in cells.dims:
        return {key for key, n in count_cells(cells, keys).items() if 0 < n < least}
    result_index = cells.dims.index(RESULT)
    group = {key: (*key[:result_index], ALL, *key[result_index + 1 :]) for key in keys}
    sizes = count_cells(cells, set(group.values()))
    return {key for key in keys if 0 < sizes[group[key]] < least}
