"""Where households live and how they are reached: addresses, phones, e-mail, over the years.

A household has a few versions of each, and a version holds from one year on. Some live in blocks
of many homes behind one number, some in shelters that are nobody's address.
"""

from dataclasses import dataclass

import name_lists
import numpy as np

YEARS = 5
_MOVE, _NEW_PHONE = 0.11, 0.09
"""Chance that a household moves, or changes its phone, in a year."""
_IN_BLOCKS, _IN_SHELTERS = 0.28, 0.006
_HOMES_OF_BLOCK, _SHELTERS, _POSTAL_CODES = 45, 14, 70
_TYPES = (
    ("Street", "St"), ("Avenue", "Ave"), ("Road", "Rd"), ("Drive", "Dr"), ("Lane", "Ln"),
    ("Court", "Ct"), ("Boulevard", "Blvd"), ("Place", "Pl"), ("Way", "Way"), ("Circle", "Cir"),
)  # fmt: skip
_SIDES = (("", ""), ("", ""), ("North ", "N "), ("South ", "S "), ("East ", "E "), ("West ", "W "))
_TOWNS = ("Riverton", "Alder Falls", "Milbrook", "Oxbow", "Cedar Point", "Harlan", "Vista Grande")
_MAIL = ("example.com", "example.org", "example.net", "mail.example.com")
_AREAS = ("208", "309", "415", "512")


@dataclass(frozen=True)
class Places:
    """``address`` and ``phone``: which entry is a household's in a year, by household and year.

    ``long`` and ``short`` spell the address behind an entry, ``unit`` its apartment or "".
    """

    address: np.ndarray
    phone: np.ndarray
    long: np.ndarray
    short: np.ndarray
    unit: np.ndarray
    postal: np.ndarray
    town: np.ndarray


def settled(rng: np.random.Generator, households: int) -> Places:
    """Homes for so many households, with their moves."""
    address, addresses = _versions(rng, households, _MOVE)
    phone, _ = _versions(rng, households, _NEW_PHONE)
    streets = _streets(rng, max(200, households // 60))
    blocks = max(3, int(households * _IN_BLOCKS / _HOMES_OF_BLOCK))
    kind = rng.random(addresses)
    building = np.where(
        kind < _IN_SHELTERS,
        rng.integers(0, _SHELTERS, addresses),
        _SHELTERS + rng.integers(0, blocks, addresses),
    )
    shared = kind < _IN_SHELTERS + _IN_BLOCKS
    building[~shared] = _SHELTERS + blocks + np.arange((~shared).sum())
    buildings = int(building.max()) + 1
    number = rng.integers(1, 9900, buildings).astype(str).astype(object)
    street = rng.integers(0, len(streets), buildings)
    postal = (street * 13) % _POSTAL_CODES
    unit = np.array([f"{n // 4 + 1}{'ABCD'[n % 4]}" for n in range(120)], dtype=object)
    in_block = shared & (kind >= _IN_SHELTERS)
    long = number + " " + np.array([s[0] for s in streets], dtype=object)[street]
    short = number + " " + np.array([s[1] for s in streets], dtype=object)[street]
    codes = np.array([f"62{n:03}" for n in range(_POSTAL_CODES)], dtype=object)
    return Places(
        address=address,
        phone=phone,
        long=long[building],
        short=short[building],
        unit=np.where(in_block, unit[rng.integers(0, len(unit), addresses)], ""),
        postal=codes[postal][building],
        town=np.array(_TOWNS, dtype=object)[postal % len(_TOWNS)][building],
    )


def phone_numbers(entries: np.ndarray, kind: int) -> np.ndarray:
    """Ten digits for each entry; ``kind`` keeps mothers', fathers' and children's apart."""
    mixed = (entries.astype(np.int64) * 3 + kind) * 2654435761 % 6_999_983
    area = np.array(_AREAS, dtype=object)[(entries * 3 + kind) % len(_AREAS)]
    return np.array(
        [f"{a}{2_000_000 + n}" for a, n in zip(area, mixed.tolist(), strict=True)], dtype=object
    )


def mail_addresses(names: np.ndarray, entries: np.ndarray) -> np.ndarray:
    """An e-mail address made of a name and a number of its own."""
    written = []
    for name, entry in zip(names, entries.tolist(), strict=True):
        first, *rest = name.lower().split(" ") or [""]
        last = rest[-1] if rest else ""
        made = f"{first}.{last}" if entry % 3 else f"{first[:1]}{last}"
        written.append(f"{made}{entry * 37 % 1000}@{_MAIL[entry % len(_MAIL)]}")
    return np.array(written, dtype=object)


def schools(rng: np.random.Generator, per_level: int = 60) -> np.ndarray:
    """Names of schools, by level (elementary, middle, high)."""
    named = name_lists.family()["white"].draw(rng, per_level * 3).reshape(3, per_level)
    kinds = np.array([["Elementary School"], ["Middle School"], ["High School"]], dtype=object)
    return named + " " + kinds


def _versions(rng: np.random.Generator, households: int, chance: float) -> tuple[np.ndarray, int]:
    """Which entry is whose in each year, and how many entries there are."""
    new = rng.random((households, YEARS)) < chance
    new[:, 0] = True
    return (np.cumsum(new.ravel()) - 1).reshape(households, YEARS), int(new.sum())


def _streets(rng: np.random.Generator, count: int) -> list[tuple[str, str]]:
    named = name_lists.family()["white"].draw(rng, count)
    kinds = rng.integers(0, len(_TYPES), count)
    sides = rng.integers(0, len(_SIDES), count)
    return [
        (f"{_SIDES[s][0]}{n} {_TYPES[k][0]}", f"{_SIDES[s][1]}{n} {_TYPES[k][1]}")
        for n, k, s in zip(named, kinds, sides, strict=True)
    ]
