"""Where a person should look, and what an answer would change."""

import pytest
from hypothesis import given
from tests.matching.clustering.test_components import (
    RECORDS,
    Decisions,
    Evidence,
    resolve_components,
    weights,
)

from cairn.matching.clustering.weak_links import (
    EVIDENCE_BANDS,
    UncertaintyKind,
    find_evidence_band,
    list_uncertain_matches,
    order_pair,
)


def circle(*people: str) -> list[frozenset[str]]:
    return [frozenset(person) for person in people]


def test_the_weakest_joint_of_a_person() -> None:
    evidence = {("a", "b"): 9.0, ("b", "c"): 3.0, ("a", "c"): 2.0, ("c", "d"): 8.0}
    (found,) = list_uncertain_matches(circle("abcd"), evidence)
    assert (found.kind, found.one, found.other) == (
        UncertaintyKind.JOINED,
        frozenset("ab"),
        frozenset("cd"),
    )
    assert found.bits == pytest.approx((3.0 + 2.0) / 2)


def test_what_was_never_compared_is_no_doubt() -> None:
    (sure,) = list_uncertain_matches(circle("abc"), {("a", "b"): 12.0, ("b", "c"): 11.0})
    assert sure.bits == 11.0


def test_the_gap_between_two_people_who_were_compared() -> None:
    found = list(list_uncertain_matches(circle("a", "b", "c"), {("a", "b"): 1.0}))
    assert [(d.kind, d.one, d.other, d.bits) for d in found] == [
        (UncertaintyKind.APART, frozenset("a"), frozenset("b"), 1.0)
    ]


def test_even_odds_on_many_records_come_first() -> None:
    (even,) = list_uncertain_matches(circle("a", "b"), {("a", "b"): 0.0})
    (sure,) = list_uncertain_matches(circle("a", "b"), {("a", "b"): -9.0})
    both = {("a", "c"): 0.0, ("a", "d"): 0.0, ("b", "c"): 0.0, ("b", "d"): 0.0}
    (larger,) = (
        d
        for d in list_uncertain_matches(circle("ab", "cd"), both)
        if d.kind is UncertaintyKind.APART
    )
    assert even.probability == 0.5
    assert sure.weight < even.weight < larger.weight


def test_bands_follow_the_evidence() -> None:
    assert [find_evidence_band(bits) for bits in (-20.0, EVIDENCE_BANDS[0], 0.0, 20.0)] == [
        0,
        1,
        3,
        len(EVIDENCE_BANDS),
    ]


@given(weights)
def test_a_question_is_about_two_sides_of_one_circle(evidence: Evidence) -> None:
    for records, people in resolve_components(RECORDS, evidence, Decisions()):
        for doubt in list_uncertain_matches(sorted(people, key=min), evidence):
            assert doubt.one
            assert doubt.other
            assert doubt.one.isdisjoint(doubt.other)
            assert doubt.one | doubt.other <= records
            assert (doubt.one | doubt.other in people) == (doubt.kind is UncertaintyKind.JOINED)


def test_a_pair_has_one_spelling() -> None:
    assert order_pair("b", "a") == order_pair("a", "b") == ("a", "b")
