"""Whole tables known to be possible besides the true one: proof that a cell stays unknown."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator

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

    def along(
        self, unknowns: NDArray[np.int64], move: NDArray[np.float64]
    ) -> Iterator[tuple[NDArray[np.int64], frozenset[int]]]:
        """Every whole table along a move, forth and back: how far it shifts the unknowns, and
        which kinds of people know that it is not true."""
        value, floor = self._world.value[unknowns], self._world.floor[unknowns]
        for times in self._times:
            shift = np.rint(move * times).astype(np.int64)
            split = np.abs(move * times - shift) > SMALLEST_MOVE
            if not split.any() and (value + shift >= floor).all():
                emptied = unknowns[(value > 0) & (value + shift == 0)].tolist()
                yield shift, frozenset().union(*(self._kinds_of.get(at, ()) for at in emptied))

    def note(self, unknowns: NDArray[np.int64], move: NDArray[np.float64]) -> None:
        """Note every whole table along a move."""
        for shift, kinds in self.along(unknowns, move):
            for unknown, by in zip(unknowns.tolist(), shift.tolist(), strict=True):
                sight = self._seen[unknown][by]
                sight.tables += 1
                sight.unseen.update(kinds)

    def _required(self, unknown: int) -> int:
        may_be_small = self._world.value[unknown] < self._rule.minimum + self._rule.width_small - 1
        return self._rule.width_small if may_be_small else self._rule.width_complementary
