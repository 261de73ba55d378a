"""`cairn lint`: findings from plain files, with nothing else at hand."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cairn.interfaces.cli.main import app

GRAND_BEND = Path(__file__).parents[4] / "examples/grand-bend/agreements/GB-DSA-01.toml"
Lint = Callable[..., Result]


@pytest.fixture
def lint() -> Lint:
    """Runs the verb with these arguments, for one day."""

    def run(*arguments: object) -> Result:
        said = ["lint", *map(str, arguments), "--on", "2026-11-24"]
        return CliRunner().invoke(app, said)

    return run


@pytest.fixture
def changed(tmp_path: Path) -> Callable[..., Path]:
    """A file of Grand Bend's agreement in which words are put in the place of others."""

    def make(*changes: tuple[str, str], name: str = "changed.toml") -> Path:
        text = GRAND_BEND.read_text("utf-8")
        for before, after in changes:
            assert before in text
            text = text.replace(before, after)
        file = tmp_path / name
        file.write_text(text, "utf-8")
        return file

    return make


def test_a_sound_agreement_has_no_finding_of_law(lint: Lint) -> None:
    said = lint(GRAND_BEND)
    assert said.exit_code == 0
    assert "No findings." in said.stdout
    assert "1 agreement checked: 0 legal findings." in said.stdout


def test_a_finding_of_law_ends_with_1(lint: Lint, changed: Callable[..., Path]) -> None:
    purposes = '["public_reporting", "program_evaluation"]'
    said = lint(changed((purposes, '["service_coordination"]')), "--json")
    assert said.exit_code == 1
    (told,) = json.loads(said.stdout)["agreements"]
    assert told["law"] == 1
    finding = told["findings"][0]
    assert (finding["key"], finding["severity"]) == ("LB02 service_coordination", "law")
    assert finding["citation"] == "34 CFR 99.35(a)(1)"
    assert finding["instead"]


def test_the_law_of_a_state_is_applied_where_it_is_named(
    lint: Lint, changed: Callable[..., Path]
) -> None:
    purposes = '["public_reporting", "program_evaluation"]'
    file = changed((purposes, '["program_evaluation", "sale"]'))
    said = lint(file)
    assert said.exit_code == 0
    assert "No use of student data is allowed for it. (LM01, practice" in said.stdout
    in_utah = lint(file, "--state", "ut")
    assert in_utah.exit_code == 1
    assert "Utah Code 53E-9-309(1)" in in_utah.stdout


def test_a_criterion_that_denies_the_law_is_of_law(
    lint: Lint, changed: Callable[..., Path]
) -> None:
    said = lint(changed(('value = "3 years"', 'value = "never"')))
    assert said.exit_code == 1
    assert "no clause requires destruction. (R13.5, law" in said.stdout


def test_findings_come_also_where_a_text_cannot_be_read_whole(
    lint: Lint, changed: Callable[..., Path]
) -> None:
    said = lint(changed(("period_days = 1095\n", "period = 3\n")))
    assert said.exit_code == 1
    assert "“period” in retention is not a known key" in said.stdout
    assert "The retention clause does not state a period in days" in said.stdout
    line = GRAND_BEND.read_text("utf-8").splitlines().index("period_days = 1095") + 1
    assert f"Line {line}: " in said.stdout


def test_advice_ends_with_0(lint: Lint, changed: Callable[..., Path]) -> None:
    said = lint(changed(('purpose_clause = "§3.1"\n', "")))
    assert said.exit_code == 0
    assert "No clause states the purpose of sharing the data. (LP01, practice" in said.stdout
    assert "Suggested: Enter purpose_clause" in said.stdout


def test_a_circle_of_files_is_told(lint: Lint, changed: Callable[..., Path]) -> None:
    own = 'reference = "GB-DSA-01"'
    one = changed((own, 'reference = "A"\nunder = ["B"]'), name="a.toml")
    changed((own, 'reference = "B"\nunder = ["A"]'), name="b.toml")
    said = lint(one.parent)
    assert said.exit_code == 1
    assert "the agreements rest on each other: A → B → A." in said.stdout


@pytest.mark.parametrize("named", ["", "grand-bend-isd="])
def test_a_dictionary_is_held_beside(lint: Lint, tmp_path: Path, named: str) -> None:
    fields = tmp_path / "fields.csv"
    fields.write_text("Element name,Definition,Years\nBirth Date,Day of birth,2016-\n", "utf-8")
    said = lint(GRAND_BEND, "--dictionary", f"{named}{fields}", "--json")
    found = {f["key"] for f in json.loads(said.stdout)["agreements"][0]["findings"]}
    assert "LA31 student.family_name" in found
    assert "LA31 student.birth_date" not in found


def test_what_a_dictionary_lacks_is_one_finding_with_a_list(lint: Lint, tmp_path: Path) -> None:
    fields = tmp_path / "fields.csv"
    fields.write_text("Element name,Definition,Years\nBirth Date,Day of birth,2016-\n", "utf-8")
    lines = lint(GRAND_BEND, "--dictionary", fields).stdout.splitlines()
    found = [line for line in lines if "data dictionary does not have" in line]
    assert found == [
        (
            "  ✗ The provider's data dictionary does not have … (LA31, anomaly; "
            "Cairn policy, agreement review 3)"
        )
    ]
    assert [line.split()[0] for line in lines if line.startswith("      student.family")] == [
        "student.family_name."
    ]


@pytest.mark.parametrize("what", ["missing.csv", "empty.csv"])
def test_a_dictionary_that_is_none_is_named(lint: Lint, tmp_path: Path, what: str) -> None:
    (tmp_path / "empty.csv").write_text("")
    said = lint(GRAND_BEND, "--dictionary", tmp_path / what)
    assert (said.exit_code, what in said.stderr) == (2, True)


@pytest.mark.parametrize(
    ("content", "told"), [(b"reference = ", "not TOML"), (b"\xff\xfe", "UTF-8")]
)
def test_a_file_that_is_no_text_is_named(
    lint: Lint, tmp_path: Path, content: bytes, told: str
) -> None:
    file = tmp_path / "bad.toml"
    file.write_bytes(content)
    said = lint(file)
    assert said.exit_code == 2
    assert "bad.toml" in said.stderr
    assert told in said.stderr


def test_without_a_file_it_says_what_to_write(lint: Lint) -> None:
    said = lint()
    assert (said.exit_code, "cairn lint FILE.toml" in said.stderr) == (2, True)


def test_it_prints_the_schema(lint: Lint) -> None:
    said = lint("--schema")
    assert said.exit_code == 0
    assert json.loads(said.stdout)["title"] == "An agreement"


def test_what_could_not_be_read_is_not_said_to_be_free_of_findings(
    lint: Lint, tmp_path: Path
) -> None:
    file = tmp_path / "half.toml"
    file.write_text('reference = "A"\ngrade = 3\n', encoding="utf-8")
    said = lint(file)
    assert said.exit_code == 1
    assert "errors in the files" in said.stdout
    assert "0 legal findings." not in said.stdout
