"""Count enrollment periods that contradict each other: overlaps, ends before begins, two grades."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse.block_streams import compute_at_once
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
    first, last = _PERIODS.get(record, ("", ""))
    if LOCAL_ID not in columns or first not in columns:
        return
    checks = [
        check
        for check in _CHECKS
        if (last in columns or not check.needs_last_day)
        and ({"school_year", "grade"} <= columns.keys() or not check.needs_grade)
    ]
    found = compute_at_once(lambda check: check.list_rows(columns, first, last), checks)
    for check, rows in zip(checks, found, strict=True):
        yield from _note(check.code, check.message, rows)


def _list_rows_that_end_early(
    columns: Mapping[str, pa.Array], first: str, last: str
) -> _RowNumbers:
    """List the rows with a last day before their first."""
    ends_early = pc.less(columns[last], columns[first])
    return np.asarray(columns[ROW_COLUMN].filter(ends_early).to_numpy())


def _list_overlapping_rows(columns: Mapping[str, pa.Array], first: str, last: str) -> _RowNumbers:
    """List the rows that begin before the row before them, of the same student, has ended."""
    students = _number_values(columns[LOCAL_ID])
    begins, ends = (_number_days(columns[name]) for name in (first, last))
    students = np.where(begins == _NO_DAY, np.int32(-1), students)
    order = np.argsort((students.astype(np.int64) << _HALF) + begins, kind="stable")
    students, begins, ends = students[order], begins[order], ends[order]
    is_overlap = (students[1:] == students[:-1]) & (students[1:] >= 0) & (begins[1:] < ends[:-1])
    return np.asarray(columns[ROW_COLUMN].to_numpy()[order[1:][is_overlap]])


def _list_rows_with_two_grades(
    columns: Mapping[str, pa.Array], _first: str, _last: str
) -> _RowNumbers:
    """List the rows of a student and school year that have several grades."""
    students, years, grades = (
        _number_values(columns[name]) for name in (LOCAL_ID, "school_year", "grade")
    )
    is_placed = (students >= 0) & (years >= 0)
    encoded = pa.array((students.astype(np.int64) << _HALF) + years).dictionary_encode()
    groups = encoded.indices.to_numpy()
    grade_of = np.full(len(encoded.dictionary), -1, grades.dtype)
    has_grade = grades >= 0
    grade_of[groups[has_grade]] = grades[has_grade]
    has_several = np.zeros(len(grade_of), np.bool_)
    has_several[groups[has_grade & (grades != grade_of[groups])]] = True
    return np.asarray(columns[ROW_COLUMN].to_numpy()[has_several[groups] & is_placed])


@dataclass(frozen=True, slots=True)
class _PeriodCheck:
    """A contradiction to look for in the rows of a file, and the fields that it needs."""

    code: str
    message: str
    list_rows: Callable[[Mapping[str, pa.Array], str, str], _RowNumbers]
    needs_last_day: bool = False
    needs_grade: bool = False


_CHECKS: Final = (
    _PeriodCheck(
        "ends_before_begin",
        "{n} enrollments end before they begin.",
        _list_rows_that_end_early,
        needs_last_day=True,
    ),
    _PeriodCheck(
        "overlapping_periods",
        "{n} enrollments begin before another one of the same student has ended.",
        _list_overlapping_rows,
        needs_last_day=True,
    ),
    _PeriodCheck(
        "two_grades_a_year",
        "{n} enrollments are of a student with several grades in one school year.",
        _list_rows_with_two_grades,
        needs_grade=True,
    ),
)


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
