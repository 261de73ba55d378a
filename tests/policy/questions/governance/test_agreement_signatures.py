"""How a signer was identified is recorded as it was."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from cairn.policy.facts.agreements.agreement import DraftFact, PaperSignatureFact
from cairn.policy.facts.people.access import Actor
from cairn.policy.questions.governance.agreement_drafts import (
    find_signature_method,
    may_confirm_signature,
)
from cairn.policy.vocabulary.access import Role, SecondFactor
from cairn.policy.vocabulary.agreements import AgreementState, SignatureMethod
from cairn.policy.vocabulary.decisions import Audience


@pytest.mark.parametrize(
    ("factor", "method"),
    [
        (SecondFactor.PRESENT, SignatureMethod.SESSION),
        (SecondFactor.EXCUSED, SignatureMethod.DEMONSTRATION),
        (SecondFactor.LOCAL_SHELL, SignatureMethod.COMMAND),
    ],
)
def test_the_method_says_what_the_session_proved(
    acting: Callable[..., Actor], factor: SecondFactor, method: SignatureMethod
) -> None:
    assert find_signature_method(acting(Role.STEWARD, second_factor=factor)) is method


def test_a_session_without_a_second_factor_signs_nothing(acting: Callable[..., Actor]) -> None:
    with pytest.raises(ValueError, match="second factor"):
        find_signature_method(acting(Role.STEWARD, second_factor=SecondFactor.ABSENT))


_DRAFT = DraftFact(
    organization="hub",
    reference="A",
    state=AgreementState.OUT_FOR_SIGNATURE,
    digest="signed text",
    parties=frozenset({"hub", "river"}),
    owners=frozenset({"river"}),
)
_PAPER = PaperSignatureFact(
    organization="river",
    digest="signed text",
    recorded_by="7",
    recorder="Dana Reyes",
    link_ends_on=date.max,
)


@pytest.mark.parametrize(
    ("changes", "asked", "refusals"),
    [
        ({}, {}, set()),
        ({"digest": "changed text"}, {}, {"W21"}),
        ({"state": AgreementState.DRAFT}, {}, {"W01"}),
        ({"signed": frozenset({"river"})}, {}, {"W09"}),
        ({}, {"organization": "lake"}, {"W06"}),
        ({}, {"recorded_by": "public"}, {"W20"}),
    ],
)
def test_the_signer_of_a_paper_confirms_it_without_an_account(
    on: date, changes: dict[str, Any], asked: dict[str, str], refusals: set[str]
) -> None:
    draft, paper = replace(_DRAFT, **changes), replace(_PAPER, **asked)
    decision = may_confirm_signature(draft, paper, Actor.public(), on)
    assert {reason.code for reason in decision.refusals} == refusals
    assert decision.allowed is (not refusals)


def test_the_person_who_recorded_a_paper_does_not_confirm_it(
    on: date, acting: Callable[..., Actor]
) -> None:
    recorder = acting(Role.DATA_MANAGER)
    paper = replace(_PAPER, recorded_by=recorder.id)
    assert not may_confirm_signature(_DRAFT, paper, recorder, on).allowed


def test_a_link_works_through_its_last_day_and_then_says_whom_to_ask(on: date) -> None:
    last_day = replace(_PAPER, link_ends_on=on)
    assert may_confirm_signature(_DRAFT, last_day, Actor.public(), on).allowed
    decision = may_confirm_signature(_DRAFT, last_day, Actor.public(), on + timedelta(days=1))
    (reason,) = decision.refusals
    assert reason.message_for(Audience.PUBLIC) == (
        "This link has ended, and the signature does not count. Ask the person who sent it for a "
        "new link."
    )
    assert "send the signer the new link" in reason.next_step
