"""Changes of OneRoster's JSON: users and demographics change alone, and a deletion ends a spell."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pytest

from cairn.policy.engine import Permit
from cairn.policy.vocabulary import Action
from cairn.warehouse.pipeline import (
    ChangedFile,
    LandingResult,
    UnusableDelivery,
    build_changed_file,
    land_sheets,
    write_changed_file,
)
from cairn.warehouse.readers import read_file, read_file_in_child_process
from cairn.warehouse.schema import ColumnMapping, DeletionMark, RowFilter
from cairn.warehouse.store import FileStore

MakePermit = Callable[..., Permit]
Rows = dict[str, list[dict[str, Any]]]
STUDENTS: Final = ColumnMapping(
    record="student",
    columns={
        "sourcedId": "local_id",
        "givenName": "given_name",
        "familyName": "family_name",
        "birthDate": "birth_date",
        "sex": "gender",
    },
    filters=(RowFilter("students", "role", keep=("student",)),),
    deletes=DeletionMark("status", ("tobedeleted",)),
)
ENROLLMENTS: Final = ColumnMapping(
    record="enrollment",
    columns={
        "sourcedId": "record_id",
        "user.sourcedId": "local_id",
        "beginDate": "entry_date",
        "endDate": "exit_date",
    },
)


def record(key: str, day: int = 1, **values: Any) -> dict[str, Any]:
    """Make a record that was modified on a day of September."""
    modified_at = f"2026-09-{day:02}T08:00:00.000Z"
    return {"sourcedId": key, "status": "active", "dateLastModified": modified_at, **values}


def user(key: str, name: str, day: int = 1, **values: Any) -> dict[str, Any]:
    return record(key, day, givenName=name, familyName="Bell", **{"role": "student", **values})


def born(key: str, birth_date: str, day: int = 1, **values: Any) -> dict[str, Any]:
    # The key need not be the first of a record.
    return {"birthDate": birth_date, "sex": "female", **record(key, day, **values)}


FULL: Final = {
    "users": [user("1", "Ada"), user("2", "Ben"), user("3", "Cam"), user("t", "T", role="teacher")],
    "demographics": [born("1", "2015-03-01"), born("2", "2015-04-02"), born("3", "2015-05-03")],
}


def land(
    store: FileStore, permit: MakePermit, rows: Rows, mapping: ColumnMapping = STUDENTS
) -> LandingResult:
    sheets = read_file("sis.json", json.dumps(rows).encode())
    return land_sheets(store, sheets, mapping, permit=permit(Action.RECEIVE, mapping.record))


def build(
    store: FileStore,
    permit: MakePermit,
    before: LandingResult,
    rows: Rows,
    mapping: ColumnMapping = STUDENTS,
) -> ChangedFile:
    sheets = read_file("sis.json", json.dumps(rows).encode())
    changed = build_changed_file(
        store,
        before.ref,
        sheets,
        mapping,
        permit=permit(Action.RECEIVE, mapping.record),
        label="changes",
    )
    assert all(sheet.unaccounted == 0 for sheet in changed.landing.sheets)
    return changed


def list_students(changed: ChangedFile) -> dict[str, tuple[str, str | None]]:
    names = ("sourcedId", "givenName", "birthDate")
    rows = zip(*(changed.table[name].to_pylist() for name in names), strict=True)
    return {key: (name, day) for key, name, day in rows}


def test_users_and_demographics_change_alone(store: FileStore, permit: MakePermit) -> None:
    before = land(store, permit, FULL)
    changed = build(
        store,
        permit,
        before,
        {
            "users": [
                user("1", "Adele", 20),
                user("1", "Adah", 10),  # older, whatever its place
                user("3", "Cam", 12, status="tobedeleted"),
                user("4", "Dee", 12),
            ],
            "demographics": [
                born("2", "2015-04-12", 12),
                born("4", "2015-06-04", 12),
                born("t", "1980-01-01", 12),  # a teacher, who is none of the rows
            ],
        },
    )
    assert list_students(changed) == {
        "1": ("Adele", "2015-03-01"),
        "2": ("Ben", "2015-04-12"),
        "4": ("Dee", "2015-06-04"),
    }
    counts = changed.counts
    assert (counts.added, counts.changed, counts.deleted_rows) == (1, 2, 1)
    left_out = {note.code: note.count for s in changed.landing.sheets for note in s.left_out}
    assert (left_out["older_records"], left_out["other_people"]) == (1, 1)
    receive = permit(Action.RECEIVE, "student")
    after = write_changed_file(store, changed, STUDENTS, permit=receive)
    renamed = build(store, permit, after, {"users": [user("2", "Benno", 21)]})
    assert list_students(renamed)["2"] == ("Benno", "2015-04-12")
    deleted = born("1", "", 22, status="tobedeleted")
    for users in ([user("1", "Adele", 20)], [user("4", "Dee", 12)]):
        emptied = build(store, permit, after, {"users": users, "demographics": [deleted]})
        assert list_students(emptied)["1"] == ("Adele", None)
        assert list_students(emptied)["4"] == ("Dee", "2015-06-04")


def test_what_was_joined_comes_from_the_process_that_reads_the_file() -> None:
    content = json.dumps(FULL).encode()
    assert read_file_in_child_process("sis.json", content) == read_file("sis.json", content)


def test_the_same_changes_twice_change_nothing(store: FileStore, permit: MakePermit) -> None:
    changes = {"users": [user("1", "Adele", 9)], "demographics": [born("2", "2015-04-12", 9)]}
    first = build(store, permit, land(store, permit, FULL), changes)
    after = write_changed_file(store, first, STUDENTS, permit=permit(Action.RECEIVE, "student"))
    assert build(store, permit, after, changes).counts.is_empty


def test_demographics_of_students_who_cannot_be_found_are_refused(
    store: FileStore, permit: MakePermit
) -> None:
    columns = {"identifier": "local_id", "givenName": "given_name", "birthDate": "birth_date"}
    mapping = replace(STUDENTS, columns=columns)
    users = [user(key, "Ada", identifier=f"10{key}") for key in "12"]
    before = land(store, permit, {**FULL, "users": users}, mapping)
    renamed = {"users": [{**users[0], "givenName": "Adele"}], "demographics": []}
    changed = build(store, permit, before, renamed, mapping)
    assert changed.table["birthDate"].to_pylist() == ["2015-04-02", "2015-03-01"]
    alone = {**renamed, "demographics": [born("2", "2015-04-12")]}
    with pytest.raises(UnusableDelivery, match="name students by “sourcedId”"):
        build(store, permit, before, alone, mapping)


@pytest.mark.parametrize("mark", [None, DeletionMark("status", ("tobedeleted",))])
def test_a_deleted_enrollment_ends_and_stays(
    store: FileStore, permit: MakePermit, mark: DeletionMark | None
) -> None:
    def enroll(key: str, day: int = 1, **values: Any) -> dict[str, Any]:
        child = {"user": {"sourcedId": f"s{key}"}, "role": "student"}
        return record(key, day, beginDate="2026-08-20", **child, **values)

    mapping = replace(ENROLLMENTS, deletes=mark)
    before = land(store, permit, {"enrollments": [enroll("e1"), enroll("e2")]}, mapping)
    ended = enroll("e1", 15, status="tobedeleted")
    changes = [ended, enroll("e1", 9), enroll("e3", 10)]
    changed = build(store, permit, before, {"enrollments": changes}, mapping)
    rows = changed.table.select(["sourcedId", "endDate"]).to_pylist()
    ends = {row["sourcedId"]: row["endDate"] or "" for row in rows}
    assert ends == {"e1": "2026-09-15", "e2": "", "e3": ""}
    assert (changed.counts.changed, changed.counts.added, changed.counts.deleted_rows) == (1, 1, 0)
