"""Controlled rounding: every number to a multiple of a base, and all sums still hold.

Rounding each number by itself breaks the sums, and a table whose parts do not add up invites
everyone to work out why. Here each number goes to the multiple just below or just above it, all
sums hold between the rounded numbers, and the least is moved in all (the zero-restricted
controlled rounding of Cox, "A Constructive Procedure for Unbiased Controlled Rounding", Journal of
the American Statistical Association 82, 1987; as an integer program, Fischetti and Salazar,
"Computational experience with the controlled rounding problem", 1998). A multiple of the base,
zero with it, stays what it is. In three dimensions and more such a rounding need not exist.
"""

import highspy
import numpy as np
from numpy.typing import NDArray

from cairn.disclosure.alternatives.perturbed import Perturbed, audited, laid_out
from cairn.disclosure.lattice import Lattice
from cairn.disclosure.quiet import QuietSolver
from cairn.disclosure.rule import Rule
from cairn.disclosure.table import Request

LEAST_BASE = 3
"""To a smaller base, a rounded number gives the true one away to within one."""

NODES = 2_000
"""Branches of the search after which it is given up: counted, not timed, so that the same table
is always rounded in the same way."""


class NoRoundingError(ValueError):
    """No rounding to this base was found in which all sums hold."""

    def __init__(self, base: int) -> None:
        super().__init__(
            f"No rounding to {base} was found in which all sums hold and no number is moved by "
            f"{base} or more. Try another base, or ask for fewer tables."
        )
        self.base = base


def rounded(request: Request, rule: Rule, base: int) -> Perturbed:
    """Round all cells of all margins of a request to multiples of a base.

    Args:
        request: the finest cells and the tables.
        rule: what an attacker must be left with.
        base: such as 5; at least 3.

    Raises:
        ValueError: the base is too small.
        UnfitRequestError: there are too many cells.
        NoRoundingError: there is none.
        TooNarrowError: an attacker could move the numbers back.
    """
    if base < LEAST_BASE:
        raise ValueError(f"Round to {LEAST_BASE} or more: less gives the number away.")
    lattice = laid_out(request)
    up = _up(lattice, base)
    if up is None:
        raise NoRoundingError(base)
    figures = (lattice.counts // base + up) * base
    cells = {
        key: int(n)
        for key, n, public in zip(lattice.keys, figures, lattice.public, strict=True)
        if public
    }
    return audited(request, rule, cells, base - 1)


def _up(lattice: Lattice, base: int) -> NDArray[np.int64] | None:
    """By cell, one where it goes to the multiple above; None where no rounding was found."""
    rest = lattice.counts % base
    free = np.flatnonzero((rest > 0) & lattice.public)
    chosen = np.zeros(len(rest), np.int64)
    if len(free):
        solver = QuietSolver(mip_max_nodes=NODES)
        solver.passModel(_program(lattice, base, free))
        solver.run()
        found = np.rint(np.asarray(solver.getSolution().col_value)).astype(np.int64)
        chosen[free] = found
    down = lattice.counts // base
    whole = down + chosen
    sums = [one for one in lattice.sums if lattice.public[[one.total, *one.parts]].all()]
    fits = all(whole[one.total] == whole[list(one.parts)].sum() for one in sums)
    return chosen if fits else None


def _program(lattice: Lattice, base: int, free: NDArray[np.int64]) -> highspy.HighsLp:
    """Which cells go up, so that sums hold and the numbers move as little as they can."""
    column = {cell: at for at, cell in enumerate(free.tolist())}
    down = lattice.counts // base
    starts, index, value, known = [0], list[int](), list[float](), list[float]()
    for one in lattice.sums:
        if lattice.public[[one.total, *one.parts]].all():
            terms = [(column[part], 1.0) for part in one.parts if part in column]
            terms += [(column[one.total], -1.0)] if one.total in column else []
            index += [at for at, _ in terms]
            value += [sign for _, sign in terms]
            starts.append(len(index))
            known.append(float(down[one.total] - down[list(one.parts)].sum()))
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(free), len(known)
    program.col_cost_ = (base - 2 * (lattice.counts[free] % base)).astype(np.float64)
    program.col_lower_, program.col_upper_ = np.zeros(len(free)), np.ones(len(free))
    program.row_lower_ = program.row_upper_ = np.array(known)
    program.integrality_ = [highspy.HighsVarType.kInteger] * len(free)
    matrix = program.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.num_col_, matrix.num_row_ = program.num_col_, program.num_row_
    matrix.start_ = np.array(starts)
    matrix.index_ = np.array(index, np.int32)
    matrix.value_ = np.array(value)
    return program
