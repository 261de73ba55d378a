"""Two cohorts of one program differ by a few children: their figures, attacked together."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cairn.outputs.releases.protection import bands, counts
from cairn.outputs.releases.protection.bands import NoSafeBandsError, ProtectedBandYear
from cairn.outputs.releases.protection.counts import PublishedSnapshot, ReleaseInsider
from cairn.policy.facts.outputs.release import DifferencingConflict, DifferencingConflictKind
from cairn.sdc.tables import ALL, compute_percent
from cairn.warehouse.exporters import ReleasedCell

YEAR = "2025-26"
READERS = "program:Readers"
OCTOBER, NOVEMBER = "program@2025-10-01:Readers", "program@2025-11-01:Readers"
PARTNER = ReleaseInsider("readers", frozenset({READERS}), frozenset({"readers"}))

Member = tuple[str, str, str]
"""Whether a child was in the program in October, in November, and in the year at all."""

STAYED, JOINED, LEFT = ("yes", "yes", "yes"), ("no", "yes", "yes"), ("yes", "no", "yes")
OTHERS = ("no", "no", "no")
Rates = Mapping[Member, tuple[int, int]]
"""By membership how many have the outcome, of how many."""

World = Mapping[Member, int]


def build_rows(rates: Rates, *dims: str) -> list[dict[str, Any]]:
    """Count by some of the three dimensions."""
    return [
        {
            "school_year": YEAR, "district": "Elm", "result": result, "n": n,
            **{dim: value for dim, value in zip((OCTOBER, NOVEMBER, READERS), key, strict=True)
               if dim in dims},
        }
        for key, (yes, size) in rates.items()
        for result, n in (("yes", yes), ("no", size - yes))
        if n
    ]  # fmt: skip


def protect(
    rates: Rates, cohort: str, *earlier: PublishedSnapshot, insiders: Any = (PARTNER,)
) -> Any:
    """Protect the figures of one cohort, for the partner, beside earlier releases."""
    dims = {cohort, READERS, *(dim for item in earlier for (dim,) in item.tables)}
    (year,) = bands.protect_outcome_bands(
        "o", build_rows(rates, *dims), ((cohort,),), 10, (), earlier, insiders=insiders
    )
    return year


def publish(year: ProtectedBandYear, rates: Rates, cohort: str) -> PublishedSnapshot:
    """Publish it; its counted table has no dimension of a later cohort."""
    return PublishedSnapshot(
        "first", ((cohort,),), tuple(year.cells()), is_public=True,
        load_rows=lambda _: build_rows(rates, cohort, READERS),
    )  # fmt: skip


def find_band(year: ProtectedBandYear, cohort: str, value: str = "yes") -> tuple[Any, Any]:
    (cell,) = (cell for cell in year.cells() if cell.group.get(cohort) == value)
    return cell.percent_low, cell.percent_high


def list_worlds(rates: Rates, cells: Iterable[ReleasedCell]) -> list[World]:
    """All numbers with the outcome that agree with everything published."""
    shown = [cell for cell in cells if cell.percent_low is not None]
    worlds = (
        dict(zip(rates, numbers, strict=True))
        for numbers in product(*(range(size + 1) for _yes, size in rates.values()))
    )
    return [world for world in worlds if all(agrees(world, rates, cell) for cell in shown)]


def agrees(world: World, rates: Rates, cell: ReleasedCell) -> bool:
    asked = [cell.group.get(dim) for dim in (OCTOBER, NOVEMBER, READERS)]
    inside = [key for key in rates if all(a in (ALL, b) for a, b in zip(asked, key, strict=True))]
    size = sum(rates[key][1] for key in inside)
    yes = sum(world[key] for key in inside)
    assert cell.percent_low is not None
    assert cell.percent_high is not None
    return cell.percent_low <= compute_percent(yes, size) <= cell.percent_high


def find_exposed(rates: Rates, cells: Iterable[ReleasedCell]) -> Iterator[str]:
    """Find what an outsider, or the partner who knows all of its own children but one, learns."""
    worlds = list_worlds(rates, cells)
    for key, (yes, size) in rates.items():
        if size and len({world[key] for world in worlds}) < 2:
            yield f"outsider {key}"
        if key == OTHERS:
            continue
        for change, can_be in ((-1, yes > 0), (1, yes < size)):
            known = {own: rates[own][0] + change * (own == key) for own in rates if own != OTHERS}
            if can_be and not any(known.items() <= world.items() for world in worlds):
                yield f"insider {key} {change}"


ONE_JOINED: Rates = {STAYED: (13, 22), JOINED: (1, 1), LEFT: (0, 0), OTHERS: (60, 200)}
"""13 of 22 are 59%, and 14 of 23 are 61%: the range of the second cohort is another one."""

MANY_JOINED: Rates = {STAYED: (13, 22), JOINED: (26, 40), LEFT: (0, 0), OTHERS: (60, 200)}


@pytest.mark.parametrize(("first", "second"), [(OCTOBER, NOVEMBER), (NOVEMBER, OCTOBER)])
def test_a_cohort_that_differs_by_one_child_does_not_disclose_it(first: str, second: str) -> None:
    """Each is safe by itself for everyone who knows no child; together they disclose the child."""
    before = protect(ONE_JOINED, first, insiders=())
    alone = protect(ONE_JOINED, second, insiders=())
    assert find_band(before, first) != find_band(alone, second)
    assert not list_for_outsiders(before.cells())
    assert not list_for_outsiders(alone.cells())
    assert f"outsider {JOINED}" in list_for_outsiders([*before.cells(), *alone.cells()])
    year = protect(ONE_JOINED, second, publish(before, ONE_JOINED, first), insiders=())
    assert find_band(year, second) == (40, 79), "both ranges, so that neither is left alone"
    assert not list_for_outsiders([*before.cells(), *year.cells()])


def list_for_outsiders(cells: Iterable[ReleasedCell]) -> list[str]:
    return [name for name in find_exposed(ONE_JOINED, cells) if name.startswith("outsider")]


@pytest.mark.parametrize(("first", "second"), [(OCTOBER, NOVEMBER), (NOVEMBER, OCTOBER)])
def test_the_partner_itself_learns_of_no_child_from_two_cohorts(first: str, second: str) -> None:
    before = protect(ONE_JOINED, first)
    year = protect(ONE_JOINED, second, publish(before, ONE_JOINED, first))
    assert isinstance(year, ProtectedBandYear)
    assert find_band(year, second)[0] is not None
    assert not [*find_exposed(ONE_JOINED, [*before.cells(), *year.cells()])]


@pytest.mark.parametrize(("first", "second"), [(OCTOBER, NOVEMBER), (NOVEMBER, OCTOBER)])
def test_a_cohort_that_differs_by_many_is_published_as_if_alone(first: str, second: str) -> None:
    before = protect(MANY_JOINED, first)
    year = protect(MANY_JOINED, second, publish(before, MANY_JOINED, first))
    assert isinstance(year, ProtectedBandYear)
    assert year.bands.certificate.safe
    assert f"insider {PARTNER.name}" in year.bands.certificate.attackers
    assert [*year.cells()] == [*protect(MANY_JOINED, second).cells()]
    assert find_band(year, second)[0] is not None


def test_the_same_cohort_again_says_the_same() -> None:
    before = protect(ONE_JOINED, OCTOBER)
    again = protect(ONE_JOINED, OCTOBER, publish(before, ONE_JOINED, OCTOBER))
    assert [*again.cells()] == [*before.cells()]


def test_the_program_of_the_year_is_another_group_than_its_cohort() -> None:
    """A release of everyone who was in the program in the year counts whoever joined later."""
    before = protect(ONE_JOINED, READERS)
    year = protect(ONE_JOINED, OCTOBER, publish(before, ONE_JOINED, READERS))
    if isinstance(year, ProtectedBandYear):
        assert not [*find_exposed(ONE_JOINED, [*before.cells(), *year.cells()])]
    else:
        assert year.how is DifferencingConflictKind.TELLS_OF_FEW


def test_a_cohort_after_the_records_changed_is_stopped() -> None:
    """Nothing says in which later cohort the children of the earlier table were."""
    before = protect(ONE_JOINED, OCTOBER)
    changed = {**ONE_JOINED, OTHERS: (62, 203)}
    year = protect(changed, NOVEMBER, publish(before, ONE_JOINED, OCTOBER))
    assert isinstance(year, DifferencingConflict)
    assert year.how is DifferencingConflictKind.OTHER_CHILDREN
    same = protect(changed, OCTOBER, publish(before, ONE_JOINED, OCTOBER))
    assert isinstance(same, ProtectedBandYear)


def test_the_partner_knows_its_cohort_in_each_year() -> None:
    """In a later year, who was in the cohort may not be in the program any more."""
    gone = ("yes", "yes", "no")
    rates = {gone: (8, 20), OTHERS: (60, 200)}
    year = protect(rates, OCTOBER)
    (insider,) = (one for one in year.contributors if one.name == PARTNER.name)
    assert sum(insider.own.values()) == 20
    spelled = ReleaseInsider("readers", frozenset({"program:READERS"}), frozenset())
    (year_request,) = counts.iterate_year_requests(
        "o", build_rows(rates, OCTOBER, READERS), ((OCTOBER,),), 10, (), (), frozenset(), (spelled,)
    )
    assert isinstance(year_request, counts.YearRequest)
    assert [sum(one.own.values()) for one in year_request.contributors if one.name == PARTNER.name
            ] == [20]  # fmt: skip


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_random_cohorts_disclose_no_child(data: st.DataObject) -> None:
    sizes = {
        STAYED: data.draw(st.integers(8, 13)), JOINED: data.draw(st.integers(0, 2)),
        LEFT: data.draw(st.integers(0, 2)), OTHERS: data.draw(st.integers(8, 13)),
    }  # fmt: skip
    rates = {key: (data.draw(st.integers(0, n)), n) for key, n in sizes.items()}
    first, second = data.draw(st.permutations([OCTOBER, NOVEMBER]))
    try:
        before = protect(rates, first)
        year = protect(rates, second, publish(before, rates, first))
    except NoSafeBandsError:
        return
    assert not [*find_exposed(rates, before.cells())]
    if isinstance(year, DifferencingConflict):
        assert year.how is DifferencingConflictKind.TELLS_OF_FEW
        return
    assert not [*find_exposed(rates, [*before.cells(), *year.cells()])]
