"""Check the steps of a breach record, and find by when the data owners must be notified."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from cairn.policy.checks.agreements.agreement_validity import walk_agreement_chain
from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import AgreementFact, BreachFact, ClauseKind
from cairn.policy.law.cards.governance import breach as cards
from cairn.policy.lifecycles import BREACH_TRANSITIONS, find_next_state

__all__ = [
    "check_breach_closable",
    "check_breach_event",
    "check_owner_waiting",
    "find_breach_notice_due",
]

HOUSE_NOTICE_HOURS: Final = 72
"""Hours within which the data owners are notified where no clause says so.

A rule of this software. FERPA sets no period.
"""


def find_breach_notice_due(agreement: AgreementFact, discovered_at: datetime) -> datetime:
    """Find by when the data owners of a breach must be notified.

    Args:
        agreement: the agreement that the data came under, with those above it.
        discovered_at: when the breach was discovered.
    Returns:
        The time by the shortest clause on notice of a breach in any of these agreements; by
        `HOUSE_NOTICE_HOURS` where no clause sets a limit.
    """
    hours = [
        clause.limit_hours
        for terms in walk_agreement_chain(agreement)
        for clause in terms.clauses
        if clause.kind is ClauseKind.BREACH_NOTICE and clause.limit_hours is not None
    ]
    return discovered_at + timedelta(hours=min(hours, default=HOUSE_NOTICE_HOURS))


@policy_check(cards.OPEN_ONLY)
def check_breach_event(on: date, event: str, breach: BreachFact) -> Reason:
    """Check that the event is possible in the present state of the record.

    Args:
        on: date of the check.
        event: event of the lifecycle: "notify" or "close".
        breach: the breach.
    Returns:
        One reason.
    """
    met = find_next_state(BREACH_TRANSITIONS, breach.state, event) is not None
    return Reason.from_card(cards.OPEN_ONLY, met=met)


@policy_check(cards.OWNER_WAITING)
def check_owner_waiting(on: date, breach: BreachFact, owner: str) -> Reason:
    """Check that a notice goes to a data owner of the agreement, and to each one once.

    An owner that is notified may read the record.

    Args:
        on: date of the check.
        breach: the breach.
        owner: slug of the organization that is notified.
    Returns:
        One reason.
    """
    met = owner in breach.owners - breach.notified
    return Reason.from_card(cards.OWNER_WAITING, met=met, organization=owner)


@policy_check(cards.OWNERS_NOTIFIED, cards.REMEDY_STATED)
def check_breach_closable(on: date, breach: BreachFact) -> Iterator[Reason]:
    """Check that each data owner was notified, and that the record says what was done.

    Args:
        on: date of the check.
        breach: the breach.
    Returns:
        Two reasons.
    """
    missing = sorted(breach.owners - breach.notified)
    yield Reason.from_card(cards.OWNERS_NOTIFIED, met=not missing, missing=", ".join(missing))
    yield Reason.from_card(cards.REMEDY_STATED, met=bool(breach.remedy.strip()))
