"""Write and read the protected figures of a release.

A file holds every cell of every table of one release: `n` is the number of people, null where
it is suppressed. It has a column for each of the first four dimensions, and for others that it
uses. For a measure it also holds the published statistics of these people. For an outcome in
percentage bands it holds the band and the size class of each group. A suppressed number is in no
column and no note, so no page can leak it by mistake.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import pyarrow as pa

from cairn.policy.engine import Permit
from cairn.policy.vocabulary import Action
from cairn.warehouse.store import FileRef, FileStore, Zone

__all__ = [
    "ALL_GROUPS",
    "CELL_DIMENSIONS",
    "EVERYONE",
    "GroupKey",
    "ReleaseFigures",
    "ReleasedCell",
    "build_group_key",
    "read_release_figures",
    "write_release_figures",
]

ALL_GROUPS: Final = "All"
CELL_DIMENSIONS: Final = ("district", "school", "race_ethnicity", "gender")
"""The dimensions that are columns of every file; a file has further ones only if it uses them."""

_STATISTIC_COLUMNS: Final = ("statistic", "value", "rounded_to")
_BAND_COLUMNS: Final = ("percent_low", "percent_high", "size_low", "size_high")

_RELEASE_STEPS: Final = {Action.PROTECT: "protect", Action.PUBLISH_RELEASE: "publish"}


@dataclass(frozen=True, slots=True, order=True)
class GroupKey:
    """Name a group of people by its value in each dimension that is not summed over.

    Make one with `build_group_key`, so that equal groups have equal keys.

    Attributes:
        values: pairs of a dimension and a value, in the order of the dimensions' names.
    """

    values: tuple[tuple[str, str], ...] = ()

    @property
    def dimensions(self) -> frozenset[str]:
        """The dimensions that are not summed over."""
        return frozenset(dim for dim, _value in self.values)

    def get(self, dimension: str) -> str:
        """Return the value in a dimension; "All" where it is summed over."""
        return dict(self.values).get(dimension, ALL_GROUPS)


EVERYONE: Final = GroupKey()
"""The key of all people."""


def build_group_key(values: Mapping[str, str]) -> GroupKey:
    """Build the key of a group.

    Args:
        values: its value by dimension; "All" where summed over.

    Returns:
        The key.
    """
    return GroupKey(tuple(sorted(pair for pair in values.items() if pair[1] != ALL_GROUPS)))


@dataclass(frozen=True, slots=True)
class ReleasedCell:
    """One figure of a release.

    Attributes:
        outcome: ID of the outcome or measure.
        school_year: such as "2025-26".
        group: the group: name of the district, code of the school, and so on.
        result: "yes", "no" or "All": whether the people counted reached the outcome.
        n: number of people; None where suppressed.
        statistic: of a measure, "mean", "median" or "sum"; "count" where the value is the number
            of people itself; None for an outcome, and in a file written before measures existed.
        value: that statistic as printed; None where suppressed, and for an outcome.
        rounded_to: unit to which the value is rounded; None where the value is.
        percent_low: the lowest whole percent of a band; None where suppressed, and for a number.
        percent_high: the highest.
        size_low: the least people in the size class of a band; None for a number. The `n` of a
            band is shown only where another release shows it.
        size_high: the most; None where nothing bounds it, and for a number.
    """

    outcome: str
    school_year: str
    group: GroupKey
    result: str
    n: int | None
    statistic: str | None = None
    value: str | None = None
    rounded_to: str | None = None
    percent_low: int | None = None
    percent_high: int | None = None
    size_low: int | None = None
    size_high: int | None = None

    @property
    def is_band(self) -> bool:
        """Whether the cell holds a percentage band of a group instead of a number."""
        return self.size_low is not None

    @property
    def withheld(self) -> bool:
        """Whether a figure of this cell is suppressed; a cell of no people never is."""
        if self.is_band:
            return self.percent_low is None
        return self.n is None or (bool(self.statistic and self.n) and self.value is None)


@dataclass(frozen=True, slots=True)
class ReleaseFigures:
    """The content of one file of figures.

    Attributes:
        cells: every figure.
        names: name of each school by its code.
    """

    cells: tuple[ReleasedCell, ...]
    names: Mapping[str, str]


def write_release_figures(
    store: FileStore,
    cells: Sequence[ReleasedCell],
    *,
    names: Mapping[str, str],
    permit: Permit,
    inputs: Sequence[FileRef],
    note: Mapping[str, str] | None = None,
) -> FileRef:
    """Write the figures of one release.

    Args:
        store: the file store.
        cells: the protected cells.
        names: school name by school code.
        permit: a permit to protect or to publish.
        inputs: files from which the figures were made.
        note: texts for the manifest.

    Returns:
        A reference to the file.
    """
    return store.write(
        Zone.RELEASED,
        _build_cell_table(cells),
        permit=permit,
        step=_RELEASE_STEPS[permit.action],
        inputs=inputs,
        counts={"cells": len(cells), "withheld": sum(cell.withheld for cell in cells)},
        note={**(note or {}), "names": json.dumps(dict(names), ensure_ascii=False)},
    )


def read_release_figures(store: FileStore, ref: FileRef) -> ReleaseFigures:
    """Read the figures of one release, in the order written.

    Args:
        store: the file store.
        ref: the released file.

    Returns:
        The cells and the names of schools.
    """
    rows = store.read(ref).to_pylist()
    names = json.loads(store.manifest(ref).note["names"])
    return ReleaseFigures(tuple(_parse_cell(row) for row in rows), names)


_CELL_COLUMNS: Final = frozenset(item.name for item in fields(ReleasedCell)) - {"group"}


def _build_cell_table(cells: Sequence[ReleasedCell]) -> pa.Table:
    used_dimensions = {dim for cell in cells for dim, _value in cell.group.values}
    dimensions = (*CELL_DIMENSIONS, *sorted(used_dimensions - set(CELL_DIMENSIONS)))
    schema = pa.schema(
        [
            *(
                pa.field(name, pa.string(), nullable=False)
                for name in ("outcome", "school_year", *dimensions, "result")
            ),
            pa.field("n", pa.int64()),
            *(pa.field(name, pa.string()) for name in _STATISTIC_COLUMNS),
            *(pa.field(name, pa.int64()) for name in _BAND_COLUMNS),
        ]
    )
    columns = {name: [getattr(cell, name) for cell in cells] for name in _CELL_COLUMNS}
    columns |= {name: [cell.group.get(name) for cell in cells] for name in dimensions}
    return pa.table({name: columns[name] for name in schema.names}, schema=schema)


def _parse_cell(row: Mapping[str, Any]) -> ReleasedCell:
    """Parse a row: every column that is none of a cell's own is a dimension."""
    own = {name: value for name, value in row.items() if name in _CELL_COLUMNS}
    group = {name: value for name, value in row.items() if name not in _CELL_COLUMNS}
    return ReleasedCell(**own, group=build_group_key(group))
