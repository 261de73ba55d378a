"""An agreement from draft to closed: every state, event and role; who may, and why not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from cairn.policy.checks.agreements import agreement_termination as agreements_agreement_termination
from cairn.policy.engine.decision import Decision
from cairn.policy.facts.agreements.agreement import UNTIL_TERMINATED, AgreementFact, DraftFact
from cairn.policy.facts.agreements.agreement_clause import AgreementClause, ClauseKind
from cairn.policy.facts.people.access import Actor, AffiliationFact
from cairn.policy.lifecycles.state_machine import find_next_state, may_role_cause_event
from cairn.policy.lifecycles.state_tables import AGREEMENT_TRANSITIONS
from cairn.policy.questions.governance import agreement_drafts, agreements
from cairn.policy.vocabulary.access import Role, SecondFactor
from cairn.policy.vocabulary.agreements import AgreementState
from cairn.policy.vocabulary.decisions import Audience
from cairn.policy.vocabulary.organizations import OrganizationKind

Acting = Callable[..., Actor]
Agreed = Callable[..., AgreementFact]
S = AgreementState
DAY = timedelta(days=1)
LETTER = {Role.DATA_MANAGER: "D", Role.STEWARD: "S", Role.COUNSEL: "C"}
# state event roles next
EXPECTED = """
draft save DS draft
draft submit DS counsel_review
draft set-aside DS closed
counsel_review override C counsel_review
counsel_review clear C counsel_review
counsel_review attest-review S counsel_review
counsel_review return C draft
counsel_review take-back DS draft
counsel_review send-out DS out_for_signature
counsel_review set-aside DS closed
out_for_signature sign DS out_for_signature
out_for_signature attest DS out_for_signature
out_for_signature sign-last DS signed
out_for_signature attest-last DS signed
out_for_signature decline DS draft
out_for_signature take-back DS draft
out_for_signature set-aside DS closed
signed amend DS signed
signed terminate DS terminated
signed begin-closing D closing
terminated take-back DS signed
terminated begin-closing D closing
closing close D closed
"""
ROWS = [line.split() for line in EXPECTED.strip().splitlines()]
EVENTS = sorted({row[1] for row in ROWS})


@pytest.mark.parametrize(("state", "event"), list(product(S, EVENTS)))
def test_every_state_event_and_role(state: S, event: str) -> None:
    row = next((r for r in ROWS if r[:2] == [state.value, event]), None)
    said = event.replace("-", " ")
    assert find_next_state(AGREEMENT_TRANSITIONS, state, said) == (row[3] if row else None)
    for role in Role:
        expected = row is not None and LETTER.get(role, "-") in row[2]
        assert may_role_cause_event(AGREEMENT_TRANSITIONS, state, said, role) is expected


@pytest.fixture
def draft() -> DraftFact:
    """A draft of River and the hub that may take the next step in any state."""
    return DraftFact(
        reference="A",
        state=S.DRAFT,
        organization="hub",
        parties=frozenset({"river", "hub"}),
        owners=frozenset({"river"}),
        digest="d",
    )


def codes(decision: Decision) -> list[str]:
    return [reason.code for reason in decision.refusals]


def test_writing_goes_its_way(draft: DraftFact, acting: Acting, on: date) -> None:
    manager = acting(Role.DATA_MANAGER)
    assert agreement_drafts.may_draft_agreement("hub", manager, on).allowed
    assert agreement_drafts.may_save_agreement_draft(draft, manager, on).allowed
    assert agreement_drafts.may_submit_agreement_draft(draft, manager, on).allowed
    assert codes(
        agreement_drafts.may_submit_agreement_draft(replace(draft, mistakes=2), manager, on)
    ) == ["W02"]
    assert agreement_drafts.may_abandon_agreement_draft(draft, manager, on).allowed
    held = replace(draft, state=S.COUNSEL_REVIEW)
    assert codes(agreement_drafts.may_save_agreement_draft(held, manager, on)) == ["W01"]
    assert agreement_drafts.may_recall_agreement_draft(held, manager, on).allowed
    assert not agreement_drafts.may_save_agreement_draft(draft, acting(Role.COUNSEL), on).allowed
    assert not agreement_drafts.may_save_agreement_draft(
        draft, acting(Role.STEWARD, at="river"), on
    ).allowed


def test_nothing_goes_out_before_counsel_and_the_law(
    draft: DraftFact, agreed: Agreed, acting: Acting, on: date
) -> None:
    manager = acting(Role.DATA_MANAGER)
    held = replace(draft, state=S.COUNSEL_REVIEW, reviewed=frozenset({"river"}))
    assert agreement_drafts.may_send_agreement_for_signature(held, manager, on).allowed
    for changes, code in (
        ({"reviewed": frozenset({"hub"})}, "W04"),
        ({"findings": ("R14",)}, "W03"),
        ({"unregistered": ("river",)}, "W10"),
        ({"mistakes": 1}, "W02"),
        ({"state": S.DRAFT}, "W01"),
        ({"joins": "NOWHERE"}, "W15"),
        ({"joins": "B", "base": agreed(reference="B")}, "W15"),
        ({"overtaken": True}, "W16"),
    ):
        changed = replace(held, **changes)  # type: ignore[arg-type]
        assert codes(agreement_drafts.may_send_agreement_for_signature(changed, manager, on)) == [
            code
        ]


def test_counsel_speaks_once_for_a_party(draft: DraftFact, acting: Acting, on: date) -> None:
    held = replace(draft, state=S.COUNSEL_REVIEW, findings=("R14",))
    counsel, steward = acting(Role.COUNSEL, at="river"), acting(Role.STEWARD, at="river")
    assert agreement_drafts.may_clear_agreement_draft(held, "river", counsel, on).allowed
    assert agreement_drafts.may_attest_counsel_review(held, "river", steward, on).allowed
    assert agreement_drafts.may_return_agreement_draft(held, "river", counsel, on).allowed
    assert agreement_drafts.may_override_finding(held, "river", "R14", counsel, on).allowed
    assert codes(agreement_drafts.may_override_finding(held, "river", "R11", counsel, on)) == [
        "W08"
    ]
    hub = acting(Role.COUNSEL)
    assert codes(agreement_drafts.may_override_finding(held, "hub", "R14", hub, on)) == ["W07"]
    outside = acting(Role.COUNSEL, at="oak")
    assert codes(agreement_drafts.may_clear_agreement_draft(held, "oak", outside, on)) == ["W06"]
    once = replace(held, reviewed=frozenset({"river"}))
    assert codes(agreement_drafts.may_clear_agreement_draft(once, "river", counsel, on)) == ["W05"]
    assert not agreement_drafts.may_clear_agreement_draft(held, "river", steward, on).allowed


def test_counsel_of_an_owner_confirms_each_criterion(
    draft: DraftFact, acting: Acting, on: date
) -> None:
    open_finding = "LK02 use_limit"
    held = replace(draft, state=S.COUNSEL_REVIEW, findings=(open_finding,))
    counsel, steward = acting(Role.COUNSEL, at="river"), acting(Role.STEWARD, at="river")
    confirm, attest = agreement_drafts.may_confirm_criterion, agreement_drafts.may_attest_criterion
    assert confirm(held, "river", "use_limit", counsel, on).allowed
    assert attest(held, "river", "use_limit", steward, on).allowed
    assert not confirm(held, "river", "use_limit", steward, on).allowed
    assert codes(confirm(held, "hub", "use_limit", acting(Role.COUNSEL), on)) == ["W07"]
    assert codes(confirm(held, "river", "scope", counsel, on)) == ["W19"]
    assert codes(confirm(replace(held, state=S.DRAFT), "river", "use_limit", counsel, on)) == [
        "W01"
    ]
    # A criterion is confirmed; its finding cannot be accepted as it is.
    unmet = replace(held, findings=(open_finding, "R11.2"))
    for finding in unmet.findings:
        override = agreement_drafts.may_override_finding(unmet, "river", finding, counsel, on)
        assert codes(override) == ["W18"]


def test_a_party_signs_once_with_a_second_factor(
    draft: DraftFact, acting: Acting, on: date
) -> None:
    out = replace(draft, state=S.OUT_FOR_SIGNATURE)
    steward = acting(Role.STEWARD, at="river")
    assert agreement_drafts.may_sign_agreement(out, "river", steward, on).allowed
    assert agreement_drafts.may_decline_to_sign(out, "river", steward, on).allowed
    assert agreement_drafts.may_attest_signature(
        out, "river", acting(Role.DATA_MANAGER), on
    ).allowed
    unproved = replace(steward, second_factor=SecondFactor.ABSENT)
    assert codes(agreement_drafts.may_sign_agreement(out, "river", unproved, on)) == ["R25"]
    assert agreement_drafts.may_attest_signature(out, "river", unproved, on).allowed
    assert codes(
        agreement_drafts.may_sign_agreement(replace(out, overtaken=True), "river", steward, on)
    ) == ["W16"]
    signed = replace(out, signed=frozenset({"river"}))
    assert signed.unsigned == {"hub"}
    assert codes(agreement_drafts.may_sign_agreement(signed, "river", steward, on)) == ["W09"]
    assert not agreement_drafts.may_sign_agreement(out, "hub", steward, on).allowed


def test_a_draft_is_shown_to_its_writers_then_to_the_parties(
    draft: DraftFact, acting: Acting, on: date
) -> None:
    steward = acting(Role.STEWARD, at="river")
    assert not agreement_drafts.may_view_agreement_draft(draft, steward, on).allowed
    assert agreement_drafts.may_view_agreement_draft(draft, acting(Role.STEWARD), on).allowed
    with_counsel = replace(draft, state=S.COUNSEL_REVIEW)
    assert agreement_drafts.may_view_agreement_draft(with_counsel, steward, on).allowed
    assert not agreement_drafts.may_view_agreement_draft(
        with_counsel, acting(Role.STEWARD, at="oak"), on
    ).allowed


def test_joining_and_amending(agreed: Agreed, acting: Acting, on: date) -> None:
    steward = acting(Role.STEWARD, at="oak")
    open_to_all = agreed(clauses=(AgreementClause("22", ClauseKind.JOINDER, "others may join"),))
    assert agreement_drafts.may_join_agreement(open_to_all, "oak", steward, on).allowed
    assert codes(agreement_drafts.may_join_agreement(agreed(), "oak", steward, on)) == ["W15"]
    river = acting(Role.STEWARD, at="river")
    assert agreement_drafts.may_amend_agreement(agreed(), "river", river, on).allowed
    assert codes(agreement_drafts.may_amend_agreement(agreed(), "oak", steward, on)) == ["W06"]
    assert codes(
        agreement_drafts.may_amend_agreement(agreed(state=S.CLOSED), "river", river, on)
    ) == ["W01"]


@pytest.mark.parametrize("state", list(S))
def test_only_a_signed_text_is_replaced_by_another_on_record(
    state: S, agreed: Agreed, acting: Acting, on: date
) -> None:
    manager = acting(Role.DATA_MANAGER)
    answer = agreement_drafts.may_replace_agreement(agreed(state=state), manager, on)
    assert answer.allowed is (state is S.SIGNED)
    assert not agreement_drafts.may_replace_agreement(
        agreed(), acting(Role.STEWARD, at="river"), on
    ).allowed


def test_a_notice_keeps_its_days(agreed: Agreed, acting: Acting, on: date) -> None:
    steward = acting(Role.STEWARD, at="river")
    terms = agreed(termination_notice_days=30)
    early, in_time = on + 29 * DAY, on + 30 * DAY
    assert codes(agreements.may_terminate_agreement(terms, "river", early, steward, on)) == ["W11"]
    assert agreements.may_terminate_agreement(terms, "river", in_time, steward, on).allowed
    assert agreements.may_terminate_agreement(agreed(), "river", on, steward, on).allowed
    assert codes(agreements.may_terminate_agreement(agreed(), "river", on - DAY, steward, on)) == [
        "W11"
    ]
    outside = acting(Role.STEWARD, at="oak")
    assert codes(agreements.may_terminate_agreement(agreed(), "oak", on, outside, on)) == ["W06"]


def test_a_notice_is_taken_back_until_its_day(agreed: Agreed, acting: Acting, on: date) -> None:
    steward = acting(Role.STEWARD, at="river")
    given = agreed(state=S.TERMINATED, terminated_on=on + DAY)
    assert agreements.may_withdraw_termination_notice(given, "river", "river", steward, on).allowed
    late = agreements.may_withdraw_termination_notice(given, "river", "river", steward, on + DAY)
    assert codes(late) == ["W14"]
    outside = acting(Role.STEWARD, at="oak")
    assert codes(agreements.may_withdraw_termination_notice(given, "oak", "oak", outside, on)) == [
        "W06"
    ]


def test_a_notice_is_taken_back_by_nobody_but_its_giver(
    agreed: Agreed, acting: Acting, on: date
) -> None:
    given = agreed(state=S.TERMINATED, terminated_on=on + DAY)
    steward, hub = acting(Role.STEWARD, at="river"), acting(Role.DATA_MANAGER)
    for by in ("backbone", ""):
        assert codes(
            agreements.may_withdraw_termination_notice(given, "river", by, steward, on)
        ) == ["W17"]
    # The hub may end an agreement for a partner; it may not let data flow again in its name.
    assert codes(agreements.may_withdraw_termination_notice(given, "river", "river", hub, on)) == [
        "W17"
    ]


def test_closing_waits_for_the_last_day_and_the_last_duty(
    agreed: Agreed, acting: Acting, on: date
) -> None:
    manager = acting(Role.DATA_MANAGER)
    over = agreed(ends=on - DAY)
    assert agreements.may_begin_closing_agreement(over, manager, on).allowed
    for running in (agreed(ends=on), agreed(ends=UNTIL_TERMINATED), agreed(ends=None)):
        assert codes(agreements.may_begin_closing_agreement(running, manager, on)) == ["W12"]
    stopped = agreed(state=S.TERMINATED, terminated_on=on)
    assert agreements_agreement_termination.find_last_day_in_force(stopped) == on - DAY
    assert agreements.may_begin_closing_agreement(stopped, manager, on).allowed
    closing = agreed(state=S.CLOSING)
    assert agreements.may_close_agreement(closing, 0, manager, on).allowed
    for open_duties in (None, 3):
        assert codes(agreements.may_close_agreement(closing, open_duties, manager, on)) == ["W13"]


def test_others_hear_no_more_than_that_a_step_is_not_possible(
    draft: DraftFact, acting: Acting, on: date
) -> None:
    refused = agreement_drafts.may_save_agreement_draft(
        replace(draft, state=S.CLOSED), acting(Role.DATA_MANAGER), on
    )
    assert refused.refusals[0].message_for(Audience.RECIPIENT) == "You cannot take this step now."


def test_whoever_holds_two_posts_may_act_in_each(draft: DraftFact, on: date) -> None:
    both = Actor(
        "9",
        second_factor=SecondFactor.PRESENT,
        affiliations=(
            AffiliationFact("hub", OrganizationKind.BACKBONE, Role.DATA_MANAGER, date(2024, 1, 1)),
            AffiliationFact(
                "river", OrganizationKind.SCHOOL_DISTRICT, Role.STEWARD, date(2024, 1, 1)
            ),
        ),
    )
    out = replace(draft, state=S.OUT_FOR_SIGNATURE)
    assert agreement_drafts.may_sign_agreement(out, "river", both, on).allowed
    assert agreement_drafts.may_sign_agreement(out, "hub", both, on).allowed
