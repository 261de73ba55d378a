"""The table behind a circle of tables: never published, yet an outsider can reason about it.

Tables that share margins like the links of a chain tell no more together than their equations.
Tables linked in a circle (school-race, race-gender, gender-school) do: there must be counts of
all their dimensions at once that explain each of them.
"""

from collections.abc import Iterable, Mapping

from cairn.disclosure.shape import Places, Shape, open_places, project
from cairn.disclosure.table import ALL, Key


def cells_behind(shape: Shape, counts: Mapping[Key, int | None]) -> dict[Key, list[Key]]:
    """For each cell of the circle, the unpublished cells that add up to it.

    Empty where the tables form no circle. Cells that a shown zero rules out are left out.
    """
    circle = _circle(shape.tables)
    sums: dict[Key, list[Key]] = {key: [] for key in counts if open_places(key) in circle}
    for finest in _finest(shape, counts, circle):
        for table in circle:
            sums[project(finest, table)].append(finest)
    return sums


def _finest(shape: Shape, counts: Mapping[Key, int | None], circle: list[Places]) -> list[Key]:
    if not circle:
        return []
    keys: list[Key] = [(ALL,) * shape.size]
    everything = frozenset[int]().union(*circle)
    for place in sorted(everything, key=lambda place: (shape.depth(place), place)):
        keys = [
            part
            for key in keys
            for part in shape.split(key, place)
            if all(counts[project(part, table)] != 0 for table in circle)
        ]
    return keys


def _circle(tables: Iterable[Places]) -> list[Places]:
    """What is left of the tables once all is taken off that hangs on the rest like a link of a
    chain: a dimension that only one of them has, a table that lies within another. Nothing is left
    of tables without a circle (the reduction of Graham and of Yu and Ozsoyoglu, 1979).

    What was taken off tells no more: whole counts of two tables that agree on what they share are
    always those of one table of both.
    """
    left = list(dict.fromkeys(tables))
    while True:
        shared = [
            frozenset(place for place in table if sum(place in other for other in left) > 1)
            for table in left
        ]
        reduced = [
            table
            for at, table in enumerate(shared)
            if not any(
                table < other or (table == other and at > earlier)
                for earlier, other in enumerate(shared)
            )
        ]
        if reduced == left:
            return left if len(left) > 1 else []
        left = reduced
