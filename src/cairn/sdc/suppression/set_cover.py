"""Choose what to withhold as a set cover problem.

Each constraint follows from the equations and is necessary: no pattern that violates it is safe.
A pattern that meets all constraints so far may still be unsafe, so its cost is a lower bound on
that of any safe one.
"""

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
        for total, parts in problem.rows:
            row = np.array([total, *parts])
            is_total = np.arange(len(row)) == 0
            pooling = build_pooling_constraints(problem, self._rule, total, parts)
            for index, target in enumerate(row.tolist()):
                moves_needed = float(count_required_values(problem, self._rule, target) - 1)
                others, totals = np.delete(row, index), np.delete(is_total, index)
                # The target moves up as far as its row allows, and down to its floor. Where
                # that is enough by itself, some other unknown must still move along.
                least = moves_needed - min(moves_needed, room[target])
                capacity = np.where(totals == is_total[index], room[others], moves_needed)
                weights = capacity if least else np.full(len(others), moves_needed)
                self.add_constraint(CoverConstraint(target, others, weights, least or moves_needed))
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
        others = np.delete(row, index)
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
