"""How an element probably identifies a child, and what protects it: a guess for a person to weigh.

The lists are data (``lists/*.toml``). Where nothing matches, nothing is guessed, and what nobody
has classified counts as identifying.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from cairn.rules.vocabulary import IdentifierClass, SpecialClass
from cairn.warehouse import elements

_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
# What schools shorten in column names.
_ABBREVIATIONS: Final = {
    "std": "student",
    "stdnt": "student",
    "stu": "student",
    "frst": "first",
    "fst": "first",
    "lst": "last",
    "nm": "name",
    "addr": "address",
    "dt": "date",
    "cd": "code",
    "num": "number",
    "nbr": "number",
    "ph": "phone",
    "sch": "school",
    "schl": "school",
    "dist": "district",
    "enrl": "enrollment",
    "brth": "birth",
    "gndr": "gender",
    "ethn": "ethnicity",
    "lang": "language",
    "grd": "grade",
    "elig": "eligibility",
    "disab": "disability",
    "hmls": "homeless",
    "yr": "year",
}


@dataclass(frozen=True, slots=True)
class Guess:
    """What an element looks like, with the words that made it look so (``because``)."""

    identifier: IdentifierClass | None = None
    special: frozenset[SpecialClass] = frozenset()
    ladder: tuple[str, ...] = ()
    matched: str = ""
    because: tuple[str, ...] = ()


def guess(name: str, definition: str = "", data_set: str = "") -> Guess:
    """Reads a column's name and definition. ``matched`` is its like in Cairn's own catalogue."""
    by_name, by_definition = _plain(name), _plain(definition)
    identifier, word = _identifier(by_name, by_definition)
    special: set[SpecialClass] = set()
    because = [word] if word else []
    for row in _lists("classes")["special"]:
        # A definition may mention a law in passing; that is still worth a person's look.
        if found := _first(row["phrases"], by_name) or _first(row["phrases"], by_definition):
            special.add(SpecialClass(row["class"]))
            because.append(found)
    ladder = next(
        (tuple(r["coarser"]) for r in _lists("ladders")["ladder"] if _first(r["phrases"], by_name)),
        (),
    )
    return Guess(
        identifier, frozenset(special), ladder, _catalogued(name, data_set), tuple(because)
    )


def _identifier(by_name: str, by_definition: str) -> tuple[IdentifierClass | None, str]:
    """The longest phrase in the name decides, then the longest in the definition."""
    for text in (by_name, by_definition):
        matches = [
            (len(found), row["class"], found)
            for row in _lists("classes")["identifier"]
            if (found := _longest(row["phrases"], text))
        ]
        if matches:
            _length, kind, found = max(matches, key=lambda m: m[0])
            return IdentifierClass(kind), found
    return None, ""


def _plain(text: str) -> str:
    words = (word.casefold() for word in _WORDS.findall(text))
    return f" {' '.join(_ABBREVIATIONS.get(word, word) for word in words)} "


def _first(phrases: list[str], text: str) -> str:
    return next((phrase for phrase in phrases if f" {phrase} " in text), "")


def _longest(phrases: list[str], text: str) -> str:
    return max((phrase for phrase in phrases if f" {phrase} " in text), key=len, default="")


def _catalogued(name: str, data_set: str) -> str:
    """``record.field`` of the catalogue field that accepts this header, else nothing.

    Of several, the one whose record is called like the data set, else the student record's; where
    it is none of those, nobody can tell which.
    """
    candidates = sorted(_headers().get(elements.key(name), frozenset()))
    if len(candidates) == 1:
        return candidates[0]
    about = _plain(data_set).strip().removesuffix("s")
    alike = [c for c in candidates if about and c.replace("_", " ").startswith(about)]
    students = [c for c in candidates if c.startswith("student.")]
    return next(iter(alike or students), "")


@cache
def _headers() -> dict[str, frozenset[str]]:
    known: dict[str, set[str]] = {}
    for record in elements.catalogue().values():
        for field in record.fields.values():
            for header in field.headers:
                known.setdefault(header, set()).add(field.element)
    return {header: frozenset(names) for header, names in known.items()}


@cache
def _lists(name: str) -> dict[str, Any]:
    path = files("cairn.dictionaries") / "lists" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
