"""Words beside figures: what ranks is refused, what labels is asked about."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.policy.checks.outputs.release_content import (
    check_fair_narrative,
    filter_given_answers,
    list_narrative_questions,
)
from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.outputs.release import ReleaseNarrative
from cairn.policy.vocabulary.decisions import Outcome

Agreed = Callable[..., AgreementFact]
ON = date(2026, 11, 24)


def refused(telling: ReleaseNarrative, *agreements: AgreementFact) -> list[str]:
    found = check_fair_narrative(telling, agreements).run(ON)
    return [reason.code for reason in found if reason.effect is Outcome.DENY]


@pytest.mark.parametrize(
    ("story", "codes"),
    [
        ("A hard winter closed schools for nine days.", []),
        ("The five best schools in the county are Oak and Elm.", ["P21"]),
        ("Elm outperformed every other district.", ["P21"]),
        ("The best day to visit the schools is Monday.", []),
        ("Homeless students missed more days.", ["P22"]),
        ("Drop-outs rose, and so did truants.", ["P22", "P22"]),
        ("Black girls missed more days than their white classmates.", ["P23"]),
        ("The gap grew.", ["P24"]),
        ("The gap grew after two bus routes were cut.", []),
    ],
)
def test_words_are_found(agreed: Agreed, story: str, codes: list[str]) -> None:
    assert refused(ReleaseNarrative("Chronic absence", story), agreed()) == codes


def test_ranking_is_free_where_no_agreement_forbids_it(agreed: Agreed) -> None:
    told = ReleaseNarrative("The best schools")
    free = replace(agreed(), disclosure=replace(agreed().disclosure, no_ranking=False))
    assert refused(told, free) == []
    assert refused(told, free, agreed()) == ["P21"]


def test_a_group_of_which_nothing_is_shown_is_named() -> None:
    told = ReleaseNarrative("Absence", "A hard winter.", missing=("Pacific Islander",))
    (reason,) = check_fair_narrative(told, ()).run(ON)
    assert reason.code == "P25"
    assert dict(reason.facts) == {"groups": "Pacific Islander"}


def test_no_answer_makes_up_for_ranking(agreed: Agreed) -> None:
    told = ReleaseNarrative("The best schools", answers={"P21": "We mean it."})
    assert refused(told, agreed()) == ["P21"]


def test_an_empty_answer_is_none() -> None:
    assert filter_given_answers({"P24": "  ", "P25": " Nobody asked. "}) == {"P25": "Nobody asked."}


def test_each_rule_asks_the_author_once() -> None:
    told = ReleaseNarrative(
        "Drop-outs and truants", "The gap grew.", answers={"P24": "No rule changed."}
    )
    assert [reason.code for reason in list_narrative_questions(told)] == ["P22", "P24"]


@given(st.text(), st.text(), st.lists(st.text(min_size=1)), st.dictionaries(st.text(), st.text()))
def test_answers_only_ever_settle(
    title: str, story: str, missing: list[str], answers: dict[str, str]
) -> None:
    bare = ReleaseNarrative(title, story, tuple(missing))
    answered = replace(bare, answers=answers)
    every = replace(bare, answers={f"P{n}": "Because." for n in range(22, 26)})
    assert set(refused(answered)) <= set(refused(bare))
    assert refused(every) == []
