"""`cairn deidentify`: a proposal for each text, and nothing used that nobody has read."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cairn = Callable[..., Any]

NOTES = """student,grade,notes
Ana Morales,3,Ana was upset on 3/4/2025.
Theo Park,4,She waits for theo.
Theo Park,4,She waits for theo.
Ines Ruiz,5,=SUM(A1)
Sam Poe,5,
"""


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "notes.csv"
    path.write_text(NOTES)
    return path


def rows(path: str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def decide(*said: dict[str, str]) -> None:
    """A person writes into the review, one decision for each row."""
    found = rows("review.csv")
    with Path("review.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(found[0]))
        writer.writeheader()
        writer.writerows([row | more for row, more in zip(found, said, strict=True)])


ACCEPT = {"decision": "accept", "reviewer": "Rosa"}
REFUSE = {"decision": "Refuse", "reviewer": "Rosa"}


def propose(cairn: Cairn, notes: Path, *more: str) -> Any:
    arguments = ("deidentify", notes, "--column", "notes", "--named-by", "student")
    return cairn(*arguments, *more, "--out", "review.csv")


def finish(cairn: Cairn, notes: Path, *more: str) -> Any:
    arguments = ("deidentify", notes, "--column", "notes", "--reviewed", "review.csv")
    return cairn(*arguments, *more, "--out", "clean.csv")


def test_each_different_text_once_and_no_decision_by_the_machine(cairn: Cairn, notes: Path) -> None:
    said = propose(cairn, notes)
    assert said.code == 0, said.error
    found = rows("review.csv")
    assert [row["proposal"] for row in found] == [
        "[NAME] was upset on [DATE].", "She waits for [NAME].", "'=SUM(A1)"
    ]  # fmt: skip
    assert found[0]["found"] == "DATE 1; NAME 1"
    assert {(row["decision"], row["final"], row["reviewer"]) for row in found} == {("", "", "")}
    waiting = finish(cairn, notes, "--json")
    assert (waiting.code, waiting.facts["undecided"]) == (1, 3)
    assert not Path("clean.csv").exists()


def test_what_a_person_decided_is_what_is_used(cairn: Cairn, notes: Path) -> None:
    assert propose(cairn, notes).code == 0
    decide(
        ACCEPT,
        {"decision": "edit", "final": "Waits for [NAME] at 555-0134.", "reviewer": "Theo"},
        REFUSE,
    )
    said = finish(cairn, notes, "--json")
    assert said.code == 0, said.error
    assert said.facts["decisions"] == {"accept": 1, "edit": 1, "refuse": 1}
    assert said.facts["reviewers"] == ["Rosa", "Theo"]
    assert said.facts["left_by_reviewers"] == {"PHONE": 1}
    found = rows("clean.csv")
    assert list(found[0]) == ["student", "grade", "notes"]
    assert [row["notes"] for row in found] == [
        "[NAME] was upset on [DATE].", *["Waits for [NAME] at 555-0134."] * 2, "", ""
    ]  # fmt: skip
    assert "The reviewer's decision applies" in finish(cairn, notes).out
    decide(ACCEPT, ACCEPT | {"final": ""}, ACCEPT)
    assert "still sees" not in finish(cairn, notes).out
    assert rows("clean.csv")[3]["notes"] == "=SUM(A1)"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"decision": "yes", "reviewer": "Rosa"}, "row 2, column decision: use accept, edit"),
        ({"decision": "accept"}, "row 2, column reviewer: empty"),
        ({"decision": "edit", "reviewer": "Rosa"}, "row 2, column final: empty"),
        (ACCEPT | {"final": "So."}, "row 2: there is a text under final"),
        (ACCEPT | {"proposal": "On 3/4/2025."}, "row 2, column proposal: it was changed"),
    ],
)
def test_what_is_no_decision(
    cairn: Cairn, notes: Path, wrong: dict[str, str], message: str
) -> None:
    assert propose(cairn, notes).code == 0
    decide(wrong, ACCEPT, ACCEPT)
    said = finish(cairn, notes)
    assert (said.code, message in said.error) == (2, True), said.error
    assert not Path("clean.csv").exists()


def test_names_from_elsewhere(cairn: Cairn, notes: Path) -> None:
    arguments = ("deidentify", notes, "--column", "notes", "--out", "review.csv")
    said = cairn(*arguments)
    assert "You gave no names" in said.out
    assert rows("review.csv")[1]["proposal"] == "She waits for theo."
    Path("names.txt").write_text("Theo\n")
    said = cairn(*arguments, "--names", "names.txt")
    assert "You gave no names" not in said.out
    assert rows("review.csv")[1]["proposal"] == "She waits for [NAME]."
    Path("names.txt").write_bytes(b"\xff\xfe\x00")
    assert "cannot be read" in cairn(*arguments, "--names", "names.txt").error


def test_what_does_not_go_together(cairn: Cairn, notes: Path) -> None:
    assert propose(cairn, notes).code == 0
    assert "work in the first step" in finish(cairn, notes, "--named-by", "student").error
    notes.write_text("notes,grade\n,3\n")
    assert (
        "is empty" in cairn("deidentify", notes, "--column", "notes", "--out", "review.csv").error
    )
