"""Landed text → typed rows: good ones kept, bad ones set aside with row, column and reason."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cairn.policy.engine.decision import Permit
from cairn.policy.vocabulary.actions import Action
from cairn.warehouse.pipeline import landing, quarantine
from cairn.warehouse.pipeline.conform import ConformResult, conform_landed_file, load_conform_result
from cairn.warehouse.pipeline.conversion import fields
from cairn.warehouse.pipeline.landing import land_sheets
from cairn.warehouse.pipeline.quality import QualityReport
from cairn.warehouse.readers import read_file
from cairn.warehouse.schema.column_mapping import ColumnMapping, WideLayout
from cairn.warehouse.store.file_refs import FileRef, Zone
from cairn.warehouse.store.file_store import FileStore, WrongPermit
from cairn.warehouse.store.keys import KeyRing

Permits = Callable[..., Permit]
ABSENT_AT_LEAST = 0.10
DAYS = 169


class Bar:
    """A progress bar that remembers."""

    def __init__(self) -> None:
        self.total = self.done = 0

    def step(self, name: str, total: int) -> None:
        self.total = total

    def advance(self, n: int) -> None:
        self.done += n


def _landed(
    store: FileStore, permit: Permits, content: bytes, mapping: ColumnMapping, name: str = "x.csv"
) -> FileRef:
    sheets = read_file(name, content, skip_rows=mapping.skip_rows)
    return land_sheets(store, sheets, mapping, permit=permit(Action.RECEIVE, mapping.record)).ref


def _conform(
    store: FileStore, permit: Permits, content: bytes, mapping: ColumnMapping, name: str = "x.csv"
) -> ConformResult:
    ref = _landed(store, permit, content, mapping, name)
    return conform_landed_file(store, ref, mapping, permit=permit(Action.CONFORM, mapping.record))


def _issues(store: FileStore, done: ConformResult) -> list[tuple[int, str | None, str, bool]]:
    lines = store.read(done.quarantine_ref).to_pylist()
    return sorted((x["source_row"], x["field"], x["code"], x["kept"]) for x in lines)


_ATTENDANCE = ColumnMapping(
    record="attendance",
    columns={"Key": "record_id", "ID": "local_id", "Day": "date", "Code": "event", "N": "duration"},
    constants={"school_year": "2025-2026"},
)


def test_types_and_reasons(store: FileStore, permit: Permits) -> None:
    content = b"""Key,ID,Day,Code,N
a,1,9/8/2025,A,1
b,2,9/25/2025,Tardy,lots
c,3,9/99/2025,A,1
d,4,9/9/2025,???,1
e,,9/9/2025,A,1
a,6,9/9/2025,A,1
g,7,,A,1
h,8,9/9/2025,A,1,moved
"""
    done = _conform(store, permit, content, _ATTENDANCE)
    table = store.read(done.ref)
    assert table.schema.metadata == {b"cairn.record": b"attendance"}
    assert table.to_pylist() == [
        {
            "record_id": "a", "source_sheet": "x", "source_row": 2, "local_id": "1",
            "school_year": "2025-26", "date": date(2025, 9, 8), "event": "absent_unexcused",
            "duration": 1.0,
        },
        {
            "record_id": "b", "source_sheet": "x", "source_row": 3, "local_id": "2",
            "school_year": "2025-26", "date": date(2025, 9, 25), "event": "tardy",
            "duration": None,
        },
    ]  # fmt: skip
    assert _issues(store, done) == [
        (3, "duration", "not_a_number", True),
        (4, "date", "not_a_date", False),
        (5, "event", "unknown_code", False),
        (6, None, "no_subject", False),
        (7, "record_id", "repeated_id", False),
        (8, "date", "required", False),
        (9, None, "shifted", False),
    ]
    report = done.report
    assert (report.rows_in, report.rows_kept, report.rows_quarantined) == (8, 2, 6)
    assert report.cells_blanked == 1
    by_field = {c.field: c for c in report.columns}
    assert by_field["date"].filled == 5
    assert by_field["date"].problems[0].rows == (4,)
    assert by_field["local_id"].distinct == 6
    assert by_field["duration"].filled_share == pytest.approx(6 / 7)
    assert {p.code for p in report.problems} == {"no_subject", "repeated_id", "shifted"}
    assert QualityReport.from_json(report.to_json()) == report


def test_a_value_is_nowhere_in_the_report(store: FileStore, permit: Permits) -> None:
    content = b"Key,ID,Day,Code,N\nk,1,Zqday,Zqcode,Zqn\n"
    done = _conform(store, permit, content, _ATTENDANCE)
    assert "Zq" not in done.report.to_json()
    assert "Zq" not in str(store.read(done.quarantine_ref).to_pydict())


def test_a_rerun_finds_what_was_made(store: FileStore, permit: Permits) -> None:
    content = b"Key,ID,Day,Code,N\na,1,9/8/2025,A,1\n"
    ref = _landed(store, permit, content, _ATTENDANCE)
    bar = Bar()
    given_ = permit(Action.CONFORM, "attendance")
    first = conform_landed_file(store, ref, _ATTENDANCE, permit=given_, progress=bar)
    assert bar.done == bar.total
    assert conform_landed_file(store, ref, _ATTENDANCE, permit=given_) == first
    assert load_conform_result(store, first.ref) == first
    other = ColumnMapping(record="attendance", columns={**_ATTENDANCE.columns, "N": "duration"})
    assert conform_landed_file(store, ref, other, permit=given_).ref != first.ref


def test_a_run_that_was_interrupted_leaves_no_second_list_of_rows_set_aside(
    store: FileStore, permit: Permits, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = _landed(store, permit, b"Key,ID,Day,Code,N\na,1,9/8/2025,A,1\nb,2,x,A,1\n", _ATTENDANCE)
    given_, write = permit(Action.CONFORM, "attendance"), FileStore.write

    def write_quarantine_alone(store: FileStore, zone: Zone, *args: Any, **kwargs: Any) -> FileRef:
        if zone is Zone.CONFORMED:
            raise OSError("No space left on device")
        return write(store, zone, *args, **kwargs)

    with monkeypatch.context() as full_disk:
        full_disk.setattr(FileStore, "write", write_quarantine_alone)
        with pytest.raises(OSError, match="No space"):
            conform_landed_file(store, ref, _ATTENDANCE, permit=given_)
    done = conform_landed_file(store, ref, _ATTENDANCE, permit=given_)
    set_aside = [entry.name for entry in store.manifests() if entry.zone == Zone.QUARANTINED]
    assert set_aside == [str(done.quarantine_ref)]
    assert _issues(store, done) == [(3, "date", "not_a_date", False)]


def test_a_narrower_permit_is_refused(store: FileStore, permit: Permits) -> None:
    ref = _landed(store, permit, b"Key,ID,Day,Code,N\na,1,9/8/2025,A,1\n", _ATTENDANCE)
    with pytest.raises(WrongPermit, match=r"attendance\.duration"):
        conform_landed_file(
            store,
            ref,
            _ATTENDANCE,
            permit=permit(Action.CONFORM, "attendance", without=["duration"]),
        )
    with pytest.raises(WrongPermit):
        conform_landed_file(store, ref, _ATTENDANCE, permit=permit(Action.RECEIVE, "attendance"))


def test_a_constant_that_is_not_covered_is_not_added(store: FileStore, permit: Permits) -> None:
    ref = _landed(store, permit, b"Key,ID,Day,Code,N\na,1,9/8/2025,A,1\n", _ATTENDANCE)
    less = permit(Action.CONFORM, "attendance", without=["school_year"])
    made = conform_landed_file(store, ref, _ATTENDANCE, permit=less)
    assert "school_year" not in store.read(made.ref).column_names


def test_a_bad_constant_fails_every_row(store: FileStore, permit: Permits) -> None:
    mapping = ColumnMapping(
        record="attendance",
        columns={"ID": "local_id", "Day": "date"},
        constants={"event": "nonsense"},
    )
    done = _conform(store, permit, b"ID,Day\n1,9/8/2025\n2,9/9/2025\n", mapping)
    assert done.report.rows_kept == 0


def test_a_required_field_that_a_new_mapping_forgets(store: FileStore, permit: Permits) -> None:
    ref = _landed(store, permit, b"Key,ID,Day,Code,N\na,1,9/8/2025,A,1\n", _ATTENDANCE)
    without = {c: f for c, f in _ATTENDANCE.columns.items() if c != "Code"}
    mapping = ColumnMapping(record="attendance", columns=without)
    done = conform_landed_file(store, ref, mapping, permit=permit(Action.CONFORM, "attendance"))
    assert _issues(store, done) == [(2, "event", "required", False)]
    assert [p.code for p in done.report.problems] == ["required"]


def test_names_flags_and_codes(store: FileStore, permit: Permits) -> None:
    content = b"""Name,Race,Hispanic,Sex,Born
"Cruz, Ana M",White,N,1,3/25/2016
Bo Lee,Asian,Y,2,3/26/2016
"Day Jr, Cy",,maybe,2,
"""
    mapping = ColumnMapping(
        record="student",
        columns={
            "Name": "name:last_first",
            "Race": "race_ethnicity",
            "Hispanic": "race_ethnicity:hispanic",
            "Sex": "gender",
            "Born": "birth_date",
        },
        codes={"gender": {"1": "F", "2": "M"}},
    )
    done = _conform(store, permit, content, mapping)
    rows = store.read(done.ref).to_pylist()
    assert [(r["given_name"], r["middle_name"], r["family_name"], r["suffix"]) for r in rows] == [
        ("Ana", "M", "Cruz", None),
        ("Lee", None, "Bo", None),
        ("Cy", None, "Day", "Jr"),
    ]
    assert [r["race_ethnicity"] for r in rows] == ["white", "hispanic", None]
    assert [r["gender"] for r in rows] == ["F", "M", "M"]
    assert _issues(store, done) == [(4, "race_ethnicity", "unknown_code", True)]
    assert [r["record_id"] for r in rows] == ["2", "3", "4"]


def test_a_column_a_day(store: FileStore, permit: Permits) -> None:
    mapping = ColumnMapping(
        record="session_attendance",
        columns={"Name": "name:first_last"},
        wide=WideLayout("hours:minutes", school_year="2025-26"),
    )
    done = _conform(store, permit, b"Name,9/8,9/10\nAna Cruz,90,\nBo Lee,60,30\n", mapping)
    rows = store.read(done.ref).to_pylist()
    assert [(r["record_id"], r["date"], r["hours"]) for r in rows] == [
        ("2:2025-09-08", date(2025, 9, 8), 1.5),
        ("3:2025-09-08", date(2025, 9, 8), 1.0),
        ("3:2025-09-10", date(2025, 9, 10), 0.5),
    ]


def test_minutes_of_one_column_are_added_to_the_hours_of_another(
    store: FileStore, permit: Permits
) -> None:
    cells = ["2,15", "1,", ",45", ",", "0,0", "1,75", "1.5,30", "1.5,0", "24,1", "x,5", "1,y"]
    content = "ID,Date,Hrs,Min\n" + "".join(f"{n},9/8/2025,{c}\n" for n, c in enumerate(cells))
    columns = {"ID": "local_id", "Date": "date", "Hrs": "hours", "Min": "hours:added_minutes"}
    mapping = ColumnMapping(record="session_attendance", columns=columns)
    done = _conform(store, permit, content.encode(), mapping)
    hours = store.read(done.ref)["hours"].to_pylist()
    assert hours == [2.25, 1.0, 0.75, None, 0.0, None, None, 1.5, None, None, None]
    assert _issues(store, done) == [
        (7, "hours", "out_of_range", True),
        (8, "hours", "out_of_range", True),
        (10, "hours", "out_of_range", True),
        (11, "hours", "not_a_number", True),
        (12, "hours", "not_a_number", True),
    ]


def test_rows_said_twice_are_kept_and_counted(store: FileStore, permit: Permits) -> None:
    mapping = ColumnMapping(record="student", columns={"ID": "local_id", "Sex": "gender"})
    done = _conform(store, permit, b"ID,Sex\n1,F\n1,F\n2,M\n", mapping)
    assert (done.report.rows_kept, done.report.repeated_rows) == (3, 1)


def test_record_ids_of_several_sheets_differ(store: FileStore, permit: Permits) -> None:
    import zipfile
    from io import BytesIO

    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("a.csv", "ID\n1\n")
        made.writestr("b.csv", "ID\n1\n")
    mapping = ColumnMapping(record="student", columns={"ID": "local_id"})
    done = _conform(store, permit, out.getvalue(), mapping, "x.zip")
    assert store.read(done.ref)["record_id"].to_pylist() == ["a:2", "b:2"]


def test_records_without_a_person_need_no_subject(store: FileStore, permit: Permits) -> None:
    mapping = ColumnMapping(
        record="calendar",
        columns={"School": "school_id", "Year": "school_year", "Days": "instructional_days"},
    )
    done = _conform(store, permit, b"School,Year,Days\n17,2026,169\n18,2026,x\n", mapping)
    assert done.report.rows_kept == 1
    only = ColumnMapping(record="student", columns={"K": "record_id", "ID": "local_id"})
    assert _conform(store, permit, b"K,ID\n1,2\n", only).report.repeated_rows == 0


_STUDENTS = ColumnMapping(
    record="student",
    columns={"ID": "local_id", "First": "given_name", "Last": "family_name", "Born": "birth_date"},
)
_DAILY = ColumnMapping(
    record="attendance",
    columns={"ID": "local_id"},
    constants={"school_year": "2025-26"},
    wide=WideLayout(field="date", value="event", school_year="2025-26"),
)


@pytest.mark.parametrize(
    ("mapping", "content"),
    [
        (
            _ATTENDANCE,
            (
                b"Key,ID,Day,Code,N\nK1,1,9/8/2025,A,1\nK1,2,9/8/2025,A,1\n,3,soon,A,\n"
                b"K4,,9/9/2025,A,2\nK5,5,9/9/2025,,\nK6,1,9/10/2025,A,x\nK7,2,9/10/2025,A,1\n"
            ),
        ),
        (
            _STUDENTS,
            (
                b"ID,First,Last,Born\n1,Ana,Ames,2015-03-01\n1,Ana,Ames,2015-03-01\n"
                b"2,Ben,Boyd,soon\n3,Cam,Cole,2015-03-03\n3,Dee,Dunn,2016-03-03\n,,,2015-01-01\n"
            ),
        ),
        (_DAILY, b"ID,9/8/2025,9/9/2025\n1,A,\n2,A,A\n3,,A\n4,,\n5,A,A\n"),
    ],
)
def test_a_file_of_many_blocks_is_conformed_as_one_of_one_block(
    store: FileStore,
    permit: Permits,
    tmp_path: Path,
    keys: KeyRing,
    monkeypatch: pytest.MonkeyPatch,
    mapping: ColumnMapping,
    content: bytes,
) -> None:
    whole = _conform(store, permit, content, mapping)
    for module, name, size in (
        (landing, "_BLOCK_ROWS", 2),
        (fields, "BLOCK_ROWS", 2),
        (quarantine, "_LARGE_COLUMN", 1),
        (quarantine, "_HASHED_ROWS", 1),
        (quarantine, "_MIN_REPEATS", 1),
    ):
        monkeypatch.setattr(module, name, size)
    other = FileStore(tmp_path / "blocks", keys)
    in_blocks = _conform(other, permit, content, mapping)
    assert in_blocks.report == whole.report
    assert other.read(in_blocks.ref).equals(store.read(whole.ref))
    assert other.read(in_blocks.quarantine_ref).equals(store.read(whole.quarantine_ref))
    assert whole.report.rows_kept


_CELLS = st.sampled_from(["1", "x", "", "9/8/2025", "2025-09-31", "A", "Tardy", "12.5"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(rows=st.lists(st.tuples(_CELLS, _CELLS, _CELLS, _CELLS, _CELLS), min_size=1, max_size=12))
def test_every_row_is_kept_or_set_aside_for_a_reason(
    store: FileStore, permit: Permits, rows: list[tuple[str, ...]]
) -> None:
    lines = ["Key,ID,Day,Code,N", *(",".join(r) for r in rows)]
    done = _conform(store, permit, "\n".join(lines).encode(), _ATTENDANCE)
    report = done.report
    written = sum(1 for r in rows if any(r))
    assert report.rows_in == written == report.rows_kept + report.rows_quarantined
    table, issues = store.read(done.ref), store.read(done.quarantine_ref)
    aside = set(issues.filter(pa.compute.invert(issues["kept"]))["source_row"].to_pylist())
    kept = set(table["source_row"].to_pylist())
    assert not kept & aside
    assert len(kept | aside) == written
    assert table["date"].null_count == table["event"].null_count == 0


def test_grand_bend_has_44_chronically_absent_students(
    store: FileStore, permit: Permits, real_data: Path
) -> None:
    """The known answer of the published district, from the conformed rows alone."""
    mapping = ColumnMapping(
        record="attendance",
        columns={
            "StudentReference.StudentIdentity.StudentUniqueId": "local_id",
            "SchoolReference.SchoolIdentity.SchoolId": "school_id",
            "SessionReference.SessionIdentity.SchoolYear": "school_year",
            "AttendanceEvent.EventDate": "date",
            "AttendanceEvent.AttendanceEventCategory": "event",
        },
    )
    path = real_data / "edfi_grandbend" / "StudentSchoolAttendance.xml"
    done = _conform(store, permit, path.read_bytes(), mapping, path.name)
    assert (done.report.rows_in, done.report.rows_kept) == (1917, 1917)
    events = store.read(done.ref)
    absent = events.filter(
        pa.compute.is_in(events["event"], pa.array(["absent_excused", "absent_unexcused"]))
    )
    days = absent.group_by(["school_id", "local_id"]).aggregate([("date", "count_distinct")])
    chronic = days.filter(
        pa.compute.greater_equal(days["date_count_distinct"], ABSENT_AT_LEAST * DAYS)
    )
    counts = chronic["school_id"].value_counts().to_pylist()
    assert sorted(c["counts"] for c in counts) == [12, 15, 17]


def test_a_published_readiness_file(store: FileStore, permit: Permits, real_data: Path) -> None:
    mapping = ColumnMapping(
        record="assessment",
        columns={
            "SchoolYear": "school_year",
            "Assessment": "assessment",
            "PS_StudentID": "local_id",
            "FirstName": "given_name",
            "LastName": "family_name",
            "DOB": "birth_date",
            "DateTaken": "date",
            "OverallScore": "score",
            "PerformanceLevelDescriptor": "performance_level",
        },
    )
    path = real_data / "assessments" / "KRA" / "data" / "KRA_sample_file_deidentified.csv"
    done = _conform(store, permit, path.read_bytes(), mapping, path.name)
    assert (done.report.rows_in, done.report.rows_kept) == (10, 10)
    first = store.read(done.ref).to_pylist()[0]
    assert (first["school_year"], first["date"], first["score"], first["assessment"]) == (
        "2022-23",
        date(2022, 8, 15),
        264.0,
        "KRA",
    )


def test_a_year_that_the_agreement_does_not_reach_is_set_aside(
    store: FileStore, permit: Permits
) -> None:
    mapping = ColumnMapping(
        record="attendance_total",
        columns={"ID": "local_id", "Y": "school_year", "E": "days_enrolled", "A": "days_absent"},
    )
    content = b"ID,Y,E,A\n1,2020-21,9,1\n2,2021-22,9,1\n3,2025-26,9,1\n4,2026-27,9,1\n"
    ref = _landed(store, permit, content, mapping)
    agreed = {"attendance_total": ("2021-22", "2025-26")}
    right = permit(Action.CONFORM, "attendance_total", years=agreed)
    done = conform_landed_file(store, ref, mapping, permit=right)
    assert store.read(done.ref).column("local_id").to_pylist() == ["2", "3"]
    assert _issues(store, done) == [
        (2, "school_year", "outside_years", False),
        (5, "school_year", "outside_years", False),
    ]
    # Another term for the same file is another right: what was made before is not found.
    wider = permit(
        Action.CONFORM, "attendance_total", years={"attendance_total": ("2020-21", "2025-26")}
    )
    assert conform_landed_file(store, ref, mapping, permit=wider).report.rows_kept == 3
    unlimited = permit(Action.CONFORM, "attendance_total", years={"calendar": ("2025-26",) * 2})
    assert conform_landed_file(store, ref, mapping, permit=unlimited).report.rows_kept == 4


_ROSTER = ColumnMapping(
    record="student",
    columns={
        "ID": "local_id", "State": "state_id", "First": "given_name", "Last": "family_name",
        "Born": "birth_date",
    },
)  # fmt: skip


def test_ids_in_scientific_notation_are_refused(store: FileStore, permit: Permits) -> None:
    content = b"""ID,State,First,Last,Born
1.23457E+09,,Ana,Cruz,2015-03-04
1.23457E+09,,Bo,Lee,2015-03-05
1003,9.1e+12,Cy,Day,2015-03-06
5E10,,Di,Fox,2015-03-07
"""
    done = _conform(store, permit, content, _ROSTER)
    assert store.read(done.ref)["local_id"].to_pylist() == ["1003", "5E10"]
    assert _issues(store, done) == [
        (2, "local_id", "scientific_id", False),
        (3, "local_id", "scientific_id", False),
        (4, "state_id", "scientific_id", True),
    ]
    (problem,) = next(c for c in done.report.columns if c.field == "local_id").problems
    assert problem.count == 2
    assert "format the column as text" in problem.message
    (shown,) = done.report.set_aside_problems
    assert (shown.message, shown.count) == (f"ID: {problem.message}", 2)


def test_what_other_programs_add_to_ids_is_removed_and_noted(
    store: FileStore, permit: Permits
) -> None:
    content = b"""ID,State,First,Last,Born
0012345_,1.0,Ana,Cruz,2015-03-04
A12_, 2.0 ,Bo,Lee,2015-03-05
A_B,3.5,Cy,Day_,2015-03-06
"""
    done = _conform(store, permit, content, _ROSTER)
    rows = store.read(done.ref).to_pylist()
    assert [row["local_id"] for row in rows] == ["0012345", "A12", "A_B"]
    assert [row["state_id"] for row in rows] == ["1", "2", "3.5"]
    assert rows[2]["family_name"] == "Day_"
    notes = {note.code: (note.count, note.message) for note in done.report.notes}
    assert notes["underscored_ids"][0] == notes["decimal_ids"][0] == 2
    assert notes["underscored_ids"][1].startswith("ID: ")


def test_an_id_of_two_children_is_no_ones(store: FileStore, permit: Permits) -> None:
    content = b"""ID,State,First,Last,Born
1,,Ana,Cruz,2015-03-04
1,,Leo,Vega,2013-09-10
2,,Bo,Lee,2015-03-05
2,,Bob,Lee,2015-03-05
2,,Bo,Lee,2015-03-05
"""
    done = _conform(store, permit, content, _ROSTER)
    assert store.read(done.ref)["local_id"].to_pylist() == ["2", "2", "2"]
    assert _issues(store, done) == [
        (2, "local_id", "shared_id", False),
        (3, "local_id", "shared_id", False),
    ]
    assert done.report.repeated_rows == 1


def test_enrollments_that_contradict_each_other_are_kept_and_counted(
    store: FileStore, permit: Permits
) -> None:
    columns = {"ID": "local_id", "Year": "school_year", "Grade": "grade"}
    mapping = ColumnMapping(
        record="enrollment", columns=columns | {"In": "entry_date", "Out": "exit_date"}
    )
    content = (
        b"ID,Year,Grade,In,Out\n1,2025-26,3,2025-09-01,2025-12-01\n"
        b"1,2025-26,4,2025-11-01,2025-10-01\n2,2025-26,3,2025-09-01,\n"
    )
    report = _conform(store, permit, content, mapping).report
    counts = {note.code: (note.count, note.rows) for note in report.notes}
    assert counts["overlapping_periods"] == counts["ends_before_begin"] == (1, (3,))
    assert counts["two_grades_a_year"] == (2, (2, 3))
    assert report.rows_kept == 3
