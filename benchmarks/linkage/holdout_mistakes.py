"""Make mistakes in rows of the second population, one at a time."""

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
    """One row of a source.

    Attributes:
        child: the child that the row is about.
        source: name of the source.
        year: year of the row.
        values: what the row states, by field.
        tags: mistakes and other features of the row.
    """

    child: Child
    source: str
    year: int
    values: dict[str, str | date | None]
    tags: set[str]


@dataclass(frozen=True)
class Mistake:
    """A kind of mistake: its share of all, and how it changes a row (False: it cannot)."""

    share: float
    change: Callable[[random.Random, dict[str, str | date | None], Child], bool]
    tag: str

    def apply(self, rng: random.Random, row: Row) -> None:
        """Make the mistake, if this row allows it."""
        if self.change(rng, row.values, row.child):
            row.tags.add(self.tag)


def _misspell_word(rng: random.Random, word: str) -> str:
    index = rng.randrange(len(word)) if word else 0
    letter = word[index : index + 1].lower()
    other = rng.choice(_VOWELS if letter in _VOWELS else _CONSONANTS)
    before, after = word[:index], word[index + 1 :]
    exchanged = before + after[:1] + letter + after[1:]
    endings = (other + after, after, letter + word[index:], other + word[index:])
    return rng.choice((exchanged, *(before + ending for ending in endings)))


def _build_misspelling(name: str) -> Callable[..., bool]:
    def change(rng: random.Random, values: dict[str, str | date | None], _: Child) -> bool:
        word = str(values[name])
        values[name] = _misspell_word(rng, word)
        return values[name] != word

    return change


def _use_nickname(rng: random.Random, values: dict[str, str | date | None], child: Child) -> bool:
    known = name_lists.load_nicknames().get(child.given.lower())
    if known:
        values["given_name"] = rng.choice(known).title()
    elif len(child.given) > 5:
        values["given_name"] = child.given[: rng.randint(3, 4)]
    return values["given_name"] != child.given


def _use_preferred_name(
    _: random.Random, values: dict[str, str | date | None], child: Child
) -> bool:
    values["given_name"] = child.preferred or child.middle or child.given
    return values["given_name"] != child.given


def _swap_names(_: random.Random, values: dict[str, str | date | None], __: Child) -> bool:
    values["given_name"], values["family_name"] = values["family_name"], values["given_name"]
    return True


def _join_given_names(_: random.Random, values: dict[str, str | date | None], child: Child) -> bool:
    if child.middle:
        values["given_name"], values["middle_name"] = f"{child.given} {child.middle}", None
    return bool(child.middle)


def _change_double_surname(
    rng: random.Random, values: dict[str, str | date | None], child: Child
) -> bool:
    """Write a double surname in one of many other ways; leave a single one."""
    if len(child.family) < 2:
        return False
    father, mother = child.family
    forms = (father, father, mother, f"{father}-{mother}", f"{mother} {father}",
            f"{father} {mother[0]}.", f"{father} y {mother}", father + mother.lower())  # fmt: skip
    values["family_name"] = rng.choice(forms)
    return True


def _swap_day_and_month(
    _: random.Random, values: dict[str, str | date | None], child: Child
) -> bool:
    born = child.born
    if born.day > 12 or born.day == born.month:
        return False
    values["birth_date"] = date(born.year, born.day, born.month)
    return True


def _shift_birth_date(
    rng: random.Random, values: dict[str, str | date | None], child: Child
) -> bool:
    steps = (1, -1, 2, 7, 9, 10, 30, 31, -31, 365, -365, 366, -730, 3652)
    values["birth_date"] = child.born + timedelta(days=rng.choice(steps))
    return True


def _keep_birth_year(
    rng: random.Random, values: dict[str, str | date | None], child: Child
) -> bool:
    made_up = (date(child.born.year, 1, 1), date(child.born.year, 1, 1), date(1900, 1, 1))
    values["birth_date"] = rng.choice(made_up)
    return True


def _move_suffix_to_surname(
    _: random.Random, values: dict[str, str | date | None], child: Child
) -> bool:
    if child.suffix:
        values["family_name"], values["suffix"] = f"{values['family_name']} {child.suffix}", None
    return bool(child.suffix)


def _keep_initial(rng: random.Random, values: dict[str, str | date | None], child: Child) -> bool:
    values["given_name"] = child.given[:1] + rng.choice(("", "."))
    return True


def _remove_given_name(
    rng: random.Random, values: dict[str, str | date | None], child: Child
) -> bool:
    baby = "Baby Girl" if child.sex == "F" else "Baby Boy"
    values["given_name"] = rng.choice((None, "Unknown", baby))
    return True


def _replace_guardian(
    rng: random.Random, values: dict[str, str | date | None], child: Child
) -> bool:
    values["guardian_name"] = rng.choice(("Grandmother", "Case Worker", child.given))
    values["phone"] = f"772{rng.randint(2_010_000, 9_999_999)}"
    return True


MISTAKES = {
    "given typo": Mistake(0.19, _build_misspelling("given_name"), "given typo"),
    "family typo": Mistake(0.17, _build_misspelling("family_name"), "family typo"),
    "street typo": Mistake(0.06, _build_misspelling("street"), "street typo"),
    "nickname": Mistake(0.16, _use_nickname, "nickname"),
    "preferred": Mistake(0.02, _use_preferred_name, "preferred"),
    "swapped": Mistake(0.05, _swap_names, "swapped"),
    "two given": Mistake(0.05, _join_given_names, "two given"),
    "other double": Mistake(0.12, _change_double_surname, "other double"),
    "day month": Mistake(0.06, _swap_day_and_month, "day month"),
    "date typo": Mistake(0.06, _shift_birth_date, "date typo"),
    "january": Mistake(0.02, _keep_birth_year, "january"),
    "suffix in name": Mistake(0.03, _move_suffix_to_surname, "suffix in name"),
    "initial only": Mistake(0.015, _keep_initial, "initial only"),
    "no given name": Mistake(0.01, _remove_given_name, "no given name"),
    "other adult": Mistake(0.055, _replace_guardian, "other adult"),
}
