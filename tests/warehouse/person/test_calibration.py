"""From a few answers to how many of all joints and gaps are wrong."""

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.warehouse.person.calibration import Curve, half, learned, with_never_met
from cairn.warehouse.person.doubt import Kind
from cairn.warehouse.person.estimate import Total

BITS = st.floats(-12, 12).map(half)
ANSWERS = st.lists(st.tuples(BITS, st.booleans()), max_size=60)


def test_without_answers_the_evidence_speaks() -> None:
    gaps, joints = (learned(kind, []) for kind in (Kind.APART, Kind.JOINED))
    assert gaps.chance(0.0) == joints.chance(0.0) == 0.5
    assert isclose(gaps.chance(-3.0), 1 / 9)
    assert isclose(joints.chance(3.0), 1 / 9)


def test_answers_shift_what_the_evidence_says() -> None:
    gaps = learned(Kind.APART, [(-3.0, n % 2 == 0) for n in range(40)])
    assert gaps.chance(-3.0) == pytest.approx(0.5, abs=0.05)
    assert gaps.chance(-1.0) > 0.6
    assert gaps.chance(-12.0) < 0.01


def test_many_sure_ones_are_nearly_all_right_though_few_were_asked() -> None:
    joints = learned(Kind.JOINED, [*((10.0, False) for _ in range(12)), (1.0, True), (1.0, False)])
    found = joints.total({12.0: 50_000, 1.0: 100})
    assert found.value < 100
    assert found.value - 2 * found.deviation < 50 < found.value + 2 * found.deviation


def test_some_that_are_wrong_nobody_can_see() -> None:
    found = with_never_met(Total(100.0, 10.0))
    assert found.value == pytest.approx(115.0)
    assert found.deviation == pytest.approx((11.5**2 + 10.0**2) ** 0.5)


@given(ANSWERS, st.randoms())
def test_order_does_not_matter(answers: list[tuple[float, bool]], by: object) -> None:
    mixed = by.sample(answers, len(answers))  # type: ignore[attr-defined]
    one, other = learned(Kind.APART, answers), learned(Kind.APART, mixed)
    assert (one.shift, one.slope) == (other.shift, other.slope)


@given(ANSWERS, st.dictionaries(BITS, st.integers(1, 1000), min_size=1, max_size=8))
def test_a_total_is_part_of_all_and_more_evidence_is_less_often_wrong(
    answers: list[tuple[float, bool]], found: dict[float, int]
) -> None:
    curve: Curve = learned(Kind.JOINED, answers)
    total = curve.total(found)
    assert 0 <= total.value <= sum(found.values())
    assert total.deviation >= 0
    assert curve.slope > 0
    assert curve.chance(2.0) < curve.chance(-2.0)


@given(ANSWERS.filter(len))
def test_the_same_answers_again_narrow_the_range(answers: list[tuple[float, bool]]) -> None:
    once, often = (learned(Kind.APART, answers * n) for n in (1, 5))
    assert often.spread.trace() < once.spread.trace()
