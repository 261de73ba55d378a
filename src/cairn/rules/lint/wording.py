"""What stands in the text that nobody meant to leave there, or refers to what is not there."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Final

from cairn.rules.citations import Severity
from cairn.rules.lint.finding import Finding, Objection, Text

_TEXT: Final = "Cairn policy, reading 5"

PLACEHOLDER: Final = Objection(
    "LA50",
    Severity.ANOMALY,
    _TEXT,
    "'{said}' still stands in {about}.",
    "Write what is meant in its place.",
)
NOT_LISTED: Final = Objection(
    "LA51",
    Severity.ANOMALY,
    _TEXT,
    "The text refers to {about}, which is not among its exhibits.",
    "Add an [[exhibits]] table for {about}, or take the reference out.",
)
NOT_ATTACHED: Final = Objection(
    "LA52",
    Severity.ANOMALY,
    _TEXT,
    "{about} is not attached.",
    "Attach it before anybody signs.",
)

_PLACEHOLDER: Final = re.compile(
    r"\[[^\]]*(?:tbd|insert|name|date|fill|todo|x{2,})[^\]]*\]|\btb[dc]\b|_{3,}|\bx{3,}\b"
    r"|<[a-z ]+>|\{\{.*?\}\}|\$\{.*?\}|lorem ipsum|\?{3,}|\.{5,}",
    re.IGNORECASE,
)
_EXHIBIT: Final = re.compile(
    r"\b((?:Exhibit|Schedule|Appendix|Attachment|Annex) (?:[A-Z]\b|\d+|[IVX]+\b))"
)


def wording(text: Text) -> Iterator[Finding]:
    """Placeholders, and exhibits that are missing."""
    agreement = text.agreement
    said = tuple(_texts("", agreement))
    for place, words in said:
        if found := _PLACEHOLDER.search(words):
            yield PLACEHOLDER.finding(place, place, said=found[0])
    listed = {exhibit.name.casefold() for exhibit in agreement.exhibits}
    named = dict.fromkeys(name for _, words in said for name in _EXHIBIT.findall(words))
    for name in named:
        if name.casefold() not in listed:
            yield NOT_LISTED.finding(about=name)
    for exhibit in agreement.exhibits:
        if not exhibit.attached:
            yield NOT_ATTACHED.finding("exhibits", exhibit.name)


def _texts(place: str, value: object) -> Iterator[tuple[str, str]]:
    """Every piece of text of an agreement with where it stands."""
    if isinstance(value, str):
        yield place, value
    for step, inside in _inside(value):
        yield from _texts(f"{place}{step}".lstrip("."), inside)


def _inside(value: object) -> Iterator[tuple[str, object]]:
    """What a fact holds, each with the step to it; not the agreements above it."""
    if is_dataclass(value):
        named = (f.name for f in fields(value) if f.name != "above")
        yield from ((f".{name}", getattr(value, name)) for name in named)
    elif isinstance(value, Mapping):
        yield from ((f".{key}", inside) for key, inside in value.items())
    elif isinstance(value, tuple):
        yield from ((f" {number}", inside) for number, inside in enumerate(value, start=1))
    elif isinstance(value, frozenset):
        yield from (("", inside) for inside in sorted(value))


ALL: Final = (PLACEHOLDER, NOT_LISTED, NOT_ATTACHED)
