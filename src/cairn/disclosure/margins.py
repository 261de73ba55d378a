"""Which margins belong to a request: sets of dimensions, closed over nests."""

from itertools import combinations

from cairn.disclosure.table import RESULT, Request

Dims = frozenset[str]


def closed(dims: Dims, parents: dict[str, str]) -> Dims:
    """The dimensions with all that they lie within: a school brings its district."""
    whole = set(dims)
    for dim in dims:
        above = parents.get(dim)
        while above:
            whole.add(above)
            above = parents.get(above)
    return frozenset(whole)


def published_tables(request: Request) -> list[Dims]:
    """The tables of a request as published: with parents, with outcomes, none inside another."""
    parents = {nest.child: nest.parent for nest in request.nests}
    outcome = {RESULT} & set(request.cells.dims)
    whole = {closed(frozenset(table) | outcome, parents) for table in request.tables}
    return sorted((t for t in whole if not any(t < other for other in whole)), key=sorted)


def margins_of(table: Dims, parents: dict[str, str]) -> set[Dims]:
    """Every margin of a table, itself and the grand total included."""
    subsets = (
        frozenset(some) for size in range(len(table) + 1) for some in combinations(table, size)
    )
    return {subset for subset in subsets if closed(subset, parents) == subset}


def join(tables: list[Dims]) -> Dims | None:
    """The dimensions of the unpublished table behind tables that are linked in a circle.

    Tables that hang together like a tree hold no more than their shared margins tell. Three
    tables such as school-race, race-gender and gender-school do: only counts of all three
    dimensions at once explain them, and an outsider can reason about those. Graham's reduction:
    drop what only one table has, then tables inside others; what remains is the circle.
    """
    left = [set(table) for table in tables]
    while True:
        for table in left:
            table.difference_update(
                [dim for dim in table if sum(dim in other for other in left) == 1]
            )
        kept = [
            table
            for at, table in enumerate(left)
            if not any(table < other for other in left) and table not in left[:at]
        ]
        if kept == left:
            break
        left = kept
    circle = frozenset[str]().union(*left)
    return circle or None
