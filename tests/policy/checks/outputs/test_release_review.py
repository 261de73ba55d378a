"""A check that did not ask everyone who is taken to try is done again before anything goes on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from cairn.policy.checks.outputs.release_review import (
    describe_untested_attackers,
    find_release_determination,
)
from cairn.policy.engine.audience_redaction import is_workflow_step
from cairn.policy.engine.decision import Decision
from cairn.policy.facts.outputs.release import (
    EarlierReleaseFact,
    ReleaseComparison,
    ReleaseFact,
    ReviewFact,
)
from cairn.policy.facts.people.access import Actor
from cairn.policy.questions.outputs.releases import (
    find_audit_event,
    may_audit_release,
    may_preview_release_to_owners,
    may_publish_release,
    may_submit_release,
    must_repeat_audit,
)
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.decisions import Audience
from cairn.policy.vocabulary.releases import (
    ATTACKER_DESCRIPTIONS,
    Attacker,
    ReleaseState,
    ReviewVerdict,
)

Acting = Callable[..., Actor]
Question = Callable[[ReleaseFact, Actor, date], Decision]

EVERYONE = frozenset(Attacker)
ON_THE_WAY: tuple[tuple[Question, ReleaseState, Role], ...] = (
    (may_submit_release, ReleaseState.CHECKED, Role.ANALYST),
    (may_preview_release_to_owners, ReleaseState.IN_REVIEW, Role.ANALYST),
    (may_publish_release, ReleaseState.SENT_BACK, Role.DATA_MANAGER),
    (may_publish_release, ReleaseState.APPROVED, Role.DATA_MANAGER),
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
    (reason,) = may_publish_release(release, acting(Role.DATA_MANAGER), on).refusals
    assert describe_untested_attackers(old) == (
        ATTACKER_DESCRIPTIONS[Attacker.CONTRIBUTOR],
        ATTACKER_DESCRIPTIONS[Attacker.COMPARER],
    )
    assert ATTACKER_DESCRIPTIONS[Attacker.CONTRIBUTOR] in reason.message_for(Audience.STEWARD)
    assert ATTACKER_DESCRIPTIONS[Attacker.OUTSIDER] not in reason.message_for(Audience.STEWARD)
    assert (
        reason.next_step
        == "Check this release again. Reviewers and data owners then review it again."
    )
    assert is_workflow_step(reason)


def test_everyone_who_is_asked_is_said_in_words() -> None:
    assert describe_untested_attackers(frozenset()) == tuple(
        ATTACKER_DESCRIPTIONS[one] for one in Attacker
    )
    assert describe_untested_attackers(EVERYONE) == ()


@pytest.mark.parametrize(
    "state", [ReleaseState.IN_REVIEW, ReleaseState.SENT_BACK, ReleaseState.APPROVED]
)
def test_it_is_checked_again_wherever_it_is(
    sent_back: ReleaseFact, acting: Acting, on: date, state: ReleaseState
) -> None:
    now = replace(sent_back, state=state)
    old = replace(now, asked_to_try=EVERYONE - {Attacker.CONTRIBUTOR})
    assert not must_repeat_audit(now, on)
    assert must_repeat_audit(old, on)
    assert not may_audit_release(now, acting(Role.ANALYST), on).allowed
    assert may_audit_release(old, acting(Role.ANALYST), on).allowed
    assert find_audit_event(old, on) == "check again"


def test_what_was_never_checked_is_not_called_an_old_check(
    sent_back: ReleaseFact, acting: Acting, on: date
) -> None:
    release = replace(sent_back, safe=None, asked_to_try=frozenset())
    refused = may_publish_release(release, acting(Role.DATA_MANAGER), on).refusals
    assert [r.code for r in refused] == ["R23"]
    assert not must_repeat_audit(release, on)


def test_what_has_left_stays(sent_back: ReleaseFact, acting: Acting, on: date) -> None:
    old = replace(sent_back, state=ReleaseState.PUBLISHED, asked_to_try=frozenset())
    refused = may_audit_release(old, acting(Role.ANALYST), on).refusals
    assert [r.code for r in refused] == ["P01"]


BESIDE = ReleaseComparison(
    counts=frozenset({("absence", "2025-26")}),
    out=(
        EarlierReleaseFact("7", "Spring", frozenset({("absence", "2025-26")})),
        EarlierReleaseFact("8", "Summer", frozenset({("absence", "2025-26")})),
    ),
    attacked=frozenset({"7"}),
)
USED = frozenset({"absence.days"})
ON = date(2026, 11, 24)


@pytest.mark.parametrize("state", [ReleaseState.SENT_BACK, ReleaseState.PUBLISHED])
def test_two_approvals_of_a_safe_audit_determine_that_no_one_is_identified(
    sent_back: ReleaseFact, state: ReleaseState
) -> None:
    """Release 8 was published after the audit, so that it is not covered."""
    release = replace(sent_back, state=state, beside=BESIDE)
    found = find_release_determination(release, USED, frozenset({"6", "7", "8"}), ON)
    assert found is not None
    assert (found.project, found.by, found.on) == ("", "4, 5", date(2026, 11, 3))
    assert (found.covers, found.elements) == (frozenset({"1", "6", "7"}), USED)
    assert found.years == {"2025-26"}


@pytest.mark.parametrize(
    "changes",
    [
        {"safe": None},
        {"safe": False},
        {"pilot": True},
        {"state": ReleaseState.IN_REVIEW},
        {"state": ReleaseState.WITHDRAWN},
        {"author": "5"},
        {"reviews": ()},
        {
            "reviews": (
                ReviewFact("4", ReviewVerdict.APPROVE, date(2026, 11, 2)),
                ReviewFact("5", ReviewVerdict.APPROVE, date(2026, 11, 3)),
                ReviewFact("6", ReviewVerdict.RETURN, date(2026, 11, 3)),
            )
        },
    ],
)
def test_a_release_without_audit_and_approvals_determines_nothing(
    sent_back: ReleaseFact, changes: dict[str, Any]
) -> None:
    assert find_release_determination(replace(sent_back, **changes), USED, frozenset(), ON) is None
