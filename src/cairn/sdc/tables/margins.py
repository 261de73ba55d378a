"""Lay out the protector's cells: every cell of every margin, and which add up to which.

A margin is a set of dimensions, closed over the hierarchy of nested dimensions. The attacker
does not use this module: it derives margins from the published keys alone (`audit.table_shape`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations, product
from math import prod

import numpy as np
from numpy.typing import NDArray

from cairn.sdc.tables.request import ALL, RESULT, RESULTS, Key, TableRequest, UnfitRequestError

__all__ = ["CellLattice", "build_lattice", "close_over_parents", "list_published_tables"]

Margin = frozenset[str]


def close_over_parents(dims: Margin, parents: dict[str, str]) -> Margin:
    """Add to the dimensions all that they lie within: a school brings its district.

    Args:
        dims: names of dimensions.
        parents: the parent of each nested dimension.

    Returns:
        The dimensions with all their ancestors.
    """
    with_parents = set(dims)
    for dim in dims:
        parent = parents.get(dim)
        while parent:
            with_parents.add(parent)
            parent = parents.get(parent)
    return frozenset(with_parents)


def list_published_tables(request: TableRequest) -> list[Margin]:
    """List the tables of a request as they are published.

    Each gets the parents of its dimensions and the outcome. A table within another is left out,
    because its cells are margins of that one.

    Args:
        request: the finest cells, and the tables to publish together.

    Returns:
        The dimensions of each table, sorted by name.
    """
    parents = {nest.child: nest.parent for nest in request.nests}
    outcome = {RESULT} & set(request.cells.dims)
    closed_tables = {
        close_over_parents(frozenset(table) | outcome, parents) for table in request.tables
    }
    return sorted(
        (t for t in closed_tables if not any(t < larger for larger in closed_tables)), key=sorted
    )


def list_margins(table: Margin, parents: dict[str, str]) -> set[Margin]:
    """List every margin of a table, including the table itself and the grand total."""
    subsets = (
        frozenset(chosen) for size in range(len(table) + 1) for chosen in combinations(table, size)
    )
    return {subset for subset in subsets if close_over_parents(subset, parents) == subset}


def find_circular_dims(tables: list[Margin]) -> Margin | None:
    """Find the dimensions of the unpublished table behind tables that are linked in a circle.

    Tables that hang together like a tree hold no more than their shared margins show. Three
    tables such as school-race, race-gender and gender-school do: only counts of all three
    dimensions at once explain them, and an outsider can reason about those. Graham's reduction
    drops what only one table has, then tables inside others; what remains is the circle.

    Args:
        tables: the dimensions of each published table.

    Returns:
        The dimensions of the circle, or None where the tables form no circle.
    """
    remaining = [set(table) for table in tables]
    while True:
        for table in remaining:
            table.difference_update(
                [dim for dim in table if sum(dim in other for other in remaining) == 1]
            )
        reduced = [
            table
            for index, table in enumerate(remaining)
            if not any(table < other for other in remaining) and table not in remaining[:index]
        ]
        if reduced == remaining:
            break
        remaining = reduced
    circle = frozenset[str]().union(*remaining)
    return circle or None


MOST_LATTICE_CELLS = 1_000_000
"""More cells than anyone reads or than can be protected: refused before they are laid out."""


@dataclass(frozen=True, slots=True)
class SumEquation:
    """State that the cell ``total`` counts the same people as ``parts`` together."""

    total: int
    parts: tuple[int, ...]


@dataclass(slots=True)
class CellLattice:
    """Hold the cells of all margins by number, and the equations between them.

    Args:
        keys: full keys with ``All``.
        counts: people in each cell, int64[cell].
        public: whether the cell is part of a requested table, bool[cell]. The others are cells of
            the table behind a circle of tables: never published, yet bound to be counts.
        sums: every equation between neighboring margins.
        kinds: for each kind of person that occurs (one value of every dimension), the finest cells
            that count such a person, one of each table.
    """

    keys: list[Key] = field(default_factory=list)
    counts: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    public: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    sums: list[SumEquation] = field(default_factory=list)
    kinds: tuple[tuple[int, ...], ...] = ()


def build_lattice(request: TableRequest) -> CellLattice:
    """Lay out all margins of all tables of a request, each cell once.

    Args:
        request: the finest cells and the tables to publish.

    Returns:
        The cells, their counts and every equation between neighboring margins.

    Raises:
        UnfitRequestError: the tables have more than a million cells.
    """
    dims = request.cells.dims
    parents = {nest.child: nest.parent for nest in request.nests}
    tables = list_published_tables(request)
    public = set[Margin]().union(*(list_margins(table, parents) for table in tables))
    circle_dims = find_circular_dims(tables)
    hidden = list_margins(circle_dims, parents) - public if circle_dims else set()
    _check_lattice_size(request, public | hidden)
    lattice, cell_numbers, margin_keys = CellLattice(), dict[Key, int](), _MarginKeys(request)
    margins = sorted(public | hidden, key=lambda margin: (len(margin), sorted(margin)))
    cells_of = dict[Margin, range]()
    for margin in margins:
        first = len(cell_numbers)
        for key in sorted(margin_keys.list_keys(margin)):
            cell_numbers[key] = len(cell_numbers)
        cells_of[margin] = range(first, len(cell_numbers))
    lattice.keys = list(cell_numbers)
    lattice.counts = np.zeros(len(cell_numbers), np.int64)
    lattice.public = np.zeros(len(cell_numbers), np.bool_)
    for margin in public:
        lattice.public[cells_of[margin]] = True
    lattice.sums = list(_list_sum_equations(dims, parents, cell_numbers))
    widest = [*tables, circle_dims] if circle_dims else tables
    counted = np.zeros(len(cell_numbers), np.bool_)
    for margin in widest:
        counted[cells_of[margin]] = True
    person_cells = _find_person_cells(request, widest, cell_numbers)
    people = np.array(list(request.cells.counts.values()), np.int64)
    _fill_counts(lattice, counted, person_cells, people)
    # Cells of one margin are numbered in the order of their keys, and so are the kinds.
    lattice.kinds = tuple(sorted(set(map(tuple, person_cells[people > 0].tolist()))))
    return lattice


def _find_person_cells(
    request: TableRequest, widest_margins: list[Margin], cell_numbers: dict[Key, int]
) -> NDArray[np.int64]:
    """Find the cell of each widest margin (column) that each finest cell (line) falls in."""
    cells = np.zeros((len(request.cells.counts), len(widest_margins)), np.int64)
    for column, margin in enumerate(widest_margins):
        kept = [dim in margin for dim in request.cells.dims]
        cells[:, column] = [
            cell_numbers[
                tuple([v if is_kept else ALL for v, is_kept in zip(key, kept, strict=True)])
            ]
            for key in request.cells.counts
        ]
    return cells


def _check_lattice_size(request: TableRequest, margins: set[Margin]) -> None:
    """Refuse tables of too many cells; count children of one parent with it, not separately."""
    dims = request.cells.dims
    values = [{key[index] for key in request.cells.counts} for index in range(len(dims))]
    size = {dim: max(len(distinct), 1) for dim, distinct in zip(dims, values, strict=True)}
    parents = {nest.child: nest.parent for nest in request.nests}
    cells = sum(
        prod(size[dim] for dim in margin - {parents.get(child_dim) for child_dim in margin})
        for margin in margins
    )
    if cells > MOST_LATTICE_CELLS:
        raise UnfitRequestError(
            f"These tables would have up to {cells:,} cells, and at most {MOST_LATTICE_CELLS:,} "
            f"can be "
            "protected together. Ask for fewer dimensions in one table, or for coarser values."
        )


class _MarginKeys:
    """List the keys of margins; each combination of nested values is collected only once.

    Args:
        request: the finest cells.
    """

    def __init__(self, request: TableRequest) -> None:
        self._request = request
        self._chains = dict[tuple[str, ...], list[dict[str, str]]]()

    def list_keys(self, margin: Margin) -> Iterator[Key]:
        """List every combination of values in a margin that its nests allow."""
        dims = self._request.cells.dims
        parents = {nest.child: nest.parent for nest in self._request.nests if nest.child in margin}
        options: list[list[dict[str, str]]] = []
        for dim in dims:
            if dim in margin and dim not in parents.values():
                chain = [dim]
                while chain[-1] in parents:
                    chain.append(parents[chain[-1]])
                options.append(self._list_chain_values(tuple(chain)))
        for choice in product(*options):
            combined: dict[str, str] = {}
            if all(combined.setdefault(d, v) == v for part in choice for d, v in part.items()):
                yield tuple([combined.get(dim, ALL) for dim in dims])

    def _list_chain_values(self, chain: tuple[str, ...]) -> list[dict[str, str]]:
        """List the values of a dimension together with those they lie within."""
        if chain not in self._chains:
            cells = self._request.cells
            positions = [cells.dims.index(name) for name in chain]
            combinations = {tuple([key[index] for index in positions]) for key in cells.counts}
            if chain == (RESULT,):
                combinations |= {(value,) for value in RESULTS}
            self._chains[chain] = [dict(zip(chain, values, strict=True)) for values in combinations]
        return self._chains[chain]


def _fill_counts(
    lattice: CellLattice,
    counted: NDArray[np.bool_],
    person_cells: NDArray[np.int64],
    people: NDArray[np.int64],
) -> None:
    """Count the widest margins from the finest cells and every other margin from its parts."""
    np.add.at(lattice.counts, person_cells, people[:, None])
    counts, done = lattice.counts.tolist(), counted.tolist()
    for equation in sorted(lattice.sums, key=lambda equation: equation.total, reverse=True):
        if not done[equation.total]:
            counts[equation.total] = sum([counts[part] for part in equation.parts])
            done[equation.total] = True
    lattice.counts[:] = counts


def _list_sum_equations(
    dims: tuple[str, ...], parents: dict[str, str], cell_numbers: dict[Key, int]
) -> Iterator[SumEquation]:
    """List for each cell and each dimension the cell that sums over that dimension."""
    children = {
        position: [dims.index(child) for child, parent in parents.items() if parent == dim]
        for position, dim in enumerate(dims)
    }
    parts: dict[tuple[int, int], list[int]] = {}
    for key, number in cell_numbers.items():
        for position, value in enumerate(key):
            if value == ALL or any(key[child] != ALL for child in children[position]):
                continue
            total = cell_numbers[(*key[:position], ALL, *key[position + 1 :])]
            parts.setdefault((total, position), []).append(number)
    for (total, _), cells in parts.items():
        yield SumEquation(total, tuple(cells))
