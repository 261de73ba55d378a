"""The worked pages of the docs, command by command: published sample data with known answers."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
FROM = ("--from", "grand-bend-isd", "--under", "GB-DSA-01")
BY_SCHOOL = {
    "Grand Bend Elementary School": "17",
    "Grand Bend High School": "15",
    "Grand Bend Middle School": "12",
}


@pytest.fixture
def mappings(agreed: Path) -> Path:
    return agreed / "mappings" / "grand-bend-isd"


@pytest.fixture
def published(cairn: Callable[..., Any], real_data: Path, mappings: Path) -> list[dict[str, str]]:
    """The public spreadsheet, after every command of the page."""
    steward = "sam@example.org"
    _add(cairn, steward, "steward", "grand-bend-isd")
    for about in ("nations", "withheld"):
        said = cairn(
            *("consent", "state", about, "no_record"),
            *("--from", "grand-bend-isd", "--as", steward),
        )
        assert said.code == 0, said.error
    received = cairn("receive", real_data / "edfi_grandbend", *FROM, "--mapping", mappings, "--yes")
    assert received.code == 0, received.error
    assert "960 student," in received.out
    assert "1,917 attendance." in received.out
    assert "belong to 960 people. 960 of them are new" in cairn("link").out
    drafted = cairn(
        *("release", "draft", "--title", "Chronic absence in Grand Bend"),
        *("--outcome", "chronic_absence", "--by", "district,school"),
        *("--story", "One bus line closed in the fall."),
    )
    assert drafted.code == 0, drafted.error
    number = _number()
    assert "Groups smaller than 10 are suppressed" in cairn("release", "check", number).out
    assert "is submitted to two reviewers" in cairn("release", "submit", number).out
    _read_by_others(cairn)
    assert "is published" in cairn("publish", number).out
    address = reverse("dashboards:file", args=["chronic_absence", "csv"])
    return list(csv.DictReader(Client().get(address).content.decode("utf-8-sig").splitlines()))


def _add(cairn: Callable[..., Any], email: str, role: str, at: str) -> None:
    said = cairn(
        *("people", "add", email, "--name", email.partition("@")[0]),
        *("--role", role, "--organization", at, "--as", "dana@example.org"),
    )
    assert said.code == 0, said.error


def _number() -> int:
    """The number of the only release; a database does not begin again at one."""
    from cairn.outputs.releases.models import Release

    return Release.objects.get().pk


def _read_by_others(cairn: Callable[..., Any]) -> None:
    """What two reviewers and the district's steward do on their pages."""
    from django.utils import timezone

    from cairn.outputs.releases.actions.owner_answers import answer_send_back
    from cairn.outputs.releases.actions.review_and_publication import review_release
    from cairn.outputs.releases.models import Release
    from cairn.platform.accounts.models import User
    from cairn.policy.vocabulary.releases import OwnerAnswer, ReviewVerdict

    for email in ("rosa@example.org", "theo@example.org"):
        _add(cairn, email, "reviewer", "grand-bend-partnership")
    release, now = Release.objects.get(), timezone.localtime()
    sam, rosa, theo = User.objects.order_by("pk")[1:]
    for reviewer in (rosa, theo):
        review_release(
            release=release, verdict=ReviewVerdict.APPROVE, comment="", by=reviewer, at=now
        )
    assert "answer by" in cairn("release", "send-back", release.pk).out
    (asked,) = release.send_backs.all()
    answer_send_back(send_back=asked, answer=OwnerAnswer.CONFIRM, comment="", by=sam, at=now)


def test_44_of_960_are_chronically_absent(published: list[dict[str, str]]) -> None:
    (total,) = (row for row in published if row["district"] == "All")
    assert (total["children"], total["numerator"]) == ("960", "44")
    shown = {row["school"]: row["numerator"] for row in published if row["school"] in BY_SCHOOL}
    assert shown.keys() == BY_SCHOOL.keys()
    assert all(shown[school] in ("", said) for school, said in BY_SCHOOL.items())


def test_the_release_by_school_keeps_all_three(published: list[dict[str, str]]) -> None:
    shown = {row["school"]: row["numerator"] for row in published if row["school"] in BY_SCHOOL}
    assert shown == BY_SCHOOL


@pytest.mark.parametrize(
    ("file", "mapping", "rows"),
    [
        ("KRA/data/KRA_sample_file_deidentified.csv", "kindergarten-readiness.toml", 10),
        ("Dibels_8_Benchmark/data/sample_anonymized_file.csv", "reading-benchmark.toml", 5),
    ],
)
def test_a_vendors_export_by_its_mapping(
    cairn: Callable[..., Any],
    real_data: Path,
    mappings: Path,
    file: str,
    mapping: str,
    rows: int,
) -> None:
    path = real_data / "assessments" / file
    received = cairn("receive", path, *FROM, "--mapping", mappings / mapping)
    assert received.code == 0, received.error
    assert f"{rows} assessment." in received.out
    again = cairn("receive", path, *FROM, "--feed", mapping.removesuffix(".toml"))
    assert "already" in again.out
