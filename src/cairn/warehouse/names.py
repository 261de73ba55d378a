"""A whole name in one cell → its parts. Splits only; nicknames and spellings are linkage's work."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

_SUFFIXES: Final = {"jr", "sr", "ii", "iii", "iv", "2nd", "3rd"}
_PARTICLES: Final = {
    "al", "bin", "da", "das", "de", "del", "della", "der", "di", "dos", "du", "el", "ibn", "la",
    "las", "le", "los", "mac", "st", "st.", "ter", "van", "von", "y",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Name:
    """The parts of a name; a part that is not there is empty."""

    given: str = ""
    middle: str = ""
    family: str = ""
    suffix: str = ""


def split(text: str, order: str) -> Name:
    """The parts of "Cruz Jr, Ana María" (``last_first``) or "Ana María Cruz Jr" (``first_last``).

    A comma decides over the order: who writes "Last, First" in one row writes it in all.
    """
    parts = [p.strip() for p in text.split(",") if p.strip()]
    suffix = ""
    if len(parts) > 1 and _is_suffix(parts[-1]):
        suffix = parts.pop()
    if len(parts) > 1:
        family, suffix_beside = _without_suffix(parts[0].split())
        return _given(" ".join(parts[1:]).split(), " ".join(family), suffix or suffix_beside)
    words, suffix_beside = _without_suffix(parts[0].split() if parts else [])
    suffix = suffix or suffix_beside
    if order == "last_first":
        return _given(words[1:], " ".join(words[:1]), suffix)
    if not words[1:]:
        return Name(given=" ".join(words), suffix=suffix)
    start = _family_start(words)
    return Name(words[0], " ".join(words[1:start]), " ".join(words[start:]), suffix)


def join(name: Name) -> str:
    """As "Family Suffix, Given Middle", which ``split`` takes apart again."""
    before = " ".join(p for p in (name.family, name.suffix) if p)
    after = " ".join(p for p in (name.given, name.middle) if p)
    return f"{before}, {after}" if after else before


def without(name: Name, fields: Iterable[str]) -> Name:
    """The name less those of its fields (``middle_name``, ``suffix`` …)."""
    return replace(name, **{f.removesuffix("_name"): "" for f in fields})


def _given(words: list[str], family: str, suffix: str) -> Name:
    words, beside = _without_suffix(words)
    return Name(" ".join(words[:1]), " ".join(words[1:]), family, suffix or beside)


def _family_start(words: list[str]) -> int:
    start = len(words) - 1
    while start > 1 and words[start - 1].casefold() in _PARTICLES:
        start -= 1
    return start


def _without_suffix(words: list[str]) -> tuple[list[str], str]:
    if len(words) > 1 and _is_suffix(words[-1]):
        return words[:-1], words[-1]
    return words, ""


def _is_suffix(word: str) -> bool:
    return re.sub(r"[.\s]", "", word).casefold() in _SUFFIXES
