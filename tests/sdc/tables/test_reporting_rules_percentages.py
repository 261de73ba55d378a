"""Percentages tell no more than their band."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.sdc.tables.reporting_rules import (
    DEFAULT_REPORTING_RULE,
    EVERY_PERCENT,
    REPORTING_RULES,
    PercentageBand,
    PercentageDetail,
    PercentageRecoding,
    ReportingRule,
    build_cuts,
    compute_percent,
    join_recodings,
    join_reporting_rules,
)

NCES = REPORTING_RULES["ed-nces-2011-603"].recoding
EDFACTS = REPORTING_RULES["edfacts"].recoding

recodings = st.dictionaries(
    st.integers(1, 60), st.frozensets(st.integers(1, 100), max_size=12), max_size=4
).map(
    lambda found: PercentageRecoding(
        tuple(PercentageBand(n, cuts) for n, cuts in sorted(found.items()))
    )
)
handlings = st.builds(
    ReportingRule,
    name=st.sampled_from("abcd"),
    title=st.just(""),
    citation=st.just(""),
    verified=st.booleans(),
    minimum=st.integers(4, 30),
    shows=st.sampled_from(PercentageDetail),
    recoding=recodings,
    group=st.integers(0, 40),
)
rates = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("recoding", "yes", "size", "said"),
    [
        (NCES, 1, 9, ""),
        (NCES, 1, 15, "≤20%"),
        (NCES, 4, 15, "21-29%"),
        (NCES, 6, 20, "30-39%"),
        (NCES, 14, 15, "≥80%"),
        (NCES, 40, 41, "≥95%"),
        (NCES, 50, 150, "33%"),
        (NCES, 0, 1000, "≤1%"),
        (NCES, 500, 1000, "50%"),
        (EDFACTS, 2, 5, ""),
        (EDFACTS, 3, 6, "≥50%"),
        (EDFACTS, 2, 6, "≤49%"),
        (EDFACTS, 10, 20, "40-59%"),
        (EDFACTS, 10, 100, "10-14%"),
        (DEFAULT_REPORTING_RULE.recoding, 1, 3, "33%"),
        (DEFAULT_REPORTING_RULE.recoding, 0, 3, "0%"),
    ],
)
def test_percentages_as_printed(
    recoding: PercentageRecoding, yes: int, size: int, said: str
) -> None:
    assert recoding.format_percentage(yes, size) == said


def test_halves_go_up() -> None:
    assert (compute_percent(1, 200), compute_percent(1, 201), compute_percent(3, 3)) == (1, 0, 100)


def test_edfacts_bands_never_give_the_number_back() -> None:
    for size in range(6, 400):
        told: dict[str, int] = {}
        for yes in range(size + 1):
            told[EDFACTS.format_percentage(yes, size)] = (
                told.get(EDFACTS.format_percentage(yes, size), 0) + 1
            )
        assert min(told.values()) > 1, size


def test_a_recoding_is_in_order_and_in_percents() -> None:
    with pytest.raises(ValueError, match="order"):
        PercentageRecoding((PercentageBand(20, EVERY_PERCENT), PercentageBand(10, EVERY_PERCENT)))
    with pytest.raises(ValueError, match="whole percent"):
        PercentageRecoding((PercentageBand(20, frozenset({101})),))
    assert build_cuts(5, 5) == {6, *range(10, 95, 5), 95}


@given(recodings, recodings, rates)
def test_a_coarser_recoding_holds_what_each_says(
    one: PercentageRecoding, other: PercentageRecoding, rate
) -> None:
    joined = join_recodings(one, other).find_interval(*rate)
    for alone in (one.find_interval(*rate), other.find_interval(*rate)):
        if joined is not None:
            assert alone is not None
            assert joined[0] <= alone[0] <= alone[1] <= joined[1]
    assert join_recodings(one, other).find_interval(*rate) == join_recodings(
        other, one
    ).find_interval(*rate)


@given(handlings, handlings)
def test_the_strictest_shows_no_more_than_any(one: ReportingRule, other: ReportingRule) -> None:
    joined = join_reporting_rules(one, other)
    assert joined.minimum == max(one.minimum, other.minimum) == joined.suppression_rule.minimum
    assert joined.smallest_group == max(one.smallest_group, other.smallest_group)
    assert joined.shows == max(one.shows, other.shows)
    assert joined.verified == (one.verified and other.verified)
    assert join_reporting_rules(one) == one


def test_presets_are_cited_and_say_what_was_not_read() -> None:
    for name, rule in REPORTING_RULES.items():
        assert rule.name == name
        assert rule.citation
        assert rule.verified or rule.note
        assert rule.suppression_rule.minimum >= 5
