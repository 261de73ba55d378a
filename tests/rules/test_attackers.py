"""A check that did not ask everyone who is taken to try is done again before anything goes on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from cairn.rules.actor import Actor
from cairn.rules.attackers import WHO, Attacker, unasked
from cairn.rules.decision import Decision
from cairn.rules.release import (
    check_event,
    may_check,
    may_publish,
    may_send_back,
    may_submit,
    must_check_again,
)
from cairn.rules.release_fact import ReleaseFact
from cairn.rules.telling import is_a_step
from cairn.rules.vocabulary import Audience, ReleaseState, Role

Acting = Callable[..., Actor]
Question = Callable[[ReleaseFact, Actor, date], Decision]

EVERYONE = frozenset(Attacker)
ON_THE_WAY: tuple[tuple[Question, ReleaseState, Role], ...] = (
    (may_submit, ReleaseState.CHECKED, Role.ANALYST),
    (may_send_back, ReleaseState.IN_REVIEW, Role.ANALYST),
    (may_publish, ReleaseState.SENT_BACK, Role.DATA_MANAGER),
    (may_publish, ReleaseState.APPROVED, Role.DATA_MANAGER),
)


@pytest.mark.parametrize(("ask", "state", "role"), ON_THE_WAY)
@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        (EVERYONE, []),
        (frozenset(), ["P42"]),
        *((EVERYONE - {one}, ["P42"]) for one in Attacker),
    ],
)
def test_nothing_goes_on_whose_check_did_not_ask_everyone(
    sent_back: ReleaseFact,
    acting: Acting,
    on: date,
    ask: Question,
    state: ReleaseState,
    role: Role,
    asked: frozenset[Attacker],
    codes: list[str],
) -> None:
    release = replace(sent_back, state=state, asked_to_try=asked)
    assert [r.code for r in ask(release, acting(role), on).refusals] == codes


def test_the_reason_names_who_was_not_asked_and_what_to_do(
    sent_back: ReleaseFact, acting: Acting, on: date
) -> None:
    old = frozenset({Attacker.OUTSIDER, Attacker.PARTICIPANT})
    release = replace(sent_back, asked_to_try=old)
    (reason,) = may_publish(release, acting(Role.DATA_MANAGER), on).refusals
    assert unasked(old) == (WHO[Attacker.CONTRIBUTOR], WHO[Attacker.COMPARER])
    assert WHO[Attacker.CONTRIBUTOR] in reason.told(Audience.STEWARD)
    assert WHO[Attacker.OUTSIDER] not in reason.told(Audience.STEWARD)
    assert (
        reason.next_step == "Check this release again. Reviewers and owners then look at it anew."
    )
    assert is_a_step(reason)


def test_everyone_who_is_asked_is_said_in_words() -> None:
    assert unasked(frozenset()) == tuple(WHO[one] for one in Attacker)
    assert unasked(EVERYONE) == ()


@pytest.mark.parametrize(
    "state", [ReleaseState.IN_REVIEW, ReleaseState.SENT_BACK, ReleaseState.APPROVED]
)
def test_it_is_checked_again_wherever_it_is(
    sent_back: ReleaseFact, acting: Acting, on: date, state: ReleaseState
) -> None:
    now = replace(sent_back, state=state)
    old = replace(now, asked_to_try=EVERYONE - {Attacker.CONTRIBUTOR})
    assert not must_check_again(now, on)
    assert must_check_again(old, on)
    assert not may_check(now, acting(Role.ANALYST), on).allowed
    assert may_check(old, acting(Role.ANALYST), on).allowed
    assert check_event(old, on) == "check again"


def test_what_was_never_checked_is_not_called_an_old_check(
    sent_back: ReleaseFact, acting: Acting, on: date
) -> None:
    release = replace(sent_back, safe=None, asked_to_try=frozenset())
    refused = may_publish(release, acting(Role.DATA_MANAGER), on).refusals
    assert [r.code for r in refused] == ["R23"]
    assert not must_check_again(release, on)


def test_what_has_left_stays(sent_back: ReleaseFact, acting: Acting, on: date) -> None:
    old = replace(sent_back, state=ReleaseState.PUBLISHED, asked_to_try=frozenset())
    refused = may_check(old, acting(Role.ANALYST), on).refusals
    assert [r.code for r in refused] == ["P01"]
