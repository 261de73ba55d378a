"""Enrollment periods that contradict each other are kept and counted."""

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

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
