"""How far apart two groups are: published examples, and what must hold of any two groups."""

from math import inf, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.sdc.tables.disparity import (
    DisparityMeasure,
    GroupDisparity,
    GroupOutcome,
    MissingMeasureReason,
    measure_disparity,
)


def between(first: tuple[int, int], second: tuple[int, int], minimum: int = 1) -> GroupDisparity:
    """The measures of one group against another that is everyone else."""
    everyone = GroupOutcome(first[0] + second[0], first[1] + second[1])
    return measure_disparity(GroupOutcome(*first), everyone, minimum)


def reasons(found: GroupDisparity) -> set[MissingMeasureReason | None]:
    return {found.gap.why, found.ratio.why, found.risk_ratio.why, found.share_ratio.why}


def test_the_gap_has_the_interval_of_newcombes_paper() -> None:
    """Newcombe 1998, table II, method 10: 56 of 70 against 48 of 80."""
    gap = between((56, 70), (48, 80)).gap
    assert gap.value == pytest.approx(0.2000, abs=5e-5)
    assert (gap.low, gap.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_the_ratio_has_the_interval_of_a_textbook() -> None:
    """The physicians' study (Agresti, Categorical Data Analysis): 189 of 11,034 against 104 of
    11,037 had a heart attack."""
    ratio = between((189, 11_034), (104, 11_037)).ratio
    assert ratio.value == pytest.approx(1.82, abs=5e-3)
    assert (ratio.low, ratio.high) == pytest.approx((1.43, 2.31), abs=5e-3)


def test_the_share_ratio_compares_shares_of_two_totals() -> None:
    """30 of the 50 with the outcome and 100 of the 400 children: 60 percent over 25 percent."""
    found = between((30, 100), (20, 300)).share_ratio
    assert found.value == pytest.approx(2.4)
    assert found.low < found.value < found.high


def test_the_federal_rule_counts_ten_of_thirty_on_both_sides() -> None:
    assert between((10, 30), (10, 30)).risk_ratio.value == 1
    for first in ((9, 30), (10, 29)):
        for one, other in ((first, (10, 30)), ((10, 30), first)):
            found = between(one, other)
            assert found.risk_ratio == DisparityMeasure(why=MissingMeasureReason.BELOW_IDEA)
            assert found.ratio.why is None


@pytest.mark.parametrize(
    "hidden", [GroupOutcome(None, 40), GroupOutcome(10, None), GroupOutcome(None, None)]
)
def test_what_is_withheld_has_no_measure(hidden: GroupOutcome) -> None:
    assert reasons(measure_disparity(hidden, GroupOutcome(50, 100), 10)) == {
        MissingMeasureReason.WITHHELD
    }
    assert reasons(measure_disparity(GroupOutcome(10, 40), hidden, 10)) == {
        MissingMeasureReason.WITHHELD
    }


def test_nobody_is_compared_with_nobody() -> None:
    assert reasons(measure_disparity(GroupOutcome(0, 0), GroupOutcome(50, 100), 10)) == {
        MissingMeasureReason.NOBODY
    }
    assert reasons(measure_disparity(GroupOutcome(50, 100), GroupOutcome(50, 100), 10)) == {
        MissingMeasureReason.NOBODY
    }


@pytest.mark.parametrize("others", [(9, 60), (51, 60)])
def test_nobody_is_helped_to_a_small_remainder(others: tuple[int, int]) -> None:
    assert reasons(between((40, 80), others, minimum=10)) == {MissingMeasureReason.FEW_OTHERS}


@pytest.mark.parametrize("pair", [((0, 40), (20, 40)), ((20, 40), (0, 40))])
def test_a_ratio_needs_someone_on_both_sides(pair: tuple[tuple[int, int], tuple[int, int]]) -> None:
    found = between(*pair, minimum=10)
    assert found.gap.why is None
    assert found.ratio.why is found.share_ratio.why is MissingMeasureReason.NO_ONE_REACHED
    assert found.risk_ratio.why is MissingMeasureReason.BELOW_IDEA


@st.composite
def pairs(draw: st.DrawFn) -> tuple[int, int]:
    n = draw(st.integers(1, 5000))
    return draw(st.integers(0, n)), n


@given(pairs(), pairs())
def test_the_interval_holds_the_value_and_stays_where_values_can_be(
    first: tuple[int, int], second: tuple[int, int]
) -> None:
    found = between(first, second)
    for measure, least, most in (
        (found.gap, -1, 1),
        (found.ratio, 0, inf),
        (found.share_ratio, 0, inf),
    ):
        if measure.why is None:
            slack = 1e-9 * max(1, abs(measure.value))
            assert least - slack <= measure.low <= measure.value + slack
            assert measure.value - slack <= measure.high <= most + slack


@given(pairs(), pairs())
def test_seen_from_the_other_side_the_gap_turns_round(
    first: tuple[int, int], second: tuple[int, int]
) -> None:
    one, other = between(first, second), between(second, first)
    assert isclose(one.gap.value, -other.gap.value, abs_tol=1e-12)
    assert isclose(one.gap.low, -other.gap.high, abs_tol=1e-12)
    if one.ratio.why is None:
        assert isclose(one.ratio.value * other.ratio.value, 1)
        assert isclose(one.ratio.low * other.ratio.high, 1)


@given(pairs(), pairs())
def test_all_measures_say_the_same_of_which_side_is_higher(
    first: tuple[int, int], second: tuple[int, int]
) -> None:
    found = between(first, second)
    if found.ratio.why is None and abs(found.gap.value) > 1e-9:
        assert (found.gap.value > 0) == (found.ratio.value > 1) == (found.share_ratio.value > 1)


@given(pairs(), pairs(), st.integers(2, 20))
def test_more_of_the_same_narrows_the_interval(
    first: tuple[int, int], second: tuple[int, int], times: int
) -> None:
    few = between(first, second).gap
    many = between((first[0] * times, first[1] * times), (second[0] * times, second[1] * times)).gap
    assert many.high - many.low < few.high - few.low


@given(pairs(), pairs(), st.integers(1, 50))
def test_a_stricter_minimum_never_shows_more(
    first: tuple[int, int], second: tuple[int, int], minimum: int
) -> None:
    strict, loose = between(first, second, minimum), between(first, second)
    assert strict == loose or reasons(strict) == {MissingMeasureReason.FEW_OTHERS}
