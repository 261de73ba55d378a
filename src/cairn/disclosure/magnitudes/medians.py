"""Medians that nobody's value decides."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from cairn.disclosure.magnitudes.rounding import Told, coarser, told

FEWEST: Final = 4
"""In a smaller group there are not two people on either side of the middle."""


def steady(values: Sequence[Fraction], fine: Fraction, coarsest: Fraction) -> Told | None:
    """The median of a group, in the finest unit in which no single person could have changed it.

    Whatever one person has, the figure printed is the same; so it tells nothing of anybody, even
    to somebody who knows all the others. None where not even the coarsest unit is coarse enough.

    Args:
        values: of everybody in the group, the largest first.
        fine: the finest unit.
        coarsest: no coarser unit is tried.
    """
    if len(values) < FEWEST:
        return None
    middle, above = len(values) // 2, (len(values) - 1) // 2
    median = (values[middle] + values[above]) / 2
    most = (values[middle - 1] + values[above - 1]) / 2
    least = (values[middle + 1] + values[above + 1]) / 2
    unit = fine
    while unit <= coarsest:
        if told(least, unit) == told(most, unit):
            return told(median, unit)
        unit = coarser(unit)
    return None
