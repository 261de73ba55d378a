"""From a few answers to how many of all joints and gaps are wrong."""

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.matching.clustering.accuracy_estimate import ErrorTotal
from cairn.matching.clustering.error_calibration import (
    ErrorCurve,
    add_uncompared_gaps,
    fit_error_curve,
    round_to_half_bit,
)
from cairn.matching.clustering.weak_links import UncertaintyKind

BITS = st.floats(-12, 12).map(round_to_half_bit)
ANSWERS = st.lists(st.tuples(BITS, st.booleans()), max_size=60)


def test_without_answers_the_evidence_speaks() -> None:
    gaps, joints = (
        fit_error_curve(kind, []) for kind in (UncertaintyKind.APART, UncertaintyKind.JOINED)
    )
    assert gaps.compute_probability(0.0) == joints.compute_probability(0.0) == 0.5
    assert isclose(gaps.compute_probability(-3.0), 1 / 9)
    assert isclose(joints.compute_probability(3.0), 1 / 9)


def test_answers_shift_what_the_evidence_says() -> None:
    gaps = fit_error_curve(UncertaintyKind.APART, [(-3.0, n % 2 == 0) for n in range(40)])
    assert gaps.compute_probability(-3.0) == pytest.approx(0.5, abs=0.05)
    assert gaps.compute_probability(-1.0) > 0.6
    assert gaps.compute_probability(-12.0) < 0.01


def test_many_sure_ones_are_nearly_all_right_though_few_were_asked() -> None:
    joints = fit_error_curve(
        UncertaintyKind.JOINED, [*((10.0, False) for _ in range(12)), (1.0, True), (1.0, False)]
    )
    found = joints.total({12.0: 50_000, 1.0: 100})
    assert found.value < 100
    assert found.value - 2 * found.deviation < 50 < found.value + 2 * found.deviation


def test_some_that_are_wrong_nobody_can_see() -> None:
    found = add_uncompared_gaps(ErrorTotal(100.0, 10.0))
    assert found.value == pytest.approx(115.0)
    assert found.deviation == pytest.approx((11.5**2 + 10.0**2) ** 0.5)


@given(ANSWERS, st.randoms())
def test_order_does_not_matter(answers: list[tuple[float, bool]], by: object) -> None:
    mixed = by.sample(answers, len(answers))  # type: ignore[attr-defined]
    one, other = (
        fit_error_curve(UncertaintyKind.APART, answers),
        fit_error_curve(UncertaintyKind.APART, mixed),
    )
    assert (one.shift, one.slope) == (other.shift, other.slope)


@given(ANSWERS, st.dictionaries(BITS, st.integers(1, 1000), min_size=1, max_size=8))
def test_a_total_is_part_of_all_and_more_evidence_is_less_often_wrong(
    answers: list[tuple[float, bool]], found: dict[float, int]
) -> None:
    curve: ErrorCurve = fit_error_curve(UncertaintyKind.JOINED, answers)
    total = curve.total(found)
    assert 0 <= total.value <= sum(found.values())
    assert total.deviation >= 0
    assert curve.slope > 0
    assert curve.compute_probability(2.0) < curve.compute_probability(-2.0)


@given(ANSWERS.filter(len))
def test_the_same_answers_again_narrow_the_range(answers: list[tuple[float, bool]]) -> None:
    once, often = (fit_error_curve(UncertaintyKind.APART, answers * n) for n in (1, 5))
    assert often.spread.trace() < once.spread.trace()
