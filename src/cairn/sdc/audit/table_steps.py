"""Find short steps from one feasible table to others: quickly see what stays possible."""

from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from math import inf

import highspy
import numpy as np
from numpy.typing import NDArray

from cairn.sdc.audit.feasible_tables import TOLERANCE, EquationRow, WholeTable
from cairn.sdc.tables import QuietSolver

__all__ = ["TableStep"]

TableStep = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Some unknowns, and by how much each differs from the table where the step began."""

StepQuestion = tuple[int, ...]
"""The unknown, and what else is required of a table, in numbers of the caller's own."""

NO_STEP: TableStep = (np.zeros(0, np.int64), np.zeros(0, np.int64))
"""No step at all."""

WISH_WEIGHT = 50.0
"""The value of a wish per person, in unknowns that may change for it."""


class ImpossibleValues:
    """Record values that an unknown has in no table, not even in one that splits people.

    Values beyond them are impossible too. They are kept by what the tables must satisfy, since more
    is impossible where more is required.
    """

    def __init__(self) -> None:
        self._below, self._above = dict[StepQuestion, int](), dict[StepQuestion, int]()

    def mark_impossible(self, question: StepQuestion, value: int, by: int) -> None:
        """Record that no table meets the question with this value or any beyond it."""
        (self._above if by > 0 else self._below)[question] = value

    def is_impossible(self, question: StepQuestion, value: int) -> bool:
        """Tell whether it is known that no table meets the question with this value."""
        below, above = self._below.get(question, -1), self._above.get(question, inf)
        return not below < value < above


class StepSearch:
    """Find the shortest changes of a feasible table that leave everything published unchanged.

    A short change seldom splits people. Where it splits some, those of its parts that do not are
    changes of their own: no equation ties them to the rest.

    Args:
        rows: the equations.
        floors: the least each unknown can be.
        ceilings: the most.
        random: random generator that makes some of equally short changes a little shorter, others
            from each table.
    """

    def __init__(
        self,
        rows: Sequence[EquationRow],
        floors: Sequence[int],
        ceilings: Sequence[float],
        random: np.random.Generator,
    ) -> None:
        self._floors = np.array(floors, np.int64)
        self._ceilings, self._size = np.array(ceilings, np.float64), len(ceilings)
        self._chance, self._rows = random, rows
        self._members = [(*plus, *minus) for plus, minus, _ in rows]
        self._within: list[list[int]] = [[] for _ in ceilings]
        for number, members in enumerate(self._members):
            for unknown in members:
                self._within[unknown].append(number)
        self.programs = 0

    @cached_property
    def _solver(self) -> QuietSolver:
        """The solver; made when it is first needed, since hinted steps may be enough."""
        solver = QuietSolver(presolve="off")
        solver.passModel(self._build_program())
        self._set_limits(solver)
        return solver

    def start_from(self, start: WholeTable, floors: Sequence[int]) -> None:
        """Step from this feasible table from now on, and never below ``floors``."""
        self._start = start
        self._down = (start - np.array(floors, np.int64)).astype(np.float64)
        self._up = self._ceilings - start
        self._lengths = np.tile(1 + self._chance.random(self._size) / 2, 2)
        self._most = np.concatenate([self._up, self._down])
        if "_solver" in self.__dict__:
            self._set_limits(self._solver)

    def _set_limits(self, solver: QuietSolver) -> None:
        """Set the lengths and limits of steps from the present table."""
        sides = np.arange(2 * self._size, dtype=np.int32)
        solver.changeColsCost(2 * self._size, sides, self._lengths)
        solver.changeColsBounds(2 * self._size, sides, np.zeros(len(sides)), self._most)

    def find_steps(
        self, unknown: int, by: int, kept_nonzero: Collection[int] = ()
    ) -> list[TableStep] | None:
        """Find whole changes on the way to one that changes ``unknown`` by ``by``.

        Args:
            unknown: the unknown to change.
            by: how far, in people.
            kept_nonzero: unknowns that must stay above their floor.

        Returns:
            The changes. None where there is no such change at all, not even one that splits people:
            then there is none from any other table either.
        """
        spare = self._start - self._floors - 1
        least = -spare[unknown] if unknown in kept_nonzero else -self._down[unknown]
        if not least <= by <= self._up[unknown]:
            return None
        rises, falls = unknown, self._size + unknown
        for other in kept_nonzero:
            self._solver.changeColBounds(self._size + other, 0, spare[other])
        self._solver.changeColBounds(rises, max(by, 0), max(by, 0))
        self._solver.changeColBounds(falls, max(-by, 0), max(-by, 0))
        self._solver.setBasis()
        self._solver.run()
        self.programs += 1
        is_solved = self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        solution = np.asarray(self._solver.getSolution().col_value)
        self._solver.changeColBounds(rises, 0, self._up[unknown])
        for other in (unknown, *kept_nonzero):
            self._solver.changeColBounds(self._size + other, 0, self._down[other])
        if not is_solved:
            return None
        return list(
            self._list_whole_steps(solution[: self._size] - solution[self._size :], abs(by))
        )

    def find_steps_for_wishes(self, wishes: Sequence[tuple[int, int]]) -> list[TableStep]:
        """Find whole changes on the way to one that fulfills as many wishes as possible.

        A wish is an unknown and by how much it should change. Cheaper than one search each; but
        wishes that meet may split people where each by itself would not.
        """
        sides = [unknown + (by < 0) * self._size for unknown, by in wishes]
        for side, (_, by) in zip(sides, wishes, strict=True):
            self._solver.changeColCost(side, -WISH_WEIGHT)
            self._solver.changeColBounds(side, 0, min(abs(by), self._most[side]))
        self._solver.setBasis()
        self._solver.run()
        self.programs += 1
        solution = np.asarray(self._solver.getSolution().col_value)
        for side in sides:
            self._solver.changeColCost(side, self._lengths[side])
            self._solver.changeColBounds(side, 0, self._most[side])
        widest = max(abs(by) for _, by in wishes)
        return list(self._list_whole_steps(solution[: self._size] - solution[self._size :], widest))

    def combine_steps(self, steps: Sequence[TableStep], floors: NDArray[np.int64]) -> WholeTable:
        """Apply steps one after the other, skipping those that leave the limits."""
        moved = np.zeros(self._size, np.int64)
        for part, by in steps:
            shift = moved[part] + by
            if (self._start[part] + shift >= floors[part]).all() and (
                shift <= self._up[part]
            ).all():
                moved[part] = shift
        return self._start + moved

    def _list_whole_steps(self, change: NDArray[np.float64], by: int) -> Iterator[TableStep]:
        """List the whole parts of a change, both ways, and of its fractions and multiples."""
        multiples = np.array([times for times in range(-by * by, by * by + 1) if times])[:, None]
        for part in self._split_change(change):
            shifts = change[part] * multiples / by
            whole_shifts = np.rint(shifts).astype(np.int64)
            fits = (
                (whole_shifts >= -self._down[part])
                & (whole_shifts <= self._up[part])
                & (np.abs(shifts - whole_shifts) < TOLERANCE)
            )
            for whole_shift in whole_shifts[fits.all(axis=1)]:
                yield part, whole_shift

    def _split_change(self, change: NDArray[np.float64]) -> Iterator[NDArray[np.int64]]:
        remaining = set(np.flatnonzero(np.abs(change) > TOLERANCE).tolist())
        seen_equations = set[int]()
        while remaining:
            part = [remaining.pop()]
            for unknown in part:
                for number in self._within[unknown]:
                    if number not in seen_equations:
                        seen_equations.add(number)
                        connected = remaining.intersection(self._members[number])
                        remaining -= connected
                        part += sorted(connected)
            yield np.array(sorted(part), np.int64)

    def _build_program(self) -> highspy.HighsLp:
        size, rows = self._size, self._rows
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = 2 * size, len(rows)
        program.col_cost_ = program.col_lower_ = program.col_upper_ = np.zeros(2 * size)
        program.row_lower_ = program.row_upper_ = np.zeros(len(rows))
        matrix = program.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kRowwise
        matrix.num_col_, matrix.num_row_ = program.num_col_, program.num_row_
        matrix.start_ = np.cumsum([0, *(2 * len(members) for members in self._members)])
        matrix.index_ = np.array(
            [
                u
                for members in self._members
                for unknown in members
                for u in (unknown, unknown + size)
            ],
            np.int32,
        )
        signs = [[1.0] * len(plus) + [-1.0] * len(minus) for plus, minus, _ in rows]
        matrix.value_ = np.array([v for row in signs for sign in row for v in (sign, -sign)])
        return program
