"""Counted rows → percentage bands, beside what is published, against unlimited patience."""

import pickle
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sdc.audit.test_band_attack import list_exposed

from cairn.outputs.releases.merged_groups import build_grouping
from cairn.outputs.releases.protection import bands, counts
from cairn.outputs.releases.protection.bands import NoSafeBandsError, ProtectedBandYear
from cairn.outputs.releases.protection.counts import ProtectedOutcomeYear, PublishedSnapshot
from cairn.policy.facts.outputs.release import DifferencingConflict, DifferencingConflictKind
from cairn.sdc.audit.band_attack import BandRelease
from cairn.sdc.options import ReleaseMethod
from cairn.sdc.perturbation.percentage_bands import build_band_population
from cairn.sdc.tables import PublishedGroup

YEAR = "2025-26"
DISTRICTS = (("district",),)
RACE, BOTH = (("race_ethnicity",),), (("district", "race_ethnicity"),)
Rates = Mapping[tuple[str, str], tuple[int, int]]
"""Two dimensions, such as district and race → how many have the outcome, of how many."""

PROGRAMS = ("program:Readers", "program:Lift")
IN_READERS, IN_EITHER = (PROGRAMS[:1],), (PROGRAMS[:1], PROGRAMS[1:])


def rows(rates: Rates) -> list[dict[str, Any]]:
    dims = PROGRAMS if ("yes", "yes") in rates else ("district", "race_ethnicity")
    return [
        {
            "school_year": YEAR, "district": "Elm", **dict(zip(dims, key, strict=True)),
            "result": result, "n": n,
        }
        for key, (yes, size) in rates.items()
        for result, n in (("yes", yes), ("no", size - yes))
    ]  # fmt: skip


def in_bands(rates: Rates, tables: Any, *earlier: PublishedSnapshot) -> Any:
    (year,) = bands.protect_outcome_bands("o", rows(rates), tables, 4, (), earlier)
    return year


def in_numbers(rates: Rates, tables: Any, *earlier: PublishedSnapshot) -> Any:
    (year,) = counts.protect_outcome_years("o", rows(rates), tables, 4, (), earlier)
    return year


def published(
    year: Any, tables: Any, rates: Rates, name: str = "before", *, public: bool = True
) -> PublishedSnapshot:
    return PublishedSnapshot(name, tables, tuple(year.cells()), public, lambda _: rows(rates))


def read_groups(
    year: ProtectedBandYear, snapshots: Iterable[PublishedSnapshot]
) -> tuple[PublishedGroup, ...]:
    """What the public has of both, as the attack reads it."""
    request = counts.YearRequest(
        "o", YEAR, year.request, year.rule, year.contributors, year.together
    )
    history = bands._read_history(request, tuple(snapshots), ())
    assert not isinstance(history, DifferencingConflict)
    return tuple(group for release in history.releases for group in release.groups)


FINEST = (*product(("Elm", "Oak"), ("asian", "black")),)
IN_BOTH = (*product(("yes", "no"), ("yes", "no")),)
"""A child may be in both programs, in one, or in none."""


@st.composite
def small_rates(draw: st.DrawFn) -> Rates:
    sizes = {key: draw(st.integers(0, 5)) for key in draw(st.sampled_from((FINEST, IN_BOTH)))}
    return {key: (draw(st.integers(0, n)), n) for key, n in sizes.items()}


@settings(deadline=None, max_examples=35, suppress_health_check=[HealthCheck.too_slow])
@given(small_rates(), st.sampled_from(("none", "bands", "numbers")))
def test_bands_withstand_unlimited_patience_beside_any_release(rates: Rates, before: str) -> None:
    """What nobody could narrow before, nobody can narrow after; or the release is stopped."""
    earlier = ()
    first, second = (IN_READERS, IN_EITHER) if ("yes", "yes") in rates else (RACE, BOTH)
    try:
        if before != "none":
            protect = in_bands if before == "bands" else in_numbers
            earlier = (published(protect(rates, first), first, rates),)
        year = in_bands(rates, second, *earlier)
    except NoSafeBandsError:
        return
    if isinstance(year, DifferencingConflict):
        assert year.how is DifferencingConflictKind.TELLS_OF_FEW
        return
    if ("yes", "yes") in rates:
        assert {contributor.name for contributor in year.contributors} == set(PROGRAMS)
    own = {
        contributor.name: build_band_population(
            replace(year.request.cells, counts={
                key: contributor.own.get(key, 0) for key in year.request.cells.counts
            })
        )
        for contributor in year.contributors
    }  # fmt: skip
    known = [group for group in read_groups(year, earlier) if group.tells or group.yes[1] < 99]
    new = [group for group in year.bands.groups if group.tells]
    population = build_band_population(year.request.cells)
    silent = [PublishedGroup(group.key) for group in new]
    exposed_before, exposed = (
        {
            key
            for _attacker, key in list_exposed(
                BandRelease("both", population, tuple(_fill((*known, *more), population)), own), 3
            )
        }
        for more in (silent, new)
    )
    assert exposed <= exposed_before


def _fill(groups: Iterable[PublishedGroup], population: Any) -> list[PublishedGroup]:
    """Keep groups with children, which the brute force divides by."""
    return [
        group
        for group in groups
        if any(
            n and all(a in ("All", b) for a, b in zip(group.key, key, strict=True))
            for key, n in population.sizes.items()
        )
    ]


LARGE: Rates = {
    ("Elm", "asian"): (40, 100), ("Elm", "black"): (9, 30),
    ("Oak", "asian"): (90, 210), ("Oak", "black"): (2, 5),
}  # fmt: skip


def test_a_small_group_hides_no_other_and_no_number_is_published() -> None:
    year = in_bands(LARGE, BOTH)
    told = {
        (c.group.get("district"), c.group.get("race_ethnicity")): (c.percent_low, c.percent_high)
        for c in year.cells()
    }
    assert told["Oak", "black"] == (None, None)
    assert all(low is not None for key, (low, _high) in told.items() if key != ("Oak", "black"))
    assert {cell.n for cell in year.cells()} == {None}
    assert {cell.size_high for cell in year.cells()} >= {None, 60}


def test_children_who_came_or_left_are_attacked() -> None:
    first = published(in_bands(LARGE, BOTH), BOTH, LARGE)
    grown = {**LARGE, ("Elm", "asian"): (70, 160)}
    year = in_bands(grown, BOTH, first)
    assert isinstance(year, ProtectedBandYear)
    assert (year.beside, year.bands.certificate.safe) == (1, True)
    one_came = in_bands({**LARGE, ("Elm", "asian"): (41, 101)}, BOTH, first)
    assert isinstance(one_came, ProtectedBandYear)
    fewer = in_bands({**LARGE, ("Elm", "asian"): (39, 98)}, BOTH, first)
    assert isinstance(fewer, ProtectedBandYear)
    assert fewer.bands.certificate.safe
    no_race = published(in_bands(LARGE, DISTRICTS), DISTRICTS, LARGE)
    coarse = [
        {key: value for key, value in row.items() if key != "race_ethnicity"}
        for row in rows({**LARGE, ("Elm", "asian"): (39, 98)})
    ]
    unknown = in_bands(LARGE, BOTH, replace(no_race, load_rows=lambda _: coarse))
    assert unknown.how is DifferencingConflictKind.OTHER_CHILDREN
    destroyed = replace(first, load_rows=lambda _: ())
    assert in_bands(LARGE, BOTH, destroyed).how is DifferencingConflictKind.OTHER_CHILDREN


@pytest.mark.parametrize("method", [ReleaseMethod.BANDS, ReleaseMethod.SUPPRESS])
def test_another_process_is_handed_the_same_work(method: ReleaseMethod) -> None:
    grown = {**LARGE, ("Elm", "asian"): (70, 160)}
    first = published(in_bands(LARGE, BOTH), BOTH, LARGE)
    asked = ("o", rows(grown), BOTH, 4)
    here = bands.protect_outcome_rows(method, *asked, [first], frozenset())
    handed = pickle.loads(pickle.dumps([first.load_outcome_rows("o")]))  # noqa: S301 - made here
    there = bands.protect_outcome_rows(method, *asked, handed, frozenset())
    assert pickle.loads(pickle.dumps(there)) == here  # noqa: S301
    # Of another outcome it shows nothing, so its counted table is not read.
    assert first.load_outcome_rows("p").load_rows("p") == ()
    error = NoSafeBandsError("o", YEAR, (("district",),))
    assert vars(pickle.loads(pickle.dumps(error))) == vars(error)  # noqa: S301


def test_releases_of_one_title_and_day_are_told_apart() -> None:
    """What is known of the children of one is not what is known of the children of the other."""
    grown = {**LARGE, ("Elm", "asian"): (70, 160)}
    first = published(in_bands(LARGE, BOTH), BOTH, LARGE)
    second = published(in_bands(grown, BOTH), BOTH, grown)
    year = in_bands(grown, BOTH)
    request = counts.YearRequest(
        "o", YEAR, year.request, year.rule, year.contributors, year.together
    )
    history = bands._read_history(request, (second, first), ())
    assert not isinstance(history, DifferencingConflict)
    assert len({release.name for release in history.releases}) == 2
    assert history.build_conflict().releases == ("before", "before")


def test_a_public_number_stays_and_a_public_size_stays_beside_the_band() -> None:
    numbers = in_numbers(LARGE, RACE)
    year = in_bands(LARGE, BOTH, published(numbers, RACE, LARGE))
    assert isinstance(year, ProtectedBandYear)
    assert year.hides == ()
    shown = {
        cell.group.get("race_ethnicity")
        for cell in numbers.cells()
        if cell.n and cell.result == "yes"
    }
    proposed = {
        cell.group.get("race_ethnicity")
        for cell in year.cells()
        if cell.group.get("district") == "All"
    }
    assert shown <= proposed, "the band is what is left if the number is withdrawn"
    withdrawn = in_bands(LARGE, BOTH, published(numbers, RACE, LARGE, public=False))
    assert withdrawn.hides == ()
    assert "All" in {
        cell.group.get("race_ethnicity")
        for cell in withdrawn.cells()
        if cell.group.get("district") == "All"
    }


MERGED: Rates = {
    ("Elm", "asian"): (60, 110), ("Elm", "black"): (30, 60),
    ("Oak", "asian"): (70, 140), ("Oak", "black"): (42, 90),
    ("Elm", "hispanic"): (2, 5), ("Oak", "hispanic"): (3, 60),
    ("Elm", "white"): (80, 300), ("Oak", "white"): (90, 320),
}  # fmt: skip


def test_merged_groups_with_a_public_number_do_not_stop_the_next_release() -> None:
    """Each file names the merged groups, so the grouping of the year is read from any of them."""
    asked = ("o", rows(MERGED), RACE, 10, ())
    grouping = build_grouping([("asian", "black")])
    (numbers,) = counts.protect_outcome_years(*asked, (), grouping)
    assert isinstance(numbers, ProtectedOutcomeYear)
    first = published(numbers, RACE, MERGED, "numbers")
    (year,) = bands.protect_outcome_bands(*asked, (first,), grouping)
    assert isinstance(year, ProtectedBandYear)
    assert year.kept
    second = published(year, RACE, MERGED, "bands")
    (third,) = bands.protect_outcome_bands(*asked, (second, first), grouping)
    assert isinstance(third, ProtectedBandYear)
    assert third.hides == ()


FIFTEEN: Rates = {
    ("Elm", "asian"): (40, 100), ("Elm", "black"): (6, 15),
    ("Oak", "asian"): (90, 210), ("Oak", "black"): (20, 50),
}  # fmt: skip


@pytest.mark.parametrize("protect", [bands.protect_outcome_bands, counts.protect_outcome_years])
@pytest.mark.parametrize("public", [True, False])
def test_a_stricter_minimum_holds_for_what_was_published_before(
    protect: Any, *, public: bool
) -> None:
    """A band or number of 15 children is stopped at a minimum of 30 while it is public."""
    asked = ("o", rows(FIFTEEN), BOTH)
    (first,) = protect(*asked, 10, ())
    before = published(first, BOTH, FIFTEEN, public=public)
    (year,) = bands.protect_outcome_bands(*asked, 30, (), (before,))
    assert isinstance(year, ProtectedBandYear)
    (small,) = (
        c
        for c in year.cells()
        if (c.group.get("district"), c.group.get("race_ethnicity")) == ("Elm", "black")
    )
    assert small.withheld
    assert year.hides == (("before",) if public else ())


def test_a_size_class_never_becomes_a_number_of_children() -> None:
    """At a minimum of 15, the class of 15 to 15 would state a size; it is joined with the next."""
    asked = ("o", rows(FIFTEEN), BOTH, 15, ())
    (first,) = bands.protect_outcome_bands(*asked)
    assert isinstance(first, ProtectedBandYear)
    (again,) = bands.protect_outcome_bands(*asked, (published(first, BOTH, FIFTEEN),))
    assert isinstance(again, ProtectedBandYear)
    assert {cell.n for cell in again.cells()} == {None}
    assert [*again.cells()] == [*first.cells()]
    assert all(cell.size_low != cell.size_high for cell in first.cells())


def test_numbers_are_attacked_beside_published_bands() -> None:
    """Numbers by race give an exact sum, from which the bands of schools subtract."""
    first = published(in_bands(LARGE, BOTH), BOTH, LARGE)
    numbers = in_numbers(LARGE, RACE, first)
    assert isinstance(numbers, ProtectedOutcomeYear)
    assert numbers.beside == 0
    result = bands.audit_numbers_beside_bands(numbers, (first,))
    if isinstance(result, ProtectedOutcomeYear):
        assert result.hides == (
            () if all(c.n is not None for c in numbers.cells()) else ("before",)
        )
    else:
        assert result.how is DifferencingConflictKind.TELLS_OF_FEW
    assert bands.audit_numbers_beside_bands(numbers, ()) is numbers
    lost = bands.audit_numbers_beside_bands(numbers, (replace(first, load_rows=lambda _: ()),))
    assert isinstance(lost, DifferencingConflict)
    assert lost.how is DifferencingConflictKind.OTHER_CHILDREN


def test_a_search_that_finds_nothing_names_the_tables_and_no_group(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rates = {("Elm", "asian"): (1, 3), ("Oak", "asian"): (10, 17)}
    assert isinstance(in_bands(rates, RACE), ProtectedBandYear)
    monkeypatch.setattr(bands, "MAX_BANDS_TRIED", 0)
    with pytest.raises(NoSafeBandsError) as error:
        in_bands(rates, RACE)
    assert set(error.value.tables) <= {(), ("district",), ("race_ethnicity",), BOTH[0]}
    assert "Elm" not in str(error.value)


def test_earlier_releases_are_blamed_only_if_the_tables_alone_are_safe(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rates = {("Elm", "asian"): (1, 3), ("Oak", "asian"): (10, 17)}
    before = published(in_bands(rates, DISTRICTS), DISTRICTS, rates)
    alone = bands._publish_bands
    monkeypatch.setattr(bands, "MAX_BANDS_TRIED", 0)
    with pytest.raises(NoSafeBandsError):
        in_bands(rates, RACE, before)

    def fail_beside_earlier(request: counts.YearRequest, earlier: Any) -> Any:
        if earlier:
            raise NoSafeBandsError("o", YEAR, ())
        return alone(request, earlier)

    monkeypatch.undo()
    monkeypatch.setattr(bands, "_publish_bands", fail_beside_earlier)
    conflict = in_bands(rates, RACE, before)
    assert isinstance(conflict, DifferencingConflict)
    assert conflict.releases == ("before",)
