"""Estimate disclosure risk: rare combinations, and how likely a child is re-identified.

Three intruders are considered. The *prosecutor* knows that a certain child is in the extract; the
*journalist* knows only that the extract was drawn from a population, and wants to show that any
child can be re-identified; the *marketer* wants to re-identify as many as possible. Source of the
three models: the re-identification literature (El Emam, Guide to the De-Identification of Personal
Health Information, 2013).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt

from cairn.sdc.microdata.anonymity import GeneralizationHierarchy, ValueCodes

_MOST_COMBINED_ELEMENTS: Final = 3
"""An intruder who knows more than three facts about a child is an acquaintance."""


@dataclass(frozen=True, slots=True)
class RareCombination:
    """Name elements that together are rare, where no fewer of them are.

    Args:
        elements: the elements.
        combinations: how many different rare combinations of values there are. Which values these
            are stays with the caller: they may single a child out.
        rows: the positions of the rows that hold such values.
    """

    elements: tuple[str, ...]
    combinations: int
    rows: ValueCodes


def find_rare_combinations(
    hierarchies: Sequence[GeneralizationHierarchy], k: int, *, most: int = _MOST_COMBINED_ELEMENTS
) -> tuple[RareCombination, ...]:
    """Find every smallest set of elements with values that some fewer than ``k`` rows share.

    Looks at the finest levels, so that the reviewer sees the data before anything was coarsened;
    the rarest first.
    """
    rare_sets = [
        RareCombination(
            tuple(hierarchies[index].name for index in columns), kinds, np.flatnonzero(few)
        )
        for columns, few, kinds in _list_rare_sets(hierarchies, k, most)
    ]
    return tuple(
        sorted(rare_sets, key=lambda combination: (-len(combination.rows), combination.elements))
    )


def _list_rare_sets(
    hierarchies: Sequence[GeneralizationHierarchy], k: int, most: int
) -> Iterator[tuple[tuple[int, ...], npt.NDArray[np.bool_], int]]:
    """List sets of columns with the rows that are rare in them and in no part of them."""
    few: dict[tuple[int, ...], npt.NDArray[np.bool_]] = {}
    for size in range(1, most + 1):
        for columns in combinations(range(len(hierarchies)), size):
            _kinds, class_of_row, counts = np.unique(
                np.stack([hierarchies[index].levels[0] for index in columns], axis=1),
                axis=0,
                return_inverse=True,
                return_counts=True,
            )
            class_of_row = class_of_row.reshape(-1)
            few[columns] = counts[class_of_row] < k
            own = few[columns].copy()
            for part in combinations(columns, size - 1):
                own &= ~few[part] if part else True
            if own.any():
                yield columns, own, len(np.unique(class_of_row[own]))


@dataclass(frozen=True, slots=True)
class ReidentificationRisk:
    """Hold probabilities from 0 to 1 that a child is re-identified.

    Args:
        prosecutor: of the child most at risk, in the prosecutor model.
        prosecutor_average: of the average child, in the prosecutor model.
        journalist: of the child most at risk, in the journalist model.
        marketer: the share of all children that are re-identified in the long run.
        unique: how many rows are like no other row.
    """

    prosecutor: float
    prosecutor_average: float
    journalist: float
    marketer: float
    unique: int


def estimate_risk(
    classes: ValueCodes, population: ValueCodes | None = None
) -> ReidentificationRisk:
    """Estimate the re-identification risk of an extract, by the class of each of its rows.

    Args:
        classes: for each row, the code of the class of rows like it.
        population: for each member of the population that it was drawn from, the code of the class
            that it would be in. Without it, the extract is the population.

    Returns:
        The probabilities in the three models.

    Raises:
        ValueError: an extract holds a class with fewer members in the population.
    """
    if not len(classes):
        return ReidentificationRisk(0.0, 0.0, 0.0, 0.0, 0)
    sizes = np.bincount(classes)
    is_present = sizes > 0
    if population is None:
        outside = sizes
    else:
        outside = np.bincount(population, minlength=len(sizes))[: len(sizes)]
    if (outside[is_present] < sizes[is_present]).any():
        raise ValueError("The extract holds children who are not in its population.")
    rows = len(classes)
    return ReidentificationRisk(
        prosecutor=float(1 / sizes[is_present].min()),
        prosecutor_average=float(is_present.sum() / rows),
        journalist=float(1 / outside[is_present].min()),
        marketer=float((sizes[is_present] / outside[is_present]).sum() / rows),
        unique=int((sizes == 1).sum()),
    )
