"""Order earlier releases by the people they counted: which has fewer than which."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from cairn.sdc.audit import list_open_positions
from cairn.sdc.differencing.release_comparison import PlacedRelease, ReleaseRelation
from cairn.sdc.tables import Key

SequenceCounts = Mapping[Key, int | None]
CellNumbers = dict[Key, int]
ReleaseMask = NDArray[np.bool_]


class ReleaseSequence:
    """Order earlier releases of fewer people than now, or of more, by what they show.

    Args:
        releases: laid over the current cells, each related to the current people as ``GREW`` or
            ``SHRANK``.
    """

    def __init__(self, releases: Sequence[PlacedRelease]) -> None:
        self.releases = releases
        self._keys = list(dict.fromkeys(key for release in releases for key in release.counts))
        rows = [[release.counts.get(key) for key in self._keys] for release in releases]
        self._shown = np.array(rows, np.float64).reshape(len(rows), len(self._keys))
        self._margins = [
            {list_open_positions(key) for key in release.counts} for release in releases
        ]
        grew = np.array(
            [release.relation is ReleaseRelation.GREW for release in releases], np.bool_
        )
        self._fewer = np.zeros((len(rows), len(rows)), np.bool_)
        for index, row in enumerate(self._shown):
            self._fewer[index] = ~(row > self._shown).any(axis=1)
            self._fewer[index, index] = False
        # Two releases without shown numbers to compare are ordered by publication.
        is_later = np.tri(len(rows), k=-1, dtype=np.bool_)
        self._fewer &= ~(
            self._fewer & self._fewer.T & np.where(grew[:, None], is_later, is_later.T)
        )
        # Fewer than now is fewer than more than now.
        self._fewer |= grew[:, None] & ~grew
        self._fewer &= ~(~grew[:, None] & grew)
        self._grew = grew

    def is_nearest(self, index: int) -> bool:
        """Tell whether no other release of the same margins or more lies between one and now."""
        return not any(
            self._margins[other] >= self._margins[index] for other in self._list_between(index)
        )

    def find_next_farther(self, index: int) -> int | None:
        """Find, of the releases farther from now than one, that which lies nearest to it."""
        beyond = [
            other for other in range(len(self.releases)) if index in self._list_between(other)
        ]
        return min(beyond, key=lambda other: len(self._list_between(other)), default=None)

    def _list_between(self, index: int) -> list[int]:
        """List the releases between one and now."""
        closer = self._fewer[index] if self._grew[index] else self._fewer[:, index]
        return np.flatnonzero(closer & (self._grew == self._grew[index])).tolist()

    def find_bounds(self, index: int) -> tuple[CellNumbers, CellNumbers]:
        """Find the most, and the least, that other releases show for what a release withheld."""
        fewer, more = self._fewer[:, index], self._fewer[index]
        return self._find_bounds(self.releases[index].counts, fewer, more)

    def find_newly_shown(self, index: int, now: SequenceCounts) -> CellNumbers:
        """Find cells shown now for the first time, among those that a release withheld."""
        most, least = self.find_bounds(index)
        known = most if self._grew[index] else least
        return {
            key: n
            for key, earlier in self.releases[index].counts.items()
            if earlier is None and key not in known and (n := now.get(key)) is not None
        }

    def find_current_bounds(self, counts: SequenceCounts) -> tuple[CellNumbers, CellNumbers]:
        """Find the largest and smallest numbers that earlier releases allow for withheld cells."""
        return self._find_bounds(counts, self._grew, ~self._grew)

    def _find_bounds(
        self, counts: SequenceCounts, fewer: ReleaseMask, more: ReleaseMask
    ) -> tuple[CellNumbers, CellNumbers]:
        most = _reduce_shown(self._shown[more], np.fmin)
        least = _reduce_shown(self._shown[fewer], np.fmax)
        hidden = [
            (column, key) for column, key in enumerate(self._keys) if counts.get(key, 0) is None
        ]
        return (
            {key: int(most[index]) for index, key in hidden if not np.isnan(most[index])},
            {key: int(least[index]) for index, key in hidden if not np.isnan(least[index])},
        )


def _reduce_shown(rows: NDArray[np.float64], choose: np.ufunc) -> NDArray[np.float64]:
    """Reduce what some releases show of each cell to the least or the most, or NaN."""
    result: NDArray[np.float64] = choose.reduce(rows, axis=0, initial=np.nan)
    return result
