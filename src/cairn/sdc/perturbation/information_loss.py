"""Measure how much of a table each protection method leaves to its readers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from cairn.sdc.perturbation.cell_key import PerturbationTable
from cairn.sdc.perturbation.perturbation_audit import NumberRange, PerturbedTables, list_true_counts
from cairn.sdc.tables import (
    ALL,
    Key,
    PublishedTables,
    TableRequest,
    build_lattice,
    list_published_tables,
)

__all__ = [
    "InformationKept",
    "count_people",
    "count_shown_cells",
    "count_shown_people",
    "measure_expected_noise",
    "measure_perturbation",
    "measure_suppression",
]


@dataclass(frozen=True, slots=True)
class InformationKept:
    """Count what one way of protecting leaves.

    Cells are those with people in them: an empty one says little, and there are many of them where
    groups are fine.

    Args:
        cells: all there are.
        exact: those shown with their true number, as such.
        people: people in the finest cells shown this way, over all tables; one who is in two tables
            counts in both.
        ranges: those shown as a range.
        width: whole numbers in such a range, on average; None where there is none.
        changed: those shown with another number than the true one.
        error: how far the numbers shown are from the true ones, on average.
        narrowest: whole numbers that an attacker must leave possible for any cell not shown
            exactly; None where every one is, or where no audit ran.
    """

    cells: int
    exact: int = 0
    people: int = 0
    ranges: int = 0
    width: float | None = None
    changed: float = 0
    error: float = 0.0
    narrowest: int | None = None


def measure_suppression(
    request: TableRequest,
    published: PublishedTables,
    ranges: Mapping[Key, NumberRange] | None = None,
) -> InformationKept:
    """Measure what suppression leaves, with ranges in place of the blanks where there are some.

    Args:
        request: the finest cells and the tables.
        published: the protected tables.
        ranges: the ranges, by key.

    Returns:
        The information that the readers keep.
    """
    counts = list_true_counts(build_lattice(request))
    widths = [high - low + 1 for key, (low, high) in (ranges or {}).items() if counts[key]]
    return InformationKept(
        cells=sum(n > 0 for n in counts.values()),
        exact=count_shown_cells(published),
        people=count_shown_people(request, published),
        ranges=len(widths),
        width=sum(widths) / len(widths) if widths else None,
        narrowest=published.certificate.narrowest,
    )


def measure_perturbation(request: TableRequest, perturbed: PerturbedTables) -> InformationKept:
    """Measure what moved figures leave; none is shown as exact, though some may be.

    Args:
        request: the finest cells and the tables.
        perturbed: the moved figures.

    Returns:
        The information that the readers keep.
    """
    counts = {key: n for key, n in list_true_counts(build_lattice(request)).items() if n}
    distances = [abs(perturbed.cells[key] - n) for key, n in counts.items()]
    return InformationKept(
        cells=len(counts),
        changed=sum(by > 0 for by in distances),
        error=sum(distances) / max(len(distances), 1),
        narrowest=perturbed.certificate.narrowest,
    )


def measure_expected_noise(request: TableRequest, noise: PerturbationTable) -> InformationKept:
    """Measure what noise would leave, on average over all secrets: for a comparison without one.

    Args:
        request: the finest cells and the tables.
        noise: the perturbation table.

    Returns:
        What would be left.
    """
    counts = [n for n in list_true_counts(build_lattice(request)).values() if n]
    chances = [noise.list_chances(n) for n in counts]
    return InformationKept(
        cells=len(counts),
        changed=sum(1 - distribution.get(0, 0.0) for distribution in chances),
        error=sum(abs(by) * p for distribution in chances for by, p in distribution.items())
        / max(len(counts), 1),
    )


def count_shown_cells(published: PublishedTables) -> int:
    """Count the cells that have people in them and show a number.

    Args:
        published: the protected tables.

    Returns:
        The number of cells.
    """
    return sum(bool(cell.n) for cell in published.cells)


def count_shown_people(request: TableRequest, published: PublishedTables) -> int:
    """Count the people in the finest cells that are shown, over all requested tables.

    A person with a withheld outcome does not count.

    Args:
        request: the finest cells and the tables.
        published: the protected tables.

    Returns:
        The number of people; one in two tables counts in both.
    """
    finest = set(list_published_tables(request))
    return sum(
        cell.n or 0
        for cell in published.cells
        if _find_open_dims(request.cells.dims, cell.key) in finest
    )


def count_people(request: TableRequest) -> int:
    """Count the people in the finest cells, shown or not, over all requested tables.

    Args:
        request: the finest cells and the tables.

    Returns:
        The number of people; one in two tables counts in both.
    """
    return sum(request.cells.counts.values()) * len(list_published_tables(request))


def _find_open_dims(dims: Collection[str], key: Key) -> frozenset[str]:
    return frozenset(dim for dim, value in zip(dims, key, strict=True) if value != ALL)
