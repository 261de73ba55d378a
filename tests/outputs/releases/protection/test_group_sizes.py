"""Counted rows → numbers of children, beside rates and bands of the same children."""

from collections.abc import Mapping, Sequence
from itertools import product
from math import inf
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.sdc import conftest

from cairn.outputs.releases.merged_groups import build_grouping
from cairn.outputs.releases.protection import bands, certificates, counts, group_sizes
from cairn.outputs.releases.protection.counts import PublishedSnapshot
from cairn.outputs.releases.protection.group_sizes import ProtectedCountYear
from cairn.policy.facts.outputs.release import DifferencingConflict, DifferencingConflictKind
from cairn.sdc.tables.request import ALL

YEAR = "2025-26"
COUNT, RATE = "program_children", "program_participation"
RACE, PLACE = (("race_ethnicity",),), (("district",),)
Groups = Mapping[tuple[str, str], tuple[int, int]]
"""District and race → how many attended often, of how many."""

thorough = settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def rows(groups: Groups) -> list[dict[str, Any]]:
    return [
        {
            "school_year": YEAR, "district": district, "race_ethnicity": race,
            "result": result, "n": n,
        }
        for (district, race), (yes, size) in groups.items()
        for result, n in (("yes", yes), ("no", size - yes))
    ]  # fmt: skip


def count(groups: Groups, tables: Any, *past: PublishedSnapshot, minimum: int = 4) -> Any:
    (year,) = group_sizes.protect_count_years(COUNT, rows(groups), tables, minimum, (), past)
    return year


def rate(groups: Groups, tables: Any, *past: PublishedSnapshot) -> Any:
    (year,) = counts.protect_outcome_years(RATE, rows(groups), tables, 4, (), past)
    return year


def publish(year: Any, tables: Any, groups: Groups, *, public: bool = True) -> PublishedSnapshot:
    name = f"“{year.outcome}”"
    return PublishedSnapshot(name, tables, tuple(year.cells()), public, lambda _: rows(groups))


def shown(year: ProtectedCountYear, dimension: str = "race_ethnicity") -> dict[str, int | None]:
    return {cell.group.get(dimension): cell.n for cell in year.cells()}


SIZES: Groups = {
    ("Elm", "asian"): (10, 40), ("Elm", "black"): (20, 30), ("Elm", "white"): (0, 3),
    ("Oak", "asian"): (5, 25), ("Oak", "black"): (30, 60), ("Oak", "white"): (0, 0),
}  # fmt: skip


def test_a_number_is_shown_as_it_is_or_not_at_all() -> None:
    year = count(SIZES, (("district", "race_ethnicity"),), minimum=10)
    cells = {(c.group.get("district"), c.group.get("race_ethnicity")): c for c in year.cells()}
    county, empty, small = (cells[key] for key in ((ALL, ALL), ("Oak", "white"), ("Elm", "white")))
    assert (county.n, county.statistic, county.value, county.rounded_to, county.result) == (
        158, "count", "158", "1", ALL
    )  # fmt: skip
    assert (empty.n, empty.value, empty.withheld) == (0, "0", False)
    assert (small.n, small.value, small.withheld) == (None, None, True)
    assert cells["Elm", "asian"].n is None or cells["Elm", "black"].n is None
    kept = certificates.build_year_certificate(year)
    assert (kept["safe"], kept["small"], kept["contributors"]) == (True, 2, 2)
    assert kept["small"] + kept["complementary"] + kept["few_others"] == kept["withheld"]
    assert "statistic" not in kept


READERS = "program:Readers"


def _rows_of_readers(readers: Mapping[str, int], others: Mapping[str, int]) -> list[dict[str, Any]]:
    return [
        {"school_year": YEAR, "district": place, READERS: code, "result": "yes", "n": n}
        for code, sizes in (("yes", readers), ("no", others))
        for place, n in sizes.items()
    ]


@pytest.mark.parametrize(
    ("others", "is_shown"), [({"Elm": 2, "Oak": 3}, False), ({"Elm": 20, "Oak": 30}, True)]
)
def test_a_program_that_no_table_names_cannot_subtract_its_own_children(
    others: Mapping[str, int], is_shown: bool
) -> None:
    counted = _rows_of_readers({"Elm": 120, "Oak": 115}, others)
    (year,) = group_sizes.protect_count_years(COUNT, counted, PLACE, 10, ())
    assert READERS in {contributor.name for contributor in year.contributors}
    places = {cell.group.get("district"): cell.n for cell in year.cells()}
    assert all((places[place] is not None) is is_shown for place in others)
    assert {cell.group.get(READERS) for cell in year.cells()} == {ALL}
    (rates,) = counts.protect_outcome_years(RATE, counted, PLACE, 10, ())
    assert READERS in {contributor.name for contributor in rates.contributors}


def test_merged_groups_are_counted_as_one() -> None:
    (year,) = group_sizes.protect_count_years(
        COUNT, rows(SIZES), RACE, 4, (), (), build_grouping([["asian", "white"]])
    )
    assert shown(year) == {"asian+white": 68, "black": 90, ALL: 158}


def test_what_is_public_stays_and_what_few_changed_is_stopped() -> None:
    before = publish(count(SIZES, RACE), RACE, SIZES)
    # The white children are three: a stricter minimum would hide the black ones with them.
    again = count(SIZES, RACE, before, minimum=10)
    assert (shown(again), again.hides, again.beside) == (shown(count(SIZES, RACE)), (), 1)
    few_more = SIZES | {("Elm", "asian"): (10, 42)}
    found = count(few_more, RACE, before)
    assert found.how is DifferencingConflictKind.TELLS_OF_FEW
    assert found.releases == ("“program_children”",)
    others = {key: (0, 60 if key[1] == "black" else 5) for key in SIZES}
    assert count(others, RACE, before).how is DifferencingConflictKind.OTHER_CHILDREN


def test_a_count_that_would_hide_a_public_number_says_which() -> None:
    """Twelve came to one district: with the number of then, who came to the other follows."""
    before = publish(count(SIZES, PLACE), PLACE, SIZES)
    more = SIZES | {("Elm", "asian"): (10, 52), ("Oak", "asian"): (5, 26)}
    found = count(more, PLACE, before)
    assert found.hides == ("“program_children”",)


DISTRICT_AND_RACE = (*product(("Elm", "Oak"), ("asian", "black")),)
WAYS = (("count", RACE), ("rate", RACE), ("count", ()), ("rate", ((),)))


@pytest.mark.slow
@thorough
@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=3, max_size=3),
    st.permutations(WAYS),
)
def test_counts_and_rates_of_the_same_children_expose_nothing_in_any_order(
    sizes: list[tuple[int, int]], ways: list[tuple[str, Any]]
) -> None:
    """A reader without limit of patience adds up the number, and those of the rate."""
    groups = {
        ("Elm", race): (yes, yes + no)
        for race, (yes, no) in zip(("asian", "black", "white"), sizes, strict=True)
    }
    past: list[PublishedSnapshot] = []
    together: dict[tuple[str, ...], int | None] = {}
    for kind, tables in ways:
        year = (count if kind == "count" else rate)(groups, tables or ((),), *past)
        if isinstance(year, DifferencingConflict):
            continue
        past.insert(0, publish(year, tables or ((),), groups))
        for cell in year.cells():
            key = (cell.group.get("race_ethnicity"), cell.result)
            together[key] = cell.n if cell.n is not None else together.get(key)
    possible = conftest._possible_values(
        ("race_ethnicity", "result"), together, most=9, enough=2,
        at_least_one=lambda key: key[1] == ALL,
    )  # fmt: skip
    for key, values in possible.items():
        assert len(values) >= 2, key


@thorough
@given(st.lists(st.integers(0, 9), min_size=4, max_size=4), st.sampled_from((RACE, PLACE)))
def test_the_size_classes_of_bands_narrow_no_number_that_is_withheld(
    sizes: list[int], band_tables: Any
) -> None:
    """What every whole table allows beside the bands, it still allows beside the count."""
    groups = {key: (n // 2, n) for key, n in zip(DISTRICT_AND_RACE, sizes, strict=True)}
    try:
        (before,) = bands.protect_outcome_bands(RATE, rows(groups), band_tables, 4, ())
    except bands.NoSafeBandsError:
        return
    past = publish(before, band_tables, groups)
    year = count(groups, RACE, past)
    if isinstance(year, DifferencingConflict):
        assert year.releases == ("“program_participation”",)
        return
    classes = read_classes(past)
    numbers = {(ALL, race): n for race, n in shown(year).items()}
    only_bands = list_possible_sizes(DISTRICT_AND_RACE, classes, {})
    both = list_possible_sizes(DISTRICT_AND_RACE, classes, numbers)
    for key, n in numbers.items():
        if n is None:
            assert len(both[key]) >= 2 or both[key] == only_bands[key], key


@thorough
@example([0, 1, 9, 5], RACE)
@given(st.lists(st.integers(0, 9), min_size=4, max_size=4), st.sampled_from((RACE, PLACE)))
def test_size_classes_that_come_later_narrow_no_number_that_a_count_withheld(
    sizes: list[int], band_tables: Any
) -> None:
    groups = {key: (n // 2, n) for key, n in zip(DISTRICT_AND_RACE, sizes, strict=True)}
    past = publish(count(groups, RACE), RACE, groups)
    try:
        (before,) = bands.protect_outcome_bands(RATE, rows(groups), band_tables, 4, ())
    except bands.NoSafeBandsError:
        return
    year = group_sizes.audit_bands_beside_counts(before, band_tables, [past])
    if isinstance(year, DifferencingConflict):
        assert year.releases == ("“program_children”",)
        return
    numbers = {(ALL, cell.group.get("race_ethnicity")): cell.n for cell in past.cells}
    classes = read_classes(publish(year, band_tables, groups))
    only_count = list_possible_sizes(DISTRICT_AND_RACE, {}, numbers)
    both = list_possible_sizes(DISTRICT_AND_RACE, classes, numbers)
    for key, n in numbers.items():
        if n is None:
            assert len(both[key]) >= 2 or both[key] == only_count[key], key


def test_what_no_audit_covers_is_stopped_beside_bands() -> None:
    (made,) = bands.protect_outcome_bands(RATE, rows(SIZES), RACE, 4, ())
    in_bands = publish(made, RACE, SIZES)
    more = SIZES | {("Oak", "black"): (30, 400)}
    exact = publish(rate(SIZES, PLACE), PLACE, SIZES)
    kinds = DifferencingConflictKind
    assert count(more, RACE, in_bands).how is kinds.OTHER_CHILDREN
    assert count(SIZES, RACE, in_bands, exact).how is kinds.TELLS_OF_FEW
    assert group_sizes.audit_bands_beside_counts(made, RACE, [in_bands, exact]) is made
    other_count = publish(count(more, RACE), RACE, more)
    stopped = group_sizes.audit_bands_beside_counts(made, RACE, [other_count])
    assert isinstance(stopped, DifferencingConflict)
    assert stopped.how is kinds.OTHER_CHILDREN


def read_classes(past: PublishedSnapshot) -> dict[tuple[str, str], tuple[float, float]]:
    return {
        (cell.group.get("district"), cell.group.get("race_ethnicity")): (
            cell.size_low or 0, inf if cell.size_high is None else cell.size_high,
        )
        for cell in past.cells
    }  # fmt: skip


def list_possible_sizes(
    keys: Sequence[tuple[str, str]],
    classes: Mapping[tuple[str, str], tuple[float, float]],
    numbers: Mapping[tuple[str, str], int | None],
) -> dict[tuple[str, str], set[int]]:
    """Try every whole table; a withheld number is at least one, since empty groups are shown."""
    tables = np.indices((12,) * len(keys)).reshape(len(keys), -1)
    margins = [*product((ALL, "Elm", "Oak"), (ALL, "asian", "black"))]
    sums = {
        margin: sum(
            column
            for key, column in zip(keys, tables, strict=True)
            if all(m in (ALL, k) for m, k in zip(margin, key, strict=True))
        )
        for margin in margins
    }
    fits = np.ones(tables.shape[1], np.bool_)
    for key, (low, high) in classes.items():
        fits &= (low <= sums[key]) & (sums[key] <= high)
    for key, n in numbers.items():
        fits &= sums[key] >= 1 if n is None else sums[key] == n
    return {margin: set(sums[margin][fits].tolist()) for margin in margins}
