"""The shape of published tables, as an outsider reads it off the keys alone.

Nothing here or in the modules that use it comes from the protector.
"""

from collections.abc import Collection, Sequence

from cairn.disclosure.table import ALL, RESULT, RESULTS, Key, Nest

Places = frozenset[int]
"""Dimensions by their place in a key."""


class Shape:
    """Which cells belong to which margin, and into which cells each divides.

    Args:
        dims: names of the dimensions of each key.
        keys: the keys of everything published.
        tables: the dimensions of each table asked for.
        nests: which dimension lies within which.
    """

    def __init__(
        self,
        dims: tuple[str, ...],
        keys: Collection[Key],
        tables: Sequence[Sequence[str]],
        nests: Sequence[Nest],
    ) -> None:
        self.size = len(dims)
        self.result = dims.index(RESULT) if RESULT in dims else None
        self.parent = {dims.index(nest.child): dims.index(nest.parent) for nest in nests}
        whole = {self._whole({dims.index(dim) for dim in table}) for table in tables}
        self.tables = sorted((t for t in whole if not any(t < o for o in whole)), key=sorted)
        self._margins: dict[Places, bool] = {}
        values = [{key[place] for key in keys} - {ALL} for place in range(self.size)]
        self._within = {
            (place, key[place]): key[parent]
            for place, parent in self.parent.items()
            for key in keys
            if key[place] != ALL
        }
        if self.result is not None:
            values[self.result].update(RESULTS)
        self._values = [sorted(found) for found in values]

    def is_margin(self, places: Places) -> bool:
        """Whether some table has a margin over exactly these dimensions."""
        if places not in self._margins:
            self._margins[places] = self._whole(places) == places | (
                {self.result} - {None}
            ) and any(places <= table for table in self.tables)
        return self._margins[places]

    def split(self, key: Key, place: int) -> list[Key]:
        """The cells that a cell divides into along one dimension."""
        parent = self.parent.get(place)
        return [
            (*key[:place], value, *key[place + 1 :])
            for value in self._values[place]
            if parent is None or self._within[place, value] == key[parent]
        ]

    def group(self, key: Key) -> Key:
        """The group whose outcome a cell counts: the cell itself where it counts a group."""
        if self.result is None:
            return key
        return (*key[: self.result], ALL, *key[self.result + 1 :])

    def crossed(self, key: Key) -> int:
        """How many independent values meet in a cell: a school and its district are one."""
        places = open_places(key)
        return len(places - {self.parent.get(place) for place in places})

    def depth(self, place: int) -> int:
        """How many dimensions a dimension lies within."""
        return 1 + self.depth(self.parent[place]) if place in self.parent else 0

    def _whole(self, places: Collection[int]) -> Places:
        """With all that they lie within, and with outcomes where there are any."""
        whole = set(places)
        if self.result is not None:
            whole.add(self.result)
        for place in places:
            above = self.parent.get(place)
            while above is not None:
                whole.add(above)
                above = self.parent.get(above)
        return frozenset(whole)


def open_places(key: Key) -> Places:
    """The dimensions that a cell does not sum over."""
    return frozenset([place for place, value in enumerate(key) if value != ALL])


def project(key: Key, places: Places) -> Key:
    """The cell that a finer cell falls in."""
    return tuple(value if place in places else ALL for place, value in enumerate(key))
