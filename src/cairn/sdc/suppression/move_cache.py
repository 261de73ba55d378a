"""Keep moves that were found once, so that they need not be searched for again.

A move keeps every sum. A reader who cannot rule out that one of its cells moved must allow for
it: an outsider, and each contributor with no own people in the cells that move. So a move is
searched for once and reused for every attacker.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from cairn.sdc.suppression.moves import SMALLEST_MOVE
from cairn.sdc.suppression.problem import FIXED_UNKNOWN, SuppressionProblem
from cairn.sdc.tables import Key

__all__ = ["MoveCache", "ProblemMoves"]

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
