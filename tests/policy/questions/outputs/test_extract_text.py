"""Free text leaves only as a person without a part in the project has read it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.policy import permitted_use
from tests.policy.questions.outputs.test_extracts import (
    DAY,
    MANAGER,
    ON,
    RESEARCHER,
    _actor,
    _codes,
    _extract,
)

from cairn.policy.checks.outputs.extract import find_text_objections
from cairn.policy.engine.decision import Decision
from cairn.policy.facts.outputs.extract import ExtractFact, TextFact
from cairn.policy.law.cards.outputs.extract import ALL
from cairn.policy.questions.outputs.extracts import (
    may_fetch_extract,
    may_issue_extract,
    may_review_extract_text,
)
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.data_use import SpecialClass
from cairn.policy.vocabulary.decisions import Audience
from cairn.policy.vocabulary.releases import ExtractState

READ = TextFact(
    element=permitted_use.DAYS,
    texts=3,
    read=3,
    withheld=1,
    readers=frozenset({"1"}),
    on=ON,
    decided="a",
    prepared="a",
)
_HEALTH = frozenset({SpecialClass.HEALTH})


def _fetch(**changes: Any) -> Decision:
    return may_fetch_extract(_extract(texts=(replace(READ, **changes),)), RESEARCHER, ON)


def _waiting(**changes: Any) -> ExtractFact:
    """One whose texts wait to be read."""
    text = TextFact(element=permitted_use.DAYS, texts=3)
    return _extract(**{"state": ExtractState.IN_REVIEW, "texts": (text,), **changes})


def _read(element: str = permitted_use.DAYS, actor: Any = MANAGER, **changes: Any) -> Decision:
    return may_review_extract_text(_waiting(**changes), element, actor, ON)


CASES: dict[str, Callable[[], Decision]] = {
    "E12": lambda: _read(actor=_actor("7", Role.DATA_MANAGER), requester="2"),
    "E13": lambda: _read(permitted_use.GRADE),
    "E14": lambda: _fetch(read=2),
    "E15": lambda: _fetch(readers=frozenset({"1", "7"})),
    "E16": lambda: _fetch(decided="b"),
    "E17": lambda: _fetch(classes=_HEALTH, left=1),
}


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_denies_and_each_audience_hears_its_own_words(rule: str) -> None:
    refused = CASES[rule]()
    assert _codes(refused) == [rule]
    (reason,) = refused.refusals
    said = {audience: reason.message_for(audience) for audience in Audience}
    assert all(words and "{" not in words for words in (*said.values(), reason.next_step))
    if said[Audience.STEWARD] != said[Audience.RECIPIENT]:
        assert said[Audience.STEWARD] not in {said[Audience.FAMILY], said[Audience.PUBLIC]}


def test_every_card_has_its_case() -> None:
    """E12 and later are about free text; `test_extracts` has those before."""
    ids = {card.id for card in ALL if card.id.startswith("E")}
    assert {id_ for id_ in ids if id_ >= "E12"} == set(CASES)


def test_what_was_read_leaves() -> None:
    assert _fetch().allowed
    assert _fetch(left=2).allowed
    assert _fetch(classes=_HEALTH).allowed
    assert _fetch(texts=0, read=0, prepared="").allowed, "it is not in the extract"
    assert not _fetch(texts=0, read=0).allowed
    said = [r for r in _fetch(classes=_HEALTH).reasons if r.code in CASES]
    assert [r.code for r in said] == ["E14", "E15", "E16", "E17"]


def test_issuing_asks_the_same() -> None:
    waiting = _extract(state=ExtractState.IN_REVIEW, texts=(replace(READ, read=2),))
    assert _codes(may_issue_extract(waiting, MANAGER, ON)) == ["E14"]


def test_who_reads_and_when() -> None:
    found = _read()
    assert found.allowed, [(r.code, r.message) for r in found.refusals]
    assert found.usable == {permitted_use.DAYS}
    assert _read(state=ExtractState.RETURNED).allowed
    for state in set(ExtractState) - {ExtractState.IN_REVIEW, ExtractState.RETURNED}:
        assert "E01" in _codes(_read(state=state))
    for stranger in (
        _actor("8", Role.ANALYST),
        _actor("8", Role.REVIEWER),
        _actor("8", Role.STEWARD, at="river"),
        _actor("8", Role.DATA_MANAGER, at="river"),
    ):
        assert _codes(_read(actor=stranger)) == ["A03"]
    assert _codes(_read(requester="1")) == ["P02", "E12"]
    assert _codes(_read(recipient="1"))[-1] == "E12"


def test_reading_needs_what_the_extract_needs() -> None:
    late = _waiting()
    leave = late.project.authorization
    assert leave is not None
    over = replace(late.project, authorization=replace(leave, ends=ON - DAY))
    assert not _read(project=over).allowed
    assert not _read(project=replace(late.project, authorization=None)).allowed
    assert not _read(agreements=()).allowed


def test_what_stands_in_the_way_of_preparing_it() -> None:
    def codes(**changes: Any) -> list[str]:
        return [r.code for r in find_text_objections(_extract(), replace(READ, **changes))]

    assert codes(prepared="", decided="b") == []
    assert codes(read=2) == ["E14"]
    assert codes(read=0, texts=0, readers=frozenset({"7"})) == ["E14", "E15"]
    assert codes(classes=_HEALTH, left=1) == ["E17"]


@given(
    texts=st.integers(0, 4),
    read=st.integers(0, 4),
    readers=st.frozensets(st.sampled_from(["1", "7"])),
    left=st.integers(0, 1),
    prepared=st.sampled_from(["", "a"]),
    decided=st.sampled_from(["a", "b"]),
    classes=st.sampled_from([frozenset(), _HEALTH]),
)
def test_only_what_was_read_as_it_stands_leaves(**facts: Any) -> None:
    """Against one sentence that shares no code; what is not in the extract stops nothing."""
    fine = (
        facts["texts"] == facts["read"] > 0
        and "7" not in facts["readers"]
        and facts["decided"] == "a"
        and not (facts["classes"] and facts["left"])
    )
    assert _fetch(**facts).allowed is (fine or not facts["prepared"])
