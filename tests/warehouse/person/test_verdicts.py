"""What people decided holds against any evidence."""

from itertools import combinations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cairn.warehouse.person.verdicts import Contradiction, Pair, Verdicts, pair, settle

RECORDS = "abcdefgh"
pairs = st.tuples(st.sampled_from(RECORDS), st.sampled_from(RECORDS)).filter(
    lambda two: two[0] < two[1]
)


@st.composite
def partitions(draw: st.DrawFn) -> list[frozenset[str]]:
    homes = draw(st.lists(st.integers(0, 4), min_size=len(RECORDS), max_size=len(RECORDS)))
    return [
        frozenset(r for r, h in zip(RECORDS, homes, strict=True) if h == home)
        for home in sorted(set(homes))
    ]


@st.composite
def decided(draw: st.DrawFn) -> Verdicts:
    try:
        return Verdicts(
            draw(st.frozensets(pairs, max_size=3)), draw(st.frozensets(pairs, max_size=4))
        )
    except Contradiction:
        assume(False)
        raise


weights = st.dictionaries(pairs, st.floats(-12, 12, allow_nan=False))


def together(groups: list[frozenset[str]]) -> set[Pair]:
    return {two for group in groups for two in combinations(sorted(group), 2)}


@given(partitions(), decided(), weights)
def test_decisions_hold_and_every_record_is_one_persons(
    groups: list[frozenset[str]], verdicts: Verdicts, evidence: dict[Pair, float]
) -> None:
    settled = settle(groups, verdicts, evidence)
    assert sorted(r for group in settled for r in group) == sorted(RECORDS)
    assert verdicts.always <= together(settled)
    assert verdicts.never.isdisjoint(together(settled))


@given(partitions(), decided(), weights)
def test_settled_is_settled(
    groups: list[frozenset[str]], verdicts: Verdicts, evidence: dict[Pair, float]
) -> None:
    settled = settle(groups, verdicts, evidence)
    assert settle(settled, verdicts, evidence) == settled


@given(partitions(), decided(), weights, st.randoms(use_true_random=False))
def test_the_order_does_not_matter(
    groups: list[frozenset[str]],
    verdicts: Verdicts,
    evidence: dict[Pair, float],
    chance: object,
) -> None:
    shuffled = sorted(groups, key=lambda _: chance.random())  # type: ignore[attr-defined]
    assert settle(shuffled, verdicts, evidence) == settle(groups, verdicts, evidence)


@given(partitions(), weights)
def test_where_nobody_decided_nothing_changes(
    groups: list[frozenset[str]], evidence: dict[Pair, float]
) -> None:
    assert settle(groups, Verdicts(), evidence) == sorted(groups, key=min)


def test_a_doubtful_third_goes_where_the_evidence_is_stronger() -> None:
    never = Verdicts(never=frozenset({("a", "b")}))
    evidence = {("a", "c"): 3.0, ("b", "c"): 5.0}
    assert settle([{"a", "b", "c"}], never, evidence) == [frozenset("a"), frozenset("bc")]


def test_always_brings_strangers_together() -> None:
    always = Verdicts(always=frozenset({("a", "c")}))
    assert settle([{"a", "b"}, {"c"}], always, {}) == [frozenset("abc")]


def test_decisions_that_cannot_both_hold_are_refused() -> None:
    with pytest.raises(Contradiction):
        Verdicts(frozenset({("a", "b"), ("b", "c")}), frozenset({("a", "c")}))
    with pytest.raises(Contradiction):
        Verdicts(never=frozenset({("a", "a")}))


def test_a_pair_has_one_spelling() -> None:
    assert pair("b", "a") == pair("a", "b") == ("a", "b")
