"""Find what more to withhold for one contributor, so that few others stay unknown to it."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cairn.sdc.contributors.residual import CellContributor, subtract_contributor
from cairn.sdc.options import Sums
from cairn.sdc.suppression import (
    FIXED_UNKNOWN,
    MoveCache,
    ProblemMoves,
    SuppressionPattern,
    build_suppression_problem,
)
from cairn.sdc.tables import ALL, CellLattice, Key, SuppressionRule, TableRequest, build_lattice

__all__ = ["ContributorView"]


class ContributorView:
    """Lay the table of everyone but one contributor over the published tables.

    The contributor knows every number that is shown, and of withheld ones in which groups there
    are no others. It knows no single record of others.

    Args:
        request: the tables to publish.
        rule: what the residual table must withstand.
        contributor: the organization that subtracts.
        known: cells with a number that is public already.
        everyone: the request's cells laid out, if they are already.

    Attributes:
        has_others: whether there are any others.
        left: how many others there are, by the key of each cell.
    """

    def __init__(
        self,
        request: TableRequest,
        rule: SuppressionRule,
        contributor: CellContributor,
        known: Collection[Key] = (),
        everyone: CellLattice | None = None,
    ) -> None:
        self.name, self.request = contributor.name, request
        self.has_others = bool(subtract_contributor(request.cells, contributor).people)
        self.known = frozenset(known)
        self._rule = rule
        everyone = everyone or build_lattice(request)
        residual_counts = everyone.counts - _count_own(everyone.keys, contributor)
        lattice = replace(everyone, counts=residual_counts, kinds=())
        self._world = build_suppression_problem(
            lattice, request.cells.dims, request.nests, rule, known=self.known
        )
        self.residual = dict(zip(lattice.keys, lattice.counts.tolist(), strict=True))
        self._unknown = dict(zip(lattice.keys, self._world.unknown_of.tolist(), strict=True))
        self._public = [
            key
            for key, public in zip(lattice.keys, lattice.public.tolist(), strict=True)
            if public and self._unknown[key] != FIXED_UNKNOWN
        ]

    @property
    def cells_with_few_others(self) -> set[Key]:
        """List cells that would leave few others if they were shown."""
        return self._list_keys(self._world.small) - self.known

    @property
    def counted_cells(self) -> set[Key]:
        """List all cells that count others."""
        return set(self._public)

    def find_more_to_withhold(self, hidden: Collection[Key], move_cache: MoveCache) -> set[Key]:
        """Find what more to withhold beside ``hidden``, so that few others can take enough values.

        Moves found before (``move_cache``, by the cells of everyone) are not searched for again;
        those found here are added.

        Args:
            hidden: cells withheld so far.
            move_cache: moves found before.

        Returns:
            The keys of further cells to withhold.
        """
        pattern = SuppressionPattern(
            self._world, self._rule, self._find_withheld_unknowns(hidden), move_cache
        )
        large = self._rule.minimum + self._rule.width_small - 1
        for unknown in pattern.list_narrow_unknowns():
            if self._world.value[unknown] < large:
                pattern.widen_unknown(unknown)
        withheld = pattern.withheld
        ProblemMoves(self._world, move_cache).add_moves(
            pattern.moves, withheld | ~self._world.public
        )
        for unknown in self._list_pooled_parts(withheld):
            withheld[unknown] = True
        return self._list_keys(withheld) - set(hidden)

    def _find_withheld_unknowns(self, hidden: Collection[Key]) -> NDArray[np.bool_]:
        """Find the unknowns without a shown cell."""
        withheld = self._world.public.copy()
        for key in self._public:
            if key not in hidden:
                withheld[self._unknown[key]] = False
        return withheld

    def _list_keys(self, unknown: NDArray[np.bool_]) -> set[Key]:
        """List the published cells of these unknowns."""
        return {key for key in self._public if unknown[self._unknown[key]]}

    def _list_pooled_parts(self, withheld: NDArray[np.bool_]) -> Iterator[int]:
        """List one more part of each shown total with withheld parts that add up to few others.

        The total itself is listed where all parts are withheld.
        """
        problem = self._world
        for total, parts in problem.rows if self._rule.sums is Sums.PROTECTED else ():
            hidden = [part for part in parts if withheld[part]]
            is_known_sum = hidden and not withheld[total] and problem.public[[total, *parts]].all()
            if is_known_sum and problem.value[hidden].sum() < self._rule.minimum:
                shown = [part for part in parts if not withheld[part] and problem.value[part]]
                yield min(shown or [total], key=lambda unknown: (problem.cost[unknown], unknown))


def _count_own(keys: Sequence[Key], contributor: CellContributor) -> NDArray[np.int64]:
    """Count a contributor's own people in each of some cells."""
    number = {key: index for index, key in enumerate(keys)}
    margins = {tuple([value != ALL for value in key]) for key in keys}
    widest = [any(flags) for flags in zip(*margins, strict=True)]
    own = Counter[Key]()
    for finest, n in contributor.own.items():
        own[_sum_key(finest, widest)] += n
    counts = np.zeros(len(keys), np.int64)
    for margin in margins:
        for cell, n in own.items():
            if n:
                counts[number[_sum_key(cell, margin)]] += n
    return counts


def _sum_key(key: Key, is_open: Sequence[bool]) -> Key:
    """Return the cell that a finer one falls in."""
    return tuple([value if kept else ALL for value, kept in zip(key, is_open, strict=True)])
