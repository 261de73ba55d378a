"""Render the declaration of the written form for editors and readers.

A JSON Schema (2020-12) serves editors and other programs; a documentation page lists every table,
key and code.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from cairn.governance.agreements.toml_format.declaration import (
    CRITERION_FIELDS,
    FORMAT_TABLES,
    LEGAL_BASIS_TABLE,
    PART_TABLE,
)
from cairn.governance.agreements.toml_format.fields import (
    UNTIL_TERMINATED_TEXT,
    FieldKind,
    FieldNeed,
    FormatField,
    FormatTable,
)
from cairn.policy.law import CriterionSpec, list_criterion_specs
from cairn.policy.vocabulary import AgreementTier, CriterionType, LegalBasis

_TEXT_SCHEMA: Final = {"type": "string"}
_DAY_SCHEMA: Final = {"type": "string", "format": "date"}
_SCHOOL_YEAR_SCHEMA: Final = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"}

_PERSON_SCHEMA: Final = {
    "type": "object",
    "properties": {"name": _TEXT_SCHEMA, "email": _TEXT_SCHEMA},
    "required": ["name", "email"],
    "additionalProperties": False,
}

_SCHEMA_BY_KIND: Final[dict[FieldKind, dict[str, Any]]] = {
    FieldKind.TEXT: _TEXT_SCHEMA,
    FieldKind.LONG_TEXT: _TEXT_SCHEMA,
    FieldKind.TEXTS: {"type": "array", "items": _TEXT_SCHEMA, "minItems": 1, "uniqueItems": True},
    FieldKind.DAY: _DAY_SCHEMA,
    FieldKind.LAST_DAY: {"anyOf": [_DAY_SCHEMA, {"const": UNTIL_TERMINATED_TEXT}]},
    FieldKind.WHOLE: {"type": "integer", "minimum": 1},
    FieldKind.FLAG: {"type": "boolean"},
    FieldKind.YEARS: {"type": "array", "items": _SCHOOL_YEAR_SCHEMA, "minItems": 2, "maxItems": 2},
    FieldKind.PEOPLE: {"type": "array", "items": _PERSON_SCHEMA},
    FieldKind.CRITERIA: {"type": "object"},
}


def build_agreement_json_schema() -> dict[str, Any]:
    """Build the schema of a complete agreement text. In TOML a date has no quotation marks.

    Returns:
        The schema as JSON-compatible data.
    """
    top = FORMAT_TABLES[0]
    inner = [table for table in FORMAT_TABLES if table.key]
    root = _build_object_schema(top.fields)
    root["properties"] |= {table.key: _build_table_schema(table) for table in inner}
    basis, parts = LEGAL_BASIS_TABLE.key, PART_TABLE.key
    root["required"] += [table.key for table in inner if table.required and table.key != basis]
    stated_in_parts = [field.key for field in top.fields if field.need is FieldNeed.SHARING]
    needed = [table.key for table in inner if table.need is FieldNeed.SHARING]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "An agreement",
        "description": "The terms of an agreement, as TOML. A date is a TOML date.",
        **root,
        "allOf": [
            {
                "if": {"required": [parts]},
                "then": {"properties": dict.fromkeys((basis, *stated_in_parts), False)},
                "else": {"required": [basis]},
            },
            {"if": _build_no_disclosure_condition(), "else": {"required": needed}},
            {
                "if": {"anyOf": [{"required": [parts]}, _build_no_disclosure_condition()]},
                "else": {"required": stated_in_parts},
            },
            *(_build_criteria_condition(each, basis) for each in LegalBasis),
        ],
    }


def _build_table_schema(table: FormatTable) -> dict[str, Any]:
    row_schema = {"description": table.says, **_build_object_schema(table.fields)}
    if table is PART_TABLE:
        row_schema["allOf"] = [_build_criteria_condition(basis) for basis in LegalBasis]
    return {"type": "array", "minItems": 1, "items": row_schema} if table.many else row_schema


def _build_object_schema(fields: Iterable[FormatField]) -> dict[str, Any]:
    declared = tuple(fields)
    return {
        "type": "object",
        "properties": {
            field.key: {"description": field.says, **_build_value_schema(field)}
            for field in declared
        },
        "required": [field.key for field in declared if field.required],
        "additionalProperties": False,
    }


def _build_value_schema(field: FormatField) -> dict[str, Any]:
    words = {"enum": [word.value for word in field.words or ()]}
    if field.kind is FieldKind.WORD:
        return words
    if field.kind is FieldKind.WORDS:
        return {"type": "array", "items": words, "minItems": 1}
    return _SCHEMA_BY_KIND[field.kind]


def _build_no_disclosure_condition() -> dict[str, Any]:
    nothing = {"properties": {"basis": {"const": LegalBasis.NO_DISCLOSURE.value}}}
    joins = {"properties": {"tier": {"const": AgreementTier.JOINDER.value}}, "required": ["tier"]}
    discloses_nothing = {"properties": {"legal_basis": nothing}, "required": ["legal_basis"]}
    return {"anyOf": [discloses_nothing, joins]}


def _build_criteria_condition(basis: LegalBasis, table: str = "") -> dict[str, Any]:
    """Build the condition that a basis has its own criteria and no others, in a table if named."""
    specs = list_criterion_specs(basis)
    properties = {key: _build_criterion_schema(specs[key]) for key in sorted(specs)}
    criteria = {"criteria": {"properties": properties, "additionalProperties": False}}
    condition: dict[str, Any] = {"properties": {"basis": {"const": basis.value}}}
    consequence: dict[str, Any] = {"properties": criteria}
    if table:
        condition = {"properties": {table: condition}}
        consequence = {"properties": {table: consequence}}
    return {"if": condition, "then": consequence}


def _build_criterion_schema(spec: CriterionSpec) -> dict[str, Any]:
    """Build the schema of one criterion: its table with an answer of its type, or plain text."""
    table = _build_object_schema(CRITERION_FIELDS)
    value = {**table["properties"]["value"], **_build_answer_schema(spec)}
    description = f"{spec.asks} {_format_requirement(spec)}".strip()
    table = {**table, "properties": {**table["properties"], "value": value}}
    return {"description": description, "anyOf": [table, _TEXT_SCHEMA]}


def _build_answer_schema(spec: CriterionSpec) -> dict[str, Any]:
    if spec.type is CriterionType.CHOICE:
        return {"enum": [*spec.answers, ""]}
    if spec.type is CriterionType.PERIOD:
        return {"pattern": "^([1-9][0-9]{0,4} ([Dd]ay|[Mm]onth|[Yy]ear)s?)?$"}
    return {} if spec.has_value else {"const": ""}


def _format_requirement(spec: CriterionSpec) -> str:
    return f"{spec.card.statement} ({spec.card.citation})" if spec.card is not None else ""


_PAGE_INTRODUCTION = """# The written form of an agreement

An agreement is a TOML file. A key or table that is not listed here is an error; Cairn does not
ignore it. `cairn lint FILE.toml` checks a file without a server; `cairn lint --schema`
prints this page as a JSON Schema.
"""


def render_format_reference() -> str:
    """Render the reference page of the written form.

    Returns:
        The page, in Markdown.
    """
    return "\n".join(
        [
            _PAGE_INTRODUCTION,
            *(line for table in FORMAT_TABLES for line in _render_table(table)),
            *_render_bases(),
        ]
    )


def _render_table(table: FormatTable) -> Iterator[str]:
    name = f"`[[{table.key}]]`" if table.many else f"`[{table.key}]`"
    yield f"## {table.heading}\n"
    yield f"{f'{name}, {_render_need(table.need)}. ' if table.key else ''}{table.says}\n"
    yield "| Key | Type | Required | Description |"
    yield "|---|---|---|---|"
    yield from (_render_field(field) for field in table.fields)
    yield ""
    for field in table.fields:
        if field.words:
            words = ", ".join(f"`{word.value}`" for word in field.words)
            yield f"Codes of `{field.key}`: {words}.\n"


def _render_field(field: FormatField) -> str:
    return f"| `{field.key}` | {field.kind} | {_render_need(field.need)} | {field.says} |"


def _render_need(need: FieldNeed) -> str:
    return need.value


def _render_bases() -> Iterator[str]:
    """Render what may appear under ``[legal_basis.criteria]`` for each basis."""
    kind = FieldKind.CRITERIA.value.capitalize()
    yield f"## {kind}\n"
    yield (
        "Each requirement has a table of its own, such as `[legal_basis.criteria.use_limit]`, with "
        "the answer, the clause that says so, the words of that clause, and the counsel of the "
        "data owner who confirmed it. In place of a table, plain text is read as a quotation that "
        "nobody has confirmed. `<class>_authority` names the law that lets an element of a "
        "protected class be shared, and `<class>_condition` which of its conditions is met.\n"
    )
    yield "| Key | Type | Required | Description |"
    yield "|---|---|---|---|"
    yield from (_render_field(field) for field in CRITERION_FIELDS)
    yield "\nAnswers that the law does not accept are in italics.\n"
    yield "| Basis | Criterion | Question | Answer | Legal requirement |"
    yield "|---|---|---|---|---|"
    for basis in LegalBasis:
        for key, spec in list_criterion_specs(basis).items():
            if not key.endswith(("_authority", "_condition")):
                yield (
                    f"| `{basis.value}` | `{key}` | {spec.asks} | {_render_answers(spec)} | "
                    f"{_format_requirement(spec)} |"
                )
    yield ""


def _render_answers(spec: CriterionSpec) -> str:
    if spec.type is CriterionType.CHOICE:
        allowed = [f"`{code}`: {words}" for code, words in spec.choices.items()]
        denied = [f"*`{code}`: {words}*" for code, words in spec.denies.items()]
        return "; ".join((*allowed, *denied))
    if spec.maximum_days is not None:
        return f"a period of at most {spec.maximum_days} days ({spec.maximum_law})"
    return _ANSWER_TYPES[spec.type]


_ANSWER_TYPES: Final = {
    CriterionType.PERIOD: "a period, such as 90 days or 3 years",
    CriterionType.QUOTATION: "the quotation",
    CriterionType.CLAUSE: "the clause",
    CriterionType.ORGANIZATION: "short names of organizations, with commas",
}
