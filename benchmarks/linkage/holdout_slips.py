"""What goes wrong in a row of the second population, one mistake at a time."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import name_lists
from holdout_county import Child

_VOWELS = "aeiou"
_CONSONANTS = "bcdfghklmnprstvz"


@dataclass
class Row:
    """One row: whose it is, what it says (``values``) and what is wrong with it (``tags``)."""

    child: Child
    source: str
    year: int
    values: dict[str, str | date | None]
    tags: set[str]


@dataclass(frozen=True)
class Slip:
    """A kind of mistake: its weight among all, and how it changes a row (False: it cannot)."""

    share: float
    change: Callable[[random.Random, dict[str, str | date | None], Child], bool]
    tag: str

    def make(self, draw: random.Random, row: Row) -> None:
        """Make the mistake, if this row offers it."""
        if self.change(draw, row.values, row.child):
            row.tags.add(self.tag)


def _misspelled(draw: random.Random, word: str) -> str:
    at = draw.randrange(len(word)) if word else 0
    letter = word[at : at + 1].lower()
    other = draw.choice(_VOWELS if letter in _VOWELS else _CONSONANTS)
    before, after = word[:at], word[at + 1 :]
    exchanged = before + after[:1] + letter + after[1:]
    ways = (other + after, after, letter + word[at:], other + word[at:])
    return draw.choice((exchanged, *(before + way for way in ways)))


def _spelled(name: str) -> Callable[..., bool]:
    def change(draw: random.Random, values: dict[str, str | date | None], _: Child) -> bool:
        word = str(values[name])
        values[name] = _misspelled(draw, word)
        return values[name] != word

    return change


def _nickname(draw: random.Random, values: dict[str, str | date | None], child: Child) -> bool:
    known = name_lists.nicknames().get(child.given.lower())
    if known:
        values["given_name"] = draw.choice(known).title()
    elif len(child.given) > 5:
        values["given_name"] = child.given[: draw.randint(3, 4)]
    return values["given_name"] != child.given


def _called(_: random.Random, values: dict[str, str | date | None], child: Child) -> bool:
    values["given_name"] = child.called or child.middle or child.given
    return values["given_name"] != child.given


def _swapped(_: random.Random, values: dict[str, str | date | None], __: Child) -> bool:
    values["given_name"], values["family_name"] = values["family_name"], values["given_name"]
    return True


def _both_given(_: random.Random, values: dict[str, str | date | None], child: Child) -> bool:
    if child.middle:
        values["given_name"], values["middle_name"] = f"{child.given} {child.middle}", None
    return bool(child.middle)


def _surname(draw: random.Random, values: dict[str, str | date | None], child: Child) -> bool:
    """A double surname in one of many other ways; a single one keeps its form."""
    if len(child.family) < 2:
        return False
    father, mother = child.family
    ways = (father, father, mother, f"{father}-{mother}", f"{mother} {father}",
            f"{father} {mother[0]}.", f"{father} y {mother}", father + mother.lower())  # fmt: skip
    values["family_name"] = draw.choice(ways)
    return True


def _turned(_: random.Random, values: dict[str, str | date | None], child: Child) -> bool:
    born = child.born
    if born.day > 12 or born.day == born.month:
        return False
    values["birth_date"] = date(born.year, born.day, born.month)
    return True


def _near(draw: random.Random, values: dict[str, str | date | None], child: Child) -> bool:
    steps = (1, -1, 2, 7, 9, 10, 30, 31, -31, 365, -365, 366, -730, 3652)
    values["birth_date"] = child.born + timedelta(days=draw.choice(steps))
    return True


def _year_only(draw: random.Random, values: dict[str, str | date | None], child: Child) -> bool:
    made_up = (date(child.born.year, 1, 1), date(child.born.year, 1, 1), date(1900, 1, 1))
    values["birth_date"] = draw.choice(made_up)
    return True


def _suffix_in_name(_: random.Random, values: dict[str, str | date | None], child: Child) -> bool:
    if child.suffix:
        values["family_name"], values["suffix"] = f"{values['family_name']} {child.suffix}", None
    return bool(child.suffix)


def _initial(draw: random.Random, values: dict[str, str | date | None], child: Child) -> bool:
    values["given_name"] = child.given[:1] + draw.choice(("", "."))
    return True


def _no_given(draw: random.Random, values: dict[str, str | date | None], child: Child) -> bool:
    baby = "Baby Girl" if child.sex == "F" else "Baby Boy"
    values["given_name"] = draw.choice((None, "Unknown", baby))
    return True


def _other_adult(draw: random.Random, values: dict[str, str | date | None], child: Child) -> bool:
    values["guardian_name"] = draw.choice(("Grandmother", "Case Worker", child.given))
    values["phone"] = f"772{draw.randint(2_010_000, 9_999_999)}"
    return True


SLIPS = {
    "given typo": Slip(0.19, _spelled("given_name"), "given typo"),
    "family typo": Slip(0.17, _spelled("family_name"), "family typo"),
    "street typo": Slip(0.06, _spelled("street"), "street typo"),
    "nickname": Slip(0.16, _nickname, "nickname"),
    "preferred": Slip(0.02, _called, "preferred"),
    "swapped": Slip(0.05, _swapped, "swapped"),
    "two given": Slip(0.05, _both_given, "two given"),
    "other double": Slip(0.12, _surname, "other double"),
    "day month": Slip(0.06, _turned, "day month"),
    "date typo": Slip(0.06, _near, "date typo"),
    "january": Slip(0.02, _year_only, "january"),
    "suffix in name": Slip(0.03, _suffix_in_name, "suffix in name"),
    "initial only": Slip(0.015, _initial, "initial only"),
    "no given name": Slip(0.01, _no_given, "no given name"),
    "other adult": Slip(0.055, _other_adult, "other adult"),
}
