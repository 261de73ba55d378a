"""Compare the rows of one child and day: class periods become an event, minutes count once."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse import schema
from cairn.warehouse.pipeline.conversion import joint_columns
from cairn.warehouse.pipeline.conversion.fields import LandedRows, combine_chunks
from cairn.warehouse.pipeline.quarantine import FieldColumn, RowIssue
from cairn.warehouse.pipeline.row_consistency import overlapping_stays
from cairn.warehouse.pipeline.row_consistency.class_periods import (
    DAY_FIELDS,
    ClassPeriodRows,
    JoinedDays,
)
from cairn.warehouse.schema import ColumnMapping

__all__ = ["find_class_periods", "find_unclear_days", "subtract_overlapping_stays", "take_days"]

SOURCE_ROWS_COLUMN: Final = "source_rows"
"""All rows of the file that became one event, where its rows are class periods."""


def find_class_periods(
    landed: LandedRows, fields: Sequence[FieldColumn], mapping: ColumnMapping
) -> ClassPeriodRows | None:
    """Read which class period each row is about.

    Args:
        landed: the landed rows.
        fields: their converted fields.
        mapping: the column mapping.

    Returns:
        The class periods; None where each row is about a day.
    """
    targets = mapping.targets(landed.header)
    headings = [name for name, t in targets.items() if t.rule == schema.CLASS_PERIOD_RULE]
    columns = {entry.field: entry.values for entry in fields if entry.field in DAY_FIELDS}
    if not headings or not {"date", "event"} <= columns.keys():
        return None
    sheets, numbers = landed.places[schema.SHEET_COLUMN], landed.places[schema.ROW_COLUMN]
    places = numbers.cast(pa.string())
    if len(sheets.unique()) > 1:
        places = pc.binary_join_element_wise(sheets.cast(pa.string()), places, ":")
    cells = landed.read_column(headings[0])
    return ClassPeriodRows(columns, combine_chunks(cells), combine_chunks(places))


def find_unclear_days(
    periods: ClassPeriodRows, is_kept: pa.Array, mapping: ColumnMapping
) -> list[RowIssue]:
    """Find the rows of class periods that say no period, and those of days that are unclear.

    Args:
        periods: the class periods of the rows.
        is_kept: whether each row can be used on its own.
        mapping: the column mapping.

    Returns:
        The issues that concern at least one row.
    """
    column, lacks_period = mapping.class_period_column, periods.lacks_period
    event = schema.ColumnTarget.parse(mapping.columns[column]).field
    unclear = periods.find_unclear_days(pc.and_not(is_kept, lacks_period))
    issues = [RowIssue(event, (column,), schema.Failure.NO_CLASS_PERIOD, lacks_period)]
    issues += [RowIssue("", (), failure, rows) for failure, rows in unclear.items()]
    return [issue for issue in issues if pc.any(issue.rows).as_py()]


def take_days(
    table: pa.Table, fields: Sequence[FieldColumn], days: JoinedDays
) -> tuple[pa.Table, list[FieldColumn], pa.Array]:
    """Take one row for each student and day, with its event and all rows that it was made from.

    The duration of a class period is none of the day.

    Args:
        table: the places of the rows.
        fields: their converted fields.
        days: the events.

    Returns:
        The place and the fields of each event, and True for each of them.
    """
    taken = [replace(entry, stored=entry.stored.take(days.positions)) for entry in fields]
    values = {
        "event": lambda entry: days.events,
        "duration": lambda entry: pc.if_else(
            days.is_joined, pa.scalar(None, entry.stored.type), entry.stored
        ),
    }
    taken = [
        replace(entry, stored=values[entry.field](entry)) if entry.field in values else entry
        for entry in taken
    ]
    taken.append(FieldColumn(SOURCE_ROWS_COLUMN, (), days.places))
    return table.take(days.positions), taken, pa.repeat(value=True, size=len(days.positions))


def subtract_overlapping_stays(
    landed: LandedRows,
    fields: list[FieldColumn],
    is_kept: pa.Array,
    mapping: ColumnMapping,
) -> tuple[list[FieldColumn], list[schema.ReadNote]]:
    """Count each minute once, where rows of a child and day have times in and out that overlap.

    Args:
        landed: the landed rows.
        fields: their converted fields.
        is_kept: whether each row can be used.
        mapping: the column mapping.

    Returns:
        The fields with the hours that count, and notes of what overlaps.
    """
    columns = {
        entry.field: entry.values
        for entry in fields
        if entry.field in overlapping_stays.STAY_FIELDS
    }
    headings = _list_time_headings(landed.header, mapping)
    timed = {mapping.targets(landed.header)[name].field for name in headings}
    spent = next((entry for entry in fields if entry.field in timed), None)
    if spent is None or "date" not in columns:
        return fields, []
    shared = overlapping_stays.list_shared_days(
        columns, pc.and_(is_kept, pc.is_valid(spent.stored))
    )
    positions = shared.field("position")
    if not len(positions):
        return fields, []
    cells = {n: combine_chunks(landed.read_column(n)).take(positions) for n in headings}
    rules = {n: r for n, r in mapping.list_joint_columns().items() if r in schema.TIME_RULES}
    stays = schema.read_stays(joint_columns.list_time_cells(cells, rules), rules)
    programs = columns["program"].take(positions).to_pylist() if "program" in columns else None
    hours, notes = overlapping_stays.subtract_overlaps(
        shared.field("day").to_pylist(),
        programs or [None] * len(positions),
        [() if isinstance(row, schema.Failure) else row for row in stays],
        landed.places[schema.ROW_COLUMN].take(positions).to_pylist(),
    )
    is_shared = np.zeros(len(spent.stored), np.bool_)
    is_shared[positions.to_numpy()] = True
    counted = pc.replace_with_mask(spent.stored, pa.array(is_shared), pa.array(hours, pa.float64()))
    changed = replace(spent, stored=counted)
    return [changed if entry is spent else entry for entry in fields], notes


def _list_time_headings(header: Sequence[str], mapping: ColumnMapping) -> list[str]:
    targets = mapping.targets(header)
    return [name for name, target in targets.items() if target.rule in schema.TIME_RULES]
