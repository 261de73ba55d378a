"""Releases of growing numbers of people, read together.

Everybody whom one of them counted is in the next as well. So each cell of two that follow one
another has a number of people *more*, none or above. These numbers are unknowns like those
withheld, and equations tie them to both. Of further releases that are not read in full, what they
show is a limit: a cell has no more people than where more were counted, and no fewer than where
fewer were.

Somebody who knows one record knows also in which of the releases it is. Where he came, each of his
cells has one more at least.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

from cairn.disclosure.limits import Limits, limits
from cairn.disclosure.outsider import Counts, Equation, Knowledge
from cairn.disclosure.shape import Places, Shape, open_places, project
from cairn.disclosure.table import Key

MORE, ABOVE, BELOW = "more", "above", "below"
"""What stands before a key, beside the name of the release, for people more than in the release
before, people fewer than a limit, and people more than a limit."""


class People:
    """Kinds of people, by number, and the cells that count them.

    Args:
        keys: a value of each dimension that is known of a kind.
    """

    def __init__(self, keys: Collection[Key]) -> None:
        self.keys = tuple(keys)
        self._cells: dict[Places, list[Key]] = {}

    def cells(self, margin: Places) -> list[Key]:
        """Of each kind of people, the cell of a margin that counts them."""
        if margin not in self._cells:
            self._cells[margin] = [project(key, margin) for key in self.keys]
        return self._cells[margin]


@dataclass(frozen=True, slots=True)
class Release:
    """One of the releases.

    Args:
        name: what it is called before the keys of its cells.
        shape: of its tables.
        counts: every cell of them; None where withheld.
        known: what an outsider knows of it alone.
        most: of withheld cells, how many were shown where more people were counted.
        least: the same where fewer were.
    """

    name: str
    shape: Shape
    counts: Counts
    known: Knowledge
    most: Mapping[Key, int] = field(default_factory=dict)
    least: Mapping[Key, int] = field(default_factory=dict)

    def between(self) -> tuple[Mapping[Key, float], Mapping[Key, float]]:
        """The least and the most that withheld cells are by this release alone, or further off."""
        rows = [(tie.plus, tie.minus, tie.known) for tie in self.known.equations]
        low, high = limits(rows, self.known.floors, self.known.ceilings)
        keys = self.known.targets
        return dict(zip(keys, low, strict=False)), dict(zip(keys, high, strict=False))


def read_together(
    releases: Sequence[Release], people: People, came: Sequence[Collection[int]]
) -> Knowledge:
    """All that an outsider can write down, and what somebody adds who knows one record.

    Args:
        releases: each of the people of the one before and more.
        people: who may know a record.
        came: the numbers of those who may be in all releases; in all but the first; and so on;
            the last may be in none, but where even more were counted.

    Returns:
        What is known; before the key of each withheld cell stands the name of its release.
    """
    reading = _Reading(releases, people)
    kinds = {kind for at, whom in enumerate(came) for kind in reading.kinds(at, whom)}
    return reading.knowledge(kinds)


class _Reading:
    """Numbers the unknowns: those withheld, those behind circles of tables, and how many more."""

    def __init__(self, releases: Sequence[Release], people: People) -> None:
        self._releases, self._people = releases, people
        self._known = [one.known for one in releases]
        self._targets = [
            (str(at), *key) for at, one in enumerate(self._known) for key in one.targets
        ]
        self._number: dict[Key, int] = {key: at for at, key in enumerate(self._targets)}
        behind = [(str(at), *key) for at, one in enumerate(self._known) for key in one.behind]
        self._number |= {key: at for at, key in enumerate(behind, len(self._targets))}
        self._floors, self._ceilings = [0] * len(self._number), [inf] * len(self._number)
        self._equations = list[Equation]()
        for at, one in enumerate(self._known):
            self._add(at, one)
        self._low, self._high = self._bounds()
        self._over = dict[Key, tuple[int, int]]()
        self._ample = set[Key]()
        self._common = [
            _widest(self._opened(at - 1) & self._opened(at)) for at in range(1, len(releases))
        ]
        for at, margins in enumerate(self._common, 1):
            self._add_more(at, margins)
        self._limited = {
            (at, name): self._add_limits(at, name, numbers)
            for at, one in enumerate(releases)
            for name, numbers in ((ABOVE, one.most), (BELOW, one.least))
        }

    def knowledge(self, kinds: Collection[frozenset[int]]) -> Knowledge:
        names = {str(at): one.name for at, one in enumerate(self._releases)}
        keys = [(names.get(key[0], key[0]), *key[1:]) for key in self._number]
        return Knowledge(
            targets=tuple(keys[: len(self._targets)]),
            behind=tuple(keys[len(self._targets) :]),
            floors=tuple(self._floors),
            ceilings=tuple(self._ceilings),
            equations=tuple(self._equations),
            exposed=(),
            pooled=(),
            kinds=tuple(sorted((kind for kind in kinds if kind), key=sorted)),
        )

    def kinds(self, at: int, whom: Collection[int]) -> Iterator[frozenset[int]]:
        """What those know to be no zero who are in a release, and in none before it. Of a limit
        in between they may have come before or after: one of both can be so close."""
        cells = self._cells_of(at, whom)
        above, below = self._limits_of(at - 1, ABOVE, cells), self._limits_of(at, BELOW, cells)
        for kind, known in cells.items():
            yield frozenset(known)
            yield frozenset([*known, *above[kind]])
            yield frozenset([*known, *below[kind]])

    def _cells_of(self, at: int, whom: Collection[int]) -> dict[int, list[int]]:
        """By kind of people, the unknowns that they know to be no zero who came then. Left out are
        those who cannot have come: their cells were shown and did not change, or are empty."""
        wanted: list[tuple[str, Places]] = []
        if 0 < at < len(self._releases):
            wanted += [(f"{at} {MORE}", margin) for margin in self._common[at - 1]]
        for later in range(at, len(self._releases)):
            wanted += [(str(later), table) for table in self._finest(later)]
        found: dict[int, list[int]] = {kind: [] for kind in whom}
        for name, margin in wanted:
            cells = self._people.cells(margin)
            for kind in tuple(found):
                known = self._somebody((name, *cells[kind]))
                if known is None:
                    del found[kind]
                else:
                    found[kind] += known
        return found

    def _somebody(self, cell: Key) -> Collection[int] | None:
        """The unknown that whoever counts in a cell knows to be above its floor; none where
        everybody knows that; None where nobody can count in it."""
        unknown, n = self._over.get(cell, (self._number.get(cell), 0))
        if unknown is not None:
            return () if self._floors[unknown] > n else (unknown,)
        return () if cell in self._ample or self._shown(*cell) else None

    def _limits_of(self, at: int, name: str, kinds: Collection[int]) -> dict[int, list[int]]:
        """By kind of people, the limits of cells that count them."""
        found: dict[int, list[int]] = {kind: [] for kind in kinds}
        for margin in self._limited.get((at, name), ()):
            cells = self._people.cells(margin)
            for kind in kinds:
                cell = (f"{at} {name}", *cells[kind])
                if cell in self._number or cell in self._over:
                    found[kind] += self._somebody(cell) or ()
        return found

    def _finest(self, at: int) -> Iterator[Places]:
        """The tables of a release, and the one behind a circle of them."""
        yield from self._releases[at].shape.tables
        yield from {open_places(key) for key in self._known[at].behind}

    def _shown(self, name: str, *key: str) -> int:
        """The number of a cell that is no unknown: one that a release does not have is empty."""
        at = int(name.partition(" ")[0])
        if name.endswith(MORE):
            return self._shown(str(at), *key) - self._shown(str(at - 1), *key)
        return self._releases[at].counts.get(key) or 0

    def _add(self, at: int, one: Knowledge) -> None:
        """The equations of a release."""
        unknowns = [self._number[str(at), *key] for key in (*one.targets, *one.behind)]
        for unknown, least, most in zip(unknowns, one.floors, one.ceilings, strict=True):
            self._floors[unknown], self._ceilings[unknown] = least, most
        for tie in one.equations:
            plus, minus = ([unknowns[u] for u in side] for side in (tie.plus, tie.minus))
            self._equations.append(Equation(tuple(plus), tuple(minus), tie.known))

    def _bounds(self) -> tuple[Limits, Limits]:
        """Between what each unknown is by its own release alone, and perhaps closer."""
        rows = [(tie.plus, tie.minus, tie.known) for tie in self._equations]
        return limits(rows, self._floors, self._ceilings)

    def _add_more(self, at: int, margins: Collection[Places]) -> None:
        """How many more there are than in the release before, in the finest cells of both: all
        others are sums of these. Where there are more in any case, that is left out."""
        names = {str(at - 1), str(at)}
        met = dict.fromkeys(key[1:] for key in self._number if key[0] in names)
        for key in met:
            if open_places(key) in margins:
                self._tie((f"{at} {MORE}", *key), (str(at - 1), *key), (str(at), *key))

    def _add_limits(self, at: int, name: str, numbers: Mapping[Key, int]) -> set[Places]:
        """What a limit leaves to each unknown, and the margins that have limits. One so far off
        that there is somebody more in any case is left out."""
        margins = set[Places]()
        for key, n in numbers.items():
            unknown = self._number[str(at), *key]
            if name == ABOVE and n <= self._high[unknown]:
                rest = self._new((f"{at} {name}", *key))
                self._equations.append(Equation((unknown, rest), (), n))
            elif name == BELOW and n >= self._low[unknown]:
                self._raise((f"{at} {name}", *key), unknown, n)
            margins.add(open_places(key))
        return margins

    def _tie(self, more: Key, before: Key, after: Key) -> None:
        """Those before, and those more there are, come to those after."""
        plus = [self._number[before]] if before in self._number else []
        minus = [self._number[after]] if after in self._number else []
        most = self._high[plus[0]] if plus else self._shown(*before)
        least = self._low[minus[0]] if minus else self._shown(*after)
        if least > most:
            self._ample.add(more)
            return
        if not plus:
            self._raise(more, minus[0], self._shown(*before))
            return
        known = 0 if minus else self._shown(*after)
        self._equations.append(Equation((*plus, self._new(more)), tuple(minus), known))

    def _raise(self, more: Key, unknown: int, n: int) -> None:
        """An unknown is no less than a number, and for whoever counts there more than it."""
        self._over[more] = unknown, n
        self._floors[unknown] = max(self._floors[unknown], n)

    def _new(self, key: Key) -> int:
        self._floors.append(0)
        self._ceilings.append(inf)
        return self._number.setdefault(key, len(self._number))

    def _opened(self, at: int) -> set[Places]:
        """The margins of a release, and of the table behind it."""
        keys = (*self._releases[at].counts, *self._known[at].behind)
        return {open_places(key) for key in keys}


def _widest(margins: Collection[Places]) -> set[Places]:
    return {one for one in margins if not any(one < other for other in margins)}
