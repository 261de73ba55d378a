"""A breach record: each data owner is notified in time, and it is closed with what was done."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest

from cairn.policy.checks.records.breaches import find_breach_notice_due
from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.agreements.agreement_clause import AgreementClause, ClauseKind
from cairn.policy.facts.data.breach import BreachFact
from cairn.policy.facts.people.access import Actor
from cairn.policy.questions.governance.breaches import may_change_breach
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.breaches import BreachState

Acting = Callable[..., Actor]
ON: Final = date(2026, 11, 24)
AT: Final = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
BREACH: Final = BreachFact(
    "tutors", frozenset({"river", "hills"}), frozenset({"river"}), BreachState.OPEN
)


def _codes(event: str, breach: BreachFact, actor: Actor) -> list[str]:
    return [reason.code for reason in may_change_breach(event, breach, actor, ON).refusals]


@pytest.mark.parametrize(
    ("event", "changes", "rules"),
    [
        ("notify", {}, []),
        ("notify", {"state": BreachState.CLOSED}, ["N01"]),
        ("close", {"remedy": "Deleted."}, ["N02"]),
        ("close", {"notified": BREACH.owners}, ["N03"]),
        ("close", {"notified": BREACH.owners, "remedy": " "}, ["N03"]),
        ("close", {"notified": BREACH.owners, "remedy": "Deleted."}, []),
        (
            "close",
            {"notified": BREACH.owners, "remedy": "Again.", "state": BreachState.CLOSED},
            ["N01"],
        ),
    ],
)
def test_each_owner_is_notified_before_the_record_is_closed(
    acting: Acting, event: str, changes: dict[str, object], rules: list[str]
) -> None:
    breach = replace(BREACH, **changes)  # type: ignore[arg-type]
    assert _codes(event, breach, acting(Role.STEWARD, at="tutors")) == rules


def test_another_organization_changes_nothing(acting: Acting) -> None:
    assert _codes("notify", BREACH, acting(Role.STEWARD, at="river")) == ["A03"]


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
        AgreementClause(f"§{n}", ClauseKind.BREACH_NOTICE, "tell the owner", **limit)  # type: ignore[arg-type]
        for n, limit in enumerate(limits)
    )
    agreement = agreed(clauses=clauses)
    assert find_breach_notice_due((agreement,), AT) == AT + timedelta(hours=hours)
