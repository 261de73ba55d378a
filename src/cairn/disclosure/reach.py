"""How far unknowns can move where only what is withheld moves; and what more that demands."""

from collections.abc import Iterator

import highspy
import numpy as np
from numpy.typing import NDArray

from cairn.disclosure.covering import Demand, required
from cairn.disclosure.quiet import QuietSolver
from cairn.disclosure.rule import Rule
from cairn.disclosure.world import World

SLIVER = 1e-3
"""What is shown may move by so little. Of all that would let a target move further, the solver
then names the fewest."""

CLOSE = 1e-2
"""A target that comes so close to a distance has reached it: slivers add up to less."""

FAR = 1e3
"""No move is longer."""


class Reach:
    """One linear program for all targets: its shadow prices tell what holds a target."""

    def __init__(self, world: World, rule: Rule) -> None:
        self._world, self._rule = world, rule
        self._size = len(world.value)
        self._room = (world.value - world.floor).astype(np.float64)
        self._solver = QuietSolver(presolve="off")
        self._solver.passModel(self._program())
        self.programs = 0

    def demands(self, withheld: NDArray[np.bool_]) -> Iterator[Demand]:
        """What each target that a pattern leaves too narrow demands of any safe pattern."""
        free = withheld | ~self._world.public
        self._up = np.where(free, FAR, SLIVER)
        self._down = np.where(free, self._room, np.minimum(self._room, SLIVER))
        columns = np.arange(self._size, dtype=np.int32)
        self._solver.changeColsBounds(self._size, columns, -self._down, self._up)
        self._most, self._least = np.zeros(self._size), np.zeros(self._size)
        for target in np.flatnonzero(withheld & self._world.public).tolist():
            need = required(self._world, self._rule, target) - 1
            if self._most[target] - self._least[target] < need - CLOSE:
                yield from self._demand(target, need)

    def _demand(self, target: int, need: int) -> Iterator[Demand]:
        weights, least = np.zeros(self._size), float(need)
        for sign, most in ((1, float(need)), (-1, min(float(need), self._room[target]))):
            reached, prices = self._furthest(target, sign, most)
            if reached > most - CLOSE:
                least -= most
            else:
                # Unknowns with a price below zero hold the target by not moving up.
                limits = np.where(prices < 0, need, self._room)
                weights += np.minimum(np.abs(prices) * limits, need)
        if least > 0:
            others = np.flatnonzero(weights)
            yield Demand(target, others, weights[others], least)

    def _furthest(self, target: int, sign: int, most: float) -> tuple[float, NDArray[np.float64]]:
        """How far up (or down) a target moves, and by how much each other unknown holds it."""
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

    def _program(self) -> highspy.HighsLp:
        world, size = self._world, self._size
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = size, len(world.rows)
        program.col_cost_ = program.col_lower_ = program.col_upper_ = np.zeros(size)
        program.row_lower_ = program.row_upper_ = np.zeros(len(world.rows))
        matrix = program.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kRowwise
        matrix.num_col_, matrix.num_row_ = program.num_col_, program.num_row_
        matrix.start_ = np.cumsum([0, *(1 + len(parts) for _, parts in world.rows)])
        matrix.index_ = np.array([u for total, parts in world.rows for u in (total, *parts)])
        matrix.value_ = np.array(
            [v for _, parts in world.rows for v in (-1.0, *[1.0] * len(parts))]
        )
        return program
