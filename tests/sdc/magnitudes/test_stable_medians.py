"""Medians that nobody's value decides."""

from fractions import Fraction
from statistics import median

from hypothesis import given
from hypothesis import strategies as st

from cairn.sdc.magnitudes.figure_rounding import (
    SMALLEST_MEDIAN_GROUP,
    round_figure,
    round_stable_median,
)

ONE = Fraction(1)
groups = st.lists(st.integers(0, 12).map(Fraction), min_size=1, max_size=12)


def shown(values: list[Fraction], fine: Fraction = ONE) -> tuple[Fraction, Fraction] | None:
    found = round_stable_median(sorted(values, reverse=True), fine, Fraction(20))
    return (found.value, found.unit) if found else None


def test_a_middle_on_which_many_agree_is_told_as_finely_as_asked() -> None:
    assert shown([Fraction(n) for n in (1, 4, 4, 4, 9)]) == (4, 1)
    assert shown([Fraction(n) for n in (1, 4, 4, 4, 4, 9)]) == (4, 1)


def test_a_middle_of_one_person_is_told_coarsely_or_not_at_all() -> None:
    assert shown([Fraction(n) for n in (0, 3, 4, 6, 30)]) == (5, 5)
    assert shown([Fraction(n) for n in (0, 0, 40, 90, 90)]) is None
    assert shown([ONE] * (SMALLEST_MEDIAN_GROUP - 1)) is None


@given(groups, st.integers(0, 11), st.integers(0, 400).map(Fraction))
def test_whatever_one_person_has_it_is_the_same(
    values: list[Fraction], at: int, other: Fraction
) -> None:
    found = shown(values)
    if found is None:
        return
    value, unit = found
    assert round_figure(Fraction(median(values)), unit).value == value
    values[at % len(values)] = other
    assert round_figure(Fraction(median(values)), unit).value == value
