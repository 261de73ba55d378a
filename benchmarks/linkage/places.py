"""Generate addresses, phones and e-mail of households over the years.

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
    """Addresses and phones of households over the years.

    Attributes:
        address: entry of a household's address in a year, by household and year.
        phone: entry of a household's phone in a year, by household and year.
        long: street of an address entry, spelled out.
        short: street of an address entry, abbreviated.
        unit: apartment of an address entry, or "".
        postal: postal code of an address entry.
        town: town of an address entry.
    """

    address: np.ndarray
    phone: np.ndarray
    long: np.ndarray
    short: np.ndarray
    unit: np.ndarray
    postal: np.ndarray
    town: np.ndarray


def generate_places(rng: np.random.Generator, households: int) -> Places:
    """Generate homes for some households, with their moves."""
    address, addresses = _draw_versions(rng, households, _MOVE)
    phone, _ = _draw_versions(rng, households, _NEW_PHONE)
    streets = _draw_streets(rng, max(200, households // 60))
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


def build_phone_numbers(entries: np.ndarray, kind: int) -> np.ndarray:
    """Build ten digits for each entry; ``kind`` separates mothers, fathers and children."""
    mixed = (entries.astype(np.int64) * 3 + kind) * 2654435761 % 6_999_983
    area = np.array(_AREAS, dtype=object)[(entries * 3 + kind) % len(_AREAS)]
    return np.array(
        [f"{a}{2_000_000 + n}" for a, n in zip(area, mixed.tolist(), strict=True)], dtype=object
    )


def build_mail_addresses(names: np.ndarray, entries: np.ndarray) -> np.ndarray:
    """Build an e-mail address of each name with a number of its own."""
    addresses = []
    for name, entry in zip(names, entries.tolist(), strict=True):
        first, *rest = name.lower().split(" ") or [""]
        last = rest[-1] if rest else ""
        user = f"{first}.{last}" if entry % 3 else f"{first[:1]}{last}"
        addresses.append(f"{user}{entry * 37 % 1000}@{_MAIL[entry % len(_MAIL)]}")
    return np.array(addresses, dtype=object)


def draw_school_names(rng: np.random.Generator, per_level: int = 60) -> np.ndarray:
    """Draw names of schools, by level (elementary, middle, high)."""
    names = name_lists.load_surnames()["white"].draw(rng, per_level * 3).reshape(3, per_level)
    kinds = np.array([["Elementary School"], ["Middle School"], ["High School"]], dtype=object)
    return names + " " + kinds


def _draw_versions(
    rng: np.random.Generator, households: int, chance: float
) -> tuple[np.ndarray, int]:
    """Draw the entry of each household in each year; return it with the number of entries."""
    new = rng.random((households, YEARS)) < chance
    new[:, 0] = True
    return (np.cumsum(new.ravel()) - 1).reshape(households, YEARS), int(new.sum())


def _draw_streets(rng: np.random.Generator, count: int) -> list[tuple[str, str]]:
    names = name_lists.load_surnames()["white"].draw(rng, count)
    kinds = rng.integers(0, len(_TYPES), count)
    sides = rng.integers(0, len(_SIDES), count)
    return [
        (f"{_SIDES[s][0]}{n} {_TYPES[k][0]}", f"{_SIDES[s][1]}{n} {_TYPES[k][1]}")
        for n, k, s in zip(names, kinds, sides, strict=True)
    ]
