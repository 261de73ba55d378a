"""A table that came with numbers withheld: any whole table that agrees with what it says.

The numbers found for what was withheld are never shown. They only stand in for the true ones, so
that what must be withheld beside them can be found; the audit then proves it from the outside.
"""

from collections.abc import Mapping, Sequence
from itertools import product

import highspy
import numpy as np

from cairn.disclosure.quiet import QuietSolver
from cairn.disclosure.table import ALL, RESULT, Key, Nest

MOST_COMBINATIONS = 50_000
"""Finest cells for which a whole table is looked for."""


class ContradictionError(ValueError):
    """No whole table agrees with what is given."""


class TooManyError(ValueError):
    """More finest cells than a whole table is looked for."""


def combinations(
    dims: Sequence[str], keys: Sequence[Key] | set[Key], nests: Sequence[Nest]
) -> list[Key]:
    """Every finest cell that the values in some keys allow, with each child in its own parent."""
    values = [sorted({key[at] for key in keys} - {ALL}) or [ALL] for at in range(len(dims))]
    parents = [(dims.index(nest.child), dims.index(nest.parent)) for nest in nests]
    pairs = {(at, key[at], key[up]) for key in keys for at, up in parents}
    size = int(np.prod([len(found) for found in values], dtype=float))
    if size > MOST_COMBINATIONS * 20:
        raise TooManyError
    return [
        key
        for key in product(*values)
        if all((at, key[at], key[up]) in pairs for at, up in parents)
    ]


def complete(
    dims: Sequence[str], said: Mapping[Key, int], unsaid: set[Key], nests: Sequence[Nest]
) -> dict[Key, int]:
    """A whole table by finest cell in which every number said holds.

    Args:
        dims: the dimensions of each key.
        said: numbers by key, of any margin.
        unsaid: keys listed without a number; a group among them has at least one member.
        nests: which dimension lies within which.

    Raises:
        ContradictionError: the numbers contradict each other.
        TooManyError: the table is too large for this.
    """
    finest = combinations(dims, {*said, *unsaid}, nests)
    if len(finest) > MOST_COMBINATIONS:
        raise TooManyError
    at = dims.index(RESULT) if RESULT in dims else None
    groups = {key: int(at is None or key[at] == ALL) for key in unsaid}
    found = _solve(finest, said, groups)
    if found is None:
        raise ContradictionError
    return dict(zip(finest, found, strict=True))


def _solve(
    finest: list[Key], said: Mapping[Key, int], least: Mapping[Key, int]
) -> list[int] | None:
    within: dict[Key, list[int]] = {key: [] for key in (*said, *least)}
    shapes = {tuple(value != ALL for value in key) for key in within}
    for number, cell in enumerate(finest):
        for shape in shapes:
            key = tuple(v if kept else ALL for v, kept in zip(cell, shape, strict=True))
            if key in within:
                within[key].append(number)
    solver = QuietSolver(mip_rel_gap=1.0, time_limit=60.0)
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(finest), len(within)
    program.col_cost_ = np.zeros(len(finest))
    program.col_lower_ = np.zeros(len(finest))
    program.col_upper_ = np.full(len(finest), highspy.kHighsInf)
    program.integrality_ = [highspy.HighsVarType.kInteger] * len(finest)
    lower = [said.get(key, least.get(key, 0)) for key in within]
    upper = [said.get(key, highspy.kHighsInf) for key in within]
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
