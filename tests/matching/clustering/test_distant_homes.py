"""Whether one child can have lived wherever her records say."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.matching.clustering.home_distance import (
    FAR_KM,
    StatedAddress,
    find_distant_homes,
    has_distant_postal_codes,
    list_shared_ties,
)

BALTIMORE, WASHINGTON, CHICAGO, DENVER = "21201", "20001", "60614", "80202"


def home(code: str | None, year: int, source: str = "school", *ties: str) -> StatedAddress:
    shared = frozenset((tie,) for tie in ties)
    return StatedAddress(source, code, date(year, 7, 1), date(year + 1, 6, 30), shared)


def test_two_places_at_one_time() -> None:
    found = find_distant_homes([home(BALTIMORE, 2024), home(CHICAGO, 2024, "clinic")])
    assert found is not None
    assert (found.one.source, found.other.source) == ("school", "clinic")
    assert found.km > FAR_KM
    assert (found.first, found.last) == (date(2024, 7, 1), date(2025, 6, 30))


def test_who_moves_was_in_one_place_and_then_in_the_other() -> None:
    moved = [home(BALTIMORE, 2022), home(BALTIMORE, 2023), home(CHICAGO, 2024)]
    assert find_distant_homes(moved) is None
    back = find_distant_homes([*moved, home(BALTIMORE, 2025)])
    assert back is not None
    assert (back.one.postal_code, back.one.first) == (BALTIMORE, date(2025, 7, 1))


def test_near_places_are_one_child() -> None:
    assert find_distant_homes([home(BALTIMORE, 2024), home(WASHINGTON, 2024)]) is None


def test_what_is_the_same_in_both_places_makes_one_child() -> None:
    both = [home(BALTIMORE, 2024, "school", "phone"), home(CHICAGO, 2024, "clinic", "phone")]
    assert find_distant_homes(both) is None
    third = home(None, 2020, "club", "mother", "mail")
    through = [home(BALTIMORE, 2024, "a", "mother"), home(CHICAGO, 2024, "b", "mail"), third]
    assert find_distant_homes(through) is None
    assert find_distant_homes(through[:2]) is not None


def test_a_slip_in_a_code_is_no_second_place() -> None:
    for slip in ("21021", "91201", "2201"):
        assert find_distant_homes([home(BALTIMORE, 2024), home(slip, 2024)]) is None, slip


def test_a_code_that_is_not_known_says_nothing() -> None:
    for code in ("00000", "K1A", None):
        assert find_distant_homes([home(BALTIMORE, 2024), home(code, 2024)]) is None
    assert (
        find_distant_homes([home(BALTIMORE, 2024), home("00000", 2024), home(DENVER, 2024)])
        is not None
    )
    assert find_distant_homes([]) is None


def test_the_farthest_two_are_told() -> None:
    found = find_distant_homes([home(code, 2024) for code in (CHICAGO, BALTIMORE, DENVER)])
    assert found is not None
    assert {found.one.postal_code, found.other.postal_code} == {BALTIMORE, DENVER}


def test_whether_it_is_worth_a_look() -> None:
    assert has_distant_postal_codes([BALTIMORE, CHICAGO])
    assert not has_distant_postal_codes([BALTIMORE, WASHINGTON, "00000", "21021"])


def test_ties() -> None:
    said = {"phone": "(410) 555-0101", "guardian_name": "Lund, Mia", "local_id": "7"}
    assert list_shared_ties(said, "club") == {
        ("phone", "4105550101"),
        ("guardian_name", "lund mia"),
        ("local_id", "club", "7"),
    }
    assert list_shared_ties({"phone": "0000000000", "email": None}, "club") == frozenset()


HOMES = st.builds(
    home,
    st.sampled_from([BALTIMORE, WASHINGTON, CHICAGO, DENVER, "21021", "00000", None]),
    st.integers(2020, 2024),
    st.sampled_from(["school", "clinic"]),
    st.sampled_from(["x", "y", "z"]),
)


@given(st.lists(HOMES, max_size=6), st.randoms())
def test_the_order_of_what_came_says_nothing(homes: list[StatedAddress], chance: object) -> None:
    other = list(homes)
    chance.shuffle(other)  # type: ignore[attr-defined]
    one, two = find_distant_homes(homes), find_distant_homes(other)
    assert (one is None) == (two is None)
    if one and two:
        assert (one.km, one.first, one.last) == (two.km, two.first, two.last)


@given(st.lists(HOMES, max_size=6))
def test_one_tie_in_every_record_makes_one_child(homes: list[StatedAddress]) -> None:
    tie = frozenset({("guardian_name", "lund mia")})
    assert find_distant_homes([replace(one, ties=one.ties | tie) for one in homes]) is None


@given(st.lists(HOMES, max_size=6))
def test_what_it_says_holds(homes: list[StatedAddress]) -> None:
    if found := find_distant_homes(homes):
        assert found.km >= FAR_KM
        assert found.one.ties.isdisjoint(found.other.ties)
        assert found.first <= found.last
        assert has_distant_postal_codes(one.postal_code for one in homes if one.postal_code)


@pytest.mark.parametrize("year", [2019, 2031])
def test_other_years_are_another_time(year: int) -> None:
    assert find_distant_homes([home(BALTIMORE, 2024), home(CHICAGO, year)]) is None
