"""Describe what to publish: the finest counts and the tables to make of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

__all__ = [
    "ALL",
    "RESULT",
    "RESULTS",
    "CellCounts",
    "Key",
    "Nest",
    "TableRequest",
    "UnfitRequestError",
]

ALL = "All"
"""The value in a cell's key for a dimension that is summed over."""

RESULT = "result"
"""The dimension that holds an outcome. A group's size is its cell with ``result`` = ``All``."""

RESULTS = ("no", "yes")
"""Both outcomes always exist, so that 0 or 100 percent differs from "not counted"."""

Key = tuple[str, ...]


class UnfitRequestError(ValueError):
    """Reject a request that cannot be protected; the message says what to change."""


@dataclass(frozen=True, slots=True)
class CellCounts:
    """Hold the finest cells: people counted once each, by one value of every dimension.

    Args:
        dims: names of the dimensions, such as ``("district", "school", "race", "result")``.
        counts: whole numbers of people by key, one value per dimension and never ``All``.
            A key that is absent counts zero; a key with zero makes its values known.
    """

    dims: tuple[str, ...]
    counts: Mapping[Key, int]

    @property
    def people(self) -> tuple[Key, ...]:
        """List the keys of cells with at least one person."""
        return tuple(key for key, count in self.counts.items() if count)


@dataclass(frozen=True, slots=True)
class Nest:
    """Declare that values of ``child`` lie within one of ``parent``: a school in its district.

    Args:
        child: the finer dimension of a hierarchy, such as ``school``.
        parent: the coarser dimension, such as ``district``.
    """

    child: str
    parent: str


@dataclass(frozen=True, slots=True)
class TableRequest:
    """Name the tables to publish together, with every margin of each.

    A table that names a nested child is published with the child's parents too, and each
    table shows outcomes where the cells have them.

    Args:
        cells: the finest cells. Dimensions that no table names are summed over.
        tables: the dimensions of each table.
        nests: which dimension lies within which (hierarchical dimensions).

    Raises:
        UnfitRequestError: the parts contradict each other, or a count is not a whole number.
    """

    cells: CellCounts
    tables: tuple[tuple[str, ...], ...]
    nests: tuple[Nest, ...] = ()

    def __post_init__(self) -> None:
        _check_dims(self.cells.dims, self.tables)
        _check_nests(self.cells.dims, self.nests)
        for key, count in self.cells.counts.items():
            _check_cell_key(self.cells.dims, key, count)
        for nest in self.nests:
            _check_nest_is_tree(self.cells, nest)


def _has_duplicates(names: Iterable[str]) -> bool:
    names = list(names)
    return len(set(names)) != len(names)


def _check_dims(dims: tuple[str, ...], tables: tuple[tuple[str, ...], ...]) -> None:
    if _has_duplicates(dims):
        raise UnfitRequestError(
            f"Each dimension may be named once; the cells have {', '.join(dims)}."
        )
    if not tables:
        raise UnfitRequestError("Name at least one table to publish.")
    for table in tables:
        if _has_duplicates(table):
            raise UnfitRequestError(f"The table {', '.join(table)} names a dimension twice.")
        if unknown := sorted(set(table) - set(dims)):
            raise UnfitRequestError(
                f"The table {', '.join(table)} names {', '.join(unknown)}, "
                f"but the cells have {', '.join(dims)}."
            )


def _check_nests(dims: tuple[str, ...], nests: tuple[Nest, ...]) -> None:
    parents = {nest.child: nest.parent for nest in nests}
    if len(parents) != len(nests):
        raise UnfitRequestError(
            "A dimension can lie within one parent only; chain the nests instead."
        )
    for nest in nests:
        if nest.child not in dims or nest.parent not in dims:
            raise UnfitRequestError(
                f"{nest.child} in {nest.parent}: both must be dimensions of the cells, "
                f"which have {', '.join(dims)}."
            )
        seen, ancestor = {nest.child}, nest.parent
        while ancestor not in seen:
            seen.add(ancestor)
            if ancestor not in parents:
                break
            ancestor = parents[ancestor]
        else:
            raise UnfitRequestError(f"The nests run in a circle through {ancestor}.")


def _check_cell_key(dims: tuple[str, ...], key: Key, count: int) -> None:
    if len(key) != len(dims):
        raise UnfitRequestError(f"A key has {len(key)} values for {len(dims)} dimensions.")
    if ALL in key:
        raise UnfitRequestError(
            f'"{ALL}" is kept for totals; rename that value, or leave the totals out.'
        )
    if count < 0 or count != int(count):
        raise UnfitRequestError("Counts must be whole numbers of people, zero or more.")
    if RESULT in dims and key[dims.index(RESULT)] not in RESULTS:
        raise UnfitRequestError(f'The dimension {RESULT} takes the values "yes" and "no" only.')


def _check_nest_is_tree(cells: CellCounts, nest: Nest) -> None:
    child, parent = cells.dims.index(nest.child), cells.dims.index(nest.parent)
    within: dict[str, str] = {}
    for key in cells.counts:
        if within.setdefault(key[child], key[parent]) != key[parent]:
            raise UnfitRequestError(
                f"{nest.child} is said to lie within {nest.parent}, but {key[child]} appears in "
                f"both {within[key[child]]} and {key[parent]}. Give the two different names."
            )
