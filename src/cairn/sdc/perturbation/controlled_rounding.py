"""Round every number to a multiple of a base so that sums hold (controlled rounding).

Rounding each number by itself breaks the sums, and a table with parts that do not add up invites
readers to work out why. Here each number goes to the multiple just below or just above it, all sums
hold between the rounded numbers, and the total movement is least (the zero-restricted controlled
rounding of Cox, "A Constructive Procedure for Unbiased Controlled Rounding", Journal of the
American Statistical Association 82, 1987; as an integer program, Fischetti and Salazar,
"Computational experience with the controlled rounding problem", 1998). A multiple of the base,
including zero, does not change. In three dimensions and more such a rounding need not exist.
"""

import highspy
import numpy as np
from numpy.typing import NDArray

from cairn.sdc.perturbation import perturbation_audit
from cairn.sdc.tables import CellLattice, QuietSolver, SuppressionRule, TableRequest

__all__ = ["NoRoundingError", "round_tables"]

MINIMUM_BASE = 3
"""With a smaller base, a rounded number discloses the true one to within one."""

MOST_NODES = 2_000
"""Branches of the search after which it gives up: counted, not timed, so that the same table
is always rounded in the same way.
"""


class NoRoundingError(ValueError):
    """Report that no rounding to this base was found in which all sums hold.

    Args:
        base: the base.
    """

    def __init__(self, base: int) -> None:
        super().__init__(
            f"No rounding to {base} was found in which all sums hold and no number is moved by "
            f"{base} or more. Try another base, or ask for fewer tables."
        )
        self.base = base


def round_tables(
    request: TableRequest, rule: SuppressionRule, base: int
) -> perturbation_audit.PerturbedTables:
    """Round all cells of all margins of a request to multiples of a base.

    Args:
        request: the finest cells and the tables.
        rule: what an attacker must be left with.
        base: such as 5; at least 3.

    Returns:
        The rounded numbers with the attacker's audit.

    Raises:
        ValueError: the base is too small.
        UnfitRequestError: there are too many cells.
        NoRoundingError: there is none.
        PerturbationTooNarrowError: an attacker could move the numbers back.
    """
    if base < MINIMUM_BASE:
        raise ValueError(f"Round to {MINIMUM_BASE} or more: less gives the number away.")
    lattice = perturbation_audit.build_perturbable_lattice(request)
    up = _choose_upward(lattice, base)
    if up is None:
        raise NoRoundingError(base)
    figures = (lattice.counts // base + up) * base
    cells = {
        key: int(n)
        for key, n, public in zip(lattice.keys, figures, lattice.public, strict=True)
        if public
    }
    return perturbation_audit.audit_perturbation(request, rule, cells, base - 1)


def _choose_upward(lattice: CellLattice, base: int) -> NDArray[np.int64] | None:
    """Choose which cells go to the multiple above (1); None where no rounding was found."""
    rest = lattice.counts % base
    free = np.flatnonzero((rest > 0) & lattice.public)
    chosen = np.zeros(len(rest), np.int64)
    if len(free):
        solver = QuietSolver(mip_max_nodes=MOST_NODES)
        solver.passModel(_build_rounding_program(lattice, base, free))
        solver.run()
        solution = np.rint(np.asarray(solver.getSolution().col_value)).astype(np.int64)
        chosen[free] = solution
    down = lattice.counts // base
    rounded_multiples = down + chosen
    sums = [
        equation
        for equation in lattice.sums
        if lattice.public[[equation.total, *equation.parts]].all()
    ]
    fits = all(
        rounded_multiples[equation.total] == rounded_multiples[list(equation.parts)].sum()
        for equation in sums
    )
    return chosen if fits else None


def _build_rounding_program(
    lattice: CellLattice, base: int, free: NDArray[np.int64]
) -> highspy.HighsLp:
    """Choose which cells go up, so that sums hold and the numbers move as little as they can."""
    column = {cell: position for position, cell in enumerate(free.tolist())}
    down = lattice.counts // base
    starts, index, value, known = [0], list[int](), list[float](), list[float]()
    for equation in lattice.sums:
        if lattice.public[[equation.total, *equation.parts]].all():
            terms = [(column[part], 1.0) for part in equation.parts if part in column]
            terms += [(column[equation.total], -1.0)] if equation.total in column else []
            index += [position for position, _ in terms]
            value += [sign for _, sign in terms]
            starts.append(len(index))
            known.append(float(down[equation.total] - down[list(equation.parts)].sum()))
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
