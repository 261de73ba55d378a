"""Rows with several contacts, doses, grades, periods or stays: each is counted and none guessed."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cairn.policy.engine.decision import Permit
from cairn.policy.vocabulary.actions import Action
from cairn.warehouse.pipeline.conform import ConformResult, conform_landed_file
from cairn.warehouse.pipeline.landing import UnusableDelivery, land_sheets
from cairn.warehouse.readers import read_file
from cairn.warehouse.schema.column_mapping import ColumnMapping
from cairn.warehouse.schema.mapping_rules import PeriodRule
from cairn.warehouse.schema.mapping_suggestion import suggest_mapping
from cairn.warehouse.store.file_store import FileStore

Permits = Callable[..., Permit]

# A file, the fields that are compared, the rows that must come out, and the rows set aside.
_FILES = {
    "contact": (
        (
            "Student ID,Parent2 Last,Parent1 First,Mother,Parent1 Last,Parent2 First,Parent1 Cell,"
            "Parent1 Home Phone,Emergency Contact 1,Emergency Contact 1 Relationship\n"
            "1,,Jo,Ana Ames,Ames,,555-0101,555-0102,Kim Ames,Aunt\n"
            "2,Doe,Al,,Boyd,Max,,555-0103,,Uncle\n"
            "3,,,,,,,,,\n"
        ),
        ("local_id", "guardian_name", "relationship", "phone", "emergency"),
        [
            ("1", "Jo Ames", "Parent", "555-0101", None),
            ("1", "Ana Ames", "Mother", None, None),
            ("1", "Kim Ames", "Aunt", None, "yes"),
            ("2", "Al Boyd", "Parent", None, None),
            ("2", "Max Doe", "Parent", None, None),
        ],
        0,
    ),
    "immunization": (
        (
            "Student ID,DTaP1,1st MMR,Hep B Dose 2 Date,Tdap,Immunization Status\n"
            "1,9/2/2015,,9/9/2015,,Compliant\n"
            "2,Refused,9/3/2016,,9/4/2020,\n"
            "3,,,,,Noncompliant\n"
            "4,9/5/2015,,9/6/2015,,\n"
        ),
        ("local_id", "vaccine", "dose", "date", "immunization_status"),
        [
            ("1", "DTaP", 1, "2015-09-02", None),
            ("1", "Hep B", 2, "2015-09-09", None),
            ("1", None, None, None, "up_to_date"),
            ("2", "MMR", 1, "2016-09-03", None),
            ("2", "Tdap", None, "2020-09-04", None),
            ("3", None, None, None, "not_up_to_date"),
            ("4", "DTaP", 1, "2015-09-05", None),
            ("4", "Hep B", 2, "2015-09-06", None),
        ],
        1,
    ),
    "course": (
        (
            "Student ID,Course Name,Q1,Q2,S1,Final Grade,Final Percent,Q1 Absences,Credits Earned\n"
            "1,Art,91,88,90,A,90.5,2,1\n"
            "2,Art,72,,,,,0,\n"
        ),
        ("local_id", "course_title", "term", "points", "mark", "credits_earned"),
        [
            ("1", "Art", "Q1", 91.0, None, None),
            ("1", "Art", "Q2", 88.0, None, None),
            ("1", "Art", "S1", 90.0, None, None),
            ("1", "Art", "Final", 90.5, "A", 1.0),
            ("2", "Art", "Q1", 72.0, None, None),
        ],
        0,
    ),
    "attendance": (
        (
            "Student ID,Date,Per1,Per2,Per3,Per4\n"
            "1,9/15/2025,UA,EA,,T\n"
            "2,9/15/2025,T,,,\n"
            "3,9/15/2025,P,P,P,P\n"
            "4,9/15/2025,,,,EA\n"
            "5,9/15/2025,EA,EA,EA,EA\n"
            "6,9/15/2025,,,,\n"
            "7,9/15/2025,UA,UA,ZZ,UA\n"
        ),
        ("local_id", "event"),
        [
            ("1", "absent_unexcused"),
            ("2", "tardy"),
            ("3", "present"),
            ("4", "partial"),
            ("5", "absent_excused"),
        ],
        1,
    ),
    "session_attendance": (
        (
            "Student ID,Date,AM In,PM Out,AM Out,PM In\n"
            "1,9/15/2025,7:30,17:45,8:45,15:00\n"
            "1,9/15/2025,6:00 PM,,6:30 PM,\n"
            "2,9/15/2025,7:30,,8:45,\n"
            "3,9/15/2025,7:30,17:45,,15:00\n"
            "4,9/15/2025,,15:00,,17:45\n"
            "5,9/15/2025,,,8:45,\n"
            "6,9/15/2025,,--,,\n"
            "7,9/15/2025,7:30,,early,\n"
        ),
        ("local_id", "hours"),
        [("1", 4.0), ("1", 0.5), ("2", 1.25)],
        4,
    ),
}


def _receive(
    store: FileStore, permit: Permits, content: str, mapping: ColumnMapping
) -> ConformResult:
    sheets = read_file("x.csv", content.encode())
    landed = land_sheets(store, sheets, mapping, permit=permit(Action.RECEIVE, mapping.record))
    may_conform = permit(Action.CONFORM, mapping.record)
    return conform_landed_file(store, landed.ref, mapping, permit=may_conform)


def _suggest(content: str) -> ColumnMapping:
    (sheet,) = read_file("x.csv", content.encode())
    mapping = suggest_mapping(sheet.header, sheet.table)
    assert ColumnMapping.parse(mapping.dump()) == mapping
    return replace(mapping, periods=PeriodRule(2)) if mapping.lacks_period_rule else mapping


def _reverse_columns(content: str) -> str:
    return "\n".join(",".join(line.split(",")[::-1]) for line in content.splitlines())


@pytest.mark.parametrize("record", _FILES)
def test_each_record_of_a_row_comes_out_whatever_the_order_of_the_columns(
    store: FileStore, permit: Permits, record: str
) -> None:
    content, fields, expected, set_aside = _FILES[record]
    for text in (content, _reverse_columns(content)):
        mapping = _suggest(text)
        assert mapping.record == record
        done = _receive(store, permit, text, mapping)
        rows = store.read(done.ref).to_pylist()
        dated = [{**row, "date": row.get("date") and str(row["date"])} for row in rows]
        assert Counter(tuple(row.get(f) for f in fields) for row in dated) == Counter(expected)
        assert len({row["record_id"] for row in rows}) == len(rows)
        assert done.report.rows_quarantined == set_aside
        assert [sheet.unaccounted for sheet in done.report.sheets] == [0]


def test_what_makes_no_record_is_counted(store: FileStore, permit: Permits) -> None:
    notes = {}
    for record in ("contact", "attendance", "session_attendance"):
        content = _FILES[record][0]
        report = _receive(store, permit, content, _suggest(content)).report
        notes[record] = {n.code: n.count for sheet in report.sheets for n in sheet.left_out}
        notes[record] |= {n.code: n.count for n in report.notes}
        assert record != "contact" or {d.name for d in report.dropped} == {"Parent1 Home Phone"}
    assert (notes["contact"]["no_result"], notes["contact"]["incomplete_results"]) == (1, 1)
    assert notes["attendance"]["no_mark"] == notes["session_attendance"]["no_mark"] == 1


def test_times_that_cannot_be_added_up_say_why(store: FileStore, permit: Permits) -> None:
    content = _FILES["session_attendance"][0]
    done = _receive(store, permit, content, _suggest(content))
    problems = {p.code: p.count for c in done.report.columns for p in c.problems if not p.kept}
    assert problems == {"no_time_out": 1, "out_before_in": 1, "no_time_in": 1, "not_a_time": 1}
    without = "\n".join(line.rsplit(",", 3)[0] for line in content.splitlines()[:3])
    lacking = _receive(store, permit, without, _suggest(content))
    assert lacking.report.rows_kept == 0


def test_headings_of_times_match_in_any_case(store: FileStore, permit: Permits) -> None:
    content = _FILES["session_attendance"][0]
    mapping, (heading, _line, rows) = _suggest(content), content.partition("\n")
    done = _receive(store, permit, f"{heading.upper().replace(' ', '  ')}\n{rows}", mapping)
    assert [row["hours"] for row in store.read(done.ref).to_pylist()] == [4.0, 0.5, 1.25]


def test_periods_need_the_answer_of_a_person(store: FileStore, permit: Permits) -> None:
    content = _FILES["attendance"][0]
    mapping = _suggest(content)
    with pytest.raises(UnusableDelivery, match="absent_from"):
        _receive(store, permit, content, replace(mapping, periods=None))
    strict = _receive(store, permit, content, replace(mapping, periods=PeriodRule(1)))
    events = {row["local_id"]: row["event"] for row in store.read(strict.ref).to_pylist()}
    assert events["4"] == "absent_excused"


_NAMES = st.sampled_from(["", " ", "N/A", "Jo Ames", "Ana Boyd"])
_ROWS = st.lists(st.tuples(_NAMES, _NAMES, _NAMES), min_size=1, max_size=12)


@given(rows=_ROWS)
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_record_for_each_filled_name_and_no_other(
    store: FileStore, permit: Permits, rows: list[tuple[str, str, str]]
) -> None:
    header = "Student ID,Mother Name,Father Name,Guardian 1 Name\n"
    lines = "".join(f"{100 + i},{','.join(names)}\n" for i, names in enumerate(rows))
    mapping = _suggest(header + "1,Jo Ames,Ana Boyd,Al Cole\n")
    filled = [sum(name not in ("", " ", "N/A") for name in names) for names in rows]
    done = _receive(store, permit, header + lines, mapping)
    assert done.report.rows_kept == sum(filled)
    (sheet,) = done.report.sheets
    empty = sum(note.count for note in sheet.left_out if note.code == "no_result")
    assert (empty, sheet.unaccounted) == (filled.count(0), 0)
