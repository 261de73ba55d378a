"""Percentages, recoded so coarsely that they do not give the people behind them away."""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

WHOLE_GROUP = 100

WHOLE = frozenset(range(1, 101))
"""Cut at every whole percent: no recoding beyond rounding."""


def coded(ends: int, step: int) -> frozenset[int]:
    """Where bands begin, in whole percents: one from 0 to ``ends``, then one each ``step``, and
    one from ``100 - ends`` up. ``coded(20, 10)``: at most 20, 21-29, 30-39 … 70-79, 80 and up."""
    steps = range(ends + step - ends % step, 100 - ends, step)
    return frozenset({ends + 1, 100 - ends, *steps})


@dataclass(frozen=True, slots=True)
class Band:
    """How groups of at least so many people are recoded, up to the next band.

    Args:
        least: the smallest group it is for.
        cuts: the whole percents, 1 to 100, at which a new value begins.
    """

    least: int
    cuts: frozenset[int]


@dataclass(frozen=True, slots=True)
class Recoding:
    """Percentages by group size: the larger the group, the finer. Bands are data, not code.

    Args:
        bands: in order of size; a group smaller than the first has no percentage.
    """

    bands: tuple[Band, ...]

    def __post_init__(self) -> None:
        if any(a.least >= b.least for a, b in pairwise(self.bands)):
            raise ValueError("Bands stand in the order of the smallest group of each.")
        if any(not 1 <= cut <= WHOLE_GROUP for band in self.bands for cut in band.cuts):
            raise ValueError("A cut is a whole percent from 1 to 100.")

    def cuts(self, size: int) -> frozenset[int]:
        """Where new values begin for a group of this size; nowhere if it has no percentage."""
        at = bisect_right([band.least for band in self.bands], size)
        return self.bands[at - 1].cuts if at else frozenset()

    def interval(self, yes: int, size: int) -> tuple[int, int] | None:
        """The whole percents that are one with ``yes`` of ``size``: lowest and highest.

        None where nothing is said: the group is too small, or every percent is the same.
        """
        cuts = sorted(self.cuts(size))
        if not cuts:
            return None
        at = bisect_right(cuts, percent(yes, size))
        return (cuts[at - 1] if at else 0, cuts[at] - 1 if at < len(cuts) else WHOLE_GROUP)

    def said(self, yes: int, size: int) -> str:
        """The percentage as it is printed: ``37%``, ``20-29%``, ``≤5%``, ``≥95%``, or nothing."""
        found = self.interval(yes, size)
        if found is None:
            return ""
        low, high = found
        if low == high:
            return f"{low}%"
        if low == 0:
            return f"≤{high}%"
        return f"≥{low}%" if high == WHOLE_GROUP else f"{low}-{high}%"


def percent(yes: int, size: int) -> int:
    """Whole percent, halves up."""
    return (200 * yes + size) // (2 * size)


def coarser(one: Recoding, other: Recoding) -> Recoding:
    """What tells no more than either: a new value begins only where it does in both."""
    if not one.bands or not other.bands:
        return Recoding(())
    first = max(one.bands[0].least, other.bands[0].least)
    sizes = {band.least for band in (*one.bands, *other.bands) if band.least >= first}
    return Recoding(
        tuple(Band(least, one.cuts(least) & other.cuts(least)) for least in sorted(sizes))
    )
