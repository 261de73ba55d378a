"""The facts that a decision rests on, under one name: the same facts, the same name, anywhere."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import Enum


@dataclass(frozen=True, slots=True)
class Later:
    """A fact that is long to write down, so that it is made when somebody asks for its name."""

    made: Callable[[], object]


class Known:
    """The facts that a decision rests on, under one name (SHA-256, hex) that tells them apart.

    A page asks for many decisions and names few of them, and naming costs more than deciding, so
    the name is worked out when it is first asked for. Two are equal when their names are.
    """

    __slots__ = ("_facts", "_name")

    def __init__(self, facts: Iterable[object]) -> None:
        self._facts: tuple[object, ...] = tuple(facts)
        self._name = ""

    @property
    def name(self) -> str:
        """The digest of the facts; they are let go once it is known."""
        if not self._name:
            self._name, self._facts = digest(*self._facts), ()
        return self._name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Known) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)


def digest(*facts: object) -> str:
    """A stable name for facts: equal facts give equal digests, in any process and order of sets."""
    plain = json.dumps([_plain(f) for f in facts], separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


def _plain(value: object) -> object:  # noqa: PLR0911 - one line a kind of value
    if isinstance(value, Later):
        return _plain(value.made())
    if is_dataclass(value) and not isinstance(value, type):
        named = {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
        return [type(value).__name__, named]
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return sorted([[_plain(k), _plain(v)] for k, v in value.items()], key=json.dumps)
    if isinstance(value, frozenset | set):
        return sorted((_plain(v) for v in value), key=json.dumps)
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    return value
