"""One declaration: what is read, what is written back, what the schema allows, what is printed."""

import tomllib
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from cairn.governance.agreements.toml_format.declaration import FORMAT_TABLES, TABLE_BY_KEY
from cairn.governance.agreements.toml_format.fields import FieldKind
from cairn.governance.agreements.toml_format.format_reference import (
    build_agreement_json_schema,
    render_format_reference,
)
from cairn.governance.agreements.toml_format.parser import parse_agreement, parse_as_far_as_possible
from cairn.governance.agreements.toml_format.writer import (
    convert_to_tables,
    write_agreement_text,
    write_tables,
)
from cairn.policy.checks.agreements.agreement_validity import resolve_agreement_chain
from cairn.policy.facts.agreements.agreement import UNTIL_TERMINATED, AgreementFact
from cairn.policy.lint import lint_agreement
from cairn.policy.vocabulary.agreements import AgreementTier
from cairn.policy.vocabulary.data_use import LegalBasis

FOLDER = Path(__file__).parents[4] / "examples"
EXAMPLES = sorted(FOLDER.glob("*/agreements/*.toml")) + sorted(FOLDER.glob("agreements/*.toml"))
DOCUMENTS = sorted(FOLDER.glob("agreements/*.toml"))
ON = date(2026, 11, 24)
example = pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
# Facts that are no part of a text: where it is in its life, and what others say of it.
NOT_WRITTEN = {"above", "state", "overrides", "part_of"}
# Facts that the key of another holds: a criterion is its text, and its typed fact.
HELD_BY_ANOTHER = {"criterion_facts"}


def text_of(file: Path) -> str:
    return file.read_text("utf-8")


def as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: as_json(inside) for key, inside in value.items()}
    if isinstance(value, list):
        return [as_json(inside) for inside in value]
    return value.isoformat() if isinstance(value, date) else value


@pytest.fixture(scope="module")
def valid() -> Callable[[str], bool]:
    validator = jsonschema.Draft202012Validator(build_agreement_json_schema())
    jsonschema.Draft202012Validator.check_schema(build_agreement_json_schema())
    return lambda text: validator.is_valid(as_json(tomllib.loads(text)))


@example
def test_what_is_written_is_read_back_the_same(file: Path) -> None:
    terms = parse_agreement(text_of(file))
    assert parse_agreement(write_agreement_text(terms)) == terms
    assert write_agreement_text(
        parse_agreement(write_agreement_text(terms))
    ) == write_agreement_text(terms)


@example
def test_the_schema_holds_for_every_example(file: Path, valid: Callable[[str], bool]) -> None:
    assert valid(text_of(file))


@example
def test_no_example_has_a_finding_of_law(file: Path) -> None:
    among = {
        a.reference: a for a in (parse_agreement(text_of(f)) for f in file.parent.glob("*.toml"))
    }
    terms = parse_agreement(text_of(file))
    found = lint_agreement(resolve_agreement_chain(terms, among), None, ON)
    law = [f for f in found if f.severity == "law"]
    # A template that nobody has signed waits for counsel to confirm its criteria.
    is_signed = all(party.signed_on for party in terms.parties)
    assert [f.key for f in law if is_signed or f.id != "LK02"] == []


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.stem)
def test_each_document_lints_as_it_says(file: Path) -> None:
    among = {a.reference: a for a in (parse_agreement(text_of(f)) for f in DOCUMENTS)}
    terms = resolve_agreement_chain(parse_agreement(text_of(file)), among)
    found = "; ".join(f.key for f in lint_agreement(terms, None, ON)) or "nothing"
    assert f"# The linter finds: {found}.\n" in text_of(file)


def test_the_examples_are_of_every_kind() -> None:
    assert {parse_agreement(text_of(file)).tier for file in DOCUMENTS} == set(AgreementTier)


def test_every_fact_of_an_agreement_has_its_key() -> None:
    facts = {f.name for f in fields(AgreementFact)} - NOT_WRITTEN - HELD_BY_ANOTHER
    flat = {f.fact for key in ("", "legal_basis", "security") for f in TABLE_BY_KEY[key].fields}
    tables = {t.key for t in FORMAT_TABLES} - {"", "legal_basis", "part", "security"}
    assert facts == flat | tables | {"parts"}


EVERYTHING = {
    FieldKind.TEXT: "words",
    FieldKind.LONG_TEXT: 'with "quotes", a \\ and\ttwo\nlines\x7f',
    FieldKind.TEXTS: ["one", "two"],
    FieldKind.DAY: date(2026, 7, 1),
    FieldKind.LAST_DAY: "until terminated",
    FieldKind.WHOLE: 3,
    FieldKind.FLAG: False,
    FieldKind.YEARS: ["2025-26", "2026-27"],
    FieldKind.PEOPLE: [{"name": "Jo", "email": "jo@a.example"}],
    FieldKind.CRITERIA: {},
}


def build_complete_text(*, parts: bool = False) -> dict[str, Any]:
    """A text in which every key of the form stands: with one legal basis, or in parts."""
    said: dict[str, Any] = {}
    for table in FORMAT_TABLES:
        row: dict[str, Any] = {}
        for field in table.fields:
            words = [word.value for word in field.words or ()]
            many = words if field.kind is FieldKind.WORDS else None
            row[field.key] = many or (words[0] if words else EVERYTHING[field.kind])
        if table.key:
            said[table.key] = [row] if table.many else row
        else:
            said |= row
    for key in ("access", "milestones", "parties"):
        said[key][0]["organization"] = "hub"
    said["data"][0]["provider"] = said["giveback"][0]["to"] = said["clauses"][0]["party"] = "hub"
    said["reference"] = "mine"
    said["part"][0]["id"] = said["data"][0]["part"] = said["changes"][0]["part"] = "A"
    if parts:
        del said["legal_basis"], said["purposes"]
    else:
        del said["part"], said["data"][0]["part"], said["changes"][0]["part"]
    return said


@pytest.mark.parametrize("parts", [False, True])
def test_every_key_can_be_written_and_read(valid: Callable[[str], bool], *, parts: bool) -> None:
    text = write_tables(build_complete_text(parts=parts))
    assert valid(text)
    terms = parse_agreement(text)
    assert terms.ends == UNTIL_TERMINATED
    assert terms.clauses[0].said == EVERYTHING[FieldKind.LONG_TEXT]
    assert parse_agreement(write_agreement_text(terms)) == terms


@pytest.mark.parametrize("table", [t for t in FORMAT_TABLES if t.key], ids=lambda t: t.key)
def test_an_unknown_key_is_a_mistake_in_every_table(
    table: Any, valid: Callable[[str], bool]
) -> None:
    text = write_tables(build_complete_text(parts=table.key == "part"))
    head = f"[[{table.key}]]" if table.many else f"[{table.key}]"
    lines = text.replace(f"{head}\n", f"{head}\nnobodys = 1\n", 1)
    (mistake,) = parse_as_far_as_possible(lines).mistakes
    assert "“nobodys” in" in mistake.told
    assert lines.splitlines()[mistake.line - 1] == "nobodys = 1"
    assert not valid(lines)


def test_what_discloses_nothing_needs_neither_retention_nor_delivery(
    valid: Callable[[str], bool],
) -> None:
    bare = {
        "reference": "N",
        "title": "A promise",
        "starts": ON,
        "parties": [{"organization": "a", "name": "A", "kind": "vendor", "role": "recipient"}],
    }
    nothing = write_tables(bare | {"legal_basis": {"basis": "no_disclosure"}})
    assert valid(nothing)
    assert parse_agreement(nothing).basis is LegalBasis.NO_DISCLOSURE
    assert "retention" not in convert_to_tables(parse_agreement(nothing))
    shares = write_tables(bare | {"legal_basis": {"basis": "own_records"}})
    assert not valid(shares)
    told = "\n".join(mistake.told for mistake in parse_as_far_as_possible(shares).mistakes)
    for key in ("purposes", "retention", "disclosure", "delivery"):
        assert f"“{key}” is missing" in told


def test_a_criterion_of_another_basis_is_a_mistake(valid: Callable[[str], bool]) -> None:
    text = text_of(FOLDER / "grand-bend/agreements/GB-DSA-01.toml")
    wrong = text.replace("criteria.program_operator]", "criteria.study_purpose]")
    assert not valid(wrong)
    assert (
        "“study_purpose” in legal_basis.criteria is not a known key"
        in parse_as_far_as_possible(wrong).mistakes[0].told
    )


def test_the_reference_page_names_every_key() -> None:
    page = render_format_reference()
    for table in FORMAT_TABLES:
        assert f"## {table.heading}" in page
        assert all(f"| `{field.key}` |" in page for field in table.fields)


def test_facts_without_a_text_are_written_whole() -> None:
    terms = parse_agreement(text_of(FOLDER / "grand-bend/agreements/GB-DSA-01.toml"))
    unsaid = replace(terms, security=(), security_clause="", renewal=None, exhibits=())
    assert parse_agreement(write_agreement_text(unsaid)) == unsaid
