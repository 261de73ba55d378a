"""How finely a figure is told: the larger the group, the finer, and always in round units."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Final

_ROUND: Final = (1, 2, 5)
"""Units are these times a power of ten."""

FINEST: Final = 10
"""A mean is told to a tenth of a step at the finest: one decimal more than its data have."""


@dataclass(frozen=True, slots=True)
class Told:
    """A figure as it is printed: ``value`` to the nearest ``unit``, halves up."""

    value: Fraction
    unit: Fraction

    @property
    def least(self) -> Fraction:
        """The least that the true figure can be; it is below `most`."""
        return self.value - self.unit / 2

    @property
    def most(self) -> Fraction:
        """What the true figure stays below."""
        return self.value + self.unit / 2


def told(figure: Fraction, unit: Fraction) -> Told:
    """A figure to the nearest unit."""
    return Told(floor(figure / unit + Fraction(1, 2)) * unit, unit)


def unit(least: Fraction) -> Fraction:
    """The smallest round unit that is no smaller than ``least``, which is above zero."""
    power = Fraction(1)
    while power > least:
        power /= 10
    while power * 10 <= least:
        power *= 10
    return next(power * one for one in (*_ROUND, 10) if power * one >= least)


def coarser(fine: Fraction) -> Fraction:
    """The next round unit."""
    return unit(fine * Fraction(11, 10))


def mean_unit(closeness: Fraction, n: int, step: Fraction) -> Fraction:
    """The unit for the mean of ``n`` people.

    Two groups that differ by one person have means that together leave that person's value
    unknown by ``closeness`` in either direction: n times half a unit for each of the two.
    """
    return unit(max(closeness / n, step / FINEST))


def whole(low: Fraction, high: Fraction) -> tuple[int, int]:
    """The least and the largest whole number from ``low`` up that stays below ``high``."""
    return ceil(low), ceil(high) - 1


def plain(number: Fraction, unit: Fraction) -> str:
    """A multiple of a round unit, written out with as many decimals as the unit has."""
    places = 0
    while (unit * 10**places).denominator != 1:
        places += 1
    return f"{Decimal(number.numerator) / Decimal(number.denominator):.{places}f}"
