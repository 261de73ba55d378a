"""The declaration as a JSON Schema (2020-12), for editors and for other people's programs."""

from collections.abc import Iterable
from typing import Any, Final

from cairn.agreements.format.declaration import SECTIONS
from cairn.agreements.format.fields import Field, Kind, Need, Table
from cairn.agreements.format.values import UNTIL
from cairn.rules.criteria import criteria_keys
from cairn.rules.vocabulary import LegalBasis, Tier

_TEXT: Final = {"type": "string"}
_DAY: Final = {"type": "string", "format": "date"}
_SCHOOL_YEAR: Final = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"}
_PERSON: Final = {
    "type": "object",
    "properties": {"name": _TEXT, "email": _TEXT},
    "required": ["name", "email"],
    "additionalProperties": False,
}
_SHAPES: Final[dict[Kind, dict[str, Any]]] = {
    Kind.TEXT: _TEXT,
    Kind.LONG_TEXT: _TEXT,
    Kind.TEXTS: {"type": "array", "items": _TEXT, "minItems": 1, "uniqueItems": True},
    Kind.DAY: _DAY,
    Kind.LAST_DAY: {"anyOf": [_DAY, {"const": UNTIL}]},
    Kind.WHOLE: {"type": "integer", "minimum": 1},
    Kind.FLAG: {"type": "boolean"},
    Kind.YEARS: {"type": "array", "items": _SCHOOL_YEAR, "minItems": 2, "maxItems": 2},
    Kind.PEOPLE: {"type": "array", "items": _PERSON},
    Kind.CRITERIA: {"type": "object", "additionalProperties": _TEXT},
}


def schema() -> dict[str, Any]:
    """The schema of a whole text. A date stands in TOML without quotation marks."""
    top = SECTIONS[0]
    inner = [table for table in SECTIONS if table.key]
    whole = _object(top.fields)
    whole["properties"] |= {table.key: _table(table) for table in inner}
    whole["required"] += [table.key for table in inner if table.required]
    needed = [f.key for f in top.fields if f.need is Need.SHARING]
    needed += [table.key for table in inner if table.need is Need.SHARING]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "An agreement",
        "description": "What partners agreed, as TOML. A date is a TOML date.",
        **whole,
        "allOf": [
            {"if": _discloses_nothing(), "else": {"required": needed}},
            *map(_criteria, LegalBasis),
        ],
    }


def _table(table: Table) -> dict[str, Any]:
    one = {"description": table.says, **_object(table.fields)}
    return {"type": "array", "minItems": 1, "items": one} if table.many else one


def _object(fields: Iterable[Field]) -> dict[str, Any]:
    declared = tuple(fields)
    return {
        "type": "object",
        "properties": {f.key: {"description": f.says, **_shape(f)} for f in declared},
        "required": [f.key for f in declared if f.required],
        "additionalProperties": False,
    }


def _shape(field: Field) -> dict[str, Any]:
    words = {"enum": [word.value for word in field.words or ()]}
    if field.kind is Kind.WORD:
        return words
    if field.kind is Kind.WORDS:
        return {"type": "array", "items": words, "minItems": 1}
    return _SHAPES[field.kind]


def _discloses_nothing() -> dict[str, Any]:
    nothing = {"properties": {"basis": {"const": LegalBasis.NO_DISCLOSURE.value}}}
    joins = {"properties": {"tier": {"const": Tier.JOINDER.value}}, "required": ["tier"]}
    return {"anyOf": [{"properties": {"legal_basis": nothing}}, joins]}


def _criteria(basis: LegalBasis) -> dict[str, Any]:
    """Under one basis, its criteria and no others."""
    known = dict.fromkeys(sorted(criteria_keys(basis)), _TEXT)
    criteria = {"criteria": {"properties": known, "additionalProperties": False}}
    named = {"properties": {"basis": {"const": basis.value}}}
    return {
        "if": {"properties": {"legal_basis": named}},
        "then": {"properties": {"legal_basis": {"properties": criteria}}},
    }
