"""Find which values a sum of unknowns takes at whole-number points of a system of rows.

The solver proposes points and is never believed: a point counts only if exact integer arithmetic
finds that it satisfies every row. A value that was not seen at such a point counts as impossible,
so what cannot be proven within the limits below is exposed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, isinf

import highspy
import numpy as np
from numpy.typing import NDArray

from cairn.sdc.tables import QuietSolver

__all__ = ["InfeasibleModelError", "IntegerModel", "LinearRow", "PointSearch"]

MOST_NODES = 500
"""Branches of one search: counted, not timed, so that the same tables get the same verdict."""

MOST_SWAPS = 4
"""Unknowns of a sum that are moved against others before the solver is asked."""

LARGEST_NUMBER = 10**9
"""Replaces infinity in integer arithmetic: more people than any table counts."""

IntegerPoint = NDArray[np.int64]


class InfeasibleModelError(ValueError):
    """Report that no whole numbers agree with everything published, so that nothing is proven."""


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


class PointSearch:
    """Search a model for points at which sums of unknowns differ.

    Args:
        model: the unknowns, bounds and rows.
        start: a point to begin with; another is looked for where it does not satisfy the model.

    Raises:
        InfeasibleModelError: no point satisfies the model, or none was found.
    """

    def __init__(self, model: IntegerModel, start: Sequence[int] = ()) -> None:
        self.model = model
        self.programs = 0
        self._lower = _bound(model.lower)
        self._upper = _bound(model.upper)
        self._matrix = _build_matrix(model)
        self._low = _bound([row.low for row in model.rows])
        self._high = _bound([row.high for row in model.rows])
        self._solver: QuietSolver | None = None
        point = np.array(start, np.int64)
        if len(start) != len(model.lower) or not self.is_feasible(point):
            point = self._solve({}, 0, None)
            if not self.is_feasible(point):
                raise InfeasibleModelError("No whole numbers agree with everything published.")
        self.start: IntegerPoint = point

    def tighten(self, rows: Iterable[LinearRow]) -> "PointSearch":
        """Return a search in the same model with further rows, which the start must satisfy."""
        return PointSearch(self.model.add_rows(rows), self.start.tolist())

    def is_feasible(self, point: IntegerPoint) -> bool:
        """Tell whether a point satisfies every bound and row, in integer arithmetic."""
        sums = self._matrix @ point
        return bool(
            (point >= self._lower).all()
            and (point <= self._upper).all()
            and (sums >= self._low).all()
            and (sums <= self._high).all()
        )

    def find_points(self, form: Mapping[int, int], enough: int) -> dict[int, IntegerPoint]:
        """Find points at which a sum of unknowns takes different values.

        Args:
            form: the coefficient of each unknown of the sum.
            enough: how many values are enough; the search stops there.

        Returns:
            A feasible point for each value seen.
        """
        found = self.find_near_points(form, enough)
        if len(found) < enough:
            self._search_ends(form, enough, found)
        return found

    def find_near_points(self, form: Mapping[int, int], enough: int) -> dict[int, IntegerPoint]:
        """Find points near the start at which a sum takes different values, without the solver.

        Args:
            form: as for `find_points`.
            enough: as for `find_points`.

        Returns:
            A feasible point for each value seen; there may be more values.
        """
        found = {_evaluate(form, self.start): self.start}
        for direction in (1, -1):
            self._walk(form, direction, enough, found)
        return found

    def _walk(
        self, form: Mapping[int, int], direction: int, enough: int, found: dict[int, IntegerPoint]
    ) -> None:
        """Change the sum by one at a time, by one unknown of it, or against one outside of it."""
        point = self.start
        while len(found) < enough:
            moved = self._step(form, direction, point)
            if moved is None:
                return
            point = moved
            found.setdefault(_evaluate(form, point), point)

    def _step(
        self, form: Mapping[int, int], direction: int, point: IntegerPoint
    ) -> IntegerPoint | None:
        inside = np.array(sorted(form), np.int64)
        movable = self._find_movable(inside, direction, point)
        if len(movable):
            moved = point.copy()
            moved[self._find_roomiest(movable, point)] += direction
            return moved
        return self._swap(inside, direction, point)

    def _swap(
        self, inside: IntegerPoint, direction: int, point: IntegerPoint
    ) -> IntegerPoint | None:
        """Move one unknown of the sum, and one outside of it the other way."""
        outside = np.setdiff1d(np.arange(len(point)), inside)
        sums = self._matrix @ point
        free = outside[self._is_within(point[outside] - direction, outside)]
        for unknown in inside[self._is_within(point[inside] + direction, inside)][:MOST_SWAPS]:
            change = (self._matrix[:, [unknown]] - self._matrix[:, free]) * direction
            after = sums[:, None] + change
            fits = ((after >= self._low[:, None]) & (after <= self._high[:, None])).all(axis=0)
            if fits.any():
                moved = point.copy()
                moved[unknown] += direction
                moved[self._find_roomiest(free[fits], point)] -= direction
                return moved
        return None

    def _find_movable(
        self, inside: IntegerPoint, direction: int, point: IntegerPoint
    ) -> IntegerPoint:
        """Find the unknowns that can change by one alone."""
        after = (self._matrix @ point)[:, None] + direction * self._matrix[:, inside]
        fits = ((after >= self._low[:, None]) & (after <= self._high[:, None])).all(axis=0)
        return np.asarray(inside[fits & self._is_within(point[inside] + direction, inside)])

    def _is_within(self, values: IntegerPoint, unknowns: IntegerPoint) -> NDArray[np.bool_]:
        return np.asarray((values >= self._lower[unknowns]) & (values <= self._upper[unknowns]))

    def _find_roomiest(self, unknowns: IntegerPoint, point: IntegerPoint) -> int:
        """Pick the unknown farthest from its bounds, so that most participants believe it."""
        room = np.minimum(point - self._lower, self._upper - point)[unknowns]
        return int(unknowns[int(np.argmax(room))])

    def _search_ends(
        self, form: Mapping[int, int], enough: int, found: dict[int, IntegerPoint]
    ) -> None:
        """Look for the largest and the smallest value, then for single values between them."""
        for sense in (-1, 1):
            self._note(form, self._solve(form, sense, None), found)
        gaps = [value for value in range(min(found), max(found)) if value not in found]
        while gaps and len(found) < enough:
            self._note(form, self._solve(form, 0, gaps.pop()), found)

    def _note(
        self, form: Mapping[int, int], proposed: IntegerPoint, found: dict[int, IntegerPoint]
    ) -> None:
        if self.is_feasible(proposed):
            found.setdefault(_evaluate(form, proposed), proposed)

    def _solve(self, form: Mapping[int, int], sense: int, value: int | None) -> IntegerPoint:
        """Ask the solver for a point: at the smallest (1) or largest (-1) value, or at one."""
        solver = self._open_solver()
        size = len(self.model.lower)
        cost = np.zeros(size)
        for unknown, by in form.items():
            cost[unknown] = sense * by
        solver.changeColsCost(size, np.arange(size, dtype=np.int32), cost)
        extra = len(self.model.rows)
        if value is not None:
            indices = np.array(sorted(form), np.int32)
            solver.addRow(
                float(value), float(value), len(indices), indices,
                np.array([form[index] for index in indices.tolist()], np.float64),
            )  # fmt: skip
        solver.run()
        self.programs += 1
        proposed = self._read_point(solver)
        if value is not None:
            solver.deleteRows(1, np.array([extra], np.int32))
        return proposed

    def _read_point(self, solver: QuietSolver) -> IntegerPoint:
        values = np.resize(np.asarray(solver.getSolution().col_value), len(self.model.lower))
        return np.rint(values).astype(np.int64)

    def _open_solver(self) -> QuietSolver:
        if self._solver is None:
            self._solver = QuietSolver(mip_max_nodes=MOST_NODES, mip_rel_gap=0.0)
            self._solver.passModel(_build_program(self.model))
        return self._solver


def _build_matrix(model: IntegerModel) -> NDArray[np.int64]:
    matrix = np.zeros((len(model.rows), len(model.lower)), np.int64)
    for index, row in enumerate(model.rows):
        matrix[index, list(row.terms)] = list(row.terms.values())
    return matrix


def _bound(values: Sequence[float]) -> IntegerPoint:
    return np.array(
        [(LARGEST_NUMBER if value > 0 else -LARGEST_NUMBER) if isinf(value) else int(value)
         for value in values],
        np.int64,
    )  # fmt: skip


def _evaluate(form: Mapping[int, int], point: IntegerPoint) -> int:
    return sum(by * int(point[unknown]) for unknown, by in form.items())


def _build_program(model: IntegerModel) -> highspy.HighsLp:
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(model.lower), len(model.rows)
    program.col_cost_ = np.zeros(len(model.lower))
    program.col_lower_ = np.array(model.lower, np.float64)
    program.col_upper_ = np.array(
        [highspy.kHighsInf if value == inf else value for value in model.upper], np.float64
    )
    program.integrality_ = [highspy.HighsVarType.kInteger] * len(model.lower)
    program.row_lower_ = np.array([row.low for row in model.rows], np.float64)
    program.row_upper_ = np.array([row.high for row in model.rows], np.float64)
    matrix = program.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.num_col_, matrix.num_row_ = program.num_col_, program.num_row_
    matrix.start_ = np.cumsum([0, *(len(row.terms) for row in model.rows)])
    matrix.index_ = np.array([c for row in model.rows for c in row.terms], np.int32)
    matrix.value_ = np.array([v for row in model.rows for v in row.terms.values()], np.float64)
    return program
