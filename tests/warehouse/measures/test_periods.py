"""Periods: years and half years, and a child's groups and school in each."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.policy.engine.decision import Permit
from cairn.policy.vocabulary.actions import Action
from cairn.warehouse.engines import open_sql_engine
from cairn.warehouse.measures import outcome_counts
from cairn.warehouse.measures.condition_parser import InvalidIndicator
from cairn.warehouse.measures.indicator_toml import parse_indicator
from cairn.warehouse.measures.periods import (
    PeriodKind,
    build_period_bounds,
    build_period_label,
    list_following_periods,
)
from cairn.warehouse.schema.elements import load_element_catalogue

SEMESTERS = """
id = "long_sessions"
version = 1
direction = "higher"
level = "program"
period = "semester"
breakdowns = ["district", "grade", "age", "program"]
title = { en = "Long sessions", es = "Sesiones largas" }
why = { en = "Time helps.", es = "El tiempo ayuda." }

[denominator]
record = "session_attendance"
dated_by = "date"
place = "year"
text = { en = "Attended.", es = "Asistieron." }

[numerator]
where = "hours > 2"
text = { en = "Stayed long.", es = "Se quedaron." }
heading = { en = "Two hours", es = "Dos horas" }
"""
RECORDS: dict[str, list[dict[str, Any]]] = {
    "session_attendance": [
        {"person": "a", "date": date(2025, 7, 1), "hours": 3.0},
        {"person": "a", "date": date(2025, 12, 31), "hours": 1.0},
        {"person": "a", "date": date(2026, 1, 1), "hours": 1.0},
        {"person": "b", "date": date(2026, 6, 30), "hours": 3.0},
        {"person": "b", "date": date(2026, 7, 1), "hours": 1.0},
    ],
    "enrollment": [
        {"person": "a", "school_year": "2025-26", "grade": "3", "district": "oak", "school_id": "1"}
    ],
    "student": [
        {"person": "a", "birth_date": date(2016, 9, 1)},
        {"person": "b", "birth_date": date(2016, 9, 2)},
    ],
    "participation": [
        {"person": "a", "program": "Chess", "start_date": date(2026, 2, 1),
         "end_date": date(2026, 3, 1)},
    ],
}  # fmt: skip
Count = Callable[..., dict[tuple[str, ...], int]]


@pytest.fixture
def count(permit: Callable[..., Permit]) -> Count:
    """Counts the children by semester and one dimension."""
    definition = parse_indicator(SEMESTERS)
    tables = {}
    for record in load_element_catalogue():
        schema = outcome_counts.complete_record_table(record, []).schema
        rows = [{"source": "river", **row} for row in RECORDS.get(record, [])]
        tables[record] = pa.Table.from_pylist(rows, schema)

    def run(*dims: str) -> dict[tuple[str, ...], int]:
        made = outcome_counts.tabulate_outcome(
            tables, definition, dims, permit=permit(Action.COUNT), engine=open_sql_engine()
        )
        return {
            (row["school_year"], *(row[dim] for dim in dims), row["result"]): row["n"]
            for row in made.to_pylist()
        }

    return run


def test_each_half_of_a_school_year_is_counted_by_itself(count: Count) -> None:
    assert count() == {
        ("2025-26 S1", "yes"): 1,
        ("2025-26 S2", "no"): 1,
        ("2025-26 S2", "yes"): 1,
        ("2026-27 S1", "no"): 1,
    }


def test_grade_district_and_age_are_those_of_the_school_year(count: Count) -> None:
    by_grade = {key[:2] for key in count("grade")}
    assert {("2025-26 S1", "3"), ("2025-26 S2", "3")} <= by_grade
    by_district = {key[:2] for key in count("district")}
    assert {("2025-26 S1", "oak"), ("2025-26 S2", "oak")} <= by_district
    # Nine on September 1, 2025, and a day too young for that.
    assert {key[:2] for key in count("age")} == {
        ("2025-26 S1", "5-9"),
        ("2025-26 S2", "5-9"),
        ("2026-27 S1", "5-9"),
    }


def test_a_program_counts_in_the_half_year_in_which_a_child_was_in_it(count: Count) -> None:
    found = {key[:2] for key in count("program:Chess")}
    assert ("2025-26 S1", "yes") not in found
    assert ("2025-26 S2", "yes") in found


def test_a_semester_needs_a_day() -> None:
    element = load_element_catalogue()["enrollment"].fields["school_year"]
    with pytest.raises(InvalidIndicator, match="does not say in which semester a row belongs"):
        build_period_label(PeriodKind.SEMESTER, element, "c.school_year")


@given(
    st.sampled_from([PeriodKind.SCHOOL_YEAR, PeriodKind.SEMESTER, PeriodKind.CALENDAR_YEAR]),
    st.dates(date(1999, 1, 1), date(2098, 12, 31)),
)
def test_a_day_lies_in_the_period_that_is_named_after_it(kind: PeriodKind, day: date) -> None:
    element = load_element_catalogue()["session_attendance"].fields["date"]
    label = build_period_label(kind, element, "day")
    bounds = build_period_bounds(kind, "label")
    sql = f"""SELECT label, start <= day AND day <= ends AS within,
      ends + INTERVAL 1 DAY AS after FROM (SELECT *, {bounds.start} AS start, {bounds.end} AS ends
      FROM (SELECT day, {label} AS label FROM (SELECT CAST('{day}' AS DATE) AS day)))"""  # noqa: S608
    (row,) = open_sql_engine().query(sql, {}).to_pylist()
    assert row["within"]
    next_label = build_period_label(kind, element, f"CAST('{row['after'].date()}' AS DATE)")
    (after,) = open_sql_engine().query(f"SELECT {next_label} AS label", {}).to_pylist()
    assert list_following_periods(row["label"], 1) == [after["label"]]
    assert row["label"] < after["label"] or row["label"].startswith("2098")


def test_periods_follow_each_other_by_their_names() -> None:
    assert list_following_periods("2025-26", 2) == ["2026-27", "2027-28"]
    assert list_following_periods("1998-99", 1) == ["1999-00"]
    assert list_following_periods("2025", 2) == ["2026", "2027"]
    assert list_following_periods("2025-26 S1", 3) == ["2025-26 S2", "2026-27 S1", "2026-27 S2"]
    assert list_following_periods("2025-26 S2", 1) == ["2026-27 S1"]
    assert list_following_periods("2025", 0) == []
