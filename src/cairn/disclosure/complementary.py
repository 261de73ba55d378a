"""Complementary suppression: withhold more, until every withheld cell has room to move."""

from collections import defaultdict
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from cairn.disclosure.moves import SMALLEST_MOVE, Mover
from cairn.disclosure.rule import Rule, Sums
from cairn.disclosure.world import World

Progress = Callable[[int, int], None]


class Cover:
    """What is withheld so far, and the whole tables known to be possible besides the true one."""

    def __init__(self, world: World, rule: Rule) -> None:
        self.world, self.rule = world, rule
        self.withheld = world.small.copy()
        # By unknown: how far from its true value it may be, in whole tables known to be possible.
        self._seen: defaultdict[int, set[int]] = defaultdict(lambda: {0})
        self._mover = Mover(world)
        for unknown in np.flatnonzero(self.withheld | ~world.public):
            self._mover.release(int(unknown))

    def narrow(self) -> list[int]:
        """Withheld unknowns with too few values seen, the smallest first: they have the least
        room, and larger ones can often move along with what was withheld for them."""
        found = [u for u in np.flatnonzero(self.withheld).tolist() if self._lacks(u)]
        return sorted(found, key=lambda u: (self.world.value[u], u))

    def pool(self) -> None:
        """Withhold one more part of a shown total where those withheld are together a small
        group. One is enough: whatever is still shown, and not zero, is not small."""
        if self.rule.sums is Sums.FREE:
            return
        value, cost = self.world.value, self.world.cost
        for total, parts in self.world.rows:
            hidden = [part for part in parts if self.withheld[part]]
            known = self.world.public[[total, *parts]].all() and not self.withheld[total]
            if hidden and known and value[hidden].sum() < self.rule.minimum:
                shown = [part for part in parts if not self.withheld[part] and value[part]]
                self._hide(min(shown, key=lambda part: (cost[part], part)))

    def widen(self, target: int) -> None:
        """Withhold what is needed for ``target`` to take enough whole values."""
        if not self._lacks(target):
            return
        step = self.rule.width_small - 1
        move, cost = self._mover.cheapest(target, step)
        if self._withholds(move):
            other, lower = self._mover.cheapest(target, -step)
            move = other if lower < cost else move
        self._withhold(move)
        for by in range(1, step + 1):
            for mover in (self._mover.cheapest, self._mover.whole):
                if self._lacks(target) and by not in self._seen[target]:
                    self._withhold(mover(target, by)[0])

    def _hide(self, unknown: int) -> None:
        self.withheld[unknown] = True
        self._mover.release(unknown)

    def _lacks(self, unknown: int) -> bool:
        return len(self._seen[unknown]) < self.rule.width_small

    def _withholds(self, move: NDArray[np.float64]) -> bool:
        moved = np.abs(move) > SMALLEST_MOVE
        return bool((moved & self.world.public & ~self.withheld).any())

    def _withhold(self, move: NDArray[np.float64]) -> None:
        moved = np.flatnonzero(np.abs(move) > SMALLEST_MOVE)
        for unknown in moved.tolist():
            if self.world.public[unknown] and not self.withheld[unknown]:
                self._hide(unknown)
        self._witness(moved, move[moved])

    def _witness(self, moved: NDArray[np.int64], move: NDArray[np.float64]) -> None:
        """Note the values of every whole table along the move, forth and back."""
        step = self.rule.width_small - 1
        value, floor = self.world.value[moved], self.world.floor[moved]
        for times in range(-step, step + 1):
            shift = move * times / step
            whole = np.rint(shift).astype(np.int64)
            split = np.abs(shift - whole) > SMALLEST_MOVE
            if not split.any() and (value + whole >= floor).all():
                for unknown, by in zip(moved.tolist(), whole.tolist(), strict=True):
                    self._seen[unknown].add(by)


def cover(world: World, rule: Rule, progress: Progress | None) -> NDArray[np.bool_]:
    """Which unknowns to withhold so that none can be narrowed below the rule's width.

    Should the solver fail to move a cell, which it always can, everything is withheld.
    """
    found = Cover(world, rule)
    tried: list[int] = []
    while narrow := found.narrow():
        if narrow == tried:
            return world.public.copy()
        tried = narrow
        for left, target in reversed(list(enumerate(reversed(narrow)))):
            found.widen(target)
            if progress:
                withheld = int(found.withheld.sum())
                progress(withheld - left, withheld)
        found.pool()
    return found.withheld
