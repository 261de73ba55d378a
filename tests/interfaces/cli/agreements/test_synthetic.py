"""`cairn synthetic`: invented rows in an agreement's shape, from plain files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from cairn.demo.planned_deliveries import find_examples_folder

AGREEMENT = find_examples_folder() / "agreements" / "RC-DSA-01.toml"
Cairn = Callable[..., Any]


def test_a_file_is_written_in_the_agreed_shape(cairn: Cairn, tmp_path: Path) -> None:
    out, fields = tmp_path / "pilot.csv", tmp_path / "fields.csv"
    fields.write_text("Element name,Definition,Values\nGender,Gender of student,W; Z\n")
    asked = ("synthetic", AGREEMENT, "--record", "student", "--rows", 12, "--out", out)
    said = cairn(*asked, "--dictionary", fields, "--json")
    assert said.code == 0, said
    assert said.facts["rows"] == 12
    assert said.facts["synthetic"] is True
    head, *rows = out.read_text().splitlines()
    assert head.startswith("local_id,")
    assert len(rows) == 12
    assert all(row.startswith("SYN-") for row in rows)
    again = cairn(*asked)
    assert again.code == 2
    assert "already exists" in again.error


def test_what_cannot_be_done_says_why(cairn: Cairn, tmp_path: Path) -> None:
    out = tmp_path / "pilot.csv"
    unknown = cairn("synthetic", AGREEMENT, "--record", "wages", "--out", out)
    assert unknown.code == 2
    assert "does not cover" in unknown.error
    broken = tmp_path / "broken.toml"
    broken.write_text("reference = ")
    assert cairn("synthetic", broken, "--out", out).code == 2
    nowhere = cairn("synthetic", AGREEMENT, "--out", tmp_path / "no" / "pilot.csv")
    assert nowhere.code == 2
    assert not out.exists()


def test_pilots_are_linked_without_files(cairn: Cairn, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("record_id\n1\n")
    said = cairn("link", file, "--pilots", "--out", tmp_path / "people.csv")
    assert said.code == 2
    assert "--pilots" in said.error
