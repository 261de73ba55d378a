"""Write facts as plain JSON, read them back strictly, and print their JSON Schema (2020-12).

All directions follow the type hints of the fact classes, so that a field is declared once. Reading
reports every mistake of a file at once.
"""

import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache, partial
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Final, TypeVar

__all__ = [
    "FactProblem",
    "InvalidFactsError",
    "build_fact_schema",
    "dump_fact",
    "find_reversed_ranges",
    "load_fact",
]

FactType = TypeVar("FactType")
PlainJson = None | bool | int | float | str | list[Any] | dict[str, Any]
_MAX_PROBLEMS_SHOWN: Final = 50


class InvalidFactsError(ValueError):
    """Raised when data are not valid facts; ``problems`` holds each place with its mistake."""

    def __init__(self, problems: Sequence["FactProblem"]) -> None:
        self.problems = tuple(problems)
        shown = [str(problem) for problem in self.problems[:_MAX_PROBLEMS_SHOWN]]
        hidden = len(self.problems) - len(shown)
        super().__init__("\n".join([*shown, *([f"and {hidden} more."] if hidden else [])]))


@dataclass(frozen=True, slots=True)
class FactProblem:
    """One mistake: its place in the file (``people[2].birth_date``) and what to write instead.

    Args:
        where: path of the value, empty for the whole file.
        message: the mistake, and what to write instead.
    """

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where or 'the file'}: {self.message}"


def dump_fact(value: object) -> PlainJson:
    """Convert a fact to plain JSON. Every field is written, so that a later default changes
    nothing.

    Args:
        value: a fact dataclass, enum, date, or collection of them.
    Returns:
        JSON values: dicts, lists, text, numbers, booleans, ``None``.
    Raises:
        TypeError: if the value is not a fact that JSON can hold.
    """
    kind = type(value)
    write = _WRITERS.get(kind)
    if write is None:
        write = _WRITERS[kind] = _choose_writer(kind)
    return write(value)


def _choose_writer(kind: type) -> Callable[[Any], PlainJson]:
    """Choose how values of one type are written; a page writes thousands of values of few types."""
    if is_dataclass(kind):
        return partial(_write_fields, tuple(field.name for field in fields(kind)))
    for base, write in _WRITERS_BY_BASE:
        if issubclass(kind, base):
            return write
    raise TypeError(f"{kind.__name__} is not a type of fact that can be saved.")


def _write_fields(names: Sequence[str], fact: object) -> PlainJson:
    return {name: dump_fact(getattr(fact, name)) for name in names}


def _write_enum(value: Enum) -> PlainJson:
    return str(value.value)


def _keep_value(value: PlainJson) -> PlainJson:
    return value


def _write_mapping(value: Mapping[object, object]) -> PlainJson:
    return {
        _format_key(key): dump_fact(member)
        for key, member in sorted(value.items(), key=lambda item: str(item[0]))
    }


def _write_set(value: Iterable[object]) -> PlainJson:
    return sorted((dump_fact(member) for member in value), key=str)


def _write_sequence(value: Iterable[object]) -> PlainJson:
    return [dump_fact(member) for member in value]


_Writer = Callable[[Any], PlainJson]
_WRITERS: Final[dict[type, _Writer]] = {}
"""What was chosen for each type."""
_WRITERS_BY_BASE: Final[tuple[tuple[type | tuple[type, ...], _Writer], ...]] = (
    (Enum, _write_enum),
    ((NoneType, bool, int, float, str), _keep_value),
    (date, date.isoformat),
    (Mapping, _write_mapping),
    ((frozenset, set), _write_set),
    ((tuple, list), _write_sequence),
)
"""The first type that fits decides: an enum may be a text too."""


def load_fact(kind: type[FactType], data: object) -> FactType:
    """Read a fact of one class from plain JSON.

    Args:
        kind: class of the fact.
        data: JSON values.
    Returns:
        The fact.
    Raises:
        InvalidFactsError: with every problem in the data.
    """
    problems: list[FactProblem] = []
    fact = _read_value(kind, data, "", problems)
    if problems:
        raise InvalidFactsError(problems)
    return typing.cast("FactType", fact)


def load_named_facts(hints: Mapping[str, object], data: Mapping[str, object]) -> dict[str, object]:
    """Read several named facts; none may be missing.

    Args:
        hints: type of each fact by name.
        data: JSON value of each fact by name.
    Returns:
        The facts by name.
    Raises:
        InvalidFactsError: with every problem in the data.
    """
    problems = [_describe_unknown_field(name, "", hints) for name in sorted(set(data) - set(hints))]
    facts: dict[str, object] = {}
    for name, hint in hints.items():
        if name in data:
            facts[name] = _read_value(hint, data[name], name, problems)
        else:
            problems.append(FactProblem(name, "is missing."))
    if problems:
        raise InvalidFactsError(problems)
    return facts


def _read_value(  # noqa: PLR0911 - one line a kind of hint
    hint: Any, data: object, place: str, problems: list[FactProblem]
) -> object:
    """Read the value at a place, or return ``None`` after noting its problem."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (UnionType, typing.Union):
        return _read_union(inner, data, place, problems)
    if origin is not None:
        return _CONTAINER_READERS[origin](inner, data, place, problems)
    if is_dataclass(hint):
        return _read_dataclass(hint, data, place, problems)
    if issubclass(hint, Enum):
        return _read_enum(hint, data, place, problems)
    if hint is date:
        return _read_date(data, place, problems)
    # True is not a number in JSON, although it is one in Python.
    if isinstance(data, hint) and (hint is bool or not isinstance(data, bool)):
        return data
    problems.append(FactProblem(place, f"must be {_TYPE_NAMES[hint]}, not {_describe_kind(data)}."))
    return None


def _read_union(
    options: tuple[Any, ...], data: object, place: str, problems: list[FactProblem]
) -> object:
    if data is None and NoneType in options:
        return None
    (hint,) = (option for option in options if option is not NoneType)
    return _read_value(hint, data, place, problems)


def _read_dataclass(kind: Any, data: object, place: str, problems: list[FactProblem]) -> object:
    if not isinstance(data, Mapping):
        problems.append(
            FactProblem(place, f"must be an object of fields, not {_describe_kind(data)}.")
        )
        return None
    known_fields, problems_before = list_field_types(kind), len(problems)
    values: dict[str, object] = {}
    problems.extend(
        _describe_unknown_field(str(name), place, known_fields)
        for name in data
        if name not in known_fields
    )
    for field in fields(kind):
        field_place = f"{place}.{field.name}" if place else field.name
        if field.name in data:
            values[field.name] = _read_value(
                known_fields[field.name], data[field.name], field_place, problems
            )
        elif _is_required(field):
            problems.append(FactProblem(field_place, "is missing."))
        elif "recorded" in field.metadata:
            values[field.name] = field.metadata["recorded"]
    return kind(**values) if len(problems) == problems_before else None


def _read_enum(kind: type[Enum], data: object, place: str, problems: list[FactProblem]) -> object:
    choices = [str(member.value) for member in kind]
    if data in choices:
        return kind(data)
    problems.append(
        FactProblem(place, f"must be one of {', '.join(choices)}, not {_describe_kind(data)}.")
    )
    return None


def _read_date(data: object, place: str, problems: list[FactProblem]) -> date | None:
    try:
        if isinstance(data, str) and len(data) == len("2026-01-31"):
            return date.fromisoformat(data)
    except ValueError:
        pass
    message = (
        f"{_describe_kind(data)} is not a date with year, month and day. Write it like 2026-01-31."
    )
    problems.append(FactProblem(place, message))
    return None


def _make_list_reader(build: Callable[[Iterable[object]], object]) -> Any:
    def read(
        inner: tuple[Any, ...], data: object, place: str, problems: list[FactProblem]
    ) -> object:
        if not isinstance(data, list | tuple):
            problems.append(FactProblem(place, f"must be a list, not {_describe_kind(data)}."))
            return None
        problems_before = len(problems)
        items = [
            _read_value(inner[0], item, f"{place}[{index}]", problems)
            for index, item in enumerate(data)
        ]
        return build(items) if len(problems) == problems_before else None

    return read


def _read_tuple(
    inner: tuple[Any, ...], data: object, place: str, problems: list[FactProblem]
) -> object:
    if inner[-1] is Ellipsis:
        return _read_any_tuple(inner, data, place, problems)
    if not isinstance(data, list | tuple) or len(data) != len(inner):
        problems.append(FactProblem(place, f"must be a list of {len(inner)} values."))
        return None
    pairs = enumerate(zip(inner, data, strict=True))
    return tuple(
        _read_value(hint, item, f"{place}[{index}]", problems) for index, (hint, item) in pairs
    )


def _read_mapping(
    inner: tuple[Any, ...], data: object, place: str, problems: list[FactProblem]
) -> object:
    if not isinstance(data, Mapping):
        problems.append(FactProblem(place, f"must be an object, not {_describe_kind(data)}."))
        return None
    key, value = inner
    return MappingProxyType(
        {
            _read_value(key, raw_key, f"{place}.{raw_key}", problems): _read_value(
                value, raw_value, f"{place}.{raw_key}", problems
            )
            for raw_key, raw_value in data.items()
        }
    )


_TYPE_NAMES: Final[Mapping[Any, str]] = MappingProxyType(
    {str: "text", int: "a whole number", bool: "true or false", float: "a number"}
)


def _describe_unknown_field(name: str, place: str, hints: Mapping[str, object]) -> FactProblem:
    field_place = f"{place}.{name}" if place else name
    return FactProblem(
        field_place, f"is not a valid field. Valid fields: {', '.join(sorted(hints))}."
    )


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


@cache
def list_field_types(kind: Any) -> Mapping[str, Any]:
    """List the type of each field of a fact class, in order.

    Args:
        kind: the fact class.
    Returns:
        Types by field name.
    """
    types = typing.get_type_hints(kind)
    return {field.name: types[field.name] for field in fields(kind)}


def _describe_kind(data: object) -> str:
    """Name the kind of the value, never the value: a file of facts is about children."""
    names = {type(None): "null", dict: "an object", list: "a list", bool: "true or false"}
    return names.get(type(data), "a number" if isinstance(data, int | float) else "this text")


_read_any_tuple: Final = _make_list_reader(tuple)

_CONTAINER_READERS: Final[Mapping[Any, Any]] = MappingProxyType(
    {
        tuple: _read_tuple,
        frozenset: _make_list_reader(frozenset),
        Iterable: _read_any_tuple,
        Sequence: _read_any_tuple,
        Mapping: _read_mapping,
    }
)

_START_END_FIELDS: Final = (
    ("starts", "ends"),
    ("first_year", "last_year"),
    ("born_from", "born_to"),
    ("age_from", "age_to"),
    ("enrolled_from", "enrolled_to"),
)


def find_reversed_ranges(fact: object, place: str = "") -> Iterator[FactProblem]:
    """Find every end that comes before its start, in a fact and all facts inside it.

    Reading does not refuse them, because an old question must be replayed with its old facts.

    Args:
        fact: a fact or a tuple of facts.
        place: path of the fact, empty for the whole file.
    Returns:
        One problem per reversed range.
    """
    if isinstance(fact, tuple):
        for index, item in enumerate(fact):
            yield from find_reversed_ranges(item, f"{place}[{index}]")
    if not is_dataclass(fact):
        return
    prefix = f"{place}." if place else ""
    for first, last in _START_END_FIELDS:
        start, end = getattr(fact, first, None), getattr(fact, last, None)
        if start and end and end < start:
            yield FactProblem(f"{prefix}{last}", f"{end} is before {first}, {start}.")
    for field in fields(fact):
        yield from find_reversed_ranges(getattr(fact, field.name), f"{prefix}{field.name}")


def _format_key(key: object) -> str:
    return str(key.value) if isinstance(key, Enum) else str(key)


_SCALAR_SCHEMAS: Final[Mapping[Any, dict[str, str]]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    float: {"type": "number"},
    date: {"type": "string", "format": "date"},
}


def build_fact_schema(kind: type) -> dict[str, Any]:
    """Build the JSON Schema (2020-12) of a fact class from the type hints that `load_fact` reads.

    Args:
        kind: the fact class.
    Returns:
        The schema, with every class that it holds under ``$defs``.
    """
    definitions: dict[str, Any] = {}
    reference = _schema_of_type(kind, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": kind.__name__,
        **reference,
        "$defs": dict(sorted(definitions.items())),
    }


def _schema_of_type(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (UnionType, typing.Union):
        return {"anyOf": [_schema_of_type(option, definitions) for option in inner]}
    if origin is not None:
        return _schema_of_container(origin, inner, definitions)
    if hint is NoneType:
        return {"type": "null"}
    if is_dataclass(hint):
        return _schema_of_dataclass(hint, definitions)
    if issubclass(hint, Enum):
        return {"enum": [str(word.value) for word in hint]}
    return dict(_SCALAR_SCHEMAS[hint])


def _schema_of_container(
    origin: Any, inner: tuple[Any, ...], definitions: dict[str, Any]
) -> dict[str, Any]:
    if origin is Mapping:
        return {"type": "object", "additionalProperties": _schema_of_type(inner[1], definitions)}
    if origin is tuple and Ellipsis not in inner:
        items = [_schema_of_type(item, definitions) for item in inner]
        return {"type": "array", "prefixItems": items, "items": False, "minItems": len(items)}
    unique = {"uniqueItems": True} if origin is frozenset else {}
    return {"type": "array", "items": _schema_of_type(inner[0], definitions), **unique}


def _schema_of_dataclass(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    name = kind.__name__
    if name not in definitions:
        definitions[name] = {}  # a fact may hold facts of the same class
        types = list_field_types(kind)
        properties, required = {}, []
        for field in fields(kind):
            properties[field.name] = _schema_of_type(types[field.name], definitions)
            if field.default is not MISSING:
                properties[field.name] |= {"default": dump_fact(field.default)}
            elif field.default_factory is MISSING:
                required.append(field.name)
        definitions[name] = {
            "type": "object",
            "description": " ".join((kind.__doc__ or "").partition("\n\n")[0].split()),
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }
    return {"$ref": f"#/$defs/{name}"}
