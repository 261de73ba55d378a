"""Recode percentages so coarsely that they do not disclose the counts behind them."""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

HUNDRED_PERCENT = 100

EVERY_PERCENT = frozenset(range(1, 101))
"""Cut at every whole percent: no recoding beyond rounding."""


def build_cuts(ends: int, step: int) -> frozenset[int]:
    """List where percentage bands begin, in whole percents.

    One band runs from 0 to ``ends``, then one begins at each ``step``, and one runs from
    ``100 - ends`` up. ``build_cuts(20, 10)``: at most 20, 21-29, 30-39 … 70-79, 80 and up.

    Args:
        ends: width of the top and bottom code, in percent.
        step: width of the bands between, in percent.

    Returns:
        The whole percents at which a new band begins.
    """
    steps = range(ends + step - ends % step, 100 - ends, step)
    return frozenset({ends + 1, 100 - ends, *steps})


@dataclass(frozen=True, slots=True)
class PercentageBand:
    """Say how groups of at least ``least`` people are recoded, up to the next band.

    Args:
        least: the smallest group it is for.
        cuts: the whole percents, 1 to 100, at which a new value begins.
    """

    least: int
    cuts: frozenset[int]


@dataclass(frozen=True, slots=True)
class PercentageRecoding:
    """Recode percentages by group size: the larger the group, the finer.

    Args:
        bands: in order of size; a group smaller than the first has no percentage.

    Raises:
        ValueError: the bands are out of order, or a cut is not a whole percent from 1 to 100.
    """

    bands: tuple[PercentageBand, ...]

    def __post_init__(self) -> None:
        if any(a.least >= b.least for a, b in pairwise(self.bands)):
            raise ValueError("Bands stand in the order of the smallest group of each.")
        if any(not 1 <= cut <= HUNDRED_PERCENT for band in self.bands for cut in band.cuts):
            raise ValueError("A cut is a whole percent from 1 to 100.")

    def find_cuts(self, size: int) -> frozenset[int]:
        """List where new values begin for a group of this size; none if it has no percentage."""
        index = bisect_right([band.least for band in self.bands], size)
        return self.bands[index - 1].cuts if index else frozenset()

    def find_interval(self, yes: int, size: int) -> tuple[int, int] | None:
        """Find the lowest and highest whole percent that print the same as ``yes`` of ``size``.

        Returns:
            The pair (lowest, highest); None where nothing is printed: the group is too small, or
            every percent prints the same.
        """
        cuts = sorted(self.find_cuts(size))
        if not cuts:
            return None
        band_index = bisect_right(cuts, compute_percent(yes, size))
        return (
            cuts[band_index - 1] if band_index else 0,
            cuts[band_index] - 1 if band_index < len(cuts) else HUNDRED_PERCENT,
        )

    def format_percentage(self, yes: int, size: int) -> str:
        """Format the percentage as printed: ``37%``, ``20-29%``, ``≤5%``, ``≥95%``, or nothing."""
        interval = self.find_interval(yes, size)
        if interval is None:
            return ""
        low, high = interval
        if low == high:
            return f"{low}%"
        if low == 0:
            return f"≤{high}%"
        return f"≥{low}%" if high == HUNDRED_PERCENT else f"{low}-{high}%"


def compute_percent(yes: int, size: int) -> int:
    """Compute the whole percent of ``yes`` in ``size``, halves rounded up."""
    return (200 * yes + size) // (2 * size)


def join_recodings(
    first_recoding: PercentageRecoding, second_recoding: PercentageRecoding
) -> PercentageRecoding:
    """Join two recodings: a new value begins only where it does in both.

    Args:
        first_recoding: a recoding.
        second_recoding: another.

    Returns:
        A recoding that discloses no more than either.
    """
    if not first_recoding.bands or not second_recoding.bands:
        return PercentageRecoding(())
    smallest_group = max(first_recoding.bands[0].least, second_recoding.bands[0].least)
    sizes = {
        band.least
        for band in (*first_recoding.bands, *second_recoding.bands)
        if band.least >= smallest_group
    }
    return PercentageRecoding(
        tuple(
            PercentageBand(
                least, first_recoding.find_cuts(least) & second_recoding.find_cuts(least)
            )
            for least in sorted(sizes)
        )
    )
