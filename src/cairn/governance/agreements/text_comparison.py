"""Compare texts of an agreement term by term."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from cairn.governance.agreements.documents.structure import format_day
from cairn.governance.agreements.toml_format.declaration import FORMAT_TABLES
from cairn.governance.agreements.toml_format.fields import FormatTable

# The keys that identify a row of each table across texts; rows of other tables go by position.
_ROW_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "parties": ("organization", "role"),
    "part": ("id",),
    "data": ("part", "record", "provider"),
    "access": ("organization", "role"),
    "onward": ("organization",),
    "clauses": ("ref",),
    "exhibits": ("name",),
    "penalties": ("kind",),
    "changes": ("term",),
}

_MACHINE_CODE: Final = re.compile(r"[a-z]+(_[a-z0-9]+)+")
"""A code of the TOML format, such as school_district."""


@dataclass(frozen=True, slots=True)
class TermDifference:
    """One term that differs: its section and row, the old value (empty: none) and the new value.

    Without a term, a whole row was added or removed.
    """

    section: str
    where: str
    term: str
    was: str
    now: str


def find_term_differences(before: str, after: str) -> tuple[TermDifference, ...]:
    """Find every term in which two texts differ, in the order of the written form.

    Args:
        before: the earlier text (TOML).
        after: the later text (TOML).

    Returns:
        The differences; empty for texts that differ only in layout.
    """
    was, now = tomllib.loads(before), tomllib.loads(after)
    return tuple(
        difference for table in FORMAT_TABLES for difference in _compare_table(table, was, now)
    )


@dataclass(frozen=True, slots=True)
class TermVariation:
    """One term that is not the same in all of several texts: where it is, and what each text
    says.
    """

    section: str
    where: str
    term: str
    said: tuple[str, ...]


def find_term_variations(texts: Sequence[str]) -> tuple[TermVariation, ...]:
    """Find every term in which texts that were filled from one pattern differ.

    Rows are compared by position, because filling a pattern does not reorder rows.

    Args:
        texts: the texts (TOML).

    Returns:
        The variations, in the order of the written form.
    """
    raw_texts = [tomllib.loads(text) for text in texts]
    return tuple(
        variation
        for table in FORMAT_TABLES
        for variation in _compare_table_in_all(table, raw_texts)
    )


def _compare_table_in_all(
    table: FormatTable, raw_texts: Sequence[Mapping[str, Any]]
) -> Iterator[TermVariation]:
    if not table.key:
        keys = [field.key for field in table.fields]
        yield from _compare_row_in_all(table, "", [_select_keys(raw, keys) for raw in raw_texts])
    elif table.many:
        rows_by_text = [[_as_row(row) for row in raw.get(table.key) or ()] for raw in raw_texts]
        for number in range(max(map(len, rows_by_text), default=0)):
            rows = [
                text_rows[number] if number < len(text_rows) else {} for text_rows in rows_by_text
            ]
            yield from _compare_row_in_all(table, _name_row_in_all(table, rows, number), rows)
    else:
        yield from _compare_row_in_all(
            table, "", [_as_row(raw.get(table.key)) for raw in raw_texts]
        )


def _name_row_in_all(table: FormatTable, rows: Sequence[Mapping[str, Any]], number: int) -> str:
    """Return the value that identifies a row in every text, or its number if the texts disagree."""
    values_by_key = (
        {_format_value(row.get(key)) for row in rows} for key in _ROW_KEYS.get(table.key, ())
    )
    agreed_names = [name for values in values_by_key if len(values) == 1 for name in values if name]
    return ", ".join(agreed_names) or f"number {number + 1}"


def _compare_row_in_all(
    table: FormatTable, where: str, rows: Sequence[Mapping[str, Any]]
) -> Iterator[TermVariation]:
    flat = [_flatten_row(row) for row in rows]
    for key in dict.fromkeys(key for row in flat for key in row):
        values = tuple(_format_value(row.get(key)) for row in flat)
        if len(set(values)) > 1:
            yield TermVariation(table.heading, where, key.replace("_", " "), values)


def _compare_table(
    table: FormatTable, was: Mapping[str, Any], now: Mapping[str, Any]
) -> Iterator[TermDifference]:
    if not table.key:
        keys = [field.key for field in table.fields]
        yield from _compare_row(table, "", _select_keys(was, keys), _select_keys(now, keys))
    elif table.many:
        before, after = (
            _rows_by_name(table, was.get(table.key)),
            _rows_by_name(table, now.get(table.key)),
        )
        for name in dict.fromkeys((*before, *after)):
            yield from _compare_row(table, name, before.get(name, {}), after.get(name, {}))
    else:
        yield from _compare_row(table, "", _as_row(was.get(table.key)), _as_row(now.get(table.key)))


def _compare_row(
    table: FormatTable, where: str, was: Mapping[str, Any], now: Mapping[str, Any]
) -> Iterator[TermDifference]:
    was, now = _flatten_row(was), _flatten_row(now)
    if where and not (was and now):
        yield TermDifference(table.heading, where, "", _describe_row(was), _describe_row(now))
        return
    for key in dict.fromkeys((*was, *now)):
        before, after = _format_value(was.get(key)), _format_value(now.get(key))
        if before != after:
            yield TermDifference(table.heading, where, key.replace("_", " "), before, after)


def _rows_by_name(table: FormatTable, raw_rows: object) -> dict[str, Mapping[str, Any]]:
    rows = [_as_row(row) for row in raw_rows] if isinstance(raw_rows, list) else []
    rows_by_name: dict[str, Mapping[str, Any]] = {}
    for number, row in enumerate(rows, start=1):
        known_by = _ROW_KEYS.get(table.key, ())
        name = (
            ", ".join(_format_value(row[key]) for key in known_by if row.get(key))
            or f"number {number}"
        )
        while name in rows_by_name:
            name += f", number {number}"
        rows_by_name[name] = row
    return rows_by_name


def _as_row(raw_row: object) -> Mapping[str, Any]:
    return raw_row if isinstance(raw_row, dict) else {}


def _select_keys(raw: Mapping[str, Any], keys: list[str]) -> Mapping[str, Any]:
    return {key: raw[key] for key in keys if key in raw}


def _flatten_row(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a row with the criteria inside it, and what each states, as keys of its own."""
    flat: dict[str, Any] = {}
    for key, value in row.items():
        if not isinstance(value, dict):
            flat[key] = value
            continue
        for inner_key, inner_value in value.items():
            if isinstance(inner_value, dict):
                flat |= {f"{inner_key}, {part}": said for part, said in inner_value.items()}
            else:
                flat[inner_key] = inner_value
    return flat


def _describe_row(row: Mapping[str, Any]) -> str:
    return "; ".join(
        f"{key.replace('_', ' ')}: {_format_value(value)}" for key, value in row.items()
    )


def _format_value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_format_value(item) for item in value)
    if isinstance(value, dict):
        return " ".join(_format_value(item) for item in value.values())
    if isinstance(value, date):
        return format_day(value)
    text = "" if value is None else str(value).strip()
    return text.replace("_", " ") if _MACHINE_CODE.fullmatch(text) else text
