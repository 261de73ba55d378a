"""A text → its facts, and every mistake in it with its line: strictly, or as far as it goes."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from cairn.agreements.format.building import agreement
from cairn.agreements.format.checks import checked
from cairn.agreements.format.declaration import SECTIONS
from cairn.agreements.format.fields import Field, Kind, Need, Table
from cairn.agreements.format.mistakes import BadAgreement, Mistake, Notes
from cairn.agreements.format.not_toml import told as not_toml
from cairn.agreements.format.places import Path, places
from cairn.agreements.format.values import Unreadable, value
from cairn.rules.agreement import Agreement
from cairn.rules.criteria import CRITERIA, criteria_keys
from cairn.rules.vocabulary import LegalBasis, Tier

_STAND_INS: Final[Mapping[Kind, Any]] = {
    Kind.TEXT: "",
    Kind.LONG_TEXT: "",
    Kind.TEXTS: (),
    Kind.WORDS: (),
    Kind.DAY: date.max,
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says as far as it can be read, and what keeps it from being an agreement."""

    agreement: Agreement
    mistakes: tuple[Mistake, ...]


def parse(text: str) -> Agreement:
    """The facts of an agreement's text. Raises `BadAgreement` with every mistake found."""
    reading = read(text)
    if reading.mistakes:
        raise BadAgreement([str(mistake) for mistake in reading.mistakes])
    return reading.agreement


def read(text: str) -> Reading:
    """What a text says, with its mistakes beside it: a writer sees findings before it is whole.

    Where something is missing or wrong, what an agreement has without it stands in. Raises
    `BadAgreement` for a text that is not TOML at all.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadAgreement([not_toml(text, error)]) from error
    notes = Notes(places(text))
    said = {table.key: _tables(table, raw, notes) for table in SECTIONS}
    _nothing_else(
        (), raw, [*(f.key for f in SECTIONS[0].fields), *(t.key for t in SECTIONS)], notes
    )
    _criteria(said["legal_basis"][0], notes)
    if _shares(said):
        _needed(raw, notes)
    facts = agreement(said)
    checked(facts, notes)
    return Reading(facts, tuple(sorted(notes.found, key=lambda mistake: mistake.line)))


def _tables(table: Table, raw: Mapping[str, Any], notes: Notes) -> list[dict[str, Any]]:
    """What one kind of table says: one table, or each of many."""
    if not table.key:
        return [_fields(table, (), raw, notes)]
    if table.many:
        return _rows(table, raw.get(table.key), notes)
    given = raw.get(table.key)
    if isinstance(given, dict):
        said = _fields(table, (table.key,), given, notes)
        _nothing_else((table.key,), given, [f.key for f in table.fields], notes)
        return [said]
    if table.required or given is not None:
        notes.wrong((), table.key, f"is missing: begin it with [{table.key}]")
    # Nothing more is said of a table that is missing than that it is.
    return [_fields(table, (table.key,), {}, Notes({}))] if table.required else []


def _rows(table: Table, given: object, notes: Notes) -> list[dict[str, Any]]:
    rows = given if isinstance(given, list) else []
    wrong = given is not None and (not rows or not all(isinstance(row, dict) for row in rows))
    if wrong or (table.required and not rows):
        notes.wrong((), table.key, f"needs at least one table that begins with [[{table.key}]]")
        return []
    said = []
    for number, row in enumerate(rows):
        path = (table.key, number)
        said.append(_fields(table, path, row, notes))
        _nothing_else(path, row, [f.key for f in table.fields], notes)
    return said


def _fields(table: Table, path: Path, given: Mapping[str, Any], notes: Notes) -> dict[str, Any]:
    """The facts of one table."""
    said: dict[str, Any] = {}
    for field in table.fields:
        if field.key in given:
            try:
                said[field.fact] = value(field, given[field.key])
                continue
            except Unreadable as mistake:
                notes.wrong(path, field.key, str(mistake))
        elif field.required:
            notes.wrong(path, field.key, f"is missing: {_how(field)}")
        if field.required:
            said[field.fact] = _stand_in(field)
    return said


def _stand_in(field: Field) -> Any:
    if field.kind is Kind.WORD:
        return field.stand_in or next(iter(field.words or ()))
    return _STAND_INS[field.kind]


def _how(field: Field) -> str:
    """What to write at a key, for somebody who left it out."""
    try:
        value(field, None)
    except Unreadable as mistake:
        return f"it {mistake}"
    raise AssertionError(field)  # pragma: no cover - nothing reads None


def _nothing_else(path: Path, given: Mapping[str, Any], known: list[str], notes: Notes) -> None:
    """A key that nobody asked for is a mistake: a misspelled limit must not be overlooked."""
    among = ", ".join(key for key in known if key)
    for key in given:
        if key not in known:
            said = _ONE_BASIS if key in _BASIS_OF_A_TERM else ""
            more = said or f"what can stand here is: {among}"
            notes.wrong(path, key, f"is not known here; {more}")


_BASIS_OF_A_TERM: Final = frozenset({"basis", "legal_basis"})
_ONE_BASIS: Final = (
    "one agreement rests on one legal basis: write a second agreement, with the same `under`, for "
    "what rests on another (docs/adr/0010-one-basis-an-agreement.md)"
)


def _criteria(basis: dict[str, Any], notes: Notes) -> None:
    """The criteria are those of the basis and no others, each a clause or a sentence."""
    known = criteria_keys(basis["basis"])
    path: Path = ("legal_basis", "criteria")
    given = basis.get("criteria", {})
    for key in sorted(set(given) - known & set(given)):
        if bases := [b.value for b in CRITERIA if key in CRITERIA[b]]:
            here = basis["basis"].value
            said = f"is asked of {' and '.join(bases)}, and this text rests on {here}; {_ONE_BASIS}"
            notes.wrong(path, key, said)
            known |= {key}
    _nothing_else(path, given, sorted(known), notes)
    for key in criteria_keys(basis["basis"]) & set(given):
        if not isinstance(given[key], str):
            notes.wrong(path, key, 'must be text in quotation marks, "…"')
    basis["criteria"] = {
        key: given[key].strip()
        for key in sorted(criteria_keys(basis["basis"]) & set(given))
        if isinstance(given[key], str) and given[key].strip()
    }


def _shares(said: Mapping[str, list[dict[str, Any]]]) -> bool:
    """Whether the document by itself lets data go: a joinder takes its terms from another."""
    joins = said[""][0].get("tier") is Tier.JOINDER
    return not joins and said["legal_basis"][0]["basis"] is not LegalBasis.NO_DISCLOSURE


def _needed(raw: Mapping[str, Any], notes: Notes) -> None:
    """What must stand in a text by which data are shared."""
    for field in SECTIONS[0].fields:
        if field.need is Need.SHARING and field.key not in raw:
            notes.wrong((), field.key, f"is missing: {_how(field)}")
    for table in SECTIONS:
        if table.need is Need.SHARING and table.key not in raw:
            notes.wrong((), table.key, f"is missing: begin it with [{table.key}]")
