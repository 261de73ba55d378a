"""`cairn encode`: three partners link their children without sending a name."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.matching.rosters.roster_rows import children, csv_of

Cairn = Callable[..., Any]


@pytest.fixture
def project(cairn: Cairn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a project of two partners, and the files of three."""
    monkeypatch.chdir(tmp_path)
    for name in ("school", "camp", "other"):
        assert cairn("encode", "--new-key", name).code == 0
    made = ("--new-project", "summer", "--key", "school.private", "--with", "camp.public")
    assert cairn("encode", *made).code == 0
    rows = children(60)
    (tmp_path / "school.csv").write_text(csv_of(rows))
    theirs = [{**row, "record_id": f"c{i}"} for i, row in enumerate(rows[:30])]
    theirs[3] = {**theirs[3], "given_name": theirs[3]["given_name"] + "a"}
    (tmp_path / "camp.csv").write_text(csv_of(theirs))
    return tmp_path


def _encoded(cairn: Cairn, name: str, key: str | None = None) -> Any:
    keys = ("--key", f"{key or name}.private", "--project", "summer.project")
    return cairn("encode", f"{name}.csv", *keys, "--out", f"{name}.parquet", "--json")


def test_children_are_found_again_without_a_name(cairn: Cairn, project: Path) -> None:
    for name, count in (("school", 60), ("camp", 30)):
        said = _encoded(cairn, name)
        assert (said.code, said.facts["records"]) == (0, count)
        content = (project / f"{name}.parquet").read_bytes()
        for row in children(60):
            assert row["family_name"].encode() not in content
            assert row["birth_date"].encode() not in content
    for gone in project.glob("*.private"):
        gone.unlink()
    (project / "summer.project").unlink()  # whoever links needs none of it
    said = cairn("link", "camp.parquet", "school.parquet", "--out", "people.csv")
    assert said.code == 0
    assert "The records are encoded, without names." in said.out
    with (project / "people.csv").open(encoding="utf-8", newline="") as file:
        people = {(r["source"], r["record_id"]): r["person_id"] for r in csv.DictReader(file)}
    assert len(people) == 90
    found = [people["school", f"r{i}"] == people["camp", f"c{i}"] for i in range(30)]
    assert sum(found) >= 29
    assert len(set(people.values())) <= 62


def test_keys_are_for_their_owner_alone(project: Path, cairn: Cairn) -> None:
    assert (project / "school.private").stat().st_mode & 0o077 == 0
    again = cairn("encode", "--new-key", "school")
    assert (again.code, "already exists" in again.error) == (2, True)
    assert cairn("encode", "--new-key", "../x").code == 2
    said = _encoded(cairn, "school", key="other")
    assert (said.code, "not made for this key" in said.facts["problem"]) == (2, True)


def test_only_what_was_encoded_together_is_compared(cairn: Cairn, project: Path) -> None:
    _encoded(cairn, "school")
    mixed = cairn("link", "school.parquet", "camp.csv", "--out", "people.csv")
    assert (mixed.code, "camp.csv: not encoded" in mixed.error) == (2, True)
    cairn("encode", "--new-project", "winter", "--key", "camp.private", "--with", "school.public")
    keys = ("--key", "camp.private", "--project", "winter.project", "--out", "camp.parquet")
    assert cairn("encode", "camp.csv", *keys).code == 0
    words = cairn("link", "school.parquet", "--out", "people.csv", "--explain")
    assert (words.code, "need names" in words.error) == (2, True)
    other = cairn("link", "school.parquet", "camp.parquet", "--out", "people.csv")
    assert (other.code, "different secrets" in other.error) == (2, True)
    (project / "again.parquet").write_bytes((project / "school.parquet").read_bytes())
    twice = cairn("link", "school.parquet", "again.parquet", "--out", "people.csv")
    assert (twice.code, "sent twice" in twice.error) == (2, True)
    assert not (project / "people.csv").exists()


def test_what_is_wrong_is_said_before_encoding(cairn: Cairn, project: Path) -> None:
    (project / "camp.csv").write_text(csv_of([{"record_id": "1", "phone": "434-555-0001"}]))
    said = _encoded(cairn, "camp")
    assert (said.code, said.facts["written"]) == (1, None)
    assert not (project / "camp.parquet").exists()
    numbers = [{**row, "record_id": row["local_id"], "birth_date": ""} for row in children(9)]
    numbers[0]["birth_date"] = "2012-03-04"
    (project / "camp.csv").write_text(csv_of(numbers))
    facts = _encoded(cairn, "camp").facts
    assert (facts["record_ids_tell"], facts["without_birth_date"]) == ("local_id", 8)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "Name the file"),
        (("school.csv", "--key", "school.private"), "Name the file"),
        (("--new-project", "p"), "needs your key"),
        (("--new-project", "p", "--key", "nobody", "--with", "camp.public"), "cannot be read"),
        (
            ("--new-project", "p", "--key", "camp.public", "--with", "camp.public"),
            "not a private key",
        ),
    ],
)
def test_what_cannot_be_done_is_usage(
    cairn: Cairn, project: Path, arguments: tuple[str, ...], message: str
) -> None:
    said = cairn("encode", *arguments)
    assert (said.code, message in said.error) == (2, True)


def test_the_project_file_names_no_secret(project: Path) -> None:
    said = json.loads((project / "summer.project").read_text())
    assert set(said) == {"cairn-project", "project", "maker", "sealed"}
    assert len(said["sealed"]) == 2
