"""The least that must be withheld on small tables, found by integer programming.

A yardstick for `protect.py`: two whole sets of counts for each small cell, apart by the width
asked for, may differ from the true ones only in what is withheld. A pattern that the audit narrows
a small cell of, as a rule for somebody who knows one record, is not taken, nor a part of it, which
withholds less. What covers needs no room of its own here, so that the optimum is a lower bound of
what any protector can reach.
"""

from collections.abc import Callable

import highspy
import numpy as np
from numpy.typing import NDArray

from cairn.sdc.suppression.problem import SuppressionProblem
from cairn.sdc.tables.rule import SuppressionRule
from cairn.sdc.tables.solver import QuietSolver

FAR = 10.0
"""Nothing needs to move further for a small cell to move by two."""


PRECISE = 1e-4
"""The solver's own share of the cost by which an optimum may be off."""

Pattern = NDArray[np.bool_]


def least_cost(
    world: SuppressionProblem,
    rule: SuppressionRule,
    patience: float,
    most: float,
    stands: Callable[[Pattern], bool],
) -> float | None:
    """The least information lost beyond the small cells; None where it was not found in time.

    Args:
        world: all unknowns.
        rule: how far a small cell must move.
        patience: seconds for one choice.
        most: what a safe pattern costs; nothing dearer is looked for.
        stands: whether the audit narrows no small cell of a pattern.
    """
    solver = QuietSolver(time_limit=patience)
    choices = [
        solver.addBinary(float(cost)) if public and not small else None
        for cost, public, small in zip(world.cost, world.public, world.small, strict=True)
    ]
    for target in np.flatnonzero(world.small).tolist():
        high, low = (_moved(solver, world, choices) for _ in range(2))
        solver.addConstr(high[target] - low[target] >= rule.width_small - 1)
    while True:
        solver.minimize()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        least = float(solver.getInfo().objective_function_value)
        if least >= most * (1 - PRECISE):
            return most
        values = solver.getSolution().col_value
        shown = [c is not None and values[c.index] < 1 / 2 for c in choices]
        if stands(~np.array(shown)):
            return least
        solver.addConstr(sum(c for c, left in zip(choices, shown, strict=True) if left) >= 1)


def _moved(
    solver: highspy.Highs, world: SuppressionProblem, choices: list[highspy.highs_var | None]
) -> list[highspy.highs_var]:
    """Counts that agree with all that is shown: how far each is from its true value."""
    moves = [
        solver.addVariable(-min(FAR, float(value - floor)), FAR)
        for value, floor in zip(world.value, world.floor, strict=True)
    ]
    for total, parts in world.rows:
        solver.addConstr(sum(moves[part] for part in parts) - moves[total] == 0)
    for move, choice in zip(moves, choices, strict=True):
        if choice is not None:
            solver.addConstr(move - FAR * choice <= 0)
            solver.addConstr(move + FAR * choice >= 0)
    return moves
