"""Find the cheapest safe pattern: choose one, add the conditions that it violates, choose again.

The method of Fischetti and Salazar (2001): integer programming chooses what to withhold from
the constraints known so far, and each target that a choice leaves too narrow adds the constraint
that it violates. The search ends with proof, or when its work is done: counted in choices and
never in seconds, so that a slower machine withholds the same.

The choice is a set cover problem. Each constraint follows from the equations and is necessary: no
pattern that violates it is safe. A pattern that meets all constraints so far may still be unsafe,
so its cost is a lower bound on that of any safe one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from cairn.sdc.options import Sums
from cairn.sdc.suppression.problem import SuppressionProblem
from cairn.sdc.tables import QuietSolver, SuppressionRule

MOST_NODES = 50
"""Branches of the search for one choice. It is counted in branches and never in seconds, so that
a slower machine withholds the same.
"""

SLIGHT_WEIGHT = 1e-9


@dataclass(frozen=True, slots=True)
class CoverConstraint:
    """Require that withheld ``others`` weigh ``least`` together where ``target`` is withheld."""

    target: int
    others: NDArray[np.int64]
    weights: NDArray[np.float64]
    least: float


class SetCoverProgram:
    """Hold the constraints so far, and find the cheapest pattern that meets them.

    Args:
        problem: all unknowns. Small ones and those that are never published are always withheld.
        rule: the widths.
        gap: how far from the cheapest a choice may be, as a share of its cost.
    """

    def __init__(self, problem: SuppressionProblem, rule: SuppressionRule, gap: float) -> None:
        self._world, self._rule = problem, rule
        self._always = problem.small | ~problem.public
        self._solver = QuietSolver(mip_rel_gap=gap, mip_max_nodes=MOST_NODES)
        self._said = set[tuple[bytes, bytes]]()
        size = len(problem.value)
        program = highspy.HighsLp()
        program.num_col_ = size
        program.col_cost_ = np.where(self._always, 0.0, problem.cost)
        program.col_lower_ = self._always.astype(np.float64)
        program.col_upper_ = np.ones(size)
        program.integrality_ = [highspy.HighsVarType.kInteger] * size
        self._solver.passModel(program)
        self._add_equation_constraints()

    def add_constraint(self, constraint: CoverConstraint) -> bool:
        """Add a constraint.

        Returns:
            False if it was added before, or is met by cells that are withheld in any case.
        """
        always = self._always[constraint.others]
        least = constraint.least - float(constraint.weights[always].sum())
        if least <= SLIGHT_WEIGHT:
            return False
        others, weights = constraint.others[~always], np.minimum(constraint.weights[~always], least)
        if not self._always[constraint.target]:
            others, weights = np.append(others, constraint.target), np.append(weights, -least)
            least = 0.0
        fingerprint = (others.tobytes(), np.round(weights, 6).tobytes())
        if fingerprint in self._said:
            return False
        self._said.add(fingerprint)
        self._solver.addRow(least, highspy.kHighsInf, len(others), others.astype(np.int32), weights)
        return True

    def choose_pattern(self) -> tuple[NDArray[np.bool_], float]:
        """Choose a cheap pattern that meets all constraints, and bound the cheapest cost."""
        full_pattern = highspy.HighsSolution()
        full_pattern.col_value = [1.0] * len(self._always)
        self._solver.setSolution(full_pattern)
        self._solver.run()
        chosen = np.asarray(self._solver.getSolution().col_value) > 1 / 2
        return chosen, float(self._solver.getInfo().mip_dual_bound)

    def exclude_pattern(self, chosen: NDArray[np.bool_]) -> None:
        """Exclude this pattern and every part of it."""
        others = np.flatnonzero(~chosen)
        always = int(np.flatnonzero(self._always)[0])
        self.add_constraint(CoverConstraint(always, others, np.ones(len(others)), 1.0))

    def _add_equation_constraints(self) -> None:
        """Add the constraints that follow from single equations."""
        problem = self._world
        room = (problem.value - problem.floor).astype(np.float64)
        every = range(len(problem.value))
        needed = np.array(
            [count_required_values(problem, self._rule, unknown) - 1 for unknown in every],
            np.float64,
        )
        for total, parts in problem.rows:
            row = np.array([total, *parts])
            pooling = build_pooling_constraints(problem, self._rule, total, parts)
            moves_needed = needed[row]
            # A target moves up as far as its row allows, and down to its floor. Where that is
            # enough by itself, some other unknown must still move along.
            lacking = moves_needed - np.minimum(moves_needed, room[row])
            least = np.where(lacking > 0, lacking, moves_needed)
            # What moves by as much as a target (line) needs: others (column) on its own side of
            # the equation as far as they have room.
            is_total = np.arange(len(row)) == 0
            is_own_side = (is_total[:, None] == is_total) & (lacking > 0)[:, None]
            weights = np.where(is_own_side, room[row], moves_needed[:, None])
            np.fill_diagonal(weights, 0.0)
            is_met = weights @ self._always[row] >= least - SLIGHT_WEIGHT
            for index, target in enumerate(row.tolist()):
                if not is_met[index]:
                    others = np.concatenate((row[:index], row[index + 1 :]))
                    weight = np.concatenate((weights[index, :index], weights[index, index + 1 :]))
                    self.add_constraint(
                        CoverConstraint(target, others, weight, float(least[index]))
                    )
                if target in pooling:
                    self.add_constraint(pooling[target])


def build_pooling_constraints(
    problem: SuppressionProblem, rule: SuppressionRule, total: int, parts: tuple[int, ...]
) -> dict[int, CoverConstraint]:
    """Require, by part of a shown total, that the withheld parts together are no small group."""
    row = np.array([total, *parts])
    if rule.sums is Sums.FREE or not problem.public[row].all():
        return {}
    constraints: dict[int, CoverConstraint] = {}
    for index, target in enumerate(parts, start=1):
        others = np.concatenate((row[:index], row[index + 1 :]))
        weights = np.where(others == total, rule.minimum, problem.value[others])
        least = float(rule.minimum - problem.value[target])
        constraints[target] = CoverConstraint(target, others, weights.astype(np.float64), least)
    return constraints


def count_required_values(problem: SuppressionProblem, rule: SuppressionRule, unknown: int) -> int:
    """Count the whole values that an unknown must keep.

    A cell that may be small for all an outsider knows needs as many as one that is small.
    """
    may_be_small = problem.value[unknown] < rule.minimum + rule.width_small - 1
    return rule.width_small if may_be_small else rule.width_complementary


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
