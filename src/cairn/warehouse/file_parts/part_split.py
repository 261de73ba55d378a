"""Split the rows of a file by its part column; each row goes to one part, or names none."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import combinations
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse.file_parts.student_days import list_student_days
from cairn.warehouse.pipeline import choose_sheets, fill_down_cells, prepare_sheet
from cairn.warehouse.schema import UNCOUNTED, ColumnMapping, Sheet, fold_header

__all__ = ["FileParts", "split_parts"]

_MAX_PARTS: Final = 200
"""More different texts than these are IDs or names of people and not sites or schools."""


@dataclass(frozen=True, slots=True)
class FileParts:
    """The parts of a file.

    Attributes:
        sheets: name of the part → its sheets. What belongs to no part, such as titles, totals, rows
            with too many cells and tables that are not read, is with the first part, so that each
            row of the file is counted once.
        rows: name of the part → the number of its own rows.
        unnamed: the rows that name no part; empty if each row names one.
        problem: why the file cannot be split; empty if it can.
    """

    sheets: Mapping[str, tuple[Sheet, ...]] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    unnamed: tuple[Sheet, ...] = ()
    problem: str = ""

    @property
    def unnamed_rows(self) -> int:
        """The number of rows that name no part."""
        return sum(sheet.table.num_rows for sheet in self.unnamed)

    @property
    def named(self) -> tuple[Sheet, ...]:
        """The sheets of all parts, without the rows that name none."""
        return tuple(sheet for sheets in self.sheets.values() for sheet in sheets)


def split_parts(
    sheets: Sequence[Sheet],
    mapping: ColumnMapping,
    name_part: Callable[[str], str],
    *,
    on: date,
) -> FileParts:
    """Split a file by the part column of its mapping.

    Args:
        sheets: sheets of the file.
        mapping: its column mapping, with a part column.
        name_part: gives the name of the part of a cell; empty if the text names none. Cells with
            one name are one part.
        on: day of the import, by which dates are read.

    Returns:
        The parts in the order of their names, or the problem.

    Raises:
        UnusableDelivery: the file has none of the mapped columns.
    """
    chosen = choose_sheets(sheets, mapping)
    others = tuple(sheet for sheet in sheets if all(sheet is not one for one in chosen))
    names: dict[str, str] = {}
    columns: list[tuple[Sheet, str]] = []
    for sheet in chosen:
        heading = _find_heading(sheet, mapping.part)
        if not heading:
            return FileParts(problem=f"The file has no column “{mapping.part}”, which names parts.")
        filled = replace(sheet, table=fill_down_cells(sheet.table, mapping.fill_down))
        columns.append((filled, heading))
        texts = filled.table[heading].unique().to_pylist()
        names |= {text: name_part(text) for text in texts if text}
    if problem := _find_problem(columns, names):
        return FileParts(problem=problem)
    part_names = sorted({*names.values()} - {""})
    parts = {name: _take_part(columns, names, name) for name in part_names}
    if problem := _find_shared_days(parts, mapping, on):
        return FileParts(problem=problem)
    rows = {name: sum(sheet.table.num_rows for sheet in part) for name, part in parts.items()}
    for first in list(parts)[:1]:
        parts[first] = (*_add_other_rows(parts[first], chosen), *others)
    unnamed = tuple(sheet for sheet in _take_part(columns, names, "") if sheet.table.num_rows)
    return FileParts(parts, rows, unnamed)


def _find_heading(sheet: Sheet, part: str) -> str:
    folded = fold_header(part)
    return next((name for name in sheet.header if fold_header(name) == folded), "")


def _find_problem(columns: Sequence[tuple[Sheet, str]], names: Mapping[str, str]) -> str:
    """Find why a column names no parts; empty if it does, at least in some rows."""
    heading = columns[0][1]
    if not any(names.values()) and any(sheet.table.num_rows for sheet, _heading in columns):
        return (
            f"No row names a part in the column “{heading}”. Fill in the column and send the file "
            "again, or choose that the file is one part."
        )
    if len({*names.values()}) > _MAX_PARTS:
        return (
            f"The column “{heading}” has more than {_MAX_PARTS:,} different values, so it names no "
            "parts such as sites or schools. Choose another column."
        )
    return ""


def _find_shared_days(
    parts: Mapping[str, Sequence[Sheet]], mapping: ColumnMapping, on: date
) -> str:
    """Find whether class periods of one student and day are in two parts; empty if none are."""
    if not mapping.class_period_column:
        return ""
    days = {
        name: list_student_days(
            (prepare_sheet(sheet, mapping).table for sheet in part), mapping, on=on
        )
        for name, part in parts.items()
    }
    for first, second in combinations(days, 2):
        if not days[first].isdisjoint(days[second]):
            return (
                f"The parts {first} and {second} have class periods of the same students and days. "
                "Cairn makes one event of all periods of a day, so they must be in one part. "
                "Choose that the file is one part."
            )
    return ""


def _take_part(
    columns: Sequence[tuple[Sheet, str]], names: Mapping[str, str], part: str
) -> tuple[Sheet, ...]:
    """Take the rows of one part of each sheet; without a name, the rows that name none."""
    texts = pa.array([text for text, name in names.items() if name == part], pa.string())
    known = pa.array([text for text, name in names.items() if name], pa.string())
    return tuple(
        replace(
            sheet,
            table=sheet.table.filter(
                pc.is_in(sheet.table[heading], value_set=texts)
                if part
                else pc.invert(pc.is_in(sheet.table[heading], value_set=known))
            ),
            misfits=(),
            left_out=(),
            file_rows=UNCOUNTED,
        )
        for sheet, heading in columns
    )


def _add_other_rows(part: Sequence[Sheet], chosen: Sequence[Sheet]) -> tuple[Sheet, ...]:
    """Count with a part what the file has beside its records."""
    return tuple(
        replace(sheet, misfits=whole.misfits, left_out=whole.left_out, file_rows=UNCOUNTED)
        for sheet, whole in zip(part, chosen, strict=True)
    )
