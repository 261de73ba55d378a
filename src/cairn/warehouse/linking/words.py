"""What each level of agreement is called in a sentence."""

from collections.abc import Mapping
from typing import Final

_GIVEN: Final = {
    "same": "the same given name",
    "swapped with surname": "given name and surname in each other's place",
    "short or other form": "one given name is a form of the other",
    "one is cut short": "one given name is the beginning of the other",
    "a slip": "a slip in the given name",
    "rhymes": "given names that rhyme",
    "alike": "given names that are alike",
    "middle name used": "the middle name of one is the given name of the other",
    "share a word": "given names that share a word",
    "same initial": "given names that share an initial alone",
    "differ": "different given names",
}
_FAMILY: Final = {
    "same": "the same surname",
    "share a rare word": "surnames that share a rare word",
    "share a word": "surnames that share a word",
    "a slip": "a slip in the surname",
    "alike": "surnames that are alike",
    "grown together": "one surname is the end of the other",
    "word in middle name": "the surname of one is the middle name of the other",
    "differ": "different surnames",
}
_BIRTH: Final = {
    "same, but 1 January": "the same birth date, a 1 January, which often stands for unknown",
    "same": "the same birth date",
    "day and month swapped": "the same birth date with day and month exchanged",
    "one digit": "birth dates one digit apart",
    "1 January stands for the year": "the same birth year, one with 1 January",
    "1 January of two years": "birth dates on 1 January of different years",
    "two parts": "birth dates that agree in two of three parts",
    "within two years": "birth dates within two years",
    "years apart": "birth dates years apart",
}
_HOUSEHOLD: Final = {
    "three shared": "three of address, phone, e-mail and guardian are shared",
    "two shared": "two of address, phone, e-mail and guardian are shared",
    "one shared": "one of address, phone, e-mail and guardian is shared",
    "nearly one address": "nearly the same address",
    "same postal code": "the same postal code, but no address, phone, e-mail or guardian in common",
    "none shared": "no address, phone, e-mail or guardian in common",
}
_STATE_ID: Final = {
    "same": "the same state id",
    "one digit": "state ids one digit apart",
    "differ": "different state ids",
}
_ROSTER: Final = {
    "same id of one source": "the same id at one source",
    "two ids of one source": "two ids at one source",
    "two rows of one source": "two rows of one source",
    "two sources": "rows of two sources",
}
_MIDDLE: Final = {
    "same": "the same middle name",
    "same initial": "the same initial of the middle name",
    "differ": "different middle names",
}
_GENDER: Final = {"same": "the same sex", "differ": "different sex"}
PHRASES: Final[Mapping[str, Mapping[str, str]]] = {
    "given name": _GIVEN, "surname": _FAMILY, "birth date": _BIRTH, "household": _HOUSEHOLD,
    "state id": _STATE_ID, "roster": _ROSTER, "middle name": _MIDDLE, "gender": _GENDER,
}  # fmt: skip
"""Comparison → level → its words."""


def phrase(fact: str, finding: str, *, rare: bool = False) -> str:
    """The words for a level; ``rare`` where a name that few bear is the same."""
    words = PHRASES[fact][finding]
    return words.replace("the same", "the same rare", 1) if rare else words
