"""What an outsider knows: the published tables, read with the eyes of someone who wants more.

Nothing here comes from the protector. The equations are found again, from the published keys
alone, downward from the grand total.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from cairn.disclosure.rule import Rule, Zeros
from cairn.disclosure.table import ALL, RESULT, RESULTS, Key, Nest

Counts = Mapping[Key, int | None]


class NotATable(ValueError):
    """What was published is incomplete or contradicts itself, so it proves nothing."""


@dataclass(frozen=True, slots=True)
class Equation:
    """Withheld cells that add up: the unknowns in ``plus`` less the one in ``minus`` give
    ``known``."""

    plus: tuple[int, ...]
    minus: int | None
    known: int


@dataclass(frozen=True, slots=True)
class Knowledge:
    """An outsider's position.

    Args:
        targets: the withheld cells; unknown number i is ``targets[i]``. Further unknowns are
            cells of the table behind a circle of tables.
        floors: the least each unknown can be.
        equations: all that ties unknowns together.
        exposed: cells shown although the rule calls them small.
    """

    targets: tuple[Key, ...]
    floors: tuple[int, ...]
    equations: tuple[Equation, ...]
    exposed: tuple[Key, ...]


class Reader:
    """Reads one published set of tables."""

    def __init__(
        self,
        dims: tuple[str, ...],
        counts: Counts,
        tables: Sequence[Sequence[str]],
        nests: Sequence[Nest],
        rule: Rule,
    ) -> None:
        self._dims, self._counts, self._rule = dims, counts, rule
        self._parent = {dims.index(n.child): dims.index(n.parent) for n in nests}
        self._result = dims.index(RESULT) if RESULT in dims else None
        self._tables = {self._whole(table) for table in tables}
        self._values, self._within = self._categories()
        self._number = {key: at for at, key in enumerate(k for k in counts if counts[k] is None)}

    def knowledge(self) -> Knowledge:
        """Everything an outsider can write down.

        Raises:
            NotATable: a cell is missing, belongs to no table, or shown numbers do not add up.
        """
        equations = [*self._sums(), *self._behind()]
        behind = len({u for e in equations for u in e.plus} - set(self._number.values()))
        return Knowledge(
            targets=tuple(self._number),
            floors=(*(self._floor(key) for key in self._number), *[0] * behind),
            equations=tuple(equations),
            exposed=tuple(key for key in self._counts if self._exposed(key)),
        )

    def _whole(self, table: Sequence[str]) -> frozenset[int]:
        places = {self._dims.index(dim) for dim in table}
        if self._result is not None:
            places.add(self._result)
        for place in tuple(places):
            while place in self._parent:
                place = self._parent[place]
                places.add(place)
        return frozenset(places)

    def _categories(self) -> tuple[list[set[str]], dict[tuple[int, str], str]]:
        values: list[set[str]] = [set() for _ in self._dims]
        within: dict[tuple[int, str], str] = {}
        for key in self._counts:
            for place, value in enumerate(key):
                if value != ALL:
                    values[place].add(value)
                    if place in self._parent:
                        within[place, value] = key[self._parent[place]]
        if self._result is not None:
            values[self._result].update(RESULTS)
        return values, within

    def _open(self, key: Key) -> frozenset[int]:
        return frozenset(place for place, value in enumerate(key) if value != ALL)

    def _is_margin(self, places: frozenset[int]) -> bool:
        inside = all(self._parent[p] in places for p in places if p in self._parent)
        return inside and any(places <= table for table in self._tables)

    def _split(self, key: Key, place: int) -> list[Key]:
        """The cells that a cell divides into along one dimension."""
        parent = self._parent.get(place)
        return [
            (*key[:place], value, *key[place + 1 :])
            for value in sorted(self._values[place])
            if parent is None or self._within[place, value] == key[parent]
        ]

    def _sums(self) -> Iterator[Equation]:
        margins = {places: self._is_margin(places) for places in map(self._open, self._counts)}
        if not all(margins.values()) or (ALL,) * len(self._dims) not in self._counts:
            raise NotATable("A cell belongs to no margin of the tables, or the total is missing.")
        for key in self._counts:
            places = self._open(key)
            for place in set(range(len(self._dims))) - places:
                if self._is_margin(places | {place}):
                    equation = self._equation(key, self._split(key, place))
                    if equation:
                        yield equation

    def _equation(self, total: Key, parts: list[Key]) -> Equation | None:
        if any(part not in self._counts for part in parts):
            raise NotATable("A cell of a published margin is missing.")
        counts = [self._counts[part] for part in parts]
        known = (self._counts[total] or 0) - sum(count or 0 for count in counts)
        plus = tuple(self._number[part] for part in parts if part in self._number)
        minus = self._number.get(total)
        if not plus and minus is None and known:
            raise NotATable("Shown cells do not add up to their total.")
        return Equation(plus, minus, known) if plus or minus is not None else None

    def _behind(self) -> Iterator[Equation]:
        """Ties to the table of all dimensions, where the tables hang together in a circle.

        A set of tables is a tree exactly if the heaviest spanning tree of their overlaps weighs
        as much as the dimensions they repeat (Maier's junction tree test).
        """
        tables = [t for t in self._tables if not any(t < other for other in self._tables)]
        everything = frozenset[int]().union(*tables)
        if _heaviest_tree(tables) == sum(map(len, tables)) - len(everything):
            return
        first = len(self._number)
        sums: dict[Key, list[int]] = {
            key: [] for key in self._counts if self._open(key) in tables and self._counts[key] != 0
        }
        for finest in self._finest(sorted(everything), tables):
            for table in tables:
                sums[self._project(finest, table)].append(first)
            first += 1
        for key, cells in sums.items():
            yield Equation(tuple(cells), self._number.get(key), self._counts[key] or 0)

    def _finest(self, places: list[int], tables: list[frozenset[int]]) -> list[Key]:
        """Cells of the table behind, without those that a shown zero rules out."""
        keys: list[Key] = [(ALL,) * len(self._dims)]
        for place in sorted(places, key=self._depth):
            keys = [part for key in keys for part in self._split(key, place)]
            keys = [
                key
                for key in keys
                if all(
                    self._counts.get(self._project(key, table), None) != 0 for table in tables
                )
            ]
        return keys

    def _depth(self, place: int) -> tuple[int, int]:
        steps, at = 0, place
        while at in self._parent:
            steps, at = steps + 1, self._parent[at]
        return steps, place

    def _project(self, key: Key, table: frozenset[int]) -> Key:
        return tuple(value if place in table else ALL for place, value in enumerate(key))

    def _group(self, key: Key) -> Key:
        if self._result is None:
            return key
        return (*key[: self._result], ALL, *key[self._result + 1 :])

    def _floor(self, key: Key) -> int:
        """At least one where an empty group would have been shown."""
        if self._group(key) != key:
            return 0
        if self._rule.zeros is Zeros.SHOWN:
            return 1
        places = self._open(key)
        return int(len(places - {self._parent.get(place) for place in places}) <= 2)

    def _exposed(self, key: Key) -> bool:
        count = self._counts[key]
        if count is None or count >= self._rule.minimum:
            return False
        return count > 0 or self._counts[self._group(key)] != 0


def _heaviest_tree(tables: list[frozenset[int]]) -> int:
    overlaps = sorted(
        ((len(a & b), i, j) for (i, a), (j, b) in combinations(enumerate(tables), 2)), reverse=True
    )
    tree = list(range(len(tables)))
    weight = 0
    for overlap, i, j in overlaps:
        if tree[i] != tree[j]:
            weight += overlap
            tree = [tree[i] if branch == tree[j] else branch for branch in tree]
    return weight
