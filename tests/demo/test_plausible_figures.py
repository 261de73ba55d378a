"""The figures of a perfect count are plausible: level, disparity, trend, small cells."""

from collections import defaultdict
from collections.abc import Callable

import pytest

from cairn.warehouse.measures.outcomes import load_outcome_catalogue

Rows = list[dict[str, str]]
RANGES = {
    "kindergarten_readiness": (0.40, 0.62),
    "early_grade_reading": (0.40, 0.60),
    "middle_grade_math": (0.25, 0.48),
    "high_school_graduation": (0.80, 0.95),
    "postsecondary_enrollment": (0.50, 0.75),
    "postsecondary_success": (0.28, 0.55),
    "workforce_success": (0.60, 0.80),
    "chronic_absence": (0.13, 0.30),
}


def rates(outcomes: Rows, outcome: str, by: Callable[[dict[str, str]], str]) -> dict[str, float]:
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in outcomes:
        if row["outcome"] == outcome:
            counts[by(row)][0] += int(row["numerator"])
            counts[by(row)][1] += int(row["denominator"])
    return {key: met / all_ for key, (met, all_) in counts.items()}


def test_every_outcome_of_the_catalogue_is_counted(outcomes: Rows) -> None:
    # What children have is measured, not counted; the invented families answer no survey, and the
    # number of children in programs is not published beside the rate of students in programs.
    counted = {name for name, one in load_outcome_catalogue().items() if not one.measure}
    counted -= {"family_welcome", "program_children"}
    assert {row["outcome"] for row in outcomes} == counted
    # Programs send one year, and their truth is a test of `test_perfect_linkage`.
    assert set(RANGES) == counted - {"program_reach", "program_participation"}


@pytest.mark.parametrize("outcome", RANGES)
def test_levels_are_plausible_in_every_year(outcomes: Rows, outcome: str) -> None:
    low, high = RANGES[outcome]
    by_year = rates(outcomes, outcome, lambda row: row["year"])
    assert len(by_year) >= 3
    for year, rate in by_year.items():
        assert low - 0.06 < rate < high + 0.06, year
    whole = rates(outcomes, outcome, lambda _: "all")["all"]
    assert low < whole < high


@pytest.mark.parametrize("outcome", RANGES)
def test_groups_differ(outcomes: Rows, outcome: str) -> None:
    by_group = rates(outcomes, outcome, lambda row: row["race_ethnicity"])
    gap = by_group["white"] - by_group["hispanic"]
    assert (0.03 if outcome != "chronic_absence" else -0.25) < gap
    assert gap < (0.35 if outcome != "chronic_absence" else -0.06)


def test_absence_falls_and_readiness_rises(outcomes: Rows) -> None:
    absence = rates(outcomes, "chronic_absence", lambda row: row["year"])
    assert absence["2021-22"] > absence["2025-26"] + 0.04
    readiness = rates(outcomes, "kindergarten_readiness", lambda row: row["year"])
    first = readiness["2021-22"] + readiness["2022-23"]
    last = readiness["2024-25"] + readiness["2025-26"]
    assert last > first


def test_schools_differ(outcomes: Rows) -> None:
    by_school = rates(outcomes, "chronic_absence", lambda row: row["school"])
    assert len(by_school) == 30
    assert max(by_school.values()) - min(by_school.values()) > 0.08


def test_some_cells_are_small(outcomes: Rows) -> None:
    sizes = [int(row["denominator"]) for row in outcomes if row["outcome"] == "chronic_absence"]
    small = sum(size < 10 for size in sizes)
    assert 0.1 < small / len(sizes) < 0.95
    for row in outcomes:
        assert 0 <= int(row["numerator"]) <= int(row["denominator"])
