"""Facts → the text that says them, in the order of the declaration: read again, it is the same."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from enum import StrEnum
from typing import Any, Final

from cairn.agreements.format.declaration import SECTIONS
from cairn.agreements.format.fields import Field, Kind, Need, Table
from cairn.agreements.format.values import UNTIL
from cairn.rules.agreement import UNTIL_TERMINATED, Agreement, DataTerm
from cairn.rules.population import Grade
from cairn.rules.vocabulary import LegalBasis

_WIDTH: Final = 96
_DEFAULTS: Final[Mapping[str, Any]] = {f.name: f.default for f in fields(Agreement)}


def write(agreement: Agreement) -> str:
    """An agreement as a text that a person can read and `parse` reads back."""
    return write_raw(raw(agreement))


def raw(agreement: Agreement) -> dict[str, Any]:
    """An agreement as plain tables, as `tomllib` would read them; what it does not say is left
    out."""
    said: dict[str, Any] = {}
    for table in SECTIONS:
        rows = [_row(table, one) for one in _facts(table, agreement)]
        if not table.key:
            said |= rows[0]
        elif table.many and rows:
            said[table.key] = rows
        elif rows and rows[0]:
            said[table.key] = rows[0]
    return said


def write_raw(said: Mapping[str, Any]) -> str:
    """Plain tables as TOML, in the order of the declaration; blank values are left out."""
    blocks: list[list[str]] = []
    for table in SECTIONS:
        given = said if not table.key else said.get(table.key)
        rows = given if isinstance(given, list) else [given] if given else []
        blocks += [block for row in rows for block in _blocks(table, row)]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _facts(table: Table, agreement: Agreement) -> Iterable[Any]:
    """Whatever holds the facts of a table: the agreement itself, a term, or many of one."""
    if table.key in ("", "legal_basis"):
        return (agreement,)
    if table.key == "security":
        return (agreement,) if agreement.security else ()
    found = getattr(agreement, table.key)
    if table.many:
        return tuple(found)
    shares = agreement.basis is not LegalBasis.NO_DISCLOSURE and table.need is Need.SHARING
    unsaid = found is None or (found == _DEFAULTS[table.key] and not shares)
    return () if unsaid else (found,)


def _row(table: Table, facts: Any) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for field in table.fields:
        fact = _years(facts) if field.kind is Kind.YEARS else getattr(facts, field.fact)
        if field.required or not (_empty(fact) or _unsaid(facts, field)):
            row[field.key] = _plain(field, fact)
    return row


def _years(facts: DataTerm) -> tuple[str, ...]:
    return (facts.first_year, facts.last_year) if facts.first_year else ()


def _unsaid(facts: Any, field: Field) -> bool:
    """Whether a flag says no where a text that leaves it out says the same."""
    if field.kind is not Kind.FLAG or getattr(facts, field.fact):
        return False
    return any(f.name == field.fact and f.default is False for f in fields(facts))


def _empty(fact: Any) -> bool:
    return fact is None or (not isinstance(fact, bool | int) and not fact)


def _plain(field: Field, fact: Any) -> Any:
    if field.kind is Kind.LAST_DAY and fact == UNTIL_TERMINATED:
        return UNTIL
    if field.kind is Kind.PEOPLE:
        return [{"name": name, "email": email} for name, email in fact]
    if field.kind is Kind.CRITERIA:
        return dict(fact)
    if isinstance(fact, frozenset):
        # Grades are in the order of their words: "10" comes after "9".
        order = [word.value for word in Grade] if field.words is Grade else None
        return sorted(map(str, fact), key=order.index if order else None)
    if isinstance(fact, tuple):
        return [str(one) for one in fact]
    return str(fact) if isinstance(fact, StrEnum) else fact


def _blocks(table: Table, row: Mapping[str, Any]) -> Iterator[list[str]]:
    """The lines of one table, and of the table inside it."""
    inner = {k: v for k, v in row.items() if _kind(table, k) is Kind.CRITERIA}
    lines = [
        f"{field.key} = {_value(row[field.key])}"
        for field in table.fields
        if field.key not in inner and row.get(field.key) not in (None, "", [])
    ]
    head = [f"[[{table.key}]]" if table.many else f"[{table.key}]"] if table.key else []
    yield [*head, *lines]
    for key, said in inner.items():
        if said:
            yield [f"[{table.key}.{key}]", *(f"{k} = {_value(v)}" for k, v in said.items())]


def _kind(table: Table, key: str) -> Kind | None:
    return next((field.kind for field in table.fields if field.key == key), None)


def _value(said: Any) -> str:
    if isinstance(said, bool):
        return "true" if said else "false"
    if isinstance(said, date):
        return said.isoformat()
    if isinstance(said, int):
        return str(said)
    if isinstance(said, dict):
        return "{ " + ", ".join(f"{k} = {_value(v)}" for k, v in said.items()) + " }"
    if isinstance(said, list):
        return _list([_value(one) for one in said])
    # A TOML string is a JSON string, but for the one control character that JSON lets stand.
    return json.dumps(said, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(said: list[str]) -> str:
    whole = f"[{', '.join(said)}]"
    if len(whole) <= _WIDTH and not any(one.startswith("{") for one in said):
        return whole
    return "[\n" + "".join(f"    {line}\n" for line in _lines(said)) + "]"


def _lines(said: list[str]) -> Iterator[str]:
    """As many to a line as fit; a table stands alone."""
    line = ""
    for one in said:
        if line and (len(line) + len(one) + 2 > _WIDTH or one.startswith("{")):
            yield line
            line = ""
        line += f"{' ' if line else ''}{one},"
    yield line
