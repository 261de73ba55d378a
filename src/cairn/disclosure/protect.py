"""Counts in, a publishable table out, or nothing at all."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from cairn.disclosure.attack import attack
from cairn.disclosure.certificate import Certificate
from cairn.disclosure.complementary import Progress, cover
from cairn.disclosure.handed import Start
from cairn.disclosure.lattice import Lattice, build
from cairn.disclosure.margins import closed
from cairn.disclosure.published import Explanation, Published, PublishedCell, Status
from cairn.disclosure.rule import Rule
from cairn.disclosure.table import ALL, RESULT, Key, Request
from cairn.disclosure.ways import Ways
from cairn.disclosure.world import World, unknowns


class ProtectionFailedError(RuntimeError):
    """The audit objects: a defect of the protector. Nothing is published.

    ``certificate`` says which cells; keep it from the public.
    """

    def __init__(self, certificate: Certificate) -> None:
        super().__init__(
            f"The audit could narrow {len(certificate.narrowed)} withheld cells too far, saw "
            f"{len(certificate.exposed)} small cells shown and {len(certificate.pooled)} small "
            "groups known as a sum. Nothing was published; please report this as a defect."
        )
        self.certificate = certificate


def protect(
    request: Request,
    rule: Rule,
    *,
    sealed: Collection[Key] = frozenset(),
    known: Collection[Key] = frozenset(),
    progress: Progress | None = None,
    ways: Ways | None = None,
) -> Published:
    """Withhold small cells and as little else as keeps them unknown, and audit the result.

    Args:
        request: the finest cells and the tables to publish together.
        rule: what the published tables must withstand.
        sealed: cells to withhold whatever their number, as the source of the data did. An empty
            group among them is shown all the same where the rule shows zeros.
        known: cells whose number is public already, so that withholding them covers nothing.
        progress: called with (cells known to be safe, cells withheld) as the work goes on.
        ways: moves found before, of the same request; those found now are added.

    Returns:
        Every cell of every margin of the tables, once, with the certificate of its audit.

    Raises:
        ProtectionFailedError: the audit, which shares no code with the protector, objects.
    """
    dims = request.cells.dims
    lattice = build(request)
    world = unknowns(lattice, dims, request.nests, rule, sealed, known)
    ways = Ways() if ways is None else ways
    withheld = _by_cell(world, cover(world, rule, progress, ways))
    cells = tuple(
        PublishedCell(key, None, Status.WITHHELD)
        if withheld[number]
        else PublishedCell(key, int(lattice.counts[number]), Status.PUBLISHED)
        for number, key in enumerate(lattice.keys)
        if lattice.public[number]
    )
    certificate = attack(
        dims,
        {cell.key: cell.n for cell in cells},
        request.tables,
        request.nests,
        rule,
        start=Start(
            dict(zip(lattice.keys, lattice.counts.tolist(), strict=True)), ways.told(lattice.keys)
        ),
        people=request.cells.people,
    )
    if not certificate.safe:
        raise ProtectionFailedError(certificate)
    explanation = _explain(request, lattice, world, withheld & lattice.public)
    return Published(dims, cells, certificate, explanation)


def _by_cell(world: World, unknown: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """What holds of unknowns, for each cell; fixed zeros are always shown."""
    return np.append(unknown, False)[world.unknown_of]


def _explain(
    request: Request, lattice: Lattice, world: World, withheld: NDArray[np.bool_]
) -> Explanation:
    parents = {nest.child: nest.parent for nest in request.nests}
    small = int((withheld & _by_cell(world, world.small)).sum())
    by_table = {}
    for table in request.tables:
        whole = closed(frozenset(table) | {RESULT}, parents)
        outside = [at for at, dim in enumerate(request.cells.dims) if dim not in whole]
        by_table[table] = sum(
            all(lattice.keys[cell][at] == ALL for at in outside)
            for cell in np.flatnonzero(withheld).tolist()
        )
    return Explanation(small, int(withheld.sum()) - small, by_table)
