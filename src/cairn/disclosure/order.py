"""Which earlier releases counted fewer people than others, by the numbers that they show."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from cairn.disclosure.earlier import Placed, Relation
from cairn.disclosure.shape import open_places
from cairn.disclosure.table import Key

Counts = Mapping[Key, int | None]
Numbers = dict[Key, int]
Which = NDArray[np.bool_]


class Order:
    """Earlier releases of fewer people than now, or of more, as far as they are in a row.

    Args:
        releases: laid over the cells of now, each related to now as ``GREW`` or ``SHRANK``.
    """

    def __init__(self, releases: Sequence[Placed]) -> None:
        self.releases = releases
        self._keys = list(dict.fromkeys(key for one in releases for key in one.counts))
        rows = [[one.counts.get(key) for key in self._keys] for one in releases]
        self._shown = np.array(rows, np.float64).reshape(len(rows), len(self._keys))
        self._margins = [{open_places(key) for key in one.counts} for one in releases]
        grew = np.array([one.relation is Relation.GREW for one in releases], np.bool_)
        self._fewer = np.zeros((len(rows), len(rows)), np.bool_)
        for at, row in enumerate(self._shown):
            self._fewer[at] = ~(row > self._shown).any(axis=1)
            self._fewer[at, at] = False
        # Two that show nothing to compare them by are taken in the order in which they came out.
        later = np.tri(len(rows), k=-1, dtype=np.bool_)
        self._fewer &= ~(self._fewer & self._fewer.T & np.where(grew[:, None], later, later.T))
        # Fewer than now is fewer than more than now.
        self._fewer |= grew[:, None] & ~grew
        self._fewer &= ~(~grew[:, None] & grew)
        self._grew = grew

    def nearest(self, at: int) -> bool:
        """Whether no other release of the same margins or more lies between one and now."""
        return not any(self._margins[other] >= self._margins[at] for other in self._between(at))

    def farther(self, at: int) -> int | None:
        """Of the releases farther from now than one, that which lies nearest to it."""
        beyond = [other for other in range(len(self.releases)) if at in self._between(other)]
        return min(beyond, key=lambda other: len(self._between(other)), default=None)

    def _between(self, at: int) -> list[int]:
        """The releases between one and now."""
        closer = self._fewer[at] if self._grew[at] else self._fewer[:, at]
        return np.flatnonzero(closer & (self._grew == self._grew[at])).tolist()

    def limits(self, at: int) -> tuple[Numbers, Numbers]:
        """Of what a release withheld, the most that others tell by what they show, and the
        least."""
        fewer, more = self._fewer[:, at], self._fewer[at]
        return self._limits(self.releases[at].counts, fewer, more)

    def new(self, at: int, now: Counts) -> Numbers:
        """What is shown now of cells that a release withheld and that none between it and now
        showed."""
        most, least = self.limits(at)
        known = most if self._grew[at] else least
        return {
            key: n
            for key, then in self.releases[at].counts.items()
            if then is None and key not in known and (n := now.get(key)) is not None
        }

    def limits_of_now(self, counts: Counts) -> tuple[Numbers, Numbers]:
        """The same of what is withheld now."""
        return self._limits(counts, self._grew, ~self._grew)

    def _limits(self, counts: Counts, fewer: Which, more: Which) -> tuple[Numbers, Numbers]:
        most = _known(self._shown[more], np.fmin)
        least = _known(self._shown[fewer], np.fmax)
        hidden = [
            (column, key) for column, key in enumerate(self._keys) if counts.get(key, 0) is None
        ]
        return (
            {key: int(most[at]) for at, key in hidden if not np.isnan(most[at])},
            {key: int(least[at]) for at, key in hidden if not np.isnan(least[at])},
        )


def _known(rows: NDArray[np.float64], choose: np.ufunc) -> NDArray[np.float64]:
    """The least or the most that some rows show of each cell; not a number where none does."""
    found: NDArray[np.float64] = choose.reduce(rows, axis=0, initial=np.nan)
    return found
