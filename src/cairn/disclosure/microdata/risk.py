"""How likely a child in an extract is found again, by three intruders.

The *prosecutor* knows that a certain child is in the extract; the *journalist* knows only that the
extract was drawn from a population, and wants to show that anyone can be found; the *marketer*
wants to find as many as possible. Source of the three models: the re-identification literature
(El Emam, Guide to the De-Identification of Personal Health Information, 2013).
"""

from dataclasses import dataclass

import numpy as np

from cairn.disclosure.microdata.ladder import Codes


@dataclass(frozen=True, slots=True)
class Risk:
    """Probabilities from 0 to 1 that a child is found again.

    ``prosecutor`` and ``journalist`` are of the child most at risk; ``prosecutor_average`` is of
    the average child; ``marketer`` is the share of all children that are found in the long run;
    ``unique`` is how many rows are like no other row.
    """

    prosecutor: float
    prosecutor_average: float
    journalist: float
    marketer: float
    unique: int


def risk(classes: Codes, population: Codes | None = None) -> Risk:
    """The risk of an extract, by the class of each of its rows.

    Args:
        classes: of each row, the code of the class of rows like it.
        population: of each member of the population that it was drawn from, the code of the class
            that it would be in. Without it, the extract is the population.

    Raises:
        ValueError: an extract holds a class of which the population has fewer.
    """
    if not len(classes):
        return Risk(0.0, 0.0, 0.0, 0.0, 0)
    sizes = np.bincount(classes)
    there = sizes > 0
    if population is None:
        outside = sizes
    else:
        outside = np.bincount(population, minlength=len(sizes))[: len(sizes)]
    if (outside[there] < sizes[there]).any():
        raise ValueError("The extract holds children who are not in its population.")
    rows = len(classes)
    return Risk(
        prosecutor=float(1 / sizes[there].min()),
        prosecutor_average=float(there.sum() / rows),
        journalist=float(1 / outside[there].min()),
        marketer=float((sizes[there] / outside[there]).sum() / rows),
        unique=int((sizes == 1).sum()),
    )
