"""Protect counts: withhold, audit the result, and return safe tables or nothing."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from cairn.sdc import suppression, tables
from cairn.sdc.audit import AuditHints, audit_tables
from cairn.sdc.suppression import MoveCache
from cairn.sdc.tables import Key, PublishedTables, SuppressionRule, TableRequest

__all__ = ["ProtectionFailedError", "protect_tables"]


class ProtectionFailedError(RuntimeError):
    """Report that the audit objects: a defect of the protector. Nothing is published.

    ``certificate`` says which cells; keep it from the public.

    Args:
        certificate: of the audit that failed.
    """

    def __init__(self, certificate: tables.AuditCertificate) -> None:
        super().__init__(
            f"The audit could narrow {len(certificate.narrowed)} withheld cells too far, saw "
            f"{len(certificate.exposed)} small cells shown and {len(certificate.pooled)} small "
            "groups known as a sum. Nothing was published; please report this as a defect."
        )
        self.certificate = certificate


def protect_tables(
    request: TableRequest,
    rule: SuppressionRule,
    *,
    sealed: Collection[Key] = frozenset(),
    known: Collection[Key] = frozenset(),
    progress: suppression.SuppressionProgress | None = None,
    move_cache: MoveCache | None = None,
) -> PublishedTables:
    """Withhold small cells and as little else as keeps them unknown, and audit the result.

    Args:
        request: the finest cells and the tables to publish together.
        rule: what the published tables must withstand.
        sealed: cells to withhold no matter their number, as the source of the data did. An empty
            group among them is shown all the same where the rule shows zeros.
        known: cells with a number that is public already, so that withholding them covers nothing.
        progress: called with (cells known to be safe, cells withheld) as the work goes on.
        move_cache: moves found before, of the same request; those found now are added.

    Returns:
        Every cell of every margin of the tables, once, with the certificate of its audit.

    Raises:
        UnfitRequestError: the tables have too many cells.
        ProtectionFailedError: the audit, which shares no code with the protector, objects.
    """
    dims = request.cells.dims
    lattice = tables.build_lattice(request)
    problem = suppression.build_suppression_problem(
        lattice, dims, request.nests, rule, sealed, known
    )
    move_cache = MoveCache() if move_cache is None else move_cache
    withheld = _map_to_cells(
        problem, suppression.choose_withheld_unknowns(problem, rule, progress, move_cache)
    )
    cells = tuple(
        tables.PublishedCell(key, None, tables.CellStatus.WITHHELD)
        if withheld[number]
        else tables.PublishedCell(key, int(lattice.counts[number]), tables.CellStatus.PUBLISHED)
        for number, key in enumerate(lattice.keys)
        if lattice.public[number]
    )
    certificate = audit_tables(
        dims,
        {cell.key: cell.n for cell in cells},
        request.tables,
        request.nests,
        rule,
        hints=AuditHints(
            dict(zip(lattice.keys, lattice.counts.tolist(), strict=True)),
            move_cache.list_moves_by_key(lattice.keys),
        ),
        people=request.cells.people,
    )
    if not certificate.safe:
        raise ProtectionFailedError(certificate)
    explanation = _count_suppressions(request, lattice, problem, withheld & lattice.public)
    return PublishedTables(dims, cells, certificate, explanation)


def _map_to_cells(
    problem: suppression.SuppressionProblem, unknown: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Look up by cell what holds of its unknown; fixed zeros are always shown."""
    return np.append(unknown, False)[problem.unknown_of]


def _count_suppressions(
    request: TableRequest,
    lattice: tables.CellLattice,
    problem: suppression.SuppressionProblem,
    withheld: NDArray[np.bool_],
) -> tables.SuppressionCounts:
    parents = {nest.child: nest.parent for nest in request.nests}
    small = int((withheld & _map_to_cells(problem, problem.small)).sum())
    by_table = {}
    for table in request.tables:
        closed_dims = tables.close_over_parents(frozenset(table) | {tables.RESULT}, parents)
        outside_positions = [
            position for position, dim in enumerate(request.cells.dims) if dim not in closed_dims
        ]
        by_table[table] = sum(
            all(lattice.keys[cell][position] == tables.ALL for position in outside_positions)
            for cell in np.flatnonzero(withheld).tolist()
        )
    return tables.SuppressionCounts(small, int(withheld.sum()) - small, by_table)
