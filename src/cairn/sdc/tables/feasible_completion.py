"""Complete a table that came with numbers withheld: find a whole table that agrees with it.

The numbers found for withheld cells are never shown. They only replace the true ones, so
that complementary suppression can be chosen; the audit then proves the result from the outside.
"""

from collections.abc import Mapping, Sequence
from itertools import product

import highspy
import numpy as np

from cairn.sdc.tables.request import ALL, RESULT, Key, Nest
from cairn.sdc.tables.solver import QuietSolver

__all__ = ["TableContradictionError", "TooManyCellsError", "complete_table"]

MOST_COMPLETED_CELLS = 50_000
"""The most finest cells for which a whole table is looked for."""


class TableContradictionError(ValueError):
    """Report that no whole table agrees with the given numbers."""


class TooManyCellsError(ValueError):
    """Report that a table has too many finest cells to complete."""


def list_combinations(
    dims: Sequence[str], keys: Sequence[Key] | set[Key], nests: Sequence[Nest]
) -> list[Key]:
    """List every finest cell that the values in some keys allow, each child in its own parent."""
    values = [
        sorted({key[child_index] for key in keys} - {ALL}) or [ALL]
        for child_index in range(len(dims))
    ]
    parents = [(dims.index(nest.child), dims.index(nest.parent)) for nest in nests]
    pairs = {
        (child_index, key[child_index], key[parent_index])
        for key in keys
        for child_index, parent_index in parents
    }
    size = int(np.prod([len(distinct) for distinct in values], dtype=float))
    if size > MOST_COMPLETED_CELLS * 20:
        raise TooManyCellsError
    return [
        key
        for key in product(*values)
        if all(
            (child_index, key[child_index], key[parent_index]) in pairs
            for child_index, parent_index in parents
        )
    ]


def complete_table(
    dims: Sequence[str], given: Mapping[Key, int], withheld: set[Key], nests: Sequence[Nest]
) -> dict[Key, int]:
    """Find a whole table by finest cell in which every given number holds.

    Args:
        dims: the dimensions of each key.
        given: numbers by key, of any margin.
        withheld: keys listed without a number; a group among them has at least one member.
        nests: which dimension lies within which.

    Returns:
        People by finest key, whole numbers.

    Raises:
        TableContradictionError: the numbers contradict each other.
        TooManyCellsError: the table is too large for this.
    """
    finest = list_combinations(dims, {*given, *withheld}, nests)
    if len(finest) > MOST_COMPLETED_CELLS:
        raise TooManyCellsError
    result_index = dims.index(RESULT) if RESULT in dims else None
    lower_bounds = {key: int(result_index is None or key[result_index] == ALL) for key in withheld}
    solution = _solve_completion(finest, given, lower_bounds)
    if solution is None:
        raise TableContradictionError
    return dict(zip(finest, solution, strict=True))


def _solve_completion(
    finest: list[Key], given: Mapping[Key, int], least: Mapping[Key, int]
) -> list[int] | None:
    within: dict[Key, list[int]] = {key: [] for key in (*given, *least)}
    shapes = {tuple(value != ALL for value in key) for key in within}
    for number, cell in enumerate(finest):
        for shape in shapes:
            key = tuple(v if is_open else ALL for v, is_open in zip(cell, shape, strict=True))
            if key in within:
                within[key].append(number)
    solver = QuietSolver(mip_rel_gap=1.0, time_limit=60.0)
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(finest), len(within)
    program.col_cost_ = np.zeros(len(finest))
    program.col_lower_ = np.zeros(len(finest))
    program.col_upper_ = np.full(len(finest), highspy.kHighsInf)
    program.integrality_ = [highspy.HighsVarType.kInteger] * len(finest)
    lower = [given.get(key, least.get(key, 0)) for key in within]
    upper = [given.get(key, highspy.kHighsInf) for key in within]
    program.row_lower_ = np.array(lower, np.float64)
    program.row_upper_ = np.array(upper, np.float64)
    matrix = program.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.num_col_, matrix.num_row_ = program.num_col_, program.num_row_
    matrix.start_ = np.cumsum([0, *(len(cells) for cells in within.values())])
    matrix.index_ = np.array([c for cells in within.values() for c in cells], np.int32)
    matrix.value_ = np.ones(len(matrix.index_))
    solver.passModel(program)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return [int(value) for value in np.rint(np.asarray(solver.getSolution().col_value))]
