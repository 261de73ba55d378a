"""Derive margins, and the table behind a circle of tables, from the published keys alone.

Nothing in this module or in those that use it comes from the protector.

Tables that share margins like the links of a chain reveal no more together than their equations.
Tables linked in a circle (school-race, race-gender, gender-school) do: there must be counts of
all their dimensions at once that explain each of them.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from cairn.sdc.tables import ALL, RESULT, RESULTS, Key, Nest

__all__ = ["DimPositions", "TableShape", "list_open_positions", "project_key"]

DimPositions = frozenset[int]
"""Dimensions by their position in a key."""


class TableShape:
    """Find which cells belong to which margin, and into which cells each divides.

    Args:
        dims: names of the dimensions of each key.
        keys: the keys of everything published.
        tables: the dimensions of each requested table.
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
        closed_tables = {
            self._close_over_parents({dims.index(dim) for dim in table}) for table in tables
        }
        self.tables = sorted(
            (t for t in closed_tables if not any(t < o for o in closed_tables)), key=sorted
        )
        self._margins: dict[DimPositions, bool] = {}
        values = [{key[position] for key in keys} - {ALL} for position in range(self.size)]
        self._within = {
            (position, key[position]): key[parent]
            for position, parent in self.parent.items()
            for key in keys
            if key[position] != ALL
        }
        if self.result is not None:
            values[self.result].update(RESULTS)
        self._values = [sorted(distinct) for distinct in values]

    def is_margin(self, positions: DimPositions) -> bool:
        """Tell whether some table has a margin over exactly these dimensions."""
        if positions not in self._margins:
            self._margins[positions] = self._close_over_parents(positions) == positions | (
                {self.result} - {None}
            ) and any(positions <= table for table in self.tables)
        return self._margins[positions]

    def split_cell(self, key: Key, position: int) -> list[Key]:
        """List the cells that a cell divides into along one dimension."""
        parent = self.parent.get(position)
        return [
            (*key[:position], value, *key[position + 1 :])
            for value in self._values[position]
            if parent is None or self._within[position, value] == key[parent]
        ]

    def find_group(self, key: Key) -> Key:
        """Return the group of an outcome; the cell itself where it counts a group."""
        if self.result is None:
            return key
        return (*key[: self.result], ALL, *key[self.result + 1 :])

    def count_crossed_values(self, key: Key) -> int:
        """Count how many independent values meet in a cell: a school and its district are one."""
        positions = list_open_positions(key)
        return len(positions - {self.parent.get(position) for position in positions})

    def count_ancestors(self, position: int) -> int:
        """Count how many dimensions a dimension lies within."""
        return 1 + self.count_ancestors(self.parent[position]) if position in self.parent else 0

    def _close_over_parents(self, positions: Collection[int]) -> DimPositions:
        """Add to the dimensions all that they lie within, and outcomes where there are any."""
        closed = set(positions)
        if self.result is not None:
            closed.add(self.result)
        for position in positions:
            above = self.parent.get(position)
            while above is not None:
                closed.add(above)
                above = self.parent.get(above)
        return frozenset(closed)


def list_open_positions(key: Key) -> DimPositions:
    """List the dimensions that a cell does not sum over.

    Args:
        key: a cell.

    Returns:
        Positions of the dimensions, from 0.
    """
    return frozenset([position for position, value in enumerate(key) if value != ALL])


def project_key(key: Key, positions: DimPositions) -> Key:
    """Find the cell of a margin that a finer cell adds to.

    Args:
        key: the finer cell.
        positions: positions of the dimensions of the margin.

    Returns:
        The cell of the margin; all other dimensions are summed over.
    """
    return tuple(value if position in positions else ALL for position, value in enumerate(key))


def find_hidden_cells(shape: TableShape, counts: Mapping[Key, int | None]) -> dict[Key, list[Key]]:
    """Find, for each cell of the circle, the unpublished cells that add up to it.

    Args:
        shape: of the published tables.
        counts: every published cell; None where withheld.

    Returns:
        The unpublished cells by published cell. Empty where the tables form no circle. Cells that
        a shown zero rules out are left out.
    """
    circle = _find_circle(shape.tables)
    sums: dict[Key, list[Key]] = {key: [] for key in counts if list_open_positions(key) in circle}
    for finest in _list_hidden_cells(shape, counts, circle):
        for table in circle:
            sums[project_key(finest, table)].append(finest)
    return sums


def _list_hidden_cells(
    shape: TableShape, counts: Mapping[Key, int | None], circle: list[DimPositions]
) -> list[Key]:
    if not circle:
        return []
    keys: list[Key] = [(ALL,) * shape.size]
    all_positions = frozenset[int]().union(*circle)
    for position in sorted(
        all_positions, key=lambda position: (shape.count_ancestors(position), position)
    ):
        keys = [
            part
            for key in keys
            for part in shape.split_cell(key, position)
            if all(counts[project_key(part, table)] != 0 for table in circle)
        ]
    return keys


def _find_circle(tables: Iterable[DimPositions]) -> list[DimPositions]:
    """Reduce tables to those linked in a circle; nothing is left of tables without one.

    The reduction of Graham and of Yu and Ozsoyoglu (1979) removes a dimension that only one table
    has and a table that lies within another, again and again. What it removes reveals no more:
    whole counts of two tables that agree on what they share are always those of one table of both.
    """
    remaining = list(dict.fromkeys(tables))
    while True:
        shared = [
            frozenset(
                position for position in table if sum(position in other for other in remaining) > 1
            )
            for table in remaining
        ]
        reduced = [
            table
            for index, table in enumerate(shared)
            if not any(
                table < other or (table == other and index > earlier_index)
                for earlier_index, other in enumerate(shared)
            )
        ]
        if reduced == remaining:
            return remaining if len(remaining) > 1 else []
        remaining = reduced
