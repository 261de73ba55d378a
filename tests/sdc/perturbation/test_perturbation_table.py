"""The perturbation table keeps what it promises, for every count."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.sdc.perturbation.cell_key import KEY_SPACE, PerturbationTable

STANDARD = PerturbationTable()


@pytest.mark.parametrize("n", range(1, 30))
def test_mean_zero_one_variance_and_within_the_limit(n: int) -> None:
    chances = STANDARD.list_chances(n)
    assert sum(chances.values()) == pytest.approx(1)
    assert sum(by * p for by, p in chances.items()) == pytest.approx(0, abs=1e-6)
    assert sum(by * by * p for by, p in chances.items()) == pytest.approx(3, abs=1e-6)
    assert max(map(abs, chances)) <= STANDARD.limit
    assert all(n + by == 0 or n + by >= STANDARD.least for by in chances)


def test_an_empty_cell_stays_empty() -> None:
    assert STANDARD.list_chances(0) == {0: 1.0}
    assert {STANDARD.move_count(0, key) for key in (0, 1, KEY_SPACE - 1)} == {0}


def test_the_move_grows_with_the_key_through_the_whole_table() -> None:
    found = [STANDARD.move_count(50, key) for key in range(0, KEY_SPACE, KEY_SPACE // 1000)]
    assert all(a <= b for a, b in pairwise(found))
    assert (found[0], STANDARD.move_count(50, KEY_SPACE - 1)) == (45, 55)


@given(st.integers(0, 200), st.integers(0, 2**70))
def test_no_number_is_moved_too_far_or_is_too_small(n: int, key: int) -> None:
    shown = STANDARD.move_count(n, key)
    assert abs(shown - n) <= STANDARD.limit
    assert shown == 0 or shown >= STANDARD.least
    assert shown == STANDARD.move_count(n, key + KEY_SPACE)


def test_the_moves_are_as_frequent_as_the_table_says() -> None:
    keys = range(0, KEY_SPACE, KEY_SPACE // 4096)
    found = [STANDARD.move_count(7, key) - 7 for key in keys]
    for by, chance in STANDARD.list_chances(7).items():
        assert found.count(by) / len(found) == pytest.approx(chance, abs=1e-3)


def test_a_promise_that_no_moves_can_keep_is_refused() -> None:
    with pytest.raises(ValueError, match="for a count of 1 where nothing below 3 is shown"):
        PerturbationTable(limit=5, variance=1.0, least=3)
