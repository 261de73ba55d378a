"""A file is asked for only where it may be handed in, and its link takes one file."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.agreements.agreement_terms import DeliveryTerm
from cairn.policy.facts.data.delivery import DeliveryFact
from cairn.policy.facts.data.file_request import FileRequestFact
from cairn.policy.facts.people.access import Actor
from cairn.policy.questions.data.file_requests import (
    find_askable_organizations,
    list_reasons_for_sender,
    may_land_requested_file,
    may_request_file,
    may_send_requested_file,
    may_withdraw_file_request,
)
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action

Agreed = Callable[..., AgreementFact]
Acting = Callable[..., Actor]
_DAY = timedelta(days=1)
_REQUEST = FileRequestFact(
    organization="river",
    agreement_reference="RV-DSA-01",
    asker="Dana",
    link_ends_on=date(2030, 1, 1),
    is_withdrawn=False,
    is_answered=False,
    tries=0,
)


@pytest.mark.parametrize(
    ("role", "at", "allowed"),
    [
        (Role.DATA_MANAGER, "hub", True),
        (Role.STEWARD, "river", True),
        (Role.STEWARD, "hills", False),
        (Role.PROGRAM_STAFF, "river", False),
        (Role.ANALYST, "hub", False),
    ],
)
def test_who_asks_for_a_file(
    role: Role,
    at: str,
    allowed: bool,
    delivery: DeliveryFact,
    agreed: Agreed,
    acting: Acting,
    on: date,
) -> None:
    actor = acting(role) if at == "hub" else acting(role, at=at)
    asked = replace(delivery, elements=frozenset())
    decision = may_request_file(asked, agreed(), actor, on, overdue=())
    assert decision.allowed is allowed
    assert may_withdraw_file_request("river", actor, on).allowed is allowed
    assert find_askable_organizations(actor, on).includes(["river"]) is allowed


def test_nothing_is_asked_for_that_could_not_be_handed_in(
    delivery: DeliveryFact, agreed: Agreed, acting: Acting, on: date
) -> None:
    steward, asked = acting(Role.STEWARD, at="river"), replace(delivery, elements=frozenset())
    assert may_request_file(asked, agreed(), steward, on, overdue=()).allowed
    assert not may_request_file(asked, agreed(), steward, on, overdue=None).allowed
    terms = agreed()
    ended = replace(terms, ends=on - _DAY)
    refused = may_request_file(asked, ended, steward, on, overdue=())
    assert any("ended on" in sentence for sentence in list_reasons_for_sender(refused))
    named = replace(terms, delivery=DeliveryTerm(contacts=(("Kim", "kim@river.example"),)))
    stranger = replace(asked, brought_by="lee@river.example")
    assert not may_request_file(stranger, named, steward, on, overdue=()).allowed
    kim = replace(asked, brought_by="Kim@River.example")
    assert may_request_file(kim, named, steward, on, overdue=()).allowed


def test_only_a_named_sender_needs_no_confirmation(
    delivery: DeliveryFact, agreed: Agreed, acting: Acting, on: date
) -> None:
    steward, terms = acting(Role.STEWARD, at="river"), agreed()
    kim = replace(delivery, brought_by="kim@river.example")
    unnamed = may_land_requested_file(kim, terms, steward, on, overdue=())
    assert [reason.code for reason in unnamed.refusals] == ["Q05"]
    named = replace(terms, delivery=DeliveryTerm(contacts=(("Kim", "KIM@river.example"),)))
    landed = may_land_requested_file(kim, named, steward, on, overdue=())
    assert landed.require().action is Action.RECEIVE
    receiver = replace(terms, delivery=DeliveryTerm(receivers=(("Kim", "kim@river.example"),)))
    assert not may_land_requested_file(kim, receiver, steward, on, overdue=()).allowed


@pytest.mark.parametrize(
    ("request_fact", "code"),
    [
        (_REQUEST, ""),
        (replace(_REQUEST, tries=19), ""),
        (replace(_REQUEST, is_withdrawn=True, is_answered=True), "Q01"),
        (replace(_REQUEST, is_answered=True), "Q02"),
        (replace(_REQUEST, link_ends_on=date(2020, 1, 1)), "Q03"),
        (replace(_REQUEST, tries=20), "Q04"),
    ],
)
def test_a_link_takes_one_file(
    request_fact: FileRequestFact, code: str, acting: Acting, on: date
) -> None:
    for who in (Actor.public(), acting(Role.ANALYST)):
        decision = may_send_requested_file(request_fact, who, on)
        assert decision.allowed is (not code)
        assert [reason.code for reason in decision.refusals] == ([code] if code else [])
        assert len(list_reasons_for_sender(decision)) == len(decision.refusals)


def test_the_last_day_of_a_link_counts(on: date) -> None:
    assert may_send_requested_file(replace(_REQUEST, link_ends_on=on), Actor.public(), on).allowed
    ended = replace(_REQUEST, link_ends_on=on - _DAY)
    assert not may_send_requested_file(ended, Actor.public(), on).allowed


def test_the_sender_learns_nothing_about_others(
    delivery: DeliveryFact, agreed: Agreed, acting: Acting, on: date
) -> None:
    left = acting(Role.ANALYST)
    assert not list_reasons_for_sender(
        may_land_requested_file(delivery, agreed(), left, on, overdue=())
    )
