"""The protector's unknowns: cells that are equal by construction share one fate."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cairn.disclosure.lattice import Lattice
from cairn.disclosure.rule import FREELY_CROSSED, Rule, Zeros
from cairn.disclosure.table import ALL, RESULT, Key, Nest

FIXED = -1
"""The unknown of a cell that everyone knows to be zero: the place past the last unknown."""

EVERYONE = 100.0
"""How dear the number of everyone is: a table without its headline is hardly worth publishing."""

HOLDER = 20.0
"""How dear the number of a place is that holds others, such as a district."""

READ_MOST = 5.0
"""How dear any other number of one dimension is, such as a race or a school: these are read most.
What of a race reached an outcome is a number of that race."""

CROSSED = 0.1
"""How much dearer each further dimension makes the others: one total spares several finer cells."""

EMPTY = 0.8
"""How much dearer an empty group is: withholding it raises a question where there was none."""

LARGE = 1e-3
"""How much dearer a cell of several dimensions is with each doubling: of two like ones, the larger
is shown."""

BLOCKS_FROM = 2_000
"""So many unknowns are taken by blocks."""

KNOWN_ALREADY = 1e6
"""How much dearer a cell is whose number is public already: withholding it covers nothing."""


@dataclass(frozen=True, slots=True)
class World:
    """Unknowns (cells equal by construction, taken together) and their equations.

    Args:
        unknown_of: the unknown of each cell of the lattice, or FIXED.
        value: people, by unknown.
        floor: the least that an outsider must allow for once the unknown is withheld.
        cost: information lost by withholding it; zero where nothing of it is published.
        public: whether any cell of it is published.
        small: whether the rule withholds it for its own sake.
        rows: equations: a total and the parts that add up to it.
        homes: the blocks that each unknown belongs to, by name: the districts where schools lie
            in districts. Those of the whole belong to "All". Everything in small worlds.
        kinds: for each kind of person, the unknowns that such a person knows to be no zero,
            though an outsider does not.
    """

    unknown_of: NDArray[np.int64]
    value: NDArray[np.int64]
    floor: NDArray[np.int64]
    cost: NDArray[np.float64]
    public: NDArray[np.bool_]
    small: NDArray[np.bool_]
    rows: tuple[tuple[int, tuple[int, ...]], ...]
    homes: tuple[frozenset[str], ...]
    kinds: tuple[frozenset[int], ...] = ()


def unknowns(
    lattice: Lattice,
    dims: tuple[str, ...],
    nests: tuple[Nest, ...],
    rule: Rule,
    sealed: Collection[Key] = frozenset(),
    known: Collection[Key] = frozenset(),
) -> World:
    """Reduce a lattice to what an outsider does not know beforehand.

    ``sealed`` cells are withheld whatever their number; ``known`` ones are public already.
    """
    opened = [_opened(key, dims, nests) for key in lattice.keys]
    shown_if_empty = np.array(
        [
            bool(public)
            and not _outcome(lattice, cell, dims)
            and (rule.zeros is Zeros.SHOWN or len(opened[cell]) <= FREELY_CROSSED)
            for cell, public in enumerate(lattice.public)
        ],
        np.bool_,
    )
    fixed = _fixed(lattice, shown_if_empty)
    unknown_of, size = _merge(lattice, fixed)
    world = World(
        unknown_of=unknown_of,
        value=np.zeros(size, np.int64),
        floor=np.zeros(size, np.int64),
        cost=np.zeros(size, np.float64),
        public=np.zeros(size, np.bool_),
        small=np.zeros(size, np.bool_),
        rows=_rows(lattice, unknown_of),
        homes=_homes(lattice, nests, dims, unknown_of),
    )
    for cell in np.flatnonzero(~fixed).tolist():
        unknown = unknown_of[cell]
        world.value[unknown] = count = lattice.counts[cell]
        if not lattice.public[cell]:
            continue
        world.public[unknown] = True
        world.floor[unknown] |= shown_if_empty[cell]
        dearer = KNOWN_ALREADY if lattice.keys[cell] in known else 1
        world.cost[unknown] += dearer * _cost(int(count), opened[cell] - {RESULT}, nests)
        nobody_of_a_group = _outcome(lattice, cell, dims) and rule.unnamed.isdisjoint(
            lattice.keys[cell]
        )
        small = count < rule.minimum and (count > 0 or nobody_of_a_group)
        world.small[unknown] |= small or lattice.keys[cell] in sealed
    return replace(world, kinds=_kinds(lattice, world))


def _kinds(lattice: Lattice, world: World) -> tuple[frozenset[int], ...]:
    """What each kind of person adds to what an outsider knows beforehand."""
    found = {
        frozenset(u for u in world.unknown_of[list(cells)].tolist() if not world.floor[u])
        for cells in lattice.kinds
    }
    return tuple(sorted((kind for kind in found if kind), key=sorted))


def _outcome(lattice: Lattice, cell: int, dims: tuple[str, ...]) -> bool:
    return RESULT in dims and lattice.keys[cell][dims.index(RESULT)] != ALL


def _opened(key: Key, dims: tuple[str, ...], nests: tuple[Nest, ...]) -> frozenset[str]:
    """The dimensions whose values meet in a cell: a school and its district are one."""
    opened = {dim for dim, value in zip(dims, key, strict=True) if value != ALL}
    return frozenset(opened - {nest.parent for nest in nests if nest.child in opened})


def _cost(count: int, opened: frozenset[str], nests: tuple[Nest, ...]) -> float:
    """Information lost with one cell."""
    doubled = float(np.log2(1 + count))
    if not opened:
        return EVERYONE + doubled
    if len(opened) < FREELY_CROSSED:
        holds = any(nest.parent in opened for nest in nests)
        return (HOLDER if holds else READ_MOST) + doubled
    return 1 + CROSSED * len(opened) + LARGE * doubled + EMPTY * (count == 0)


def _homes(
    lattice: Lattice, nests: tuple[Nest, ...], dims: tuple[str, ...], unknown_of: NDArray[np.int64]
) -> tuple[frozenset[str], ...]:
    """By the dimension that others lie within, and that itself lies within none."""
    found: list[set[str]] = [set() for _ in range(int(unknown_of.max(initial=FIXED)) + 1)]
    outermost = {nest.parent for nest in nests} - {nest.child for nest in nests}
    if not outermost or len(found) < BLOCKS_FROM:
        return tuple(frozenset({ALL}) for _ in found)
    place = dims.index(min(outermost))
    for key, unknown in zip(lattice.keys, unknown_of.tolist(), strict=True):
        if unknown != FIXED:
            found[unknown].add(key[place])
    return tuple(frozenset(home) for home in found)


def _fixed(lattice: Lattice, shown_if_empty: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Cells known to be zero: empty groups that are always shown, all within them, and cells
    that have nothing else within them."""
    fixed = shown_if_empty & (lattice.counts == 0)
    downward = sorted(lattice.sums, key=lambda found: found.total)
    before = -1
    while before != (before := int(fixed.sum())):
        for equation in downward:
            if fixed[equation.total]:
                fixed[list(equation.parts)] = True
        for equation in reversed(downward):
            if fixed[list(equation.parts)].all():
                fixed[equation.total] = True
    return np.asarray(fixed, np.bool_)


def _merge(lattice: Lattice, fixed: NDArray[np.bool_]) -> tuple[NDArray[np.int64], int]:
    """Join each total to its only part that can have members."""
    leader = list(range(len(lattice.keys)))

    def lead(cell: int) -> int:
        while leader[cell] != cell:
            leader[cell] = leader[leader[cell]]
            cell = leader[cell]
        return cell

    for equation in lattice.sums:
        open_parts = [part for part in equation.parts if not fixed[part]]
        if len(open_parts) == 1:
            leader[lead(open_parts[0])] = lead(equation.total)
    unknown_of = np.full(len(leader), FIXED, np.int64)
    numbers: dict[int, int] = {}
    for cell in np.flatnonzero(~fixed).tolist():
        unknown_of[cell] = numbers.setdefault(lead(cell), len(numbers))
    return unknown_of, len(numbers)


def _rows(
    lattice: Lattice, unknown_of: NDArray[np.int64]
) -> tuple[tuple[int, tuple[int, ...]], ...]:
    rows: dict[tuple[int, tuple[int, ...]], None] = {}
    for equation in lattice.sums:
        parts = sorted(int(unknown_of[p]) for p in equation.parts if unknown_of[p] != FIXED)
        if len(parts) > 1:
            rows[int(unknown_of[equation.total]), tuple(parts)] = None
    return tuple(rows)
