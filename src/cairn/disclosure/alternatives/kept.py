"""How much of a table is left to its readers, counted alike for each way of protecting it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from cairn.disclosure.alternatives.noise import Noise
from cairn.disclosure.alternatives.perturbed import Perturbed, Span, true_counts
from cairn.disclosure.lattice import build
from cairn.disclosure.margins import published_tables
from cairn.disclosure.published import Published
from cairn.disclosure.table import ALL, Key, Request


@dataclass(frozen=True, slots=True)
class Kept:
    """What one way of protecting leaves. Cells are those with people in them: an empty one tells
    little, and there are many of them where groups are fine.

    Args:
        cells: all there are.
        exact: those shown with their true number, as such.
        people: people in the finest cells shown so, over all tables; one who is in two tables
            counts in both.
        ranges: those shown as a range.
        width: whole numbers in such a range, on average; None where there is none.
        changed: those shown with another number than the true one.
        error: how far the numbers shown are from the true ones, on average.
        narrowest: whole numbers that an attacker must leave possible for any cell not shown
            exactly; None where every one is, or where nobody attacked.
    """

    cells: int
    exact: int = 0
    people: int = 0
    ranges: int = 0
    width: float | None = None
    changed: float = 0
    error: float = 0.0
    narrowest: int | None = None


def by_withholding(
    request: Request, published: Published, spans: Mapping[Key, Span] | None = None
) -> Kept:
    """What withholding leaves, and ranges in place of the blanks where there are some."""
    counts = true_counts(build(request))
    widths = [high - low + 1 for key, (low, high) in (spans or {}).items() if counts[key]]
    return Kept(
        cells=sum(n > 0 for n in counts.values()),
        exact=cells_shown(published),
        people=people_shown(request, published),
        ranges=len(widths),
        width=sum(widths) / len(widths) if widths else None,
        narrowest=published.certificate.narrowest,
    )


def by_moving(request: Request, perturbed: Perturbed) -> Kept:
    """What figures leave that were moved; none is shown as exact, though some may be."""
    counts = {key: n for key, n in true_counts(build(request)).items() if n}
    off = [abs(perturbed.cells[key] - n) for key, n in counts.items()]
    return Kept(
        cells=len(counts),
        changed=sum(by > 0 for by in off),
        error=sum(off) / max(len(off), 1),
        narrowest=perturbed.certificate.narrowest,
    )


def by_noise(request: Request, noise: Noise) -> Kept:
    """What noise would leave, on average over all secrets: for a comparison without one."""
    counts = [n for n in true_counts(build(request)).values() if n]
    chances = [noise.chances(n) for n in counts]
    return Kept(
        cells=len(counts),
        changed=sum(1 - one.get(0, 0.0) for one in chances),
        error=sum(abs(by) * p for one in chances for by, p in one.items()) / max(len(counts), 1),
    )


def cells_shown(published: Published) -> int:
    """Cells with people in them whose number is shown."""
    return sum(bool(cell.n) for cell in published.cells)


def people_shown(request: Request, published: Published) -> int:
    """People in the finest cells that are shown, over all tables asked for.

    One whose outcome is withheld does not count.
    """
    finest = set(published_tables(request))
    return sum(
        cell.n or 0 for cell in published.cells if _opened(request.cells.dims, cell.key) in finest
    )


def people_counted(request: Request) -> int:
    """People in the finest cells, shown or not, over all tables asked for."""
    return sum(request.cells.counts.values()) * len(published_tables(request))


def _opened(dims: Collection[str], key: Key) -> frozenset[str]:
    return frozenset(dim for dim, value in zip(dims, key, strict=True) if value != ALL)
