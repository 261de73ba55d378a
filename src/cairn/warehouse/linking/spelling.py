"""How each kind of field is written in one way. One value in, its standard form out; no tables.

The batch sends each different value through once, a page that asks for one child sends hers.
"""

import re
import unicodedata
from datetime import date
from typing import Final

APOSTROPHES: Final = "'`.\u2019\u2018\u02bc"
_ASCII: Final = str.maketrans(
    {chr(c): chr(c).lower() if chr(c).isalnum() else " " for c in range(128)}
    | dict.fromkeys(APOSTROPHES, "")
)
_LETTERS: Final = str.maketrans(
    {
        "ß": "ss",
        "ø": "o",
        "đ": "d",
        "ł": "l",
        "æ": "ae",
        "œ": "oe",
        "ð": "d",
        "þ": "th",
        "\u0131": "i",
    }
)
_SAYS_NOTHING: Final = frozenset((
    "na", "null", "none", "student", "test", "testing", "unknown", "unk", "x", "xx", "xxx",
    "child", "noname", "nofirstname", "nolastname", "sinnombre", "declined", "refused", "tbd",
    "nmn", "nmi", "mother", "father", "mom", "dad", "daughter", "husband", "wife", "brother",
    "sister", "youngest", "oldest", "eldest", "grandson", "granddaughter", "grandchild", "nephew",
    "niece", "adult", "hijo", "hija", "mama", "papa",
))  # fmt: skip
_NEWBORN: Final = re.compile(
    r"(baby|bb|infant|newborn|bebe)?(boy|girl|male|female|nino|nina)?[a-c123]?"
)
"""What hospitals write before a child has a name: "BABY BOY", "Newborn", "Baby Girl A"."""
_NO_LETTERS: Final = re.compile("[^a-z]+")
_PARTICLES: Final = frozenset((
    "al", "bin", "da", "das", "de", "del", "della", "der", "di", "dos", "du", "e", "el", "ibn",
    "la", "las", "le", "los", "san", "santa", "st", "ter", "van", "von", "y",
))  # fmt: skip
_OPEN: Final = re.compile(r"(?:dela|delos|delas)([a-z]{4,})")
_SUFFIXES: Final = {
    "jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "ii": "2", "2nd": "2", "iii": "3",
    "3rd": "3", "iv": "4", "4th": "4",
}  # fmt: skip
_PHONE: Final = 10
_FIRST_YEAR: Final = 1901
_LAST_YEAR: Final = 2100
_POSTAL: Final = 5


def fold(text: str) -> str:
    """Small letters and digits, words parted by one space: "Núñez-O'Dell" → "nunez odell"."""
    if not text.isascii():
        parts = unicodedata.normalize("NFKD", text.lower()).translate(_LETTERS)
        text = "".join(c for c in parts if not unicodedata.combining(c))
        text = "".join(c if c.isalnum() or c in APOSTROPHES else " " for c in text)
    return " ".join(text.translate(_ASCII).split())


def given_words(text: str) -> list[str]:
    """The words of a given or middle name, without suffixes; none where it is no name."""
    words = fold(text).split()
    return [] if _is_no_name("".join(words)) else _without(_SUFFIXES, words)


def family_words(text: str) -> list[str]:
    """The surname as a sorted set of words: "de la Garza-Lopez Jr" → garza, lopez.

    Particles go, also where they are grown together ("Delacruz"); "De La" alone stays.
    """
    words = fold(text).split()
    if _is_no_name("".join(words)):
        return []
    kept = _without(_PARTICLES, _without(_SUFFIXES, words))
    return sorted({m[1] if (m := _OPEN.fullmatch(word)) else word for word in kept})


def suffix(text: str) -> str | None:
    """Jr, III and their like in one spelling, from a suffix or a whole surname."""
    found = [_SUFFIXES[word] for word in fold(text).split() if word in _SUFFIXES]
    return found[-1] if found else None


def code(text: str) -> str | None:
    """An id without signs and leading zeros; null for one repeated sign ("000", "9999")."""
    kept = "".join(c for c in text if c.isalnum()).upper()
    return None if len(set(kept)) == 1 and len(kept) > 1 else kept.lstrip("0") or None


def postal(text: str) -> str | None:
    """The five digits of a postal code."""
    digits = text if text.isdigit() else "".join(c for c in text if c.isdigit())
    digits = digits[:_POSTAL]
    return digits if len(set(digits)) > 1 else None


def phone(text: str) -> str | None:
    """Ten digits that are not all the same but for the first."""
    digits = "".join(c for c in text if c.isdigit())[-_PHONE:]
    return digits if len(digits) == _PHONE and len(set(digits)) > 2 else None  # noqa: PLR2004


def email(text: str) -> str | None:
    """An address of electronic mail in small letters."""
    name, at, host = text.strip().lower().partition("@")
    return name + at + host if name and "." in host else None


def email_words(text: str) -> list[str]:
    """The words before the @: whose address it is goes by one of them."""
    words = _NO_LETTERS.split(fold(text.partition("@")[0].replace(".", " ")))
    return [word for word in words if len(word) > 2]  # noqa: PLR2004 - initials say nothing


def special(text: str) -> bool:
    """Whether it has a letter that is no plain one with an accent."""
    return any(c in text for c in map(chr, _LETTERS))


def person(text: str) -> str | None:
    """A whole name of a grown-up as sorted words: "Lopez, Maria" and "Maria Lopez" are one."""
    words = fold(text).split()
    return " ".join(sorted(words)) if len(words) > 1 and not _is_no_name("".join(words)) else None


def birth(day: date | None) -> dict[str, object] | None:
    """A birth date as itself, as text and in parts; null for a year that is none.

    ``birth_key`` is the same when day and month are swapped.
    """
    if day is None or not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        return None
    low, high = sorted((day.month, day.day))
    return {
        "birth_date": day,
        "birth_text": f"{day:%Y%m%d}",
        "birth_key": f"{day.year}-{low}-{high}",
        "birth_year": day.year,
        "birth_month": f"{day:%Y%m}",
        "birth_day": f"{day:%m%d}",
        "new_year": (day.month, day.day) == (1, 1),
    }


def _is_no_name(joined: str) -> bool:
    return joined in _SAYS_NOTHING or (len(joined) > 1 and _NEWBORN.fullmatch(joined) is not None)


def _without(kind: dict[str, str] | frozenset[str], words: list[str]) -> list[str]:
    """The words not of this kind; all of them where none would be left."""
    return [word for word in words if word not in kind] or words
