"""Find the cheapest safe pattern: choose one, add the conditions that it violates, choose again.

The method of Fischetti and Salazar (2001): integer programming chooses what to withhold from
the constraints known so far, and each target that a choice leaves too narrow adds the constraint
that it violates. The search ends with proof, or when its work is done: counted in choices and
never in seconds, so that a slower machine withholds the same.
"""

from collections.abc import Callable, Iterator

import highspy
import numpy as np
from numpy.typing import NDArray

from cairn.sdc.suppression.problem import SuppressionProblem
from cairn.sdc.suppression.set_cover import CoverConstraint, SetCoverProgram, count_required_values
from cairn.sdc.tables import QuietSolver, SuppressionRule

Pattern = NDArray[np.bool_]

MOST_UNKNOWNS = 300
"""Up to this many unknowns the cheapest pattern is looked for. Above, the first choice must do: it
is made from what single equations require, and already costs less than one made step by step.
"""

MOST_CHOICES = 12

OPTIMALITY_GAP = 0.01
"""Within one percent of the cheapest is good enough."""

COARSE_GAP = 0.03
"""The same for a single choice: what it lacks costs more than what the solver would still find."""


def find_cheapest_pattern(
    problem: SuppressionProblem, rule: SuppressionRule, settle: Callable[[Pattern], Pattern]
) -> Pattern:
    """Find a safe pattern that costs as little as can be found (Fischetti & Salazar 2001).

    Args:
        problem: all unknowns, some of them small.
        rule: the widths.
        settle: makes a pattern safe by withholding more where that is needed.

    Returns:
        Which unknowns to withhold, bool[unknown].
    """
    is_small_problem = len(problem.value) <= MOST_UNKNOWNS
    covering, reach = (
        SetCoverProgram(problem, rule, OPTIMALITY_GAP if is_small_problem else COARSE_GAP),
        CutGenerator(problem, rule),
    )
    chosen, bound = covering.choose_pattern()
    best = settle(chosen & problem.public)
    for _ in range(MOST_CHOICES if is_small_problem else 0):
        if bound >= (1 - OPTIMALITY_GAP) * _compute_pattern_cost(problem, best) or chosen.all():
            break
        added = [
            covering.add_constraint(demand) for demand in reach.find_violated_constraints(chosen)
        ]
        if not any(added):
            covering.exclude_pattern(chosen)
        chosen, bound = covering.choose_pattern()
        best = min(
            best,
            settle(chosen & problem.public),
            key=lambda pattern: _compute_pattern_cost(problem, pattern),
        )
    return best


def _compute_pattern_cost(problem: SuppressionProblem, withheld: Pattern) -> float:
    return float(problem.cost[withheld & ~problem.small].sum())


SLIVER = 1e-3
"""Shown cells may move by this little. Of all unknowns that would let a target move further, the
solver then names the fewest.
"""

CLOSE_ENOUGH = 1e-2
"""A target that comes this close to a distance has reached it: slivers add up to less."""

LONGEST_MOVE = 1e3
"""No move is longer."""


class CutGenerator:
    """Find the constraints that a pattern violates: how far targets can move.

    One linear program serves all targets: its shadow prices name the unknowns that hold a target.

    Args:
        problem: all unknowns.
        rule: the widths.
    """

    def __init__(self, problem: SuppressionProblem, rule: SuppressionRule) -> None:
        self._world, self._rule = problem, rule
        self._size = len(problem.value)
        self._room = (problem.value - problem.floor).astype(np.float64)
        self._solver = QuietSolver(presolve="off")
        self._solver.passModel(self._build_program())
        self.programs = 0

    def find_violated_constraints(self, withheld: NDArray[np.bool_]) -> Iterator[CoverConstraint]:
        """List what each target that a pattern leaves too narrow requires of any safe pattern."""
        free = withheld | ~self._world.public
        self._up = np.where(free, LONGEST_MOVE, SLIVER)
        self._down = np.where(free, self._room, np.minimum(self._room, SLIVER))
        columns = np.arange(self._size, dtype=np.int32)
        self._solver.changeColsBounds(self._size, columns, -self._down, self._up)
        self._most, self._least = np.zeros(self._size), np.zeros(self._size)
        for target in np.flatnonzero(withheld & self._world.public).tolist():
            moves_needed = count_required_values(self._world, self._rule, target) - 1
            if self._most[target] - self._least[target] < moves_needed - CLOSE_ENOUGH:
                yield from self._build_constraint(target, moves_needed)

    def _build_constraint(self, target: int, moves_needed: int) -> Iterator[CoverConstraint]:
        weights, least = np.zeros(self._size), float(moves_needed)
        for sign, most in (
            (1, float(moves_needed)),
            (-1, min(float(moves_needed), self._room[target])),
        ):
            reached, prices = self._find_furthest_move(target, sign, most)
            if reached > most - CLOSE_ENOUGH:
                least -= most
            else:
                # Unknowns with a negative price hold the target because they cannot move up.
                limits = np.where(prices < 0, moves_needed, self._room)
                weights += np.minimum(np.abs(prices) * limits, moves_needed)
        if least > 0:
            others = np.flatnonzero(weights)
            yield CoverConstraint(target, others, weights[others], least)

    def _find_furthest_move(
        self, target: int, sign: int, most: float
    ) -> tuple[float, NDArray[np.float64]]:
        """Find how far up (or down) a target moves, and by how much each other unknown holds it."""
        up, down = (most, self._down[target]) if sign > 0 else (self._up[target], most)
        self._solver.changeColCost(target, -sign)
        self._solver.changeColBounds(target, -down, up)
        self._solver.setBasis()
        self._solver.run()
        self.programs += 1
        solution = self._solver.getSolution()
        moved = np.asarray(solution.col_value)
        self._most, self._least = np.maximum(self._most, moved), np.minimum(self._least, moved)
        prices = np.array(solution.col_dual)
        prices[target] = 0.0
        prices[np.abs(prices) < SLIVER] = 0.0
        self._solver.changeColCost(target, 0.0)
        self._solver.changeColBounds(target, -self._down[target], self._up[target])
        return sign * float(moved[target]), prices

    def _build_program(self) -> highspy.HighsLp:
        problem, size = self._world, self._size
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = size, len(problem.rows)
        program.col_cost_ = program.col_lower_ = program.col_upper_ = np.zeros(size)
        program.row_lower_ = program.row_upper_ = np.zeros(len(problem.rows))
        matrix = program.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kRowwise
        matrix.num_col_, matrix.num_row_ = program.num_col_, program.num_row_
        matrix.start_ = np.cumsum([0, *(1 + len(parts) for _, parts in problem.rows)])
        matrix.index_ = np.array([u for total, parts in problem.rows for u in (total, *parts)])
        matrix.value_ = np.array(
            [v for _, parts in problem.rows for v in (-1.0, *[1.0] * len(parts))]
        )
        return program
