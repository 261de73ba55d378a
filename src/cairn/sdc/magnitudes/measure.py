"""Hold a measure of people in whole steps above its floor, so that sums are exact."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from itertools import chain
from math import gcd, lcm
from typing import TypeAlias

from cairn.sdc.tables import ALL, Key

__all__ = ["MeasuredPeople", "UnfitMeasureError", "convert_to_steps"]

StepValues: TypeAlias = tuple[int, ...]
"""The values of some people in steps above the floor, the largest first."""

MERGED_VALUE = ""
"""Replaces every value of a dimension that no table names."""


class UnfitMeasureError(ValueError):
    """Reject a measure that cannot be protected; the message says what to change."""


@dataclass(frozen=True, slots=True)
class MeasuredPeople:
    """Hold what was measured of each person.

    Args:
        people: values by finest key. Every outsider may know who is in which group and how
            many they are; the value of each person is to be protected.
        floor: the least value that a person can have.
        span: steps from the floor to the most that a person can have; None where nothing limits it.
        step: how much one step is. All values are whole steps above the floor.
    """

    people: Mapping[Key, StepValues]
    floor: Fraction
    span: int | None
    step: Fraction

    def collect_values(self, keys: Iterable[Key]) -> StepValues:
        """Collect the values of all people in some finest groups, the largest first."""
        return tuple(sorted(chain.from_iterable(self.people[key] for key in keys), reverse=True))

    def find_parts(self, cells: Iterable[Key]) -> dict[Key, tuple[Key, ...]]:
        """Find the finest groups that make up each cell, of any margin."""
        parts_by_cell: dict[Key, list[Key]] = {key: [] for key in cells}
        shapes = {tuple(value != ALL for value in key) for key in parts_by_cell}
        for finest in self.people:
            for shape in shapes:
                key = tuple(v if kept else ALL for v, kept in zip(finest, shape, strict=True))
                if key in parts_by_cell:
                    parts_by_cell[key].append(finest)
        return {key: tuple(parts) for key, parts in parts_by_cell.items()}

    def merge_dims(self, kept: Sequence[bool]) -> "MeasuredPeople":
        """Return the same people without the dimensions that are not kept."""
        values_by_key: dict[Key, list[int]] = {}
        for finest, values in self.people.items():
            key = tuple(v if keep else MERGED_VALUE for v, keep in zip(finest, kept, strict=True))
            values_by_key.setdefault(key, []).extend(values)
        people = {
            key: tuple(sorted(list_of_values, reverse=True))
            for key, list_of_values in values_by_key.items()
        }
        return replace(self, people=people)

    def convert_steps(self, steps: Fraction | int, n: int = 1) -> Fraction:
        """Convert steps of ``n`` people together into the sum of what they have."""
        return n * self.floor + steps * self.step


def mirror_values(values: StepValues, span: int) -> StepValues:
    """Mirror values: by how far each person stays below the ceiling."""
    return tuple(span - value for value in reversed(values))


def convert_to_steps(
    people: Mapping[Key, Sequence[Fraction]],
    floor: Fraction = Fraction(0),
    ceiling: Fraction | None = None,
) -> MeasuredPeople:
    """Convert values as written into whole steps, the longest step in which all are whole.

    Args:
        people: values by finest key.
        floor: the least value that a person can have.
        ceiling: the most; None where nothing limits it.

    Returns:
        The same people with values in steps.

    Raises:
        UnfitMeasureError: the floor is not below the ceiling, or a value is outside of them.
    """
    if ceiling is not None and ceiling <= floor:
        raise UnfitMeasureError("The least that anyone can have must be below the most.")
    above = {key: [value - floor for value in values] for key, values in people.items()}
    everyone = list(chain.from_iterable(above.values()))
    width = [] if ceiling is None else [ceiling - floor]
    if any(length < 0 or (width and length > width[0]) for length in everyone):
        raise UnfitMeasureError(
            "A value is outside of what anyone can have. Correct it, or say between what limits "
            "the values lie."
        )
    step = _find_longest_step([*everyone, *width])
    return MeasuredPeople(
        {
            key: tuple(sorted((int(v / step) for v in values_above), reverse=True))
            for key, values_above in above.items()
        },
        floor,
        int(width[0] / step) if width else None,
        step,
    )


def _find_longest_step(lengths: Sequence[Fraction]) -> Fraction:
    """Find the longest step that divides every length; 1 where all lengths are zero."""
    below = reduce(lcm, (length.denominator for length in lengths), 1)
    return Fraction(reduce(gcd, (int(length * below) for length in lengths), 0), below) or Fraction(
        1
    )
