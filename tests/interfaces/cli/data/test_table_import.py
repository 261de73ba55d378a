"""`cairn add-table`: a published table is shown, added once, and never a list of students."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cairn.data.public_sources.models import PublicFigure, PublicSource

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

_SAID = (
    *("--title", "Poverty", "--publisher", "Census", "--license", "U.S. government work"),
    *("--address", "https://example.org/poverty", "--area", "River County"),
    *("--as-of", "2024-12-31", "--level", "county", "--higher-is", "worse"),
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "poverty.csv"
    file.write_text("County,Year,Poverty rate\nOak,2023,13\nOak,2024,12.5\nElm,2024,*\n")
    return file


def test_a_table_is_shown_and_added_when_the_user_agrees(
    cairn: Callable[..., Any], secured: Path, table: Path
) -> None:
    shown = cairn("add-table", table, *_SAID)
    assert shown.code == 1
    assert "3 figures (2 exact, 1 suppressed)" in shown.out
    assert not PublicSource.objects.exists()
    added = cairn("add-table", table, *_SAID, "--yes", "--json")
    assert (added.code, added.facts["added"], added.facts["figures"]) == (0, True, 3)
    source = PublicSource.objects.get()
    assert (source.state, source.level, source.direction) == ("added", "county", "worse")
    assert PublicFigure.objects.filter(source=source).count() == 3
    again = cairn("add-table", table, *_SAID, "--yes")
    assert (again.code, PublicSource.objects.count()) == (2, 1)
    assert "was uploaded already" in again.error


def test_a_column_is_what_the_user_says(
    cairn: Callable[..., Any], secured: Path, table: Path
) -> None:
    said = cairn("add-table", table, *_SAID, "--column", "Year=ignored", "--json")
    assert said.facts["columns"]["Year"] == "ignored"
    for option, words in (
        (("--column", "Town=place"), "no column “Town”"),
        (("--column", "Year=time"), "a kind is one of"),
        (("--level", "galaxy"), "--level is one of"),
        (("--address", "nowhere"), "--address"),
    ):
        wrong = cairn("add-table", table, *_SAID, *option)
        assert wrong.code == 2
        assert words in wrong.error


def test_a_newer_edition_replaces_the_one_before(
    cairn: Callable[..., Any], secured: Path, table: Path
) -> None:
    cairn("add-table", table, *_SAID, "--column", "Year=ignored", "--yes")
    newer = table.with_name("newer.csv")
    newer.write_text("County,Year,Poverty rate\nOak,2023,13\nOak,2024,12.0\nElm,2025,9\n")
    later = tuple(text.replace("2024-12-31", "2025-12-31") for text in _SAID)
    shown = cairn("add-table", newer, *later, "--replaces", "Poverty")
    assert shown.code == 1
    assert "Replaces “Poverty” as of 2024-12-31." in shown.out
    assert PublicSource.objects.count() == 1
    said = cairn("add-table", newer, *later, "--replaces", "Poverty", "--yes", "--json")
    assert (said.code, said.facts["columns"]["Year"]) == (0, "ignored"), "as in the edition before"
    assert said.facts["difference"] == {"added": 0, "changed": 2, "removed": 0, "unchanged": 1}
    before, now = PublicSource.objects.order_by("pk")
    assert (before.state, now.state, now.first_edition) == ("superseded", "added", before)
    earlier = cairn("add-table", table, *_SAID, "--replaces", str(now.pk), "--yes")
    assert (earlier.code, PublicSource.objects.count()) == (2, 2)


def test_the_table_that_is_replaced_must_be_clear(
    cairn: Callable[..., Any], secured: Path, table: Path
) -> None:
    other = table.with_name("other.csv")
    other.write_text("County,Year,Rate\nOak,2023,1\n")
    for file in (table, other):
        cairn("add-table", file, *_SAID, "--yes")
    unknown = cairn("add-table", table, *_SAID, "--replaces", "Wealth")
    assert (unknown.code, "“Wealth”" in unknown.error) == (2, True)
    several = cairn("add-table", table, *_SAID, "--replaces", "Poverty")
    numbers = ", ".join(str(pk) for pk in PublicSource.objects.values_list("pk", flat=True))
    assert (several.code, f"one: {numbers}." in several.error) == (2, True)
    newer = table.with_name("newer.csv")
    newer.write_text("County,Year,Poverty rate\nAsh,1999,3\n")
    shown = cairn("add-table", newer, *_SAID, "--replaces", numbers.partition(",")[0])
    assert "Is it a newer edition of that table?" in shown.out


def test_a_list_of_students_is_refused(
    cairn: Callable[..., Any], secured: Path, tmp_path: Path
) -> None:
    file = tmp_path / "kids.csv"
    file.write_text("Student ID,County,Rate\n1,Oak,2\n")
    said = cairn("add-table", file, *_SAID, "--yes")
    assert said.code == 2
    assert "columns about single students" in said.error
    assert not PublicSource.objects.exists()


def test_every_published_table_is_added(
    cairn: Callable[..., Any], secured: Path, real_data: Path
) -> None:
    for path in sorted((real_data / "charlottesville").glob("*/*.csv")):
        said = cairn("add-table", path, *_SAID, "--yes", "--json")
        assert (said.code, said.facts["added"]) == (0, True), path.name
        assert "unread" not in said.facts["kinds"], path.name
