"""Read from an element's name how it may identify a student, and which law may protect it.

A name is a hint. The class that a person confirmed in the owner's data dictionary counts before it.
Where no dictionary says anything, the hint counts, so that ``student_ssn`` is no directory
information and ``citizenship_status`` has the protection of ``immigration``. The phrases are data
(``element_names.toml``).
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from cairn.policy.vocabulary import IdentifierClass, SpecialClass

__all__ = [
    "find_identifier_hint",
    "find_special_hints",
    "is_social_security_number",
    "normalize_element_name",
]

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
_SOCIAL_SECURITY: Final = ("ssn", "social security")


def normalize_element_name(text: str) -> str:
    """Normalize a column name or definition to lower-case words, abbreviations written out.

    The result begins and ends with a blank, so that a phrase can be found as whole words.

    Args:
        text: a name such as ``STDNT_FrstNm``.
    Returns:
        The words: `` student first name ``.
    """
    words = (word.casefold() for word in _COLUMN_WORD.findall(text))
    return f" {' '.join(_ABBREVIATIONS.get(word, word) for word in words)} "


@lru_cache(maxsize=1 << 12)
def find_identifier_hint(name: str, definition: str = "") -> tuple[IdentifierClass | None, str]:
    """Find how an element seems to identify a student.

    The longest phrase in the name decides, then the longest in the definition.

    Args:
        name: name of the element, with or without its record.
        definition: the owner's definition.
    Returns:
        The class, and the phrase that led to it; ``None`` where no phrase matches.
    """
    for text in (normalize_element_name(name), normalize_element_name(definition)):
        matches = [
            (len(phrase), row["class"], phrase)
            for row in _load_phrases()["identifier"]
            if (phrase := _find_longest_phrase(row["phrases"], text))
        ]
        if matches:
            _length, kind, phrase = max(matches, key=lambda match: match[0])
            return IdentifierClass(kind), phrase
    return None, ""


@lru_cache(maxsize=1 << 12)
def find_special_hints(name: str, definition: str = "") -> Mapping[SpecialClass, str]:
    """Find the laws that seem to protect an element.

    A definition may mention a law in passing; a person should still look at it.

    Args:
        name: name of the element, with or without its record.
        definition: the owner's definition.
    Returns:
        The phrase that led to each class.
    """
    by_name, by_definition = normalize_element_name(name), normalize_element_name(definition)
    hints = (
        (SpecialClass(row["class"]), phrase)
        for row in _load_phrases()["special"]
        for phrase in (
            _find_special_phrase(row, by_name) or _find_special_phrase(row, by_definition),
        )
        if phrase
    )
    return MappingProxyType(dict(hints))


def is_social_security_number(element: str) -> bool:
    """Tell whether an element's name says that it is a social security number.

    Args:
        element: ``record.field``.
    Returns:
        True for ``student.ssn``, ``student.StudentSSN`` or ``student.social_security_number``.
    """
    return bool(_find_first_phrase(_SOCIAL_SECURITY, normalize_element_name(element)))


def _find_special_phrase(row: Mapping[str, Any], text: str) -> str:
    """Find the first phrase of a class, outside the phrases that mean something else."""
    for phrase in row.get("unless", ()):
        text = text.replace(f" {phrase} ", " / ")
    return _find_first_phrase(row["phrases"], text)


def _find_first_phrase(phrases: Iterable[str], text: str) -> str:
    return next((phrase for phrase in phrases if f" {phrase} " in text), "")


def _find_longest_phrase(phrases: Iterable[str], text: str) -> str:
    return max((phrase for phrase in phrases if f" {phrase} " in text), key=len, default="")


@cache
def _load_phrases() -> dict[str, Any]:
    path = files("cairn.policy.law") / "element_names.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
