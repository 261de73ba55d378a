"""Generate synthetic tables of children for the benchmarks of disclosure control.

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

GRADE_BANDS = ((0, 6), (0, 6), (0, 6), (6, 9), (9, 13), (0, 9), (0, 13))
"""Grades that a school offers, from and to; drawn with equal chance."""

RACES = (0.47, 0.22, 0.17, 0.06, 0.055, 0.02, 0.005)
GENDERS = (0.507, 0.488, 0.005)


@dataclass(frozen=True)
class TableSize:
    """The size of a synthetic table."""

    districts: int = 8
    schools: int = 60
    grades: int = 13
    races: int = 7
    genders: int = 3
    children: int = 30_000


def generate_counts(size: TableSize, seed: int) -> dict[tuple[str, ...], int]:
    """Generate children by district, school, grade, race and gender; empty keys are absent."""
    rng = np.random.default_rng(seed)
    district_of = np.concatenate(
        [np.arange(size.districts), rng.integers(0, size.districts, size.schools)]
    )[: size.schools]
    races = np.array(RACES[: size.races]) / sum(RACES[: size.races])
    genders = np.array(GENDERS[: size.genders]) / sum(GENDERS[: size.genders])
    mix = rng.dirichlet(races * 12, size.districts)
    weight = rng.gamma(3.0, size=size.schools)
    counts: dict[tuple[str, ...], int] = {}
    for school, district in enumerate(district_of.tolist()):
        first, last = GRADE_BANDS[rng.integers(len(GRADE_BANDS))]
        grades = range(first, min(last, size.grades)) or range(size.grades)
        people = size.children * weight[school] / weight.sum()
        school_races = rng.dirichlet(mix[district] * 40 + 0.02)
        rate = np.ones(len(grades))[:, None, None] / len(grades)
        rate = people * rate * school_races[None, :, None] * genders[None, None, :]
        children = rng.poisson(rate)
        for grade, race, gender in np.argwhere(children).tolist():
            key = (
                f"d{district:02}",
                f"s{school:03}",
                f"g{grades[grade]:02}",
                f"r{race}",
                f"x{gender}",
            )
            counts[key] = int(children[grade, race, gender])
    return counts


DIMS = ("district", "school", "grade", "race", "gender")
SCHOOLS = (Nest("school", "district"),)


def build_all_margins(size: TableSize, seed: int) -> TableRequest:
    """Build the request for every margin of the table."""
    return TableRequest(
        CellCounts(DIMS, generate_counts(size, seed)),
        (("school", "grade", "race", "gender"),),
        SCHOOLS,
    )


def build_dashboard(size: TableSize, seed: int) -> TableRequest:
    """Build the request for a dashboard: school by race by gender with districts."""
    return TableRequest(
        CellCounts(DIMS, generate_counts(size, seed)), (("school", "race", "gender"),), SCHOOLS
    )


def generate_design(seed: int) -> tuple[TableRequest, SuppressionRule]:
    """Generate a random design: two to four dimensions, one to three linked tables, and a rule.

    Some designs are nested or have outcomes.
    """
    rng = np.random.default_rng(seed)
    dims = ["place", "race", "gender", "grade"][: int(rng.integers(2, 5))]
    nested = bool(rng.integers(2))
    if nested:
        dims.insert(1, "school")
    keys: list[Key] = [()]
    for dim in dims:
        names = [f"{dim}{index}" for index in range(int(rng.integers(2, 5)))]
        is_nested = dim == "school"
        keys = [
            (*prefix, f"{prefix[0]}-{name}" if is_nested else name)
            for prefix in keys
            for name in names
        ]
    if rng.integers(2):
        dims.append(RESULT)
        keys = [(*key, name) for key in keys for name in ("yes", "no")]
    scale = float(rng.choice([2.0, 8.0, 40.0]))
    people = rng.poisson(rng.gamma(0.6, scale, len(keys))).tolist()
    groups = [dim for dim in dims if dim != RESULT]
    options = [
        group_set
        for size in (1, 2, 3)
        for group_set in combinations(groups, min(size, len(groups)))
    ]
    table_count = min(int(rng.integers(1, 4)), len(options))
    tables = tuple(options[index] for index in rng.choice(len(options), table_count, replace=False))
    rule = SuppressionRule(
        minimum=int(rng.integers(5, 17)),
        zeros=tuple(Zeros)[rng.integers(2)],
        sums=tuple(Sums)[rng.integers(2)],
    )
    cells = CellCounts(tuple(dims), dict(zip(keys, people, strict=True)))
    return TableRequest(cells, tables, (Nest("school", "place"),) if nested else ()), rule
