"""How a consent gets on record, by whom, and what it is worth on a date."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.policy.checks.students.consent_status import (
    find_consent_status,
    find_signer_authority_card,
    have_rights_passed_to_student,
    may_collector_read_answer,
)
from cairn.policy.checks.students.state_signers import NO_STATE_SIGNERS, StateSigners
from cairn.policy.engine.audience_redaction import redact_consent_status
from cairn.policy.engine.decision import Decision
from cairn.policy.facts.data.use import LocalPolicy
from cairn.policy.facts.people.access import Actor
from cairn.policy.facts.students.consent import ConsentFormFact, OptOutFact, WrittenConsent
from cairn.policy.facts.students.student import PersonFact
from cairn.policy.law.cards.governance import family as cards
from cairn.policy.law.cards.legal_bases import consent as consent_cards
from cairn.policy.law.cards.legal_bases import state_law as state_cards
from cairn.policy.law.rule_card import UNMET_CONDITION
from cairn.policy.lifecycles.state_machine import find_next_state
from cairn.policy.lifecycles.state_tables import CONSENT_TRANSITIONS
from cairn.policy.questions.governance.consents import (
    may_answer_consent_form,
    may_change_consents,
    may_change_own_consent,
    may_decide_consent_conflict,
    may_record_consents,
)
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.data_use import LegalBasis
from cairn.policy.vocabulary.decisions import Audience
from cairn.policy.vocabulary.families import (
    ConsentMethod,
    ConsentState,
    ConsentStatus,
    OptOutScope,
    SignerRelation,
)

ON = date(2026, 11, 24)
FORM = ConsentFormFact("river", frozenset({"lanterns"}), offered=True)
CHILD = PersonFact(
    "k1",
    birth_date=date(2016, 5, 4),
    postsecondary=False,
    nations=frozenset(),
    withheld=frozenset(),
)
GROWN = replace(CHILD, birth_date=date(2008, 2, 29))
FAMILY = Actor.family("k1")
CONSENT_FACT = WrittenConsent(
    id="c1",
    child="k1",
    signer="s1",
    relation=SignerRelation.PARENT,
    signed_on=date(2026, 9, 1),
    records=frozenset({"attendance.*"}),
    purposes=frozenset(),
    ends=date(2027, 6, 30),
    verified_on=date(2026, 9, 5),
    verified_by="7",
)

Act = Callable[..., Actor]


POLICY, EACH_PARENT = LocalPolicy(), NO_STATE_SIGNERS


def _codes(decision: Decision) -> set[str]:
    return {reason.code for reason in decision.refusals}


def test_a_collector_owns_the_form_or_is_named_in_it(acting: Act) -> None:
    tutor = acting(Role.PROGRAM_STAFF, at="lanterns")
    assert may_record_consents(FORM, "lanterns", tutor, ON).allowed
    unnamed = may_record_consents(replace(FORM, parties=frozenset()), "lanterns", tutor, ON)
    assert _codes(unnamed) == {cards.COLLECTOR.id}
    closed = may_record_consents(replace(FORM, offered=False), "lanterns", tutor, ON)
    assert _codes(closed) == {cards.FORM_OPEN.id}
    assert not may_record_consents(FORM, "river", tutor, ON).allowed
    assert may_record_consents(FORM, "river", acting(Role.STEWARD, at="river"), ON).allowed


def test_a_family_answers_for_its_own_child_and_the_student_at_eighteen() -> None:
    parent, student = SignerRelation.PARENT, SignerRelation.STUDENT
    assert may_answer_consent_form(FORM, parent, CHILD, FAMILY, ON).allowed
    assert not may_answer_consent_form(FORM, parent, CHILD, Actor.family("k2"), ON).allowed
    for relation, person in ((student, CHILD), (parent, GROWN)):
        refused = may_answer_consent_form(FORM, relation, person, FAMILY, ON)
        assert _codes(refused) == {cards.RIGHTS_HOLDER.id}
    assert may_answer_consent_form(FORM, student, GROWN, FAMILY, ON).allowed
    closed = may_answer_consent_form(replace(FORM, offered=False), parent, CHILD, FAMILY, ON)
    assert _codes(closed) == {cards.FORM_OPEN.id}
    assert "ask the school" in closed.refusals[0].message_for(Audience.FAMILY)


def test_an_event_follows_the_life_and_its_roles(acting: Act) -> None:
    steward, staff = acting(Role.STEWARD, at="river"), acting(Role.PROGRAM_STAFF, at="river")
    granted, verified = ConsentState.GRANTED, ConsentState.VERIFIED
    assert may_change_consents("verify", [granted], ["river"], [], steward, ON).allowed
    assert not may_change_consents("verify", [granted], ["river"], [], staff, ON).allowed
    assert not may_change_consents("verify", [granted], ["hills"], [], steward, ON).allowed
    again = may_change_consents("verify", [granted, verified], ["river"], [], steward, ON)
    assert _codes(again) == {cards.EVENT.id}
    assert may_change_consents("record revocation", [verified], ["river"], [], staff, ON).allowed
    with pytest.raises(LookupError, match="is called 'sell'"):
        may_change_consents("sell", [granted], ["river"], [], steward, ON)


def test_a_family_takes_back_what_is_open_and_its_own() -> None:
    verified, revoked = ConsentState.VERIFIED, ConsentState.REVOKED
    assert may_change_own_consent("revoke", verified, "k1", FAMILY, ON).allowed
    assert not may_change_own_consent("revoke", verified, "k2", FAMILY, ON).allowed
    assert _codes(may_change_own_consent("revoke", revoked, "k1", FAMILY, ON)) == {cards.EVENT.id}
    assert may_change_own_consent("take back", revoked, "k1", FAMILY, ON).allowed


@pytest.mark.parametrize(
    ("state", "event", "then"),
    [
        (ConsentState.OFFERED, "record", ConsentState.GRANTED),
        (ConsentState.OFFERED, "agree", ConsentState.GRANTED),
        (ConsentState.OFFERED, "decline", ConsentState.REFUSED),
        (ConsentState.GRANTED, "verify", ConsentState.VERIFIED),
        (ConsentState.GRANTED, "return", ConsentState.RETURNED),
        (ConsentState.VERIFIED, "revoke", ConsentState.REVOKED),
        (ConsentState.VERIFIED, "supersede", ConsentState.SUPERSEDED),
        (ConsentState.VERIFIED, "undo", None),
        (ConsentState.REFUSED, "revoke", None),
        (ConsentState.SUPERSEDED, "verify", None),
        (ConsentState.UNDONE, "verify", None),
    ],
)
def test_the_life_of_a_consent(state: ConsentState, event: str, then: ConsentState | None) -> None:
    assert find_next_state(CONSENT_TRANSITIONS, state, event) is then


@pytest.mark.parametrize(
    ("person", "passed"),
    [
        (CHILD, False),
        (GROWN, True),
        (replace(CHILD, birth_date=None), None),
        (replace(CHILD, postsecondary=None), False),
        (replace(CHILD, postsecondary=None, birth_date=date(2012, 11, 24)), None),
        (replace(CHILD, birth_date=None, postsecondary=True), True),
        (replace(CHILD, birth_date=date(2008, 11, 24)), True),
        (replace(CHILD, birth_date=date(2008, 11, 25)), False),
    ],
)
def test_rights_pass_at_eighteen_or_in_college(person: PersonFact, *, passed: bool | None) -> None:
    assert have_rights_passed_to_student(person, ON) is passed


def test_a_leap_day_child_comes_of_age_in_march() -> None:
    assert have_rights_passed_to_student(GROWN, date(2026, 2, 28)) is False
    assert have_rights_passed_to_student(GROWN, date(2026, 3, 1)) is True


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, ConsentStatus.LIVE),
        ({"superseded_by": "c2"}, ConsentStatus.SUPERSEDED),
        ({"revoked_on": ON}, ConsentStatus.REVOKED),
        ({"revoked_on": date(2026, 11, 25)}, ConsentStatus.LIVE),
        ({"ends": date(2026, 11, 23)}, ConsentStatus.EXPIRED),
        ({"ends": ON}, ConsentStatus.LIVE),
        ({"starts": date(2026, 12, 1)}, ConsentStatus.NOT_YET),
        ({"verified_on": None}, ConsentStatus.UNVERIFIED),
        ({"verified_on": date(2026, 11, 25)}, ConsentStatus.UNVERIFIED),
        ({"signer": ""}, ConsentStatus.INCOMPLETE),
        ({"relation": SignerRelation.OTHER}, ConsentStatus.INCOMPLETE),
        ({"method": ConsentMethod.ELECTRONIC}, ConsentStatus.INCOMPLETE),
    ],
)
def test_what_a_consent_is_worth(change: dict[str, object], said: ConsentStatus) -> None:
    consent = replace(CONSENT_FACT, **change)  # type: ignore[arg-type]
    assert find_consent_status(consent, CHILD, POLICY, EACH_PARENT, ON) is said


def test_a_parents_consent_ends_with_the_rights_where_the_policy_says_so() -> None:
    assert (
        find_consent_status(CONSENT_FACT, GROWN, POLICY, EACH_PARENT, ON)
        is ConsentStatus.RIGHTS_TRANSFERRED
    )
    unknown = replace(CHILD, birth_date=None)
    assert (
        find_consent_status(CONSENT_FACT, unknown, POLICY, EACH_PARENT, ON)
        is ConsentStatus.AGE_UNKNOWN
    )
    by_minor = replace(
        CONSENT_FACT, basis=LegalBasis.HIPAA_AUTHORIZATION, relation=SignerRelation.STUDENT
    )
    assert (
        find_consent_status(by_minor, CHILD, POLICY, EACH_PARENT, ON)
        is ConsentStatus.SIGNER_UNSETTLED
    )
    signed_before = replace(CONSENT_FACT, signed_on=date(2025, 9, 1))
    kept = LocalPolicy(rights_pass_at_18=False)
    assert find_consent_status(signed_before, GROWN, kept, EACH_PARENT, ON) is ConsentStatus.LIVE


@given(
    st.dates(date(2026, 1, 1), date(2028, 1, 1)),
    st.dates(date(2026, 1, 1), date(2028, 1, 1)),
)
def test_revoking_never_makes_a_consent_live(revoked: date, on: date) -> None:
    taken_back = replace(CONSENT_FACT, revoked_on=revoked)
    was = find_consent_status(CONSENT_FACT, CHILD, POLICY, EACH_PARENT, on)
    now = find_consent_status(taken_back, CHILD, POLICY, EACH_PARENT, on)
    assert now is was or (now is ConsentStatus.REVOKED and revoked <= on)


LOOKED = replace(CHILD, opt_outs=())
_ALL_OUT = OptOutFact("k1", OptOutScope.ALL_DISCRETIONARY, "2026-27", "river")


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (s, s in (ConsentState.RETURNED, ConsentState.REFUSED, ConsentState.UNDONE))
        for s in ConsentState
    ],
)
def test_a_collector_reads_what_it_wrote_down_itself(state: ConsentState, *, said: bool) -> None:
    assert may_collector_read_answer(state, None, LOOKED, POLICY, EACH_PARENT, ON) is said


@pytest.mark.parametrize(
    "change",
    [
        {"opt_outs": None},
        {"opt_outs": (_ALL_OUT,)},
        {"parents_conflict": True},
        {"court_order": True},
        {"hold": "custody"},
        {"nations": None},
        {"nations": frozenset({"n1"})},
        {"withheld": None},
        {"withheld": frozenset({"attendance.*"})},
        {"birth_date": None},
        {"postsecondary": True},
    ],
)
def test_a_collector_reads_a_yes_while_it_waits_or_counts(change: dict[str, Any]) -> None:
    def reads(consent: WrittenConsent, person: PersonFact) -> bool:
        return may_collector_read_answer(
            ConsentState.VERIFIED, consent, person, POLICY, EACH_PARENT, ON
        )

    assert reads(CONSENT_FACT, LOOKED)
    assert reads(replace(CONSENT_FACT, verified_on=None), LOOKED)
    directory = replace(_ALL_OUT, scope=OptOutScope.DIRECTORY)
    assert reads(CONSENT_FACT, replace(LOOKED, opt_outs=(directory,)))
    assert not reads(replace(CONSENT_FACT, revoked_on=ON), LOOKED)
    assert not reads(CONSENT_FACT, replace(LOOKED, **change))


def test_every_card_speaks_to_families_or_keeps_silent() -> None:
    for card in cards.ALL:
        assert all(card.find_template(audience) for audience in Audience)


def test_a_conflict_is_decided_while_there_is_one(acting: Callable[..., Actor]) -> None:
    steward = acting(Role.STEWARD, at="river")
    for disagree in (True, False):
        answer = may_decide_consent_conflict("river", disagree=disagree, actor=steward, on=ON)
        assert answer.allowed is disagree
        assert not may_decide_consent_conflict("lake", disagree=True, actor=steward, on=ON).allowed


CUSTODY = StateSigners({"river": state_cards.CALIFORNIA_CUSTODY})
SEPARATED = replace(CHILD, custodians=frozenset({"s2"}))


@pytest.mark.parametrize(
    ("person", "changes", "signers", "card"),
    [
        # Another parent has custody, and the state lets only that parent sign.
        (SEPARATED, {}, CUSTODY, state_cards.CALIFORNIA_CUSTODY),
        (SEPARATED, {"verified_on": None}, CUSTODY, state_cards.CALIFORNIA_CUSTODY),
        (SEPARATED, {"signer": "s2"}, CUSTODY, None),
        (SEPARATED, {"relation": SignerRelation.GUARDIAN}, CUSTODY, None),
        (SEPARATED, {}, EACH_PARENT, None),
        (CHILD, {}, CUSTODY, None),
        (replace(CHILD, court_order=True), {}, NO_STATE_SIGNERS, consent_cards.COURT_ORDER),
    ],
)
def test_a_signature_without_authority_is_not_in_effect(
    person: PersonFact, changes: dict[str, Any], signers: StateSigners, card: object
) -> None:
    consent = replace(CONSENT_FACT, **changes)
    assert find_signer_authority_card(consent, person, signers) is card
    status = find_consent_status(consent, person, POLICY, signers, ON)
    live = (ConsentStatus.LIVE, ConsentStatus.UNVERIFIED)
    assert (status is ConsentStatus.SIGNER_AUTHORITY) is (card is not None)
    assert (status in live) is (card is None)
    # A form that ended or was taken back says so to everyone.
    ended = replace(consent, ends=date(2026, 11, 1))
    assert find_consent_status(ended, person, POLICY, signers, ON) is ConsentStatus.EXPIRED


@pytest.mark.parametrize("audience", [Audience.RECIPIENT, Audience.FAMILY, Audience.PUBLIC])
def test_custody_reads_like_other_causes_to_all_but_the_steward(audience: Audience) -> None:
    hidden = (ConsentStatus.NOT_IN_EFFECT, UNMET_CONDITION)
    for status in (
        ConsentStatus.SIGNER_AUTHORITY,
        ConsentStatus.SIGNER_UNSETTLED,
        ConsentStatus.AGE_UNKNOWN,
        ConsentStatus.INCOMPLETE,
    ):
        assert redact_consent_status(status, "why", audience) == hidden
        assert redact_consent_status(status, "why", Audience.STEWARD) == (status, "why")
    assert redact_consent_status(ConsentStatus.LIVE, "", audience) == (ConsentStatus.LIVE, "")
