"""Write and read the protected figures of a release.

A file holds every cell of every table of one release: `n` is the number of people, null where
it is suppressed. For a measure it also holds the published statistics of these people. For an
outcome in percentage bands it holds the band and the size class of each group. A suppressed number
is in no column and no note, so no page can leak it by mistake.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from cairn.policy.engine import Permit
from cairn.policy.vocabulary import Action
from cairn.warehouse.store import FileRef, FileStore, Zone

__all__ = [
    "ALL_GROUPS",
    "CELL_DIMENSIONS",
    "ReleaseFigures",
    "ReleasedCell",
    "read_release_figures",
    "write_release_figures",
]

ALL_GROUPS: Final = "All"
CELL_DIMENSIONS: Final = ("district", "school", "race_ethnicity", "gender")
_REQUIRED_COLUMNS: Final = ("outcome", "school_year", *CELL_DIMENSIONS, "result")
_STATISTIC_COLUMNS: Final = ("statistic", "value", "rounded_to")
_BAND_COLUMNS: Final = ("percent_low", "percent_high", "size_low", "size_high")

RELEASE_SCHEMA: Final = pa.schema(
    [
        *(pa.field(name, pa.string(), nullable=False) for name in _REQUIRED_COLUMNS),
        pa.field("n", pa.int64()),
        *(pa.field(name, pa.string()) for name in _STATISTIC_COLUMNS),
        *(pa.field(name, pa.int64()) for name in _BAND_COLUMNS),
    ]
)

_RELEASE_STEPS: Final = {Action.PROTECT: "protect", Action.PUBLISH_RELEASE: "publish"}


@dataclass(frozen=True, slots=True)
class ReleasedCell:
    """One figure of a release. A key is "All" where it is summed over.

    Attributes:
        outcome: ID of the outcome or measure.
        school_year: such as "2025-26".
        district: name of the district.
        school: code of the school.
        race_ethnicity: code of the group.
        gender: code of the gender.
        result: "yes", "no" or "All": whether the people counted reached the outcome.
        n: number of people; None where suppressed.
        statistic: of a measure, "mean", "median" or "sum"; None for an outcome, and in a file
            written before measures existed.
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
    district: str
    school: str
    race_ethnicity: str
    gender: str
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
    columns = {name: [getattr(cell, name) for cell in cells] for name in RELEASE_SCHEMA.names}
    return store.write(
        Zone.RELEASED,
        pa.table(columns, schema=RELEASE_SCHEMA),
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
    return ReleaseFigures(tuple(ReleasedCell(**row) for row in rows), names)
