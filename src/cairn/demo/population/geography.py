"""Describe River County: its districts, their schools, and streets (`lists/places.toml`)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random

LAST_ELEMENTARY_GRADE, LAST_MIDDLE_GRADE = 5, 8  # grades
APARTMENT_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class CountySchool:
    """Hold one school.

    `tilt` is how far the chances of its students lie from the county's, in standard deviations.
    """

    number: str
    name: str
    level: str
    tilt: float
    weight: float = 0.0  # of an elementary school: the size of its neighborhood
    feeds: tuple[str, ...] = ()  # of an elementary school: the middle and high school after it


@dataclass(frozen=True, slots=True)
class CountyDistrict:
    """Hold one school district. `families` are the weights of the groups who live there."""

    slug: str
    name: str
    number: str
    share: float
    days: int
    tilt: float
    families: Mapping[str, float]
    cities: tuple[tuple[str, str], ...]
    schools: Mapping[str, CountySchool]
    elementary: tuple[CountySchool, ...]

    def find_school(self, neighborhood: CountySchool, grade: int) -> CountySchool:
        """Find the school of a grade (0 = kindergarten) for the neighborhood's elementary
        school.
        """
        if grade <= LAST_ELEMENTARY_GRADE:
            return neighborhood
        return self.schools[neighborhood.feeds[0 if grade <= LAST_MIDDLE_GRADE else 1]]


@dataclass(frozen=True, slots=True)
class County:
    """Hold the county's districts and the parts of an address."""

    name: str
    districts: tuple[CountyDistrict, ...]
    streets: tuple[str, ...]
    kinds: tuple[str, ...]

    def draw_address(self, rng: Random) -> str:
        """Draw a street address that does not exist anywhere."""
        kind = rng.choice(self.kinds)
        street_line = f"{rng.randrange(1, 2400)} {rng.choice(self.streets)} {kind}"
        return (
            f"{street_line} Apt {rng.randrange(1, 40)}"
            if rng.random() < APARTMENT_SHARE
            else street_line
        )


def _build_district(document: Mapping[str, object]) -> CountyDistrict:
    fields = dict(document)
    schools = [
        CountySchool(**{**school, "feeds": tuple(school.get("feeds", ()))})
        for school in fields.pop("schools")  # type: ignore[attr-defined]
    ]
    cities = tuple((name, postal) for name, postal in fields.pop("cities"))  # type: ignore[attr-defined]
    return CountyDistrict(
        **fields,  # type: ignore[arg-type]
        cities=cities,
        schools={school.number: school for school in schools},
        elementary=tuple(school for school in schools if school.level == "elementary"),
    )


@cache
def load_county() -> County:
    """Load River County from `lists/places.toml`."""
    document = tomllib.loads(files("cairn.demo").joinpath("lists/places.toml").read_text("utf-8"))
    return County(
        name=document["county"],
        districts=tuple(
            _build_district({**district, "number": str(district["number"])})
            for district in document["districts"]
        ),
        streets=tuple(document["streets"].split()),
        kinds=tuple(document["kinds"].split()),
    )
