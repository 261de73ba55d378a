"""Standardize one value of each kind of identifying field. No tables here.

Batch standardization sends each distinct value through these functions once. A page that asks for
one student sends that student's values.
"""

import re
import unicodedata
from datetime import date
from typing import Final

__all__ = [
    "normalize_text",
    "split_surname",
    "standardize_adult_name",
    "standardize_email",
    "standardize_id",
    "standardize_phone",
    "standardize_postal_code",
]

APOSTROPHES: Final = "'`.\u2019\u2018\u02bc"

_ASCII_TRANSLATION: Final = str.maketrans(
    {chr(c): chr(c).lower() if chr(c).isalnum() else " " for c in range(128)}
    | dict.fromkeys(APOSTROPHES, "")
)

_SPECIAL_LETTERS: Final = str.maketrans(
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

_PLACEHOLDER_NAMES: Final = frozenset((
    "na", "null", "none", "student", "test", "testing", "unknown", "unk", "x", "xx", "xxx",
    "child", "noname", "nofirstname", "nolastname", "sinnombre", "declined", "refused", "tbd",
    "nmn", "nmi", "mother", "father", "mom", "dad", "daughter", "husband", "wife", "brother",
    "sister", "youngest", "oldest", "eldest", "grandson", "granddaughter", "grandchild", "nephew",
    "niece", "adult", "hijo", "hija", "mama", "papa",
))  # fmt: skip

_NEWBORN_PATTERN: Final = re.compile(
    r"(baby|bb|infant|newborn|bebe)?(boy|girl|male|female|nino|nina)?[a-c123]?"
)
"""Placeholders of hospitals before a child has a name: "BABY BOY", "Newborn", "Baby Girl A"."""

_NON_LETTERS: Final = re.compile("[^a-z]+")

_SURNAME_PARTICLES: Final = frozenset((
    "al", "bin", "da", "das", "de", "del", "della", "der", "di", "dos", "du", "e", "el", "ibn",
    "la", "las", "le", "los", "san", "santa", "st", "ter", "van", "von", "y",
))  # fmt: skip

_JOINED_PARTICLE: Final = re.compile(r"(?:dela|delos|delas)([a-z]{4,})")

_SUFFIXES: Final = {
    "jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "ii": "2", "2nd": "2", "iii": "3",
    "3rd": "3", "iv": "4", "4th": "4",
}  # fmt: skip

_PHONE_DIGITS: Final = 10
_FIRST_YEAR: Final = 1901
_LAST_YEAR: Final = 2100
_POSTAL_DIGITS: Final = 5


def normalize_text(text: str) -> str:
    """Reduce text to lowercase letters and digits, words separated by one space.

    "Núñez-O'Dell" becomes "nunez odell".

    Args:
        text: any text.
    Returns:
        The text without case, accents, apostrophes and punctuation.
    """
    if not text.isascii():
        parts = unicodedata.normalize("NFKD", text.lower()).translate(_SPECIAL_LETTERS)
        text = "".join(c for c in parts if not unicodedata.combining(c))
        text = "".join(c if c.isalnum() or c in APOSTROPHES else " " for c in text)
    return " ".join(text.translate(_ASCII_TRANSLATION).split())


def split_given_name(text: str) -> list[str]:
    """Split a given or middle name into its words, without suffixes.

    Args:
        text: the name as written.
    Returns:
        The standardized words in their order; empty if the text is a placeholder and no name.
    """
    words = normalize_text(text).split()
    return [] if _is_placeholder_name("".join(words)) else _drop_words(_SUFFIXES, words)


def split_surname(text: str) -> list[str]:
    """Split a surname into a sorted set of words: "de la Garza-Lopez Jr" becomes garza, lopez.

    Particles are dropped, also where they are joined to the name ("Delacruz"). A surname of
    particles only ("De La") keeps them.

    Args:
        text: the surname as written.
    Returns:
        The sorted distinct words; empty if the text is a placeholder and no name.
    """
    words = normalize_text(text).split()
    if _is_placeholder_name("".join(words)):
        return []
    name_words = _drop_words(_SURNAME_PARTICLES, _drop_words(_SUFFIXES, words))
    return sorted(
        {m[1] if (m := _JOINED_PARTICLE.fullmatch(word)) else word for word in name_words}
    )


def standardize_suffix(text: str) -> str | None:
    """Find Jr, III and similar suffixes, in one spelling.

    Args:
        text: a suffix, or a whole surname that may end with one.
    Returns:
        The last suffix ("jr", "sr", "2", "3", "4"), or None.
    """
    suffixes = [_SUFFIXES[word] for word in normalize_text(text).split() if word in _SUFFIXES]
    return suffixes[-1] if suffixes else None


def standardize_id(text: str) -> str | None:
    """Remove punctuation and leading zeros from an ID.

    Args:
        text: a local or state student ID as written.
    Returns:
        Capital letters and digits, or None for one repeated character ("000", "9999").
    """
    characters = "".join(c for c in text if c.isalnum()).upper()
    return (
        None
        if len(set(characters)) == 1 and len(characters) > 1
        else characters.lstrip("0") or None
    )


def standardize_postal_code(text: str) -> str | None:
    """Reduce a postal code to its first five digits.

    Args:
        text: the postal code as written.
    Returns:
        At most five digits, or None if there are fewer than two different ones.
    """
    digits = text if text.isdigit() else "".join(c for c in text if c.isdigit())
    digits = digits[:_POSTAL_DIGITS]
    return digits if len(set(digits)) > 1 else None


def standardize_phone(text: str) -> str | None:
    """Reduce a phone number to its last ten digits.

    Args:
        text: the phone number as written.
    Returns:
        Ten digits, or None if there are fewer, or fewer than three different ones.
    """
    digits = "".join(c for c in text if c.isdigit())[-_PHONE_DIGITS:]
    return digits if len(digits) == _PHONE_DIGITS and len(set(digits)) > 2 else None  # noqa: PLR2004


def standardize_email(text: str) -> str | None:
    """Write an email address in lowercase.

    Args:
        text: the email address as written.
    Returns:
        The address, or None if the text is no address.
    """
    name, separator, host = text.strip().lower().partition("@")
    return name + separator + host if name and "." in host else None


def split_email_name(text: str) -> list[str]:
    """Split an email address before the @ into words; one of them is a name of its owner.

    Args:
        text: the email address as written.
    Returns:
        The words of more than two letters, since initials carry no information.
    """
    words = _NON_LETTERS.split(normalize_text(text.partition("@")[0].replace(".", " ")))
    return [word for word in words if len(word) > 2]  # noqa: PLR2004 - initials prove nothing


def has_special_letter(text: str) -> bool:
    """Decide whether a text has a letter that is more than a plain letter with an accent.

    Args:
        text: lowercase text.
    Returns:
        True for letters such as ß, ø or æ.
    """
    return any(c in text for c in map(chr, _SPECIAL_LETTERS))


def standardize_adult_name(text: str) -> str | None:
    """Sort the words of an adult's full name: "Lopez, Maria" and "Maria Lopez" become the same.

    Args:
        text: the name as written, such as that of a guardian.
    Returns:
        The words in alphabetical order, or None for fewer than two words or a placeholder.
    """
    words = normalize_text(text).split()
    return (
        " ".join(sorted(words))
        if len(words) > 1 and not _is_placeholder_name("".join(words))
        else None
    )


def expand_birth_date(day: date | None) -> dict[str, object] | None:
    """Expand a birth date into the text and the parts that are compared.

    `birth_key` is the same when day and month are swapped.

    Args:
        day: the birth date.
    Returns:
        The `birth_*` columns and `new_year` (whether it is January 1), or None for a year before
        1901 or after 2100.
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


def _is_placeholder_name(joined: str) -> bool:
    return joined in _PLACEHOLDER_NAMES or (
        len(joined) > 1 and _NEWBORN_PATTERN.fullmatch(joined) is not None
    )


def _drop_words(words_to_drop: dict[str, str] | frozenset[str], words: list[str]) -> list[str]:
    """Drop the words of one kind; keep all of them if none would be left."""
    return [word for word in words if word not in words_to_drop] or words
