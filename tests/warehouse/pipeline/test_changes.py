"""Files of changes: rows are added, changed and deleted by their key, and each is counted once."""

import os
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.warehouse import conftest

from cairn.policy.engine import Permit
from cairn.policy.vocabulary import Action
from cairn.warehouse.pipeline import (
    ChangedFile,
    LandingResult,
    UnusableDelivery,
    build_changed_file,
    conform_landed_file,
    land_sheets,
    load_landing_result,
    preview_changed_rows,
    write_changed_file,
)
from cairn.warehouse.readers import read_file
from cairn.warehouse.schema import (
    ColumnMapping,
    DeletionMark,
    MappingProblem,
    load_element_catalogue,
)
from cairn.warehouse.schema.column_mapping import WideLayout
from cairn.warehouse.store import FileStore, WrongPermit
from cairn.warehouse.store.keys import KeyRing

MakePermit = Callable[..., Permit]
STUDENTS = ColumnMapping(
    record="student",
    columns={"ID": "local_id", "First": "given_name", "Born": "birth_date"},
    deletes=DeletionMark("Action", ("D", "remove")),
)
BEFORE = "ID,First,Born\n1,Ada,2015-03-01\n2,Ben,2015-04-02\n3,Cam,2015-05-03\n"


def _land(
    store: FileStore, permit: MakePermit, content: str, mapping: ColumnMapping = STUDENTS
) -> LandingResult:
    sheets = read_file("roster.csv", content.encode())
    return land_sheets(store, sheets, mapping, permit=permit(Action.RECEIVE, mapping.record))


def _build(
    store: FileStore,
    permit: MakePermit,
    before: LandingResult,
    content: str,
    mapping: ColumnMapping = STUDENTS,
    name: str = "roster.csv",
) -> ChangedFile:
    return build_changed_file(
        store,
        before.ref,
        read_file(name, content.encode()),
        mapping,
        permit=permit(Action.RECEIVE, mapping.record),
        label="changes",
    )


def _apply(
    store: FileStore,
    permit: MakePermit,
    before: LandingResult,
    content: str,
    mapping: ColumnMapping = STUDENTS,
) -> LandingResult:
    changed = _build(store, permit, before, content, mapping)
    receive = permit(Action.RECEIVE, mapping.record)
    return write_changed_file(store, changed, mapping, permit=receive)


def _list_rows(store: FileStore, result: LandingResult) -> list[tuple[str, ...]]:
    rows = store.read(result.ref).select(["ID", "First", "Born"]).to_pylist()
    return sorted(tuple(row.values()) for row in rows)


def test_rows_are_added_changed_and_deleted_by_their_key(
    store: FileStore, permit: MakePermit
) -> None:
    before = _land(store, permit, BEFORE)
    content = (
        "ID,First,Born,Action\n2,Ben,2015-04-12,A\n4,Dee,2015-06-04,\n3,,, d \n"
        "1,Ada,2015-03-01,A\n9,,,REMOVE\n,Eve,2015-07-07,\n"
    )
    changed = _build(store, permit, before, content)
    counts = changed.counts
    assert counts.key == ("ID",)
    assert (counts.added, counts.changed, counts.unchanged, counts.no_key) == (1, 1, 1, 1)
    assert (counts.deletions, counts.not_found) == (2, 1)
    assert (counts.deleted_rows, counts.replaced_rows, counts.kept_rows) == (1, 1, 1)
    assert changed.local_ids == {"1", "2", "3", "4", "9"}
    assert not counts.is_empty
    receive, conform = permit(Action.RECEIVE, "student"), permit(Action.CONFORM, "student")
    report = preview_changed_rows(changed, STUDENTS, landing=receive, conforming=conform)
    assert (report.rows_in, report.rows_kept) == (3, 3)
    written = write_changed_file(store, changed, STUDENTS, permit=receive)
    assert _list_rows(store, written) == [
        ("1", "Ada", "2015-03-01"),
        ("2", "Ben", "2015-04-12"),
        ("4", "Dee", "2015-06-04"),
    ]
    assert _list_rows(store, before) == _list_rows(store, _land(store, permit, BEFORE))
    assert load_landing_result(store, written.ref) == written
    assert store.manifest(written.ref).inputs == ()
    assert [sheet.sheet for sheet in written.sheets] == ["roster", "roster (changes)"]
    assert [(s.kept, s.unaccounted) for s in written.sheets] == [(1, 0), (2, 0)]


def test_the_same_changes_twice_change_nothing(store: FileStore, permit: MakePermit) -> None:
    content = "ID,First,Born,Action\n2,Ben,2015-04-12,\n3,,,D\n"
    once = _apply(store, permit, _land(store, permit, BEFORE), content)
    again = _build(store, permit, once, content)
    assert again.counts.is_empty
    assert again.table.num_rows == 2
    written = write_changed_file(store, again, STUDENTS, permit=permit(Action.RECEIVE, "student"))
    assert [s.sheet for s in written.sheets][-1] == "roster (changes) 2"
    assert all(sheet.unaccounted == 0 for sheet in written.sheets)


def test_sheets_of_several_changes_have_names_of_their_own(
    store: FileStore, permit: MakePermit
) -> None:
    result = _land(store, permit, BEFORE)
    for day in ("11", "12", "13"):
        result = _apply(store, permit, result, f"ID,First,Born,Action\n2,Ben,2015-04-{day},\n")
    names = ["roster", "roster (changes)", "roster (changes) 2", "roster (changes) 3"]
    assert [sheet.sheet for sheet in result.sheets] == names
    assert [(s.kept, s.unaccounted) for s in result.sheets] == [(2, 0), (0, 0), (0, 0), (1, 0)]


def test_the_later_of_two_entries_for_one_row_decides(store: FileStore, permit: MakePermit) -> None:
    before = _land(store, permit, BEFORE)
    content = "ID,First,Born,Action\n2,Ben,2015-04-12,\n2,,,D\n3,,,D\n3,Cam,2015-05-13,\n"
    changed = _build(store, permit, before, content)
    assert changed.table["Born"].to_pylist() == ["2015-03-01", "2015-05-13"]
    assert all(sheet.unaccounted == 0 for sheet in changed.landing.sheets)


def test_rows_of_one_key_change_together(store: FileStore, permit: MakePermit) -> None:
    mapping = ColumnMapping(
        record="attendance",
        columns={"ID": "local_id", "Day": "date", "Code": "event"},
        codes={"event": {"A": "absent_unexcused", "L": "tardy"}},
    )
    before = _land(
        store, permit, "ID,Day,Code\n1,9/8/2025,A\n1,9/8/2025,L\n1,9/9/2025,A\n", mapping
    )
    changed = _build(store, permit, before, "ID,Day,Code\n1,9/8/2025,L\n", mapping)
    assert changed.counts.key == ("ID", "Day")
    assert (changed.counts.changed, changed.counts.replaced_rows) == (1, 2)
    rows = changed.table.select(["Day", "Code"]).to_pylist()
    assert [tuple(row.values()) for row in rows] == [("9/9/2025", "A"), ("9/8/2025", "L")]


def test_oneroster_marks_deleted_rows_without_a_mapping(
    store: FileStore, permit: MakePermit
) -> None:
    mapping = replace(STUDENTS, deletes=None)
    before = _land(store, permit, BEFORE, mapping)
    content = "ID,First,Born,status\n1,,,tobedeleted\n2,Ben,2015-04-02,active\n"
    changed = _build(store, permit, before, content, mapping)
    assert (changed.counts.deleted_rows, changed.counts.unchanged) == (1, 1)


def test_a_whole_file_leaves_out_the_rows_that_are_marked_as_deleted(
    store: FileStore, permit: MakePermit
) -> None:
    landed = _land(store, permit, "ID,First,Born,Action\n1,Ada,2015-03-01,\n2,Ben,2015-04-02,D\n")
    assert landed.rows == 1
    assert [note.count for note in landed.sheets[0].left_out if note.code == "deleted_rows"] == [1]
    assert landed.sheets[0].unaccounted == 0


def test_a_record_id_alone_is_the_key_and_a_state_id_stands_in(
    store: FileStore, permit: MakePermit
) -> None:
    mapping = ColumnMapping(
        record="assessment", columns={"Row": "record_id", "ID": "local_id", "Score": "score"}
    )
    before = _land(store, permit, "Row,ID,Score\nr1,1,5\nr2,1,6\n", mapping)
    changed = _build(store, permit, before, "Row,ID,Score\nr2,1,7\n", mapping)
    assert changed.counts.key == ("Row",)
    assert changed.table["Score"].to_pylist() == ["5", "7"]
    by_state = ColumnMapping(record="student", columns={"State": "state_id", "First": "given_name"})
    before = _land(store, permit, "State,First\n77,Ada\n", by_state)
    assert _build(store, permit, before, "State,First\n77,Adah\n", by_state).counts.changed == 1


def test_changes_that_cannot_be_applied_are_refused_with_what_to_send(
    store: FileStore, permit: MakePermit
) -> None:
    before = _land(store, permit, BEFORE)
    plain = replace(STUDENTS, deletes=None)
    periods = ColumnMapping(record="attendance", columns={"ID": "local_id", "P1": "event:period"})
    cases = [
        ("ID,First,Born\n1,Ada,2015-03-01\n", STUDENTS, "no column “Action”"),
        ("ID,First,Action\n1,Ada,\n", STUDENTS, "Missing: Born"),
        ("ID,First,Born\n1,Ada,2015-03-01\n", replace(plain, fill_down=("ID",)), "this layout"),
        ("ID,P1\n1,A\n", periods, "could not take back"),
        (
            "ID,First,Born,Last\n1,Ada,2015-03-01,Ames\n",
            replace(plain, columns={**plain.columns, "Last": "family_name"}),
            "Not in the earlier file: Last",
        ),
    ]
    for content, mapping, words in cases:
        with pytest.raises(UnusableDelivery, match=words):
            _build(store, permit, before, content, mapping)
    names = ColumnMapping(record="student", columns={"First": "given_name", "Born": "birth_date"})
    before = _land(store, permit, "First,Born\nAda,2015-03-01\n", names)
    with pytest.raises(UnusableDelivery, match="by which the rows to change are found"):
        _build(store, permit, before, "First,Born\nAda,2015-03-02\n", names)
    wide = ColumnMapping(record="attendance", columns={"ID": "local_id"}, wide=WideLayout("event"))
    with pytest.raises(UnusableDelivery, match="several rows"):
        _build(store, permit, before, "ID,9/8/2025\n1,A\n", wide)


def test_an_archive_of_tables_that_belong_together_is_refused(
    store: FileStore, permit: MakePermit
) -> None:
    before = _land(store, permit, BEFORE)
    sheets = [replace(sheet, sources=("users",)) for sheet in read_file("a.csv", BEFORE.encode())]
    mapping = replace(STUDENTS, deletes=None)
    receive = permit(Action.RECEIVE, "student")
    with pytest.raises(UnusableDelivery, match="full \\(bulk\\) export"):
        build_changed_file(store, before.ref, sheets, mapping, permit=receive, label="changes")


def test_changes_take_a_permit_to_receive_that_covers_the_earlier_columns(
    store: FileStore, permit: MakePermit
) -> None:
    before = _land(store, permit, BEFORE)
    sheets = read_file("roster.csv", b"ID,First,Born,Action\n1,,,D\n")
    for allowed, problem in (
        (permit(Action.CONFORM, "student"), WrongPermit),
        (permit(Action.RECEIVE, "student", without=["birth_date"]), UnusableDelivery),
    ):
        with pytest.raises(problem):
            build_changed_file(store, before.ref, sheets, STUDENTS, permit=allowed, label="changes")


def test_every_record_type_has_a_key_of_its_own_fields() -> None:
    for record in load_element_catalogue().values():
        assert record.key
        assert {*record.key} <= record.fields.keys(), record.name


def test_a_deletion_mark_says_where_it_is() -> None:
    assert ColumnMapping.parse(STUDENTS.dump()) == STUDENTS
    for text in ('[deletes]\ncolumn = ""\nvalues = ["D"]', '[deletes]\ncolumn = "A"\n'):
        with pytest.raises(MappingProblem, match="deletes"):
            ColumnMapping.parse(f'record = "student"\n[columns]\nID = "local_id"\n{text}')


_STATES = st.dictionaries(st.sampled_from("123456"), st.sampled_from(["Ada", "Ben", ""]))


@given(st.lists(_STATES, min_size=1, max_size=4), st.booleans())
@settings(max_examples=25, deadline=None)
def test_changes_applied_in_order_equal_the_whole_file(
    states: list[dict[str, str]], repeated: bool
) -> None:
    make = conftest.permit.__wrapped__()
    with TemporaryDirectory() as folder:
        store = FileStore(Path(folder), KeyRing(os.urandom(32)))
        result = _land(store, make, _write(states[0]))
        for before, after in pairwise(states):
            content = _write_changes(before, after)
            for _time in range(1 + repeated):
                result = _apply(store, make, result, content)
                assert all(sheet.unaccounted == 0 for sheet in result.sheets)
        assert _list_rows(store, result) == _list_rows(
            store, _land(store, make, _write(states[-1]))
        )
        conform = make(Action.CONFORM, "student")
        report = conform_landed_file(store, result.ref, STUDENTS, permit=conform).report
        assert report.rows_in == len(states[-1])


def _write(state: dict[str, str]) -> str:
    return "ID,First,Born\n" + "".join(f"{i},{name},2015-01-01\n" for i, name in state.items())


def _write_changes(before: dict[str, str], after: dict[str, str]) -> str:
    lines = [f"{i},{n},2015-01-01,A\n" for i, n in after.items() if before.get(i) != n]
    lines += [f"{i},,,D\n" for i in before if i not in after]
    return "ID,First,Born,Action\n" + "".join(lines)
