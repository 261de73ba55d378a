"""Hold a system of linear rows over unknown whole numbers, and its programs for the solver."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import floor
from typing import Final

import highspy
import numpy as np
from numpy.typing import NDArray

from cairn.sdc.audit.feasible_tables import PRIMAL_SIMPLEX, TOLERANCE
from cairn.sdc.tables import QuietSolver

__all__ = ["IntegerModel", "IntegerPoint", "LinearRow", "RowSystem", "list_bounds"]

MOST_NODES = 500
"""Branches of one search: counted, not timed, so that the same tables get the same verdict."""

EXACT_FLOATS: Final = 2**53
"""Below, every whole number and every sum of some is exact in floating-point arithmetic."""

LARGEST_NUMBER: Final = 10**9
"""Replaces infinity in integer arithmetic: more people than any table counts."""

IntegerPoint = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LinearRow:
    """State that a sum of unknowns lies between two whole numbers, both included.

    Args:
        terms: the whole coefficient of each unknown, by its number.
        low: the least; minus infinity where nothing bounds it.
        high: the most; infinite where nothing bounds it.
    """

    terms: Mapping[int, int]
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class IntegerModel:
    """Hold unknown whole numbers with their bounds and rows.

    Args:
        lower: the least of each unknown.
        upper: the most of each.
        rows: the rows.
    """

    lower: tuple[int, ...]
    upper: tuple[float, ...]
    rows: tuple[LinearRow, ...]

    def add_rows(self, rows: Iterable[LinearRow]) -> "IntegerModel":
        """Return the model with further rows; rows of one unknown become its bounds."""
        lower, upper, kept = list(self.lower), list(self.upper), list(self.rows)
        for row in rows:
            if [*row.terms.values()] == [1]:
                (unknown,) = row.terms
                lower[unknown] = max(lower[unknown], int(max(row.low, 0)))
                upper[unknown] = min(upper[unknown], row.high)
            else:
                kept.append(row)
        return IntegerModel(tuple(lower), tuple(upper), tuple(kept))


class RowSystem:
    """Hold rows as a matrix, and as programs in which only the bounds and the sum change.

    Args:
        rows: the rows.
        unknowns: how many unknowns there are.

    Attributes:
        matrix: the coefficients, one line for each row.
        low: the least of each row.
        high: the most of each.
        unknowns: how many unknowns there are.
    """

    def __init__(self, rows: Sequence[LinearRow], unknowns: int) -> None:
        self.unknowns = unknowns
        self._rows = tuple(rows)
        singles = [next(iter(row.terms.items())) for row in rows if len(row.terms) == 1]
        self._singles = np.array(singles, np.int64).T if len(singles) == len(rows) > 0 else None
        self.low = list_bounds([row.low for row in rows])
        self.high = list_bounds([row.high for row in rows])
        self._relaxed: QuietSolver | None = None
        self._whole: QuietSolver | None = None

    @cached_property
    def matrix(self) -> IntegerPoint:
        """The coefficients; rows of one unknown each, such as thousands of records, need none."""
        matrix = np.zeros((len(self._rows), self.unknowns), np.int64)
        for index, row in enumerate(self._rows):
            matrix[index, list(row.terms)] = list(row.terms.values())
        return matrix

    @cached_property
    def _floats(self) -> NDArray[np.float64]:
        return self.matrix.T.astype(np.float64)

    @cached_property
    def _exact_below(self) -> int:
        largest = max(np.abs(self.matrix).sum(axis=1).max(initial=0), 1)
        return EXACT_FLOATS // int(largest)

    @cached_property
    def _spread(self) -> IntegerPoint:
        """The most that one unknown, or one against another, can change each row by one step."""
        matrix = self.matrix
        spread = matrix.max(axis=1, initial=0) - matrix.min(axis=1, initial=0)
        return np.asarray(spread, np.int64)

    def find_satisfied_rows(self, points: IntegerPoint) -> NDArray[np.bool_]:
        """Tell which rows (columns) each point (line) satisfies, in exact arithmetic."""
        sums = self.compute_sums(points)
        return np.asarray((sums >= self.low) & (sums <= self.high))

    def compute_sums(self, points: IntegerPoint) -> IntegerPoint | NDArray[np.float64]:
        """Compute the sum of each row (column) at each point (line), in exact arithmetic.

        Floating-point numbers are exact for whole numbers as small as these, and much faster.
        """
        if self._singles is not None:
            unknowns, factors = self._singles
            return np.asarray(points[:, unknowns] * factors)
        if np.abs(points).max(initial=0) < self._exact_below:
            return np.asarray(points.astype(np.float64) @ self._floats)
        return np.asarray(points @ self.matrix.T)

    def find_tight_rows(self, sums: IntegerPoint) -> IntegerPoint:
        """Find the rows that one step from a point with these sums might break."""
        spread = self._spread
        return np.flatnonzero((sums - self.low < spread) | (self.high - sums < spread))

    def are_sums_allowed(self, sums: IntegerPoint, rows: IntegerPoint) -> NDArray[np.bool_]:
        """Tell which columns of sums, one line for each of some rows, lie within these rows."""
        low, high = self.low[rows, None], self.high[rows, None]
        return np.asarray(((sums >= low) & (sums <= high)).all(axis=0))

    def find_end(
        self, bounds: tuple[IntegerPoint, IntegerPoint], form: Mapping[int, int], sense: int
    ) -> tuple[int, IntegerPoint]:
        """Solve the linear program for the largest (-1) or smallest (1) value of a sum.

        Args:
            bounds: the least and the most of each unknown.
            form: the coefficient of each unknown of the sum.
            sense: which end.

        Returns:
            What the sum cannot exceed (for 1, its negative), and the solution in whole numbers,
            which need not satisfy the rows.
        """
        if self._relaxed is None:
            self._relaxed = QuietSolver(simplex_strategy=PRIMAL_SIMPLEX)
            self._relaxed.passModel(self._build_program())
        self._set_question(self._relaxed, bounds, form, sense)
        self._relaxed.run()
        end = LARGEST_NUMBER
        if self._relaxed.getModelStatus() == highspy.HighsModelStatus.kOptimal:
            end = floor(-self._relaxed.getInfo().objective_function_value + TOLERANCE)
        return end, self._read_point(self._relaxed)

    def propose_point(
        self,
        bounds: tuple[IntegerPoint, IntegerPoint],
        form: Mapping[int, int],
        sense: int,
        value: int | None,
    ) -> IntegerPoint:
        """Ask the solver for a whole point: at one value of a sum, or at one of its ends.

        Args:
            bounds: the least and the most of each unknown.
            form: the coefficient of each unknown of the sum.
            sense: -1 for the largest value, 1 for the smallest, 0 for any.
            value: the value of the sum; None for any.

        Returns:
            A point, which need not satisfy the rows.
        """
        if self._whole is None:
            self._whole = QuietSolver(mip_max_nodes=MOST_NODES, mip_rel_gap=0.0)
            program = self._build_program()
            program.integrality_ = [highspy.HighsVarType.kInteger] * self.unknowns
            self._whole.passModel(program)
        self._set_question(self._whole, bounds, form, sense)
        if value is not None:
            indices = np.array(sorted(form), np.int32)
            self._whole.addRow(
                float(value), float(value), len(indices), indices,
                np.array([form[index] for index in indices.tolist()], np.float64),
            )  # fmt: skip
        self._whole.run()
        proposed = self._read_point(self._whole)
        if value is not None:
            self._whole.deleteRows(1, np.array([len(self._rows)], np.int32))
        return proposed

    def _set_question(
        self,
        solver: QuietSolver,
        bounds: tuple[IntegerPoint, IntegerPoint],
        form: Mapping[int, int],
        sense: int,
    ) -> None:
        cost = np.zeros(self.unknowns)
        cost[list(form)] = [sense * by for by in form.values()]
        every = np.arange(self.unknowns, dtype=np.int32)
        lower, upper = (bound.astype(np.float64) for bound in bounds)
        upper[upper == LARGEST_NUMBER] = highspy.kHighsInf
        solver.changeColsCost(self.unknowns, every, cost)
        solver.changeColsBounds(self.unknowns, every, lower, upper)

    def _read_point(self, solver: QuietSolver) -> IntegerPoint:
        values = np.resize(np.asarray(solver.getSolution().col_value), self.unknowns)
        return np.rint(values).astype(np.int64)

    def _build_program(self) -> highspy.HighsLp:
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = self.unknowns, len(self._rows)
        program.col_cost_ = np.zeros(self.unknowns)
        program.col_lower_ = np.zeros(self.unknowns)
        program.col_upper_ = np.full(self.unknowns, highspy.kHighsInf)
        program.row_lower_ = np.array([row.low for row in self._rows], np.float64)
        program.row_upper_ = np.array([row.high for row in self._rows], np.float64)
        matrix = program.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kRowwise
        matrix.num_col_, matrix.num_row_ = program.num_col_, program.num_row_
        matrix.start_ = np.cumsum([0, *(len(row.terms) for row in self._rows)])
        matrix.index_ = np.array([c for row in self._rows for c in row.terms], np.int32)
        matrix.value_ = np.array([v for row in self._rows for v in row.terms.values()], np.float64)
        return program


def list_bounds(values: Sequence[float]) -> IntegerPoint:
    """List bounds as whole numbers.

    Args:
        values: the bounds.

    Returns:
        The same, where infinite ones are the largest number (or minus it).
    """
    bounds = np.array(values, np.float64)
    return np.clip(bounds, -LARGEST_NUMBER, LARGEST_NUMBER).astype(np.int64)
