"""Whole tables known to be possible besides the true one: proof that a cell stays unknown."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator

import numpy as np
from numpy.typing import NDArray

from cairn.disclosure.moves import SMALLEST_MOVE
from cairn.disclosure.rule import Rule
from cairn.disclosure.world import World

OUTSIDER = -1
"""In the place of a kind of person: somebody who knows no record."""


class _Sightings:
    """Whole tables in which an unknown is at one distance from its true value.

    Args:
        tables: how many.
        unseen: for each kind of person, how many of them leave nobody in a cell that the person
            knows to be in: these do not count for that person.
    """

    __slots__ = ("tables", "unseen")

    def __init__(self) -> None:
        self.tables, self.unseen = 0, Counter[int]()

    def blind(self) -> Iterator[int]:
        """Kinds of people for whom none of the tables counts."""
        return (kind for kind, times in self.unseen.items() if times == self.tables)


class Witnesses:
    """By unknown, how far from its true value it is in some whole table."""

    def __init__(self, world: World, rule: Rule) -> None:
        self._world, self._rule = world, rule
        step = rule.width_small - 1
        ways = [by for size in range(step, 0, -1) for by in (size, -size)]
        self._ways = tuple(ways)
        self._times = tuple(sorted({by / size for size in range(1, step + 1) for by in ways}))
        # By unknown and distance.
        self._seen: list[defaultdict[int, _Sightings]] = [
            defaultdict(_Sightings) for _ in world.value
        ]
        self._tables: list[tuple[NDArray[np.int64], NDArray[np.int64], frozenset[int]]] = []
        self._kinds_of = defaultdict[int, set[int]](set)
        for number, kind in enumerate(world.kinds):
            for cell in kind:
                self._kinds_of[cell].add(number)

    def lacks(self, unknown: int) -> bool:
        """Whether somebody must see more values. A cell that may be small needs as many as one."""
        return bool(self.short(unknown))

    def short(self, unknown: int) -> list[int]:
        """Who has seen too few values: the outsider alone, or kinds of people."""
        seen = [sight for sight in self._seen[unknown].values() if sight.tables]
        more = len(seen) + 1 - self._required(unknown)
        if more < 0:
            return [OUTSIDER]
        blind = Counter(kind for sight in seen for kind in sight.blind())
        return [kind for kind, times in blind.items() if times > more]

    def records(self, kinds: Collection[int]) -> frozenset[int]:
        """The unknowns in which somebody of these kinds knows to be."""
        known = (self._world.kinds[kind] for kind in kinds if kind != OUTSIDER)
        return frozenset().union(*known)

    def wanted(self, unknown: int, kinds: Collection[int] = (OUTSIDER,)) -> list[int]:
        """Distances not seen yet by somebody of these kinds, those first that show another on the
        way."""
        return [by for by in self._ways if not all(self._sees(kind, unknown, by) for kind in kinds)]

    def _sees(self, kind: int, unknown: int, by: int) -> bool:
        sight = self._seen[unknown].get(by)
        return sight is not None and sight.unseen[kind] < sight.tables

    def note(self, unknowns: NDArray[np.int64], move: NDArray[np.float64]) -> None:
        """Note every whole table along a move, forth and back."""
        value, floor = self._world.value[unknowns], self._world.floor[unknowns]
        for times in self._times:
            shift = np.rint(move * times).astype(np.int64)
            split = np.abs(move * times - shift) > SMALLEST_MOVE
            if not split.any() and (value + shift >= floor).all():
                emptied = unknowns[(value > 0) & (value + shift == 0)].tolist()
                kinds = frozenset().union(*(self._kinds_of.get(at, ()) for at in emptied))
                self._tables.append((unknowns, shift, kinds))
                self._count([len(self._tables) - 1], 1)

    def spare(
        self, withheld: NDArray[np.bool_], may_show: Callable[[int, NDArray[np.bool_]], bool]
    ) -> NDArray[np.bool_]:
        """What must stay withheld: a complementary cell, the dearest first, is shown again where
        enough is seen of all others in whole tables in which it does not move.

        Args:
            withheld: by unknown.
            may_show: whether one may be shown when what is given stays withheld.
        """
        tables_of = defaultdict[int, list[int]](list)
        for number, (unknowns, _, _) in enumerate(self._tables):
            for unknown in unknowns.tolist():
                tables_of[unknown].append(number)
        left, gone = withheld.copy(), set[int]()
        cost, small = self._world.cost, self._world.small
        for unknown in sorted(np.flatnonzero(withheld & ~small).tolist(), key=lambda u: -cost[u]):
            lost = [number for number in tables_of[unknown] if number not in gone]
            left[unknown] = False
            self._count(lost, -1)
            touched = {int(other) for number in lost for other in self._tables[number][0]}
            if may_show(unknown, left) and not any(left[u] and self.lacks(u) for u in touched):
                gone.update(lost)
            else:
                left[unknown] = True
                self._count(lost, 1)
        return left

    def _count(self, tables: list[int], times: int) -> None:
        for number in tables:
            unknowns, shift, kinds = self._tables[number]
            for unknown, by in zip(unknowns.tolist(), shift.tolist(), strict=True):
                sight = self._seen[unknown][by]
                sight.tables += times
                for kind in kinds:
                    sight.unseen[kind] += times

    def _required(self, unknown: int) -> int:
        may_be_small = self._world.value[unknown] < self._rule.minimum + self._rule.width_small - 1
        return self._rule.width_small if may_be_small else self._rule.width_complementary
