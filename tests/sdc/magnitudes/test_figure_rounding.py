"""Round units."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.sdc.magnitudes.figure_rounding import (
    choose_mean_unit,
    find_coarser_unit,
    find_round_unit,
    find_whole_range,
    format_rounded_figure,
    round_figure,
)

positive = st.fractions(Fraction(1, 10**4), 10**6)


@pytest.mark.parametrize(
    ("least", "found"),
    [("0.3", "0.5"), ("1", "1"), ("1.1", "2"), ("18", "20"), ("51", "100"), ("0.05", "0.05")],
)
def test_the_smallest_round_unit(least: str, found: str) -> None:
    assert find_round_unit(Fraction(least)) == Fraction(found)


@given(positive)
def test_a_unit_is_no_smaller_and_the_next_is_coarser(least: Fraction) -> None:
    found = find_round_unit(least)
    assert least <= found <= least * Fraction(5, 2)
    assert found < find_coarser_unit(found) <= found * Fraction(5, 2)


@given(st.fractions(-1000, 1000), positive)
def test_what_is_told_is_true_to_its_unit(figure: Fraction, width: Fraction) -> None:
    found = round_figure(figure, find_round_unit(width))
    assert found.lower_bound <= figure < found.upper_bound
    assert (found.value / found.unit).denominator == 1


@given(st.integers(4, 500), st.integers(0, 500), st.integers(0, 180))
def test_two_groups_that_differ_by_one_do_not_tell_what_he_has(
    n: int, total: int, his: int
) -> None:
    """Means of n and of n + 1 people leave at least so much in either direction, together."""
    close = Fraction(18)
    fine = [choose_mean_unit(close, size, Fraction(1)) for size in (n, n + 1)]
    means = [
        round_figure(Fraction(total, n), fine[0]),
        round_figure(Fraction(total + his, n + 1), fine[1]),
    ]
    low = means[1].lower_bound * (n + 1) - means[0].upper_bound * n
    high = means[1].upper_bound * (n + 1) - means[0].lower_bound * n
    assert low < his < high
    assert high - low >= 2 * close


def test_a_mean_has_one_decimal_more_than_its_data() -> None:
    assert choose_mean_unit(Fraction(18), 10**6, Fraction(1)) == Fraction(1, 10)
    assert choose_mean_unit(Fraction(18), 10, Fraction(1)) == 2


def test_whole_steps_within() -> None:
    assert find_whole_range(Fraction(3, 2), Fraction(4)) == (2, 3)
    assert find_whole_range(Fraction(2), Fraction(9, 2)) == (2, 4)


def test_written_out() -> None:
    assert format_rounded_figure(Fraction(9), Fraction(1, 10)) == "9.0"
    assert format_rounded_figure(Fraction(120), Fraction(20)) == "120"
    assert format_rounded_figure(Fraction(-7, 20), Fraction(1, 20)) == "-0.35"
