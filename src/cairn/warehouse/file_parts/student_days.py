"""List the students and days of the rows of a file, read as they are when they are checked."""

from collections.abc import Iterable
from datetime import date
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse import schema
from cairn.warehouse.pipeline.conversion.fields import list_source_columns
from cairn.warehouse.schema import ColumnMapping

__all__ = ["list_student_days"]

_FIELDS: Final = ("local_id", "state_id", "date")


def list_student_days(
    tables: Iterable[pa.Table], mapping: ColumnMapping, *, on: date
) -> frozenset[tuple[str, date]]:
    """List the different students and days of rows, at any school.

    Dates of different spellings are one day. Rows without a student or a date that can be read are
    about no day.

    Args:
        tables: the rows, as text, landed or as their sheets were prepared; of a sheet with a
            column for each day, as landed.
        mapping: their column mapping.
        on: day of the import, by which dates are read.

    Returns:
        Pairs of a student's ID and a day.
    """
    return frozenset(pair for table in tables for pair in _list_days(table, mapping, on))


def _list_days(table: pa.Table, mapping: ColumnMapping, on: date) -> Iterable[tuple[str, date]]:
    targets = list_source_columns(table.column_names, mapping)
    headings = {
        target.field: table[name]
        for name, target in targets.items()
        if target.rule != schema.CLASS_PERIOD_RULE
    }
    columns = [
        pc.utf8_trim_whitespace(headings[name]).combine_chunks()
        if name in headings
        else pa.repeat(pa.scalar(mapping.constants.get(name), pa.string()), table.num_rows)
        for name in _FIELDS
    ]
    distinct = pa.table(columns, names=_FIELDS).group_by([*_FIELDS]).aggregate([])
    cells = (_convert_cells(distinct[name], name, mapping, on) for name in _FIELDS)
    for local_id, state_id, day in zip(*cells, strict=True):
        if day and (student := local_id or state_id):
            yield student, day


def _convert_cells(
    column: pa.ChunkedArray, name: str, mapping: ColumnMapping, on: date
) -> Iterable[str | date | None]:
    element = mapping.type.fields.get(name)
    if element is None:
        return [None] * len(column)
    formats = mapping.date_formats.get(name, ())
    converted = schema.convert_column(column.combine_chunks(), element, on=on, formats=formats)
    cells: list[str | date | None] = converted.values.to_pylist()
    return cells
