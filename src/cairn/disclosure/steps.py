"""Short steps from one whole table to others: how an attacker sees quickly what stays possible."""

from collections.abc import Collection, Iterator, Sequence
from math import inf

import highspy
import numpy as np
from numpy.typing import NDArray

from cairn.disclosure.quiet import QuietSolver
from cairn.disclosure.whole_tables import TOLERANCE, Row, Whole

Step = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Some unknowns, and by how much each differs from the table where the step began."""

Asked = tuple[int, ...]
"""The unknown, and what else is asked of a table, in numbers of the asker's own."""

REST: Step = (np.zeros(0, np.int64), np.zeros(0, np.int64))
"""No step at all."""


WISHED = 50.0
"""What a wish is worth by each person, in unknowns that may change for it."""


class Barred:
    """Values that an unknown has in no table, not even in one that splits people; and so none
    beyond them. By what is asked of the tables, since more is barred where more is asked."""

    def __init__(self) -> None:
        self._below, self._above = dict[Asked, int](), dict[Asked, int]()

    def bar(self, asked: Asked, value: int, by: int) -> None:
        """No table is as asked and has this value; it was looked for so far from one that is."""
        (self._above if by > 0 else self._below)[asked] = value

    def stops(self, asked: Asked, value: int) -> bool:
        """Whether it is known that no table is as asked and has this value."""
        below, above = self._below.get(asked, -1), self._above.get(asked, inf)
        return not below < value < above


class Steps:
    """The shortest changes of a whole table that leave everything published as it is.

    A short change seldom splits people. Where it splits some, those of its parts that do not are
    changes of their own: no equation ties them to the rest.

    Args:
        rows: the equations.
        floors: the least each unknown can be.
        ceilings: the most.
        chance: makes some of equally short changes a little shorter, others from each table.
    """

    def __init__(
        self,
        rows: Sequence[Row],
        floors: Sequence[int],
        ceilings: Sequence[float],
        chance: np.random.Generator,
    ) -> None:
        self._floors = np.array(floors, np.int64)
        self._ceilings, self._size = np.array(ceilings, np.float64), len(ceilings)
        self._chance = chance
        self._members = [(*plus, *minus) for plus, minus, _ in rows]
        self._within: list[list[int]] = [[] for _ in ceilings]
        for number, members in enumerate(self._members):
            for unknown in members:
                self._within[unknown].append(number)
        self._solver = QuietSolver(presolve="off")
        self._solver.passModel(self._program(rows))
        self.programs = 0

    def begin(self, start: Whole, floors: Sequence[int]) -> None:
        """Step from this whole table from now on, and never below ``floors``."""
        self._start = start
        self._down = (start - np.array(floors, np.int64)).astype(np.float64)
        self._up = self._ceilings - start
        self._lengths = np.tile(1 + self._chance.random(self._size) / 2, 2)
        self._most = np.concatenate([self._up, self._down])
        sides = np.arange(2 * self._size, dtype=np.int32)
        self._solver.changeColsCost(2 * self._size, sides, self._lengths)
        self._solver.changeColsBounds(2 * self._size, sides, np.zeros(len(sides)), self._most)

    def steps(self, unknown: int, by: int, kept: Collection[int] = ()) -> list[Step] | None:
        """Whole changes found on the way to one that changes ``unknown`` by ``by`` and leaves
        each of the unknowns ``kept`` above its floor. None where there is no such change at all,
        not even one that splits people: then there is none from any other table either."""
        over = self._start - self._floors - 1
        least = -over[unknown] if unknown in kept else -self._down[unknown]
        if not least <= by <= self._up[unknown]:
            return None
        rises, falls = unknown, self._size + unknown
        for other in kept:
            self._solver.changeColBounds(self._size + other, 0, over[other])
        self._solver.changeColBounds(rises, max(by, 0), max(by, 0))
        self._solver.changeColBounds(falls, max(-by, 0), max(-by, 0))
        self._solver.setBasis()
        self._solver.run()
        self.programs += 1
        reached = self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        found = np.asarray(self._solver.getSolution().col_value)
        self._solver.changeColBounds(rises, 0, self._up[unknown])
        for other in (unknown, *kept):
            self._solver.changeColBounds(self._size + other, 0, self._down[other])
        if not reached:
            return None
        return list(self._whole(found[: self._size] - found[self._size :], abs(by)))

    def wishes(self, wishes: Sequence[tuple[int, int]]) -> list[Step]:
        """Whole changes found on the way to one that fulfils as many wishes as there are tables
        for, each of them an unknown and by how much it should change. Cheaper than one by one;
        but wishes that meet may split people where each by itself would not."""
        sides = [unknown + (by < 0) * self._size for unknown, by in wishes]
        for side, (_, by) in zip(sides, wishes, strict=True):
            self._solver.changeColCost(side, -WISHED)
            self._solver.changeColBounds(side, 0, min(abs(by), self._most[side]))
        self._solver.setBasis()
        self._solver.run()
        self.programs += 1
        found = np.asarray(self._solver.getSolution().col_value)
        for side in sides:
            self._solver.changeColCost(side, self._lengths[side])
            self._solver.changeColBounds(side, 0, self._most[side])
        widest = max(abs(by) for _, by in wishes)
        return list(self._whole(found[: self._size] - found[self._size :], widest))

    def together(self, steps: Sequence[Step], floors: NDArray[np.int64]) -> Whole:
        """The table that steps lead to one after the other, less those that leave the limits or
        go below ``floors``."""
        moved = np.zeros(self._size, np.int64)
        for part, by in steps:
            there = moved[part] + by
            if (self._start[part] + there >= floors[part]).all() and (
                there <= self._up[part]
            ).all():
                moved[part] = there
        return self._start + moved

    def _whole(self, change: NDArray[np.float64], by: int) -> Iterator[Step]:
        """What is whole of a change, forth and back, and of its fractions and multiples."""
        for part in self._parts(change):
            for times in range(-by * by, by * by + 1):
                shift = change[part] * times / by
                whole = np.rint(shift).astype(np.int64)
                fits = (whole >= -self._down[part]).all() and (whole <= self._up[part]).all()
                if times and fits and (np.abs(shift - whole) < TOLERANCE).all():
                    yield part, whole

    def _parts(self, change: NDArray[np.float64]) -> Iterator[NDArray[np.int64]]:
        left = set(np.flatnonzero(np.abs(change) > TOLERANCE).tolist())
        met = set[int]()
        while left:
            part = [left.pop()]
            for unknown in part:
                for number in self._within[unknown]:
                    if number not in met:
                        met.add(number)
                        more = left.intersection(self._members[number])
                        left -= more
                        part += sorted(more)
            yield np.array(sorted(part), np.int64)

    def _program(self, rows: Sequence[Row]) -> highspy.HighsLp:
        size = self._size
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = 2 * size, len(rows)
        program.col_cost_ = program.col_lower_ = program.col_upper_ = np.zeros(2 * size)
        program.row_lower_ = program.row_upper_ = np.zeros(len(rows))
        matrix = program.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kRowwise
        matrix.num_col_, matrix.num_row_ = program.num_col_, program.num_row_
        matrix.start_ = np.cumsum([0, *(2 * len(members) for members in self._members)])
        matrix.index_ = np.array(
            [u for members in self._members for at in members for u in (at, at + size)], np.int32
        )
        signs = [[1.0] * len(plus) + [-1.0] * len(minus) for plus, minus, _ in rows]
        matrix.value_ = np.array([v for row in signs for sign in row for v in (sign, -sign)])
        return program
