"""Rows of class periods become one event for each student, day and school."""

import random
from collections.abc import Callable
from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.policy.engine.decision import Permit
from cairn.policy.vocabulary.actions import Action
from cairn.warehouse.pipeline import changes, conform, corrections, landing
from cairn.warehouse.pipeline.preview import preview_corrected_rows
from cairn.warehouse.pipeline.row_consistency.class_periods import ClassPeriodRows
from cairn.warehouse.readers import read_file
from cairn.warehouse.schema import Failure, ReadNote
from cairn.warehouse.schema.column_mapping import ColumnMapping, MappingProblem
from cairn.warehouse.schema.mapping_rules import DeletionMark, PeriodRule
from cairn.warehouse.schema.mapping_suggestion import suggest_mapping
from cairn.warehouse.store.file_store import FileStore

Permits = Callable[..., Permit]

_ROWS = """Student ID,School ID,Date,Period,Attendance Code,Duration
1,10,9/15/2025,1,UA,50
1,10,9/15/2025,Period 2,EA,50
1,10,9/15/2025,3(A-B),P,50
2,10,9/15/2025,1,T,50
3,10,9/15/2025,"1-2",UA,50
3,10,9/15/2025,2,UA,50
4,10,9/15/2025,1,UA,50
4,20,9/15/2025,1,EA,50
5,10,9/15/2025,1,UA,50
5,10,9/15/2025,1,T,50
5,10,9/15/2025,2,UA,50
6,10,9/15/2025,1,UA,50
6,10,9/15/2025,2,ZZ,50
6,10,9/16/2025,1,P,50
7,10,9/15/2025,All Day,UA,50
7,10,9/15/2025,1,UA,50
8,10,someday,1,UA,50
8,10,9/15/2025,1,EA,50
9,10,9/15/2025,1,,50
9,10,9/15/2025,2,UA,50
,10,9/15/2025,2,UA,50
"""
_EVENTS = [
    ("1", "10", "2025-09-15", "absent_unexcused", None, "2, 3, 4"),
    ("2", "10", "2025-09-15", "tardy", 50.0, "5"),
    ("3", "10", "2025-09-15", "absent_unexcused", None, "6, 7"),
    ("4", "10", "2025-09-15", "absent_unexcused", 50.0, "8"),
    ("4", "20", "2025-09-15", "absent_excused", 50.0, "9"),
    ("6", "10", "2025-09-16", "present", 50.0, "15"),
    ("8", "10", "2025-09-15", "partial", 50.0, "19"),
    ("9", "10", "2025-09-15", "partial", 50.0, "21"),
]
_FIELDS = ("local_id", "school_id", "date", "event", "duration", "source_rows")


def _suggest(content: str, absent_from: int = 2) -> ColumnMapping:
    (sheet,) = read_file("x.csv", content.encode())
    mapping = replace(suggest_mapping(sheet.header, sheet.table), periods=PeriodRule(absent_from))
    assert ColumnMapping.parse(mapping.dump()) == mapping
    return mapping


def _land(
    store: FileStore, permit: Permits, content: str, mapping: ColumnMapping
) -> landing.LandingResult:
    sheets = read_file("x.csv", content.encode())
    return landing.land_sheets(store, sheets, mapping, permit=permit(Action.RECEIVE, "attendance"))


def _conform(
    store: FileStore, permit: Permits, landed: landing.LandingResult, mapping: ColumnMapping
) -> tuple[list[tuple[object, ...]], conform.ConformResult]:
    may_conform = permit(Action.CONFORM, "attendance")
    done = conform.conform_landed_file(store, landed.ref, mapping, permit=may_conform)
    rows = [{**row, "date": str(row["date"])} for row in store.read(done.ref).to_pylist()]
    return [tuple(row.get(name) for name in _FIELDS) for row in rows], done


def test_each_day_is_one_event_and_each_row_is_counted(store: FileStore, permit: Permits) -> None:
    mapping = _suggest(_ROWS)
    assert (mapping.record, mapping.columns["Period"]) == ("attendance", "event:class_period")
    events, done = _conform(store, permit, _land(store, permit, _ROWS, mapping), mapping)
    assert events == _EVENTS
    report = done.report
    problems = {p.code: p.count for p in report.set_aside_problems}
    assert problems == {
        "not_a_date": 1,
        "unknown_code": 1,
        "no_class_period": 1,
        "no_subject": 1,
        "two_codes": 2,
        "day_incomplete": 3,
    }
    assert (report.rows_kept, report.rows_quarantined, report.repeated_rows) == (11, 9, 0)
    assert [sheet.unaccounted for sheet in report.sheets] == [0]
    assert report.notes[-1] == ReadNote("joined_periods", report.notes[-1].message, 8)
    assert "11 rows of class periods became 8 events" in report.notes[-1].message


def test_a_file_without_what_tells_the_periods_apart_is_refused(
    store: FileStore, permit: Permits
) -> None:
    mapping = _suggest(_ROWS)
    with pytest.raises(landing.UnusableDelivery, match="absent_from"):
        _land(store, permit, _ROWS, replace(mapping, periods=None))
    without = _ROWS.replace("Period,", "Teacher,")
    with pytest.raises(landing.UnusableDelivery, match="would count as several days"):
        _land(store, permit, without, mapping)
    columns = mapping.columns
    for changed, words in (
        ({"part": "Teacher"}, "by the school ID only"),
        ({"columns": {**columns, "Block": "event:class_period"}}, "Choose one"),
        ({"columns": {n: t for n, t in columns.items() if t != "event"}}, "column with its code"),
    ):
        with pytest.raises(MappingProblem, match=words):
            replace(mapping, **changed)
    assert replace(mapping, part="School ID").part


def test_a_change_of_one_period_changes_its_day(store: FileStore, permit: Permits) -> None:
    mapping = replace(_suggest(_ROWS), deletes=DeletionMark("Action", ("D",)))
    heading, *rows = _ROWS.splitlines()[:5]
    before = _land(
        store, permit, "\n".join([f"{heading},Action", *(f"{r}," for r in rows)]), mapping
    )

    def change(*lines: str) -> list[tuple[object, ...]]:
        sheets = read_file("x.csv", "\n".join([f"{heading},Action", *lines]).encode())
        may_receive = permit(Action.RECEIVE, "attendance")
        changed = changes.build_changed_file(
            store, before.ref, sheets, mapping, permit=may_receive, label="changes"
        )
        written = changes.write_changed_file(store, changed, mapping, permit=may_receive)
        events, _done = _conform(store, permit, written, mapping)
        return sorted(event[:4] for event in events)

    expected = [("1", "10", "2025-09-15", "partial"), ("2", "10", "2025-09-15", "tardy")]
    assert change("1,10,9/15/2025,1,P,50,") == expected
    assert change("1,10,9/15/2025,Period 2,,,D") == expected
    with pytest.raises(landing.UnusableDelivery, match="could not take back"):
        change("1,10,9/15/2025,1,,50,")


_CODES = ("present", "tardy", "partial", "absent_excused", "absent_unexcused", "suspended", None)
_ENTRY = st.tuples(
    st.sampled_from(["1", "2", None]),
    st.sampled_from(["10", "20", None]),
    st.sampled_from(["1", "2", "1-2", "Art", ""]),
    st.sampled_from(_CODES),
)
_Entry = tuple[str | None, str | None, str, str | None]


def _join(entries: list[_Entry], absent_from: int) -> tuple[set[tuple[object, ...]], list[str]]:
    ids, schools, periods, events = zip(*entries, strict=True)
    columns = {
        "local_id": pa.array(ids, pa.string()),
        "school_id": pa.array(schools, pa.string()),
        "date": pa.array([1] * len(entries), pa.date32()),
        "event": pa.array(events, pa.string()),
    }
    places = [str(index) for index in range(len(entries))]
    rows = ClassPeriodRows(columns, pa.array(periods), pa.array(places))
    is_kept = [
        bool(ids[i] and events[i] and not lacks)
        for i, lacks in enumerate(rows.lacks_period.to_pylist())
    ]
    unclear = rows.find_unclear_days(pa.array(is_kept))
    two, lost = (unclear[f].to_pylist() for f in (Failure.TWO_CODES, Failure.DAY_INCOMPLETE))
    used = [kept and not (a or b) for kept, a, b in zip(is_kept, two, lost, strict=True)]
    days = rows.join_days(pa.array(used), absent_from)
    made_of = [place for text in days.places.to_pylist() for place in text.split(", ")]
    assert sorted(made_of, key=int) == [
        place for place, use in zip(places, used, strict=True) if use
    ]
    found = zip(days.positions.to_pylist(), days.events.to_pylist(), strict=True)
    return {(ids[first], schools[first], event) for first, event in found}, made_of


def _expect(entries: list[_Entry], absent_from: int) -> set[tuple[object, ...]]:
    """Work out the events by the words of the rule, student by student."""
    events = set()
    for student in {entry[0] for entry in entries} - {None}:
        own = [(s, p, e) for i, s, cell, e in entries if i == student for p in _SPLIT[cell]]
        codes = {(s, p): {e for s2, p2, e in own if (s2, p2) == (s, p)} for s, p, _e in own}
        if any(p == "" or len(found) > 1 or None in found for (_s, p), found in codes.items()):
            continue
        said = {key: found.pop() for key, found in codes.items()}
        absent = ("absent_unexcused", "suspended", "absent_excused")
        is_day = sum(event in absent for event in said.values()) >= absent_from
        for school in {s for s, _p in said}:
            here = {event for (s, _p), event in said.items() if s == school}
            order = [*absent] if is_day else []
            order += ["partial" if {*absent} & here else "tardy", "tardy", "partial", "present"]
            found_here = here | ({"partial"} if {*absent} & here else set())
            events.add((student, school, next(e for e in order if e in found_here)))
    return events


_SPLIT = {"1": ["1"], "2": ["2"], "1-2": ["1", "2"], "Art": ["art"], "": [""]}


@given(st.lists(_ENTRY, min_size=1, max_size=9), st.integers(1, 3), st.randoms())
@settings(max_examples=12, deadline=None)
def test_any_order_gives_the_events_of_the_rule(
    entries: list[_Entry], absent_from: int, order: random.Random
) -> None:
    events, _places = _join(entries, absent_from)
    assert events == _expect(entries, absent_from)
    shuffled = [*entries, *entries[:2]]  # a row that is there twice says nothing new
    order.shuffle(shuffled)
    assert _join(shuffled, absent_from)[0] == events


def test_a_corrected_period_makes_its_day_known(store: FileStore, permit: Permits) -> None:
    mapping = _suggest(_ROWS)
    landed = _land(store, permit, _ROWS, mapping)
    _events, done = _conform(store, permit, landed, mapping)
    table, problems = store.read(landed.ref), store.read(done.quarantine_ref)
    receive, may_conform = (permit(a, "attendance") for a in (Action.RECEIVE, Action.CONFORM))
    columns = corrections.list_correction_columns(table.column_names, mapping, receive.elements)
    rows = corrections.list_rows_to_correct(table, problems, version="7-a", columns=columns)
    assert "Period" in columns
    place = next(entry.position for entry in rows.rows if entry.row == 14)
    fixed = corrections.Corrections({(place, "Attendance Code"): "UA"}, 1, 0, 0)
    corrected = corrections.build_corrected_file(store, landed.ref, fixed, mapping, permit=receive)
    report, left = preview_corrected_rows(
        corrected, mapping, landing=receive, conforming=may_conform
    )
    assert report.rows_kept == done.report.rows_kept + 2
    assert ("x", 13, "") not in corrections.list_problem_places(left)
    written = corrections.write_corrected_file(store, corrected, mapping, permit=receive)
    assert ("6", "10", "2025-09-15", "absent_unexcused", None, "13, 14") in _conform(
        store, permit, written, mapping
    )[0]
