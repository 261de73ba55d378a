"""How a record is read before it is compared: every change in words, the original beside it.

Nothing is overwritten: what a source wrote stays as it wrote it, and what is compared is made
from it anew each time (``standard``). This says how, value by value, by the same spelling.
"""

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from cairn.warehouse.linking import spelling, streets
from cairn.warehouse.linking.given_names import long_forms

_NOTHING: Final = "it says nothing and counts as unknown"
_CROWD: Final = (
    "so many families have it that it is no home of one: a shelter, a school, a block, a help line"
)
_MANY: Final = 6
_MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class Reading:
    """One field: as it was written, as it is compared (empty: not at all), and each change."""

    field: str
    written: str
    compared: str
    why: tuple[str, ...]


def explain_standardizing(
    record: Mapping[str, object], shared: Collection[str] = ()
) -> tuple[Reading, ...]:
    """The fields of a record (``standard.FIELDS``) that are compared otherwise than written.

    ``shared``: addresses and phones of so many families that they are no household's
    (``Model.shared``).
    """
    found = []
    for field, value in record.items():
        if value is None or value == "" or field not in _FIELDS:
            continue
        reading = read(field, value)
        if field in ("street", "phone") and (key := _household(field, record)) in shared:
            why = (*reading.why, _CROWD)
            reading = Reading(field, reading.written, key, why)
        if reading.why:
            found.append(reading)
    return tuple(found)


def read(field: str, value: object) -> Reading:
    """One value of one field of ``FIELDS``; ``why`` is empty where nothing is changed."""
    if isinstance(value, date):
        return _birth(field, value)
    text = str(value)
    compared, why = _FIELDS[field](text)
    return Reading(field, text, compared, tuple(why))


def _household(field: str, record: Mapping[str, object]) -> str:
    if field == "phone":
        return f"p {spelling.phone(str(record['phone']))}"
    postal = spelling.postal(str(record.get("postal_code") or ""))
    return " ".join(filter(None, ("a", streets.street(str(record["street"])), postal)))


def _letters(text: str) -> list[str]:
    """What ``spelling.fold`` changes."""
    why = []
    if text != text.lower():
        why.append("capital and small letters are the same")
    plain = unicodedata.normalize("NFKD", text.lower())
    if any(unicodedata.combining(c) for c in plain) or spelling.special(plain):
        why.append("accents and special letters are written plainly")
    if any(c in spelling.APOSTROPHES for c in text):
        why.append("apostrophes and periods are left out")
    if any(not c.isalnum() and not c.isspace() and c not in spelling.APOSTROPHES for c in text):
        why.append("signs part words")
    return why


def _given(text: str) -> tuple[str, list[str]]:
    words = spelling.given_words(text)
    if not words:
        return "", [_NOTHING]
    why = [*_letters(text), *_suffix(text)]
    forms = [form for form in long_forms(words) if form not in {words[0], "".join(words)}]
    if forms:
        more = " or others" if len(forms) > _MANY else ""
        why.append(f"it may stand for {', '.join(forms[:_MANY])}{more}")
    if len(words) > 1:
        why.append("its words are compared together and one by one")
    return " ".join(words), why


def _middle(text: str) -> tuple[str, list[str]]:
    words = spelling.given_words(text)
    return " ".join(words), [*_letters(text), *_suffix(text)] if words else [_NOTHING]


def _family(text: str) -> tuple[str, list[str]]:
    words = spelling.family_words(text)
    if not words:
        return "", [_NOTHING]
    why = [*_letters(text), *_suffix(text)]
    parts = spelling.fold(text).split()
    kept = [word for word in parts if spelling.suffix(word) is None]
    if particles := [w for w in kept if w not in words and not _grown(w, words)]:
        why.append(f"“{' '.join(particles)}” is a particle and left out")
    if grown := [w for w in kept if w not in words and _grown(w, words)]:
        why.append(f"the particle grown together with “{grown[0]}” is left out")
    if len(words) > 1:
        why.append("a surname of several words is a set: they may come in any order, or one alone")
    return " ".join(words), why


def _grown(word: str, words: Collection[str]) -> bool:
    return any(word != kept and word.endswith(kept) for kept in words)


def _suffix(text: str) -> list[str]:
    found = spelling.suffix(text)
    return [f"the suffix {found} is set apart"] if found and len(text.split()) > 1 else []


def _birth(field: str, day: date) -> Reading:
    if spelling.birth(day) is None:
        return Reading(field, day.isoformat(), "", ("its year is none of a child's: left out",))
    why = []
    if (day.month, day.day) == (1, 1):
        why.append("1 January often stands for a day unknown and weighs little")
    elif day.day <= _MONTHS and day.day != day.month:
        why.append("it is also compared with day and month exchanged")
    return Reading(field, day.isoformat(), day.isoformat(), tuple(why))


def _street(text: str) -> tuple[str, list[str]]:
    if streets.shared_place(text):
        return "", ["it names a shelter, a school or no home: it is no household's"]
    street, apart = streets.address(text)
    if not street:
        return "", [_NOTHING]
    why = _letters(text)
    if apart:
        why.append(f"“{apart}” is set apart: a unit is written in many ways, and a town by itself")
    if not set(street.split()) <= set(spelling.fold(text).split()):
        why.append("usual words are shortened, as Street to st and North to n")
    return street, why


def _person(text: str) -> tuple[str, list[str]]:
    found = spelling.person(text)
    if found is None:
        return "", ["one word is no whole name: left out"]
    why = _letters(text)
    if found != spelling.fold(text):
        why.append("its words may come in any order")
    return found, why


def _code(text: str) -> tuple[str, list[str]]:
    found = spelling.code(text)
    if found is None:
        return "", [_NOTHING]
    return found, ["signs and leading zeros are left out"] if found != text.strip() else []


def _phone(text: str) -> tuple[str, list[str]]:
    found = spelling.phone(text)
    if found is None:
        return "", ["it has no ten digits that could be a phone: left out"]
    return found, ["ten digits are left"] if found != text.strip() else []


def _email(text: str) -> tuple[str, list[str]]:
    found = spelling.email(text)
    if found is None:
        return "", ["it is no e-mail address: left out"]
    return found, ["capital and small letters are the same"] if found != text.strip() else []


def _postal(text: str) -> tuple[str, list[str]]:
    found = spelling.postal(text)
    if found is None:
        return "", [_NOTHING]
    return found, ["five digits are left"] if found != text.strip() else []


def _own_suffix(text: str) -> tuple[str, list[str]]:
    found = spelling.suffix(text)
    return found or "", [] if found == text else ["suffixes have one spelling, as Jr and III to 3"]


_FIELDS: Final = {
    "given_name": _given, "preferred_name": _given, "middle_name": _middle, "family_name": _family,
    "suffix": _own_suffix, "birth_date": _code, "street": _street, "postal_code": _postal,
    "phone": _phone, "email": _email, "guardian_name": _person, "state_id": _code,
    "local_id": _code,
}  # fmt: skip
READ: Final = tuple(_FIELDS)
"""The fields of which a reading can be told."""
