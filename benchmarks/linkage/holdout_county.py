"""Generate families of another county, for the hold-out population (see ``holdout.py``).

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
_LOCALES = {
    "white": (("en_US", 5), ("en_NZ", 3), ("fr_QC", 1)),
    "black": (("en_US", 6), ("en_KE", 1), ("tw_GH", 1), ("yo_NG", 1)),
    "hispanic": (("es_MX", 6), ("es_ES", 2), ("en_US", 1)),
    "asian_pacific": (("en_IN", 3), ("vi_VN", 3), ("en_US", 1)),
    "native": (("en_US", 5), ("es_MX", 1), ("fr_QC", 1)),
    "two_or_more": (("en_US", 4), ("es_MX", 1), ("en_KE", 1)),
}
_SURNAME_ENDINGS = (
    "son",
    "man",
    "berg",
    "ton",
    "ley",
    "ford",
    "well",
    "wood",
    "field",
    "er",
    "ski",
    "ez",
)
_GIVEN_NAME_ENDINGS = ("lyn", "iah", "den", "elle", "on", "ie", "ani", "isha", "ton", "ya")
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
    """One household's address, and the phone and e-mail of the adult who answers."""

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
    """One child, with first and later homes."""

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
    preferred: str = ""
    later_family: tuple[str, ...] = ()
    twin: int = -1
    local_ids: dict[str, str] = field(default_factory=dict)
    """The local id that each source gave."""


def generate_children(rng: random.Random, count: int) -> list[Child]:
    """Generate children in families."""
    generated: list[Child] = []
    household = 0
    while len(generated) < count:
        household += 1
        if rng.random() < 0.004:
            generated += _generate_group_home(rng, household, len(generated))
        else:
            generated += _generate_family(rng, household, len(generated))
    return generated[:count]


def draw_given_name(rng: random.Random, group: str, sex: str) -> str:
    """Draw a given name, sometimes a very rare one."""
    names, cumulative = _load_names(_draw_locale(rng, group), "first", sex)
    name = rng.choices(names, cum_weights=cumulative)[0]
    if rng.random() < _UNUSUAL.get(group, 0.12) / 3:
        return name[: rng.randint(3, 4)].rstrip("aeiou ") + rng.choice(_GIVEN_NAME_ENDINGS)
    return name


def draw_surname(rng: random.Random, group: str) -> str:
    """Draw a surname, sometimes a very rare one."""
    names, cumulative = _load_names(_draw_locale(rng, group), "last", "")
    name = rng.choices(names, cum_weights=cumulative)[0]
    if group == "hispanic" and rng.random() < 0.03:
        return rng.choice(("de la ", "De ", "del ")) + name
    if rng.random() < _UNUSUAL.get(group, 0.1):
        return name[: rng.randint(3, 5)].rstrip("aeiou ") + rng.choice(_SURNAME_ENDINGS)
    return name


def _generate_family(rng: random.Random, household: int, start: int) -> list[Child]:
    group = rng.choices(list(GROUPS), weights=list(GROUPS.values()))[0]
    father, mother = draw_surname(rng, group), draw_surname(rng, group)
    homes = _draw_homes(rng, draw_given_name(rng, group, "F") + " " + mother)
    language = "es" if group == "hispanic" and rng.random() < 0.5 else "en"
    size = rng.choices((1, 2, 3, 4, 6), weights=(40, 33, 16, 8, 3))[0]
    born = date(2001, 1, 1) + timedelta(days=rng.randrange(365 * 21))
    double = rng.random() < _DOUBLE.get(group, 0.03)
    family: list[Child] = []
    twins_left = 0
    for _ in range(size):
        if twins_left:
            twins_left -= 1
        elif family:
            born += timedelta(days=rng.randint(310, 1700))
        sex = rng.choice("FM")
        names = (father, mother) if double and father != mother else (father,)
        if not double and rng.random() < 0.22:
            names = (mother,)
        child = Child(
            person=start + len(family), household=household, group=group, sex=sex,
            language=language, born=born, given=draw_given_name(rng, group, sex),
            middle=draw_given_name(rng, group, sex) if rng.random() < 0.65 else "",
            family=names, suffix="", homes=homes,
        )  # fmt: skip
        _add_particulars(rng, child, group)
        if family and family[-1].born == born:
            child.twin, family[-1].twin = family[-1].person, child.person
            if rng.random() < 0.3:
                child.given = _draw_similar_name(rng, family[-1].given, group, sex)
        elif rng.random() < 0.017:
            twins_left = 2 if rng.random() < 0.03 else 1
        while any(child.given == sibling.given for sibling in family):
            child.given = draw_given_name(rng, group, sex)
        family.append(child)
    if family[0].sex == "M" and rng.random() < 0.01 and size > 1:
        # A cousin next door, named after the same grandfather.
        family[-1].given, family[-1].family = family[0].given, family[0].family
        family[-1].sex, family[-1].suffix = "M", "III"
        family[-1].middle = draw_given_name(rng, group, "M")
    return family


def _generate_group_home(rng: random.Random, household: int, start: int) -> list[Child]:
    """Generate unrelated children at one address, with one phone and one adult."""
    homes = [_draw_home(rng, "Intake Desk")]
    residents: list[Child] = []
    for _ in range(rng.randint(4, 12)):
        (child,) = _generate_family(rng, household, start + len(residents))[:1]
        child.homes, child.twin = homes, -1
        residents.append(child)
    return residents


def _add_particulars(rng: random.Random, child: Child, group: str) -> None:
    if rng.random() < 0.015:
        child.preferred = child.middle or draw_given_name(rng, group, child.sex)
    if rng.random() < 0.03:
        child.later_family = (draw_surname(rng, group),)
    if child.sex == "M" and rng.random() < 0.02:
        child.suffix = rng.choice(("Jr", "Jr.", "II", "III"))


def _draw_similar_name(rng: random.Random, name: str, group: str, sex: str) -> str:
    for _ in range(40):
        other = draw_given_name(rng, group, sex)
        if other != name and (other[0] == name[0] or other[-3:] == name[-3:]):
            return other
    return rng.choice("BDJKLMT") + name[1:]


def _draw_homes(rng: random.Random, guardian: str) -> list[Home]:
    homes = [_draw_home(rng, guardian)]
    while rng.random() < 0.35 and len(homes) < 3:
        next_home = _draw_home(rng, guardian)
        if rng.random() < 0.6:
            next_home.phone, next_home.email = homes[-1].phone, homes[-1].email
        homes.append(next_home)
    return homes


def _draw_home(rng: random.Random, guardian: str) -> Home:
    town, prefix = rng.choice(_PLACES)
    block = rng.random() < 0.35
    number = rng.randrange(100, 3000, 100) if block else rng.randint(1, 19999)
    first, *rest = guardian.lower().split(" ")
    mail = f"{first[0]}{''.join(rest)}{rng.randint(1, 9999)}@example.net".replace(" ", "")
    return Home(
        number=number,
        street=f"{rng.choice(_STREETS)} {rng.choice(_KINDS)}",
        unit=str(rng.randint(1, 340)) if block else "",
        town=town,
        postal=f"{prefix}{rng.randint(0, 9)}{rng.randint(0, 29):02}",
        phone=f"{rng.choice(('913', '505', '772'))}{rng.randint(2_010_000, 9_999_999)}",
        email=mail if rng.random() < 0.7 else "",
        guardian=guardian,
    )


def _draw_locale(rng: random.Random, group: str) -> str:
    locales, weights = zip(*_LOCALES[group], strict=True)
    chosen: str = rng.choices(locales, weights=weights)[0]
    return chosen


@cache
def _load_names(locale: str, kind: str, sex: str) -> tuple[list[str], list[float]]:
    provider: Any = import_module(f"faker.providers.person.{locale}").Provider
    if kind == "last":
        listed = provider.last_names
    else:
        listed = provider.first_names_female if sex == "F" else provider.first_names_male
    if isinstance(listed, dict):
        return list(listed), list(accumulate(listed.values()))
    # A list without frequencies: like names everywhere, few are common.
    names = sorted(set(listed), key=lambda name: (compute_hash(locale + name), name))
    return names, list(accumulate(1 / (rank + 3) for rank in range(len(names))))


def compute_hash(text: str) -> int:
    """Compute the same number for the same text in every run."""
    return (
        sum((index + 1) * ord(letter) * 2654435761 for index, letter in enumerate(text)) % 1_000_003
    )
