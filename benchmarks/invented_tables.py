"""Invented tables of children for the benchmarks of disclosure control. Nobody in them lives.

Schools lie in districts and offer a band of grades each; races are as unequally spread over the
schools as in life, the third gender is rare. The counts of a grade that a school does not offer
are zero by structure.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from cairn.sdc.options import Sums, Zeros
from cairn.sdc.tables.request import RESULT, CellCounts, Key, Nest, TableRequest
from cairn.sdc.tables.rule import SuppressionRule

BANDS = ((0, 6), (0, 6), (0, 6), (6, 9), (9, 13), (0, 9), (0, 13))
"""Grades that a school offers, from and to; drawn with equal chance."""

RACES = (0.47, 0.22, 0.17, 0.06, 0.055, 0.02, 0.005)
GENDERS = (0.507, 0.488, 0.005)


@dataclass(frozen=True)
class Size:
    """How large an invented table is."""

    districts: int = 8
    schools: int = 60
    grades: int = 13
    races: int = 7
    genders: int = 3
    children: int = 30_000


def state(size: Size, seed: int) -> dict[tuple[str, ...], int]:
    """Children by district, school, grade, race and gender; keys without children are absent."""
    chance = np.random.default_rng(seed)
    district_of = np.concatenate(
        [np.arange(size.districts), chance.integers(0, size.districts, size.schools)]
    )[: size.schools]
    races = np.array(RACES[: size.races]) / sum(RACES[: size.races])
    genders = np.array(GENDERS[: size.genders]) / sum(GENDERS[: size.genders])
    mix = chance.dirichlet(races * 12, size.districts)
    weight = chance.gamma(3.0, size=size.schools)
    counts: dict[tuple[str, ...], int] = {}
    for school, district in enumerate(district_of.tolist()):
        first, last = BANDS[chance.integers(len(BANDS))]
        grades = range(first, min(last, size.grades)) or range(size.grades)
        people = size.children * weight[school] / weight.sum()
        own = chance.dirichlet(mix[district] * 40 + 0.02)
        rate = np.ones(len(grades))[:, None, None] / len(grades)
        rate = people * rate * own[None, :, None] * genders[None, None, :]
        found = chance.poisson(rate)
        for grade, race, gender in np.argwhere(found).tolist():
            key = (
                f"d{district:02}",
                f"s{school:03}",
                f"g{grades[grade]:02}",
                f"r{race}",
                f"x{gender}",
            )
            counts[key] = int(found[grade, race, gender])
    return counts


DIMS = ("district", "school", "grade", "race", "gender")
SCHOOLS = (Nest("school", "district"),)


def all_margins(size: Size, seed: int) -> TableRequest:
    """Every margin of the table."""
    return TableRequest(
        CellCounts(DIMS, state(size, seed)), (("school", "grade", "race", "gender"),), SCHOOLS
    )


def dashboard(size: Size, seed: int) -> TableRequest:
    """What a dashboard shows: school by race by gender with districts."""
    return TableRequest(
        CellCounts(DIMS, state(size, seed)), (("school", "race", "gender"),), SCHOOLS
    )


def design(seed: int) -> tuple[TableRequest, SuppressionRule]:
    """A random design: two to four dimensions, now and then nested or with outcomes, one to three
    linked tables, and a rule."""
    chance = np.random.default_rng(seed)
    dims = ["place", "race", "gender", "grade"][: int(chance.integers(2, 5))]
    nested = bool(chance.integers(2))
    if nested:
        dims.insert(1, "school")
    keys: list[Key] = [()]
    for dim in dims:
        names = [f"{dim}{at}" for at in range(int(chance.integers(2, 5)))]
        inside = dim == "school"
        keys = [(*k, f"{k[0]}-{name}" if inside else name) for k in keys for name in names]
    if chance.integers(2):
        dims.append(RESULT)
        keys = [(*key, name) for key in keys for name in ("yes", "no")]
    scale = float(chance.choice([2.0, 8.0, 40.0]))
    people = chance.poisson(chance.gamma(0.6, scale, len(keys))).tolist()
    groups = [dim for dim in dims if dim != RESULT]
    options = [c for size in (1, 2, 3) for c in combinations(groups, min(size, len(groups)))]
    many = min(int(chance.integers(1, 4)), len(options))
    tables = tuple(options[at] for at in chance.choice(len(options), many, replace=False))
    rule = SuppressionRule(
        minimum=int(chance.integers(5, 17)),
        zeros=tuple(Zeros)[chance.integers(2)],
        sums=tuple(Sums)[chance.integers(2)],
    )
    cells = CellCounts(tuple(dims), dict(zip(keys, people, strict=True)))
    return TableRequest(cells, tables, (Nest("school", "place"),) if nested else ()), rule
