"""Who reads, writes and approves the definition of an indicator."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from cairn.policy.facts.outputs.indicator import IndicatorVersionFact
from cairn.policy.facts.people.access import Actor
from cairn.policy.law.cards.outputs import indicator as cards
from cairn.policy.questions.outputs.indicators import (
    may_approve_indicator,
    may_change_indicator,
    may_draft_indicator,
    may_view_indicator_preview,
    may_view_indicators,
)
from cairn.policy.vocabulary.access import STAFF_ROLES, Role

Acting = Callable[..., Actor]
VERSION = IndicatorVersionFact(
    "Summer", 2, "backbone", frozenset({"someone"}), is_draft=True, is_previewed=True
)


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_staff_read_analysts_write_and_the_committee_approves(
    role: Role, acting: Acting, on: date
) -> None:
    actor = acting(role)
    version = replace(VERSION, organization=actor.affiliations[0].organization)
    writes = role in {Role.DATA_MANAGER, Role.ANALYST}
    assert may_view_indicators(actor, on).allowed
    assert may_draft_indicator(version.organization, actor, on).allowed == writes
    assert may_change_indicator(version, actor, on).allowed == writes
    approves = role is Role.COMMITTEE_MEMBER
    assert may_approve_indicator(version, actor, on).allowed == approves
    assert may_view_indicator_preview(actor, on).allowed == (writes or approves)


def test_a_visitor_without_an_account_reads_and_changes_nothing(on: date) -> None:
    visitor = Actor.public()
    assert not may_view_indicators(visitor, on).allowed
    assert not may_draft_indicator("backbone", visitor, on).allowed
    assert not may_change_indicator(VERSION, visitor, on).allowed
    assert not may_approve_indicator(VERSION, visitor, on).allowed


def test_what_is_approved_is_not_changed(acting: Acting, on: date) -> None:
    actor = acting(Role.DATA_MANAGER)
    approved = replace(VERSION, organization=actor.affiliations[0].organization, is_draft=False)
    decision = may_change_indicator(approved, actor, on)
    assert [reason.code for reason in decision.refusals] == [cards.IS_DRAFT.id]


def test_only_another_member_approves_what_was_previewed_and_only_once(
    acting: Acting, on: date
) -> None:
    member = acting(Role.COMMITTEE_MEMBER)
    wrong = {
        cards.IS_DRAFT.id: replace(VERSION, is_draft=False),
        cards.PREVIEWED.id: replace(VERSION, is_previewed=False),
        cards.ANOTHER_APPROVES.id: replace(VERSION, writers=VERSION.writers | {member.id}),
    }
    for code, version in wrong.items():
        decision = may_approve_indicator(version, member, on)
        assert [reason.code for reason in decision.refusals] == [code]
