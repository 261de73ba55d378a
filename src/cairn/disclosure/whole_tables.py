"""Whole tables that agree with everything published: proof that a cell stays unknown."""

from collections.abc import Collection, Sequence

import highspy
import numpy as np
from numpy.typing import NDArray

from cairn.disclosure.quiet import QuietSolver

Whole = NDArray[np.int64]
Row = tuple[tuple[int, ...], tuple[int, ...], int]
"""An equation: unknowns that count once, unknowns that count minus once, what they come to."""

TOLERANCE = 1e-6

PRIMAL = 4
"""HiGHS's number for primal simplex: the last table stays possible when the question changes."""


class WholeTables:
    """Finds whole tables for one set of unknowns that hang together.

    The solver proposes, integer arithmetic disposes: a table counts only if it is checked
    exactly, so no tolerance of the solver enters the proof that a cell is safe.
    """

    def __init__(
        self, rows: Sequence[Row], floors: Sequence[int], ceilings: Sequence[float] = ()
    ) -> None:
        self._lowest = self._floors = np.array(floors, np.int64)
        self._ceilings = np.array(ceilings or [highspy.kHighsInf] * len(floors), np.float64)
        self._size = len(floors)
        self._columns = np.arange(self._size, dtype=np.int32)
        self._load(rows)
        program = self._program()
        self._bounds = QuietSolver(simplex_strategy=PRIMAL)
        self._bounds.passModel(program)
        program.integrality_ = [highspy.HighsVarType.kInteger] * self._size
        self._search = QuietSolver(mip_rel_gap=0.2)
        self._search.passModel(program)
        self.programs = 0

    def extreme(self, weights: NDArray[np.float64]) -> tuple[float, Whole | None]:
        """The largest value of a weighted sum, and the whole table that reaches it.

        Infinite where nothing published bounds it; None for the table where the solver's is
        not whole. NaN where no table at all agrees.
        """
        self._bounds.changeColsCost(self._size, self._columns, -weights)
        self._bounds.run()
        self.programs += 1
        status = self._bounds.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            return -self._bounds.getInfo().objective_function_value, self._checked(self._bounds)
        if status == highspy.HighsModelStatus.kInfeasible:
            return np.nan, None
        return np.inf, None

    def any_with(self, unknown: int, value: int, start: Whole) -> Whole | None:
        """A whole table in which an unknown has the given value; None if there is none.

        Looks around ``start`` first, a table with a close value, and then everywhere.
        """
        self._near(start)
        self._search.changeColBounds(unknown, value, value)
        found = self.any()
        self._anywhere()
        if found is None:
            self._search.changeColBounds(unknown, value, value)
            found = self.any()
            self._anywhere()
        return found

    def any(self, guess: Whole | None = None) -> Whole | None:
        """Any whole table: ``guess`` if it is one, and else by integer programming."""
        if guess is not None and self.agrees(guess):
            return guess
        self._search.run()
        self.programs += 1
        found = self._search.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return self._checked(self._search) if found else None

    def most(self, unknowns: Collection[int]) -> Whole | None:
        """A whole table in which these unknowns come to as much as in any; None if there is none,
        or the solver errs."""
        columns = np.array(unknowns, np.int32)
        self._search.changeColsCost(len(columns), columns, -np.ones(len(columns)))
        found = self.any()
        self._search.changeColsCost(len(columns), columns, np.zeros(len(columns)))
        return found

    def agrees(self, whole: Whole) -> bool:
        """Whether whole numbers fulfil every equation within their limits, exactly."""
        sums = np.zeros(len(self._known), np.int64)
        np.add.at(sums, self._row, self._factor * whole[self._column])
        within = (whole >= self._floors).all() and (whole <= self._ceilings).all()
        return bool(within and (sums == self._known).all())

    def keep(self, unknowns: Collection[int]) -> None:
        """Look only at tables with somebody above the floor of each of these unknowns; at all again
        if none."""
        self._floors = self._lowest.copy()
        for unknown in unknowns:
            self._floors[unknown] = self._lowest[unknown] + 1
        lower = self._floors.astype(np.float64)
        self._bounds.changeColsBounds(self._size, self._columns, lower, self._ceilings)
        self._anywhere()

    def _near(self, center: Whole) -> None:
        """Look only at tables in which no unknown differs from ``center`` by more than one."""
        lower = np.maximum(center - 1, self._floors).astype(np.float64)
        upper = np.minimum(center + 1, self._ceilings)
        self._search.changeColsBounds(self._size, self._columns, lower, upper)

    def _anywhere(self) -> None:
        """Look at tables far and near again."""
        lower = self._floors.astype(np.float64)
        self._search.changeColsBounds(self._size, self._columns, lower, self._ceilings)

    def _checked(self, solver: highspy.Highs) -> Whole | None:
        whole = np.rint(np.asarray(solver.getSolution().col_value)).astype(np.int64)
        return whole if self.agrees(whole) else None

    def _load(self, rows: Sequence[Row]) -> None:
        self._known = np.array([known for _, _, known in rows], np.int64)
        lengths = [len(plus) + len(minus) for plus, minus, _ in rows]
        self._row = np.repeat(np.arange(len(rows)), lengths)
        self._column = np.array([u for plus, minus, _ in rows for u in (*plus, *minus)], np.int32)
        self._factor = np.array(
            [f for plus, minus, _ in rows for f in [1] * len(plus) + [-1] * len(minus)], np.int64
        )
        self._starts = np.cumsum([0, *lengths])

    def _program(self) -> highspy.HighsLp:
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = self._size, len(self._known)
        program.col_cost_ = np.zeros(self._size)
        program.col_lower_ = self._floors.astype(np.float64)
        program.col_upper_ = self._ceilings
        program.row_lower_ = program.row_upper_ = self._known.astype(np.float64)
        matrix = program.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kRowwise
        matrix.num_col_, matrix.num_row_ = program.num_col_, program.num_row_
        matrix.start_, matrix.index_ = self._starts, self._column
        matrix.value_ = self._factor.astype(np.float64)
        return program
