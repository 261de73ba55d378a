"""Find which values of a dimension to merge (global recoding) so that more can be shown.

Suppression is the result of groups that are too fine. Often fewer, larger groups say more:
two races of seven and eight children are two blanks and, as a rule, a third one that covers them;
together they are one number. The gain of a merge is not guessed: the merged tables are protected
and audited like any others, and counted.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, groupby, pairwise

import numpy as np
from numpy.typing import NDArray

from cairn.sdc import tables
from cairn.sdc.perturbation.information_loss import InformationKept, measure_suppression
from cairn.sdc.tables import ALL, CellCounts, Key, PublishedTables, SuppressionRule, TableRequest

__all__ = ["CategoryMerge", "find_best_merges"]

VALUE_SEPARATOR = " + "
"""Between the values of a merged group, in its name."""

MOST_MERGED_VALUES = 5
"""Values that are merged into one at most: a wider group is another question."""

MOST_TRIED_MERGES = 6
"""Candidates that are protected and audited, the most promising first."""

TableProtector = Callable[[TableRequest], PublishedTables]


@dataclass(frozen=True, slots=True)
class CategoryMerge:
    """Name values of one dimension to be counted as one, with the gain.

    For those who prepare a table. Beside the table as it would be published now, the figures
    would help an outsider; they are not published with it.

    Args:
        dim: the dimension.
        values: the merged values, in order.
        cells: cells with people in them that are shown more than now, minus those that the merge
            removes.
        people: people more who are in a shown cell of the finest kind.
        kept: what the merged tables leave; None where they were not protected yet.
    """

    dim: str
    values: tuple[str, ...]
    cells: int = 0
    people: int = 0
    kept: InformationKept | None = None

    @property
    def name(self) -> str:
        """Name the merged group as one value."""
        return VALUE_SEPARATOR.join(self.values)


def merge_categories(request: TableRequest, merge: CategoryMerge) -> TableRequest:
    """Return the same request with some values counted as one."""
    index = request.cells.dims.index(merge.dim)
    counts: dict[Key, int] = {}
    for key, n in request.cells.counts.items():
        value = merge.name if key[index] in merge.values else key[index]
        coarser = (*key[:index], value, *key[index + 1 :])
        counts[coarser] = counts.get(coarser, 0) + n
    return replace(request, cells=CellCounts(request.cells.dims, counts))


def find_best_merges(
    request: TableRequest,
    rule: SuppressionRule,
    before: PublishedTables,
    protect: TableProtector,
    *,
    dims: Collection[str] = (),
    tries: int = MOST_TRIED_MERGES,
) -> tuple[CategoryMerge, ...]:
    """Find the merges that let more people be shown in no fewer cells, the best first.

    Values that have an order (grades, ages, years) are merged with their neighbors, others
    the small with the small; a school only with schools of its district.

    Args:
        request: what was protected.
        rule: what counts as small, to choose the merges worth trying.
        before: the request as it was protected.
        protect: protects a merged request in the same way, its audit included.
        dims: the dimensions in which values may be merged; none named means all of them.
        tries: how many candidates are protected.

    Returns:
        The merges; empty where nothing is withheld.
    """
    if not before.withheld:
        return ()
    promising = sorted(
        _list_candidates(request, rule, before, dims),
        key=lambda merge: (-merge.cells, merge.values),
    )
    now = measure_suppression(request, before)
    merges: list[CategoryMerge] = []
    for merge in promising[:tries]:
        coarser = merge_categories(request, merge)
        kept = measure_suppression(coarser, protect(coarser))
        tried = replace(
            merge,
            cells=kept.exact - now.exact,
            people=kept.people - now.people,
            kept=kept,
        )
        if tried.cells >= 0 and tried.people > 0:
            merges.append(tried)
    return tuple(sorted(merges, key=lambda merge: (-merge.cells, -merge.people, merge.values)))


def _list_candidates(
    request: TableRequest, rule: SuppressionRule, before: PublishedTables, dims: Collection[str]
) -> Iterator[CategoryMerge]:
    """List merges that promise more cells, as if nothing had to cover what they leave small."""
    lattice = tables.build_lattice(request)
    shown = {cell.key: cell.n is not None for cell in before.cells}
    named_dims = {dim for table in request.tables for dim in table}
    parents = {nest.child: nest.parent for nest in request.nests}
    open_to = (named_dims | set(parents.values())) & set(dims or request.cells.dims)
    for dim in request.cells.dims:
        if dim in open_to - {tables.RESULT}:
            promise = _MergePromise(lattice, shown, request.cells.dims, dim, rule)
            for pool in _list_pools(request.cells, dim, parents):
                mergeable = [
                    value for value in pool if value in promise.places and value not in rule.unnamed
                ]
                yield from _grow_merges(promise, dim, mergeable)


def _list_pools(cells: CellCounts, dim: str, parents: Mapping[str, str]) -> Iterator[list[str]]:
    """List values that may be merged with one another: those within one value of the parent."""
    index, above = cells.dims.index(dim), parents.get(dim)
    pairs = {(key[cells.dims.index(above)] if above else "", key[index]) for key in cells.counts}
    for _, within in groupby(sorted(pairs), key=lambda pair: pair[0]):
        yield [value for _, value in within]


def _grow_merges(
    promise: "_MergePromise", dim: str, pool: Sequence[str]
) -> Iterator[CategoryMerge]:
    """Grow the best pair of a pool value by value; never to the whole pool.

    Merging the whole pool would leave the dimension out.
    """
    order = sort_ordinal_values(pool)
    steps = order or pool
    group: tuple[str, ...] = ()
    while max(len(group) + 1, 2) < len(pool) and len(group) < MOST_MERGED_VALUES:
        options = list(_list_wider_groups(group, steps, ordered=order is not None))
        group = max(
            options,
            key=lambda option: (promise.estimate_gain(option), -promise.count_people(option)),
        )
        if VALUE_SEPARATOR.join(group) in promise.places:
            return
        if (gain := promise.estimate_gain(group)) >= 0:
            yield CategoryMerge(dim, group, cells=gain)


def _list_wider_groups(
    group: tuple[str, ...], steps: Sequence[str], *, ordered: bool
) -> Iterator[tuple[str, ...]]:
    if not group:
        yield from pairwise(steps) if ordered else combinations(sorted(steps), 2)
    elif ordered:
        first, past = steps.index(group[0]), steps.index(group[-1]) + 1
        if first:
            yield (steps[first - 1], *group)
        if past < len(steps):
            yield (*group, steps[past])
    else:
        yield from (tuple(sorted((*group, value))) for value in steps if value not in group)


class _MergePromise:
    """Estimate what merging values of one dimension gains, from the true counts."""

    def __init__(
        self,
        lattice: tables.CellLattice,
        shown: Mapping[Key, bool],
        dims: tuple[str, ...],
        dim: str,
        rule: SuppressionRule,
    ) -> None:
        index = dims.index(dim)
        cells = [
            (key[:index] + key[index + 1 :], key[index], int(n), shown[key])
            for key, n in zip(lattice.keys, lattice.counts, strict=True)
            if key[index] != ALL and key in shown
        ]
        rows = {context: row for row, context in enumerate(dict.fromkeys(c[0] for c in cells))}
        self.places = {
            value: index for index, value in enumerate(dict.fromkeys(c[1] for c in cells))
        }
        self._rule = rule
        self._people: NDArray[np.int64] = np.zeros((len(self.places), len(rows)), np.int64)
        self._there = np.zeros(self._people.shape, np.bool_)
        self._shown = np.zeros(self._people.shape, np.bool_)
        for context, value, n, is_shown in cells:
            place = self.places[value], rows[context]
            self._people[place], self._there[place], self._shown[place] = n, True, is_shown

    def estimate_gain(self, group: Sequence[str]) -> int:
        """Count cells that would not be small once merged, less those of them that are shown now.

        An empty cell is no gain and no loss.
        """
        rows = [self.places[value] for value in group]
        people, touched = self._people[rows].sum(axis=0), self._there[rows].sum(axis=0) > 1
        shown = self._shown[rows][:, touched] & (self._people[rows][:, touched] > 0)
        return int((people[touched] >= self._rule.minimum).sum() - shown.sum())

    def count_people(self, group: Sequence[str]) -> int:
        """Count people in all cells of some values: of equal merges, the smallest is taken."""
        return int(self._people[[self.places[value] for value in group]].sum())


_EARLY_GRADES = {"pk": -2, "pre-k": -2, "prek": -2, "tk": -1, "k": 0, "kg": 0, "kindergarten": 0}

_ORDERED_VALUE = re.compile(
    r"(?:grades?|g|ages?|years?|under|over|up to|<|>|≤|≥)?\s*(\d{1,2}|(?:19|20)\d\d)\b"
)
"""A grade, an age, a band of them, or a year; not the code of a school."""


def sort_ordinal_values(values: Sequence[str]) -> list[str] | None:
    """Sort the values of a dimension that has an order: grades, ages, years.

    Args:
        values: the values.

    Returns:
        The values in order; None where they have none, such as races or schools.
    """
    placed = [(_find_rank(value), value) for value in values]
    known = [(place, value) for place, value in placed if place is not None]
    return [value for _, value in sorted(known)] if len(known) == len(placed) else None


def _find_rank(value: str) -> int | None:
    text = value.strip().casefold()
    if text in _EARLY_GRADES:
        return _EARLY_GRADES[text]
    match = _ORDERED_VALUE.match(text)
    return int(match[1]) if match else None
