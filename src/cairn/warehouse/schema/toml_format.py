"""Write settings as TOML; the standard library reads TOML but does not write it."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")


def format_toml(data: Mapping[str, Any]) -> str:
    """Write plain settings as TOML.

    Takes text, numbers, lists of text, tables of those, and lists of tables. Empty entries are
    left out.
    """
    return "\n".join(_format_table(data, ())) + "\n"


def _format_table(data: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    tables = {k: v for k, v in data.items() if isinstance(v, Mapping)}
    lists_of_tables = {k: v for k, v in data.items() if _is_list_of_tables(v)}
    plain_entries = {
        k: v
        for k, v in data.items()
        if k not in tables and k not in lists_of_tables and v not in (None, [])
    }
    if path and (plain_entries or not data):
        yield f"\n[{_format_path(path)}]"
    yield from (f"{_format_key(name)} = {_format_value(v)}" for name, v in plain_entries.items())
    for name, value in tables.items():
        if value:
            yield from _format_table(value, (*path, name))
    for name, value in lists_of_tables.items():
        for table in value:
            yield f"\n[[{_format_path((*path, name))}]]"
            yield from _format_entries(table)


def _format_entries(table: Mapping[str, Any]) -> Iterator[str]:
    """Format a table of a list; tables within it are written inline."""
    for name, value in table.items():
        if isinstance(value, Mapping):
            entries = ", ".join(f"{_format_key(k)} = {_format_value(v)}" for k, v in value.items())
            if entries:
                yield f"{_format_key(name)} = {{ {entries} }}"
        elif value not in (None, [], ""):
            yield f"{_format_key(name)} = {_format_value(value)}"


def _is_list_of_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)


def _format_path(path: tuple[str, ...]) -> str:
    return ".".join(_format_key(part) for part in path)


def _format_key(name: str) -> str:
    return name if _BARE_KEY.fullmatch(name) else _format_value(name)


def _format_value(value: str | float | list[str]) -> str:
    # JSON's strings, lists and numbers are TOML's too, but for one control character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
