"""Find feasible tables: whole tables that agree with everything published.

A withheld cell stays unknown as far as it takes different values in feasible tables. Bound
propagation, one equation at a time and without a solver, is enough to rule most values out.
"""

from collections.abc import Collection, Sequence
from functools import cached_property

import highspy
import numpy as np
from numpy.typing import NDArray

from cairn.sdc.tables import QuietSolver

__all__ = ["BoundArray", "EquationRow", "FeasibleTableSearch", "WholeTable", "propagate_bounds"]

WholeTable = NDArray[np.int64]

EquationRow = tuple[tuple[int, ...], tuple[int, ...], int]
"""An equation: unknowns that count once, unknowns that count minus once, what they come to."""

TOLERANCE = 1e-6

PRIMAL_SIMPLEX = 4
"""HiGHS's number for primal simplex: the last table stays possible when the question changes."""


class FeasibleTableSearch:
    """Find feasible tables for one connected set of unknowns.

    The solver proposes and integer arithmetic decides: a table counts only if it is checked
    exactly, so no tolerance of the solver enters the proof that a cell is safe.

    Args:
        rows: the equations.
        floors: the least each unknown can be.
        ceilings: the most; infinite where nothing bounds it.
    """

    def __init__(
        self, rows: Sequence[EquationRow], floors: Sequence[int], ceilings: Sequence[float] = ()
    ) -> None:
        self._lowest = self._floors = np.array(floors, np.int64)
        self._ceilings = np.array(ceilings or [highspy.kHighsInf] * len(floors), np.float64)
        self._size = len(floors)
        self._columns = np.arange(self._size, dtype=np.int32)
        self._load_equations(rows)
        self.programs = 0

    @cached_property
    def _bounds(self) -> QuietSolver:
        """The solver for extremes; made when it is first needed, which is seldom."""
        solver = QuietSolver(simplex_strategy=PRIMAL_SIMPLEX)
        solver.passModel(self._build_program())
        return solver

    @cached_property
    def _search(self) -> QuietSolver:
        """The solver for whole tables; made when it is first needed, which is seldom."""
        program = self._build_program()
        program.integrality_ = [highspy.HighsVarType.kInteger] * self._size
        solver = QuietSolver(mip_rel_gap=0.2)
        solver.passModel(program)
        return solver

    def find_extreme(self, weights: NDArray[np.float64]) -> tuple[float, WholeTable | None]:
        """Find the largest value of a weighted sum, and the feasible table that reaches it.

        Returns:
            The value: infinite where nothing published bounds it, NaN where no table agrees at all.
            The table: None where the solver's table is not whole.
        """
        self._bounds.changeColsCost(self._size, self._columns, -weights)
        self._bounds.run()
        self.programs += 1
        status = self._bounds.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            return -self._bounds.getInfo().objective_function_value, self._check_solution(
                self._bounds
            )
        if status == highspy.HighsModelStatus.kInfeasible:
            return np.nan, None
        return np.inf, None

    def find_table_with(self, unknown: int, value: int, start: WholeTable) -> WholeTable | None:
        """Find a feasible table in which an unknown has the given value; None if there is none.

        The search looks around ``start`` first, a table with a close value, and then everywhere.
        """
        self._search_near(start)
        self._search.changeColBounds(unknown, value, value)
        table = self.find_table()
        self._search_everywhere()
        if table is None:
            self._search.changeColBounds(unknown, value, value)
            table = self.find_table()
            self._search_everywhere()
        return table

    def find_table(self, guess: WholeTable | None = None) -> WholeTable | None:
        """Find any feasible table: ``guess`` if it is one, and else by integer programming."""
        if guess is not None and self.is_feasible(guess):
            return guess
        self._search.run()
        self.programs += 1
        is_solved = self._search.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return self._check_solution(self._search) if is_solved else None

    def find_table_quickly(self, guess: WholeTable) -> WholeTable | None:
        """Find any feasible table: a corner of the linear program, where one is whole.

        Corners of small systems mostly are, and a linear program without a solution proves that
        there is no table. Otherwise `find_table` decides.
        """
        if self.is_feasible(guess):
            return guess
        bound, corner = self.find_extreme(np.zeros(self._size))
        return None if np.isnan(bound) else self.find_table(corner)

    def find_fullest_table(self, unknowns: Collection[int]) -> WholeTable | None:
        """Find a feasible table in which these unknowns have the largest sum.

        None if there is none, or the solver fails.
        """
        columns = np.array(unknowns, np.int32)
        self._search.changeColsCost(len(columns), columns, -np.ones(len(columns)))
        table = self.find_table()
        self._search.changeColsCost(len(columns), columns, np.zeros(len(columns)))
        return table

    def is_feasible(self, table: WholeTable) -> bool:
        """Check exactly whether whole numbers fulfill every equation within their limits."""
        sums = np.zeros(len(self._known), np.int64)
        np.add.at(sums, self._row, self._factor * table[self._column])
        within = (table >= self._floors).all() and (table <= self._ceilings).all()
        return bool(within and (sums == self._known).all())

    def require_above_floor(self, unknowns: Collection[int]) -> None:
        """Restrict the search to tables with a person above the floor of each of these unknowns.

        An empty list lifts the restriction.
        """
        self._floors = self._lowest.copy()
        for unknown in unknowns:
            self._floors[unknown] = self._lowest[unknown] + 1
        lower = self._floors.astype(np.float64)
        # A solver that is not made yet begins with these floors.
        if "_bounds" in self.__dict__:
            self._bounds.changeColsBounds(self._size, self._columns, lower, self._ceilings)
        if "_search" in self.__dict__:
            self._search_everywhere()

    def _search_near(self, center: WholeTable) -> None:
        """Restrict the search to tables that differ from ``center`` by at most one per unknown."""
        lower = np.maximum(center - 1, self._floors).astype(np.float64)
        upper = np.minimum(center + 1, self._ceilings)
        self._search.changeColsBounds(self._size, self._columns, lower, upper)

    def _search_everywhere(self) -> None:
        """Lift the restriction of `_search_near`."""
        lower = self._floors.astype(np.float64)
        self._search.changeColsBounds(self._size, self._columns, lower, self._ceilings)

    def _check_solution(self, solver: highspy.Highs) -> WholeTable | None:
        table = np.rint(np.asarray(solver.getSolution().col_value)).astype(np.int64)
        return table if self.is_feasible(table) else None

    def _load_equations(self, rows: Sequence[EquationRow]) -> None:
        self._known = np.array([known for _, _, known in rows], np.int64)
        lengths = [len(plus) + len(minus) for plus, minus, _ in rows]
        self._row = np.repeat(np.arange(len(rows)), lengths)
        self._column = np.array([u for plus, minus, _ in rows for u in (*plus, *minus)], np.int32)
        self._factor = np.array(
            [f for plus, minus, _ in rows for f in [1] * len(plus) + [-1] * len(minus)], np.int64
        )
        self._starts = np.cumsum([0, *lengths])

    def _build_program(self) -> highspy.HighsLp:
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


BOUND_PASSES = 50
"""Bounds may go on to narrow by one at a time for long; those found until then are valid too."""

BoundArray = NDArray[np.float64]


def propagate_bounds(
    rows: Sequence[EquationRow], floors: Sequence[int], ceilings: Sequence[float]
) -> tuple[BoundArray, BoundArray]:
    """Bound each unknown from below and above by passing bounds through one equation at a time.

    Each equation holds its members within what the others leave to them; this is repeated until
    nothing changes. Every feasible table lies within the bounds, but not all that lies within them
    is a table.

    Args:
        rows: the equations.
        floors: the least each unknown can be for other reasons.
        ceilings: the most; infinite where nothing bounds it.

    Returns:
        The least and the most of each unknown, float64[unknown] each.
    """
    low, high = np.array(floors, np.float64), np.array(ceilings, np.float64)
    lengths = [len(plus) + len(minus) for plus, minus, _ in rows]
    row = np.repeat(np.arange(len(rows)), lengths)
    member = np.array([u for plus, minus, _ in rows for u in (*plus, *minus)], np.int64)
    plus = np.array([f for p, m, _ in rows for f in [True] * len(p) + [False] * len(m)], np.bool_)
    known = np.array([known for *_, known in rows], np.float64)[row]
    for _ in range(BOUND_PASSES):
        # The least and the most that each member adds to its equation; then all other members.
        least = np.where(plus, low[member], -high[member])
        most = np.where(plus, high[member], -low[member])
        others_least = -_sum_others(row, -least)
        others_most = _sum_others(row, most)
        lowest = np.where(plus, known - others_most, others_least - known)
        highest = np.where(plus, known - others_least, others_most - known)
        previous = low.copy(), high.copy()
        np.maximum.at(low, member, lowest)
        np.minimum.at(high, member, highest)
        if (low == previous[0]).all() and (high == previous[1]).all():
            break
    return low, high


def _sum_others(row: NDArray[np.int64], most: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum the other members, for each member of each equation; infinite where one of them is."""
    is_infinite = np.isinf(most)
    finite = np.where(is_infinite, 0.0, most)
    equation_count = int(row.max(initial=-1)) + 1
    sums, infinite_counts = (
        np.bincount(row, finite, equation_count),
        np.bincount(row, is_infinite, equation_count),
    )
    return np.where(infinite_counts[row] - is_infinite > 0, np.inf, sums[row] - finite)
