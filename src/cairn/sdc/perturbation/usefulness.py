"""Measure how much a protection method shows to readers of rates, so that methods can be compared.

A cell here is a group of students with an outcome; it is informative if a percentage, a band or
a range narrower than "anything" is published of it. Groups under `LEAST_STUDENTS` are left out,
since no method may show them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cairn.sdc.perturbation.perturbation_audit import PerturbedTables
from cairn.sdc.tables import (
    ALL,
    ANY_PERCENT,
    RESULT,
    BandTables,
    Key,
    PublishedTables,
    compute_percent,
)

__all__ = [
    "Usefulness",
    "list_band_widths",
    "list_rounded_widths",
    "list_suppressed_widths",
    "measure_usefulness",
]

LEAST_STUDENTS: Final = 10
"""The smallest group that counts, as in most states."""

WHOLE_WIDTH: Final = ANY_PERCENT[1]

GroupWidths = Mapping[Key, float | None]
"""The width in percentage points of each published band or range; None for a blank."""


@dataclass(frozen=True, slots=True)
class Usefulness:
    """Count what readers of rates learn, of groups with at least 10 students.

    Args:
        cells: groups.
        telling: groups with a percentage, band or range.
        students: students in all of them; one in several groups counts in each.
        students_telling: students in those groups.
        width: mean width of these, in percentage points; None where nothing is.
        by_group: for each value of a dimension, its groups and how many of them tell something.
    """

    cells: int
    telling: int
    students: int
    students_telling: int
    width: float | None
    by_group: Mapping[tuple[str, str], tuple[int, int]]

    @property
    def share(self) -> float:
        """Return the share of groups that tell something, from 0 to 1."""
        return self.telling / self.cells if self.cells else 0.0

    @property
    def student_share(self) -> float:
        """Return the share of students in groups that tell something, from 0 to 1."""
        return self.students_telling / self.students if self.students else 0.0


def measure_usefulness(
    dims: tuple[str, ...], sizes: Mapping[Key, int], widths: GroupWidths
) -> Usefulness:
    """Measure how much of each group is published, by any method.

    Args:
        dims: names of the dimensions, without the outcome.
        sizes: students by group.
        widths: the width in percentage points of each published band or range.

    Returns:
        The measure.
    """
    counted = [key for key, n in sizes.items() if n >= LEAST_STUDENTS]
    telling = {key: width for key in counted if (width := widths.get(key)) is not None}
    by_group: dict[tuple[str, str], tuple[int, int]] = {}
    for key in counted:
        for dim, value in zip(dims, key, strict=True):
            if value != ALL:
                cells, tells = by_group.get((dim, value), (0, 0))
                by_group[dim, value] = (cells + 1, tells + (key in telling))
    return Usefulness(
        cells=len(counted),
        telling=len(telling),
        students=sum(sizes[key] for key in counted),
        students_telling=sum(sizes[key] for key in telling),
        width=sum(telling.values()) / len(telling) if telling else None,
        by_group=by_group,
    )


def list_band_widths(bands: BandTables) -> dict[Key, float | None]:
    """List the width of each band; None for a blank.

    Args:
        bands: the published bands.

    Returns:
        The widths by group.
    """
    return {group.key: group.width if group.tells else None for group in bands.groups}


def list_suppressed_widths(published: PublishedTables) -> dict[Key, float | None]:
    """List 0 for each group with an exact percentage, and None for a withheld one.

    Args:
        published: tables with suppression.

    Returns:
        The widths by group.
    """
    counts = {cell.key: cell.n for cell in published.cells}
    position = published.dims.index(RESULT)
    return {
        (*key[:position], *key[position + 1 :]): _measure_shown(counts, key, position)
        for key in counts
        if key[position] == ALL
    }


def _measure_shown(counts: Mapping[Key, int | None], key: Key, position: int) -> float | None:
    yes = counts[(*key[:position], "yes", *key[position + 1 :])]
    return 0.0 if yes is not None and counts[key] is not None else None


def list_rounded_widths(perturbed: PerturbedTables) -> dict[Key, float | None]:
    """List how wide the percentage of each group is when its two numbers were moved.

    Args:
        perturbed: rounded numbers, or numbers with noise.

    Returns:
        The widths by group; None where every percentage is possible.
    """
    position = perturbed.dims.index(RESULT)
    widths: dict[Key, float | None] = {}
    for key in perturbed.cells:
        if key[position] == ALL:
            yes_low, yes_high = perturbed.find_range((*key[:position], "yes", *key[position + 1 :]))
            low, high = perturbed.find_range(key)
            least = compute_percent(min(yes_low, high), high) if high else 0
            most = compute_percent(min(yes_high, low), low) if low else WHOLE_WIDTH
            width = most - least
            group = (*key[:position], *key[position + 1 :])
            widths[group] = float(width) if width < WHOLE_WIDTH else None
    return widths
