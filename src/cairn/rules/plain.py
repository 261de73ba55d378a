"""Facts as plain JSON, and back: strictly, with every mistake of a file told at once.

Both directions follow the type hints of the fact classes, so that a field is written down once.
`schema` prints the same hints as a JSON Schema (2020-12).
"""

import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Final, TypeVar

Fact = TypeVar("Fact")
Plain = None | bool | int | float | str | list[Any] | dict[str, Any]
_MOST_TOLD: Final = 50


class Unreadable(ValueError):
    """The data are not what the facts need; ``problems`` holds every place with its mistake."""

    def __init__(self, problems: Sequence["Problem"]) -> None:
        self.problems = tuple(problems)
        told = [str(p) for p in self.problems[:_MOST_TOLD]]
        more = len(self.problems) - len(told)
        super().__init__("\n".join([*told, *([f"and {more} more."] if more else [])]))


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where in the file (``people[2].birth_date``), and what to write instead."""

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where or 'the file'}: {self.message}"


def dump(value: object) -> Plain:  # noqa: PLR0911 - one line a kind of value
    """A fact as plain JSON. Every field is written, so that a later default changes nothing."""
    if isinstance(value, Enum):
        return str(value.value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: dump(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {_key(k): dump(v) for k, v in sorted(value.items(), key=lambda item: str(item[0]))}
    if isinstance(value, frozenset | set):
        return sorted((dump(v) for v in value), key=str)
    if isinstance(value, tuple | list):
        return [dump(v) for v in value]
    raise TypeError(f"{type(value).__name__} is no fact that can be written down.")


def load(kind: type[Fact], data: object) -> Fact:
    """A fact of this class from plain JSON. Raises ``Unreadable`` with everything that is wrong."""
    problems: list[Problem] = []
    found = _read(kind, data, "", problems)
    if problems:
        raise Unreadable(problems)
    return typing.cast("Fact", found)


def load_fields(hints: Mapping[str, object], data: Mapping[str, object]) -> dict[str, object]:
    """Several named facts at once, all of which must be there. Raises ``Unreadable``."""
    problems = [_unknown(name, "", hints) for name in sorted(set(data) - set(hints))]
    found: dict[str, object] = {}
    for name, hint in hints.items():
        if name in data:
            found[name] = _read(hint, data[name], name, problems)
        else:
            problems.append(Problem(name, "is missing."))
    if problems:
        raise Unreadable(problems)
    return found


def _read(  # noqa: PLR0911 - one line a kind of hint
    hint: Any, data: object, where: str, problems: list[Problem]
) -> object:
    """The value at a place, or ``None`` once its problem is noted."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (UnionType, typing.Union):
        return _read_union(inner, data, where, problems)
    if origin is not None:
        return _CONTAINERS[origin](inner, data, where, problems)
    if is_dataclass(hint):
        return _read_fact(hint, data, where, problems)
    if issubclass(hint, Enum):
        return _read_word(hint, data, where, problems)
    if hint is date:
        return _read_date(data, where, problems)
    # JSON's true is no number, although Python's is.
    if isinstance(data, hint) and (hint is bool or not isinstance(data, bool)):
        return data
    problems.append(Problem(where, f"must be {_NAMES[hint]}, not {_shown(data)}."))
    return None


def _read_union(
    options: tuple[Any, ...], data: object, where: str, problems: list[Problem]
) -> object:
    if data is None and NoneType in options:
        return None
    (hint,) = (o for o in options if o is not NoneType)
    return _read(hint, data, where, problems)


def _read_fact(kind: Any, data: object, where: str, problems: list[Problem]) -> object:
    if not isinstance(data, Mapping):
        problems.append(Problem(where, f"must be an object of fields, not {_shown(data)}."))
        return None
    known, before = hints(kind), len(problems)
    given: dict[str, object] = {}
    problems.extend(_unknown(str(name), where, known) for name in data if name not in known)
    for field in fields(kind):
        place = f"{where}.{field.name}" if where else field.name
        if field.name in data:
            given[field.name] = _read(known[field.name], data[field.name], place, problems)
        elif _required(field):
            problems.append(Problem(place, "is missing."))
    return kind(**given) if len(problems) == before else None


def _read_word(kind: type[Enum], data: object, where: str, problems: list[Problem]) -> object:
    words = [str(w.value) for w in kind]
    if data in words:
        return kind(data)
    problems.append(Problem(where, f"must be one of {', '.join(words)}, not {_shown(data)}."))
    return None


def _read_date(data: object, where: str, problems: list[Problem]) -> date | None:
    try:
        if isinstance(data, str) and len(data) == len("2026-01-31"):
            return date.fromisoformat(data)
    except ValueError:
        pass
    message = f"{_shown(data)} is not a date with year, month and day. Write it like 2026-01-31."
    problems.append(Problem(where, message))
    return None


def _read_many(make: Callable[[Iterable[object]], object]) -> Any:
    def read(inner: tuple[Any, ...], data: object, where: str, problems: list[Problem]) -> object:
        if not isinstance(data, list | tuple):
            problems.append(Problem(where, f"must be a list, not {_shown(data)}."))
            return None
        before = len(problems)
        found = [_read(inner[0], one, f"{where}[{n}]", problems) for n, one in enumerate(data)]
        return make(found) if len(problems) == before else None

    return read


def _read_tuple(
    inner: tuple[Any, ...], data: object, where: str, problems: list[Problem]
) -> object:
    if inner[-1] is Ellipsis:
        return _MANY(inner, data, where, problems)
    if not isinstance(data, list | tuple) or len(data) != len(inner):
        problems.append(Problem(where, f"must be a list of {len(inner)} values."))
        return None
    pairs = enumerate(zip(inner, data, strict=True))
    return tuple(_read(hint, one, f"{where}[{n}]", problems) for n, (hint, one) in pairs)


def _read_mapping(
    inner: tuple[Any, ...], data: object, where: str, problems: list[Problem]
) -> object:
    if not isinstance(data, Mapping):
        problems.append(Problem(where, f"must be an object, not {_shown(data)}."))
        return None
    key, value = inner
    return MappingProxyType(
        {
            _read(key, k, f"{where}.{k}", problems): _read(value, v, f"{where}.{k}", problems)
            for k, v in data.items()
        }
    )


_MANY: Final = _read_many(tuple)
_CONTAINERS: Final[Mapping[Any, Any]] = MappingProxyType(
    {
        tuple: _read_tuple,
        frozenset: _read_many(frozenset),
        Iterable: _MANY,
        Sequence: _MANY,
        Mapping: _read_mapping,
    }
)
_NAMES: Final[Mapping[Any, str]] = MappingProxyType(
    {str: "text", int: "a whole number", bool: "true or false", float: "a number"}
)
_BEGINS_ENDS: Final = (
    ("starts", "ends"),
    ("first_year", "last_year"),
    ("born_from", "born_to"),
    ("age_from", "age_to"),
    ("enrolled_from", "enrolled_to"),
)


def backwards(fact: object, where: str = "") -> Iterator[Problem]:
    """Every end that comes before its start, in a fact and all that it holds.

    Reading does not refuse them, since what was asked of old facts must be asked again as it was.
    """
    if isinstance(fact, tuple):
        for n, one in enumerate(fact):
            yield from backwards(one, f"{where}[{n}]")
    if not is_dataclass(fact):
        return
    dot = f"{where}." if where else ""
    for first, last in _BEGINS_ENDS:
        start, end = getattr(fact, first, None), getattr(fact, last, None)
        if start and end and end < start:
            yield Problem(f"{dot}{last}", f"{end} is before {first}, {start}.")
    for field in fields(fact):
        yield from backwards(getattr(fact, field.name), f"{dot}{field.name}")


def _unknown(name: str, where: str, hints: Mapping[str, object]) -> Problem:
    place = f"{where}.{name}" if where else name
    return Problem(place, f"is not a field here; these are: {', '.join(sorted(hints))}.")


def _required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


@cache
def hints(kind: Any) -> Mapping[str, Any]:
    """The type of each field of a fact class, in its order."""
    found = typing.get_type_hints(kind)
    return {f.name: found[f.name] for f in fields(kind)}


def _key(key: object) -> str:
    return str(key.value) if isinstance(key, Enum) else str(key)


def _shown(data: object) -> str:
    """The kind of what was found, never the data: a file of facts is about children."""
    found = {type(None): "null", dict: "an object", list: "a list", bool: "true or false"}
    return found.get(type(data), "a number" if isinstance(data, int | float) else "this text")
