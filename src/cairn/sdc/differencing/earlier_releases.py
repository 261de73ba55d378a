"""Find what earlier releases of other people disclose together with the current one.

The most recent ones are read in full together with the current one. Of an older one only
those cells matter that the current release shows and none in between showed.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from cairn.sdc.audit import AttackerKnowledge, InconsistentTableError, find_cell_floor
from cairn.sdc.differencing.compatible_attackers import find_narrowed_cells
from cairn.sdc.differencing.joint_knowledge import (
    PersonKinds,
    ReleaseKnowledge,
    derive_joint_knowledge,
)
from cairn.sdc.tables import Key, SuppressionRule

CURRENT_RELEASE = "now"
"""The prefix of the keys of the current release."""


class EarlierReleases:
    """Hold earlier releases with people who came, or left, after each.

    Args:
        releases: each of the people of the one before and more.
        rule: what they must withstand.
        true_counts: the true current numbers.
        people: the kinds of people who may know a record.
        grew: whether there are more people now than in any of them, and not fewer.
    """

    def __init__(
        self,
        releases: Sequence[ReleaseKnowledge],
        rule: SuppressionRule,
        true_counts: Mapping[Key, int],
        people: PersonKinds,
        *,
        grew: bool,
    ) -> None:
        self._releases, self._rule, self._people, self._grew = releases, rule, people, grew
        self._true = true_counts
        all_kinds = range(len(people.keys))
        # The true current numbers show who cannot have come.
        self._came: list[Collection[int]] = [
            all_kinds,
            *(list(self._list_kinds_after(release)) if grew else all_kinds for release in releases),
            all_kinds,
        ]
        self._alone: set[Key] | None = None

    def find_disclosed_beside(
        self, now: ReleaseKnowledge, before: ReleaseKnowledge | None
    ) -> list[Key]:
        """Find what follows from these and the current release, all read in full.

        Args:
            now: the published cells of the current release.
            before: what was published before of the same people, if anything.

        Returns:
            The keys of disclosed cells.
        """
        disclosed = self._find_disclosed(now)
        current = {key for key in disclosed if key[0] == CURRENT_RELEASE}
        if before and current:
            current &= disclosed - self._find_disclosed(before)
        return [
            key[1:]
            for key in sorted(current | {key for key in disclosed if key[0] != CURRENT_RELEASE})
        ]

    def find_disclosed_by(self, new: Mapping[Key, int]) -> list[Key]:
        """Find what follows from a single earlier release and the cells shown now.

        Args:
            new: cells shown now that neither it nor any release since then showed.

        Returns:
            The keys of disclosed cells.
        """
        [release] = self._releases
        least, most = release.find_bounds()
        near = {
            key: n for key, n in new.items() if (n <= most[key] if self._grew else n >= least[key])
        }
        if not near:
            return []
        changed = replace(
            release, most=near if self._grew else {}, least={} if self._grew else near
        )
        known = derive_joint_knowledge([changed], self._people, self._came[:-1])
        narrow = self._find_narrowed(known, {}, {(release.name, *key) for key in near})
        return [key[1:] for key in sorted(narrow - self._find_disclosed_alone(narrow))]

    def _find_disclosed(self, now: ReleaseKnowledge) -> set[Key]:
        """Find withheld cells that follow now, but did not before."""
        if self._alone is None:
            self._alone = self._find_disclosed_alone()
        releases = [*self._releases, now] if self._grew else [now, *self._releases]
        known = derive_joint_knowledge(releases, self._people, self._came)
        start = {(CURRENT_RELEASE, *key): n for key, n in self._true.items()}
        return self._find_narrowed(known, start, known=self._alone)

    def _find_disclosed_alone(self, asked: Collection[Key] | None = None) -> set[Key]:
        """Find withheld cells that follow from the releases alone, of all or of some."""
        if asked is not None and not asked:
            return set()
        known = derive_joint_knowledge(self._releases, self._people, self._came[:-1])
        others = () if asked is None else {*known.targets} - {*asked}
        return self._find_narrowed(known, {}, asked, others)

    def _find_narrowed(
        self,
        reading: AttackerKnowledge,
        start: Mapping[Key, int],
        about: Collection[Key] | None = None,
        known: Collection[Key] = (),
    ) -> set[Key]:
        try:
            return find_narrowed_cells(reading, self._rule, start, about, known)
        except InconsistentTableError:
            # The numbers of the releases contradict each other, so no sum discloses anything.
            return set()

    def _list_kinds_after(self, release: ReleaseKnowledge) -> Iterator[int]:
        """List the kinds of people who may be more numerous now, in each cell that counts them."""
        for kind in range(len(self._people.keys)):
            cells = (self._people.list_cells(table)[kind] for table in release.shape.tables)
            if all(self._true[cell] > self._find_least(release, cell) for cell in cells):
                yield kind

    def _find_least(self, release: ReleaseKnowledge, key: Key) -> int:
        n = release.counts[key]
        return find_cell_floor(release.shape, key, self._rule) if n is None else n
