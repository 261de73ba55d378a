"""Audit figures that were moved on purpose: what an outsider can still work out from them.

Each true number lies within a known distance of the one shown. To an attacker that is a table in
which everything is withheld and every cell has a range beside it; so the same audit answers how
narrow the ranges become once all sums between the true numbers are used.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cairn.sdc import tables
from cairn.sdc.audit import AuditHints, audit_tables
from cairn.sdc.suppression import FIXED_UNKNOWN, build_suppression_problem
from cairn.sdc.tables import Key, PublishedTables, SuppressionRule, TableRequest

__all__ = ["NumberRange", "PerturbationTooNarrowError", "PerturbedTables"]

NumberRange = tuple[int, int]
"""The least and the most that a true number can be, as far as its cell alone shows."""

MOST_PERTURBED_CELLS = 10_000
"""Cells that are moved together: every one of them is audited, and larger tables take too long."""


class PerturbationTooNarrowError(ValueError):
    """Reject moved figures that an attacker could move back; ``certificate`` says which.

    Args:
        certificate: of the audit that failed.
    """

    def __init__(self, certificate: tables.AuditCertificate) -> None:
        narrowed = certificate.narrowed
        super().__init__(
            f"Of the figures moved in this way, an attacker could bring {len(narrowed):,} closer "
            "to the true number than the rule allows, because all of them must add up. Move them "
            "further, or withhold small numbers instead."
        )
        self.certificate = certificate


@dataclass(frozen=True, slots=True)
class PerturbedTables:
    """Hold every cell of every margin with a number near the true one.

    Args:
        dims: names of the dimensions, in the order of each key.
        cells: the numbers to be shown.
        reach: how far at most the true number is from the one shown.
        certificate: the attacker's audit of exactly these numbers and that distance.
    """

    dims: tuple[str, ...]
    cells: Mapping[Key, int]
    reach: int
    certificate: tables.AuditCertificate

    def find_range(self, key: Key) -> NumberRange:
        """Return the range of the true number that one cell by itself shows."""
        return compute_number_range(self.cells[key], self.reach)

    @property
    def published(self) -> PublishedTables:
        """Return the same as tables to publish: nothing in them is withheld."""
        cells = (
            tables.PublishedCell(key, n, tables.CellStatus.PUBLISHED)
            for key, n in self.cells.items()
        )
        return PublishedTables(
            self.dims, tuple(cells), self.certificate, tables.SuppressionCounts(0, 0, {})
        )


def compute_number_range(n: int, reach: int) -> NumberRange:
    """Compute the numbers within reach of one that is shown.

    An empty cell never gets people, so a number above zero means at least one person.
    """
    return max(min(n, 1), n - reach), n + reach


def build_perturbable_lattice(request: TableRequest) -> tables.CellLattice:
    """Lay out all margins of a request before its numbers are moved.

    Raises:
        UnfitRequestError: there are more cells than can be moved together.
    """
    lattice = tables.build_lattice(request)
    if len(lattice.keys) > MOST_PERTURBED_CELLS:
        raise tables.UnfitRequestError(
            f"These tables have {len(lattice.keys):,} cells, and at most "
            f"{MOST_PERTURBED_CELLS:,} can be "
            "rounded or given noise together. Ask for fewer tables, or withhold instead."
        )
    return lattice


def list_true_counts(lattice: tables.CellLattice) -> dict[Key, int]:
    """List the true numbers of the cells to publish, by key."""
    counts = zip(lattice.keys, lattice.counts.tolist(), lattice.public.tolist(), strict=True)
    return {key: n for key, n, public in counts if public}


def audit_perturbation(
    request: TableRequest, rule: SuppressionRule, cells: Mapping[Key, int], reach: int
) -> PerturbedTables:
    """Audit moved figures and return them with the certificate.

    The attacker knows the method and its distance, which groups are structural zeros, and that
    the true numbers are whole and add up; a participant knows one record in addition.

    Args:
        request: the finest cells and the tables.
        rule: what an attacker must be left with.
        cells: the moved numbers, by key.
        reach: how far at most a number was moved.

    Returns:
        The moved numbers with the certificate.

    Raises:
        UnfitRequestError: there are too many cells.
        PerturbationTooNarrowError: some number could be narrowed beyond what the rule allows.
    """
    lattice = build_perturbable_lattice(request)
    problem = build_suppression_problem(lattice, request.cells.dims, request.nests, rule)
    empty = {
        key
        for key, unknown in zip(lattice.keys, problem.unknown_of.tolist(), strict=True)
        if unknown == FIXED_UNKNOWN
    }
    certificate = audit_tables(
        request.cells.dims,
        {key: 0 if key in empty else None for key in cells},
        request.tables,
        request.nests,
        rule,
        ranges={
            key: compute_number_range(n, reach) for key, n in cells.items() if key not in empty
        },
        hints=AuditHints(dict(zip(lattice.keys, lattice.counts.tolist(), strict=True))),
        people=request.cells.people,
    )
    if not certificate.safe:
        raise PerturbationTooNarrowError(certificate)
    return PerturbedTables(request.cells.dims, cells, reach, certificate)
