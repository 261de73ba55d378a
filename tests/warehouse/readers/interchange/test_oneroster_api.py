"""OneRoster as an API answers it: users that enrollments name by an identifier."""

import json
from typing import Any

import pytest

from cairn.warehouse.readers import read_file
from cairn.warehouse.schema import Sheet, suggest_mapping

_RECORD = {"status": "active", "dateLastModified": "2026-09-01T00:00:00Z"}


def _user(key: str, identifier: str, **changed: str) -> dict[str, Any]:
    names = {"givenName": "Ana", "familyName": "Cruz", "role": "student"}
    return {"sourcedId": key, **_RECORD, **names, "identifier": identifier, **changed}


def _read(*references: dict[str, str], users: list[dict[str, Any]]) -> Sheet:
    enrollments = [
        {
            "sourcedId": f"e{number}",
            **_RECORD,
            "role": "student",
            "beginDate": "2026-09-01",
            "user": {**reference, "type": "user"},
            "school": {"sourcedId": "o1", "type": "org"},
        }
        for number, reference in enumerate(references)
    ]
    tables = {"users": users, "enrollments": enrollments}
    content = json.dumps({name: rows for name, rows in tables.items() if rows}).encode()
    return {sheet.name: sheet for sheet in read_file("roster.json", content)}["enrollments"]


_USERS = [
    _user("u1", "900"),
    _user("u2", "901"),
    _user("u3", "902"),
    _user("u4", "902"),
    _user("u0", "901", status="tobedeleted"),
]


def test_an_enrollment_names_its_user_by_an_identifier_that_one_user_has() -> None:
    sheet = _read({"identifier": "900"}, {"identifier": " 901"}, users=_USERS)
    assert sheet.table["user.sourcedId"].to_pylist() == ["u1", "u2"]
    mapping = suggest_mapping(sheet.header, sheet.table, None)
    assert (mapping.record, mapping.columns["user.sourcedId"]) == ("enrollment", "local_id")
    assert "unclear_users" not in {note.code for note in sheet.notes}


@pytest.mark.parametrize(("identifier", "users"), [("902", _USERS), ("999", _USERS), ("900", [])])
def test_an_identifier_of_no_user_or_of_two_gives_no_student(
    identifier: str, users: list[dict[str, Any]]
) -> None:
    sheet = _read({"identifier": identifier}, {"sourcedId": "u2", "identifier": "902"}, users=users)
    assert sheet.table["user.sourcedId"].to_pylist() == [None, "u2"], "a record ID counts first"
    (note,) = (note for note in sheet.notes if note.code == "unclear_users")
    assert (note.count, note.rows) == (1, (1,))
    assert "which no user of the file, or more than one, has" in note.message
