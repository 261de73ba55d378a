"""Families of another county, for the population that nobody tunes to (see ``holdout.py``).

Nothing of the first population's families is used: names come from Faker's lists, and families
are different: three generations under one roof, foster and group homes, cousins with one surname
next door, twins and now and then triplets.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib import import_module
from itertools import accumulate
from typing import Any

GROUPS = {
    "white": 0.38, "hispanic": 0.27, "black": 0.17, "asian_pacific": 0.1, "native": 0.03,
    "two_or_more": 0.05,
}  # fmt: skip
_LISTS = {
    "white": (("en_US", 5), ("en_NZ", 3), ("fr_QC", 1)),
    "black": (("en_US", 6), ("en_KE", 1), ("tw_GH", 1), ("yo_NG", 1)),
    "hispanic": (("es_MX", 6), ("es_ES", 2), ("en_US", 1)),
    "asian_pacific": (("en_IN", 3), ("vi_VN", 3), ("en_US", 1)),
    "native": (("en_US", 5), ("es_MX", 1), ("fr_QC", 1)),
    "two_or_more": (("en_US", 4), ("es_MX", 1), ("en_KE", 1)),
}
_ENDS = ("son", "man", "berg", "ton", "ley", "ford", "well", "wood", "field", "er", "ski", "ez")
_GIVEN_ENDS = ("lyn", "iah", "den", "elle", "on", "ie", "ani", "isha", "ton", "ya")
_UNUSUAL = {"white": 0.3, "black": 0.35, "native": 0.3, "two_or_more": 0.3}
_DOUBLE = {"hispanic": 0.62, "native": 0.06, "white": 0.04, "two_or_more": 0.15}
_STREETS = (
    "Main", "Oak", "Pine", "Maple", "Cedar", "Elm", "Washington", "Lake", "Hill", "Walnut",
    "Spring", "North", "Ridge", "Church", "Willow", "Mill", "Sunset", "Railroad", "Jackson",
    "Martin Luther King", "Cherry", "Highland", "Franklin", "Johnson", "College", "River",
    "Center", "Cesar Chavez", "Lincoln", "Mission", "County Road 12", "County Road 7",
)  # fmt: skip
_KINDS = ("Street", "Avenue", "Road", "Drive", "Lane", "Way", "Court", "Trail", "Highway")
_PLACES = (("Brookhaven", "71"), ("San Lucas", "72"), ("Fort Ellis", "73"), ("Tamarack", "74"))


@dataclass
class Home:
    """One household. ``contacts`` are the phone and the e-mail of the adult who answers."""

    number: int
    street: str
    unit: str
    town: str
    postal: str
    phone: str
    email: str
    guardian: str


@dataclass
class Child:
    """One child, and where it lived first and later."""

    person: int
    household: int
    group: str
    sex: str
    language: str
    born: date
    given: str
    middle: str
    family: tuple[str, ...]
    suffix: str
    homes: list[Home]
    called: str = ""
    later_family: tuple[str, ...] = ()
    twin: int = -1
    known_as: dict[str, str] = field(default_factory=dict)
    """The local id that each source gave."""


def children(draw: random.Random, count: int) -> list[Child]:
    """So many children, in families."""
    made: list[Child] = []
    household = 0
    while len(made) < count:
        household += 1
        if draw.random() < 0.004:
            made += _group_home(draw, household, len(made))
        else:
            made += _family(draw, household, len(made))
    return made[:count]


def given_name(draw: random.Random, group: str, sex: str) -> str:
    """A given name, sometimes one that hardly anybody has."""
    names, upto = _names(_locale(draw, group), "first", sex)
    name = draw.choices(names, cum_weights=upto)[0]
    if draw.random() < _UNUSUAL.get(group, 0.12) / 3:
        return name[: draw.randint(3, 4)].rstrip("aeiou ") + draw.choice(_GIVEN_ENDS)
    return name


def surname(draw: random.Random, group: str) -> str:
    """A surname, sometimes one that hardly anybody has."""
    names, upto = _names(_locale(draw, group), "last", "")
    name = draw.choices(names, cum_weights=upto)[0]
    if group == "hispanic" and draw.random() < 0.03:
        return draw.choice(("de la ", "De ", "del ")) + name
    if draw.random() < _UNUSUAL.get(group, 0.1):
        return name[: draw.randint(3, 5)].rstrip("aeiou ") + draw.choice(_ENDS)
    return name


def _family(draw: random.Random, household: int, start: int) -> list[Child]:
    group = draw.choices(list(GROUPS), weights=list(GROUPS.values()))[0]
    father, mother = surname(draw, group), surname(draw, group)
    homes = _homes(draw, given_name(draw, group, "F") + " " + mother)
    language = "es" if group == "hispanic" and draw.random() < 0.5 else "en"
    size = draw.choices((1, 2, 3, 4, 6), weights=(40, 33, 16, 8, 3))[0]
    born = date(2001, 1, 1) + timedelta(days=draw.randrange(365 * 21))
    double = draw.random() < _DOUBLE.get(group, 0.03)
    family: list[Child] = []
    together = 0
    for _ in range(size):
        if together:
            together -= 1
        elif family:
            born += timedelta(days=draw.randint(310, 1700))
        sex = draw.choice("FM")
        names = (father, mother) if double and father != mother else (father,)
        if not double and draw.random() < 0.22:
            names = (mother,)
        child = Child(
            person=start + len(family), household=household, group=group, sex=sex,
            language=language, born=born, given=given_name(draw, group, sex),
            middle=given_name(draw, group, sex) if draw.random() < 0.65 else "",
            family=names, suffix="", homes=homes,
        )  # fmt: skip
        _particulars(draw, child, group)
        if family and family[-1].born == born:
            child.twin, family[-1].twin = family[-1].person, child.person
            if draw.random() < 0.3:
                child.given = _sounding_like(draw, family[-1].given, group, sex)
        elif draw.random() < 0.017:
            together = 2 if draw.random() < 0.03 else 1
        while any(child.given == sibling.given for sibling in family):
            child.given = given_name(draw, group, sex)
        family.append(child)
    if family[0].sex == "M" and draw.random() < 0.01 and size > 1:
        # A cousin next door, named after the same grandfather.
        family[-1].given, family[-1].family = family[0].given, family[0].family
        family[-1].sex, family[-1].suffix = "M", "III"
        family[-1].middle = given_name(draw, group, "M")
    return family


def _group_home(draw: random.Random, household: int, start: int) -> list[Child]:
    """Unrelated children at one address, with one phone and one adult."""
    homes = [_home(draw, "Intake Desk")]
    lodgers: list[Child] = []
    for _ in range(draw.randint(4, 12)):
        (child,) = _family(draw, household, start + len(lodgers))[:1]
        child.homes, child.twin = homes, -1
        lodgers.append(child)
    return lodgers


def _particulars(draw: random.Random, child: Child, group: str) -> None:
    if draw.random() < 0.015:
        child.called = child.middle or given_name(draw, group, child.sex)
    if draw.random() < 0.03:
        child.later_family = (surname(draw, group),)
    if child.sex == "M" and draw.random() < 0.02:
        child.suffix = draw.choice(("Jr", "Jr.", "II", "III"))


def _sounding_like(draw: random.Random, name: str, group: str, sex: str) -> str:
    for _ in range(40):
        other = given_name(draw, group, sex)
        if other != name and (other[0] == name[0] or other[-3:] == name[-3:]):
            return other
    return draw.choice("BDJKLMT") + name[1:]


def _homes(draw: random.Random, guardian: str) -> list[Home]:
    homes = [_home(draw, guardian)]
    while draw.random() < 0.35 and len(homes) < 3:
        moved = _home(draw, guardian)
        if draw.random() < 0.6:
            moved.phone, moved.email = homes[-1].phone, homes[-1].email
        homes.append(moved)
    return homes


def _home(draw: random.Random, guardian: str) -> Home:
    town, prefix = draw.choice(_PLACES)
    block = draw.random() < 0.35
    number = draw.randrange(100, 3000, 100) if block else draw.randint(1, 19999)
    first, *rest = guardian.lower().split(" ")
    mail = f"{first[0]}{''.join(rest)}{draw.randint(1, 9999)}@example.net".replace(" ", "")
    return Home(
        number=number,
        street=f"{draw.choice(_STREETS)} {draw.choice(_KINDS)}",
        unit=str(draw.randint(1, 340)) if block else "",
        town=town,
        postal=f"{prefix}{draw.randint(0, 9)}{draw.randint(0, 29):02}",
        phone=f"{draw.choice(('913', '505', '772'))}{draw.randint(2_010_000, 9_999_999)}",
        email=mail if draw.random() < 0.7 else "",
        guardian=guardian,
    )


def _locale(draw: random.Random, group: str) -> str:
    locales, weights = zip(*_LISTS[group], strict=True)
    chosen: str = draw.choices(locales, weights=weights)[0]
    return chosen


@cache
def _names(locale: str, which: str, sex: str) -> tuple[list[str], list[float]]:
    provider: Any = import_module(f"faker.providers.person.{locale}").Provider
    if which == "last":
        listed = provider.last_names
    else:
        listed = provider.first_names_female if sex == "F" else provider.first_names_male
    if isinstance(listed, dict):
        return list(listed), list(accumulate(listed.values()))
    # A list without frequencies: like names everywhere, few are common.
    names = sorted(set(listed), key=lambda name: (hash_of(locale + name), name))
    return names, list(accumulate(1 / (rank + 3) for rank in range(len(names))))


def hash_of(text: str) -> int:
    """The same number for the same text in every run."""
    return sum((i + 1) * ord(letter) * 2654435761 for i, letter in enumerate(text)) % 1_000_003
