"""Figures that were moved on purpose, and what an outsider can still work out from them.

Each true number lies within a known distance of the one shown. To an attacker that is a table in
which everything is withheld and every cell has a range beside it; so the same audit answers how
narrow the ranges become once all sums between the true numbers are used.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cairn.disclosure.attack import attack
from cairn.disclosure.certificate import Certificate
from cairn.disclosure.handed import Start
from cairn.disclosure.lattice import Lattice, build
from cairn.disclosure.published import Explanation, Published, PublishedCell, Status
from cairn.disclosure.rule import Rule
from cairn.disclosure.table import Key, Request, UnfitRequestError
from cairn.disclosure.world import FIXED, unknowns

Span = tuple[int, int]
"""The least and the most that a true number can be, as far as its cell alone tells."""


MOST_CELLS = 10_000
"""Cells that are moved together: every one of them is attacked, and larger tables take too long."""


class TooNarrowError(ValueError):
    """Moved figures that an attacker could move back; ``certificate`` says which."""

    def __init__(self, certificate: Certificate) -> None:
        narrowed = certificate.narrowed
        super().__init__(
            f"Of the figures moved in this way, an attacker could bring {len(narrowed):,} closer "
            "to the true number than the rule allows, because all of them must add up. Move them "
            "further, or withhold small numbers instead."
        )
        self.certificate = certificate


@dataclass(frozen=True, slots=True)
class Perturbed:
    """Every cell of every margin with a number near the true one.

    Args:
        dims: names of the dimensions, in the order of each key.
        cells: the numbers to be shown.
        reach: how far at most the true number is from the one shown.
        certificate: the attacker's audit of exactly these numbers and that distance.
    """

    dims: tuple[str, ...]
    cells: Mapping[Key, int]
    reach: int
    certificate: Certificate

    def span(self, key: Key) -> Span:
        """What one cell by itself says of the true number."""
        return span(self.cells[key], self.reach)

    @property
    def published(self) -> Published:
        """The same as what leaves: nothing in it is withheld."""
        cells = (PublishedCell(key, n, Status.PUBLISHED) for key, n in self.cells.items())
        return Published(self.dims, tuple(cells), self.certificate, Explanation(0, 0, {}))


def span(n: int, reach: int) -> Span:
    """The numbers within reach of one that is shown. An empty cell is never given people, so that
    where some are shown there is one at least."""
    return max(min(n, 1), n - reach), n + reach


def laid_out(request: Request) -> Lattice:
    """All margins of a request whose numbers are to be moved.

    Raises:
        UnfitRequestError: there are more cells than can be moved together.
    """
    lattice = build(request)
    if len(lattice.keys) > MOST_CELLS:
        raise UnfitRequestError(
            f"These tables have {len(lattice.keys):,} cells, and at most {MOST_CELLS:,} can be "
            "rounded or given noise together. Ask for fewer tables, or withhold instead."
        )
    return lattice


def true_counts(lattice: Lattice) -> dict[Key, int]:
    """The true numbers of what is to be published, by key."""
    counts = zip(lattice.keys, lattice.counts.tolist(), lattice.public.tolist(), strict=True)
    return {key: n for key, n, public in counts if public}


def audited(request: Request, rule: Rule, cells: Mapping[Key, int], reach: int) -> Perturbed:
    """Moved figures with the attacker's audit.

    The attacker knows the method and its distance, which groups are empty by structure, and that
    the true numbers are whole and add up; a participant knows one record besides.

    Raises:
        UnfitRequestError: there are too many cells.
        TooNarrowError: some number could be narrowed beyond what the rule asks for.
    """
    lattice = laid_out(request)
    world = unknowns(lattice, request.cells.dims, request.nests, rule)
    empty = {
        key
        for key, unknown in zip(lattice.keys, world.unknown_of.tolist(), strict=True)
        if unknown == FIXED
    }
    certificate = attack(
        request.cells.dims,
        {key: 0 if key in empty else None for key in cells},
        request.tables,
        request.nests,
        rule,
        ranges={key: span(n, reach) for key, n in cells.items() if key not in empty},
        start=Start(dict(zip(lattice.keys, lattice.counts.tolist(), strict=True))),
        people=request.cells.people,
    )
    if not certificate.safe:
        raise TooNarrowError(certificate)
    return Perturbed(request.cells.dims, cells, reach, certificate)
