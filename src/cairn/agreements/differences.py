"""Two texts of an agreement side by side, term by term: what it said, what it says."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from cairn.agreements.format.declaration import SECTIONS
from cairn.agreements.format.fields import Table

# By what a row of a table is known again in another text; a row of others by its place.
_KNOWN_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "parties": ("organization", "role"),
    "data": ("record", "provider"),
    "access": ("organization", "role"),
    "onward": ("organization",),
    "clauses": ("ref",),
    "exhibits": ("name",),
    "penalties": ("kind",),
    "changes": ("term",),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One term that is not the same: where, what it said (empty: nothing), what it says."""

    section: str
    where: str
    term: str
    was: str
    now: str


def differences(before: str, after: str) -> tuple[Difference, ...]:
    """Every term in which two texts differ, in the order of the written form; none for texts
    that only look different. Both are TOML."""
    was, now = tomllib.loads(before), tomllib.loads(after)
    return tuple(found for table in SECTIONS for found in _of_table(table, was, now))


def _of_table(table: Table, was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    if not table.key:
        keys = [field.key for field in table.fields]
        yield from _of_row(table, "", _only(was, keys), _only(now, keys))
    elif table.many:
        before, after = _rows(table, was.get(table.key)), _rows(table, now.get(table.key))
        for name in dict.fromkeys((*before, *after)):
            yield from _of_row(table, name, before.get(name, {}), after.get(name, {}))
    else:
        yield from _of_row(table, "", _one(was.get(table.key)), _one(now.get(table.key)))


def _of_row(
    table: Table, where: str, was: Mapping[str, Any], now: Mapping[str, Any]
) -> Iterator[Difference]:
    was, now = _flat(was), _flat(now)
    for key in dict.fromkeys((*was, *now)):
        before, after = _said(was.get(key)), _said(now.get(key))
        if before != after:
            yield Difference(table.heading, where, key.replace("_", " "), before, after)


def _rows(table: Table, given: object) -> dict[str, Mapping[str, Any]]:
    rows = [_one(row) for row in given] if isinstance(given, list) else []
    named: dict[str, Mapping[str, Any]] = {}
    for number, row in enumerate(rows, start=1):
        known_by = _KNOWN_BY.get(table.key, ())
        name = ", ".join(_said(row[key]) for key in known_by if row.get(key)) or f"number {number}"
        while name in named:
            name += f", number {number}"
        named[name] = row
    return named


def _one(given: object) -> Mapping[str, Any]:
    return given if isinstance(given, dict) else {}


def _only(given: Mapping[str, Any], keys: list[str]) -> Mapping[str, Any]:
    return {key: given[key] for key in keys if key in given}


def _flat(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row with the criteria inside it as keys of their own."""
    flat: dict[str, Any] = {}
    for key, said in row.items():
        flat |= said if isinstance(said, dict) else {key: said}
    return flat


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_said(one) for one in value)
    if isinstance(value, dict):
        return " ".join(_said(one) for one in value.values())
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value).strip()
