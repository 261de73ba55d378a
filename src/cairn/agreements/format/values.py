"""What stands at one key, read by its kind: a value, or ``None`` and a word about the mistake."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from cairn.agreements.format.fields import Field, Kind
from cairn.rules.agreement import UNTIL_TERMINATED

UNTIL: Final = "until terminated"
_SCHOOL_YEAR: Final = re.compile(r"(\d{4})-(\d{2})\Z")
_PAIR: Final = 2


class Unreadable(ValueError):
    """A value of the wrong kind; says what to write."""


def value(field: Field, raw: object) -> Any:
    """The fact that a raw value holds. Raises ``Unreadable``."""
    return _READERS[field.kind](field, raw)


def _text(field: Field, raw: object) -> str:
    if not isinstance(raw, str):
        raise Unreadable('must be text in quotation marks, "…"')
    if field.required and not raw.strip():
        raise Unreadable("is empty: write it out, or it says nothing")
    return raw.strip()


def _texts(field: Field, raw: object) -> tuple[str, ...]:
    if not isinstance(raw, list) or not raw or not all(isinstance(v, str) for v in raw):
        raise Unreadable('must be a list that names each one, ["…", "…"]')
    if len(set(raw)) != len(raw):
        raise Unreadable("names one thing twice")
    return tuple(raw)


def _day(field: Field, raw: object) -> date:
    if type(raw) is not date:
        raise Unreadable("must be a date with its year, without quotation marks, 2026-07-01")
    return raw


def _last_day(field: Field, raw: object) -> date:
    if raw == UNTIL:
        return UNTIL_TERMINATED
    if type(raw) is not date:
        told = "must be a date with its year, without quotation marks, 2026-07-01, or"
        raise Unreadable(f'{told} "{UNTIL}"')
    return raw


def _whole(field: Field, raw: object) -> int:
    if type(raw) is not int or raw < 1:
        raise Unreadable("must be a whole number, 1 or more")
    return raw


def _flag(field: Field, raw: object) -> bool:
    if not isinstance(raw, bool):
        raise Unreadable("must be true or false")
    return raw


def _word(field: Field, raw: object) -> Any:
    words = _words_of(field)
    if not isinstance(raw, str) or raw not in words:
        raise Unreadable(f"must be one of: {', '.join(words)}")
    return words[raw]


def _words(field: Field, raw: object) -> tuple[Any, ...]:
    words = _words_of(field)
    named = raw if isinstance(raw, list) else []
    if not named or any(not isinstance(word, str) or word not in words for word in named):
        raise Unreadable(f"must be a list of one or more of: {', '.join(words)}")
    return tuple(words[word] for word in named)


def _words_of(field: Field) -> Mapping[str, Any]:
    return {word.value: word for word in field.words or ()}


def _years(field: Field, raw: object) -> tuple[str, str]:
    if not isinstance(raw, list) or len(raw) != _PAIR or not all(map(_school_year, raw)):
        raise Unreadable('must be the first and the last school year, ["2021-22", "2025-26"]')
    first, last = raw
    if first > last:
        raise Unreadable(f"ends before it begins: {first} is after {last}")
    return first, last


def _school_year(raw: object) -> bool:
    found = _SCHOOL_YEAR.match(raw) if isinstance(raw, str) else None
    return found is not None and (int(found[1]) + 1) % 100 == int(found[2])


def _people(field: Field, raw: object) -> tuple[tuple[str, str], ...]:
    rows = raw if isinstance(raw, list) else [None]
    people = [_person(row) for row in rows]
    return tuple(people)


def _person(row: object) -> tuple[str, str]:
    if not isinstance(row, dict) or set(row) != {"name", "email"}:
        raise Unreadable('must name each person so: { name = "…", email = "…" }')
    name, email = row["name"], row["email"]
    if not isinstance(name, str) or not isinstance(email, str):
        raise Unreadable('must name each person so: { name = "…", email = "…" }')
    return name.strip(), email.strip()


def _criteria(field: Field, raw: object) -> Mapping[str, object]:
    if not isinstance(raw, dict):
        raise Unreadable("must be a table that begins with [legal_basis.criteria]")
    return raw


_READERS: Final[Mapping[Kind, Callable[[Field, object], Any]]] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _text,
    Kind.TEXTS: _texts,
    Kind.DAY: _day,
    Kind.LAST_DAY: _last_day,
    Kind.WHOLE: _whole,
    Kind.FLAG: _flag,
    Kind.WORD: _word,
    Kind.WORDS: _words,
    Kind.YEARS: _years,
    Kind.PEOPLE: _people,
    Kind.CRITERIA: _criteria,
}
