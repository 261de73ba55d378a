"""Write an agreement fact as TOML that parses back to the same fact."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from enum import StrEnum
from typing import Any, Final

from cairn.governance.agreements.toml_format.declaration import CRITERION_FIELDS, FORMAT_TABLES
from cairn.governance.agreements.toml_format.fields import (
    UNTIL_TERMINATED_TEXT,
    FieldKind,
    FieldNeed,
    FormatField,
    FormatTable,
)
from cairn.policy.facts import UNTIL_TERMINATED, AgreementFact, AgreementPart, DataTerm, GradeLevel
from cairn.policy.vocabulary import LegalBasis

_LINE_WIDTH: Final = 96
_AGREEMENT_DEFAULTS: Final[Mapping[str, Any]] = {f.name: f.default for f in fields(AgreementFact)}


def write_agreement_text(agreement: AgreementFact) -> str:
    """Write an agreement as a text that a person can read and `parse_agreement` reads back.

    Args:
        agreement: the agreement fact.

    Returns:
        The text (TOML).
    """
    return write_tables(convert_to_tables(agreement))


def convert_to_tables(agreement: AgreementFact) -> dict[str, Any]:
    """Convert an agreement to plain tables, as `tomllib` would read them, without the defaults.

    Args:
        agreement: the agreement fact.

    Returns:
        The TOML tables.
    """
    tables: dict[str, Any] = {}
    for table in FORMAT_TABLES:
        rows = [_write_row(table, facts) for facts in _find_table_facts(table, agreement)]
        if table.key == "data":
            rows += [
                _write_row(table, term) | {"part": part.id}
                for part in agreement.parts
                for term in part.data
            ]
        if not table.key:
            tables |= rows[0]
        elif table.many and rows:
            tables[table.key] = rows
        elif rows and rows[0]:
            tables[table.key] = rows[0]
    return tables


def write_tables(tables: Mapping[str, Any]) -> str:
    """Write plain tables as TOML, in the order of the declaration, without blank values.

    Args:
        tables: the TOML tables.

    Returns:
        The text (TOML).
    """
    blocks: list[list[str]] = []
    for table in FORMAT_TABLES:
        table_rows = tables if not table.key else tables.get(table.key)
        rows = table_rows if isinstance(table_rows, list) else [table_rows] if table_rows else []
        blocks += [block for row in rows for block in _write_blocks(table, row)]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _find_table_facts(table: FormatTable, agreement: AgreementFact) -> Iterable[Any]:
    """Find the objects that hold the facts of a table: the agreement itself, one term, or many."""
    if table.key == "legal_basis":
        return () if agreement.parts else (agreement,)
    if table.key == "part":
        return agreement.parts
    if not table.key:
        return (agreement,)
    if table.key == "security":
        return (agreement,) if agreement.security else ()
    term = getattr(agreement, table.key)
    if table.many:
        return tuple(term)
    bases = (agreement.basis, *(part.basis for part in agreement.parts))
    discloses = any(basis is not LegalBasis.NO_DISCLOSURE for basis in bases)
    shares = discloses and table.need is FieldNeed.SHARING
    is_default = term is None or (term == _AGREEMENT_DEFAULTS[table.key] and not shares)
    return () if is_default else (term,)


def _write_row(table: FormatTable, facts: Any) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for field in table.fields:
        fact = _find_field_fact(field, facts)
        if field.required or not (_is_empty(fact) or _is_default_flag(facts, field)):
            row[field.key] = _convert_fact(field, fact)
    return row


def _find_field_fact(field: FormatField, facts: Any) -> Any:
    if field.kind is FieldKind.YEARS:
        return _format_years(facts)
    if field.kind is FieldKind.CRITERIA:
        return _write_criteria(facts)
    if field.key == "part" and isinstance(facts, DataTerm):
        return ""
    return getattr(facts, field.fact)


def _write_criteria(agreement: AgreementFact | AgreementPart) -> dict[str, Any]:
    """Write each criterion as its table, or as plain text where it is no typed fact."""
    tables = {
        key: {
            field.key: getattr(fact, field.key)
            for field in CRITERION_FIELDS
            if not _is_empty(getattr(fact, field.key))
        }
        for key, fact in agreement.criterion_facts.items()
    }
    return dict(sorted({**agreement.criteria, **tables}.items()))


def _format_years(facts: DataTerm) -> tuple[str, ...]:
    return (facts.first_year, facts.last_year) if facts.first_year else ()


def _is_default_flag(facts: Any, field: FormatField) -> bool:
    """Return whether a flag is false where leaving it out means the same."""
    if field.kind is not FieldKind.FLAG or getattr(facts, field.fact):
        return False
    return any(
        dataclass_field.name == field.fact and dataclass_field.default is False
        for dataclass_field in fields(facts)
    )


def _is_empty(fact: Any) -> bool:
    return fact is None or (not isinstance(fact, bool | int) and not fact)


def _convert_fact(field: FormatField, fact: Any) -> Any:
    if field.kind is FieldKind.LAST_DAY and fact == UNTIL_TERMINATED:
        return UNTIL_TERMINATED_TEXT
    if field.kind is FieldKind.PEOPLE:
        return [{"name": name, "email": email} for name, email in fact]
    if field.kind is FieldKind.CRITERIA:
        return dict(fact)
    if isinstance(fact, frozenset):
        # Grades keep the order of their enum: "10" comes after "9".
        order = [word.value for word in GradeLevel] if field.words is GradeLevel else None
        return sorted(map(str, fact), key=order.index if order else None)
    if isinstance(fact, tuple):
        return [str(item) for item in fact]
    return str(fact) if isinstance(fact, StrEnum) else fact


def _write_blocks(table: FormatTable, row: Mapping[str, Any]) -> Iterator[list[str]]:
    """Write the lines of one table, and of the table inside it."""
    inner = {
        inner_key: inner_value
        for inner_key, inner_value in row.items()
        if _find_field_kind(table, inner_key) is FieldKind.CRITERIA
    }
    lines = [
        f"{field.key} = {_write_value(row[field.key])}"
        for field in table.fields
        if field.key not in inner and row.get(field.key) not in (None, "", [])
    ]
    header_lines = [f"[[{table.key}]]" if table.many else f"[{table.key}]"] if table.key else []
    yield [*header_lines, *lines]
    for key, inner_table in inner.items():
        yield from _write_inner_table(f"{table.key}.{key}", inner_table)


def _write_inner_table(name: str, inner_table: Mapping[str, Any]) -> Iterator[list[str]]:
    """Write a table inside a table, and then each table inside it."""
    values = {key: value for key, value in inner_table.items() if not isinstance(value, dict)}
    if values:
        yield [f"[{name}]", *(f"{key} = {_write_value(value)}" for key, value in values.items())]
    for key, value in inner_table.items():
        if isinstance(value, dict):
            yield [
                f"[{name}.{key}]",
                *(f"{inner} = {_write_value(item)}" for inner, item in value.items()),
            ]


def _find_field_kind(table: FormatTable, key: str) -> FieldKind | None:
    return next((field.kind for field in table.fields if field.key == key), None)


def _write_value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dict):
        return (
            "{ "
            + ", ".join(f"{key} = {_write_value(item_value)}" for key, item_value in value.items())
            + " }"
        )
    if isinstance(value, list):
        return _write_list([_write_value(item) for item in value])
    # A TOML string is a JSON string, except that TOML must escape one more control character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _write_list(items: list[str]) -> str:
    one_line = f"[{', '.join(items)}]"
    if len(one_line) <= _LINE_WIDTH and not any(item.startswith("{") for item in items):
        return one_line
    return "[\n" + "".join(f"    {line}\n" for line in _wrap_items(items)) + "]"


def _wrap_items(items: list[str]) -> Iterator[str]:
    """Yield lines with as many items as fit; a table gets a line of its own."""
    line = ""
    for item in items:
        if line and (len(line) + len(item) + 2 > _LINE_WIDTH or item.startswith("{")):
            yield line
            line = ""
        line += f"{' ' if line else ''}{item},"
    yield line
