"""The protector's world: every cell of every margin, and which cells add up to which."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from math import prod

import numpy as np
from numpy.typing import NDArray

from cairn.disclosure.margins import Dims, join, margins_of, published_tables
from cairn.disclosure.table import ALL, RESULT, RESULTS, Key, Request, UnfitRequestError

MOST_CELLS = 1_000_000
"""More cells than anyone reads or than can be protected: refused before they are laid out."""


@dataclass(frozen=True, slots=True)
class Sum:
    """The cell ``total`` counts the same people as ``parts`` together."""

    total: int
    parts: tuple[int, ...]


@dataclass(slots=True)
class Lattice:
    """Cells by number.

    Args:
        keys: full keys with ``All``.
        counts: people in each cell, whole numbers.
        public: whether the cell is part of a table asked for. The others are cells of the
            table that stands behind a circle of tables: never published, yet bound to be counts.
        sums: every equation between neighboring margins.
        kinds: for each kind of person there is, the finest cells that count such a person, one
            of each table.
    """

    keys: list[Key] = field(default_factory=list)
    counts: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    public: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    sums: list[Sum] = field(default_factory=list)
    kinds: tuple[tuple[int, ...], ...] = ()


def build(request: Request) -> Lattice:
    """Lay out all margins of all tables of a request, each cell once."""
    dims = request.cells.dims
    parents = {nest.child: nest.parent for nest in request.nests}
    tables = published_tables(request)
    public = set[Dims]().union(*(margins_of(table, parents) for table in tables))
    behind = join(tables)
    hidden = margins_of(behind, parents) - public if behind else set()
    _check_size(request, public | hidden)
    lattice, numbers = Lattice(), dict[Key, int]()
    margins = sorted(public | hidden, key=lambda margin: (len(margin), sorted(margin)))
    for margin in margins:
        for key in sorted(_keys(request, margin)):
            numbers[key] = len(numbers)
    lattice.keys = list(numbers)
    lattice.counts = np.zeros(len(numbers), np.int64)
    lattice.public = np.array([_margin(dims, key) in public for key in numbers], np.bool_)
    lattice.sums = list(_sums(dims, parents, numbers))
    widest = [*tables, behind] if behind else tables
    _count(request, widest, numbers, lattice)
    lattice.kinds = tuple(_kinds(request, widest, numbers))
    return lattice


def _kinds(
    request: Request, widest: list[Dims], numbers: dict[Key, int]
) -> Iterator[tuple[int, ...]]:
    kept = [[dim in margin for dim in request.cells.dims] for margin in widest]
    found = {
        tuple(
            tuple(v if keep else ALL for v, keep in zip(key, margin, strict=True))
            for margin in kept
        )
        for key in request.cells.people
    }
    for cells in sorted(found):
        yield tuple(numbers[cell] for cell in cells)


def _check_size(request: Request, margins: set[Dims]) -> None:
    """Refuse tables of too many cells; children of one parent are counted with it, not apart."""
    dims = request.cells.dims
    values = [{key[at] for key in request.cells.counts} for at in range(len(dims))]
    size = {dim: max(len(found), 1) for dim, found in zip(dims, values, strict=True)}
    parents = {nest.child: nest.parent for nest in request.nests}
    cells = sum(
        prod(size[dim] for dim in margin - {parents.get(inner) for inner in margin})
        for margin in margins
    )
    if cells > MOST_CELLS:
        raise UnfitRequestError(
            f"These tables would have up to {cells:,} cells, and at most {MOST_CELLS:,} can be "
            "protected together. Ask for fewer dimensions in one table, or for coarser values."
        )


def _margin(dims: tuple[str, ...], key: Key) -> Dims:
    return frozenset(dim for dim, value in zip(dims, key, strict=True) if value != ALL)


def _keys(request: Request, margin: Dims) -> Iterator[Key]:
    """Every combination of values in a margin that its nests allow."""
    dims = request.cells.dims
    parents = {nest.child: nest.parent for nest in request.nests if nest.child in margin}
    innermost = [dim for dim in dims if dim in margin and dim not in parents.values()]
    options: list[list[dict[str, str]]] = []
    for dim in innermost:
        chain = [dim]
        while chain[-1] in parents:
            chain.append(parents[chain[-1]])
        places = [dims.index(name) for name in chain]
        found = {tuple(key[place] for place in places) for key in request.cells.counts}
        if dim == RESULT:
            found |= {(value,) for value in RESULTS}
        options.append([dict(zip(chain, values, strict=True)) for values in found])
    for choice in product(*options):
        merged: dict[str, str] = {}
        if all(merged.setdefault(d, v) == v for part in choice for d, v in part.items()):
            yield tuple(merged.get(dim, ALL) for dim in dims)


def _count(request: Request, widest: list[Dims], numbers: dict[Key, int], lattice: Lattice) -> None:
    """Count the widest margins from the finest cells and every other from its parts."""
    counted = np.zeros(len(numbers), np.bool_)
    for margin in widest:
        kept = [dim in margin for dim in request.cells.dims]
        for key in _keys(request, margin):
            counted[numbers[key]] = True
        for key, count in request.cells.counts.items():
            cell = tuple(v if keep else ALL for v, keep in zip(key, kept, strict=True))
            lattice.counts[numbers[cell]] += count
    for equation in sorted(lattice.sums, key=lambda found: -found.total):
        if not counted[equation.total]:
            lattice.counts[equation.total] = lattice.counts[list(equation.parts)].sum()
            counted[equation.total] = True


def _sums(dims: tuple[str, ...], parents: dict[str, str], numbers: dict[Key, int]) -> Iterator[Sum]:
    """For each cell and each dimension: the cell that sums over that dimension."""
    children = {
        place: [dims.index(child) for child, parent in parents.items() if parent == dim]
        for place, dim in enumerate(dims)
    }
    parts: dict[tuple[int, int], list[int]] = {}
    for key, number in numbers.items():
        for place, value in enumerate(key):
            if value == ALL or any(key[child] != ALL for child in children[place]):
                continue
            total = numbers[(*key[:place], ALL, *key[place + 1 :])]
            parts.setdefault((total, place), []).append(number)
    for (total, _), cells in parts.items():
        yield Sum(total, tuple(cells))
