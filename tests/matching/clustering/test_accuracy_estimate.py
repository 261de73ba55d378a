"""From answers to how right the index is."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.matching.clustering.accuracy_estimate import (
    MIN_BAND_ANSWERS,
    MIN_GROUP_ANSWERS,
    EvidenceBand,
    LinkageAccuracy,
    count_missing_answers,
    estimate_accuracy,
    find_accuracy_gaps,
)
from cairn.matching.clustering.weak_links import UncertaintyKind

JOINTS = EvidenceBand(UncertaintyKind.JOINED, 5, population=1000, reviewed=100, wrong=2)
GAPS = EvidenceBand(UncertaintyKind.APART, 1, population=400, reviewed=100, wrong=10)


def estimate_errors(*bands: EvidenceBand, people: int = 5000) -> LinkageAccuracy:
    measured = estimate_accuracy(people, bands)
    assert measured is not None
    return measured


def test_wrong_joints_cost_precision_and_missed_ones_recall() -> None:
    measured = estimate_errors(JOINTS, GAPS)
    assert measured.precision.value == pytest.approx(0.975, abs=0.002)
    assert measured.recall.value == pytest.approx(975 / (975 + 41.6), abs=0.002)
    assert measured.people.value == pytest.approx(5000 + 24.8 - 41.6, abs=0.2)
    assert measured.reviewed == 200


def test_there_is_no_estimate_before_every_band_that_matters_is_measured() -> None:
    assert estimate_accuracy(10, []) is None
    some = replace(GAPS, reviewed=MIN_BAND_ANSWERS - 2, wrong=0)
    assert count_missing_answers([JOINTS, some]) == 2
    assert estimate_accuracy(10, [JOINTS, some]) is None
    rare = replace(GAPS, population=5, reviewed=0, wrong=0)
    assert count_missing_answers([JOINTS, rare]) == 0
    assert estimate_accuracy(10, [JOINTS, rare]) is not None


@given(st.integers(5, 500), st.integers(0, 5), st.integers(1, 100_000))
def test_the_value_lies_in_its_range_and_more_answers_narrow_it(
    reviewed: int, wrong: int, population: int
) -> None:
    few = estimate_errors(EvidenceBand(UncertaintyKind.JOINED, 4, population, reviewed, wrong))
    many = estimate_errors(
        EvidenceBand(UncertaintyKind.JOINED, 4, population, reviewed * 10, wrong * 10)
    )
    for one in (few.precision, few.recall, few.people):
        assert one.low <= one.value <= one.high
    assert many.people.high - many.people.low <= few.people.high - few.people.low
    assert 0 <= few.precision.low <= few.precision.high <= 1


def test_more_than_two_points_between_groups_are_a_finding() -> None:
    groups = {
        "one word": estimate_errors(JOINTS, GAPS),
        "two words": estimate_errors(JOINTS, replace(GAPS, wrong=60)),
        "hardly asked": estimate_errors(replace(JOINTS, reviewed=6, wrong=5)),
        "not asked": None,
    }
    (gap,) = find_accuracy_gaps("surname", groups)
    assert (gap.figure, gap.best, gap.worst) == ("recall", "one word", "two words")
    assert gap.points > 0.1
    assert gap.beyond_chance


def test_a_gap_that_few_answers_explain_says_so() -> None:
    few = estimate_errors(EvidenceBand(UncertaintyKind.JOINED, 4, 1000, MIN_GROUP_ANSWERS, 1))
    (gap,) = find_accuracy_gaps(
        "sex",
        {"F": few, "M": estimate_errors(EvidenceBand(UncertaintyKind.JOINED, 4, 1000, 500, 5))},
    )
    assert not gap.beyond_chance
    assert find_accuracy_gaps("sex", {"F": few}) == []
