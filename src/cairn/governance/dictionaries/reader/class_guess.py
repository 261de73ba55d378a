"""Guess how an element identifies a child and what protects it, for a person to confirm.

The phrases are data (`cairn.policy.law`, and ``lists/ladders.toml`` here). Where no phrase matches,
nothing is guessed, and an element that no person has classified counts as identifying.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from cairn.policy.law import find_identifier_hint, find_special_hints, normalize_element_name
from cairn.policy.vocabulary import IdentifierClass, SpecialClass
from cairn.warehouse.schema import load_element_catalogue, normalize_spelling


@dataclass(frozen=True, slots=True)
class ClassGuess:
    """The guessed classes of an element, with the words that led to them (``because``)."""

    identifier: IdentifierClass | None = None
    special: frozenset[SpecialClass] = frozenset()
    ladder: tuple[str, ...] = ()
    matched: str = ""
    because: tuple[str, ...] = ()


def guess_element_class(
    name: str, definition: str = "", data_set: str = "", group: str = ""
) -> ClassGuess:
    """Guess an element's classes from its name and definition.

    The longest phrase in the name decides the identifier class, then the longest in the
    definition.

    Args:
        name: the column's name.
        definition: the column's definition.
        data_set: the data set's name, to choose between catalog elements with the same
            header.
        group: agency, program and category of the column; a program may have a law of its own.

    Returns:
        The guess; ``matched`` is the corresponding element of Cairn's catalog.
    """
    identifier, matched_phrase = find_identifier_hint(name, definition)
    special = find_special_hints(name, f"{definition} {group}".strip())
    because = ((matched_phrase,) if matched_phrase else ()) + tuple(special.values())
    by_name = normalize_element_name(name)
    ladder = next(
        (
            tuple(ladder_row["coarser"])
            for ladder_row in _load_ladders()
            if any(f" {phrase} " in by_name for phrase in ladder_row["phrases"])
        ),
        (),
    )
    return ClassGuess(
        identifier,
        frozenset(special),
        ladder,
        _find_catalog_element(name, data_set),
        because,
    )


def _find_catalog_element(name: str, data_set: str) -> str:
    """Return the catalog field (``record.field``) that accepts this header, or an empty string.

    If several do, prefer the one in the record named like the data set, then the student
    record. If none of these applies, the choice is unclear and nothing is returned.
    """
    candidates = sorted(_index_catalog_headers().get(normalize_spelling(name), frozenset()))
    if len(candidates) == 1:
        return candidates[0]
    data_set_words = normalize_element_name(data_set).strip().removesuffix("s")
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
def _load_ladders() -> list[dict[str, Any]]:
    path = files("cairn.governance.dictionaries") / "lists" / "ladders.toml"
    ladders: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["ladder"]
    return ladders
