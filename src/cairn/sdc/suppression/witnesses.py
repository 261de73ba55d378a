"""Collect feasible tables other than the true one: they prove that a cell stays unknown."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator

import numpy as np
from numpy.typing import NDArray

from cairn.sdc.suppression.moves import SMALLEST_MOVE
from cairn.sdc.suppression.problem import SuppressionProblem
from cairn.sdc.tables import SuppressionRule

OUTSIDER_KIND = -1
"""Number of a kind of person that means: an outsider, who knows no record."""


class _Sightings:
    """Count the feasible tables in which an unknown is at one distance from its true value.

    Attributes:
        tables: how many.
        unseen: for each kind of person, how many of them leave a cell empty in which the person
            knows to be counted: these do not count for that person.
    """

    __slots__ = ("tables", "unseen")

    def __init__(self) -> None:
        self.tables, self.unseen = 0, Counter[int]()

    def list_blind_kinds(self) -> Iterator[int]:
        """List the kinds of people that none of the tables counts for."""
        return (kind for kind, times in self.unseen.items() if times == self.tables)


class WitnessTables:
    """Record, by unknown, how far it is from its true value in some feasible table."""

    def __init__(self, problem: SuppressionProblem, rule: SuppressionRule) -> None:
        self._world, self._rule = problem, rule
        step = rule.width_small - 1
        distances = [by for size in range(step, 0, -1) for by in (size, -size)]
        self._ways = tuple(distances)
        times = sorted({by / size for size in range(1, step + 1) for by in distances})
        self._times = np.array(times)[:, None]
        # By unknown and distance.
        self._seen: list[defaultdict[int, _Sightings]] = [
            defaultdict(_Sightings) for _ in problem.value
        ]
        self._kinds_of = defaultdict[int, set[int]](set)
        for number, kind in enumerate(problem.kinds):
            for cell in kind:
                self._kinds_of[cell].add(number)

    def lacks_values(self, unknown: int) -> bool:
        """Tell whether some attacker must see more values of an unknown."""
        return bool(self.list_short_kinds(unknown))

    def list_short_kinds(self, unknown: int) -> list[int]:
        """List who has seen too few values: the outsider alone, or kinds of people."""
        sightings = [sighting for sighting in self._seen[unknown].values() if sighting.tables]
        spare = len(sightings) + 1 - self._count_required(unknown)
        if spare < 0:
            return [OUTSIDER_KIND]
        blind = Counter(kind for sighting in sightings for kind in sighting.list_blind_kinds())
        return [kind for kind, times in blind.items() if times > spare]

    def list_known_unknowns(self, kinds: Collection[int]) -> frozenset[int]:
        """List the unknowns in which people of these kinds know to be counted."""
        known = (self._world.kinds[kind] for kind in kinds if kind != OUTSIDER_KIND)
        return frozenset().union(*known)

    def list_wanted_distances(
        self, unknown: int, kinds: Collection[int] = (OUTSIDER_KIND,)
    ) -> list[int]:
        """List distances that people of these kinds have not seen.

        Those that show another distance on the way come first.
        """
        return [
            by for by in self._ways if not all(self._has_seen(kind, unknown, by) for kind in kinds)
        ]

    def _has_seen(self, kind: int, unknown: int, by: int) -> bool:
        sighting = self._seen[unknown].get(by)
        return sighting is not None and sighting.unseen[kind] < sighting.tables

    def list_tables_along(
        self, unknowns: NDArray[np.int64], move: NDArray[np.float64]
    ) -> Iterator[tuple[NDArray[np.int64], frozenset[int]]]:
        """List every feasible table along a move, forward and backward.

        Returns:
            How far each table shifts the unknowns, and which kinds of people know that it is not
            true.
        """
        value, floor = self._world.value[unknowns], self._world.floor[unknowns]
        multiples = move * self._times
        shifts = np.rint(multiples).astype(np.int64)
        fits = (np.abs(multiples - shifts) <= SMALLEST_MOVE) & (value + shifts >= floor)
        for shift in shifts[fits.all(axis=1)]:
            emptied = unknowns[(value > 0) & (value + shift == 0)].tolist()
            yield (
                shift,
                frozenset().union(*(self._kinds_of.get(unknown, ()) for unknown in emptied)),
            )

    def record_move(self, unknowns: NDArray[np.int64], move: NDArray[np.float64]) -> None:
        """Record every feasible table along a move."""
        for shift, kinds in self.list_tables_along(unknowns, move):
            for unknown, by in zip(unknowns.tolist(), shift.tolist(), strict=True):
                sighting = self._seen[unknown][by]
                sighting.tables += 1
                sighting.unseen.update(kinds)

    def _count_required(self, unknown: int) -> int:
        may_be_small = self._world.value[unknown] < self._rule.minimum + self._rule.width_small - 1
        return self._rule.width_small if may_be_small else self._rule.width_complementary
