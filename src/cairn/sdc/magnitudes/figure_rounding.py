"""Choose how finely a figure is printed: the larger the group, the finer the round unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Final

__all__ = ["format_rounded_figure"]

_ROUND_FACTORS: Final = (1, 2, 5)
"""Units are these times a power of ten."""

FINEST_FRACTION: Final = 10
"""A mean is printed to a tenth of a step at the finest: one decimal more than its data have."""


@dataclass(frozen=True, slots=True)
class RoundedFigure:
    """A printed figure: ``value`` rounded to the nearest ``unit``, halves up."""

    value: Fraction
    unit: Fraction

    @property
    def lower_bound(self) -> Fraction:
        """Return the least that the true figure can be."""
        return self.value - self.unit / 2

    @property
    def upper_bound(self) -> Fraction:
        """Return what the true figure stays below."""
        return self.value + self.unit / 2


def round_figure(figure: Fraction, unit: Fraction) -> RoundedFigure:
    """Round a figure to the nearest unit, halves up."""
    return RoundedFigure(floor(figure / unit + Fraction(1, 2)) * unit, unit)


def find_round_unit(least: Fraction) -> Fraction:
    """Find the smallest round unit that is no smaller than ``least``, which is above zero."""
    power = Fraction(1)
    while power > least:
        power /= 10
    while power * 10 <= least:
        power *= 10
    return next(power * factor for factor in (*_ROUND_FACTORS, 10) if power * factor >= least)


def find_coarser_unit(fine: Fraction) -> Fraction:
    """Return the next larger round unit."""
    return find_round_unit(fine * Fraction(11, 10))


def choose_mean_unit(closeness: Fraction, n: int, step: Fraction) -> Fraction:
    """Choose the unit for the mean of ``n`` people.

    Two groups that differ by one person have means that together leave that person's value
    unknown by ``closeness`` in either direction: n times half a unit for each of the two.
    """
    return find_round_unit(max(closeness / n, step / FINEST_FRACTION))


def find_whole_range(low: Fraction, high: Fraction) -> tuple[int, int]:
    """Find the least and the largest whole number from ``low`` up that stays below ``high``."""
    return ceil(low), ceil(high) - 1


def format_rounded_figure(number: Fraction, unit: Fraction) -> str:
    """Format a multiple of a round unit with as many decimals as the unit has.

    Args:
        number: the multiple.
        unit: the round unit.

    Returns:
        The number as decimal text.
    """
    places = 0
    while (unit * 10**places).denominator != 1:
        places += 1
    return f"{Decimal(number.numerator) / Decimal(number.denominator):.{places}f}"


SMALLEST_MEDIAN_GROUP: Final = 4
"""In a smaller group there are not two people on either side of the middle."""


def round_stable_median(
    values: Sequence[Fraction], fine: Fraction, coarsest: Fraction
) -> RoundedFigure | None:
    """Round a median to the finest unit in which no single person could have changed it.

    No matter what one person has, the figure printed is the same; so it discloses nothing about
    that person, even to an attacker who knows all others. None where even the coarsest unit is too
    fine.

    Args:
        values: of all people in the group, the largest first.
        fine: the finest unit.
        coarsest: no coarser unit is tried.

    Returns:
        The rounded median, or None.
    """
    if len(values) < SMALLEST_MEDIAN_GROUP:
        return None
    middle, above = len(values) // 2, (len(values) - 1) // 2
    median = (values[middle] + values[above]) / 2
    most = (values[middle - 1] + values[above - 1]) / 2
    least = (values[middle + 1] + values[above + 1]) / 2
    unit = fine
    while unit <= coarsest:
        if round_figure(least, unit) == round_figure(most, unit):
            return round_figure(median, unit)
        unit = find_coarser_unit(unit)
    return None
