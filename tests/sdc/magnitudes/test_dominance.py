"""When a sum tells of one person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.sdc.magnitudes.dominance import (
    ACRO_RULE,
    DOMINANCE_RULES,
    DominanceRule,
    is_near_limit,
    join_dominance_rules,
)

P10 = DominanceRule("p10", "", "", verified=True, percent=10)
values = st.lists(st.integers(0, 50), min_size=1, max_size=8).map(
    lambda found: tuple(sorted(found, reverse=True))
)
rules = st.builds(
    DominanceRule,
    st.just("one"),
    st.just(""),
    st.just(""),
    verified=st.booleans(),
    percent=st.integers(0, 60),
    largest=st.integers(0, 4),
    share=st.integers(60, 100),
)


def test_the_second_largest_takes_away_what_is_his() -> None:
    """1000 and 200: of 1290 the second knows that the first has 1090 at most, too close by 1 in
    10; of 1300 it is not closer than that (the example is the rule's own definition)."""
    assert P10.is_dominated((1000, 200, 90), None)
    assert not P10.is_dominated((1000, 200, 100), None)


def test_one_alone_is_told() -> None:
    assert P10.list_required_sums((40,), None) == (44,)
    assert P10.is_dominated((40,), None)


def test_no_more_is_wanted_than_anyone_can_have() -> None:
    assert P10.list_required_sums((98, 95), 100) == (195, 198)


def test_the_largest_few_hold_no_more_than_their_share() -> None:
    assert ACRO_RULE.compute_dominance_sum((50, 40, 10)) == 100
    assert not ACRO_RULE.is_dominated((50, 40, 10), None)
    assert ACRO_RULE.is_dominated((50, 42, 8), None)
    assert P10.compute_dominance_sum((50, 40, 10)) == 0


def test_a_ceiling_is_looked_at_from_above_as_well() -> None:
    nearly = (180, 180, 179, 170)
    assert not P10.is_dominated(nearly, None)
    assert P10.is_dominated(nearly, 180)
    assert not P10.is_dominated((100, 90, 80, 70), 180)


def test_nobody_and_everybody() -> None:
    assert is_near_limit((5, 4), None, 10)
    assert not is_near_limit((5, 5), None, 10)
    assert is_near_limit((100, 95), 100, 10)
    assert not is_near_limit((100, 90), 100, 10)


@given(st.lists(st.booleans(), min_size=1, max_size=40), st.integers(4, 12))
def test_of_a_yes_or_no_it_is_the_rule_for_counts(said: list[bool], minimum: int) -> None:
    yes = sum(said)
    found = is_near_limit(tuple(sorted(map(int, said), reverse=True)), 1, minimum)
    assert found == (yes < minimum or len(said) - yes < minimum)


@given(values, rules, rules)
def test_the_strictest_shows_no_sum_that_one_of_them_would_not(
    some: tuple[int, ...], one: DominanceRule, other: DominanceRule
) -> None:
    joined = join_dominance_rules(one, other)
    assert joined.is_dominated(some, 50) >= max(
        one.is_dominated(some, 50), other.is_dominated(some, 50)
    )
    assert joined.verified == (one.verified and other.verified)


@given(values, st.integers(0, 40), st.integers(0, 40))
def test_a_larger_percentage_is_stricter(some: tuple[int, ...], percent: int, more: int) -> None:
    lax = DominanceRule("", "", "", verified=True, percent=percent)
    strict = DominanceRule("", "", "", verified=True, percent=percent + more)
    assert strict.is_dominated(some, None) >= lax.is_dominated(some, None)


@pytest.mark.parametrize("rule", DOMINANCE_RULES.values(), ids=lambda rule: rule.name)
def test_a_rule_says_where_it_stands_and_what_is_not_certain(rule: DominanceRule) -> None:
    assert rule.citation
    assert rule.verified or rule.note
    assert join_dominance_rules(rule) is rule
