"""Whole tables known to be possible besides the true one: proof that a cell stays unknown."""

from collections import defaultdict
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from cairn.disclosure.moves import SMALLEST_MOVE
from cairn.disclosure.rule import Rule
from cairn.disclosure.world import World


class Witnesses:
    """By unknown, how far from its true value it is in some whole table."""

    def __init__(self, world: World, rule: Rule) -> None:
        self._world, self._rule = world, rule
        step = rule.width_small - 1
        ways = [by for size in range(step, 0, -1) for by in (size, -size)]
        self._ways = tuple(ways)
        self._times = tuple(sorted({by / size for size in range(1, step + 1) for by in ways}))
        # By unknown and distance: in how many whole tables.
        self._seen: list[defaultdict[int, int]] = [defaultdict(int) for _ in world.value]
        self._tables: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []

    def lacks(self, unknown: int) -> bool:
        """Whether more values must be seen. A cell that may be small needs as many as one."""
        values = sum(tables > 0 for tables in self._seen[unknown].values())
        return values + 1 < self._required(unknown)

    def wanted(self, unknown: int) -> list[int]:
        """Distances not seen yet, those first that show another on the way."""
        return [by for by in self._ways if by not in self._seen[unknown]]

    def note(self, unknowns: NDArray[np.int64], move: NDArray[np.float64]) -> None:
        """Note every whole table along a move, forth and back."""
        value, floor = self._world.value[unknowns], self._world.floor[unknowns]
        for times in self._times:
            shift = np.rint(move * times).astype(np.int64)
            split = np.abs(move * times - shift) > SMALLEST_MOVE
            if not split.any() and (value + shift >= floor).all():
                self._tables.append((unknowns, shift))
                for unknown, by in zip(unknowns.tolist(), shift.tolist(), strict=True):
                    self._seen[unknown][by] += 1

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
        for number, (unknowns, _) in enumerate(self._tables):
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
            for unknown, by in zip(*(part.tolist() for part in self._tables[number]), strict=True):
                self._seen[unknown][by] += times

    def _required(self, unknown: int) -> int:
        may_be_small = self._world.value[unknown] < self._rule.minimum + self._rule.width_small - 1
        return self._rule.width_small if may_be_small else self._rule.width_complementary
