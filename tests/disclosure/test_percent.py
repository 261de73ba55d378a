"""Percentages tell no more than their band."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.disclosure.handling import Handling, Shows, strictest
from cairn.disclosure.percent import WHOLE, Band, Recoding, coarser, coded, percent
from cairn.disclosure.presets import PLAIN, PRESETS

NCES = PRESETS["ed-nces-2011-603"].recoding
EDFACTS = PRESETS["edfacts"].recoding

recodings = st.dictionaries(
    st.integers(1, 60), st.frozensets(st.integers(1, 100), max_size=12), max_size=4
).map(lambda found: Recoding(tuple(Band(n, cuts) for n, cuts in sorted(found.items()))))
handlings = st.builds(
    Handling,
    name=st.sampled_from("abcd"),
    title=st.just(""),
    citation=st.just(""),
    verified=st.booleans(),
    minimum=st.integers(4, 30),
    shows=st.sampled_from(Shows),
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
        (PLAIN.recoding, 1, 3, "33%"),
        (PLAIN.recoding, 0, 3, "0%"),
    ],
)
def test_percentages_as_printed(recoding: Recoding, yes: int, size: int, said: str) -> None:
    assert recoding.said(yes, size) == said


def test_halves_go_up() -> None:
    assert (percent(1, 200), percent(1, 201), percent(3, 3)) == (1, 0, 100)


def test_edfacts_bands_never_give_the_number_back() -> None:
    for size in range(6, 400):
        told: dict[str, int] = {}
        for yes in range(size + 1):
            told[EDFACTS.said(yes, size)] = told.get(EDFACTS.said(yes, size), 0) + 1
        assert min(told.values()) > 1, size


def test_a_recoding_is_in_order_and_in_percents() -> None:
    with pytest.raises(ValueError, match="order"):
        Recoding((Band(20, WHOLE), Band(10, WHOLE)))
    with pytest.raises(ValueError, match="whole percent"):
        Recoding((Band(20, frozenset({101})),))
    assert coded(5, 5) == {6, *range(10, 95, 5), 95}


@given(recodings, recodings, rates)
def test_a_coarser_recoding_holds_what_each_says(one: Recoding, other: Recoding, rate) -> None:
    joined = coarser(one, other).interval(*rate)
    for alone in (one.interval(*rate), other.interval(*rate)):
        if joined is not None:
            assert alone is not None
            assert joined[0] <= alone[0] <= alone[1] <= joined[1]
    assert coarser(one, other).interval(*rate) == coarser(other, one).interval(*rate)


@given(handlings, handlings)
def test_the_strictest_shows_no_more_than_any(one: Handling, other: Handling) -> None:
    joined = strictest(one, other)
    assert joined.minimum == max(one.minimum, other.minimum) == joined.rule.minimum
    assert joined.least_group == max(one.least_group, other.least_group)
    assert joined.shows == max(one.shows, other.shows)
    assert joined.verified == (one.verified and other.verified)
    assert strictest(one) == one


def test_presets_are_cited_and_say_what_was_not_read() -> None:
    for name, rule in PRESETS.items():
        assert rule.name == name
        assert rule.citation
        assert rule.verified or rule.note
        assert rule.rule.minimum >= 5
