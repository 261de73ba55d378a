"""Compute the rest of a figure when a contributor subtracts its own people's values.

A mean times its n is a sum, and an organization that sent the rows of its own people knows their
values. So a figure of all reveals to it a second group, that of all others, for which the same
must hold: not too few people, not all at one end, and most of it not held by one or two.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from cairn.sdc.magnitudes.figure_rounding import RoundedFigure
from cairn.sdc.magnitudes.magnitude_audit import ShownSum
from cairn.sdc.magnitudes.measure import MeasuredPeople, StepValues, UnfitMeasureError
from cairn.sdc.tables import Key

__all__ = ["MeasureContributor"]


@dataclass(frozen=True, slots=True)
class MeasureContributor:
    """Name an organization that knows what its own people have.

    Args:
        name: its name in the audit; the publication never shows it.
        own: what its own people have, by finest key; an absent key is none.
    """

    name: str
    own: Mapping[Key, StepValues]


def subtract_own_values(
    measured: MeasuredPeople, contributor: MeasureContributor
) -> MeasuredPeople:
    """Subtract a contributor's people and return what everyone else has, by the same keys.

    Raises:
        UnfitMeasureError: the contributor has people who were not measured.
    """
    residual = {}
    for key, values in measured.people.items():
        own_values = Counter(contributor.own.get(key, ()))
        everyone = Counter(values)
        if own_values - everyone:
            raise _build_not_measured_error()
        residual[key] = tuple(sorted((everyone - own_values).elements(), reverse=True))
    if any(values and key not in residual for key, values in contributor.own.items()):
        raise _build_not_measured_error()
    return replace(measured, people=residual)


def _build_not_measured_error() -> UnfitMeasureError:
    return UnfitMeasureError("A contributor's own people must be among those who were measured.")


def subtract_own_sums(
    shown_sums: Sequence[ShownSum], everyone: MeasuredPeople, residual: MeasuredPeople
) -> list[ShownSum]:
    """Turn the shown figures into sums of all others."""
    own = {key: sum(values) - sum(residual.people[key]) for key, values in everyone.people.items()}
    return [
        replace(shown, low=shown.low - own_sum, high=shown.high - own_sum)
        for shown in shown_sums
        for own_sum in [sum(own[key] for key in shown.parts)]
    ]


def can_median_disclose(
    median: RoundedFigure, own: Collection[Fraction], others: int, fewest: int
) -> bool:
    """Tell whether a median shows a contributor that nearly all others are above it, or below.

    Half of a group are no higher than its median, and half no lower; with an even number the
    contributor may know one more, if its own are in the middle. It counts its own among them; the
    rest of that half are others. At least ``fewest`` others must remain who could be on
    either side.

    Args:
        median: the median as printed.
        own: what the contributor's own people in the group have.
        others: how many others are in the group.
        fewest: as many others must be possible on either side.

    Returns:
        Whether too few others remain on either side.
    """
    half = (len(own) + others) // 2 + 1
    below = half - sum(value < median.upper_bound for value in own)
    above = half - sum(value >= median.lower_bound for value in own)
    return max(below, above) > others - fewest
