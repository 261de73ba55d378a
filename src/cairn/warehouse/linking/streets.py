"""How a home address is written in one way: house number and street, and what is set apart.

Words are looked up and no model guesses: of addresses as forms have them this reads as many homes
as one as the package ``usaddress``, in a tenth of its time (``benchmarks/linkage/addresses.py``).
"""

import re
from typing import Final

from cairn.warehouse.linking.spelling import fold

_TYPES: Final = {
    "street": "st", "str": "st", "avenue": "ave", "av": "ave", "road": "rd", "drive": "dr",
    "lane": "ln", "court": "ct", "circle": "cir", "place": "pl", "boulevard": "blvd",
    "terrace": "ter", "terr": "ter", "highway": "hwy", "parkway": "pkwy", "trail": "trl",
    "square": "sq",
}  # fmt: skip
_SIDES: Final = {
    "north": "n", "south": "s", "east": "e", "west": "w", "northeast": "ne", "northwest": "nw",
    "southeast": "se", "southwest": "sw",
}  # fmt: skip
_QUARTERS: Final = frozenset(_SIDES.values())
SHORT: Final = {
    **_TYPES, **_SIDES,
    "saint": "st", "mount": "mt", "fort": "ft", "route": "rte", "county": "co",
    "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th",
    "sixth": "6th", "seventh": "7th", "eighth": "8th", "ninth": "9th", "tenth": "10th",
}  # fmt: skip
"""Words of streets and sides in their short form."""
_ENDS: Final = frozenset(_TYPES.values()) | {"way"}
"""What a street's name ends with."""
_NUMBERED: Final = frozenset({"co", "state", "us", "old", "private"})
"""What stands before "road" or "highway" where these are followed by their number."""
_UNITS: Final = frozenset((
    "apt", "apartment", "unit", "lot", "suite", "ste", "no", "number", "floor", "fl", "room", "rm",
    "trlr", "spc", "space", "bldg",
))  # fmt: skip
_GROWN_TOGETHER: Final = re.compile(r"\b(apt|unit|lot|ste|trlr|spc)(\d)")
_BOX: Final = re.compile(r"(?:p ?o ?box|post office box|p ?o ?b|box) (\d+)$")
_CARE_OF: Final = re.compile(r"^\s*(c\s*/\s*o|care of|attn)\b", re.IGNORECASE)
_SHARED_PLACE: Final = re.compile(
    r"\b(homeless|general delivery|no (fixed |permanent )?address|transitional housing|group home"
    r"|rescue mission|salvation army|family shelter|(domestic violence|emergency|youth) shelter"
    r"|shelter( \d.*)?$|(elementary|middle|high|primary|charter) school( \d.*)?$|school district)\b"
)


def street(text: str) -> str | None:
    """House number and street in short words, without the flat, which is written in many ways;
    none where it names a shelter, a school or no home, and so no household."""
    return None if shared_place(text) else _shortened(_kept(text)) or None


def address(text: str) -> tuple[str, str]:
    """House number and street in short words; and what is set apart, as it is written: the flat,
    lot or room, the town, in whose care."""
    kept = _kept(text)
    apart = [word for word in words_in(text) if word not in kept]
    return _shortened(kept), " ".join(apart)


def shared_place(text: str) -> bool:
    """Whether an address names a shelter, a school or no home, and so no household."""
    return _SHARED_PLACE.search(fold(text)) is not None


def _kept(text: str) -> list[str]:
    """The words of house number and street, or of a post office box."""
    parts = [words for part in text.split(",") if (words := words_in(part))]
    if len(parts) == 1 and parts[0][0][0].isdigit():
        return parts[0][: _end(parts[0])]
    if parts and _CARE_OF.match(text):
        parts[0] = parts[0][_number(parts[0]) :]
    parts = [_unit_behind(words) for words in parts if words]
    words = next(filter(_is_street, parts), [word for words in parts for word in words])
    return words[: _end(words)]


def _shortened(words: list[str]) -> str:
    if words and words[0][0] in "pb" and (box := _BOX.match(" ".join(words))):
        return f"po box {box[1]}"
    return " ".join([SHORT.get(word, word) for word in words])


def words_in(text: str) -> list[str]:
    """The words of a part of an address; "#" is a flat's word too."""
    words = fold(text.replace("#", " apt ") if "#" in text else text)
    return _GROWN_TOGETHER.sub(r"\1 \2", words).split()


def _number(words: list[str]) -> int:
    """The place of the first word that begins with a digit; behind all where none does."""
    return next((n for n, word in enumerate(words) if word[0].isdigit()), len(words))


def _unit_behind(words: list[str]) -> list[str]:
    """Words that begin with a flat and go on with a house ("apt 4 12 oak st"): the house first."""
    start = _number(words[2:]) + 2
    before = words[0] in _UNITS and len(words) > start + 1
    return [*words[start:], *words[:start]] if before else words


def _is_street(words: list[str]) -> bool:
    """Whether it has a number and a name, or is a post office box."""
    return (len(words) > 1 and words[0][0].isdigit()) or _BOX.match(" ".join(words)) is not None


def _end(words: list[str]) -> int:
    """Behind which word the street ends: before the flat, and behind the last of "street", "road"
    and their like that has a name before it, with a side of the town."""
    flat = len(words)
    if not _UNITS.isdisjoint(words):
        flat = next((n for n, word in enumerate(words) if word in _UNITS and n > 1), flat)
    short = [SHORT.get(word, word) for word in words[:flat]]
    for place in range(flat - 1, 1, -1):
        if short[place] not in _ENDS or short[place - 1] in _NUMBERED:
            continue
        if not _QUARTERS.issuperset(short[1:place]):
            return place + 1 + (not _QUARTERS.isdisjoint(short[place + 1 : place + 2]))
    return flat
