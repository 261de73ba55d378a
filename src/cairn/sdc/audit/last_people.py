"""List the people that an insider does not know, who knows all of its own people but one.

A program knows the children in it, and may know the outcome of each but one: of 14 it knows 13.
If the percentage of all 14 leaves one number only, it knows the last child's outcome too. So for
each kind of child that there is, the insider attacks with all of its own people but that child.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cairn.sdc.tables import BandPopulation, Key

__all__ = ["LastPerson", "follow_group", "list_last_people"]


@dataclass(frozen=True, slots=True)
class LastPerson:
    """Hold the one of an insider's own people with an outcome that it does not know.

    Args:
        key: the finest group of the person.
        has_outcome: whether the person has the outcome. Of this, the attack learns nothing.
        first: the first release that counts the person, by number.
        last: the last one.
    """

    key: Key
    has_outcome: bool
    first: int
    last: int

    @property
    def code(self) -> str:
        """Return a text that names this person among others in the same finest group."""
        return f"{'with' if self.has_outcome else 'without'} {self.first}-{self.last}"

    def is_in(self, release: int) -> bool:
        """Report whether a release counts the person."""
        return self.first <= release <= self.last

    def leave_out(self, own: Sequence[BandPopulation]) -> list[BandPopulation]:
        """Take the person out of what the insider knows.

        Args:
            own: the insider's own people, by release.

        Returns:
            The people that the insider still knows, by release.
        """
        return [
            self._leave_out_of(people) if self.is_in(index) else people
            for index, people in enumerate(own)
        ]

    def _leave_out_of(self, people: BandPopulation) -> BandPopulation:
        yes = people.yes.get(self.key, 0) - self.has_outcome
        return replace(
            people,
            sizes={**people.sizes, self.key: people.sizes[self.key] - 1},
            yes={**people.yes, self.key: yes},
        )


def list_last_people(own: Sequence[BandPopulation]) -> Iterator[LastPerson]:
    """List each kind of person that an insider may not know, once.

    Args:
        own: the insider's own people in each release, in order of time.

    Returns:
        One person with and one without the outcome, where there is one, of each finest group and
        of each span of releases.
    """
    for key in dict.fromkeys(key for people in own for key in people.sizes):
        for (first, last), counts in follow_group(key, own).items():
            for has_outcome, n in zip((True, False), counts, strict=True):
                if n:
                    yield LastPerson(key, has_outcome, first, last)


def follow_group(
    key: Key, populations: Sequence[BandPopulation]
) -> dict[tuple[int, int], tuple[int, int]]:
    """Follow one finest group through populations: who is in which, with and without the outcome.

    Args:
        key: the finest group.
        populations: in order of time. As few people as possible are assumed to have moved.

    Returns:
        How many with and how many without, by the first and the last population that counts them.
    """
    present: list[tuple[int, list[int]]] = []
    gone: dict[tuple[int, int], tuple[int, int]] = {}
    before = (0, 0)
    for index, population in enumerate(populations):
        size, yes = population.sizes.get(key, 0), population.yes.get(key, 0)
        now = (yes, size - yes)
        leaving = [max(a - b, 0) for a, b in zip(before, now, strict=True)]
        for first, people in reversed(present):
            taken = [min(a, b) for a, b in zip(leaving, people, strict=True)]
            people[:] = [a - b for a, b in zip(people, taken, strict=True)]
            leaving = [a - b for a, b in zip(leaving, taken, strict=True)]
            if any(taken):
                gone[first, index - 1] = (taken[0], taken[1])
        present.append((index, [max(b - a, 0) for a, b in zip(before, now, strict=True)]))
        before = now
    last = len(populations) - 1
    return gone | {(first, last): (people[0], people[1]) for first, people in present}
