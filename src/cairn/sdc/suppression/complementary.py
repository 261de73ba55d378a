"""Choose complementary suppressions: withhold more until every withheld cell can move."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from math import inf

import numpy as np
from numpy.typing import NDArray

from cairn.sdc.options import Sums
from cairn.sdc.suppression.exact_optimum import find_cheapest_pattern
from cairn.sdc.suppression.moves import (
    SMALLEST_MOVE,
    WITHHELD_MOVE_COST,
    MoveCache,
    MoveVector,
    ProblemBlock,
    ProblemMoves,
    split_into_blocks,
)
from cairn.sdc.suppression.pattern_optimizer import PatternOptimizer
from cairn.sdc.suppression.problem import SuppressionProblem
from cairn.sdc.suppression.witnesses import WitnessTables
from cairn.sdc.tables import SuppressionRule

__all__ = ["SuppressionPattern", "SuppressionProgress", "choose_withheld_unknowns"]

REUSE_FACTOR = 0.75
"""Factor, in the next pass, on the cost of a cell that was withheld in the pass before."""

SUPPRESSION_PASSES = 2
"""How often a large problem is solved step by step; each pass finds moves that the others did
not.
"""

SuppressionProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class SearchEffort:
    """Say how moves are looked for.

    Args:
        withheld_cost: cost of moving a cell that is withheld anyway. The higher, the shorter the
            moves, and short ones seldom split people.
        whole: whether people may not be split at all, which takes long.
    """

    withheld_cost: float
    integer: bool = False


SEARCH_EFFORTS = (
    SearchEffort(WITHHELD_MOVE_COST),
    SearchEffort(0.1),
    SearchEffort(1.0),
    SearchEffort(WITHHELD_MOVE_COST, integer=True),
)
"""Applied in order, each to the targets that the one before left."""


class SuppressionPattern:
    """The cells withheld so far, and the known feasible tables other than the true one.

    Args:
        problem: the suppression problem.
        rule: the widths.
        withheld: unknowns withheld at the start, bool[unknown].
        move_cache: moves found before.
    """

    def __init__(
        self,
        problem: SuppressionProblem,
        rule: SuppressionRule,
        withheld: NDArray[np.bool_],
        move_cache: MoveCache,
    ) -> None:
        self.problem, self.rule = problem, rule
        self.moves: list[tuple[NDArray[np.int64], MoveVector]] = []
        self.withheld = withheld.copy()
        self.witnesses = WitnessTables(problem, rule)
        self._trodden = ProblemMoves(problem, move_cache)
        self._blocks = split_into_blocks(problem)
        for unknown in np.flatnonzero(self.withheld | ~problem.public).tolist():
            self._mark_in_blocks(unknown)

    def list_narrow_unknowns(self) -> list[int]:
        """List withheld unknowns with too few values seen, in the order in which to widen them.

        Small ones come first, and of those the largest: it has the most possible moves, and
        the cells withheld for it let smaller ones move along.
        """
        small, value = self.problem.small, self.problem.value
        lacking = filter(self.witnesses.lacks_values, np.flatnonzero(self.withheld).tolist())
        return sorted(lacking, key=lambda u: (not small[u], -value[u], u))

    def withhold_pooled_parts(self) -> None:
        """Withhold one more part of a shown total where the withheld parts are a small group.

        One more part is enough: every part that is still shown, and not zero, is not small.
        """
        value, cost = self.problem.value, self.problem.cost
        for row in self.problem.rows:
            if self._is_pooled_small(row, self.withheld):
                shown = [part for part in row[1] if not self.withheld[part] and value[part]]
                self._withhold_unknown(min(shown, key=lambda part: (cost[part], part)))

    def _is_pooled_small(
        self, row: tuple[int, tuple[int, ...]], withheld: NDArray[np.bool_]
    ) -> bool:
        """Tell whether the withheld parts of a shown total are together a small group."""
        total, parts = row
        hidden = [part for part in parts if withheld[part]]
        return (
            self.rule.sums is Sums.PROTECTED
            and bool(hidden)
            and not withheld[total]
            and bool(self.problem.public[[total, *parts]].all())
            and self.problem.value[hidden].sum() < self.rule.minimum
        )

    def set_withheld_cost(self, cost: float) -> None:
        """Set the cost of moving a withheld cell from now on."""
        for block in self._blocks:
            block.set_withheld_cost(cost)

    def widen_unknown(self, target: int, *, integer: bool = False) -> None:
        """Withhold the cells that ``target`` needs to take enough whole values."""
        self._apply_cached_moves(target)
        for block in self._blocks:
            if target in block:
                self._widen_in_block(block, target, integer=integer)

    def _apply_cached_moves(self, target: int) -> None:
        """Apply moves found before, as far as they are needed and move only withheld unknowns."""
        cached_moves = self._trodden.find_moves_of_unknown(
            target, self.withheld | ~self.problem.public
        )
        while self.witnesses.lacks_values(target):
            move = next(cached_moves, None)
            if move is None:
                return
            self.moves.append(move)
            self.witnesses.record_move(*move)

    def _widen_in_block(self, block: ProblemBlock, target: int, *, integer: bool) -> None:
        """Move a target within a block, most cheaply, until every attacker has seen enough."""
        tried = set[tuple[int, ...]]()
        while kinds := self.witnesses.list_short_kinds(target):
            untried_distances = [
                w
                for w in self.witnesses.list_wanted_distances(target, kinds)
                if (w, *kinds) not in tried
            ]
            kept_nonzero = self.witnesses.list_known_unknowns(kinds)
            moves = self._list_moves(
                block, target, untried_distances, kept_nonzero, integer=integer
            )
            cheapest = min(moves, key=_cost_of_move, default=None)
            if cheapest is None:
                return
            by, move, _ = cheapest
            tried.add((by, *kinds))
            self._make_move(block, move)

    def _list_moves(
        self,
        block: ProblemBlock,
        target: int,
        wanted: list[int],
        kept: Collection[int],
        *,
        integer: bool,
    ) -> Iterator[tuple[int, MoveVector, float]]:
        """List moves by a wanted distance, until one withholds nothing more."""
        room = self.problem.value[target] - max(self.problem.floor[target], target in kept)
        for by in wanted:
            if by >= -room:
                move, cost = block.find_cheapest_move(target, by, kept, integer=integer)
                if cost < inf:
                    self.moves += [(block.members[p], move[p]) for p in block.split_move(move)]
                    yield by, move, cost
                    if not self._list_newly_withheld(block, move):
                        return

    def _list_newly_withheld(self, block: ProblemBlock, move: MoveVector) -> list[int]:
        """List what a move would withhold."""
        moved = block.members[np.abs(move) > SMALLEST_MOVE]
        return [int(u) for u in moved[self.problem.public[moved] & ~self.withheld[moved]]]

    def _make_move(self, block: ProblemBlock, move: MoveVector) -> None:
        for unknown in self._list_newly_withheld(block, move):
            self._withhold_unknown(unknown)
        for piece in block.split_move(move):
            self.witnesses.record_move(block.members[piece], move[piece])

    def _withhold_unknown(self, unknown: int) -> None:
        self.withheld[unknown] = True
        self._mark_in_blocks(unknown)

    def _mark_in_blocks(self, unknown: int) -> None:
        for block in self._blocks:
            if unknown in block:
                block.mark_withheld(unknown)


def _cost_of_move(candidate: tuple[int, MoveVector, float]) -> float:
    return candidate[-1]


def choose_withheld_unknowns(
    problem: SuppressionProblem,
    rule: SuppressionRule,
    progress: SuppressionProgress | None,
    move_cache: MoveCache | None = None,
) -> NDArray[np.bool_]:
    """Choose which unknowns to withhold so that none can be narrowed below the rule's width.

    Large problems are solved by blocks, step by step and repeatedly; in others the pattern is
    chosen at once (Fischetti & Salazar 2001). Then the cheapest of all moves found are chosen.

    Args:
        problem: the suppression problem.
        rule: the widths.
        progress: called with (unknowns known to be safe, unknowns withheld).
        move_cache: moves found before, of the same lattice; the moves of withheld cells are
            added.

    Returns:
        Which unknowns to withhold, bool[unknown].
    """
    move_cache = MoveCache() if move_cache is None else move_cache
    optimizer, moves = PatternOptimizer(problem, rule), list[tuple[NDArray[np.int64], MoveVector]]()

    def settle(
        withheld: NDArray[np.bool_], problem: SuppressionProblem = problem
    ) -> NDArray[np.bool_]:
        pattern_search = SuppressionPattern(problem, rule, withheld, move_cache)
        pattern = _widen_all(pattern_search, progress)
        for unknowns, move in pattern_search.moves:
            optimizer.record_move(
                unknowns, pattern_search.witnesses.list_tables_along(unknowns, move)
            )
        moves.extend(pattern_search.moves)
        return optimizer.find_cheapest_pattern(pattern)

    pattern = _choose_pattern(problem, rule, settle)
    ProblemMoves(problem, move_cache).add_moves(moves, pattern | ~problem.public)
    return pattern


def _choose_pattern(
    problem: SuppressionProblem, rule: SuppressionRule, settle: Callable[..., NDArray[np.bool_]]
) -> NDArray[np.bool_]:
    if not problem.small.any():
        return problem.small
    if len(frozenset[str]().union(*problem.homes)) == 1:
        return find_cheapest_pattern(problem, rule, settle)
    pattern = settle(problem.small)
    for _ in range(SUPPRESSION_PASSES - 1):
        reused = np.where(pattern, REUSE_FACTOR, 1.0) * problem.cost
        pattern = settle(problem.small, replace(problem, cost=reused))
    return pattern


def _widen_all(
    pattern: SuppressionPattern, progress: SuppressionProgress | None
) -> NDArray[np.bool_]:
    """Return the cells withheld so far, and the further ones needed.

    Should the solver fail to move a cell, which it always can, everything is withheld.
    """
    efforts, tried = list(SEARCH_EFFORTS), list[int]()
    while narrow := pattern.list_narrow_unknowns():
        if narrow == tried:
            efforts.pop(0)
            if not efforts:
                return pattern.problem.public.copy()
            pattern.set_withheld_cost(efforts[0].withheld_cost)
        tried = narrow
        for left, target in reversed(list(enumerate(reversed(narrow)))):
            pattern.widen_unknown(target, integer=efforts[0].integer)
            if progress:
                withheld = int(pattern.withheld.sum())
                progress(withheld - left, withheld)
        pattern.withhold_pooled_parts()
    return pattern.withheld
