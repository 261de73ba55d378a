"""Two texts of an agreement side by side, term by term: what it said, what it says."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from cairn.agreements.format.declaration import SECTIONS
from cairn.agreements.format.fields import Table
from cairn.agreements.wording.document import day

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

_CODE: Final = re.compile(r"[a-z]+(_[a-z0-9]+)+")
"""A word that the format spells for machines, such as school_district."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One term that is not the same: where, what it said (empty: nothing), what it says. Without
    a term it is a whole row that came or went."""

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


@dataclass(frozen=True, slots=True)
class Varied:
    """One term that is not the same in all of several texts: where, and what each says."""

    section: str
    where: str
    term: str
    said: tuple[str, ...]


def varied(texts: Sequence[str]) -> tuple[Varied, ...]:
    """Every term in which texts that were filled from one differ, in the order of the written
    form. Rows are compared by their place, since the fillings change no row's place."""
    every = [tomllib.loads(text) for text in texts]
    return tuple(found for table in SECTIONS for found in _varied(table, every))


def _varied(table: Table, every: Sequence[Mapping[str, Any]]) -> Iterator[Varied]:
    if not table.key:
        keys = [field.key for field in table.fields]
        yield from _varied_row(table, "", [_only(one, keys) for one in every])
    elif table.many:
        held = [[_one(row) for row in one.get(table.key) or ()] for one in every]
        for number in range(max(map(len, held), default=0)):
            rows = [mine[number] if number < len(mine) else {} for mine in held]
            yield from _varied_row(table, _place(table, rows, number), rows)
    else:
        yield from _varied_row(table, "", [_one(one.get(table.key)) for one in every])


def _place(table: Table, rows: Sequence[Mapping[str, Any]], number: int) -> str:
    """What a row is known by in every text, else its number."""
    told = ({_said(row.get(key)) for row in rows} for key in _KNOWN_BY.get(table.key, ()))
    same = [name for said in told if len(said) == 1 for name in said if name]
    return ", ".join(same) or f"number {number + 1}"


def _varied_row(table: Table, where: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[Varied]:
    flat = [_flat(row) for row in rows]
    for key in dict.fromkeys(key for row in flat for key in row):
        said = tuple(_said(row.get(key)) for row in flat)
        if len(set(said)) > 1:
            yield Varied(table.heading, where, key.replace("_", " "), said)


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
    if where and not (was and now):
        yield Difference(table.heading, where, "", _whole(was), _whole(now))
        return
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


def _whole(row: Mapping[str, Any]) -> str:
    return "; ".join(f"{key.replace('_', ' ')}: {_said(said)}" for key, said in row.items())


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_said(one) for one in value)
    if isinstance(value, dict):
        return " ".join(_said(one) for one in value.values())
    if isinstance(value, date):
        return day(value)
    text = "" if value is None else str(value).strip()
    return text.replace("_", " ") if _CODE.fullmatch(text) else text
