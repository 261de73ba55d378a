"""Quick limits of what each unknown can be: from one equation at a time, without a solver.

Each equation holds its members within what the others leave to them. Passed on until nothing
changes, that is enough to see of most values that no table has them.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cairn.disclosure.whole_tables import Row

PASSES = 50
"""Limits may go on to narrow by one at a time for long; what is found until then is true too."""

Limits = NDArray[np.float64]


def limits(
    rows: Sequence[Row], floors: Sequence[int], ceilings: Sequence[float]
) -> tuple[Limits, Limits]:
    """The least and the most of each unknown, by its number. The truth lies within: every table
    that agrees with the equations does, but not all that lies within is a table.

    Args:
        rows: the equations.
        floors: the least each unknown can be for other reasons.
        ceilings: the most; infinite where nothing says so.
    """
    low, high = np.array(floors, np.float64), np.array(ceilings, np.float64)
    lengths = [len(plus) + len(minus) for plus, minus, _ in rows]
    row = np.repeat(np.arange(len(rows)), lengths)
    member = np.array([u for plus, minus, _ in rows for u in (*plus, *minus)], np.int64)
    plus = np.array([f for p, m, _ in rows for f in [True] * len(p) + [False] * len(m)], np.bool_)
    known = np.array([known for *_, known in rows], np.float64)[row]
    for _ in range(PASSES):
        # What each member adds to its equation at least, and at most; then all but itself.
        least = np.where(plus, low[member], -high[member])
        most = np.where(plus, high[member], -low[member])
        others_least = -_others(row, -least)
        others_most = _others(row, most)
        lowest = np.where(plus, known - others_most, others_least - known)
        highest = np.where(plus, known - others_least, others_most - known)
        before = low.copy(), high.copy()
        np.maximum.at(low, member, lowest)
        np.minimum.at(high, member, highest)
        if (low == before[0]).all() and (high == before[1]).all():
            break
    return low, high


def _others(row: NDArray[np.int64], most: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each member of each equation, the sum of the others; infinite where one of them is."""
    endless = np.isinf(most)
    finite = np.where(endless, 0.0, most)
    many = int(row.max(initial=-1)) + 1
    sums, without_end = np.bincount(row, finite, many), np.bincount(row, endless, many)
    return np.where(without_end[row] - endless > 0, np.inf, sums[row] - finite)
