"""Moves that were found before: what one reader must allow for, others may have to allow for too.

A move keeps every sum. Whoever cannot tell that one of its cells did not move must allow for it:
an outsider, and each contributor of whose own people alone it moves none. So it is looked for
once, and each attacker is told where to look.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from cairn.disclosure.moves import SMALLEST_MOVE
from cairn.disclosure.table import Key
from cairn.disclosure.world import FIXED, World

Way = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Some cells of a lattice, and by how many people each moves."""


class Ways:
    """Moves of whole people, by the cells of one lattice and in the order they were found."""

    def __init__(self) -> None:
        self._ways = list[Way]()
        self._kept = set[tuple[bytes, bytes]]()
        self._through = defaultdict[int, list[int]](list)

    def __len__(self) -> int:
        return len(self._ways)

    def __getitem__(self, number: int) -> Way:
        return self._ways[number]

    def keep(self, cells: NDArray[np.int64], move: NDArray[np.float64]) -> None:
        """Keep a move once; one by half people twice as far, none that splits people otherwise."""
        for times in (1, 2):
            shift = np.rint(times * move).astype(np.int64)
            if (np.abs(times * move - shift) < SMALLEST_MOVE).all():
                said = (cells.tobytes(), shift.tobytes())
                if said not in self._kept:
                    self._kept.add(said)
                    for cell in cells.tolist():
                        self._through[cell].append(len(self._ways))
                    self._ways.append((cells, shift))
                return

    def through(self, cell: int) -> Sequence[int]:
        """The numbers of the moves of a cell."""
        return self._through.get(cell, ())

    def told(self, keys: Sequence[Key]) -> list[dict[Key, int]]:
        """The moves by the keys of the lattice."""
        return [
            {keys[cell]: by for cell, by in zip(cells.tolist(), shift.tolist(), strict=True)}
            for cells, shift in self._ways
        ]


class Trodden:
    """Ways over one world: those found before, each taken once, and those to keep for others."""

    def __init__(self, world: World, ways: Ways) -> None:
        self._unknown_of, self._ways = world.unknown_of, ways
        self._cells = np.argsort(world.unknown_of, kind="stable")
        size = len(world.value)
        self._first = np.searchsorted(world.unknown_of[self._cells], np.arange(size + 1))
        self._left = set(range(len(ways)))

    def add(
        self,
        moves: Iterable[tuple[NDArray[np.int64], NDArray[np.float64]]],
        free: NDArray[np.bool_],
    ) -> None:
        """Keep those moves by unknowns of this world that move only what is free to move."""
        for unknowns, move in moves:
            if free[unknowns].all():
                some = [self._cells_of(unknown) for unknown in unknowns.tolist()]
                cells = np.concatenate(some)
                order = np.argsort(cells)
                by = np.repeat(move, [len(part) for part in some])
                self._ways.keep(cells[order], by[order])

    def through(
        self, unknown: int, free: NDArray[np.bool_]
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
        """The moves of an unknown that move only what is free to move in this world."""
        for number in self._ways.through(int(self._cells_of(unknown)[0])):
            if number in self._left:
                cells, shift = self._ways[number]
                unknowns = self._unknown_of[cells]
                if (unknowns != FIXED).all() and free[unknowns].all():
                    self._left.discard(number)
                    found, at = np.unique(unknowns, return_index=True)
                    yield found, shift[at].astype(np.float64)

    def _cells_of(self, unknown: int) -> NDArray[np.int64]:
        return self._cells[self._first[unknown] : self._first[unknown + 1]]
