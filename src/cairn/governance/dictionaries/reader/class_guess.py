"""Guess how an element identifies a child and what protects it, for a person to confirm.

The phrases are data (``lists/*.toml``). Where no phrase matches, nothing is guessed, and
an element that no person has classified counts as identifying.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from cairn.policy.vocabulary import IdentifierClass, SpecialClass
from cairn.warehouse.schema import load_element_catalogue, normalize_spelling

_COLUMN_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

# Abbreviations that schools use in column names.
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
class ClassGuess:
    """The guessed classes of an element, with the words that led to them (``because``)."""

    identifier: IdentifierClass | None = None
    special: frozenset[SpecialClass] = frozenset()
    ladder: tuple[str, ...] = ()
    matched: str = ""
    because: tuple[str, ...] = ()


def guess_element_class(name: str, definition: str = "", data_set: str = "") -> ClassGuess:
    """Guess an element's classes from its name and definition.

    The longest phrase in the name decides the identifier class, then the longest in the
    definition.

    Args:
        name: the column's name.
        definition: the column's definition.
        data_set: the data set's name, to choose between catalog elements with the same
            header.

    Returns:
        The guess; ``matched`` is the corresponding element of Cairn's catalog.
    """
    by_name, by_definition = _normalize_words(name), _normalize_words(definition)
    identifier, matched_phrase = _guess_identifier(by_name, by_definition)
    special: set[SpecialClass] = set()
    because = [matched_phrase] if matched_phrase else []
    for row in _load_phrase_list("classes")["special"]:
        # A definition may mention a law in passing; a person should still look at it.
        if phrase := _find_first_phrase(row["phrases"], by_name) or _find_first_phrase(
            row["phrases"], by_definition
        ):
            special.add(SpecialClass(row["class"]))
            because.append(phrase)
    ladder = next(
        (
            tuple(ladder_row["coarser"])
            for ladder_row in _load_phrase_list("ladders")["ladder"]
            if _find_first_phrase(ladder_row["phrases"], by_name)
        ),
        (),
    )
    return ClassGuess(
        identifier,
        frozenset(special),
        ladder,
        _find_catalog_element(name, data_set),
        tuple(because),
    )


def _guess_identifier(by_name: str, by_definition: str) -> tuple[IdentifierClass | None, str]:
    """Return the class of the longest phrase in the name, else of the longest in the definition."""
    for text in (by_name, by_definition):
        matches = [
            (len(phrase), row["class"], phrase)
            for row in _load_phrase_list("classes")["identifier"]
            if (phrase := _find_longest_phrase(row["phrases"], text))
        ]
        if matches:
            _length, kind, phrase = max(matches, key=lambda match: match[0])
            return IdentifierClass(kind), phrase
    return None, ""


def _normalize_words(text: str) -> str:
    words = (word.casefold() for word in _COLUMN_WORD.findall(text))
    return f" {' '.join(_ABBREVIATIONS.get(word, word) for word in words)} "


def _find_first_phrase(phrases: list[str], text: str) -> str:
    return next((phrase for phrase in phrases if f" {phrase} " in text), "")


def _find_longest_phrase(phrases: list[str], text: str) -> str:
    return max((phrase for phrase in phrases if f" {phrase} " in text), key=len, default="")


def _find_catalog_element(name: str, data_set: str) -> str:
    """Return the catalog field (``record.field``) that accepts this header, or an empty string.

    If several do, prefer the one in the record named like the data set, then the student
    record. If none of these applies, the choice is unclear and nothing is returned.
    """
    candidates = sorted(_index_catalog_headers().get(normalize_spelling(name), frozenset()))
    if len(candidates) == 1:
        return candidates[0]
    data_set_words = _normalize_words(data_set).strip().removesuffix("s")
    same_record = [
        candidate
        for candidate in candidates
        if data_set_words and candidate.replace("_", " ").startswith(data_set_words)
    ]
    student_fields = [candidate for candidate in candidates if candidate.startswith("student.")]
    return next(iter(same_record or student_fields), "")


@cache
def _index_catalog_headers() -> dict[str, frozenset[str]]:
    elements_by_header: dict[str, set[str]] = {}
    for record in load_element_catalogue().values():
        for field in record.fields.values():
            for header in field.headers:
                elements_by_header.setdefault(header, set()).add(field.element)
    return {header: frozenset(names) for header, names in elements_by_header.items()}


@cache
def _load_phrase_list(name: str) -> dict[str, Any]:
    path = files("cairn.governance.dictionaries") / "lists" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
