"""Which unknowns to withhold, as an integer program that is made row by row."""

from collections.abc import Collection, Iterable, Sequence

import highspy
import numpy as np
from numpy.typing import NDArray

from cairn.disclosure.quiet import QuietSolver

NODES = 50
"""Branches of the search. It is counted in branches and never in seconds, so that a slower machine
withholds the same."""

GAP = 1.0
"""So far from the cheapest a choice may be: the cost of less than one cell."""


class Program:
    """Columns, all between nothing and one, and rows of what must hold.

    Args:
        cost: of each unknown of a world.
        open_: those that may be withheld; the first columns are theirs, in this order.
    """

    def __init__(self, cost: NDArray[np.float64], open_: Sequence[int]) -> None:
        self.open, self._unknowns = frozenset(open_), list(open_)
        self._cost: list[float] = cost[list(open_)].tolist()
        self._together = {frozenset({unknown}): at for at, unknown in enumerate(open_)}
        self._any: dict[tuple[int, ...], int] = {}
        self._said = set[tuple[object, ...]]()
        self._starts, self._columns, self._factors = [0], list[int](), list[float]()
        self._least: list[float] = []

    def together(self, unknowns: frozenset[int]) -> int:
        """The column that may be one only where all of these are withheld."""
        found = self._together.get(unknowns)
        if found is None:
            found = self._together[unknowns] = self._add()
            for unknown in sorted(unknowns):
                self._row(((self._together[frozenset({unknown})], 1.0), (found, -1.0)), 0.0)
        return found

    def any(self, columns: Collection[int]) -> int:
        """A column that may be as large as these together, and no larger than one."""
        row = tuple(sorted(columns))
        found = row[0] if len(row) == 1 else self._any.get(row)
        if found is None:
            found = self._any[row] = self._add()
            self._row([*((column, 1.0) for column in row), (found, -1.0)], 0.0)
        return found

    def demand(self, target: int, terms: Iterable[tuple[int, float]], least: float) -> None:
        """Where a target is withheld, these columns with their factors must make so much. One
        that is not open to choice always is."""
        row = sorted(terms)
        if target in self.open:
            row, least = [*row, (self.together(frozenset({target})), -least)], 0.0
        said = (*row, least)
        if said not in self._said:
            self._said.add(said)
            self._row(row, least)

    def cheapest(self) -> list[int] | None:
        """What to withhold; None where no choice was found that meets all demands."""
        solver = QuietSolver(mip_rel_gap=0.0, mip_abs_gap=GAP, mip_max_nodes=NODES)
        solver.passModel(self._model())
        solver.run()
        found = int(highspy.SolutionStatus.kSolutionStatusFeasible)
        if solver.getInfo().primal_solution_status != found:
            return None
        values = solver.getSolution().col_value[: len(self._unknowns)]
        return [one for one, value in zip(self._unknowns, values, strict=True) if value > 1 / 2]

    def _add(self) -> int:
        self._cost.append(0.0)
        return len(self._cost) - 1

    def _row(self, terms: Iterable[tuple[int, float]], least: float) -> None:
        for column, factor in terms:
            self._columns.append(column)
            self._factors.append(factor)
        self._starts.append(len(self._columns))
        self._least.append(least)

    def _model(self) -> highspy.HighsLp:
        program, size = highspy.HighsLp(), len(self._cost)
        program.num_col_, program.num_row_ = size, len(self._least)
        program.col_cost_ = np.array(self._cost)
        program.col_lower_, program.col_upper_ = np.zeros(size), np.ones(size)
        kinds = [highspy.HighsVarType.kInteger] * len(self._unknowns)
        program.integrality_ = kinds + [highspy.HighsVarType.kContinuous] * (size - len(kinds))
        program.row_lower_ = np.array(self._least)
        program.row_upper_ = np.full(len(self._least), highspy.kHighsInf)
        matrix = program.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kRowwise
        matrix.num_col_, matrix.num_row_ = program.num_col_, program.num_row_
        matrix.start_, matrix.index_ = np.array(self._starts), np.array(self._columns)
        matrix.value_ = np.array(self._factors)
        return program
