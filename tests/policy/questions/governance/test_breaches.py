"""A breach record: each data owner is notified in time, and it is closed with what was done."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest

from cairn.policy.checks.records.breaches import find_breach_notice_due
from cairn.policy.engine.decision import Decision
from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.agreements.agreement_clause import AgreementClause, ClauseKind
from cairn.policy.facts.data.breach import BreachFact
from cairn.policy.facts.people.access import Actor
from cairn.policy.questions.governance.breaches import (
    find_viewable_breaches,
    may_close_breach,
    may_notify_breach_owner,
    may_view_breach,
)
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.breaches import BreachState

Acting = Callable[..., Actor]
ON: Final = date(2026, 11, 24)
AT: Final = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
BREACH: Final = BreachFact(
    "tutors", frozenset({"river", "hills"}), frozenset({"river"}), BreachState.OPEN
)


def _codes(decision: Decision) -> list[str]:
    return [reason.code for reason in decision.refusals]


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({"remedy": "Deleted."}, ["N02"]),
        ({"notified": BREACH.owners}, ["N03"]),
        ({"notified": BREACH.owners, "remedy": " "}, ["N03"]),
        ({"notified": BREACH.owners, "remedy": "Deleted."}, []),
        ({"notified": BREACH.owners, "remedy": "Again.", "state": BreachState.CLOSED}, ["N01"]),
    ],
)
def test_each_owner_is_notified_before_the_record_is_closed(
    acting: Acting, changes: dict[str, object], rules: list[str]
) -> None:
    breach = replace(BREACH, **changes)  # type: ignore[arg-type]
    steward = acting(Role.STEWARD, at="tutors")
    assert _codes(may_close_breach(breach, steward, ON)) == rules
    assert _codes(may_close_breach(breach, acting(Role.STEWARD, at="river"), ON)) == ["A03"]


@pytest.mark.parametrize(
    ("owner", "state", "rules"),
    [
        ("hills", BreachState.OPEN, []),
        ("river", BreachState.OPEN, ["N04"]),
        ("mentors", BreachState.OPEN, ["N04"]),
        ("hills", BreachState.CLOSED, ["N01"]),
    ],
)
def test_a_notice_goes_to_each_owner_once(
    acting: Acting, owner: str, state: BreachState, rules: list[str]
) -> None:
    breach, steward = replace(BREACH, state=state), acting(Role.STEWARD, at="tutors")
    assert _codes(may_notify_breach_owner(breach, owner, steward, ON)) == rules
    stranger = acting(Role.STEWARD, at="river")
    assert _codes(may_notify_breach_owner(breach, owner, stranger, ON)) == ["A03"]


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.PUBLIC, Role.FAMILY)])
@pytest.mark.parametrize("at", ["tutors", "river", "hills", "hub"])
def test_the_list_of_breaches_agrees_with_the_question(acting: Acting, role: Role, at: str) -> None:
    """An owner reads a record from its notice on: River was notified, Hills was not."""
    actor = acting(role, at=at)
    decision = may_view_breach(BREACH, actor, ON)
    scope = find_viewable_breaches(actor, ON)
    assert decision.allowed is scope.includes(BREACH.notified | {BREACH.organization})
    readers = (Role.STEWARD, Role.COUNSEL, Role.DATA_MANAGER)
    assert not decision.allowed or role in readers
    assert not (decision.allowed and at == "hills")
    assert decision.allowed or at in ("hills", "hub") or role not in (Role.STEWARD, Role.COUNSEL)


@pytest.mark.parametrize(
    ("limits", "hours"),
    [
        ([], 72),
        ([{}], 72),
        ([{"days": 5}], 120),
        ([{"days": 5}, {"hours": 24}], 24),
    ],
)
def test_the_shortest_clause_says_by_when(
    agreed: Callable[..., AgreementFact], limits: list[dict[str, int]], hours: int
) -> None:
    clauses = tuple(
        AgreementClause(f"§{n}", ClauseKind.BREACH_NOTICE, "notice to the owner", **limit)  # type: ignore[arg-type]
        for n, limit in enumerate(limits)
    )
    agreement = agreed(clauses=clauses)
    assert find_breach_notice_due(agreement, AT) == AT + timedelta(hours=hours)


def test_a_clause_of_the_agreement_above_counts(agreed: Callable[..., AgreementFact]) -> None:
    clause = AgreementClause("§9", ClauseKind.BREACH_NOTICE, "notice to the owner", hours=12)
    whole = agreed(above=(agreed(reference="M", clauses=(clause,)),))
    assert find_breach_notice_due(whole, AT) == AT + timedelta(hours=12)
