"""Families: who they are, where they live, when they came, moved or left, and their children."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random

from cairn.demo.names import family_name, given_name, short_name
from cairn.demo.places import District, School, county

# From the class of 2018 to the three-year-olds of June 2026.
FIRST_BIRTH = date(1999, 9, 1).toordinal()
LAST_BIRTH = date(2022, 8, 31).toordinal()
FIRST_YEAR, LAST_YEAR = 2018, 2026  # a school year is named by its spring

SIZES, SIZE_WEIGHTS = (1, 2, 3, 4), (42, 36, 15, 7)
TWIN_SHARE = 0.056  # of second births; makes 3.5 % of all children twins
NEW_YEARS_DAY_SHARE = 0.006  # birth date unknown where the family came from
OTHER_SURNAME_SHARE = 0.04  # children of an earlier marriage
NO_DISTRICT_SHARE = 0.04  # taught at home or in a private school
MIDDLE_NAME_SHARE, JUNIOR_SHARE = 0.8, 0.02
MOTHER_SHARE = 0.7  # of the guardians on file
MIDYEAR_SHARE = 0.4  # of moves
GENDERS, GENDER_WEIGHTS = "XFM", (0.4, 48.6, 51.0)
# What becomes of a family between 2022 and 2026, as shares of all families.
FATES = {"moves nearby": 10, "changes district": 5, "comes": 3, "leaves": 3, "stays": 79}
LANGUAGES = {
    "hispanic": ("Spanish", 0.62), "asian": ("Vietnamese", 0.35), "black": ("Somali", 0.05),
}  # fmt: skip


@dataclass(slots=True)
class Home:
    """An address, and the neighborhood whose elementary school it belongs to."""

    district: District
    neighborhood: School
    street: str
    city: str
    postal: str


@dataclass(slots=True)
class Child:
    """One true child. `thrive` is what no file holds: how life goes for her (standard normal)."""

    person: str
    given: str
    middle: str
    family: str
    suffix: str
    called: str
    birth: date
    gender: str
    twin: bool
    thrive: float

    @property
    def cohort(self) -> int:
        """The spring in which she leaves grade 12 on time (five years old on 1 September)."""
        late = (self.birth.month, self.birth.day) >= (9, 1)
        return self.birth.year + 18 + late


@dataclass(slots=True)
class Household:
    """A family at one address, and at another from the school year `moves` on."""

    group: str
    homes: tuple[Home, Home]
    arrives: int
    moves: int
    midyear: bool
    leaves: int
    public: bool
    surname: str
    guardian: str
    phone: str
    email: str
    language: str
    children: list[Child] = field(default_factory=list)

    def home(self, year: int) -> Home | None:
        """Where the family lives at the end of a school year; None when not in the county."""
        if not self.arrives <= year < self.leaves:
            return None
        return self.homes[year >= self.moves]


def households(people: int, seed: int) -> Iterator[tuple[Household, Random]]:
    """Families until `people` children are there, each with the generator of its own luck."""
    made = number = 0
    while made < people:
        rng = Random(seed * 1_000_000_007 + number)  # noqa: S311 - repeatable, not secret
        household = _household(rng)
        _fill(household, rng, first=made, most=people - made)
        yield household, rng
        made += len(household.children)
        number += 1


def _home(rng: Random, district: District) -> Home:
    neighborhood = rng.choices(district.elementary, [s.weight for s in district.elementary])[0]
    city, postal = rng.choice(district.cities)
    return Home(district, neighborhood, county().address(rng), city, postal)


def _household(rng: Random) -> Household:
    districts = county().districts
    district = rng.choices(districts, [d.share for d in districts])[0]
    group = rng.choices(list(district.families), list(district.families.values()))[0]
    home = later = _home(rng, district)
    arrives, moves, leaves = FIRST_YEAR, LAST_YEAR + 1, LAST_YEAR + 1
    fate = rng.choices(list(FATES), list(FATES.values()))[0]
    when = rng.randrange(2023, LAST_YEAR + 1)
    if fate == "moves nearby":
        later, moves = _home(rng, district), when
    elif fate == "changes district":
        later, moves = _home(rng, rng.choice([d for d in districts if d is not district])), when
    elif fate == "comes":
        arrives = when
    elif fate == "leaves":
        leaves = when
    surname = family_name(rng, group)
    guardian = given_name(rng, group, "F" if rng.random() < MOTHER_SHARE else "M")
    phone = f"555-{rng.randrange(200, 1000)}-{rng.randrange(10_000):04}"
    language, chance = LANGUAGES.get(group, ("English", 0.0))
    return Household(
        group=group,
        homes=(home, later),
        arrives=arrives,
        moves=moves,
        midyear=rng.random() < MIDYEAR_SHARE,
        leaves=leaves,
        public=rng.random() >= NO_DISTRICT_SHARE,
        surname=surname,
        guardian=f"{guardian} {surname}",
        phone=phone,
        email=f"family{rng.randrange(10**6):06}@mail.example",
        language=language if rng.random() < chance else "English",
    )


def _fill(household: Household, rng: Random, *, first: int, most: int) -> None:
    """Give a family its children, the oldest first, none born outside the window."""
    fortune = rng.gauss(0, 1)
    born = rng.randrange(FIRST_BIRTH, LAST_BIRTH + 1)
    twin = False
    for place in range(min(rng.choices(SIZES, SIZE_WEIGHTS)[0], most)):
        if place:
            twin = place == 1 and rng.random() < TWIN_SHARE
            if twin:
                household.children[0].twin = True
            else:
                born += rng.randrange(400, 1900)
                if born > LAST_BIRTH:
                    born = FIRST_BIRTH + (born - LAST_BIRTH) % (LAST_BIRTH - FIRST_BIRTH)
        child = _child(rng, household.group, household.surname, date.fromordinal(born), fortune)
        child.person = f"P{first + place + 1:07}"
        child.twin = twin
        if twin:
            child.family, child.birth = household.children[0].family, household.children[0].birth
        while any(child.given == other.given for other in household.children):
            child.given = child.called = given_name(rng, household.group, child.gender)
        household.children.append(child)


def _child(rng: Random, group: str, surname: str, birth: date, fortune: float) -> Child:
    gender = rng.choices(GENDERS, GENDER_WEIGHTS)[0]
    given = given_name(rng, group, gender)
    if rng.random() < NEW_YEARS_DAY_SHARE:
        birth = birth.replace(month=1, day=1)
    return Child(
        person="",
        given=given,
        middle=given_name(rng, group, gender) if rng.random() < MIDDLE_NAME_SHARE else "",
        family=family_name(rng, group) if rng.random() < OTHER_SURNAME_SHARE else surname,
        suffix="Jr" if gender == "M" and rng.random() < JUNIOR_SHARE else "",
        called=short_name(rng, given),
        birth=birth,
        gender=gender,
        twin=False,
        thrive=0.6 * fortune + 0.8 * rng.gauss(0, 1),
    )
