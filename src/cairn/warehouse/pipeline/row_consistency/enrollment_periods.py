"""Count enrollment periods that contradict each other: overlaps, ends before begins, two grades."""

from collections.abc import Iterator, Mapping
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse.schema import LOCAL_ID, ROW_COLUMN, ReadNote

__all__ = ["PERIOD_FIELDS", "find_period_notes"]

_PERIODS: Final = {"enrollment": ("entry_date", "exit_date")}
"""Record type → the fields with the first and last day of a period; one at a time counts."""
PERIOD_FIELDS: Final = {
    record: (LOCAL_ID, *days, "school_year", "grade") for record, days in _PERIODS.items()
}
"""Record type → the fields that are compared."""
_NOTED_ROWS: Final = 5


def find_period_notes(record: str, columns: Mapping[str, pa.Array]) -> Iterator[ReadNote]:
    """Find what contradicts itself in the enrollment periods of a file.

    A period without a last day overlaps nothing: it may have ended where the next one begins.

    Args:
        record: name of the record type.
        columns: typed values of the kept rows by field, and their numbers in the file
            (``__row``), all of one length.

    Yields:
        One remark for each kind, with the number of rows and the first of them.
    """
    first_field, last_field = _PERIODS.get(record, ("", ""))
    if LOCAL_ID not in columns or first_field not in columns:
        return
    if last_field in columns:
        ends_early = pc.less(columns[last_field], columns[first_field])
        yield from _note(
            "ends_before_begin",
            "{n} enrollments end before they begin.",
            columns[ROW_COLUMN].filter(ends_early),
        )
        yield from _note(
            "overlapping_periods",
            "{n} enrollments begin before another one of the same student has ended.",
            _list_overlapping_rows(columns, first_field, last_field),
        )
    if {"school_year", "grade"} <= columns.keys():
        yield from _note(
            "two_grades_a_year",
            "{n} enrollments are of a student with several grades in one school year.",
            _list_rows_with_two_grades(columns),
        )


def _list_overlapping_rows(columns: Mapping[str, pa.Array], first: str, last: str) -> pa.Array:
    """List the rows that begin before the row before them, of the same student, has ended."""
    table = pa.table({name: columns[name] for name in (LOCAL_ID, first, last, ROW_COLUMN)})
    table = table.filter(pc.is_valid(table[first]))
    table = table.sort_by([(LOCAL_ID, "ascending"), (first, "ascending")]).combine_chunks()
    earlier, later = table.slice(0, max(table.num_rows - 1, 0)), table.slice(1)
    is_overlap = pc.and_(
        pc.equal(earlier[LOCAL_ID], later[LOCAL_ID]), pc.less(later[first], earlier[last])
    )
    return later[ROW_COLUMN].filter(is_overlap).combine_chunks()


def _list_rows_with_two_grades(columns: Mapping[str, pa.Array]) -> pa.Array:
    keys = [LOCAL_ID, "school_year"]
    table = pa.table({name: columns[name] for name in (*keys, "grade", ROW_COLUMN)})
    table = table.filter(pc.is_valid(table["school_year"]))
    grades = table.group_by(keys).aggregate([("grade", "count_distinct")])
    several = grades.filter(pc.greater(grades["grade_count_distinct"], 1)).select(keys)
    return table.join(several, keys, join_type="inner")[ROW_COLUMN].combine_chunks()


def _note(code: str, message: str, rows: pa.Array) -> Iterator[ReadNote]:
    if len(rows):
        first = tuple(sorted(rows.to_pylist())[:_NOTED_ROWS])
        yield ReadNote(code, message.format(n=f"{len(rows):,}"), len(rows), first)
