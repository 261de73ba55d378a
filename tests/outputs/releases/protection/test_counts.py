"""Counted rows → protected cells."""

from typing import Any

import pytest

from cairn.outputs.releases.protection import counts as protection_counts
from cairn.outputs.releases.protection.counts import ProtectedOutcomeYear


def rows(*counts: tuple[str, str, str, int]) -> list[dict[str, Any]]:
    """School year, district, school and how many of a hundred reached it."""
    return [
        {"school_year": year, "district": district, "school": school, "result": result, "n": n}
        for year, district, school, yes in counts
        for result, n in (("yes", yes), ("no", 100 - yes))
    ]


def protect(
    *counts: tuple[str, str, str, int], wanted: tuple[str, ...] = ()
) -> list[ProtectedOutcomeYear]:
    return list(
        protection_counts.protect_outcome_years(
            "o", rows(*counts), [["district", "school"]], 10, wanted
        )
    )


def test_two_districts_may_give_a_school_the_same_code() -> None:
    (year,) = protect(("2025-26", "Elm", "1", 40), ("2025-26", "Oak", "1", 60))
    found = {
        (c.group.get("district"), c.group.get("school")): c.n
        for c in year.cells()
        if c.result == "yes"
    }
    assert found[("Elm", "1")] == 40
    assert found[("Oak", "1")] == 60
    assert found[("All", "All")] == 100


def test_a_school_in_two_districts_is_no_obstacle_and_a_small_one_is_withheld() -> None:
    (year,) = protect(
        ("2025-26", "Elm", "not_on_record", 95),
        ("2025-26", "Oak", "not_on_record", 60),
        ("2025-26", "Elm", "1", 40),
    )
    found = {(c.group.get("district"), c.group.get("school"), c.result): c.n for c in year.cells()}
    assert found[("Elm", "not_on_record", "no")] is None
    assert found[("Elm", "not_on_record", "yes")] is None
    assert found[("Elm", "not_on_record", "All")] == 100
    assert year.published.certificate.safe


def test_each_year_stands_alone_and_a_cohort_ends_in_one() -> None:
    counts = (("2024-25", "Elm", "1", 40), ("2026", "Elm", "1", 50))
    assert [y.school_year for y in protect(*counts)] == ["2024-25", "2026"]
    assert [y.school_year for y in protect(*counts, wanted=("2025-26",))] == ["2026"]


def test_without_a_breakdown_there_is_the_county() -> None:
    (year,) = protection_counts.protect_outcome_years(
        "o", rows(("2025-26", "Elm", "1", 40)), ((),), 10, ()
    )
    assert [(c.result, c.n) for c in year.cells()] == [("All", 100), ("no", 60), ("yes", 40)]


def test_no_minimum_is_so_small_that_nothing_can_hide() -> None:
    (year,) = protection_counts.protect_outcome_years(
        "o", rows(("2025-26", "Elm", "1", 97)), ((),), 2, ()
    )
    assert {c.result: c.n for c in year.cells()} == {"All": 100, "no": None, "yes": None}


def by_race(**districts: dict[str, tuple[int, int]]) -> list[dict[str, Any]]:
    return [
        {
            "school_year": "2025-26", "district": district, "race_ethnicity": race,
            "result": result, "n": n,
        }
        for district, races in districts.items()
        for race, pair in races.items()
        for result, n in zip(("yes", "no"), pair, strict=True)
    ]  # fmt: skip


LARGE = {"x": (40, 60), "y": (40, 60)}


def protect_counts(counted: list[dict[str, Any]]) -> ProtectedOutcomeYear:
    (year,) = protection_counts.protect_outcome_years("o", counted, [["race_ethnicity"]], 10, ())
    assert isinstance(year, ProtectedOutcomeYear)
    return year


def test_a_district_cannot_work_out_few_others_of_a_county_number() -> None:
    """The tables name no district, and yet each knows its own: Elm 40 of the 46 of race y."""
    few = {"x": (30, 70), "y": (3, 2)}
    year = protect_counts(by_race(Elm=LARGE, Oak=few, Ash=few, not_on_record={"x": (20, 20)}))
    numbers = {(c.group.get("race_ethnicity"), c.result): c.n for c in year.cells()}
    assert numbers[("y", "yes")] is None
    assert {c.group.get("district") for c in year.cells()} == {"All"}
    assert set(year.audits) == {"Ash", "Elm", "Oak"}
    assert year.published.explanation.few_others


def test_what_only_two_have_children_in_is_counted() -> None:
    """Each of the two has the other's number, which is no small one."""
    assert protect_counts(by_race(Elm=LARGE, Oak=LARGE)).two_contributor_count == 9
    assert not protect_counts(by_race(Elm=LARGE, Oak=LARGE, Ash=LARGE)).two_contributor_count
    assert not protect_counts(
        by_race(Elm=LARGE, Oak=LARGE, not_on_record=LARGE)
    ).two_contributor_count
    assert not protect_counts(by_race(Elm=LARGE)).two_contributor_count


def test_where_there_is_one_district_nobody_has_others() -> None:
    """Three children on no record are somebody's, and there is nobody else."""
    year = protect_counts(by_race(Elm=LARGE, not_on_record={"x": (1, 2)}, Oak={"x": (0, 0)}))
    assert not year.contributors
    assert not year.published.withheld


@pytest.mark.parametrize(
    ("requested", "selected"),
    [
        ((), {"2024-25", "2025-26", "2025-26 S1", "2025-26 S2", "2026"}),
        (("2025-26",), {"2025-26", "2025-26 S1", "2025-26 S2", "2026"}),
        (("2025-26", "2025-26 S1"), {"2025-26", "2025-26 S1", "2026"}),
        (("2025-26 S2",), {"2025-26 S2"}),
        (("2024-25",), {"2024-25"}),
    ],
)
def test_half_years_belong_to_their_school_year(
    requested: tuple[str, ...], selected: set[str]
) -> None:
    years = {"2024-25", "2025-26", "2025-26 S1", "2025-26 S2", "2026"}
    assert protection_counts.select_requested_years(years, requested) == selected
