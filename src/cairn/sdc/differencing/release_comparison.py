"""Compare earlier releases with the current one and each other: the same people, fewer or more.

A release of the same people gives further equations. One from before more people came (last
month, or the participants alone) gives differences: a cell shown then and now says how many came
between, and a cell withheld now holds at least the number shown then. `ReleaseSequence` orders
earlier releases by the people they counted: which has fewer than which.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from statistics import median

import numpy as np
from numpy.typing import NDArray

from cairn.sdc.audit import list_open_positions
from cairn.sdc.tables import ALL, RESULT, CellLattice, Key

__all__ = ["EarlierRelease", "OtherPeopleError"]

MOST_DIFFERENCE = 0.05
"""If half of the numbers differ by more than this share, the release seems to count other
people.
"""


class ReleaseRelation(Enum):
    """How the people of an earlier release are related to the current ones."""

    SAME = "the same people"
    GREW = "fewer people: more came since, or it counted a part of them"
    SHRANK = "more people: some left since, or these are a part of them"
    CHANGED = "the same table before a correction"


class OtherPeopleError(ValueError):
    """Reject an earlier release that seems to count other people."""

    def __init__(self, name: str, differing: int, shown: int) -> None:
        super().__init__(
            f"{name} seems to count other people: {differing:,} of its {shown:,} numbers are not "
            "those of the cells, some higher and some lower. If they are other people, or another "
            "year, leave the file out; if they are the same, look which of the two is wrong."
        )
        self.name = name


@dataclass(frozen=True, slots=True)
class EarlierRelease:
    """Hold one earlier release as it was published.

    Args:
        name: its name in messages.
        counts: its numbers by key over the current dimensions; None where withheld.
        recoded: keys that it showed as a percentage only.
        is_public: whether readers still find it, so that its numbers must stay shown. False for
            one that was withdrawn or is being corrected: attackers have it all the same.
    """

    name: str
    counts: Mapping[Key, int | None]
    recoded: Collection[Key] = frozenset()
    is_public: bool = False


@dataclass(frozen=True, slots=True)
class PlacedRelease:
    """An earlier release laid over the cells of the current one.

    Args:
        name: its name in messages.
        counts: every cell of its margins; None where it was withheld.
        relation: of its people to the current ones.
        is_public: whether its numbers must stay shown.
    """

    name: str
    counts: Mapping[Key, int | None]
    relation: ReleaseRelation
    is_public: bool = False


def list_tables(dims: tuple[str, ...], keys: Collection[Key]) -> tuple[tuple[str, ...], ...]:
    """List the tables that some keys make up: the largest sets of dimensions, without outcome."""
    opened = {
        frozenset(
            dim for dim, value in zip(dims, key, strict=True) if value != ALL and dim != RESULT
        )
        for key in keys
    }
    largest = [table for table in opened if not any(table < other for other in opened)]
    return tuple(sorted(tuple(dim for dim in dims if dim in table) for table in largest))


def place_release(
    release: EarlierRelease, lattice: CellLattice, margins: Collection[tuple[bool, ...]]
) -> PlacedRelease:
    """Lay an earlier release over the current cells, and find how its people differ.

    Args:
        release: as it was published.
        lattice: all margins of everything published then and now, with the true current counts.
        margins: which dimensions each of its margins leaves open. A cell of such a margin that the
            release does not list counted zero people.

    Returns:
        The release by current cells, with the relation of its people to the current ones.

    Raises:
        OtherPeopleError: too many numbers differ, in both directions.
    """
    counts: dict[Key, int | None] = {}
    increases, decreases, differences = 0, 0, list[float]()
    for key, now in zip(lattice.keys, lattice.counts.tolist(), strict=True):
        if tuple(value != ALL for value in key) not in margins:
            continue
        earlier = now if key in release.recoded else release.counts.get(key, 0)
        counts[key] = earlier
        if earlier is not None and (earlier or now):
            increases += now > earlier
            decreases += now < earlier
            differences.append(abs(now - earlier) / max(now, earlier))
    missing_counts = [n for key, n in release.counts.items() if key not in counts and n != 0]
    decreases += len(missing_counts)
    differences += [1.0] * len(missing_counts)
    if increases and decreases:
        if median(differences) > MOST_DIFFERENCE:
            raise OtherPeopleError(release.name, increases + decreases, len(differences))
        return PlacedRelease(
            release.name, counts, ReleaseRelation.CHANGED, is_public=release.is_public
        )
    relation = (
        ReleaseRelation.GREW
        if increases
        else ReleaseRelation.SHRANK
        if decreases
        else ReleaseRelation.SAME
    )
    return PlacedRelease(release.name, counts, relation, is_public=release.is_public)


def find_small_changes(
    placed: PlacedRelease, lattice: CellLattice, dims: tuple[str, ...], minimum: int
) -> dict[Key, int]:
    """Find cells shown then that, shown again now, would disclose a few people.

    A few came or left; or many did, and none (or all) of them have the outcome.

    Args:
        placed: the earlier release.
        lattice: all margins with the true current counts.
        dims: names of the dimensions of each key.
        minimum: fewer people than this are small.

    Returns:
        The number of people who came or left, by key.
    """
    if placed.relation is ReleaseRelation.SAME:
        return {}
    now: NDArray[np.int64] = lattice.counts
    small_changes: dict[Key, int] = {}
    result_index = dims.index(RESULT) if RESULT in dims else None
    true = dict(zip(lattice.keys, now.tolist(), strict=True))
    for key, earlier in placed.counts.items():
        if earlier is None:
            continue
        change = abs(true[key] - earlier)
        if 0 < change < minimum:
            small_changes[key] = change
        elif result_index is not None and key[result_index] != ALL and change == 0:
            group = (*key[:result_index], ALL, *key[result_index + 1 :])
            before = placed.counts.get(group)
            if before is not None and before != true[group]:
                small_changes[key] = 0
    return small_changes


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
