"""Split a whole name in one cell into its parts.

Record matching handles nicknames and spellings.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

__all__ = ["join_name", "remove_name_parts", "split_name"]

_SUFFIXES: Final = {"jr", "sr", "ii", "iii", "iv", "2nd", "3rd"}

_PARTICLES: Final = {
    "al", "bin", "da", "das", "de", "del", "della", "der", "di", "dos", "du", "el", "ibn", "la",
    "las", "le", "los", "mac", "st", "st.", "ter", "van", "von", "y",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PersonName:
    """The parts of a name; a missing part is empty."""

    given: str = ""
    middle: str = ""
    family: str = ""
    suffix: str = ""


def split_name(text: str, order: str) -> PersonName:
    """Split a whole name into its parts, suffix and particles included.

    Args:
        text: such as "Cruz Jr, Ana María" or "Ana María Cruz Jr".
        order: "last_first" or "first_last". A comma overrides it, because the family name comes
            before a comma.

    Returns:
        The parts as written.
    """
    parts = [p.strip() for p in text.split(",") if p.strip()]
    suffix = ""
    if len(parts) > 1 and _is_suffix(parts[-1]):
        suffix = parts.pop()
    if len(parts) > 1:
        family, suffix_beside = _split_suffix(parts[0].split())
        return _make_name(" ".join(parts[1:]).split(), " ".join(family), suffix or suffix_beside)
    words, suffix_beside = _split_suffix(parts[0].split() if parts else [])
    suffix = suffix or suffix_beside
    if order == "last_first":
        return _make_name(words[1:], " ".join(words[:1]), suffix)
    if not words[1:]:
        return PersonName(given=" ".join(words), suffix=suffix)
    start = _find_family_start(words)
    return PersonName(words[0], " ".join(words[1:start]), " ".join(words[start:]), suffix)


def join_name(name: PersonName) -> str:
    """Join the parts of a name into one text, which ``split_name`` splits again.

    Args:
        name: the parts.

    Returns:
        "Family Suffix, Given Middle".
    """
    before = " ".join(p for p in (name.family, name.suffix) if p)
    after = " ".join(p for p in (name.given, name.middle) if p)
    return f"{before}, {after}" if after else before


def remove_name_parts(name: PersonName, fields: Iterable[str]) -> PersonName:
    """Remove some parts of a name.

    Args:
        name: the parts.
        fields: fields to remove, such as "middle_name" or "suffix".

    Returns:
        The name without them.
    """
    return replace(name, **{f.removesuffix("_name"): "" for f in fields})


def _make_name(words: list[str], family: str, suffix: str) -> PersonName:
    words, trailing_suffix = _split_suffix(words)
    return PersonName(" ".join(words[:1]), " ".join(words[1:]), family, suffix or trailing_suffix)


def _find_family_start(words: list[str]) -> int:
    start = len(words) - 1
    while start > 1 and words[start - 1].casefold() in _PARTICLES:
        start -= 1
    return start


def _split_suffix(words: list[str]) -> tuple[list[str], str]:
    if len(words) > 1 and _is_suffix(words[-1]):
        return words[:-1], words[-1]
    return words, ""


def _is_suffix(word: str) -> bool:
    return re.sub(r"[.\s]", "", word).casefold() in _SUFFIXES
