"""Attack earlier releases of other people together with the current one.

A release was protected when it was published, of fewer people than are counted now, or of more.
Read together, each bounds what the other withheld: where people only came since, no number then
was larger than it is now; where they only left, none was smaller. An attacker who knows one
record knows more: whether it is in both, or came or left in between.

The most recent releases are read in full together with the current one. Of an older one only
those cells matter that the current release shows and none in between showed.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from math import inf

from cairn.sdc import audit
from cairn.sdc.differencing.compatible_attackers import find_narrowed_cells
from cairn.sdc.differencing.joint_knowledge import (
    PersonKinds,
    ReleaseKnowledge,
    derive_joint_knowledge,
)
from cairn.sdc.differencing.release_comparison import (
    PlacedRelease,
    ReleaseRelation,
    ReleaseSequence,
    list_tables,
)
from cairn.sdc.tables import Key, Nest, SuppressionRule

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
        reading: audit.AttackerKnowledge,
        start: Mapping[Key, int],
        about: Collection[Key] | None = None,
        known: Collection[Key] = (),
    ) -> set[Key]:
        try:
            return find_narrowed_cells(reading, self._rule, start, about, known)
        except audit.InconsistentTableError:
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
        return audit.find_cell_floor(release.shape, key, self._rule) if n is None else n


TableDims = Sequence[Sequence[str]]

MOST_CELLS_IN_FULL = 700
"""Up to this many withheld cells, of both releases together, are read in full. With more of them
only shown cells are compared, since the attack would take minutes instead of seconds.
"""


class RetrospectiveAttack:
    """Attack earlier releases of fewer people, or of more, together with the current one.

    Args:
        placed: earlier releases, laid over the cells of the current one.
        dims: names of the dimensions of each key.
        nests: which dimension lies within which.
        rule: what all must withstand.
        true_counts: the true current number of every cell.
        people: the finest keys with at least one person in them now.
    """

    def __init__(
        self,
        placed: Sequence[PlacedRelease],
        dims: tuple[str, ...],
        nests: Sequence[Nest],
        rule: SuppressionRule,
        true_counts: Mapping[Key, int],
        people: Collection[Key],
    ) -> None:
        self._dims, self._nests, self._rule, self._true = dims, nests, rule, true_counts
        self._order = ReleaseSequence(
            [
                release
                for release in placed
                if release.relation in (ReleaseRelation.GREW, ReleaseRelation.SHRANK)
            ]
        )
        self._everyone = PersonKinds(_list_distinct_people(people, true_counts))
        self._nearest = [
            index for index in range(len(self._order.releases)) if self._order.is_nearest(index)
        ]
        self._looked = dict[tuple[int, ...], EarlierReleases | None]()
        self._limited = dict[int, EarlierReleases | None]()

    def find_disclosed_cells(
        self, now: audit.PublishedCounts, tables_now: TableDims, same_people: audit.PublishedCounts
    ) -> list[Key]:
        """Find cells that one of the releases withheld and that follow now, but did not before.

        Args:
            now: every cell of the current release; None where withheld.
            tables_now: the tables that they make up.
            same_people: what was published before of the same people.

        Returns:
            The keys of disclosed cells.
        """
        disclosed = dict[Key, None]()
        for index in range(len(self._order.releases)):
            chain = self._choose_full_readings(index, now) if index in self._nearest else ()
            if chain:
                disclosed |= dict.fromkeys(
                    self._find_disclosed_beside(chain, now, tables_now, same_people)
                )
            elif new := self._order.find_newly_shown(index, now):
                disclosed |= dict.fromkeys(self._find_disclosed_after(index, new))
        return list(disclosed)

    def _choose_full_readings(self, index: int, now: audit.PublishedCounts) -> tuple[int, ...]:
        """Choose a release nearest to now, and one next to it, as far as they are not too large."""
        farther = self._order.find_next_farther(index)
        chain = (index,) if farther is None else (farther, index)
        hidden = [
            list(self._order.releases[release_index].counts.values()).count(None)
            for release_index in chain
        ]
        left = MOST_CELLS_IN_FULL - list(now.values()).count(None)
        return chain if sum(hidden) <= left else chain[-1:] if hidden[-1] <= left else ()

    def _find_disclosed_beside(
        self,
        chain: tuple[int, ...],
        now: audit.PublishedCounts,
        tables_now: TableDims,
        same_people: audit.PublishedCounts,
    ) -> list[Key]:
        """Find what follows from earlier releases and the current one, read in full."""
        if chain not in self._looked:
            read = [
                self._read_release(index, {}, *self._order.find_bounds(index)) for index in chain
            ]
            self._looked[chain] = self._build_earlier_releases(
                [reading for reading in read if reading], chain[-1]
            )
        earlier = self._looked[chain]
        before = (
            self._read_current(same_people, list_tables(self._dims, same_people))
            if same_people
            else None
        )
        return (
            earlier.find_disclosed_beside(self._read_current(now, tables_now), before)
            if earlier
            else []
        )

    def _find_disclosed_after(self, index: int, new: Mapping[Key, int]) -> list[Key]:
        """Find what follows from a release and from cells shown first since then.

        The bounds that other releases give are known to every attacker alike.
        """
        if index not in self._limited:
            most, least = self._order.find_bounds(index)
            bounds = {key: (least.get(key, 0), most.get(key, inf)) for key in {*least, *most}}
            release = self._read_release(index, bounds)
            self._limited[index] = self._build_earlier_releases([release] if release else [], index)
        earlier = self._limited[index]
        return earlier.find_disclosed_by(new) if earlier else []

    def _read_current(
        self, counts: audit.PublishedCounts, tables_now: TableDims
    ) -> ReleaseKnowledge:
        shape = audit.TableShape(self._dims, counts, tables_now, self._nests)
        known = audit.derive_knowledge(shape, counts, self._rule, {})
        return ReleaseKnowledge(
            CURRENT_RELEASE, shape, counts, known, *self._order.find_current_bounds(counts)
        )

    def _read_release(
        self, index: int, bounds: audit.CellBounds, *limits: Mapping[Key, int]
    ) -> ReleaseKnowledge | None:
        """Read a release as an outsider does.

        None where its numbers contradict each other, so that no sum discloses anything.
        """
        counts = self._order.releases[index].counts
        shape = audit.TableShape(self._dims, counts, list_tables(self._dims, counts), self._nests)
        try:
            known = audit.derive_knowledge(shape, counts, self._rule, bounds)
        except audit.InconsistentTableError:
            return None
        return ReleaseKnowledge(f"then {index}", shape, counts, known, *limits)

    def _build_earlier_releases(
        self, releases: list[ReleaseKnowledge], index: int
    ) -> EarlierReleases | None:
        if not releases:
            return None
        if self._order.releases[index].relation is ReleaseRelation.GREW:
            return EarlierReleases(releases, self._rule, self._true, self._everyone, grew=True)
        # For a kind of person with none left, each table is examined by itself.
        table_keys = [
            key
            for release in releases
            for key in release.counts
            if audit.list_open_positions(key) in set(release.shape.tables)
        ]
        people = PersonKinds(dict.fromkeys([*self._everyone.keys, *table_keys]))
        return EarlierReleases(releases[::-1], self._rule, self._true, people, grew=False)


def _list_distinct_people(people: Collection[Key], cells: Collection[Key]) -> list[Key]:
    """List kinds of people as far as some cells distinguish them."""
    opened = frozenset[int]().union(*{audit.list_open_positions(key) for key in cells})
    return list(dict.fromkeys(audit.project_key(key, opened) for key in people))
