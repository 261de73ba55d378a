"""Find the cheapest move of one cell: which other cells must change along with it.

A move changes cells so that every sum holds. Large tables are searched by blocks: a district's
own cells together with those of the whole state. A move inside a block keeps every other district
unchanged, so it is a move of the whole table too, and it is found ten times as fast.

A reader who cannot rule out that one of its cells moved must allow for the move: an outsider, and
each contributor with no own people in the cells that move. So a move is searched for once, kept in
the `MoveCache`, and reused for every attacker.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from math import inf

import highspy
import numpy as np
from numpy.typing import NDArray

from cairn.sdc.suppression.problem import FIXED_UNKNOWN, SuppressionProblem
from cairn.sdc.tables import ALL, Key, QuietSolver

__all__ = ["MoveCache", "ProblemMoves"]

WITHHELD_MOVE_COST = 1e-2
"""Relative cost of moving a cell that is withheld anyway: short moves are preferred, since they
seldom split people.
"""

SMALLEST_MOVE = 1e-6


class MoveFinder:
    """Find moves with one linear program that is solved again and again from rest.

    Its variables are how far each unknown moves up and down from its true value; its rows keep
    every equation; a cell that is not withheld costs its weight for each person it moves by. The
    cells that move in the cheapest solution are those to withhold: afterwards an outsider cannot
    distinguish the true table from the moved one. Raising a cell together with all its totals
    always keeps the equations, so an upward move exists. Each solution starts at rest, where
    nothing moves: that is a few steps from the answer, while the last target's answer is many.

    Args:
        problem: the unknowns and their equations.
    """

    def __init__(self, problem: SuppressionProblem) -> None:
        self._world = problem
        self._size = len(problem.value)
        self._solver = QuietSolver(presolve="off", mip_rel_gap=0.5)
        self._solver.passModel(self._build_program())
        self.programs = 0
        self._held = np.zeros(self._size, np.bool_)
        self.set_withheld_cost(WITHHELD_MOVE_COST)

    def set_withheld_cost(self, cost: float) -> None:
        """Set the cost of moving a cell that is withheld anyway, per person."""
        self._cost = cost
        for unknown in np.flatnonzero(self._held).tolist():
            self.mark_withheld(unknown)

    def mark_withheld(self, unknown: int) -> None:
        """Mark an unknown as withheld: from now on it moves for almost nothing."""
        self._held[unknown] = True
        cost = self._cost if self._world.public[unknown] else 0.0
        self._solver.changeColCost(unknown, cost)
        self._solver.changeColCost(self._size + unknown, cost)

    def find_cheapest_move(
        self, target: int, by: int, kept_nonzero: Collection[int] = ()
    ) -> tuple[NDArray[np.float64], float]:
        """Find the cheapest move that changes ``target`` by ``by`` people.

        Args:
            target: the unknown to move.
            by: how far, in people; negative is down.
            kept_nonzero: unknowns that must keep at least one person.

        Returns:
            By how much each unknown moves, float64[unknown], and the cost. A move down may be
            impossible: its cost is infinite, and nothing moves.
        """
        up, down = target, self._size + target
        room = float(self._world.value[target] - self._world.floor[target])
        for other in kept_nonzero:
            self._set_floor(other, 1)
        self._solver.changeColBounds(up, max(by, 0), max(by, 0))
        self._solver.changeColBounds(down, max(-by, 0), min(max(-by, 0), room))
        self._solver.setBasis()
        self._solver.run()
        self.programs += 1
        if self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
            solution = np.asarray(self._solver.getSolution().col_value)
            cost = self._solver.getInfo().objective_function_value
        else:
            solution, cost = np.zeros(2 * self._size), inf
        self._solver.changeColBounds(up, 0, highspy.kHighsInf)
        for other in (target, *kept_nonzero):
            self._set_floor(other, self._world.floor[other])
        return solution[: self._size] - solution[self._size :], cost

    def _set_floor(self, unknown: int, least: int) -> None:
        """Limit how far an unknown may move down."""
        most = float(self._world.value[unknown] - least)
        self._solver.changeColBounds(self._size + unknown, 0, most)

    def find_integer_move(
        self, target: int, by: int, kept_nonzero: Collection[int] = ()
    ) -> tuple[NDArray[np.float64], float]:
        """Find a move by whole people, cheap but not always the cheapest.

        For the rare designs (three or more dimensions) in which the cheapest move splits people.
        """
        self._set_variable_kind(highspy.HighsVarType.kInteger)
        move, cost = self.find_cheapest_move(target, by, kept_nonzero)
        self._set_variable_kind(highspy.HighsVarType.kContinuous)
        return np.rint(move), cost

    def _set_variable_kind(self, kind: highspy.HighsVarType) -> None:
        columns = np.arange(2 * self._size, dtype=np.int32)
        kinds = np.full(2 * self._size, int(kind), np.uint8)
        self._solver.changeColsIntegrality(2 * self._size, columns, kinds)

    def _build_program(self) -> highspy.HighsLp:
        problem, size = self._world, self._size
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = 2 * size, len(problem.rows)
        program.col_cost_ = np.tile(problem.cost, 2)
        program.col_lower_ = np.zeros(2 * size)
        program.col_upper_ = np.concatenate(
            [np.full(size, highspy.kHighsInf), (problem.value - problem.floor).astype(np.float64)]
        )
        program.row_lower_ = program.row_upper_ = np.zeros(len(problem.rows))
        starts, columns, factors = [0], list[int](), list[float]()
        for total, parts in problem.rows:
            columns += [total, total + size, *parts, *(part + size for part in parts)]
            factors += [-1.0, 1.0, *[1.0] * len(parts), *[-1.0] * len(parts)]
            starts.append(len(columns))
        matrix = program.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kRowwise
        matrix.num_col_, matrix.num_row_ = program.num_col_, program.num_row_
        matrix.start_, matrix.index_ = np.array(starts), np.array(columns)
        matrix.value_ = np.array(factors)
        return program


MoveVector = NDArray[np.float64]


class ProblemBlock:
    """Hold some unknowns of a problem and find the moves among them.

    Args:
        problem: all unknowns.
        members: those of the block, int64[member].
    """

    def __init__(self, problem: SuppressionProblem, members: NDArray[np.int64]) -> None:
        self.members = members
        self._place = {unknown: index for index, unknown in enumerate(members.tolist())}
        self._rows = list(_restrict_equations(problem, self._place))
        self._within: list[list[int]] = [[] for _ in self._place]
        for number, (total, parts) in enumerate(self._rows):
            for index in (total, *parts):
                self._within[index].append(number)
        self._mover = MoveFinder(
            replace(
                problem,
                value=problem.value[members],
                floor=problem.floor[members],
                cost=problem.cost[members],
                public=problem.public[members],
                small=problem.small[members],
                rows=tuple(self._rows),
            )
        )

    def __contains__(self, unknown: int) -> bool:
        return unknown in self._place

    def mark_withheld(self, unknown: int) -> None:
        """Mark an unknown as withheld."""
        self._mover.mark_withheld(self._place[unknown])

    def set_withheld_cost(self, cost: float) -> None:
        """Set the cost of moving an unknown that is withheld."""
        self._mover.set_withheld_cost(cost)

    def find_cheapest_move(
        self, target: int, by: int, kept_nonzero: Collection[int] = (), *, integer: bool = False
    ) -> tuple[MoveVector, float]:
        """Find the cheapest move of a target by ``by`` people, and its cost.

        Args:
            target: the unknown to move.
            by: how far, in people; negative is down.
            kept_nonzero: unknowns that must keep at least one person.
            integer: whether people may not be split.

        Returns:
            By how much each member of the block moves, and the cost.
        """
        find = self._mover.find_integer_move if integer else self._mover.find_cheapest_move
        return find(self._place[target], by, [self._place[u] for u in kept_nonzero if u in self])

    def split_move(self, move: MoveVector) -> Iterator[NDArray[np.int64]]:
        """Split a move into parts that no equation ties together: each is a move by itself."""
        moved = set(np.flatnonzero(np.abs(move) > SMALLEST_MOVE).tolist())
        seen = set[int]()
        while moved:
            piece = [moved.pop()]
            for member in piece:
                for number in self._within[member]:
                    if number not in seen:
                        seen.add(number)
                        total, parts = self._rows[number]
                        touched = moved.intersection((total, *parts))
                        moved -= touched
                        piece += sorted(touched)
            yield np.array(sorted(piece), np.int64)


def _restrict_equations(
    problem: SuppressionProblem, index_of: dict[int, int]
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """List the equations of the block, with all unknowns outside it at rest."""
    for total, parts in problem.rows:
        inside = tuple(index_of[part] for part in parts if part in index_of)
        if total in index_of:
            yield index_of[total], inside
        else:
            yield from ((part, ()) for part in inside)


def split_into_blocks(problem: SuppressionProblem) -> list[ProblemBlock]:
    """Build one block for each of the problem's homes; one of everything where it has none."""
    names = sorted(set[str]().union(*problem.homes) - {ALL})
    return [
        ProblemBlock(
            problem,
            np.array([u for u, home in enumerate(problem.homes) if home & {name, ALL}], np.int64),
        )
        for name in names or [ALL]
    ]


CellMove = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Some cells of a lattice, and by how many people each moves."""


class MoveCache:
    """Hold moves of whole people, by the cells of one lattice and in the order they were found."""

    def __init__(self) -> None:
        self._ways = list[CellMove]()
        self._kept = set[tuple[bytes, bytes]]()
        self._through = defaultdict[int, list[int]](list)

    def __len__(self) -> int:
        return len(self._ways)

    def __getitem__(self, number: int) -> CellMove:
        return self._ways[number]

    def add_move(self, cells: NDArray[np.int64], move: NDArray[np.float64]) -> None:
        """Keep a move once; double one by half people; drop one that splits people otherwise."""
        for factor in (1, 2):
            shift = np.rint(factor * move).astype(np.int64)
            if (np.abs(factor * move - shift) < SMALLEST_MOVE).all():
                fingerprint = (cells.tobytes(), shift.tobytes())
                if fingerprint not in self._kept:
                    self._kept.add(fingerprint)
                    for cell in cells.tolist():
                        self._through[cell].append(len(self._ways))
                    self._ways.append((cells, shift))
                return

    def find_moves_of_cell(self, cell: int) -> Sequence[int]:
        """List the numbers of the moves of a cell."""
        return self._through.get(cell, ())

    def list_moves_by_key(self, keys: Sequence[Key]) -> list[dict[Key, int]]:
        """List the moves by the keys of the lattice, as hints for the audit."""
        return [
            {keys[cell]: by for cell, by in zip(cells.tolist(), shift.tolist(), strict=True)}
            for cells, shift in self._ways
        ]


class ProblemMoves:
    """Apply cached moves to one problem: each found move is used once, and new ones are kept.

    Args:
        problem: the problem.
        cache: moves found before, by cells of the lattice.
    """

    def __init__(self, problem: SuppressionProblem, cache: MoveCache) -> None:
        self._unknown_of, self._ways = problem.unknown_of, cache
        self._cells = np.argsort(problem.unknown_of, kind="stable")
        size = len(problem.value)
        self._first = np.searchsorted(problem.unknown_of[self._cells], np.arange(size + 1))
        self._left = set(range(len(cache)))

    def add_moves(
        self,
        moves: Iterable[tuple[NDArray[np.int64], NDArray[np.float64]]],
        free: NDArray[np.bool_],
    ) -> None:
        """Keep the moves of this problem that move only unknowns that are free to move."""
        for unknowns, move in moves:
            if free[unknowns].all():
                cells_by_unknown = [self._cells_of(unknown) for unknown in unknowns.tolist()]
                cells = np.concatenate(cells_by_unknown)
                order = np.argsort(cells)
                by = np.repeat(move, [len(part) for part in cells_by_unknown])
                self._ways.add_move(cells[order], by[order])

    def find_moves_of_unknown(
        self, unknown: int, free: NDArray[np.bool_]
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
        """List the moves of an unknown that move only unknowns that are free in this problem."""
        for number in self._ways.find_moves_of_cell(int(self._cells_of(unknown)[0])):
            if number in self._left:
                cells, shift = self._ways[number]
                unknowns = self._unknown_of[cells]
                if (unknowns != FIXED_UNKNOWN).all() and free[unknowns].all():
                    self._left.discard(number)
                    moved, first_index = np.unique(unknowns, return_index=True)
                    yield moved, shift[first_index].astype(np.float64)

    def _cells_of(self, unknown: int) -> NDArray[np.int64]:
        return self._cells[self._first[unknown] : self._first[unknown + 1]]
