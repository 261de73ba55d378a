"""One contributor's part of counted rows, beside what is published of them."""

from dataclasses import replace
from typing import Any

from cairn.outputs.releases.protection import counts
from cairn.outputs.releases.protection.contributor_parts import (
    ContributorPart,
    compute_contributor_part,
    list_contributor_names,
)
from cairn.sdc.protect import protect_tables
from cairn.warehouse.exporters.release_files import ReleasedCell

TABLES = (("district", "school"), ("gender",))
YEAR = "2025-26"


def rows(**districts: dict[tuple[str, str], tuple[int, int]]) -> list[dict[str, Any]]:
    """By district, for each school and gender how many have the outcome and how many have not."""
    return [
        {
            "school_year": YEAR,
            "district": district,
            "school": school,
            "gender": gender,
            "result": result,
            "n": n,
        }
        for district, groups in districts.items()
        for (school, gender), pair in groups.items()
        for result, n in zip(("yes", "no"), pair, strict=True)
    ]


def compute_part(name: str, counted: list[dict[str, Any]]) -> ContributorPart:
    (year,) = counts.protect_outcome_years("o", counted, TABLES, 10, ())
    assert isinstance(year, counts.ProtectedOutcomeYear)
    return compute_contributor_part(name, counted, list(year.cells()), TABLES, 10)


def before(name: str, counted: list[dict[str, Any]]) -> ContributorPart:
    """The same, published before contributors were thought of."""
    (year,) = counts.protect_outcome_years("o", counted, TABLES, 10, ())
    assert isinstance(year, counts.ProtectedOutcomeYear)
    alone = replace(year, published=protect_tables(year.request, year.rule))
    return compute_contributor_part(name, counted, list(alone.cells()), TABLES, 10)


def map_numbers(cells: list[ReleasedCell]) -> dict[tuple[str, str, str, str], int | None]:
    return {
        (c.group.get("district"), c.group.get("school"), c.group.get("gender"), c.result): c.n
        for c in cells
    }


BOTH = {("1", "F"): (40, 60), ("1", "M"): (50, 50), ("2", "F"): (30, 40), ("2", "M"): (3, 40)}


def test_its_own_numbers_are_whole_where_the_public_sees_less() -> None:
    counted = rows(Elm=BOTH, Oak=BOTH, Ash=BOTH)
    mine = compute_part("Elm", counted)
    assert mine.hold == mine.tables
    numbers = map_numbers(mine.cells("o", YEAR))
    assert numbers[("Elm", "2", "All", "yes")] == 33
    assert numbers[("All", "All", "F", "yes")] == 70
    assert numbers[("All", "All", "All", "All")] == 313
    assert not any(key[0] in ("Oak", "Ash") for key in numbers)


FEW = {("1", "F"): (4, 8), ("1", "M"): (50, 50)}


def test_a_table_that_does_not_hold_has_no_number_of_its_own() -> None:
    counted = rows(Elm=BOTH, Oak=FEW, Ash={("1", "M"): (60, 40)})
    mine = before("Elm", counted)
    assert frozenset({"gender"}) not in mine.hold
    numbers = map_numbers(mine.cells("o", YEAR))
    assert ("All", "All", "F", "yes") not in numbers


def test_every_table_of_a_release_holds_for_whoever_has_two_others() -> None:
    """The release itself is protected from its contributors."""
    mine = compute_part("Elm", rows(Elm=BOTH, Oak=FEW, Ash={("1", "M"): (60, 40)}))
    assert mine.hold == mine.tables


def test_contributors_are_those_who_have_children_there() -> None:
    counted = rows(Elm=BOTH, Oak={("1", "F"): (0, 0)})
    assert list_contributor_names(counted) == {"Elm"}
    assert list_contributor_names([{"school_year": YEAR, "result": "yes", "n": 3}]) == frozenset()
