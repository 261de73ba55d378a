"""Earlier releases of fewer people than now, or of more, looked back at.

Those nearest to now are read in full beside what is published now. Of one before these it matters
what is shown now and was never shown in between.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from cairn.disclosure.lots import narrowed
from cairn.disclosure.outsider import Knowledge, NotATableError, floor
from cairn.disclosure.reading import People, Release, read_together
from cairn.disclosure.rule import Rule
from cairn.disclosure.table import Key

NOW = "now"
"""What stands before the keys of what is published now."""


class Then:
    """Earlier releases of people some of whom came, or left, after each.

    Args:
        releases: each of the people of the one before and more.
        rule: what they must withstand.
        true: the numbers of now.
        people: who may know a record.
        grew: whether there are more people now than in any of them, and not fewer.
    """

    def __init__(
        self,
        releases: Sequence[Release],
        rule: Rule,
        true: Mapping[Key, int],
        people: People,
        *,
        grew: bool,
    ) -> None:
        self._releases, self._rule, self._people, self._grew = releases, rule, people, grew
        self._true = true
        every = range(len(people.keys))
        # By the true numbers of now it is told who cannot have come.
        self._came: list[Collection[int]] = [
            every,
            *(list(self._came_after(one)) if grew else every for one in releases),
            every,
        ]
        self._alone: set[Key] | None = None

    def beside(self, now: Release, before: Release | None) -> list[Key]:
        """What follows from these and what is published now, all read in full.

        Args:
            now: what is published now.
            before: what was out of the same people before, if anything.
        """
        told = self._beside(now)
        of_now = {key for key in told if key[0] == NOW}
        if before and of_now:
            of_now &= told - self._beside(before)
        return [key[1:] for key in sorted(of_now | {key for key in told if key[0] != NOW})]

    def after(self, new: Mapping[Key, int]) -> list[Key]:
        """What follows from the only one of these and what is shown now.

        Args:
            new: what is shown now of cells that neither it nor any release since then showed.
        """
        [one] = self._releases
        least, most = one.between()
        near = {
            key: n for key, n in new.items() if (n <= most[key] if self._grew else n >= least[key])
        }
        if not near:
            return []
        changed = replace(one, most=near if self._grew else {}, least={} if self._grew else near)
        known = read_together([changed], self._people, self._came[:-1])
        found = self._narrowed(known, {}, {(one.name, *key) for key in near})
        return [key[1:] for key in sorted(found - self._told_alone(found))]

    def _beside(self, now: Release) -> set[Key]:
        """Withheld cells of all that follow, but for those that did before anything was published
        now."""
        if self._alone is None:
            self._alone = self._told_alone()
        releases = [*self._releases, now] if self._grew else [now, *self._releases]
        known = read_together(releases, self._people, self._came)
        start = {(NOW, *key): n for key, n in self._true.items()}
        return self._narrowed(known, start, known=self._alone)

    def _told_alone(self, asked: Collection[Key] | None = None) -> set[Key]:
        """Withheld cells that follow from the releases alone, of all or of some."""
        if asked is not None and not asked:
            return set()
        known = read_together(self._releases, self._people, self._came[:-1])
        others = () if asked is None else {*known.targets} - {*asked}
        return self._narrowed(known, {}, asked, others)

    def _narrowed(
        self,
        reading: Knowledge,
        start: Mapping[Key, int],
        about: Collection[Key] | None = None,
        known: Collection[Key] = (),
    ) -> set[Key]:
        try:
            return narrowed(reading, self._rule, start, about, known)
        except NotATableError:
            # The numbers of the releases contradict each other: nothing follows from sums.
            return set()

    def _came_after(self, one: Release) -> Iterator[int]:
        """The kinds of people of whom there may be more now, in each cell that counts them."""
        for kind in range(len(self._people.keys)):
            cells = (self._people.cells(table)[kind] for table in one.shape.tables)
            if all(self._true[cell] > self._least(one, cell) for cell in cells):
                yield kind

    def _least(self, one: Release, key: Key) -> int:
        n = one.counts[key]
        return floor(one.shape, key, self._rule) if n is None else n
