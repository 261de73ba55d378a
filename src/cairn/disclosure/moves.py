"""The cheapest way to leave room: which cells must move along if one cell is to move."""

from collections.abc import Collection
from math import inf

import highspy
import numpy as np
from numpy.typing import NDArray

from cairn.disclosure.quiet import QuietSolver
from cairn.disclosure.world import World

ALREADY_WITHHELD = 1e-2
"""Relative cost of moving a cell that is withheld anyway: short moves are preferred, since they
seldom split people."""

SMALLEST_MOVE = 1e-6


class Mover:
    """One linear program, solved again and again from rest.

    Its variables are how far each unknown moves up and down from its true value; its rows keep
    every equation; a cell that is not withheld costs its weight for each person it moves by. The
    cells that move in the cheapest solution are those to withhold: afterwards an outsider cannot
    tell the true table from the moved one. Raising a cell together with all its totals always
    keeps the equations, so an upward move exists. Each solution starts at rest, where nothing
    moves: that is a few steps from the answer, while the last target's answer is many.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._size = len(world.value)
        self._solver = QuietSolver(presolve="off", mip_rel_gap=0.5)
        self._solver.passModel(self._program())
        self.programs = 0
        self._held = np.zeros(self._size, np.bool_)
        self.hold(ALREADY_WITHHELD)

    def hold(self, cost: float) -> None:
        """How much it costs to move a cell that is withheld anyway, by each person."""
        self._cost = cost
        for unknown in np.flatnonzero(self._held).tolist():
            self.release(unknown)

    def release(self, unknown: int) -> None:
        """The unknown is withheld: from now on it moves for almost nothing."""
        self._held[unknown] = True
        cost = self._cost if self._world.public[unknown] else 0.0
        self._solver.changeColCost(unknown, cost)
        self._solver.changeColCost(self._size + unknown, cost)

    def cheapest(
        self, target: int, by: int, kept: Collection[int] = ()
    ) -> tuple[NDArray[np.float64], float]:
        """The cheapest move that changes ``target`` by ``by`` people and leaves somebody in each
        of the unknowns ``kept``, and its cost.

        A move down may be impossible: it costs infinitely much, and nothing moves.
        """
        up, down = target, self._size + target
        room = float(self._world.value[target] - self._world.floor[target])
        for other in kept:
            self._bound(other, 1)
        self._solver.changeColBounds(up, max(by, 0), max(by, 0))
        self._solver.changeColBounds(down, max(-by, 0), min(max(-by, 0), room))
        self._solver.setBasis()
        self._solver.run()
        self.programs += 1
        if self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
            found = np.asarray(self._solver.getSolution().col_value)
            cost = self._solver.getInfo().objective_function_value
        else:
            found, cost = np.zeros(2 * self._size), inf
        self._solver.changeColBounds(up, 0, highspy.kHighsInf)
        for other in (target, *kept):
            self._bound(other, self._world.floor[other])
        return found[: self._size] - found[self._size :], cost

    def _bound(self, unknown: int, least: int) -> None:
        """How far an unknown may move down."""
        most = float(self._world.value[unknown] - least)
        self._solver.changeColBounds(self._size + unknown, 0, most)

    def whole(
        self, target: int, by: int, kept: Collection[int] = ()
    ) -> tuple[NDArray[np.float64], float]:
        """A move by whole people, cheap but not always the cheapest.

        For the rare designs (three or more dimensions) whose cheapest move splits people.
        """
        self._demand(highspy.HighsVarType.kInteger)
        move, cost = self.cheapest(target, by, kept)
        self._demand(highspy.HighsVarType.kContinuous)
        return np.rint(move), cost

    def _demand(self, kind: highspy.HighsVarType) -> None:
        columns = np.arange(2 * self._size, dtype=np.int32)
        kinds = np.full(2 * self._size, int(kind), np.uint8)
        self._solver.changeColsIntegrality(2 * self._size, columns, kinds)

    def _program(self) -> highspy.HighsLp:
        world, size = self._world, self._size
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = 2 * size, len(world.rows)
        program.col_cost_ = np.tile(world.cost, 2)
        program.col_lower_ = np.zeros(2 * size)
        program.col_upper_ = np.concatenate(
            [np.full(size, highspy.kHighsInf), (world.value - world.floor).astype(np.float64)]
        )
        program.row_lower_ = program.row_upper_ = np.zeros(len(world.rows))
        starts, columns, factors = [0], list[int](), list[float]()
        for total, parts in world.rows:
            columns += [total, total + size, *parts, *(part + size for part in parts)]
            factors += [-1.0, 1.0, *[1.0] * len(parts), *[-1.0] * len(parts)]
            starts.append(len(columns))
        matrix = program.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kRowwise
        matrix.num_col_, matrix.num_row_ = program.num_col_, program.num_row_
        matrix.start_, matrix.index_ = np.array(starts), np.array(columns)
        matrix.value_ = np.array(factors)
        return program
