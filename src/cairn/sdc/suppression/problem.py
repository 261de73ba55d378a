"""State the suppression problem: unknowns (cells equal by construction) and their equations."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cairn.sdc.options import Zeros
from cairn.sdc.tables import (
    ALL,
    MOST_DIMS_OF_SHOWN_ZERO,
    RESULT,
    CellLattice,
    Key,
    Nest,
    SuppressionRule,
)

__all__ = ["FIXED_UNKNOWN", "SuppressionProblem", "build_suppression_problem"]

FIXED_UNKNOWN = -1
"""The unknown of a cell that everyone knows to be zero: the index past the last unknown."""

GRAND_TOTAL_COST = 100.0
"""Cost of withholding the grand total: a table without its headline is hardly worth publishing."""

PARENT_COST = 20.0
"""Cost of withholding a value that contains others, such as a district."""

ONE_DIM_COST = 5.0
"""Cost of withholding any other number of one dimension, such as a race or a school: these are
read most. How many of a race had an outcome is a number of that race.
"""

CROSSING_COST = 0.1
"""Added cost of each further dimension: one total spares several finer cells."""

EMPTY_COST = 0.8
"""Added cost of an empty group: withholding it raises a question where there was none."""

DOUBLING_COST = 1e-3
"""Added cost of a cell of several dimensions with each doubling: of two similar ones, the larger
is shown.
"""

BLOCKS_FROM = 2_000
"""A problem of this many unknowns or more is solved by blocks."""

PUBLIC_CELL_FACTOR = 1e6
"""Cost factor of a cell with a number that is public already: withholding it covers nothing."""


@dataclass(frozen=True, slots=True)
class SuppressionProblem:
    """Hold the unknowns (cells equal by construction, taken together) and their equations.

    Args:
        unknown_of: the unknown of each cell of the lattice, or FIXED_UNKNOWN; int64[cell].
        value: people, int64[unknown].
        floor: the least that an outsider must allow for once the unknown is withheld.
        cost: information lost by withholding it; zero where nothing of it is published.
        public: whether any cell of it is published.
        small: whether the rule withholds it for its own sake (primary suppression).
        rows: equations: a total and the parts that add up to it.
        homes: the blocks that each unknown belongs to, by name: the districts where schools lie
            in districts. Unknowns of the whole state belong to "All", as do all unknowns of small
            problems.
        kinds: for each kind of person, the unknowns that such a participant knows not to be zero,
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


def build_suppression_problem(
    lattice: CellLattice,
    dims: tuple[str, ...],
    nests: tuple[Nest, ...],
    rule: SuppressionRule,
    sealed: Collection[Key] = frozenset(),
    known: Collection[Key] = frozenset(),
) -> SuppressionProblem:
    """Reduce a lattice to what an outsider does not know beforehand.

    Args:
        lattice: all cells with their counts.
        dims: names of the dimensions of each key.
        nests: which dimension lies within which.
        rule: what counts as small, and whether empty groups may be withheld.
        sealed: cells to withhold no matter their number.
        known: cells with a number that is public already.

    Returns:
        The unknowns with their costs and equations.
    """
    open_dims = [_find_open_dims(key, dims, nests) for key in lattice.keys]
    shown_if_empty = np.array(
        [
            bool(public)
            and not _counts_outcome(lattice, cell, dims)
            and (rule.zeros is Zeros.SHOWN or len(open_dims[cell]) <= MOST_DIMS_OF_SHOWN_ZERO)
            for cell, public in enumerate(lattice.public)
        ],
        np.bool_,
    )
    fixed = _find_fixed_zeros(lattice, shown_if_empty)
    unknown_of, size = _merge_equal_cells(lattice, fixed)
    problem = SuppressionProblem(
        unknown_of=unknown_of,
        value=np.zeros(size, np.int64),
        floor=np.zeros(size, np.int64),
        cost=np.zeros(size, np.float64),
        public=np.zeros(size, np.bool_),
        small=np.zeros(size, np.bool_),
        rows=_list_equations(lattice, unknown_of),
        homes=_find_homes(lattice, nests, dims, unknown_of),
    )
    for cell in np.flatnonzero(~fixed).tolist():
        unknown = unknown_of[cell]
        problem.value[unknown] = count = lattice.counts[cell]
        if not lattice.public[cell]:
            continue
        problem.public[unknown] = True
        problem.floor[unknown] |= shown_if_empty[cell]
        cost_factor = PUBLIC_CELL_FACTOR if lattice.keys[cell] in known else 1
        problem.cost[unknown] += cost_factor * _compute_cell_cost(
            int(count), open_dims[cell] - {RESULT}, nests
        )
        is_empty_outcome = _counts_outcome(lattice, cell, dims) and rule.unnamed.isdisjoint(
            lattice.keys[cell]
        )
        is_small = count < rule.minimum and (count > 0 or is_empty_outcome)
        problem.small[unknown] |= is_small or lattice.keys[cell] in sealed
    return replace(problem, kinds=_list_participant_kinds(lattice, problem))


def _list_participant_kinds(
    lattice: CellLattice, problem: SuppressionProblem
) -> tuple[frozenset[int], ...]:
    """List what each kind of person knows that an outsider does not."""
    kinds = {
        frozenset(u for u in problem.unknown_of[list(cells)].tolist() if not problem.floor[u])
        for cells in lattice.kinds
    }
    return tuple(sorted((kind for kind in kinds if kind), key=sorted))


def _counts_outcome(lattice: CellLattice, cell: int, dims: tuple[str, ...]) -> bool:
    return RESULT in dims and lattice.keys[cell][dims.index(RESULT)] != ALL


def _find_open_dims(key: Key, dims: tuple[str, ...], nests: tuple[Nest, ...]) -> frozenset[str]:
    """List the dimensions that meet in a cell: a school and its district count as one."""
    open_dims = {dim for dim, value in zip(dims, key, strict=True) if value != ALL}
    return frozenset(open_dims - {nest.parent for nest in nests if nest.child in open_dims})


def _compute_cell_cost(count: int, open_dims: frozenset[str], nests: tuple[Nest, ...]) -> float:
    """Compute the information lost with one cell."""
    doublings = float(np.log2(1 + count))
    if not open_dims:
        return GRAND_TOTAL_COST + doublings
    if len(open_dims) < MOST_DIMS_OF_SHOWN_ZERO:
        is_parent = any(nest.parent in open_dims for nest in nests)
        return (PARENT_COST if is_parent else ONE_DIM_COST) + doublings
    return (
        1 + CROSSING_COST * len(open_dims) + DOUBLING_COST * doublings + EMPTY_COST * (count == 0)
    )


def _find_homes(
    lattice: CellLattice,
    nests: tuple[Nest, ...],
    dims: tuple[str, ...],
    unknown_of: NDArray[np.int64],
) -> tuple[frozenset[str], ...]:
    """Assign unknowns to blocks by the dimension that contains others and lies within none."""
    homes: list[set[str]] = [set() for _ in range(int(unknown_of.max(initial=FIXED_UNKNOWN)) + 1)]
    outermost = {nest.parent for nest in nests} - {nest.child for nest in nests}
    if not outermost or len(homes) < BLOCKS_FROM:
        return tuple(frozenset({ALL}) for _ in homes)
    dim_index = dims.index(min(outermost))
    for key, unknown in zip(lattice.keys, unknown_of.tolist(), strict=True):
        if unknown != FIXED_UNKNOWN:
            homes[unknown].add(key[dim_index])
    return tuple(frozenset(home) for home in homes)


def _find_fixed_zeros(lattice: CellLattice, shown_if_empty: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Find the cells known to be zero.

    Empty groups that are always shown, all cells within them, and cells with only zero parts.
    """
    fixed = shown_if_empty & (lattice.counts == 0)
    by_size = sorted(lattice.sums, key=lambda equation_: equation_.total)
    previous_count = -1
    while previous_count != (previous_count := int(fixed.sum())):
        for equation in by_size:
            if fixed[equation.total]:
                fixed[list(equation.parts)] = True
        for equation in reversed(by_size):
            if fixed[list(equation.parts)].all():
                fixed[equation.total] = True
    return np.asarray(fixed, np.bool_)


def _merge_equal_cells(
    lattice: CellLattice, fixed: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], int]:
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
    unknown_of = np.full(len(leader), FIXED_UNKNOWN, np.int64)
    numbers: dict[int, int] = {}
    for cell in np.flatnonzero(~fixed).tolist():
        unknown_of[cell] = numbers.setdefault(lead(cell), len(numbers))
    return unknown_of, len(numbers)


def _list_equations(
    lattice: CellLattice, unknown_of: NDArray[np.int64]
) -> tuple[tuple[int, tuple[int, ...]], ...]:
    rows: dict[tuple[int, tuple[int, ...]], None] = {}
    for equation in lattice.sums:
        parts = sorted(int(unknown_of[p]) for p in equation.parts if unknown_of[p] != FIXED_UNKNOWN)
        if len(parts) > 1:
            rows[int(unknown_of[equation.total]), tuple(parts)] = None
    return tuple(rows)
