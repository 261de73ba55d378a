"""How far apart two postal codes are, at the least."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.matching.clustering.home_distance import compute_min_distance

CODES = st.sampled_from(["21201", "60601", "90210", "10001", "99501", "96701", "00901", "62704"])


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ("10001", "90001", 3_700, 3_940),  # New York to Los Angeles: 3,940 km
        ("60601", "63101", 260, 420),  # Chicago to Saint Louis: 420 km
        ("21201", "20001", 0, 60),  # Baltimore to Washington: 60 km
        ("96701", "90001", 0, 4_100),  # the area of Hawaii reaches to Samoa
    ],
)
def test_it_is_no_more_than_the_way(one: str, other: str, low: int, high: int) -> None:
    km = compute_min_distance(one, other)
    assert km is not None
    assert low <= km <= high


def test_codes_of_one_area_may_be_next_to_each_other() -> None:
    assert compute_min_distance("62704", "62712") == compute_min_distance("62704", "62704") == 0


@pytest.mark.parametrize("code", ["00000", "12345", "", "K1A", "34501"])
def test_nothing_is_known_of_a_code_that_is_none(code: str) -> None:
    assert compute_min_distance(code, "21201") is None
    assert compute_min_distance("21201", code) is None


@given(CODES, CODES)
def test_there_and_back_is_as_far(one: str, other: str) -> None:
    assert compute_min_distance(one, other) == compute_min_distance(other, one)
