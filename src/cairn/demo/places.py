"""River County: its districts, their schools, and streets (`lists/places.toml`)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random

LAST_ELEMENTARY, LAST_MIDDLE = 5, 8  # grades
APARTMENT_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class School:
    """A school. `tilt`: how far its pupils' chances lie from the county's (standard deviations)."""

    number: str
    name: str
    level: str
    tilt: float
    weight: float = 0.0  # of an elementary school: the size of its neighborhood
    feeds: tuple[str, ...] = ()  # of an elementary school: the middle and high school after it


@dataclass(frozen=True, slots=True)
class District:
    """A school district. `families`: weights of the groups who live there."""

    slug: str
    name: str
    number: str
    share: float
    days: int
    tilt: float
    families: Mapping[str, float]
    cities: tuple[tuple[str, str], ...]
    schools: Mapping[str, School]
    elementary: tuple[School, ...]

    def school(self, neighborhood: School, grade: int) -> School:
        """The school of a grade (0 = kindergarten) for the neighborhood's elementary school."""
        if grade <= LAST_ELEMENTARY:
            return neighborhood
        return self.schools[neighborhood.feeds[0 if grade <= LAST_MIDDLE else 1]]


@dataclass(frozen=True, slots=True)
class County:
    """The county's districts and the parts of an address."""

    name: str
    districts: tuple[District, ...]
    streets: tuple[str, ...]
    kinds: tuple[str, ...]

    def address(self, rng: Random) -> str:
        """A street address that exists nowhere."""
        kind = rng.choice(self.kinds)
        line = f"{rng.randrange(1, 2400)} {rng.choice(self.streets)} {kind}"
        return f"{line} Apt {rng.randrange(1, 40)}" if rng.random() < APARTMENT_SHARE else line


def _district(raw: Mapping[str, object]) -> District:
    fields = dict(raw)
    schools = [
        School(**{**school, "feeds": tuple(school.get("feeds", ()))})
        for school in fields.pop("schools")  # type: ignore[attr-defined]
    ]
    cities = tuple((name, postal) for name, postal in fields.pop("cities"))  # type: ignore[attr-defined]
    return District(
        **fields,  # type: ignore[arg-type]
        cities=cities,
        schools={school.number: school for school in schools},
        elementary=tuple(school for school in schools if school.level == "elementary"),
    )


@cache
def county() -> County:
    """River County as written in `lists/places.toml`."""
    raw = tomllib.loads(files(__package__).joinpath("lists/places.toml").read_text("utf-8"))
    return County(
        name=raw["county"],
        districts=tuple(
            _district({**district, "number": str(district["number"])})
            for district in raw["districts"]
        ),
        streets=tuple(raw["streets"].split()),
        kinds=tuple(raw["kinds"].split()),
    )
