"""Generate families: their children, their homes, and when they arrived, moved or left."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random

from cairn.demo.population.geography import CountyDistrict, CountySchool, load_county
from cairn.demo.population.names import draw_family_name, draw_given_name, draw_short_name

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
MOVE_WEIGHTS = {"moves nearby": 10, "changes district": 5, "comes": 3, "leaves": 3, "stays": 79}

LANGUAGES = {
    "hispanic": ("Spanish", 0.62), "asian": ("Vietnamese", 0.35), "black": ("Somali", 0.05),
}  # fmt: skip


@dataclass(slots=True)
class HomeAddress:
    """Hold an address, and the neighborhood (an elementary school's area) that it belongs to."""

    district: CountyDistrict
    neighborhood: CountySchool
    street: str
    city: str
    postal: str


@dataclass(slots=True)
class SimulatedChild:
    """Hold one true child.

    `thrive` is what no file contains: how well the child does in general (standard normal).
    """

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
        """Return the spring in which the child leaves grade 12 on time (age five on September
        1).
        """
        is_born_late = (self.birth.month, self.birth.day) >= (9, 1)
        return self.birth.year + 18 + is_born_late


@dataclass(slots=True)
class Household:
    """Hold a family at one address, and at another from the school year `moves` on."""

    group: str
    homes: tuple[HomeAddress, HomeAddress]
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
    children: list[SimulatedChild] = field(default_factory=list)

    def find_home(self, year: int) -> HomeAddress | None:
        """Return where the family lives at the end of a school year; None when it is not in the
        county.
        """
        if not self.arrives <= year < self.leaves:
            return None
        return self.homes[year >= self.moves]


def generate_households(people: int, seed: int) -> Iterator[tuple[Household, Random]]:
    """Generate families until there are `people` children.

    Args:
        people: how many children to make.
        seed: the seed of all random draws; the same seed and number make the same families.
    Yields:
        Each family with its own random generator.
    """
    child_count = household_number = 0
    while child_count < people:
        rng = Random(seed * 1_000_000_007 + household_number)  # noqa: S311 - repeatable, not secret
        household = _draw_household(rng)
        _add_children(
            household, rng, children_before=child_count, most_children=people - child_count
        )
        yield household, rng
        child_count += len(household.children)
        household_number += 1


def _draw_home(rng: Random, district: CountyDistrict) -> HomeAddress:
    neighborhood = rng.choices(
        district.elementary, [school.weight for school in district.elementary]
    )[0]
    city, postal = rng.choice(district.cities)
    return HomeAddress(district, neighborhood, load_county().draw_address(rng), city, postal)


def _draw_household(rng: Random) -> Household:
    districts = load_county().districts
    district = rng.choices(districts, [candidate.share for candidate in districts])[0]
    group = rng.choices(list(district.families), list(district.families.values()))[0]
    first_home = second_home = _draw_home(rng, district)
    arrives, moves, leaves = FIRST_YEAR, LAST_YEAR + 1, LAST_YEAR + 1
    move_kind = rng.choices(list(MOVE_WEIGHTS), list(MOVE_WEIGHTS.values()))[0]
    year_of_move = rng.randrange(2023, LAST_YEAR + 1)
    if move_kind == "moves nearby":
        second_home, moves = _draw_home(rng, district), year_of_move
    elif move_kind == "changes district":
        second_home, moves = (
            _draw_home(
                rng, rng.choice([candidate for candidate in districts if candidate is not district])
            ),
            year_of_move,
        )
    elif move_kind == "comes":
        arrives = year_of_move
    elif move_kind == "leaves":
        leaves = year_of_move
    surname = draw_family_name(rng, group)
    guardian = draw_given_name(rng, group, "F" if rng.random() < MOTHER_SHARE else "M")
    phone = f"555-{rng.randrange(200, 1000)}-{rng.randrange(10_000):04}"
    language, language_share = LANGUAGES.get(group, ("English", 0.0))
    return Household(
        group=group,
        homes=(first_home, second_home),
        arrives=arrives,
        moves=moves,
        midyear=rng.random() < MIDYEAR_SHARE,
        leaves=leaves,
        public=rng.random() >= NO_DISTRICT_SHARE,
        surname=surname,
        guardian=f"{guardian} {surname}",
        phone=phone,
        email=f"family{rng.randrange(10**6):06}@mail.example",
        language=language if rng.random() < language_share else "English",
    )


def _add_children(
    household: Household, rng: Random, *, children_before: int, most_children: int
) -> None:
    """Give a family its children, the oldest first, none born outside the window."""
    family_effect = rng.gauss(0, 1)
    birth_ordinal = rng.randrange(FIRST_BIRTH, LAST_BIRTH + 1)
    is_twin = False
    for birth_order in range(min(rng.choices(SIZES, SIZE_WEIGHTS)[0], most_children)):
        if birth_order:
            is_twin = birth_order == 1 and rng.random() < TWIN_SHARE
            if is_twin:
                household.children[0].twin = True
            else:
                birth_ordinal += rng.randrange(400, 1900)
                if birth_ordinal > LAST_BIRTH:
                    birth_ordinal = FIRST_BIRTH + (birth_ordinal - LAST_BIRTH) % (
                        LAST_BIRTH - FIRST_BIRTH
                    )
        child = _draw_child(
            rng, household.group, household.surname, date.fromordinal(birth_ordinal), family_effect
        )
        child.person = f"P{children_before + birth_order + 1:07}"
        child.twin = is_twin
        if is_twin:
            child.family, child.birth = household.children[0].family, household.children[0].birth
        while any(child.given == sibling.given for sibling in household.children):
            child.given = child.called = draw_given_name(rng, household.group, child.gender)
        household.children.append(child)


def _draw_child(
    rng: Random, group: str, surname: str, birth: date, family_effect: float
) -> SimulatedChild:
    gender = rng.choices(GENDERS, GENDER_WEIGHTS)[0]
    given = draw_given_name(rng, group, gender)
    if rng.random() < NEW_YEARS_DAY_SHARE:
        birth = birth.replace(month=1, day=1)
    return SimulatedChild(
        person="",
        given=given,
        middle=draw_given_name(rng, group, gender) if rng.random() < MIDDLE_NAME_SHARE else "",
        family=draw_family_name(rng, group) if rng.random() < OTHER_SURNAME_SHARE else surname,
        suffix="Jr" if gender == "M" and rng.random() < JUNIOR_SHARE else "",
        called=draw_short_name(rng, given),
        birth=birth,
        gender=gender,
        twin=False,
        thrive=0.6 * family_effect + 0.8 * rng.gauss(0, 1),
    )
