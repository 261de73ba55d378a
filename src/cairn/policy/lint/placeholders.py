"""Check for placeholders that were left in the text, and for exhibits that are missing."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Final

from cairn.policy.law import RuleSource
from cairn.policy.lint.findings import LintFinding, LintInput, LintRule

_TEXT: Final = "Cairn policy, reading 5"

PLACEHOLDER: Final = LintRule(
    "LA50",
    RuleSource.ANOMALY,
    _TEXT,
    "'{said}' still stands in {about}.",
    "Write what is meant in its place.",
)

EXHIBIT_NOT_LISTED: Final = LintRule(
    "LA51",
    RuleSource.ANOMALY,
    _TEXT,
    "The text refers to {about}, which is not among its exhibits.",
    "Add an [[exhibits]] table for {about}, or take the reference out.",
)

EXHIBIT_NOT_ATTACHED: Final = LintRule(
    "LA52",
    RuleSource.ANOMALY,
    _TEXT,
    "{about} is not attached.",
    "Attach it before anybody signs.",
)

_PLACEHOLDER_PATTERN: Final = re.compile(
    r"\[[^\]]*(?:tbd|insert|name|date|fill|todo|x{2,})[^\]]*\]|\btb[dc]\b|_{3,}|\bx{3,}\b"
    r"|<[a-z ]+>|\{\{.*?\}\}|\$\{.*?\}|lorem ipsum|\?{3,}|\.{5,}",
    re.IGNORECASE,
)

_EXHIBIT_PATTERN: Final = re.compile(
    r"\b((?:Exhibit|Schedule|Appendix|Attachment|Annex) (?:[A-Z]\b|\d+|[IVX]+\b))"
)


def check_placeholders(lint_input: LintInput) -> Iterator[LintFinding]:
    """Report placeholders, and exhibits that the text names without attaching them."""
    agreement = lint_input.agreement
    texts = tuple(_iterate_texts("", agreement))
    for place, content in texts:
        if match := _PLACEHOLDER_PATTERN.search(content):
            yield PLACEHOLDER.finding(place, place, said=match[0])
    listed_exhibits = {exhibit.name.casefold() for exhibit in agreement.exhibits}
    named_exhibits = dict.fromkeys(
        name for _, content in texts for name in _EXHIBIT_PATTERN.findall(content)
    )
    for name in named_exhibits:
        if name.casefold() not in listed_exhibits:
            yield EXHIBIT_NOT_LISTED.finding(about=name)
    for exhibit in agreement.exhibits:
        if not exhibit.attached:
            yield EXHIBIT_NOT_ATTACHED.finding("exhibits", exhibit.name)


def _iterate_texts(place: str, value: object) -> Iterator[tuple[str, str]]:
    """Yield every text of an agreement with its place."""
    if isinstance(value, str):
        yield place, value
    for step, member in _iterate_members(value):
        yield from _iterate_texts(f"{place}{step}".lstrip("."), member)


def _iterate_members(value: object) -> Iterator[tuple[str, object]]:
    """Yield the members of a fact, each with the step to it; not the agreements above it."""
    if is_dataclass(value):
        field_names = (
            field_info.name for field_info in fields(value) if field_info.name != "above"
        )
        yield from ((f".{name}", getattr(value, name)) for name in field_names)
    elif isinstance(value, Mapping):
        yield from ((f".{key}", member) for key, member in value.items())
    elif isinstance(value, tuple):
        yield from ((f" {number}", member) for number, member in enumerate(value, start=1))
    elif isinstance(value, frozenset):
        yield from (("", member) for member in sorted(value))


ALL: Final = (PLACEHOLDER, EXHIBIT_NOT_LISTED, EXHIBIT_NOT_ATTACHED)
