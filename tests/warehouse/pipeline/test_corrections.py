"""Corrections of single cells: what may change, and what is counted, whatever comes back."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.policy.engine import Permit
from cairn.policy.engine.decision import _PERMIT_SEAL
from cairn.policy.vocabulary import Action
from cairn.warehouse.exporters import export_correction_csv
from cairn.warehouse.pipeline import (
    CorrectionMismatch,
    Corrections,
    CorrectionTable,
    LandingResult,
    QualityReport,
    RowOrigin,
    UnusableDelivery,
    build_corrected_file,
    conform_landed_file,
    land_sheets,
    list_correction_columns,
    list_problem_places,
    list_rows_to_correct,
    load_landing_result,
    preview_corrected_rows,
    read_corrections,
    write_corrected_file,
)
from cairn.warehouse.readers import read_file
from cairn.warehouse.schema import ColumnMapping
from cairn.warehouse.schema.column_mapping import WideLayout
from cairn.warehouse.store import FileStore, WrongPermit
from cairn.warehouse.store.keys import KeyRing

MakePermit = Callable[..., Permit]
VERSION = "3-00000000000000ab"
STUDENTS = ColumnMapping(
    record="student", columns={"ID": "local_id", "Name": "name:first_last", "Born": "birth_date"}
)
ROSTER = "ID,Name,Born\n1,Ada Lee Ames,2015-03-01\n2,Ben Boyd,soon\n3,Cam Cole,never\n"


def _land(
    store: FileStore, permit: MakePermit, content: str, mapping: ColumnMapping, **more: object
) -> tuple[LandingResult, pa.Table, QualityReport]:
    """Land and check a file; return also its problems and its report."""
    record = mapping.record
    landed = land_sheets(
        store,
        read_file("roster.csv", content.encode()),
        mapping,
        permit=permit(Action.RECEIVE, record, **more),
    )
    result = conform_landed_file(
        store, landed.ref, mapping, permit=permit(Action.CONFORM, record, **more)
    )
    return landed, store.read(result.quarantine_ref), result.report


def _list(
    store: FileStore,
    permit: MakePermit,
    content: str = ROSTER,
    mapping: ColumnMapping = STUDENTS,
    **more: object,
) -> tuple[LandingResult, CorrectionTable, QualityReport]:
    landed, problems, report = _land(store, permit, content, mapping, **more)
    table = store.read(landed.ref)
    elements = permit(Action.RECEIVE, mapping.record, **more).elements
    columns = list_correction_columns(table.column_names, mapping, elements)
    rows = list_rows_to_correct(table, problems, version=VERSION, columns=columns, limit=None)
    return landed, rows, report


def _change(rows: CorrectionTable, *changes: tuple[str, str]) -> Corrections:
    text = export_correction_csv(rows).decode("utf-8-sig")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return read_corrections(read_file("back.csv", text.encode()), rows)


def test_only_the_corrected_cells_change(store: FileStore, permit: MakePermit) -> None:
    landed, rows, _report = _list(store, permit)
    assert [(row.row, row.position) for row in rows.rows] == [(3, 1), (4, 2)]
    corrections = _change(rows, (",soon", ",2015-04-02"))
    assert corrections.cells == {(1, "Born"): "2015-04-02"}
    assert (corrections.rows, corrections.unchanged, corrections.refused) == (2, 1, 0)
    receive = permit(Action.RECEIVE, "student")
    corrected = build_corrected_file(store, landed.ref, corrections, STUDENTS, permit=receive)
    assert corrected.changed["ID"].to_pylist() == ["2"]
    report, problems = preview_corrected_rows(
        corrected,
        STUDENTS,
        landing=receive,
        conforming=permit(Action.CONFORM, "student"),
    )
    assert (report.rows_kept, report.cells_blanked) == (3, 1)
    assert list_problem_places(problems) == {("roster", 4, "")}
    written = write_corrected_file(store, corrected, STUDENTS, permit=receive)
    before, after = store.read(landed.ref), store.read(written.ref)
    assert after["Born"].to_pylist() == ["2015-03-01", "2015-04-02", "never"]
    assert after.drop(["Born"]) == before.drop(["Born"])
    manifest = store.manifest(written.ref)
    assert manifest.inputs == ()
    assert manifest.note["corrects"] == str(landed.ref)
    assert load_landing_result(store, written.ref) == written


def test_name_parts_that_the_agreement_does_not_cover_stay_out(
    store: FileStore, permit: MakePermit
) -> None:
    hidden = {"without": ["middle_name"]}
    landed, rows, _report = _list(store, permit, ROSTER.replace("2015-03-01", "-"), **hidden)
    assert "Lee" not in export_correction_csv(rows).decode()
    corrections = Corrections({(2, "Name"): "Cam Dee Cole"}, 1, 0, 0)
    receive = permit(Action.RECEIVE, "student", **hidden)
    corrected = build_corrected_file(store, landed.ref, corrections, STUDENTS, permit=receive)
    assert "Dee" not in corrected.table["Name"][2].as_py()


def test_a_column_that_is_covered_no_more_refuses(store: FileStore, permit: MakePermit) -> None:
    landed, rows, _report = _list(store, permit)
    corrections = _change(rows, (",soon", ",2015-04-02"))
    narrower = permit(Action.RECEIVE, "student", without=["birth_date"])
    with pytest.raises(UnusableDelivery, match="no longer covers these columns: Born"):
        build_corrected_file(store, landed.ref, corrections, STUDENTS, permit=narrower)
    with pytest.raises(WrongPermit):
        build_corrected_file(
            store,
            landed.ref,
            corrections,
            STUDENTS,
            permit=permit(Action.CONFORM, "student"),
        )
    header = store.read(landed.ref).column_names
    assert list_correction_columns(header, STUDENTS, narrower.elements) == ("ID", "Name")


def test_a_row_of_many_days_names_the_day_with_the_problem(
    store: FileStore, permit: MakePermit
) -> None:
    mapping = ColumnMapping(
        record="attendance",
        columns={"ID": "local_id"},
        wide=WideLayout(value="event", school_year="2025-26"),
    )
    content = "ID,2025-09-08,2025-09-09,2025-09-10\n1,present,??,absent\n2,present,absent,present\n"
    landed, rows, _report = _list(store, permit, content, mapping)
    (row,) = rows.rows
    assert row.part == "2025-09-09"
    assert row.list_open_columns(rows.columns) == {"(cell)"}
    corrections = _change(rows, (",??", ",present"))
    receive = permit(Action.RECEIVE, "attendance")
    corrected = build_corrected_file(store, landed.ref, corrections, mapping, permit=receive)
    assert corrected.changed["(heading)"].to_pylist() == ["2025-09-09"]
    other_day = _change(rows, ("2025-09-09", "2025-09-10"), (",??", ",present"))
    assert (other_day.cells, other_day.refused) == ({}, 1)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Cairn key", "Key", "not a correction file"),
        ("ID,Name", "Name,ID", "Their order was changed"),
        (",Born", ",Birthday", "Missing: Born. Added or renamed: Birthday."),
        (VERSION, "4-00000000000000ab", "No row of this file belongs to this version"),
    ],
)
def test_another_file_is_refused(
    store: FileStore, permit: MakePermit, old: str, new: str, message: str
) -> None:
    _landed, rows, _report = _list(store, permit)
    with pytest.raises(CorrectionMismatch, match=message) as raised:
        _change(rows, (old, new))
    assert raised.value.versions == ({new} if old == VERSION else frozenset())


def test_rows_that_were_added_copied_or_moved_are_refused(
    store: FileStore, permit: MakePermit
) -> None:
    _landed, rows, _report = _list(store, permit)
    text = export_correction_csv(rows).decode("utf-8-sig")
    line = text.splitlines()[1]
    added = text + ",,,,9,Zoe Zed,2015-01-01\r\n" + line.replace("soon", "2015-01-02") + "\r\n"
    corrections = read_corrections(read_file("a.csv", added.encode()), rows)
    assert (corrections.cells, corrections.refused, corrections.unchanged) == ({}, 3, 1)
    no_position = text.replace(f"{VERSION}-1", f"{VERSION}-77")
    corrections = read_corrections(read_file("a.csv", no_position.encode()), rows)
    assert corrections.refused == 1
    empty = read_corrections(read_file("a.csv", (text.splitlines()[0] + "\n").encode()), rows)
    assert (empty.rows, empty.cells) == (0, {})


def test_a_spreadsheet_that_rewrites_other_cells_changes_nothing(
    store: FileStore, permit: MakePermit
) -> None:
    content = ROSTER.replace("2,Ben", "007,Ben").replace("soon", "=soon")
    _landed, rows, _report = _list(store, permit, content)
    corrections = _change(rows, (",007,", ",7,"), (",'=soon", ",2015-04-02"))
    assert corrections.cells == {(1, "Born"): "2015-04-02"}
    assert corrections.ignored == {"ID": 1}
    assert not _change(rows).cells


def test_more_rows_than_the_limit_are_counted(store: FileStore, permit: MakePermit) -> None:
    landed, problems, _report = _land(store, permit, ROSTER, STUDENTS)
    table = store.read(landed.ref)
    rows = list_rows_to_correct(table, problems, version=VERSION, columns=("ID",), limit=1)
    assert (len(rows.rows), rows.omitted) == (1, 1)


def test_students_whom_the_permit_does_not_open_are_left_out_and_counted(
    store: FileStore, permit: MakePermit
) -> None:
    landed, rows, _report = _list(store, permit)
    corrections = _change(rows, (",soon", ",2015-04-02"))
    receive = permit(Action.RECEIVE, "student")
    opened = {"RC-DSA-01": dict.fromkeys("13", receive.elements)}
    closed = replace(receive, rows=opened, seal=_PERMIT_SEAL)
    origin = RowOrigin("RC-DSA-01", "river", pa.array)
    corrected = build_corrected_file(
        store, landed.ref, corrections, STUDENTS, permit=closed, rows=origin
    )
    (sheet,) = corrected.landing.sheets
    assert corrected.table["ID"].to_pylist() == ["1", "3"]
    assert corrected.changed.num_rows == 0
    assert corrected.table.num_rows + corrected.landing.left_out == 3
    assert corrected.landing.left_out == sheet.not_opened
    assert sheet.unaccounted == 0


CELLS = st.sampled_from(["2015-01-01", "soon", "", "1/2/2015", "x,y", "=1", "2099-01-01"])
IDS = st.sampled_from(["1", "2", "3", "", "1.2E+09"])


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(IDS, CELLS), min_size=1, max_size=6),
    st.lists(st.tuples(IDS, CELLS), min_size=6, max_size=6),
    st.booleans(),
)
def test_no_row_is_lost_whatever_is_corrected(
    sent: list[tuple[str, str]],
    back: list[tuple[str, str]],
    shifted: bool,
) -> None:
    """Accepted and set aside are all rows, before and after; other rows stay as they were."""
    from tests.warehouse import conftest

    make = conftest.permit.__wrapped__()
    text = "ID,Name,Born\n" + "".join(f'{i},A Name,"{born}"\n' for i, born in sent)
    text += "9,Bo By,2015-01-01,more\n" if shifted else ""
    with TemporaryDirectory() as folder:
        store = FileStore(Path(folder), KeyRing(os.urandom(32)))
        landed, rows, before = _list(store, make, text)
        cells = {
            (row.position, name): value
            for row, changed in zip(rows.rows, back, strict=False)
            if row.position is not None
            for name, value in zip(("ID", "Born"), changed, strict=True)
            if name in row.list_open_columns(rows.columns) and value != row.cells[name]
        }
        receive = make(Action.RECEIVE, "student")
        corrections = Corrections(cells, len(rows.rows), 0, 0)
        corrected = build_corrected_file(store, landed.ref, corrections, STUDENTS, permit=receive)
        written = write_corrected_file(store, corrected, STUDENTS, permit=receive)
        after = conform_landed_file(
            store, written.ref, STUDENTS, permit=make(Action.CONFORM, "student")
        ).report
        for report in (before, after):
            assert report.rows_kept + report.rows_quarantined + report.left_out == report.rows_in
            assert all(sheet.unaccounted == 0 for sheet in report.sheets)
        assert after.rows_in == before.rows_in == len(sent) + shifted
        others = [n for n in range(len(sent)) if n not in corrections.positions]
        untouched = pa.array(others, pa.int64())
        old, new = store.read(landed.ref), store.read(written.ref)
        assert old.take(untouched) == new.take(untouched)
