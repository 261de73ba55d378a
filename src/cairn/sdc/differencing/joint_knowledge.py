"""Derive what an attacker knows from several releases of growing numbers of people.

Everyone in one release is in the next as well. So each cell of two consecutive
releases has a number of people *more*, zero or above. These numbers are unknowns like the withheld
ones, and equations tie them to both. Further releases that are not read in full give bounds: a
cell has no more people than where more were counted, and no fewer than where fewer were.

An attacker who knows one record also knows in which of the releases it is. Where that person
came, each of their cells has one more at least.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

from cairn.sdc import audit
from cairn.sdc.tables import Key

MORE, ABOVE, BELOW = "more", "above", "below"
"""What precedes a key, beside the name of the release: people more than in the release before,
people fewer than an upper bound, and people more than a lower bound.
"""


class PersonKinds:
    """Number the kinds of people, and find the cells that count them.

    Args:
        keys: a value of each dimension that is known of a kind.
    """

    def __init__(self, keys: Collection[Key]) -> None:
        self.keys = tuple(keys)
        self._cells: dict[audit.DimPositions, list[Key]] = {}

    def list_cells(self, margin: audit.DimPositions) -> list[Key]:
        """List, for each kind of people, the cell of a margin that counts them."""
        if margin not in self._cells:
            self._cells[margin] = [audit.project_key(key, margin) for key in self.keys]
        return self._cells[margin]


@dataclass(frozen=True, slots=True)
class ReleaseKnowledge:
    """The attacker's knowledge of one of the releases.

    Args:
        name: what precedes the keys of its cells.
        shape: of its tables.
        counts: every cell of them; None where withheld.
        known: what an outsider knows of it alone.
        most: of withheld cells, how many were shown where more people were counted.
        least: the same where fewer were.
    """

    name: str
    shape: audit.TableShape
    counts: audit.PublishedCounts
    known: audit.AttackerKnowledge
    most: Mapping[Key, int] = field(default_factory=dict)
    least: Mapping[Key, int] = field(default_factory=dict)

    def find_bounds(self) -> tuple[Mapping[Key, float], Mapping[Key, float]]:
        """Bound the withheld cells by this release alone."""
        rows = [
            (equation.plus, equation.minus, equation.known) for equation in self.known.equations
        ]
        low, high = audit.propagate_bounds(rows, self.known.floors, self.known.ceilings)
        keys = self.known.targets
        return dict(zip(keys, low, strict=False)), dict(zip(keys, high, strict=False))


def derive_joint_knowledge(
    releases: Sequence[ReleaseKnowledge], people: PersonKinds, came: Sequence[Collection[int]]
) -> audit.AttackerKnowledge:
    """Derive all that an outsider can write down, and what knowledge of one record adds.

    Args:
        releases: each of the people of the one before and more.
        people: the kinds of people who may know a record.
        came: the numbers of those who may be in all releases; in all but the first; and so on;
            the last may be in none, but where even more were counted.

    Returns:
        The joint knowledge; the name of its release precedes the key of each withheld cell.
    """
    reading = _JointReading(releases, people)
    kinds = {
        kind
        for index, kind_numbers in enumerate(came)
        for kind in reading.list_kinds(index, kind_numbers)
    }
    return reading.build_knowledge(kinds)


class _JointReading:
    """Number the unknowns: withheld cells, cells behind circles of tables, and differences."""

    def __init__(self, releases: Sequence[ReleaseKnowledge], people: PersonKinds) -> None:
        self._releases, self._people = releases, people
        self._known = [release.known for release in releases]
        self._targets = [
            (str(index), *key)
            for index, release in enumerate(self._known)
            for key in release.targets
        ]
        self._number: dict[Key, int] = {key: index for index, key in enumerate(self._targets)}
        behind = [
            (str(index), *key)
            for index, release in enumerate(self._known)
            for key in release.behind
        ]
        self._number |= {key: index for index, key in enumerate(behind, len(self._targets))}
        self._floors, self._ceilings = [0] * len(self._number), [inf] * len(self._number)
        self._equations = list[audit.CellEquation]()
        for index, release in enumerate(self._known):
            self._add_release(index, release)
        self._low, self._high = self._propagate()
        self._over = dict[Key, tuple[int, int]]()
        self._ample = set[Key]()
        self._common = [
            _keep_largest(self._list_margins(index - 1) & self._list_margins(index))
            for index in range(1, len(releases))
        ]
        for index, margins in enumerate(self._common, 1):
            self._add_differences(index, margins)
        self._limited = {
            (index, name): self._add_bounds(index, name, numbers)
            for index, release in enumerate(releases)
            for name, numbers in ((ABOVE, release.most), (BELOW, release.least))
        }

    def build_knowledge(self, kinds: Collection[frozenset[int]]) -> audit.AttackerKnowledge:
        names = {str(index): release.name for index, release in enumerate(self._releases)}
        keys = [(names.get(key[0], key[0]), *key[1:]) for key in self._number]
        return audit.AttackerKnowledge(
            targets=tuple(keys[: len(self._targets)]),
            behind=tuple(keys[len(self._targets) :]),
            floors=tuple(self._floors),
            ceilings=tuple(self._ceilings),
            equations=tuple(self._equations),
            exposed=(),
            pooled=(),
            kinds=tuple(sorted((kind for kind in kinds if kind), key=sorted)),
        )

    def list_kinds(self, index: int, kind_numbers: Collection[int]) -> Iterator[frozenset[int]]:
        """List what people know not to be zero who are in a release, and in none before it.

        Relative to a bound in between they may have come before or after: one of both can be this
        close.
        """
        cells = self._find_known_cells(index, kind_numbers)
        above, below = (
            self._find_bounds_of_kinds(index - 1, ABOVE, cells),
            self._find_bounds_of_kinds(index, BELOW, cells),
        )
        for kind, known in cells.items():
            yield frozenset(known)
            yield frozenset([*known, *above[kind]])
            yield frozenset([*known, *below[kind]])

    def _find_known_cells(self, index: int, kind_numbers: Collection[int]) -> dict[int, list[int]]:
        """Find, by kind of people who came then, the unknowns that they know not to be zero.

        Left out are those who cannot have come: their cells were shown and did not change, or are
        empty.
        """
        named_margins: list[tuple[str, audit.DimPositions]] = []
        if 0 < index < len(self._releases):
            named_margins += [(f"{index} {MORE}", margin) for margin in self._common[index - 1]]
        for later in range(index, len(self._releases)):
            named_margins += [(str(later), table) for table in self._list_finest_margins(later)]
        cells_by_kind: dict[int, list[int]] = {kind: [] for kind in kind_numbers}
        for name, margin in named_margins:
            cells = self._people.list_cells(margin)
            for kind in tuple(cells_by_kind):
                known = self._find_raised_unknown((name, *cells[kind]))
                if known is None:
                    del cells_by_kind[kind]
                else:
                    cells_by_kind[kind] += known
        return cells_by_kind

    def _find_raised_unknown(self, cell: Key) -> Collection[int] | None:
        """Find the unknown that a person counted in a cell knows to be above its floor.

        Empty where everyone knows that; None where no person can be counted in the cell.
        """
        unknown, n = self._over.get(cell, (self._number.get(cell), 0))
        if unknown is not None:
            return () if self._floors[unknown] > n else (unknown,)
        return () if cell in self._ample or self._find_shown(*cell) else None

    def _find_bounds_of_kinds(
        self, index: int, name: str, kinds: Collection[int]
    ) -> dict[int, list[int]]:
        """Find, by kind of people, the bounds of cells that count them."""
        bounds_by_kind: dict[int, list[int]] = {kind: [] for kind in kinds}
        for margin in self._limited.get((index, name), ()):
            cells = self._people.list_cells(margin)
            for kind in kinds:
                cell = (f"{index} {name}", *cells[kind])
                if cell in self._number or cell in self._over:
                    bounds_by_kind[kind] += self._find_raised_unknown(cell) or ()
        return bounds_by_kind

    def _list_finest_margins(self, index: int) -> Iterator[audit.DimPositions]:
        """List the tables of a release, and the one behind a circle of them."""
        yield from self._releases[index].shape.tables
        yield from {audit.list_open_positions(key) for key in self._known[index].behind}

    def _find_shown(self, name: str, *key: str) -> int:
        """Return the number of a cell that is no unknown; a missing cell is empty."""
        index = int(name.partition(" ")[0])
        if name.endswith(MORE):
            return self._find_shown(str(index), *key) - self._find_shown(str(index - 1), *key)
        return self._releases[index].counts.get(key) or 0

    def _add_release(self, index: int, knowledge: audit.AttackerKnowledge) -> None:
        """Add the equations of a release."""
        unknowns = [
            self._number[str(index), *key] for key in (*knowledge.targets, *knowledge.behind)
        ]
        for unknown, least, most in zip(
            unknowns, knowledge.floors, knowledge.ceilings, strict=True
        ):
            self._floors[unknown], self._ceilings[unknown] = least, most
        for equation in knowledge.equations:
            plus, minus = (
                [unknowns[number] for number in side] for side in (equation.plus, equation.minus)
            )
            self._equations.append(audit.CellEquation(tuple(plus), tuple(minus), equation.known))

    def _propagate(self) -> tuple[audit.BoundArray, audit.BoundArray]:
        """Bound each unknown by its own release alone, or closer."""
        rows = [(equation.plus, equation.minus, equation.known) for equation in self._equations]
        return audit.propagate_bounds(rows, self._floors, self._ceilings)

    def _add_differences(self, index: int, margins: Collection[audit.DimPositions]) -> None:
        """Add how many more people there are than in the release before, in shared finest cells.

        All others are sums of these. Where there are more in any case, the difference is left out.
        """
        names = {str(index - 1), str(index)}
        shared_keys = dict.fromkeys(key[1:] for key in self._number if key[0] in names)
        for key in shared_keys:
            if audit.list_open_positions(key) in margins:
                self._tie_difference(
                    (f"{index} {MORE}", *key), (str(index - 1), *key), (str(index), *key)
                )

    def _add_bounds(
        self, index: int, name: str, numbers: Mapping[Key, int]
    ) -> set[audit.DimPositions]:
        """Add what a bound leaves to each unknown, and return the margins that have bounds.

        A bound so wide that more people are certain in any case is left out.
        """
        margins = set[audit.DimPositions]()
        for key, n in numbers.items():
            unknown = self._number[str(index), *key]
            if name == ABOVE and n <= self._high[unknown]:
                rest = self._add_unknown((f"{index} {name}", *key))
                self._equations.append(audit.CellEquation((unknown, rest), (), n))
            elif name == BELOW and n >= self._low[unknown]:
                self._raise_floor((f"{index} {name}", *key), unknown, n)
            margins.add(audit.list_open_positions(key))
        return margins

    def _tie_difference(self, more: Key, before: Key, after: Key) -> None:
        """Tie those before, and the difference, to those after."""
        plus = [self._number[before]] if before in self._number else []
        minus = [self._number[after]] if after in self._number else []
        most = self._high[plus[0]] if plus else self._find_shown(*before)
        least = self._low[minus[0]] if minus else self._find_shown(*after)
        if least > most:
            self._ample.add(more)
            return
        if not plus:
            self._raise_floor(more, minus[0], self._find_shown(*before))
            return
        known = 0 if minus else self._find_shown(*after)
        self._equations.append(
            audit.CellEquation((*plus, self._add_unknown(more)), tuple(minus), known)
        )

    def _raise_floor(self, more: Key, unknown: int, n: int) -> None:
        """Raise the floor of an unknown, and remember for which difference."""
        self._over[more] = unknown, n
        self._floors[unknown] = max(self._floors[unknown], n)

    def _add_unknown(self, key: Key) -> int:
        self._floors.append(0)
        self._ceilings.append(inf)
        return self._number.setdefault(key, len(self._number))

    def _list_margins(self, index: int) -> set[audit.DimPositions]:
        """List the margins of a release, and of the table behind it."""
        keys = (*self._releases[index].counts, *self._known[index].behind)
        return {audit.list_open_positions(key) for key in keys}


def _keep_largest(margins: Collection[audit.DimPositions]) -> set[audit.DimPositions]:
    return {margin for margin in margins if not any(margin < other for other in margins)}
