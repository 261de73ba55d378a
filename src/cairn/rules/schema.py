"""The JSON Schema (2020-12) of any fact, printed from the same type hints that `plain` reads by."""

import typing
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Final

from cairn.rules.plain import dump, hints

_PLAIN: Final[Mapping[Any, dict[str, str]]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    float: {"type": "number"},
    date: {"type": "string", "format": "date"},
}


def schema(kind: type) -> dict[str, Any]:
    """The schema of a fact class, every class that it holds under ``$defs``."""
    found: dict[str, Any] = {}
    reference = _of(kind, found)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": kind.__name__,
        **reference,
        "$defs": dict(sorted(found.items())),
    }


def _of(hint: Any, found: dict[str, Any]) -> dict[str, Any]:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (UnionType, typing.Union):
        return {"anyOf": [_of(one, found) for one in inner]}
    if origin is not None:
        return _container(origin, inner, found)
    if hint is NoneType:
        return {"type": "null"}
    if is_dataclass(hint):
        return _fact(hint, found)
    if issubclass(hint, Enum):
        return {"enum": [str(word.value) for word in hint]}
    return dict(_PLAIN[hint])


def _container(origin: Any, inner: tuple[Any, ...], found: dict[str, Any]) -> dict[str, Any]:
    if origin is Mapping:
        return {"type": "object", "additionalProperties": _of(inner[1], found)}
    if origin is tuple and Ellipsis not in inner:
        items = [_of(one, found) for one in inner]
        return {"type": "array", "prefixItems": items, "items": False, "minItems": len(items)}
    unique = {"uniqueItems": True} if origin is frozenset else {}
    return {"type": "array", "items": _of(inner[0], found), **unique}


def _fact(kind: Any, found: dict[str, Any]) -> dict[str, Any]:
    name = kind.__name__
    if name not in found:
        found[name] = {}  # a fact may hold facts of its own class
        known = hints(kind)
        properties, required = {}, []
        for one in fields(kind):
            properties[one.name] = _of(known[one.name], found)
            if one.default is not MISSING:
                properties[one.name] |= {"default": dump(one.default)}
            elif one.default_factory is MISSING:
                required.append(one.name)
        found[name] = {
            "type": "object",
            "description": " ".join((kind.__doc__ or "").split()),
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }
    return {"$ref": f"#/$defs/{name}"}
