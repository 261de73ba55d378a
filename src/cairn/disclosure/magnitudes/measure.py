"""A measure of people, in whole steps above its floor, so that sums are exact."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from itertools import chain
from math import gcd, lcm
from typing import TypeAlias

from cairn.disclosure.table import ALL, Key

Values: TypeAlias = tuple[int, ...]
"""The values of some people in steps above the floor, the largest first."""


MERGED = ""
"""Stands for every value of a dimension that no table names."""


class UnfitMeasureError(ValueError):
    """The measure cannot be protected as it stands; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of everybody.

    Args:
        people: values by finest key. Everybody outside may know who is in which group and how
            many they are; what each of them has is to be protected.
        floor: the least that anyone can have.
        span: steps from the floor to the most that anyone can have; None where nothing limits it.
        step: how much one step is. All values are whole steps above the floor.
    """

    people: Mapping[Key, Values]
    floor: Fraction
    span: int | None
    step: Fraction

    def group(self, keys: Iterable[Key]) -> Values:
        """The values of everybody in some finest groups."""
        return tuple(sorted(chain.from_iterable(self.people[key] for key in keys), reverse=True))

    def within(self, cells: Iterable[Key]) -> dict[Key, tuple[Key, ...]]:
        """The finest groups of which each cell, of any margin, is made up."""
        found: dict[Key, list[Key]] = {key: [] for key in cells}
        shapes = {tuple(value != ALL for value in key) for key in found}
        for finest in self.people:
            for shape in shapes:
                key = tuple(v if kept else ALL for v, kept in zip(finest, shape, strict=True))
                if key in found:
                    found[key].append(finest)
        return {key: tuple(parts) for key, parts in found.items()}

    def merged(self, kept: Sequence[bool]) -> "Measured":
        """The same people without the dimensions that are not kept."""
        found: dict[Key, list[int]] = {}
        for finest, values in self.people.items():
            key = tuple(v if keep else MERGED for v, keep in zip(finest, kept, strict=True))
            found.setdefault(key, []).extend(values)
        people = {key: tuple(sorted(some, reverse=True)) for key, some in found.items()}
        return replace(self, people=people)

    def natural(self, steps: Fraction | int, n: int = 1) -> Fraction:
        """Steps of ``n`` people together as the sum of what they have."""
        return n * self.floor + steps * self.step


def mirrored(values: Values, span: int) -> Values:
    """The same people, by how far each stays below the ceiling."""
    return tuple(span - value for value in reversed(values))


def measured(
    people: Mapping[Key, Sequence[Fraction]],
    floor: Fraction = Fraction(0),
    ceiling: Fraction | None = None,
) -> Measured:
    """Values as they are written → whole steps, the longest step in which all are whole.

    Raises:
        UnfitMeasureError: the floor is not below the ceiling, or a value is outside of them.
    """
    if ceiling is not None and ceiling <= floor:
        raise UnfitMeasureError("The least that anyone can have must be below the most.")
    above = {key: [value - floor for value in values] for key, values in people.items()}
    everyone = list(chain.from_iterable(above.values()))
    width = [] if ceiling is None else [ceiling - floor]
    if any(one < 0 or (width and one > width[0]) for one in everyone):
        raise UnfitMeasureError(
            "A value is outside of what anyone can have. Correct it, or say between what limits "
            "the values lie."
        )
    step = _step([*everyone, *width])
    return Measured(
        {
            key: tuple(sorted((int(v / step) for v in some), reverse=True))
            for key, some in above.items()
        },
        floor,
        int(width[0] / step) if width else None,
        step,
    )


def _step(lengths: Sequence[Fraction]) -> Fraction:
    """The longest step of which every length is a whole number; 1 where all are nothing."""
    below = reduce(lcm, (one.denominator for one in lengths), 1)
    return Fraction(reduce(gcd, (int(one * below) for one in lengths), 0), below) or Fraction(1)
