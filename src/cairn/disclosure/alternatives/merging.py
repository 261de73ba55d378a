"""Which values of a dimension to merge so that more can be shown.

Withholding is what is left to do where groups are too fine. Often fewer, larger groups tell more:
two races of seven and eight children are two blanks and, as a rule, a third one that covers them;
together they are one number. What a merge brings is not guessed: the merged tables are protected
and attacked like any others, and counted.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, groupby, pairwise

import numpy as np
from numpy.typing import NDArray

from cairn.disclosure.alternatives.kept import Kept, by_withholding
from cairn.disclosure.alternatives.order import in_order
from cairn.disclosure.lattice import Lattice, build
from cairn.disclosure.published import Published
from cairn.disclosure.rule import Rule
from cairn.disclosure.table import ALL, RESULT, Cells, Key, Request

JOINED = " + "
"""Between the values of a merged group, in its name."""

LARGEST = 5
"""Values that are merged into one at most: a wider group is another question."""

TRIES = 6
"""Candidates that are protected and attacked, the most promising first."""

Protect = Callable[[Request], Published]


@dataclass(frozen=True, slots=True)
class Merge:
    """Values of one dimension to be counted as one, and what that brings.

    For those who prepare a table. Beside the table as it would be published now, the figures
    would help an outsider; they do not leave with it.

    Args:
        dim: the dimension.
        values: what is merged, in order.
        cells: cells with people in them that are shown more than now, those that the merge takes
            away counted against it.
        people: people more who are in a shown cell of the finest kind.
        kept: what the merged tables leave; None where they were not protected yet.
    """

    dim: str
    values: tuple[str, ...]
    cells: int = 0
    people: int = 0
    kept: Kept | None = None

    @property
    def name(self) -> str:
        """The merged group as one value."""
        return JOINED.join(self.values)


def merged(request: Request, merge: Merge) -> Request:
    """The same request with some values counted as one."""
    at = request.cells.dims.index(merge.dim)
    counts: dict[Key, int] = {}
    for key, n in request.cells.counts.items():
        value = merge.name if key[at] in merge.values else key[at]
        coarser = (*key[:at], value, *key[at + 1 :])
        counts[coarser] = counts.get(coarser, 0) + n
    return replace(request, cells=Cells(request.cells.dims, counts))


def best_merges(
    request: Request,
    rule: Rule,
    before: Published,
    protect: Protect,
    *,
    among: Collection[str] = (),
    tries: int = TRIES,
) -> tuple[Merge, ...]:
    """The merges that let more people be shown in no fewer cells, the best first; none where
    nothing is withheld.

    Values that stand in an order (grades, ages, years) are merged with their neighbors, others
    the small with the small; a school only with schools of its district.

    Args:
        request: what was protected.
        rule: how small is small, to tell what is worth trying.
        before: the request as it was protected.
        protect: protects a merged request in the same way, its audit included.
        among: the dimensions in which values may be merged; none named means all of them.
        tries: how many candidates are protected.
    """
    if not before.withheld:
        return ()
    promising = sorted(
        _candidates(request, rule, before, among), key=lambda one: (-one.cells, one.values)
    )
    now = by_withholding(request, before)
    found: list[Merge] = []
    for one in promising[:tries]:
        coarser = merged(request, one)
        kept = by_withholding(coarser, protect(coarser))
        tried = replace(
            one,
            cells=kept.exact - now.exact,
            people=kept.people - now.people,
            kept=kept,
        )
        if tried.cells >= 0 and tried.people > 0:
            found.append(tried)
    return tuple(sorted(found, key=lambda one: (-one.cells, -one.people, one.values)))


def _candidates(
    request: Request, rule: Rule, before: Published, among: Collection[str]
) -> Iterator[Merge]:
    """Merges that promise more cells, as if nothing had to cover what they leave small."""
    lattice = build(request)
    shown = {cell.key: cell.n is not None for cell in before.cells}
    named = {dim for table in request.tables for dim in table}
    parents = {nest.child: nest.parent for nest in request.nests}
    open_to = (named | set(parents.values())) & set(among or request.cells.dims)
    for dim in request.cells.dims:
        if dim in open_to - {RESULT}:
            weighed = _Weighed(lattice, shown, request.cells.dims, dim, rule)
            for pool in _pools(request.cells, dim, parents):
                yield from _grown(weighed, dim, [v for v in pool if v not in rule.unnamed])


def _pools(cells: Cells, dim: str, parents: Mapping[str, str]) -> Iterator[list[str]]:
    """Values that may be merged with one another: those within one value of the parent."""
    at, above = cells.dims.index(dim), parents.get(dim)
    pairs = {(key[cells.dims.index(above)] if above else "", key[at]) for key in cells.counts}
    for _, within in groupby(sorted(pairs), key=lambda pair: pair[0]):
        yield [value for _, value in within]


def _grown(weighed: "_Weighed", dim: str, pool: Sequence[str]) -> Iterator[Merge]:
    """The best pair of a pool, and what it grows into value by value; never the whole pool, which
    would leave the dimension out."""
    order = in_order(pool)
    steps = order or pool
    group: tuple[str, ...] = ()
    while max(len(group) + 1, 2) < len(pool) and len(group) < LARGEST:
        options = list(_wider(group, steps, ordered=order is not None))
        group = max(options, key=lambda one: (weighed.gain(one), -weighed.people(one)))
        if JOINED.join(group) in weighed.places:
            return
        if (gain := weighed.gain(group)) >= 0:
            yield Merge(dim, group, cells=gain)


def _wider(
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


class _Weighed:
    """What merging values of one dimension promises, read off the true counts."""

    def __init__(
        self,
        lattice: Lattice,
        shown: Mapping[Key, bool],
        dims: tuple[str, ...],
        dim: str,
        rule: Rule,
    ) -> None:
        at = dims.index(dim)
        cells = [
            (key[:at] + key[at + 1 :], key[at], int(n), shown[key])
            for key, n in zip(lattice.keys, lattice.counts, strict=True)
            if key[at] != ALL and key in shown
        ]
        rows = {context: row for row, context in enumerate(dict.fromkeys(c[0] for c in cells))}
        self.places = {value: at for at, value in enumerate(dict.fromkeys(c[1] for c in cells))}
        self._rule = rule
        self._people: NDArray[np.int64] = np.zeros((len(self.places), len(rows)), np.int64)
        self._there = np.zeros(self._people.shape, np.bool_)
        self._shown = np.zeros(self._people.shape, np.bool_)
        for context, value, n, is_shown in cells:
            place = self.places[value], rows[context]
            self._people[place], self._there[place], self._shown[place] = n, True, is_shown

    def gain(self, group: Sequence[str]) -> int:
        """Cells that would not be small once merged, less those of them that are shown now. An
        empty cell is no gain and no loss."""
        rows = [self.places[value] for value in group]
        people, touched = self._people[rows].sum(axis=0), self._there[rows].sum(axis=0) > 1
        shown = self._shown[rows][:, touched] & (self._people[rows][:, touched] > 0)
        return int((people[touched] >= self._rule.minimum).sum() - shown.sum())

    def people(self, group: Sequence[str]) -> int:
        """People in all cells of some values: of equal merges, that of the smallest is taken."""
        return int(self._people[[self.places[value] for value in group]].sum())
