"""Explain how a record was standardized: each change in words, beside the original value.

Nothing is overwritten. What a source wrote is stored unchanged, and the compared values are derived
from it each time (`record_table`). This module explains, value by value, what the functions of
`field_values` did.
"""

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from cairn.matching.standardize import addresses, field_values
from cairn.matching.standardize.nicknames import list_formal_names

__all__ = ["EXPLAINED_FIELDS", "explain_standardization"]

_NO_INFORMATION: Final = "this value has no meaning and is treated as unknown"

_SHARED_BY_MANY_FAMILIES: Final = (
    "so many families share this value that it does not identify a household, such as a shelter, "
    "a school, an apartment building or a hotline"
)

_MOST_FORMS_SHOWN: Final = 6
_MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class StandardizedValue:
    """One field as written and as compared (empty: not at all), with the reason of each change."""

    field: str
    written: str
    compared: str
    why: tuple[str, ...]


def explain_standardization(
    record: Mapping[str, object], shared_values: Collection[str] = ()
) -> tuple[StandardizedValue, ...]:
    """Explain every field of a record that is compared differently from how it was written.

    Args:
        record: identifying fields by name (`IDENTIFYING_FIELDS`).
        shared_values: household values of so many families that they identify no household
            (`MatchModel.shared`).
    Returns:
        One explanation for each field that changed.
    """
    explanations = []
    for field, value in record.items():
        if value is None or value == "" or field not in _EXPLAIN_BY_FIELD:
            continue
        explanation = explain_value(field, value)
        if (
            field in ("street", "phone")
            and (key := _build_household_value(field, record)) in shared_values
        ):
            why = (*explanation.why, _SHARED_BY_MANY_FAMILIES)
            explanation = StandardizedValue(field, explanation.written, key, why)
        if explanation.why:
            explanations.append(explanation)
    return tuple(explanations)


def explain_value(field: str, value: object) -> StandardizedValue:
    """Explain how one value is standardized.

    Args:
        field: a name in `EXPLAINED_FIELDS`.
        value: the value as written, text or date.
    Returns:
        The value as written and as compared; `why` is empty if nothing changed.
    """
    if isinstance(value, date):
        return _explain_birth_date(field, value)
    text = str(value)
    compared, why = _EXPLAIN_BY_FIELD[field](text)
    return StandardizedValue(field, text, compared, tuple(why))


def _build_household_value(field: str, record: Mapping[str, object]) -> str:
    if field == "phone":
        return f"p {field_values.standardize_phone(str(record['phone']))}"
    postal = field_values.standardize_postal_code(str(record.get("postal_code") or ""))
    return " ".join(
        filter(None, ("a", addresses.standardize_street(str(record["street"])), postal))
    )


def _explain_letters(text: str) -> list[str]:
    """Name the changes that `normalize_text` makes."""
    why = []
    if text != text.lower():
        why.append("capital and small letters are treated as the same")
    plain = unicodedata.normalize("NFKD", text.lower())
    if any(unicodedata.combining(c) for c in plain) or field_values.has_special_letter(plain):
        why.append("accents and special letters are replaced by plain letters")
    if any(c in field_values.APOSTROPHES for c in text):
        why.append("apostrophes and periods are removed")
    if any(not c.isalnum() and not c.isspace() and c not in field_values.APOSTROPHES for c in text):
        why.append("punctuation separates words")
    return why


def _explain_given_name(text: str) -> tuple[str, list[str]]:
    words = field_values.split_given_name(text)
    if not words:
        return "", [_NO_INFORMATION]
    why = [*_explain_letters(text), *_explain_suffix_in_name(text)]
    forms = [form for form in list_formal_names(words) if form not in {words[0], "".join(words)}]
    if forms:
        more = " or others" if len(forms) > _MOST_FORMS_SHOWN else ""
        why.append(f"it may be a short form of {', '.join(forms[:_MOST_FORMS_SHOWN])}{more}")
    if len(words) > 1:
        why.append("its words are compared together and one at a time")
    return " ".join(words), why


def _explain_middle_name(text: str) -> tuple[str, list[str]]:
    words = field_values.split_given_name(text)
    return " ".join(words), [
        *_explain_letters(text),
        *_explain_suffix_in_name(text),
    ] if words else [_NO_INFORMATION]


def _explain_surname(text: str) -> tuple[str, list[str]]:
    words = field_values.split_surname(text)
    if not words:
        return "", [_NO_INFORMATION]
    why = [*_explain_letters(text), *_explain_suffix_in_name(text)]
    parts = field_values.normalize_text(text).split()
    words_without_suffix = [word for word in parts if field_values.standardize_suffix(word) is None]
    if particles := [
        part
        for part in words_without_suffix
        if part not in words and not _is_joined_particle(part, words)
    ]:
        why.append(f"“{' '.join(particles)}” is a name particle and is removed")
    if joined_words := [
        part
        for part in words_without_suffix
        if part not in words and _is_joined_particle(part, words)
    ]:
        why.append(f"the particle joined to “{joined_words[0]}” is removed")
    if len(words) > 1:
        why.append("the words of a last name may be in any order, and one word may be missing")
    return " ".join(words), why


def _is_joined_particle(word: str, words: Collection[str]) -> bool:
    return any(word != surname_word and word.endswith(surname_word) for surname_word in words)


def _explain_suffix_in_name(text: str) -> list[str]:
    suffix = field_values.standardize_suffix(text)
    return (
        [f"the suffix {suffix} is compared separately"] if suffix and len(text.split()) > 1 else []
    )


def _explain_birth_date(field: str, day: date) -> StandardizedValue:
    if field_values.expand_birth_date(day) is None:
        return StandardizedValue(
            field,
            day.isoformat(),
            "",
            ("the year is not possible for a student, so it is not compared",),
        )
    why = []
    if (day.month, day.day) == (1, 1):
        why.append("January 1 often means that the date is unknown, so it counts little")
    elif day.day <= _MONTHS and day.day != day.month:
        why.append("it is also compared with day and month swapped")
    return StandardizedValue(field, day.isoformat(), day.isoformat(), tuple(why))


def _explain_street(text: str) -> tuple[str, list[str]]:
    if addresses.is_shared_place(text):
        return "", ["it names a shelter, a school or no home, so it does not identify a household"]
    street, other_words = addresses.split_address(text)
    if not street:
        return "", [_NO_INFORMATION]
    why = _explain_letters(text)
    if other_words:
        why.append(
            f"“{other_words}” is not compared, because units and towns are written in many ways"
        )
    if not set(street.split()) <= set(field_values.normalize_text(text).split()):
        why.append("common words are abbreviated, such as Street to st and North to n")
    return street, why


def _explain_adult_name(text: str) -> tuple[str, list[str]]:
    standardized = field_values.standardize_adult_name(text)
    if standardized is None:
        return "", ["a single word is not a full name, so it is not compared"]
    why = _explain_letters(text)
    if standardized != field_values.normalize_text(text):
        why.append("its words may be in any order")
    return standardized, why


def _explain_id(text: str) -> tuple[str, list[str]]:
    standardized = field_values.standardize_id(text)
    if standardized is None:
        return "", [_NO_INFORMATION]
    return standardized, [
        "punctuation and leading zeros are removed"
    ] if standardized != text.strip() else []


def _explain_phone(text: str) -> tuple[str, list[str]]:
    standardized = field_values.standardize_phone(text)
    if standardized is None:
        return "", ["it is not a 10-digit phone number, so it is not compared"]
    return standardized, [
        "only the ten digits are compared"
    ] if standardized != text.strip() else []


def _explain_email(text: str) -> tuple[str, list[str]]:
    standardized = field_values.standardize_email(text)
    if standardized is None:
        return "", ["it is not an email address, so it is not compared"]
    return standardized, [
        "capital and small letters are treated as the same"
    ] if standardized != text.strip() else []


def _explain_postal_code(text: str) -> tuple[str, list[str]]:
    standardized = field_values.standardize_postal_code(text)
    if standardized is None:
        return "", [_NO_INFORMATION]
    return standardized, [
        "only the first five digits are compared"
    ] if standardized != text.strip() else []


def _explain_suffix(text: str) -> tuple[str, list[str]]:
    standardized = field_values.standardize_suffix(text)
    return standardized or "", [] if standardized == text else [
        "suffixes are written in one way, such as III as 3"
    ]


_EXPLAIN_BY_FIELD: Final = {
    "given_name": _explain_given_name, "preferred_name": _explain_given_name,
    "middle_name": _explain_middle_name, "family_name": _explain_surname,
    "suffix": _explain_suffix, "birth_date": _explain_id, "street": _explain_street,
    "postal_code": _explain_postal_code,
    "phone": _explain_phone, "email": _explain_email, "guardian_name": _explain_adult_name,
    "state_id": _explain_id,
    "local_id": _explain_id,
}  # fmt: skip

EXPLAINED_FIELDS: Final = tuple(_EXPLAIN_BY_FIELD)
"""The fields with a standardization that can be explained."""
