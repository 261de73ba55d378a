"""One declaration: what is read, what is written back, what the schema allows, what is printed."""

import tomllib
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from cairn.agreements.format import parse, raw, read, write, write_raw
from cairn.agreements.format.declaration import BY_KEY, SECTIONS
from cairn.agreements.format.fields import Kind
from cairn.agreements.format.reference import reference
from cairn.agreements.format.schema import schema
from cairn.rules.agreement import UNTIL_TERMINATED, Agreement
from cairn.rules.chain import resolved
from cairn.rules.lint import lint
from cairn.rules.vocabulary import LegalBasis, Tier

FOLDER = Path(__file__).parents[2] / "examples"
EXAMPLES = sorted(FOLDER.glob("*/agreements/*.toml")) + sorted(FOLDER.glob("agreements/*.toml"))
DOCUMENTS = sorted(FOLDER.glob("agreements/*.toml"))
ON = date(2026, 11, 24)
example = pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
# Facts that are no part of a text: where it is in its life, and what others say of it.
NOT_WRITTEN = {"above", "state", "overrides"}


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
    validator = jsonschema.Draft202012Validator(schema())
    jsonschema.Draft202012Validator.check_schema(schema())
    return lambda text: validator.is_valid(as_json(tomllib.loads(text)))


@example
def test_what_is_written_is_read_back_the_same(file: Path) -> None:
    terms = parse(text_of(file))
    assert parse(write(terms)) == terms
    assert write(parse(write(terms))) == write(terms)


@example
def test_the_schema_holds_for_every_example(file: Path, valid: Callable[[str], bool]) -> None:
    assert valid(text_of(file))


@example
def test_no_example_has_a_finding_of_law(file: Path) -> None:
    among = {a.reference: a for a in (parse(text_of(f)) for f in file.parent.glob("*.toml"))}
    terms = parse(text_of(file))
    found = lint(resolved(terms, among), None, ON)
    assert [f.key for f in found if f.severity == "law"] == []


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.stem)
def test_each_document_lints_as_it_says(file: Path) -> None:
    among = {a.reference: a for a in (parse(text_of(f)) for f in DOCUMENTS)}
    terms = resolved(parse(text_of(file)), among)
    found = "; ".join(f.key for f in lint(terms, None, ON)) or "nothing"
    assert f"# The linter finds: {found}.\n" in text_of(file)


def test_the_examples_are_of_every_kind() -> None:
    assert {parse(text_of(file)).tier for file in DOCUMENTS} == set(Tier)


def test_every_fact_of_an_agreement_has_its_key() -> None:
    facts = {f.name for f in fields(Agreement)} - NOT_WRITTEN
    flat = {f.fact for key in ("", "legal_basis", "security") for f in BY_KEY[key].fields}
    tables = {t.key for t in SECTIONS} - {"", "legal_basis", "security"}
    assert facts == flat | tables


EVERYTHING = {
    Kind.TEXT: "words",
    Kind.LONG_TEXT: 'with "quotes", a \\ and\ttwo\nlines\x7f',
    Kind.TEXTS: ["one", "two"],
    Kind.DAY: date(2026, 7, 1),
    Kind.LAST_DAY: "until terminated",
    Kind.WHOLE: 3,
    Kind.FLAG: False,
    Kind.YEARS: ["2025-26", "2026-27"],
    Kind.PEOPLE: [{"name": "Jo", "email": "jo@a.example"}],
    Kind.CRITERIA: {},
}


def everything() -> dict[str, Any]:
    """A text in which every key of the form stands."""
    said: dict[str, Any] = {}
    for table in SECTIONS:
        row: dict[str, Any] = {}
        for field in table.fields:
            words = [word.value for word in field.words or ()]
            many = words if field.kind is Kind.WORDS else None
            row[field.key] = many or (words[0] if words else EVERYTHING[field.kind])
        if table.key:
            said[table.key] = [row] if table.many else row
        else:
            said |= row
    for key in ("access", "milestones", "parties"):
        said[key][0]["organization"] = "hub"
    said["data"][0]["provider"] = said["giveback"][0]["to"] = said["clauses"][0]["party"] = "hub"
    said["reference"] = "mine"
    return said


def test_every_key_can_be_written_and_read(valid: Callable[[str], bool]) -> None:
    text = write_raw(everything())
    assert valid(text)
    terms = parse(text)
    assert terms.ends == UNTIL_TERMINATED
    assert terms.clauses[0].said == EVERYTHING[Kind.LONG_TEXT]
    assert parse(write(terms)) == terms


@pytest.mark.parametrize("table", [t for t in SECTIONS if t.key], ids=lambda t: t.key)
def test_an_unknown_key_is_a_mistake_in_every_table(
    table: Any, valid: Callable[[str], bool]
) -> None:
    text = write_raw(everything())
    head = f"[[{table.key}]]" if table.many else f"[{table.key}]"
    lines = text.replace(f"{head}\n", f"{head}\nnobodys = 1\n", 1)
    (mistake,) = read(lines).mistakes
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
    nothing = write_raw(bare | {"legal_basis": {"basis": "no_disclosure"}})
    assert valid(nothing)
    assert parse(nothing).basis is LegalBasis.NO_DISCLOSURE
    assert "retention" not in raw(parse(nothing))
    shares = write_raw(bare | {"legal_basis": {"basis": "own_records"}})
    assert not valid(shares)
    told = "\n".join(mistake.told for mistake in read(shares).mistakes)
    for key in ("purposes", "retention", "disclosure", "delivery"):
        assert f"“{key}” is missing" in told


def test_a_criterion_of_another_basis_is_a_mistake(valid: Callable[[str], bool]) -> None:
    text = text_of(FOLDER / "grand-bend/agreements/GB-DSA-01.toml")
    wrong = text.replace("program_operator = ", "study_purpose = ")
    assert not valid(wrong)
    assert "“study_purpose” in legal_basis.criteria is not known" in read(wrong).mistakes[0].told


def test_the_reference_page_names_every_key() -> None:
    page = reference()
    for table in SECTIONS:
        assert f"## {table.heading}" in page
        assert all(f"| `{field.key}` |" in page for field in table.fields)


def test_facts_without_a_text_are_written_whole() -> None:
    terms = parse(text_of(FOLDER / "grand-bend/agreements/GB-DSA-01.toml"))
    unsaid = replace(terms, security=(), security_clause="", renewal=None, exhibits=())
    assert parse(write(unsaid)) == unsaid
