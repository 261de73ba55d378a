"""Enrollment periods that contradict each other are kept and counted."""

from datetime import date
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.warehouse.pipeline.row_consistency import enrollment_periods
from cairn.warehouse.pipeline.row_consistency.enrollment_periods import find_period_notes

YEAR = "2025-26"
Row = tuple[str, date | None, date | None, str | None, str | None]


def _day(number: int) -> date:
    return date(2025, 9, number)


def _columns(rows: list[Row]) -> dict[str, pa.Array]:
    ids, first, last, years, grades = zip(*rows, strict=True) if rows else ((),) * 5
    return {
        "local_id": pa.array(ids, pa.string()),
        "entry_date": pa.array(first, pa.date32()),
        "exit_date": pa.array(last, pa.date32()),
        "school_year": pa.array(years, pa.string()),
        "grade": pa.array(grades, pa.string()),
        "__row": pa.array(range(2, len(rows) + 2), pa.int64()),
    }


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([], {}),
        ([("1", _day(1), _day(5), YEAR, "03"), ("1", _day(5), None, YEAR, "03")], {}),
        ([("1", _day(1), None, YEAR, "03"), ("1", _day(5), None, YEAR, "03")], {}),
        ([("1", _day(1), _day(9), YEAR, "03"), ("2", _day(5), None, YEAR, "04")], {}),
        (
            [("1", _day(5), None, YEAR, "03"), ("1", _day(1), _day(9), YEAR, "03")],
            {"overlapping_periods": (2,)},
        ),
        ([("1", _day(5), _day(1), YEAR, "03")], {"ends_before_begin": (2,)}),
        (
            [("1", _day(1), _day(2), YEAR, "03"), ("1", _day(3), None, YEAR, "04")],
            {"two_grades_a_year": (2, 3)},
        ),
        (
            [("1", None, _day(2), "2024-25", "03"), ("1", _day(3), None, YEAR, "04")],
            {},
        ),
        ([("1", _day(1), None, None, "03"), ("1", _day(2), None, None, "04")], {}),
    ],
)
def test_periods_that_contradict_each_other_are_counted(
    rows: list[Row], found: dict[str, Any]
) -> None:
    notes = list(find_period_notes("enrollment", _columns(rows)))
    assert {note.code: note.rows for note in notes} == found
    assert all(note.count == len(note.rows) for note in notes)
    assert not list(find_period_notes("attendance", _columns(rows)))


def test_a_file_without_the_days_has_nothing_to_compare() -> None:
    columns = _columns([("1", _day(5), _day(1), YEAR, "03")])
    for absent in ("local_id", "entry_date"):
        assert not list(
            find_period_notes("enrollment", {n: c for n, c in columns.items() if n != absent})
        )
    known = {n: c for n, c in columns.items() if n in ("local_id", "entry_date", "__row")}
    assert not list(find_period_notes("enrollment", known))


_DAYS = st.none() | st.dates(date(1969, 12, 28), date(1970, 1, 3))
_ROWS = st.tuples(
    st.none() | st.sampled_from("ab"),
    _DAYS,
    _DAYS,
    st.none() | st.sampled_from([YEAR, "2024-25"]),
    st.none() | st.sampled_from(["03", "04"]),
)


@given(st.lists(_ROWS, max_size=8), st.booleans(), st.sampled_from([0, 1, 4]))
def test_the_same_rows_are_found_as_row_by_row(
    rows: list[Row], is_encoded: bool, pairs_per_row: int
) -> None:
    columns = _columns(rows)
    if is_encoded:
        for name in ("local_id", "school_year", "grade"):
            columns[name] = columns[name].dictionary_encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(enrollment_periods, "_PAIRS_PER_ROW", pairs_per_row)
        notes = {note.code: note for note in find_period_notes("enrollment", columns)}
    expected = {
        "ends_before_begin": _list_early_ends(rows),
        "overlapping_periods": _list_overlaps(rows),
        "two_grades_a_year": _list_several_grades(rows),
    }
    assert {code: note.count for code, note in notes.items()} == {
        code: len(found) for code, found in expected.items() if found
    }
    assert all(set(note.rows) <= expected[code] for code, note in notes.items())


def _list_early_ends(rows: list[Row]) -> set[int]:
    return {n for n, row in enumerate(rows, 2) if row[1] and row[2] and row[2] < row[1]}


def _list_overlaps(rows: list[Row]) -> set[int]:
    by_student: dict[str, list[tuple[date, int, date | None]]] = {}
    for number, (student, first, last, *_more) in enumerate(rows, 2):
        if student and first:
            by_student.setdefault(student, []).append((first, number, last))
    return {
        later[1]
        for periods in by_student.values()
        for earlier, later in pairwise(sorted(periods, key=lambda period: period[:2]))
        if earlier[2] and later[0] < earlier[2]
    }


def _list_several_grades(rows: list[Row]) -> set[int]:
    grades: dict[tuple[str, str], set[str]] = {}
    for student, _first, _last, year, grade in rows:
        if student and year and grade:
            grades.setdefault((student, year), set()).add(grade)
    return {
        number
        for number, row in enumerate(rows, 2)
        if row[0] and row[3] and len(grades.get((row[0], row[3]), ())) > 1
    }
