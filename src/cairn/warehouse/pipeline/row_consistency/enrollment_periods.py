"""Count enrollment periods that contradict each other: overlaps, ends before begins, two grades."""

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
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
_HALF: Final = 32
"""The bits of a number of a student; the other half is a day or a year."""
_NO_DAY: Final = -(1 << 31)
_PAIRS_PER_ROW: Final = 4
"""Numbers for pairs of a student and a year, at most, for each row; beyond, they are hashed."""
_RowNumbers = npt.NDArray[np.int64]


def find_period_notes(record: str, columns: Mapping[str, pa.Array]) -> Iterator[ReadNote]:
    """Find what contradicts itself in the enrollment periods of a file.

    A period without a last day overlaps nothing: it may have ended where the next one begins.

    Args:
        record: name of the record type.
        columns: typed values of the kept rows by field, and their numbers in the file
            (``__row``), all of one length; a text that repeats may be stored once.

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
            columns[ROW_COLUMN].filter(ends_early).to_numpy(),
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


def _list_overlapping_rows(columns: Mapping[str, pa.Array], first: str, last: str) -> _RowNumbers:
    """List the rows that begin before the row before them, of the same student, has ended."""
    students, begins = _number_values(columns[LOCAL_ID]), _number_days(columns[first])
    students = np.where(begins == _NO_DAY, np.int32(-1), students)
    places = students.astype(np.int64)  # in place from here on: a file may have ten million rows
    places <<= _HALF
    places += begins
    order = np.argsort(places, kind="stable")
    del places
    students, begins = students[order], begins[order]
    ends = _number_days(columns[last])[order]
    is_overlap = (students[1:] == students[:-1]) & (students[1:] >= 0) & (begins[1:] < ends[:-1])
    return np.asarray(columns[ROW_COLUMN].to_numpy()[order[1:][is_overlap]])


def _list_rows_with_two_grades(columns: Mapping[str, pa.Array]) -> _RowNumbers:
    """List the rows of a student and school year that have several grades."""
    students, years = (_number_values(columns[name]) for name in (LOCAL_ID, "school_year"))
    grades = _number_values(columns["grade"])
    is_placed = (students >= 0) & (years >= 0)
    groups, group_count = _number_pairs(students, years)
    grade_of = np.full(group_count, -1, grades.dtype)
    has_grade = grades >= 0
    grade_of[groups[has_grade]] = grades[has_grade]
    has_several = np.zeros(len(grade_of), np.bool_)
    has_several[groups[has_grade & (grades != grade_of[groups])]] = True
    return np.asarray(columns[ROW_COLUMN].to_numpy()[has_several[groups] & is_placed])


def _number_pairs(
    students: npt.NDArray[np.int32], years: npt.NDArray[np.int32]
) -> tuple[npt.NDArray[np.int32], int]:
    """Number the pairs of a student and a year, and count the numbers.

    A file names few years, so that most pairs exist; otherwise only those that exist are numbered.
    """
    width = int(years.max(initial=-1)) + 2
    count = (int(students.max(initial=-1)) + 2) * width
    if count <= _PAIRS_PER_ROW * len(students):
        pairs = students + np.int32(1)
        pairs *= np.int32(width)
        pairs += years
        pairs += 1
        return pairs, count
    encoded = pa.array((students.astype(np.int64) << _HALF) + years).dictionary_encode()
    return encoded.indices.to_numpy(), len(encoded.dictionary)


def _number_days(column: pa.Array) -> npt.NDArray[np.int32]:
    """Number the days of a column; the least number means none."""
    return np.asarray(pc.fill_null(column.cast(pa.int32()), _NO_DAY))


def _number_values(column: pa.Array) -> npt.NDArray[np.int32]:
    """Number the different texts of a column; -1 means none."""
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    return np.asarray(pc.fill_null(encoded.indices, -1))


def _note(code: str, message: str, rows: _RowNumbers) -> Iterator[ReadNote]:
    if len(rows):
        first = tuple(np.sort(rows)[:_NOTED_ROWS].tolist())
        yield ReadNote(code, message.format(n=f"{len(rows):,}"), len(rows), first)
