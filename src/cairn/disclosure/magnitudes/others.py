"""A contributor, and what everyone else has: what is left of a figure when it takes away its own.

A mean times its n is a sum, and whoever sent the rows of its own people knows what these have. So
a figure of all tells it of a second group, that of all others, for which the same must hold: no
few, nobody and everybody, and no one or two with most of it.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from cairn.disclosure.magnitudes.attack import Seen
from cairn.disclosure.magnitudes.measure import Measured, UnfitMeasureError, Values
from cairn.disclosure.magnitudes.rounding import Told
from cairn.disclosure.table import Key


@dataclass(frozen=True, slots=True)
class Contributor:
    """An organization that knows what its own people have.

    Args:
        name: what it is called in the audit, never in what is published.
        own: what its own people have, by finest key; an absent key is nobody.
    """

    name: str
    own: Mapping[Key, Values]


def without(measured: Measured, contributor: Contributor) -> Measured:
    """What everybody else has, by the same keys.

    Raises:
        UnfitMeasureError: it is said to have people who were not measured.
    """
    left = {}
    for key, values in measured.people.items():
        mine = Counter(contributor.own.get(key, ()))
        everyone = Counter(values)
        if mine - everyone:
            raise _not_measured()
        left[key] = tuple(sorted((everyone - mine).elements(), reverse=True))
    if any(values and key not in left for key, values in contributor.own.items()):
        raise _not_measured()
    return replace(measured, people=left)


def _not_measured() -> UnfitMeasureError:
    return UnfitMeasureError("A contributor's own people must be among those who were measured.")


def subtracted(seen: Sequence[Seen], everyone: Measured, left: Measured) -> list[Seen]:
    """What is shown, as sums of all others."""
    own = {key: sum(values) - sum(left.people[key]) for key, values in everyone.people.items()}
    return [
        replace(one, low=one.low - mine, high=one.high - mine)
        for one in seen
        for mine in [sum(own[key] for key in one.parts)]
    ]


def median_tells(told: Told, own: Collection[Fraction], others: int, fewest: int) -> bool:
    """Whether a median tells a contributor that nearly all others are above it, or below.

    Half of a group are no higher than its median, and half no lower; of an even number it may
    know one more, if its own stand in the middle. It counts its own among them; what is missing
    to that half are others. Those of whom it does not learn on which side they are must be
    ``fewest`` at least.

    Args:
        told: the median as printed.
        own: what the contributor's own people in the group have.
        others: how many others are in the group.
        fewest: as many others must be possible on either side.
    """
    half = (len(own) + others) // 2 + 1
    below = half - sum(value < told.most for value in own)
    above = half - sum(value >= told.least for value in own)
    return max(below, above) > others - fewest
