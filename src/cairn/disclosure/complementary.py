"""Complementary suppression: withhold more, until every withheld cell has room to move."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from math import inf

import numpy as np
from numpy.typing import NDArray

from cairn.disclosure.blocks import Block, Move, blocks
from cairn.disclosure.least import least
from cairn.disclosure.moves import ALREADY_WITHHELD, SMALLEST_MOVE
from cairn.disclosure.rule import Rule, Sums
from cairn.disclosure.thrift import Thrift
from cairn.disclosure.ways import Trodden, Ways
from cairn.disclosure.witnesses import Witnesses
from cairn.disclosure.world import World

REUSED = 0.75
"""What is left, in the next pass, of the cost of a cell that was withheld in the one before."""

PASSES = 2
"""A large world is taken step by step so many times; each finds moves that the others did not."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Effort:
    """How moves are looked for.

    Args:
        held: what moving a cell costs that is withheld anyway. The dearer, the shorter the moves,
            and short ones seldom split people.
        whole: whether people may not be split at all, which takes long.
    """

    held: float
    whole: bool = False


EFFORTS = (Effort(ALREADY_WITHHELD), Effort(0.1), Effort(1.0), Effort(ALREADY_WITHHELD, whole=True))
"""One after the other, for what the one before left."""


class Cover:
    """What is withheld so far, and the whole tables known to be possible besides the true one."""

    def __init__(self, world: World, rule: Rule, withheld: NDArray[np.bool_], ways: Ways) -> None:
        self.world, self.rule = world, rule
        self.moves: list[tuple[NDArray[np.int64], Move]] = []
        self.withheld = withheld.copy()
        self.witnesses = Witnesses(world, rule)
        self._trodden = Trodden(world, ways)
        self._blocks = blocks(world)
        for unknown in np.flatnonzero(self.withheld | ~world.public).tolist():
            self._release(unknown)

    def narrow(self) -> list[int]:
        """Withheld unknowns with too few values seen, small ones first and of those the largest:
        it has most ways to move, and what is withheld for it lets smaller ones move along."""
        small, value = self.world.small, self.world.value
        lacking = filter(self.witnesses.lacks, np.flatnonzero(self.withheld).tolist())
        return sorted(lacking, key=lambda u: (not small[u], -value[u], u))

    def pool(self) -> None:
        """Withhold one more part of a shown total where those withheld are together a small
        group. One is enough: whatever is still shown, and not zero, is not small."""
        value, cost = self.world.value, self.world.cost
        for row in self.world.rows:
            if self._pooled(row, self.withheld):
                shown = [part for part in row[1] if not self.withheld[part] and value[part]]
                self._hide(min(shown, key=lambda part: (cost[part], part)))

    def _pooled(self, row: tuple[int, tuple[int, ...]], withheld: NDArray[np.bool_]) -> bool:
        """Whether what is withheld of a shown total is together a small group."""
        total, parts = row
        hidden = [part for part in parts if withheld[part]]
        return (
            self.rule.sums is Sums.PROTECTED
            and bool(hidden)
            and not withheld[total]
            and bool(self.world.public[[total, *parts]].all())
            and self.world.value[hidden].sum() < self.rule.minimum
        )

    def hold(self, cost: float) -> None:
        """How much moving a withheld cell costs from now on."""
        for block in self._blocks:
            block.hold(cost)

    def widen(self, target: int, *, whole: bool = False) -> None:
        """Withhold what is needed for ``target`` to take enough whole values."""
        self._recall(target)
        for block in self._blocks:
            if target in block:
                self._widen(block, target, whole=whole)

    def _recall(self, target: int) -> None:
        """Moves found before, as far as they are needed and move only what is withheld."""
        ways = self._trodden.through(target, self.withheld | ~self.world.public)
        while self.witnesses.lacks(target):
            way = next(ways, None)
            if way is None:
                return
            self.moves.append(way)
            self.witnesses.note(*way)

    def _widen(self, block: Block, target: int, *, whole: bool) -> None:
        """The cheapest moves of a target within a block, one after the other, until outsiders and
        participants have seen enough."""
        tried = set[tuple[int, ...]]()
        while kinds := self.witnesses.short(target):
            wanted = [w for w in self.witnesses.wanted(target, kinds) if (w, *kinds) not in tried]
            kept = self.witnesses.records(kinds)
            moves = self._moves(block, target, wanted, kept, whole=whole)
            found = min(moves, key=_cost, default=None)
            if found is None:
                return
            by, move, _ = found
            tried.add((by, *kinds))
            self._withhold(block, move)

    def _moves(
        self, block: Block, target: int, wanted: list[int], kept: Collection[int], *, whole: bool
    ) -> Iterator[tuple[int, Move, float]]:
        """Moves by a distance wanted that leave somebody in the unknowns ``kept``, until one
        withholds nothing more."""
        room = self.world.value[target] - max(self.world.floor[target], target in kept)
        for by in wanted:
            if by >= -room:
                move, cost = block.cheapest(target, by, kept, whole=whole)
                if cost < inf:
                    self.moves += [(block.members[p], move[p]) for p in block.pieces(move)]
                    yield by, move, cost
                    if not self._new(block, move):
                        return

    def _new(self, block: Block, move: Move) -> list[int]:
        """What a move would withhold."""
        moved = block.members[np.abs(move) > SMALLEST_MOVE]
        return [int(u) for u in moved[self.world.public[moved] & ~self.withheld[moved]]]

    def _withhold(self, block: Block, move: Move) -> None:
        for unknown in self._new(block, move):
            self._hide(unknown)
        for piece in block.pieces(move):
            self.witnesses.note(block.members[piece], move[piece])

    def _hide(self, unknown: int) -> None:
        self.withheld[unknown] = True
        self._release(unknown)

    def _release(self, unknown: int) -> None:
        for block in self._blocks:
            if unknown in block:
                block.release(unknown)


def _cost(found: tuple[int, Move, float]) -> float:
    return found[-1]


def cover(
    world: World, rule: Rule, progress: Progress | None, ways: Ways | None = None
) -> NDArray[np.bool_]:
    """Which unknowns to withhold so that none can be narrowed below the rule's width.

    Large worlds are taken by blocks, step by step and again; in others what to withhold is chosen
    at once. Then of all the moves found the cheapest are chosen.

    ``ways`` are moves found before, of the same lattice; those of what is withheld are added.
    """
    ways = Ways() if ways is None else ways
    thrift, moves = Thrift(world, rule), list[tuple[NDArray[np.int64], Move]]()

    def settle(withheld: NDArray[np.bool_], world: World = world) -> NDArray[np.bool_]:
        found = Cover(world, rule, withheld, ways)
        pattern = _settled(found, progress)
        for unknowns, move in found.moves:
            thrift.note(unknowns, found.witnesses.along(unknowns, move))
        moves.extend(found.moves)
        return thrift.cheapest(pattern)

    pattern = _pattern(world, rule, settle)
    Trodden(world, ways).add(moves, pattern | ~world.public)
    return pattern


def _pattern(
    world: World, rule: Rule, settle: Callable[..., NDArray[np.bool_]]
) -> NDArray[np.bool_]:
    if not world.small.any():
        return world.small
    if len(frozenset[str]().union(*world.homes)) == 1:
        return least(world, rule, settle)
    found = settle(world.small)
    for _ in range(PASSES - 1):
        reused = np.where(found, REUSED, 1.0) * world.cost
        found = settle(world.small, replace(world, cost=reused))
    return found


def _settled(found: Cover, progress: Progress | None) -> NDArray[np.bool_]:
    """What is withheld so far and what more is needed.

    Should the solver fail to move a cell, which it always can, everything is withheld.
    """
    efforts, tried = list(EFFORTS), list[int]()
    while narrow := found.narrow():
        if narrow == tried:
            efforts.pop(0)
            if not efforts:
                return found.world.public.copy()
            found.hold(efforts[0].held)
        tried = narrow
        for left, target in reversed(list(enumerate(reversed(narrow)))):
            found.widen(target, whole=efforts[0].whole)
            if progress:
                withheld = int(found.withheld.sum())
                progress(withheld - left, withheld)
        found.pool()
    return found.withheld
