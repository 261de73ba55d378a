"""The roster zip follows the bulk layout, and its parts refer to each other."""

import csv
import io
from zipfile import ZipFile

import pytest

from cairn.demo.planned_deliveries import PlannedDelivery

Deliveries = dict[tuple[str, str, str], PlannedDelivery]
Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def roster(deliveries: Deliveries) -> dict[str, Rows]:
    path = deliveries["stony-ford-sd", "students", "2021-26"].files[0]
    with ZipFile(path) as archive:
        return {
            name.removesuffix(".csv"): list(
                csv.DictReader(io.StringIO(archive.read(name).decode(), newline=""))
            )
            for name in archive.namelist()
        }


def ids(rows: Rows) -> set[str]:
    assert len(rows) == len({row["sourcedId"] for row in rows})
    return {row["sourcedId"] for row in rows}


def test_the_manifest_names_every_part(roster: dict[str, Rows]) -> None:
    manifest = {row["propertyName"]: row["value"] for row in roster["manifest"]}
    assert manifest["oneroster.version"] == "1.2"
    parts = {name.removeprefix("file.") for name in manifest if name.startswith("file.")}
    assert parts == set(roster) - {"manifest"}


def test_references_hold(roster: dict[str, Rows]) -> None:
    orgs, users, classes = ids(roster["orgs"]), ids(roster["users"]), ids(roster["classes"])
    sessions, courses = ids(roster["academicSessions"]), ids(roster["courses"])
    assert ids(roster["demographics"]) == users
    for row in roster["enrollments"]:
        assert row["userSourcedId"] in users
        assert row["classSourcedId"] in classes
        assert row["schoolSourcedId"] in orgs
        assert row["beginDate"] < row["endDate"]
    for row in roster["classes"]:
        assert row["courseSourcedId"] in courses
        assert row["termSourcedIds"] in sessions
    assert ids(roster["enrollments"])


def test_one_race_flag_a_student(roster: dict[str, Rows]) -> None:
    flags = [name for name in roster["demographics"][0] if name[0].islower()][5:]
    assert len(flags) == 7
    for row in roster["demographics"]:
        assert [row[flag] for flag in flags].count("true") == 1


def test_both_feeds_come_from_the_one_zip(deliveries: Deliveries) -> None:
    students = deliveries["stony-ford-sd", "students", "2021-26"]
    enrollment = deliveries["stony-ford-sd", "enrollment", "2021-26"]
    assert students.files == enrollment.files
    assert [path.name for path in students.files[0].parent.glob("users*")] == []
