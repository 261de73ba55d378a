"""Merges: worth trying by the truth, counted by what is then shown after full protection."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sdc.test_properties import requests

from cairn.sdc.audit.table_audit import audit_tables
from cairn.sdc.options import Sums, Zeros
from cairn.sdc.perturbation.global_recoding import (
    VALUE_SEPARATOR,
    CategoryMerge,
    find_best_merges,
    merge_categories,
)
from cairn.sdc.perturbation.information_loss import count_shown_cells, count_shown_people
from cairn.sdc.protect import protect_tables
from cairn.sdc.tables.published_tables import PublishedTables
from cairn.sdc.tables.request import RESULT, CellCounts, Key, Nest, TableRequest
from cairn.sdc.tables.rule import SuppressionRule

RULE = SuppressionRule(zeros=Zeros.COVER, sums=Sums.FREE)


def protected(request: TableRequest) -> PublishedTables:
    return protect_tables(request, RULE)


def find_merges(request: TableRequest) -> tuple[CategoryMerge, ...]:
    return find_best_merges(request, RULE, protected(request), protected)


def by_school(races: dict[str, list[int]]) -> TableRequest:
    counts = {(f"s{at}", race): n for race, ns in races.items() for at, n in enumerate(ns)}
    return TableRequest(CellCounts(("school", "race"), counts), (("school", "race"),))


def test_two_small_races_become_one_number() -> None:
    request = by_school({"a": [40, 50, 60], "b": [33, 24, 51], "c": [6, 7, 8], "d": [7, 5, 6]})
    best = find_merges(request)[0]
    assert (best.dim, best.values, best.name) == ("race", ("c", "d"), "c + d")
    after = protected(merge_categories(request, best))
    before = protected(request)
    assert after.withheld == 0
    assert best.cells == count_shown_cells(after) - count_shown_cells(before)
    assert best.people == count_shown_people(
        merge_categories(request, best), after
    ) - count_shown_people(request, before)


def test_a_group_grows_until_it_is_large_enough() -> None:
    small = {name: [4, 5, 4] for name in "cdef"}
    request = by_school({"a": [40, 50, 60], "b": [33, 24, 51], **small})
    assert find_merges(request)[0].values in {
        ("c", "d", "e"),
        ("c", "d", "f"),
        ("c", "d", "e", "f"),
    }


def test_nothing_withheld_needs_no_merge() -> None:
    assert find_merges(by_school({"a": [40, 50], "b": [33, 24], "c": [30, 40]})) == ()


def test_two_values_are_never_merged_into_none() -> None:
    """Merging all there is would leave the dimension out."""
    assert find_merges(by_school({"a": [40, 3], "b": [33, 24]})) == ()


def test_grades_are_merged_with_their_neighbors() -> None:
    people = {"K": 40, "1": 50, "2": 40, "3": 7, "4": 5, "10": 40}
    counts = {(grade, gender): n for grade, n in people.items() for gender in ("f", "m")}
    request = TableRequest(CellCounts(("grade", "gender"), counts), (("grade", "gender"),))
    merges = [one.values for one in find_merges(request) if one.dim == "grade"]
    assert ("3", "4") in merges
    order = ["K", "1", "2", "3", "4", "10"]
    assert all(VALUE_SEPARATOR.join(values) in VALUE_SEPARATOR.join(order) for values in merges)


def test_a_run_of_grades_grows_on_either_side() -> None:
    people = {"1": 40, "2": 5, "3": 4, "4": 4, "5": 5, "6": 40, "7": 40}
    counts = {(grade, gender): n for grade, n in people.items() for gender in ("f", "m", "x")}
    request = TableRequest(CellCounts(("grade", "gender"), counts), (("grade", "gender"),))
    assert ("2", "3", "4", "5") in [one.values for one in find_merges(request)]


def test_the_first_and_the_last_grade_have_one_neighbor() -> None:
    for people in ([4, 5, 5, 40, 40], [40, 40, 4, 5, 5]):
        counts = {(f"{at}", sex): n for at, n in enumerate(people) for sex in ("f", "m", "x")}
        request = TableRequest(CellCounts(("grade", "gender"), counts), (("grade", "gender"),))
        assert find_merges(request)


def test_schools_are_merged_within_their_district() -> None:
    counts: dict[Key, int] = {}
    for district in ("east", "west"):
        for school, n in {"a": 6, "b": 7, "c": 60, "d": 70}.items():
            counts |= {(district, f"{district} {school}", race): n for race in ("x", "y")}
    request = TableRequest(
        CellCounts(("district", "school", "race"), counts),
        (("school", "race"),),
        (Nest("school", "district"),),
    )
    merges = [one for one in find_merges(request) if one.dim == "school"]
    assert merges
    for one in merges:
        assert len({value.split()[0] for value in one.values}) == 1


def test_a_name_that_is_taken_is_not_offered() -> None:
    request = by_school({"a": [40, 50, 60], "c": [6, 7, 8], "d": [7, 5, 6], "c + d": [90, 90, 90]})
    assert all(one.name != "c + d" for one in find_merges(request))


def test_a_dimension_that_no_table_names_is_left_alone() -> None:
    counts = {(s, g): 6 + 30 * at for at, s in enumerate("abcd") for g in ("f", "m", "x")}
    request = TableRequest(CellCounts(("school", "gender"), counts), (("school",),))
    assert all(one.dim == "school" for one in find_merges(request))


def test_outcomes_are_merged_with_their_group() -> None:
    counts = {
        (race, result): n
        for race, (yes, no) in {"a": (50, 90), "b": (40, 60), "c": (6, 9), "d": (7, 8)}.items()
        for result, n in (("yes", yes), ("no", no))
    }
    request = TableRequest(CellCounts(("race", RESULT), counts), (("race",),))
    assert find_merges(request)[0].values == ("c", "d")


@settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(requests(), st.sampled_from(Zeros), st.sampled_from(Sums))
def test_a_merge_is_true_and_protected(request: TableRequest, zeros: Zeros, sums: Sums) -> None:
    rule = SuppressionRule(zeros=zeros, sums=sums)
    before = protect_tables(request, rule)
    for one in find_best_merges(request, rule, before, lambda r: protect_tables(r, rule), tries=2):
        coarser = merge_categories(request, one)
        assert sum(coarser.cells.counts.values()) == sum(request.cells.counts.values())
        after = protect_tables(coarser, rule)
        again = audit_tables(
            after.dims,
            {cell.key: cell.n for cell in after.cells},
            coarser.tables,
            coarser.nests,
            rule,
        )
        assert again.safe
        assert one.cells == count_shown_cells(after) - count_shown_cells(before) >= 0
        assert (
            one.people
            == count_shown_people(coarser, after) - count_shown_people(request, before)
            > 0
        )


def test_places_of_schools_that_no_table_shows_are_not_merged() -> None:
    cells = {(f"place{n}", f"place{n}-school", "a"): n for n in range(3)}
    request = TableRequest(
        CellCounts(("place", "school", "race"), cells), (("race",),), (Nest("school", "place"),)
    )
    assert find_merges(request) == ()


def test_only_dimensions_named_and_no_value_that_names_nobody() -> None:
    request = by_school(
        {"a": [40, 50, 60], "b": [33, 24, 51], "c": [6, 7, 8], "none": [70, 50, 60], "d": [5, 8, 6]}
    )
    rule = SuppressionRule(zeros=Zeros.COVER, sums=Sums.FREE, unnamed=frozenset({"none"}))
    before = protect_tables(request, rule)
    merges = find_best_merges(
        request, rule, before, lambda r: protect_tables(r, rule), dims=("race",)
    )
    assert {one.dim for one in merges} == {"race"}
    assert all("none" not in one.values for one in merges)
    assert (
        find_best_merges(request, rule, before, lambda r: protect_tables(r, rule), dims=("other",))
        == ()
    )
