"""Large tables by blocks: a district's own cells together with those of the whole state.

A move inside a block keeps every other district as it is, so it is a move of the whole table too,
and the cheapest one is found ten times as fast.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cairn.disclosure.moves import SMALLEST_MOVE, Mover
from cairn.disclosure.table import ALL
from cairn.disclosure.world import World

Move = NDArray[np.float64]


class Block:
    """Some unknowns of a world, and the moves among them.

    Args:
        world: all unknowns.
        members: those of the block.
    """

    def __init__(self, world: World, members: NDArray[np.int64]) -> None:
        self.members = members
        self._place = {unknown: at for at, unknown in enumerate(members.tolist())}
        self._rows = list(_rows(world, self._place))
        self._within: list[list[int]] = [[] for _ in self._place]
        for number, (total, parts) in enumerate(self._rows):
            for at in (total, *parts):
                self._within[at].append(number)
        self._mover = Mover(
            replace(
                world,
                value=world.value[members],
                floor=world.floor[members],
                cost=world.cost[members],
                public=world.public[members],
                small=world.small[members],
                rows=tuple(self._rows),
            )
        )

    def __contains__(self, unknown: int) -> bool:
        return unknown in self._place

    def release(self, unknown: int) -> None:
        """The unknown is withheld."""
        self._mover.release(self._place[unknown])

    def hold(self, cost: float) -> None:
        """How much it costs to move an unknown that is withheld."""
        self._mover.hold(cost)

    def cheapest(
        self, target: int, by: int, kept: Collection[int] = (), *, whole: bool = False
    ) -> tuple[Move, float]:
        """The cheapest move of a target by so many people that leaves somebody in the unknowns
        ``kept``, by member, and its cost."""
        find = self._mover.whole if whole else self._mover.cheapest
        return find(self._place[target], by, [self._place[u] for u in kept if u in self])

    def pieces(self, move: Move) -> Iterator[NDArray[np.int64]]:
        """The parts of a move that no equation ties together: each is a move by itself."""
        moved = set(np.flatnonzero(np.abs(move) > SMALLEST_MOVE).tolist())
        seen = set[int]()
        while moved:
            piece = [moved.pop()]
            for at in piece:
                for number in self._within[at]:
                    if number not in seen:
                        seen.add(number)
                        total, parts = self._rows[number]
                        met = moved.intersection((total, *parts))
                        moved -= met
                        piece += sorted(met)
            yield np.array(sorted(piece), np.int64)


def _rows(world: World, place: dict[int, int]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """The equations with what is outside at rest."""
    for total, parts in world.rows:
        inside = tuple(place[part] for part in parts if part in place)
        if total in place:
            yield place[total], inside
        else:
            yield from ((part, ()) for part in inside)


def blocks(world: World) -> list[Block]:
    """One block for each value of the world's homes; one of everything where it has none."""
    names = sorted(set[str]().union(*world.homes) - {ALL})
    return [
        Block(
            world,
            np.array([u for u, home in enumerate(world.homes) if home & {name, ALL}], np.int64),
        )
        for name in names or [ALL]
    ]
