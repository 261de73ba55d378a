"""Standardize home addresses: building number and street, without unit and town.

Words are looked up; no statistical parser guesses. On addresses as forms have them, this resolves
as many homes as the package `usaddress`, in a tenth of its time
(`benchmarks/linkage/address_parsing.py`).
"""

import re
from typing import Final

from cairn.matching.standardize.field_values import normalize_text

_STREET_TYPES: Final = {
    "street": "st", "str": "st", "avenue": "ave", "av": "ave", "road": "rd", "drive": "dr",
    "lane": "ln", "court": "ct", "circle": "cir", "place": "pl", "boulevard": "blvd",
    "terrace": "ter", "terr": "ter", "highway": "hwy", "parkway": "pkwy", "trail": "trl",
    "square": "sq",
}  # fmt: skip

_DIRECTIONS: Final = {
    "north": "n", "south": "s", "east": "e", "west": "w", "northeast": "ne", "northwest": "nw",
    "southeast": "se", "southwest": "sw",
}  # fmt: skip

_SHORT_DIRECTIONS: Final = frozenset(_DIRECTIONS.values())

STREET_ABBREVIATIONS: Final = {
    **_STREET_TYPES, **_DIRECTIONS,
    "saint": "st", "mount": "mt", "fort": "ft", "route": "rte", "county": "co",
    "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th",
    "sixth": "6th", "seventh": "7th", "eighth": "8th", "ninth": "9th", "tenth": "10th",
}  # fmt: skip
"""Words of streets and directions, and their abbreviations."""

_STREET_ENDINGS: Final = frozenset(_STREET_TYPES.values()) | {"way"}
"""Words that end the name of a street."""

_NUMBERED_ROAD_WORDS: Final = frozenset({"co", "state", "us", "old", "private"})
"""Words before "road" or "highway" where a number follows ("county road 12")."""

_UNIT_WORDS: Final = frozenset((
    "apt", "apartment", "unit", "lot", "suite", "ste", "no", "number", "floor", "fl", "room", "rm",
    "trlr", "spc", "space", "bldg",
))  # fmt: skip

_JOINED_UNIT: Final = re.compile(r"\b(apt|unit|lot|ste|trlr|spc)(\d)")
_POST_OFFICE_BOX: Final = re.compile(r"(?:p ?o ?box|post office box|p ?o ?b|box) (\d+)$")
_CARE_OF: Final = re.compile(r"^\s*(c\s*/\s*o|care of|attn)\b", re.IGNORECASE)

_SHARED_PLACE_PATTERN: Final = re.compile(
    r"\b(homeless|general delivery|no (fixed |permanent )?address|transitional housing|group home"
    r"|rescue mission|salvation army|family shelter|(domestic violence|emergency|youth) shelter"
    r"|shelter( \d.*)?$|(elementary|middle|high|primary|charter) school( \d.*)?$|school district)\b"
)


def standardize_street(text: str) -> str | None:
    """Standardize building number and street, without the unit, which is written in many ways.

    Args:
        text: an address as written.
    Returns:
        The number and the street in abbreviated words, or None if the address names a shelter, a
        school or no home, and so no household.
    """
    return None if is_shared_place(text) else _abbreviate_words(_extract_street_words(text)) or None


def split_address(text: str) -> tuple[str, str]:
    """Split an address into the standardized street and the words that are not compared.

    Args:
        text: an address as written.
    Returns:
        The number and the street in abbreviated words; and the rest as written: unit, town, care-of
        name.
    """
    street_words = _extract_street_words(text)
    other_words = [word for word in split_address_words(text) if word not in street_words]
    return _abbreviate_words(street_words), " ".join(other_words)


def is_shared_place(text: str) -> bool:
    """Decide whether an address names a shelter, a school or no home, and so no household.

    Args:
        text: an address as written.
    Returns:
        True if the address belongs to no household.
    """
    return _SHARED_PLACE_PATTERN.search(normalize_text(text)) is not None


def _extract_street_words(text: str) -> list[str]:
    """Extract the words of number and street, or of a post office box."""
    parts = [words for part in text.split(",") if (words := split_address_words(part))]
    if len(parts) == 1 and parts[0][0][0].isdigit():
        return parts[0][: _find_street_end(parts[0])]
    if parts and _CARE_OF.match(text):
        parts[0] = parts[0][_find_first_number(parts[0]) :]
    parts = [_move_unit_last(words) for words in parts if words]
    words = next(filter(_is_street_address, parts), [word for words in parts for word in words])
    return words[: _find_street_end(words)]


def _abbreviate_words(words: list[str]) -> str:
    if words and words[0][0] in "pb" and (box := _POST_OFFICE_BOX.match(" ".join(words))):
        return f"po box {box[1]}"
    return " ".join([STREET_ABBREVIATIONS.get(word, word) for word in words])


def split_address_words(text: str) -> list[str]:
    """Split a part of an address into normalized words; "#" counts as "apt".

    Args:
        text: a part of an address as written.
    Returns:
        The words in their order.
    """
    words = normalize_text(text.replace("#", " apt ") if "#" in text else text)
    return _JOINED_UNIT.sub(r"\1 \2", words).split()


def _find_first_number(words: list[str]) -> int:
    """Find the index of the first word that begins with a digit, or else the number of words."""
    return next((index for index, word in enumerate(words) if word[0].isdigit()), len(words))


def _move_unit_last(words: list[str]) -> list[str]:
    """Move a unit that precedes the street ("apt 4 12 oak st") behind it."""
    start = _find_first_number(words[2:]) + 2
    unit_first = words[0] in _UNIT_WORDS and len(words) > start + 1
    return [*words[start:], *words[:start]] if unit_first else words


def _is_street_address(words: list[str]) -> bool:
    """Decide whether the words are a number and a name, or a post office box."""
    return (len(words) > 1 and words[0][0].isdigit()) or _POST_OFFICE_BOX.match(
        " ".join(words)
    ) is not None


def _find_street_end(words: list[str]) -> int:
    """Find the index behind the last word of the street.

    The street ends before the unit, and behind the last of "street", "road" and similar words that
    has a name before it; a direction after that word belongs to the street.
    """
    unit_index = len(words)
    if not _UNIT_WORDS.isdisjoint(words):
        unit_index = next(
            (
                word_index
                for word_index, word in enumerate(words)
                if word in _UNIT_WORDS and word_index > 1
            ),
            unit_index,
        )
    short = [STREET_ABBREVIATIONS.get(word, word) for word in words[:unit_index]]
    for index in range(unit_index - 1, 1, -1):
        if short[index] not in _STREET_ENDINGS or short[index - 1] in _NUMBERED_ROAD_WORDS:
            continue
        if not _SHORT_DIRECTIONS.issuperset(short[1:index]):
            return index + 1 + (not _SHORT_DIRECTIONS.isdisjoint(short[index + 1 : index + 2]))
    return unit_index
