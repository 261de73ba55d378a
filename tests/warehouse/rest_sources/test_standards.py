"""Answers of OneRoster and Ed-Fi APIs become the records that they are; all are invented."""

import json
from typing import Any

import pytest

from cairn.data.intake.feed_recognition import recognize_feeds
from cairn.warehouse.readers import read_file

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
