"""The table behind a circle of tables: never published, yet an outsider can reason about it.

Tables that share margins like the links of a chain tell no more together than their equations.
Tables linked in a circle (school-race, race-gender, gender-school) do: there must be counts of
all their dimensions at once that explain each of them.
"""

from collections.abc import Mapping
from itertools import combinations

from cairn.disclosure.shape import Places, Shape, open_places, project
from cairn.disclosure.table import ALL, Key


def cells_behind(shape: Shape, counts: Mapping[Key, int | None]) -> dict[Key, list[int]]:
    """For each cell of a table, the unpublished cells that add up to it, numbered from zero.

    Empty where the tables form no circle. Cells that a shown zero rules out are left out.
    """
    tables = shape.tables
    everything = frozenset[int]().union(*tables)
    if _heaviest_tree(tables) == sum(map(len, tables)) - len(everything):
        return {}
    sums: dict[Key, list[int]] = {key: [] for key in counts if open_places(key) in tables}
    for number, finest in enumerate(_finest(shape, counts, everything)):
        for table in tables:
            sums[project(finest, table)].append(number)
    return sums


def _finest(shape: Shape, counts: Mapping[Key, int | None], everything: Places) -> list[Key]:
    keys: list[Key] = [(ALL,) * shape.size]
    for place in sorted(everything, key=lambda place: (shape.depth(place), place)):
        keys = [
            part
            for key in keys
            for part in shape.split(key, place)
            if all(counts[project(part, table)] != 0 for table in shape.tables)
        ]
    return keys


def _heaviest_tree(tables: list[Places]) -> int:
    """Weight of the heaviest spanning tree of the tables' overlaps.

    It equals the number of repeated dimensions exactly if there is no circle (the junction tree
    test of Maier, 1983).
    """
    overlaps = sorted(
        ((len(a & b), i, j) for (i, a), (j, b) in combinations(enumerate(tables), 2)),
        reverse=True,
    )
    branch = list(range(len(tables)))
    weight = 0
    for overlap, i, j in overlaps:
        if branch[i] != branch[j]:
            weight += overlap
            branch = [branch[i] if at == branch[j] else at for at in branch]
    return weight
