"""Answers of OneRoster and Ed-Fi APIs become the records that they are; all are invented."""

import json
from dataclasses import replace
from typing import Any

import pytest
from tests.warehouse.rest_sources.rest_server import Answer, Asked, run_rest_server

from cairn.data.intake.feed_recognition import recognize_feeds
from cairn.warehouse.pipeline import prepare_sheet
from cairn.warehouse.readers import read_file
from cairn.warehouse.rest_sources import RestSource, read_rest_source
from cairn.warehouse.rest_sources.description import Paging
from cairn.warehouse.schema import UnreadableFile

_ROSTERED = {"status": "active", "dateLastModified": "2026-09-01T00:00:00.000Z"}
_LINK = {"href": "https://sis.example.org/x", "sourcedId": "o1", "type": "org"}
_EDFI = {"id": "5f2", "_etag": "51", "_lastModifiedDate": "2026-09-01T00:00:00Z", "visas": []}
_STUDENT = {"studentReference": {"studentUniqueId": "604", "link": {"rel": "Student"}}}
_SCHOOL = {"schoolReference": {"schoolId": 255901107}}

_ANSWERS: tuple[tuple[str, dict[str, Any], dict[str, str]], ...] = (
    (
        "student",
        {
            "sourcedId": "s#", **_ROSTERED, "enabledUser": "true", "username": "ana#",
            "userIds": [{"type": "LDAP", "identifier": "x"}], "givenName": "Ana",
            "familyName": "Bell", "role": "student", "identifier": "10#", "orgs": [_LINK],
            "agents": [], "grades": ["09"],
        },
        {"sourcedId": "local_id", "givenName": "given_name", "familyName": "family_name"},
    ),
    (
        "enrollment",
        {
            "sourcedId": "e#", **_ROSTERED, "role": "student", "user": {**_LINK, "sourcedId": "s#"},
            "class": _LINK, "school": _LINK, "beginDate": "2026-09-01", "endDate": "2027-06-01",
        },
        {"user.sourcedId": "local_id", "beginDate": "entry_date", "endDate": "exit_date"},
    ),
    (
        "student",
        {
            **_EDFI, "studentUniqueId": "60#", "firstName": "Ana", "lastSurname": "Bell",
            "birthDate": "2012-03-04", "birthSexDescriptor": "uri://ed-fi.org/SexDescriptor#Female",
        },
        {"studentUniqueId": "local_id", "birthDate": "birth_date", "birthSexDescriptor": "gender"},
    ),
    (
        "enrollment",
        {
            **_EDFI, **_STUDENT, **_SCHOOL, "schoolYearTypeReference": {"schoolYear": 2027},
            "entryDate": "2026-08-20", "exitWithdrawDate": "2026-10-01",
            "entryGradeLevelDescriptor": "uri://ed-fi.org/GradeLevelDescriptor#Ninth grade",
        },
        {
            "studentReference.studentUniqueId": "local_id", "entryDate": "entry_date",
            "entryGradeLevelDescriptor": "grade", "exitWithdrawDate": "exit_date",
        },
    ),
    (
        "attendance",
        {
            **_EDFI, **_STUDENT, **_SCHOOL, "eventDate": "2026-09-08",
            "attendanceEventCategoryDescriptor": "uri://x/AttendanceEvent#Excused Absence",
        },
        {"eventDate": "date", "attendanceEventCategoryDescriptor": "event"},
    ),
)  # fmt: skip


@pytest.mark.parametrize(("record", "answer", "columns"), _ANSWERS)
def test_an_answer_is_recognized(
    record: str, answer: dict[str, Any], columns: dict[str, str]
) -> None:
    text = json.dumps(answer)
    rows = [text.replace('#"', f'{number}"') for number in range(5)]
    sheets = read_file("api.json", f"[{','.join(rows)}]".encode())
    (feed,) = recognize_feeds("api.json", sheets, {})
    assert feed.mapping.record == record
    assert {name: feed.mapping.columns.get(name) for name in columns} == columns


def _roster(key: str, name: str, **changed: str) -> dict[str, Any]:
    return {"sourcedId": key, **_ROSTERED, "givenName": name, "familyName": "Bell", **changed}


def _born(key: str, day: str, **changed: str) -> dict[str, Any]:
    return {"sourcedId": key, **_ROSTERED, "birthDate": day, "sex": "female", **changed}


def test_demographics_are_asked_for_and_joined_to_their_users() -> None:
    users = [_roster("s1", "Ana"), _roster("s2", "Bo"), _roster("s3", "Cy", status="tobedeleted")]
    born = [
        _born("s1", "2012-03-04"),
        _born("s2", "2012-05-06", status="tobedeleted"),
        _born("s9", "2012-07-08"),
    ]

    def answer(asked: Asked) -> Answer:
        start = int(asked.query["offset"])
        name, records = ("users", users) if "users" in asked.path else ("demographics", born)
        day = 29 if name == "users" else 28
        headers = {"Last-Modified": f"Mon, {day} Sep 2026 23:00:00 GMT"}
        return Answer({name: records[start : start + 2]}, headers=headers)

    address = "https://sis.example.org/ims/oneroster/v1p1"
    with run_rest_server() as server:
        server.answer = answer
        source = RestSource(
            url=f"{address}/users",
            records="users",
            paging=Paging.OFFSET,
            demographics=f"{address}/demographics",
        )
        file = read_rest_source("sis", source, open_connection=server.open_connection)
    assert str(file.modified_at) == "2026-09-28 23:00:00+00:00"
    (sheet,) = read_file(file.name, file.content)
    assert (sheet.name, sheet.sources) == ("users", ("users", "demographics"))
    days = dict(
        zip(sheet.table["sourcedId"].to_pylist(), sheet.table["birthDate"].to_pylist(), strict=True)
    )
    assert days == {"s1": "2012-03-04", "s2": None, "s3": None}
    counts = {note.code: note.count for note in sheet.notes}
    assert (counts["joined_demographics"], counts["unmatched_demographics"]) == (3, 1)
    (feed,) = recognize_feeds("sis.json", [sheet], {})
    assert feed.mapping.columns["birthDate"] == "birth_date"
    prepared = prepare_sheet(sheet, feed.mapping)
    assert sorted(prepared.table["givenName"].to_pylist()) == ["Ana", "Bo"]
    assert [(note.code, note.count) for note in prepared.left_out] == [("deleted_rows", 1)]
    csv_answer = Answer(body=b"a\n1\n", headers={"Content-Type": "text/csv"})
    with run_rest_server() as server:
        server.answer = lambda _asked: csv_answer
        plain = replace(source, records="", paging=Paging.NONE)
        with pytest.raises(UnreadableFile, match="joined to JSON"):
            read_rest_source("sis", plain, open_connection=server.open_connection)


def test_a_deleted_enrollment_of_an_api_ends_on_the_day_of_its_deletion() -> None:
    def enrolled(key: str, **changed: str) -> dict[str, Any]:
        own = {"sourcedId": key, **_ROSTERED, "user": {"sourcedId": f"u{key}"}, "role": "student"}
        return {**own, "beginDate": "2026-08-20", **changed}

    rows = [
        enrolled("1"),
        enrolled("2", status="tobedeleted"),
        enrolled("3", status="tobedeleted", endDate="2026-08-30"),
        enrolled("4", status="tobedeleted", dateLastModified=""),
    ]
    (sheet,) = read_file("e.json", json.dumps({"enrollments": rows}).encode())
    ends = dict(
        zip(sheet.table["sourcedId"].to_pylist(), sheet.table["endDate"].to_pylist(), strict=True)
    )
    assert ends == {"1": None, "2": "2026-09-01", "3": "2026-08-30"}
    assert [(note.code, note.count) for note in sheet.left_out] == [("deleted_rows", 1)]
    assert sheet.file_rows == len(rows)
    assert ("ended_enrollments", 2) in [(note.code, note.count) for note in sheet.notes]
