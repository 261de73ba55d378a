"""Plain settings → TOML text. The standard library reads TOML but does not write it."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")


def dump(data: Mapping[str, Any]) -> str:
    """Text, whole numbers, lists of text, and tables of those. Empty entries are left out."""
    return "\n".join(_table(data, ())) + "\n"


def _table(data: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    plain = {k: v for k, v in data.items() if not isinstance(v, Mapping) and v not in (None, [])}
    if path and (plain or not data):
        yield f"\n[{'.'.join(_name(p) for p in path)}]"
    for name, value in plain.items():
        yield f"{_name(name)} = {_value(value)}"
    for name, value in data.items():
        if isinstance(value, Mapping) and value:
            yield from _table(value, (*path, name))


def _name(name: str) -> str:
    return name if _BARE.fullmatch(name) else _value(name)


def _value(value: str | int | list[str]) -> str:
    # JSON's strings, lists and whole numbers are TOML's too, but for one control character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
