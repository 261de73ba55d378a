"""Outcomes counted from small tables whose answers can be worked out by hand."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest

from cairn.policy.engine.decision import Permit
from cairn.policy.vocabulary.actions import Action
from cairn.warehouse.engines import open_sql_engine
from cairn.warehouse.measures import outcome_counts
from cairn.warehouse.measures.outcomes import load_outcome_catalogue
from cairn.warehouse.schema.elements import load_element_catalogue
from cairn.warehouse.store.file_refs import Zone
from cairn.warehouse.store.file_store import FileStore

Permits = Callable[..., Permit]
Rows = list[dict[str, object]]
YEAR = "2021-22"


@pytest.fixture
def tabulate(permit: Permits) -> Callable[..., Rows]:
    """Counts an outcome over rows given per record type; every row is of the source "river"."""

    def run(name: str, *dims: str, **records: Rows) -> Rows:
        tables = {
            r: outcome_counts.complete_record_table(r, [_table(r, records.get(r, []))])
            for r in load_element_catalogue()
        }
        made = outcome_counts.tabulate_outcome(
            tables,
            load_outcome_catalogue()[name],
            dims,
            permit=permit(Action.COUNT),
            engine=open_sql_engine(),
        )
        rows: Rows = made.to_pylist()
        return rows

    return run


def _table(record: str, rows: Rows) -> pa.Table:
    schema = outcome_counts.complete_record_table(record, []).schema
    return pa.Table.from_pylist([{"source": "river", **row} for row in rows], schema)


def tally(rows: Rows, **where: object) -> dict[str, int]:
    """Result → number of people, among the rows that match."""
    found: dict[str, int] = {}
    for row in rows:
        if where.items() <= row.items():
            n: Any = row["n"]
            found[str(row["result"])] = found.get(str(row["result"]), 0) + n
    return found


def absent(person: str, days: int, **fields: object) -> Rows:
    """So many absences on different days."""
    first = date(2021, 9, 1)
    event = {"person": person, "school_year": YEAR, "school_id": "7", "event": "absent_excused"}
    return [{**event, "date": first + timedelta(days=i), **fields} for i in range(days)]


ROSTER: Rows = [{"person": p, "gender": "F", "race_ethnicity": "asian"} for p in "abc"]
CALENDAR: Rows = [
    {"school_id": "7", "school_year": YEAR, "instructional_days": 81},
    {"school_id": "7", "school_year": YEAR, "instructional_days": 89},
]


def test_exactly_ten_percent_is_chronic_and_semesters_add_up(tabulate: Callable[..., Rows]) -> None:
    rows = tabulate(
        "chronic_absence", student=ROSTER, calendar=CALENDAR,
        attendance=absent("a", 17) + absent("b", 16),
    )  # fmt: skip
    assert tally(rows) == {"yes": 1, "no": 2}


@pytest.mark.parametrize("event", ["tardy", "partial", "present"])
def test_late_or_partial_is_not_absent(tabulate: Callable[..., Rows], event: str) -> None:
    rows = tabulate(
        "chronic_absence", student=ROSTER, calendar=CALENDAR,
        attendance=absent("a", 40, event=event),
    )  # fmt: skip
    assert tally(rows) == {"no": 3}


def test_two_events_on_one_day_are_one_absence(tabulate: Callable[..., Rows]) -> None:
    twice = absent("a", 16) + absent("a", 16, event="absent_unexcused")
    rows = tabulate("chronic_absence", student=ROSTER, calendar=CALENDAR, attendance=twice)
    assert tally(rows) == {"no": 3}


def test_without_a_school_on_record_a_student_is_a_group_of_her_own(
    tabulate: Callable[..., Rows],
) -> None:
    rows = tabulate(
        "chronic_absence", "district", "school", student=ROSTER, calendar=CALENDAR,
        attendance=absent("a", 17),
    )  # fmt: skip
    assert tally(rows, school="7") == {"yes": 1}
    assert tally(rows, school=outcome_counts.NOT_ON_RECORD, district="river") == {"no": 2}


def test_days_of_enrollment_beat_the_calendar(tabulate: Callable[..., Rows]) -> None:
    enrolled = [
        {"person": p, "school_year": YEAR, "school_id": "7", "days_enrolled": d}
        for p, d in (("a", 20.0), ("b", 170.0))
    ]
    rows = tabulate(
        "chronic_absence", student=ROSTER, calendar=CALENDAR, enrollment=enrolled,
        attendance=absent("a", 2) + absent("b", 2),
    )  # fmt: skip
    assert tally(rows) == {"yes": 1, "no": 1}


def test_a_measure_counts_who_has_how_much(tabulate: Callable[..., Rows]) -> None:
    rows = tabulate("days_absent", student=ROSTER, calendar=CALENDAR, attendance=absent("a", 17))
    assert [(row["result"], row["value"], row["n"]) for row in rows] == [
        ("no", 0, 2), ("yes", 17, 1)
    ]  # fmt: skip


def test_yearly_totals_over_two_schools_add_up(tabulate: Callable[..., Rows]) -> None:
    totals = [
        {"person": "a", "school_year": YEAR, "school_id": s, "days_enrolled": e, "days_absent": d}
        for s, e, d in (("7", 60.0, 12.0), ("8", 110.0, 4.0))
    ]
    rows = tabulate("chronic_absence", "school", attendance_total=totals)
    assert rows == [{"school_year": YEAR, "school": "8", "result": "no", "n": 1}]


def test_years_are_separate_and_the_latest_result_counts(tabulate: Callable[..., Rows]) -> None:
    base = {"person": "a", "grade": "3", "subject": "English Language Arts"}
    results = [
        {**base, "school_year": YEAR, "date": date(2022, 4, 1), "met": "no"},
        {**base, "school_year": YEAR, "date": date(2022, 5, 1), "met": "yes"},
        {**base, "school_year": YEAR, "date": None, "met": "no"},
        {**base, "school_year": "2022-23", "date": date(2023, 5, 1), "met": "no"},
        {**base, "person": "b", "school_year": YEAR, "met": "yes", "grade": "4"},
        {**base, "person": "c", "school_year": YEAR, "met": "yes", "subject": "MATH"},
        {**base, "person": None, "school_year": YEAR, "met": "yes"},
    ]
    rows = tabulate("early_grade_reading", assessment=results)
    assert [(r["school_year"], r["result"], r["n"]) for r in rows] == [
        (YEAR, "yes", 1), ("2022-23", "no", 1),
    ]  # fmt: skip


def test_the_school_of_most_days_then_of_the_last_entry(tabulate: Callable[..., Rows]) -> None:
    stays = [
        ("a", "7", 100.0, date(2021, 9, 1)), ("a", "8", 70.0, date(2022, 2, 1)),
        ("b", "7", None, date(2021, 9, 1)), ("b", "8", None, date(2022, 2, 1)),
    ]  # fmt: skip
    enrolled = [
        {"person": p, "school_year": YEAR, "school_id": s, "days_enrolled": d, "entry_date": e,
         "district": "River Schools"}
        for p, s, d, e in stays
    ]  # fmt: skip
    results = [
        {"person": p, "school_year": YEAR, "grade": "8", "subject": "Math", "met": "yes"}
        for p in "ab"
    ]
    rows = tabulate(
        "middle_grade_math", "district", "school", enrollment=enrolled, assessment=results
    )
    assert [(r["district"], r["school"]) for r in rows] == [
        ("River Schools", "7"), ("River Schools", "8"),
    ]  # fmt: skip


def test_the_most_frequent_race_and_gender_count(tabulate: Callable[..., Rows]) -> None:
    roster = [
        {"person": "a", "race_ethnicity": r, "gender": g}
        for r, g in (("white", "F"), ("two_or_more", "F"), ("two_or_more", None))
    ]
    graduates = [
        {"person": p, "cohort_year": YEAR, "graduated": "yes", "school_id": "9"} for p in "ab"
    ]
    rows = tabulate(
        "high_school_graduation", "race_ethnicity", "gender", student=roster, graduation=graduates
    )
    assert tally(rows, race_ethnicity="two_or_more", gender="F") == {"yes": 1}
    assert tally(rows, race_ethnicity=outcome_counts.NOT_ON_RECORD) == {"yes": 1}


def graduate(person: str, **fields: object) -> dict[str, object]:
    return {
        "person": person, "cohort_year": YEAR, "graduated": "yes",
        "graduation_date": date(2022, 6, 4), "school_id": "9", **fields,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("began", "result"),
    [
        (date(2022, 8, 20), "yes"), (date(2023, 8, 20), "yes"), (date(2024, 1, 5), "no"),
        (date(2021, 9, 1), "no"), (None, "no"),
    ],
)  # fmt: skip
def test_college_begins_within_sixteen_months(
    tabulate: Callable[..., Rows], began: date | None, result: str
) -> None:
    rows = tabulate(
        "postsecondary_enrollment", "school",
        graduation=[graduate("a"), graduate("b", graduated="no")],
        postsecondary=[{"person": "a", "enrollment_begin": began}],
    )  # fmt: skip
    assert rows == [{"school_year": YEAR, "school": "9", "result": result, "n": 1}]


def test_a_cohort_is_counted_once_its_time_has_passed(tabulate: Callable[..., Rows]) -> None:
    late = graduate("a", cohort_year="2024-25", graduation_date=None)
    assert tabulate("postsecondary_enrollment", graduation=[late]) == []


def test_a_degree_within_six_years(tabulate: Callable[..., Rows]) -> None:
    cohort = [graduate(p, cohort_year="2017-18", graduation_date=date(2018, 6, 4)) for p in "abc"]
    degrees = [
        {"person": "a", "graduated": "yes", "graduation_date": date(2022, 5, 1)},
        {"person": "b", "graduated": "yes", "graduation_date": date(2024, 12, 1)},
        {"person": "c", "graduated": "no", "graduation_date": date(2022, 5, 1)},
    ]
    rows = tabulate("postsecondary_success", graduation=cohort, postsecondary=degrees)
    assert tally(rows) == {"yes": 1, "no": 2}


def test_employment_in_any_quarter_by_the_last_school(tabulate: Callable[..., Rows]) -> None:
    jobs = [
        {"person": p, "year": 2025, "quarter": q, "employed": e}
        for p, q, e in (("a", 1, "no"), ("a", 2, "yes"), ("b", 1, "no"))
    ]
    enrolled = [
        {"person": "a", "school_year": y, "school_id": s}
        for y, s in ((YEAR, "7"), ("2022-23", "8"))
    ]
    rows = tabulate("workforce_success", "school", workforce=jobs, enrollment=enrolled)
    assert tally(rows, school_year="2025", school="8") == {"yes": 1}
    assert tally(rows, school=outcome_counts.NOT_ON_RECORD) == {"no": 1}


def test_the_counted_file_says_how_many_are_without(store: FileStore, permit: Permits) -> None:
    rows = [{"person": "a", "source": "river", "race_ethnicity": "asian", "gender": None}]
    mart = store.write(
        Zone.MART, pa.Table.from_pylist(rows), permit=permit(Action.BUILD_MART), step="m",
        note={"record": "student"},
    )  # fmt: skip
    results = pa.table(
        {"person": ["a"], "source": ["river"], "graduated": ["yes"], "cohort_year": [YEAR]}
    )
    other = store.write(
        Zone.MART, results, permit=permit(Action.BUILD_MART), step="m",
        note={"record": "graduation"},
    )  # fmt: skip
    ref = outcome_counts.count_outcome(
        outcome_counts.LoadedMart(store, [mart, other]),
        load_outcome_catalogue()["high_school_graduation"], ["race_ethnicity", "gender"],
        permit=permit(Action.COUNT), engine=open_sql_engine(),
    )  # fmt: skip
    record = store.manifest(ref)
    assert record.counts == {"students": 1, "without_race_ethnicity": 0, "without_gender": 1}
    assert record.note["outcome"] == "high_school_graduation"
    assert ref.zone is Zone.COUNTED


def test_schools_have_names(store: FileStore, permit: Permits) -> None:
    table = pa.table({"person": ["a", "b"], "school_id": ["7", None], "school_name": ["Elm", "X"]})
    mart = store.write(
        Zone.MART, table, permit=permit(Action.BUILD_MART), step="m", note={"record": "enrollment"}
    )
    assert outcome_counts.collect_school_names(outcome_counts.LoadedMart(store, [mart])) == {
        "7": "Elm"
    }


def test_an_unknown_dim_is_refused(store: FileStore, permit: Permits) -> None:
    with pytest.raises(ValueError, match="shoe"):
        outcome_counts.count_outcome(
            outcome_counts.LoadedMart(store, []),
            load_outcome_catalogue()["chronic_absence"], ["shoe"],
            permit=permit(Action.COUNT), engine=open_sql_engine(),
        )  # fmt: skip


def attended(person: str, days: int, first: date = date(2021, 9, 1), **fields: object) -> Rows:
    """So many days in a program, with an hour each unless said otherwise."""
    row = {"person": person, "hours": 1.0, **fields}
    return [{**row, "date": first + timedelta(days=i)} for i in range(days)]


def test_a_child_of_two_programs_counts_once_and_its_days_add_up(
    tabulate: Callable[..., Rows],
) -> None:
    rows = tabulate(
        "program_participation", "gender", student=ROSTER,
        session_attendance=[
            *attended("a", 20, program="Readers"),
            # Ten days in two programs and ten in one: twenty days.
            *attended("a", 10, first=date(2021, 9, 11), program="Chess"),
            *attended("a", 10, first=date(2021, 10, 1), program="Chess"),
            *attended("b", 29), *attended("d", 30),
        ],
    )  # fmt: skip
    assert tally(rows, gender="F") == {"yes": 1, "no": 1}
    assert tally(rows, gender=outcome_counts.NOT_ON_RECORD) == {"yes": 1}
    assert {row["school_year"] for row in rows} == {YEAR}


def test_a_day_is_attended_by_hours_or_by_its_mark_or_by_a_line_of_a_sign_in_sheet(
    tabulate: Callable[..., Rows],
) -> None:
    rows = tabulate(
        "program_participation",
        session_attendance=[
            *attended("a", 1, hours=0.0), *attended("b", 1, hours=None, present="no"),
            *attended("c", 1, hours=None, present="yes"), *attended("d", 1, hours=None),
            *attended("e", 1, hours=2.0, present="no"), *attended("f", 1, hours=0.5),
        ],
    )  # fmt: skip
    assert tally(rows) == {"no": 3}


def test_the_year_of_a_program_is_july_to_june(tabulate: Callable[..., Rows]) -> None:
    rows = tabulate(
        "program_participation",
        session_attendance=[
            *attended("a", 1, first=date(2021, 7, 1)), *attended("b", 1, first=date(2022, 6, 30)),
            *attended("c", 1, first=date(2022, 7, 1)), *attended("d", 1, first=date(2000, 1, 31)),
            # The year that has not ended on the day of the count is not counted.
            *attended("e", 1, first=date(2026, 1, 9)),
        ],
    )  # fmt: skip
    assert {(row["school_year"], row["n"]) for row in rows} == {
        (YEAR, 2), ("2022-23", 1), ("1999-00", 1)
    }  # fmt: skip


def test_students_in_a_program_are_counted_among_the_enrolled_of_the_years_with_attendance(
    tabulate: Callable[..., Rows],
) -> None:
    enrolled: Rows = [
        {"person": p, "school_year": year, "school_id": "7", "days_enrolled": 90.0}
        for p in "abb"
        for year in (YEAR, "2020-21")
    ]
    rows = tabulate(
        "program_reach", "school", enrollment=enrolled,
        session_attendance=[*attended("a", 1), *attended("no student", 40)],
    )  # fmt: skip
    assert tally(rows, school="7") == tally(rows) == {"yes": 1, "no": 1}
    assert {row["school_year"] for row in rows} == {YEAR}
