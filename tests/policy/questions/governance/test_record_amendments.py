"""A request to amend a record, from the request to the statement: each step, and who takes it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Final

import pytest

from cairn.policy.facts.people.access import Actor
from cairn.policy.facts.students.amendment import AmendmentFact, FamilyReader, HearingFact
from cairn.policy.facts.students.student import PersonFact
from cairn.policy.lifecycles.state_machine import find_next_state
from cairn.policy.lifecycles.state_tables import AMENDMENT_TRANSITIONS
from cairn.policy.questions.governance.record_amendments import (
    may_change_own_amendment,
    may_decide_amendment,
    may_decide_hearing,
    may_record_amendment,
    may_request_amendment,
    may_schedule_hearing,
)
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.decisions import Audience
from cairn.policy.vocabulary.families import AmendmentState, SignerRelation

Acting = Callable[..., Actor]
ON: Final = date(2026, 11, 24)
DAY: Final = timedelta(days=1)
S, PARENT, STUDENT = AmendmentState, SignerRelation.PARENT, SignerRelation.STUDENT
CHILD: Final = PersonFact("k1", birth_date=date(2015, 3, 1), postsecondary=False)
GROWN: Final = replace(CHILD, birth_date=ON.replace(year=2008))
FAMILY: Final = Actor.family("k1")
ROSA: Final = FamilyReader("1", "rosa", PARENT)
REFUSED: Final = AmendmentFact(S.REFUSED, "rosa", letter="1", letter_valid=True)
UPHELD: Final = replace(REFUSED, state=S.UPHELD)
HEARING: Final = HearingFact(ON, "B. Officer", impartial=True, notified_on=ON - 9 * DAY)
# state event family next
EXPECTED: Final = """
requested amend - amended
requested refuse - refused
requested withdraw family withdrawn
refused request-hearing family hearing_requested
hearing_requested schedule - hearing_scheduled
hearing_requested withdraw family withdrawn
hearing_scheduled schedule - hearing_scheduled
hearing_scheduled amend-after-hearing - amended
hearing_scheduled uphold - upheld
hearing_scheduled withdraw family withdrawn
upheld place-statement family statement_placed
"""
ROWS: Final = [line.split() for line in EXPECTED.strip().splitlines()]
EVENTS: Final = sorted({row[1] for row in ROWS})


@pytest.mark.parametrize(("state", "event"), list(product(S, EVENTS)))
def test_every_state_and_event(state: S, event: str) -> None:
    row = next((row for row in ROWS if row[:2] == [state.value, event]), None)
    expected = S(row[3]) if row else None
    assert find_next_state(AMENDMENT_TRANSITIONS, state, event.replace("-", " ")) is expected


@pytest.mark.parametrize(
    ("relation", "person", "actor", "allowed"),
    [
        (PARENT, CHILD, FAMILY, True),
        (STUDENT, CHILD, FAMILY, False),
        (PARENT, GROWN, FAMILY, False),
        (STUDENT, GROWN, FAMILY, True),
        (PARENT, CHILD, Actor.family("k2"), False),
        (PARENT, CHILD, Actor.public(), False),
    ],
)
def test_the_holder_of_the_rights_asks(
    relation: SignerRelation, person: PersonFact, actor: Actor, *, allowed: bool
) -> None:
    assert may_request_amendment(relation, person, actor, ON).allowed is allowed
    reader = replace(ROSA, relation=relation)
    statement = may_change_own_amendment("place statement", UPHELD, reader, person, actor, ON)
    assert statement.allowed is allowed


def test_a_hearing_is_requested_after_a_refusal_only() -> None:
    ask = may_change_own_amendment
    assert ask("request hearing", REFUSED, ROSA, CHILD, FAMILY, ON).allowed
    requested = replace(REFUSED, state=S.REQUESTED)
    early = ask("request hearing", requested, ROSA, CHILD, FAMILY, ON)
    assert [reason.code for reason in early.refusals] == ["R32.6"]
    assert early.refusals[0].message_for(Audience.FAMILY) == (
        "This request has changed. Please reload the page."
    )


def test_each_parent_takes_the_steps_of_the_own_request() -> None:
    ask, luis = may_change_own_amendment, FamilyReader("2", "luis", PARENT)
    other = ask("request hearing", REFUSED, luis, CHILD, FAMILY, ON)
    assert [reason.code for reason in other.refusals] == ["R32.7"]
    assert "another person" in other.refusals[0].message_for(Audience.FAMILY)
    # At 18 the student goes on with it, and the parent no longer can.
    river = FamilyReader("3", "river", STUDENT)
    assert ask("request hearing", REFUSED, river, GROWN, FAMILY, ON).allowed
    assert not ask("request hearing", REFUSED, ROSA, GROWN, FAMILY, ON).allowed


@pytest.mark.parametrize(
    ("relation", "received", "organization", "role", "rules"),
    [
        (PARENT, ON, "river", Role.STEWARD, []),
        (PARENT, ON - 30 * DAY, "river", Role.STEWARD, []),
        (PARENT, ON + DAY, "river", Role.STEWARD, ["R32.8"]),
        (STUDENT, ON, "river", Role.STEWARD, ["Y04"]),
        (PARENT, ON, "lake", Role.STEWARD, ["A03"]),
        (PARENT, ON, "river", Role.PROGRAM_STAFF, ["A03"]),
    ],
)
def test_the_owner_records_a_request_on_paper(
    acting: Acting,
    relation: SignerRelation,
    received: date,
    organization: str,
    role: Role,
    rules: list[str],
) -> None:
    actor = acting(role, at="river")
    decision = may_record_amendment(relation, received, CHILD, organization, actor, ON)
    assert [reason.code for reason in decision.refusals] == rules
    hub = acting(Role.DATA_MANAGER, at="hub")
    assert not may_record_amendment(relation, received, CHILD, organization, hub, ON).allowed


def test_the_organization_that_keeps_the_record_decides(acting: Acting) -> None:
    steward = acting(Role.STEWARD, at="river")
    for event in ("amend", "refuse"):
        assert may_decide_amendment(event, S.REQUESTED, "river", steward, ON).allowed
        assert not may_decide_amendment(event, S.AMENDED, "river", steward, ON).allowed
        assert not may_decide_amendment(event, S.REQUESTED, "lake", steward, ON).allowed
        hub = acting(Role.DATA_MANAGER, at="hub")
        assert not may_decide_amendment(event, S.REQUESTED, "river", hub, ON).allowed


@pytest.mark.parametrize(
    ("hearing", "rule"),
    [
        (replace(HEARING, held_on=ON + DAY, notified_on=None), ""),
        (replace(HEARING, notified_on=None), "R32.3"),
        (replace(HEARING, held_on=ON + DAY, notified_on=None, impartial=False), "R32.4"),
        (replace(HEARING, held_on=ON + DAY, notified_on=None, officer=" "), "R32.4"),
    ],
)
def test_a_hearing_is_announced_and_impartial(
    acting: Acting, hearing: HearingFact, rule: str
) -> None:
    steward = acting(Role.STEWARD, at="river")
    decision = may_schedule_hearing(S.HEARING_REQUESTED, hearing, "river", steward, ON)
    assert [reason.code for reason in decision.refusals] == ([rule] if rule else [])


@pytest.mark.parametrize("event", ["amend after hearing", "uphold"])
@pytest.mark.parametrize(
    ("hearing", "rule"),
    [
        (HEARING, ""),
        (replace(HEARING, held_on=ON + DAY), "R32.5"),
        (replace(HEARING, impartial=False), "R32.4"),
        (replace(HEARING, notified_on=ON), "R32.3"),
    ],
)
def test_the_decision_follows_the_hearing(
    acting: Acting, event: str, hearing: HearingFact, rule: str
) -> None:
    steward = acting(Role.STEWARD, at="river")
    decision = may_decide_hearing(event, S.HEARING_SCHEDULED, hearing, "river", steward, ON)
    assert [reason.code for reason in decision.refusals] == ([rule] if rule else [])
