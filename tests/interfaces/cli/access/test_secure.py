"""The first person's clearance, from the shell; and what each mistake is answered with."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

WHOM = "dana@example.org"
OFFICE = "grand-bend-partnership"
TOOK = ("--on", "2026-01-15", "--how", "A course of the county")


def test_a_refusal_says_each_missing_step(founded: Any, cairn: Callable[..., Any]) -> None:
    ids = Path(__file__)
    said = cairn("opt-out", ids, "--from", OFFICE)
    assert said.code == 1
    for step in ("cairn people sign", "cairn people trained EMAIL --module all", "workshop"):
        assert step in said.error


def test_the_text_is_shown_and_the_name_typed(founded: Any, cairn: Callable[..., Any]) -> None:
    wrong = cairn("people", "sign", WHOM, input="Somebody\n")
    assert wrong.code == 2
    assert "This is not the name of the account. Type: Dana" in wrong.error
    signed = cairn("people", "sign", WHOM, input="dana\n")
    assert "1. I will view only the records that I need" in signed.out
    assert "Modules to complete: mission-to-outcomes" in signed.out
    assert signed.code == 0


def test_nobody_signs_for_somebody_else(founded: Any, cairn: Callable[..., Any]) -> None:
    cairn("people", "add", "sam@example.org", "--name", "Sam", "--organization", OFFICE)
    said = cairn("people", "sign", "sam@example.org", "--name", "Sam", "--as", WHOM)
    assert said.code == 1
    assert "You cannot sign the confidentiality agreement for another person" in said.error


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--module", "pdsa", "--on", "in May", "--how", "x"), "is not a date"),
        (("--module", "yoga", *TOOK), "Unknown course “yoga”"),
        (
            ("--module", "pdsa", *TOOK, "--organization", "river"),
            "--organization: choose where Dana",
        ),
        (
            ("--module", "pdsa", "--on", "2999-01-01", "--how", "x"),
            "training date is in the future",
        ),
    ],
)
def test_training_that_cannot_be_recorded(
    founded: Any, cairn: Callable[..., Any], arguments: tuple[str, ...], told: str
) -> None:
    said = cairn("people", "trained", WHOM, *arguments)
    assert said.code == 2
    assert told in said.error


def test_each_step_says_what_is_still_to_do(founded: Any, cairn: Callable[..., Any]) -> None:
    early = cairn("people", "trained", WHOM, "--module", "workshop", *TOOK)
    assert early.code == 1
    assert "The workshop requires all training modules first" in early.error
    unsigned = cairn("people", "trained", WHOM, "--module", "all", *TOOK)
    assert f"Next: cairn people sign {WHOM}" in unsigned.out
    assert "Next: the workshop." in unsigned.out
    done = cairn("people", "trained", WHOM, "--module", "workshop", *TOOK, "--json")
    assert done.facts["missing"] == []
    cleared = cairn("people", "sign", WHOM, "--name", "Dana", "--json")
    assert (cleared.facts["state"], cleared.facts["until"]) == ("cleared", "2027-01-14")


def test_answers_are_filled_into_a_printed_file(
    founded: Any, cairn: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "answers.toml"
    printed = cairn("secure", "assess", OFFICE).out
    file.write_text(printed, encoding="utf-8")
    empty = cairn("secure", "assess", OFFICE, file)
    assert empty.code == 2
    assert "Answer “owner” with yes, partly or no" in empty.error
    file.write_text(printed.replace('= ""', '= "yes"'), encoding="utf-8")
    assert "100 of 100" in cairn("secure", "assess", OFFICE, file).out


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "has no answers"),
        ("owner = ", "is not TOML"),
        ("[yoga]\nowner = 'yes'", "there is no questionnaire “yoga”"),
        ("security = 'yes'", "there is no questionnaire “security”"),
    ],
)
def test_a_file_of_answers_that_cannot_be_read(
    founded: Any, cairn: Callable[..., Any], tmp_path: Path, text: str, told: str
) -> None:
    file = tmp_path / "answers.toml"
    file.write_text(text, encoding="utf-8")
    said = cairn("secure", "assess", OFFICE, file)
    assert said.code == 2
    assert told in said.error


def test_a_file_and_a_partner_that_are_not_there(
    founded: Any, cairn: Callable[..., Any], tmp_path: Path
) -> None:
    assert "cannot be read" in cairn("secure", "assess", OFFICE, tmp_path / "none.toml").error
    assert "There is no partner “river”" in cairn("secure", "plan", "river").error
    read = cairn("secure", "plan", OFFICE)
    assert "Privacy and security plan of" in read.out
    assert f"To adopt it: cairn secure plan {OFFICE} --adopt" in read.out
