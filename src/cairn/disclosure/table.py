"""What is asked for: the finest counts, and which tables of them shall be published."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ALL = "All"
"""Stands in a cell's key where a dimension is summed over."""

RESULT = "result"
"""The dimension that holds an outcome. A group's size is its cell with ``result`` = ``All``."""

RESULTS = ("no", "yes")
"""Both outcomes always exist, so that "everyone" and "no one" can be told from "not counted"."""

Key = tuple[str, ...]


class UnfitRequestError(ValueError):
    """The request cannot be protected as it stands; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Cells:
    """The finest cells: people counted once each, by one value of every dimension.

    Args:
        dims: names of the dimensions, such as ``("district", "school", "race", "result")``.
        counts: whole numbers of people by key, one value per dimension and never ``All``.
            A key that is absent counts zero; a key with zero makes its values known.
    """

    dims: tuple[str, ...]
    counts: Mapping[Key, int]

    @property
    def people(self) -> tuple[Key, ...]:
        """The keys with somebody in them."""
        return tuple(key for key, count in self.counts.items() if count)


@dataclass(frozen=True, slots=True)
class Nest:
    """Every value of ``child`` lies within one value of ``parent``: a school in its district."""

    child: str
    parent: str


@dataclass(frozen=True, slots=True)
class Request:
    """The tables to publish together, with every margin of each.

    A table that names a nested child is published with the child's parents too, and each
    table shows outcomes where the cells have them.

    Args:
        cells: the finest cells. Dimensions that no table names are summed over.
        tables: the dimensions of each table.
        nests: which dimension lies within which.

    Raises:
        UnfitRequestError: when the parts contradict each other or a count is not a whole number.
    """

    cells: Cells
    tables: tuple[tuple[str, ...], ...]
    nests: tuple[Nest, ...] = ()

    def __post_init__(self) -> None:
        _check_dims(self.cells.dims, self.tables)
        _check_nests(self.cells.dims, self.nests)
        for key, count in self.cells.counts.items():
            _check_cell(self.cells.dims, key, count)
        for nest in self.nests:
            _check_tree(self.cells, nest)


def _twice(names: Iterable[str]) -> bool:
    names = list(names)
    return len(set(names)) != len(names)


def _check_dims(dims: tuple[str, ...], tables: tuple[tuple[str, ...], ...]) -> None:
    if _twice(dims):
        raise UnfitRequestError(
            f"Each dimension may be named once; the cells have {', '.join(dims)}."
        )
    if not tables:
        raise UnfitRequestError("Name at least one table to publish.")
    for table in tables:
        if _twice(table):
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
        seen, at = {nest.child}, nest.parent
        while at not in seen:
            seen.add(at)
            if at not in parents:
                break
            at = parents[at]
        else:
            raise UnfitRequestError(f"The nests run in a circle through {at}.")


def _check_cell(dims: tuple[str, ...], key: Key, count: int) -> None:
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


def _check_tree(cells: Cells, nest: Nest) -> None:
    child, parent = cells.dims.index(nest.child), cells.dims.index(nest.parent)
    within: dict[str, str] = {}
    for key in cells.counts:
        if within.setdefault(key[child], key[parent]) != key[parent]:
            raise UnfitRequestError(
                f"{nest.child} is said to lie within {nest.parent}, but {key[child]} appears in "
                f"both {within[key[child]]} and {key[parent]}. Give the two different names."
            )
