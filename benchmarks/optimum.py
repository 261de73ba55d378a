"""Find the minimum that must be withheld on small tables, by integer programming.

A yardstick for `protect.py`: for each small cell, two whole sets of counts that differ by the
required width may differ from the true counts only in withheld cells. A pattern in which the audit
narrows a small cell (usually for a person who knows one record) is excluded, and so is every part
of it, which withholds less. Complementary cells need no width of their own here, so the optimum is
a lower bound for every protector.
"""

from collections.abc import Callable

import highspy
import numpy as np
from numpy.typing import NDArray

from cairn.sdc.suppression.problem import SuppressionProblem
from cairn.sdc.tables.rule import SuppressionRule
from cairn.sdc.tables.solver import QuietSolver

MAXIMUM_DEVIATION = 10.0
"""Nothing needs to move further for a small cell to move by two."""


RELATIVE_GAP = 1e-4
"""The solver's own share of the cost by which an optimum may be off."""

Pattern = NDArray[np.bool_]


def find_minimum_cost(
    problem: SuppressionProblem,
    rule: SuppressionRule,
    time_limit: float,
    upper_bound: float,
    is_safe: Callable[[Pattern], bool],
) -> float | None:
    """Find the minimum of information lost beyond the small cells.

    Args:
        problem: all unknowns.
        rule: how far a small cell must move.
        time_limit: seconds for one solution.
        upper_bound: cost of a safe pattern; more expensive ones are not searched.
        is_safe: whether the audit narrows no small cell of a pattern.

    Returns:
        The minimum cost; None if it was not found in time.
    """
    solver = QuietSolver(time_limit=time_limit)
    choices = [
        solver.addBinary(float(cost)) if public and not small else None
        for cost, public, small in zip(problem.cost, problem.public, problem.small, strict=True)
    ]
    for target in np.flatnonzero(problem.small).tolist():
        high, low = (_add_feasible_counts(solver, problem, choices) for _ in range(2))
        solver.addConstr(high[target] - low[target] >= rule.width_small - 1)
    while True:
        solver.minimize()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        minimum = float(solver.getInfo().objective_function_value)
        if minimum >= upper_bound * (1 - RELATIVE_GAP):
            return upper_bound
        values = solver.getSolution().col_value
        shown_cells = [choice is not None and values[choice.index] < 1 / 2 for choice in choices]
        if is_safe(~np.array(shown_cells)):
            return minimum
        solver.addConstr(
            sum(choice for choice, is_shown in zip(choices, shown_cells, strict=True) if is_shown)
            >= 1
        )


def _add_feasible_counts(
    solver: highspy.Highs, problem: SuppressionProblem, choices: list[highspy.highs_var | None]
) -> list[highspy.highs_var]:
    """Add counts that agree with all shown cells; return how far each is from its true value."""
    deviations = [
        solver.addVariable(-min(MAXIMUM_DEVIATION, float(value - floor)), MAXIMUM_DEVIATION)
        for value, floor in zip(problem.value, problem.floor, strict=True)
    ]
    for total, parts in problem.rows:
        solver.addConstr(sum(deviations[part] for part in parts) - deviations[total] == 0)
    for deviation, choice in zip(deviations, choices, strict=True):
        if choice is not None:
            solver.addConstr(deviation - MAXIMUM_DEVIATION * choice <= 0)
            solver.addConstr(deviation + MAXIMUM_DEVIATION * choice >= 0)
    return deviations
