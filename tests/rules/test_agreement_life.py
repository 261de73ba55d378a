"""An agreement from draft to closed: every state, event and role; who may, and why not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from cairn.rules import drafting, ending
from cairn.rules.actor import Actor, Affiliation
from cairn.rules.agreement import UNTIL_TERMINATED, Agreement
from cairn.rules.clause import Clause, ClauseKind
from cairn.rules.decision import Decision
from cairn.rules.drafting import DraftFact
from cairn.rules.lifecycle import may_bring_about, next_state
from cairn.rules.lives.agreement import AGREEMENT
from cairn.rules.vocabulary import (
    AgreementState,
    Audience,
    OrganizationKind,
    Role,
    SecondFactor,
)

Acting = Callable[..., Actor]
Agreed = Callable[..., Agreement]
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
    assert next_state(AGREEMENT, state, said) == (row[3] if row else None)
    for role in Role:
        expected = row is not None and LETTER.get(role, "-") in row[2]
        assert may_bring_about(AGREEMENT, state, said, role) is expected


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
    assert drafting.may_begin("hub", manager, on).allowed
    assert drafting.may_save(draft, manager, on).allowed
    assert drafting.may_submit(draft, manager, on).allowed
    assert codes(drafting.may_submit(replace(draft, mistakes=2), manager, on)) == ["W02"]
    assert drafting.may_set_aside(draft, manager, on).allowed
    held = replace(draft, state=S.COUNSEL_REVIEW)
    assert codes(drafting.may_save(held, manager, on)) == ["W01"]
    assert drafting.may_take_back(held, manager, on).allowed
    assert not drafting.may_save(draft, acting(Role.COUNSEL), on).allowed
    assert not drafting.may_save(draft, acting(Role.STEWARD, at="river"), on).allowed


def test_nothing_goes_out_before_counsel_and_the_law(
    draft: DraftFact, agreed: Agreed, acting: Acting, on: date
) -> None:
    manager = acting(Role.DATA_MANAGER)
    held = replace(draft, state=S.COUNSEL_REVIEW, reviewed=frozenset({"river"}))
    assert drafting.may_send_out(held, manager, on).allowed
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
        assert codes(drafting.may_send_out(changed, manager, on)) == [code]


def test_counsel_speaks_once_for_a_party(draft: DraftFact, acting: Acting, on: date) -> None:
    held = replace(draft, state=S.COUNSEL_REVIEW, findings=("R14",))
    counsel, steward = acting(Role.COUNSEL, at="river"), acting(Role.STEWARD, at="river")
    assert drafting.may_clear(held, "river", counsel, on).allowed
    assert drafting.may_attest_review(held, "river", steward, on).allowed
    assert drafting.may_return(held, "river", counsel, on).allowed
    assert drafting.may_override(held, "river", "R14", counsel, on).allowed
    assert codes(drafting.may_override(held, "river", "R11", counsel, on)) == ["W08"]
    hub = acting(Role.COUNSEL)
    assert codes(drafting.may_override(held, "hub", "R14", hub, on)) == ["W07"]
    outside = acting(Role.COUNSEL, at="oak")
    assert codes(drafting.may_clear(held, "oak", outside, on)) == ["W06"]
    once = replace(held, reviewed=frozenset({"river"}))
    assert codes(drafting.may_clear(once, "river", counsel, on)) == ["W05"]
    assert not drafting.may_clear(held, "river", steward, on).allowed


def test_a_party_signs_once_with_a_second_factor(
    draft: DraftFact, acting: Acting, on: date
) -> None:
    out = replace(draft, state=S.OUT_FOR_SIGNATURE)
    steward = acting(Role.STEWARD, at="river")
    assert drafting.may_sign(out, "river", steward, on).allowed
    assert drafting.may_decline(out, "river", steward, on).allowed
    assert drafting.may_attest(out, "river", acting(Role.DATA_MANAGER), on).allowed
    unproved = replace(steward, second_factor=SecondFactor.ABSENT)
    assert codes(drafting.may_sign(out, "river", unproved, on)) == ["R25"]
    assert drafting.may_attest(out, "river", unproved, on).allowed
    assert codes(drafting.may_sign(replace(out, overtaken=True), "river", steward, on)) == ["W16"]
    signed = replace(out, signed=frozenset({"river"}))
    assert signed.unsigned == {"hub"}
    assert codes(drafting.may_sign(signed, "river", steward, on)) == ["W09"]
    assert not drafting.may_sign(out, "hub", steward, on).allowed


def test_a_draft_is_shown_to_its_writers_then_to_the_parties(
    draft: DraftFact, acting: Acting, on: date
) -> None:
    steward = acting(Role.STEWARD, at="river")
    assert not drafting.may_view_draft(draft, steward, on).allowed
    assert drafting.may_view_draft(draft, acting(Role.STEWARD), on).allowed
    with_counsel = replace(draft, state=S.COUNSEL_REVIEW)
    assert drafting.may_view_draft(with_counsel, steward, on).allowed
    assert not drafting.may_view_draft(with_counsel, acting(Role.STEWARD, at="oak"), on).allowed


def test_joining_and_amending(agreed: Agreed, acting: Acting, on: date) -> None:
    steward = acting(Role.STEWARD, at="oak")
    open_to_all = agreed(clauses=(Clause("22", ClauseKind.JOINDER, "others may join"),))
    assert drafting.may_join(open_to_all, "oak", steward, on).allowed
    assert codes(drafting.may_join(agreed(), "oak", steward, on)) == ["W15"]
    river = acting(Role.STEWARD, at="river")
    assert drafting.may_amend(agreed(), "river", river, on).allowed
    assert codes(drafting.may_amend(agreed(), "oak", steward, on)) == ["W06"]
    assert codes(drafting.may_amend(agreed(state=S.CLOSED), "river", river, on)) == ["W01"]


@pytest.mark.parametrize("state", list(S))
def test_only_a_signed_text_is_replaced_by_another_on_record(
    state: S, agreed: Agreed, acting: Acting, on: date
) -> None:
    manager = acting(Role.DATA_MANAGER)
    answer = drafting.may_replace(agreed(state=state), manager, on)
    assert answer.allowed is (state is S.SIGNED)
    assert not drafting.may_replace(agreed(), acting(Role.STEWARD, at="river"), on).allowed


def test_a_notice_keeps_its_days(agreed: Agreed, acting: Acting, on: date) -> None:
    steward = acting(Role.STEWARD, at="river")
    terms = agreed(termination_notice_days=30)
    early, in_time = on + 29 * DAY, on + 30 * DAY
    assert codes(ending.may_terminate(terms, "river", early, steward, on)) == ["W11"]
    assert ending.may_terminate(terms, "river", in_time, steward, on).allowed
    assert ending.may_terminate(agreed(), "river", on, steward, on).allowed
    assert codes(ending.may_terminate(agreed(), "river", on - DAY, steward, on)) == ["W11"]
    outside = acting(Role.STEWARD, at="oak")
    assert codes(ending.may_terminate(agreed(), "oak", on, outside, on)) == ["W06"]


def test_a_notice_is_taken_back_until_its_day(agreed: Agreed, acting: Acting, on: date) -> None:
    steward = acting(Role.STEWARD, at="river")
    given = agreed(state=S.TERMINATED, terminated_on=on + DAY)
    assert ending.may_take_back_notice(given, "river", "river", steward, on).allowed
    late = ending.may_take_back_notice(given, "river", "river", steward, on + DAY)
    assert codes(late) == ["W14"]
    outside = acting(Role.STEWARD, at="oak")
    assert codes(ending.may_take_back_notice(given, "oak", "oak", outside, on)) == ["W06"]


def test_a_notice_is_taken_back_by_nobody_but_its_giver(
    agreed: Agreed, acting: Acting, on: date
) -> None:
    given = agreed(state=S.TERMINATED, terminated_on=on + DAY)
    steward, hub = acting(Role.STEWARD, at="river"), acting(Role.DATA_MANAGER)
    for by in ("backbone", ""):
        assert codes(ending.may_take_back_notice(given, "river", by, steward, on)) == ["W17"]
    # The hub may end an agreement for a partner; it may not let data flow again in its name.
    assert codes(ending.may_take_back_notice(given, "river", "river", hub, on)) == ["W17"]


def test_closing_waits_for_the_last_day_and_the_last_duty(
    agreed: Agreed, acting: Acting, on: date
) -> None:
    manager = acting(Role.DATA_MANAGER)
    over = agreed(ends=on - DAY)
    assert ending.may_begin_closing(over, manager, on).allowed
    for running in (agreed(ends=on), agreed(ends=UNTIL_TERMINATED), agreed(ends=None)):
        assert codes(ending.may_begin_closing(running, manager, on)) == ["W12"]
    stopped = agreed(state=S.TERMINATED, terminated_on=on)
    assert ending.last_day(stopped) == on - DAY
    assert ending.may_begin_closing(stopped, manager, on).allowed
    closing = agreed(state=S.CLOSING)
    assert ending.may_close(closing, 0, manager, on).allowed
    for open_duties in (None, 3):
        assert codes(ending.may_close(closing, open_duties, manager, on)) == ["W13"]


def test_others_hear_no_more_than_that_a_step_is_not_possible(
    draft: DraftFact, acting: Acting, on: date
) -> None:
    refused = drafting.may_save(replace(draft, state=S.CLOSED), acting(Role.DATA_MANAGER), on)
    assert refused.refusals[0].told(Audience.RECIPIENT) == "This step is not possible now."


def test_whoever_holds_two_posts_may_act_in_each(draft: DraftFact, on: date) -> None:
    both = Actor(
        "9",
        second_factor=SecondFactor.PRESENT,
        affiliations=(
            Affiliation("hub", OrganizationKind.BACKBONE, Role.DATA_MANAGER, date(2024, 1, 1)),
            Affiliation("river", OrganizationKind.SCHOOL_DISTRICT, Role.STEWARD, date(2024, 1, 1)),
        ),
    )
    out = replace(draft, state=S.OUT_FOR_SIGNATURE)
    assert drafting.may_sign(out, "river", both, on).allowed
    assert drafting.may_sign(out, "hub", both, on).allowed
