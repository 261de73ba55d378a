"""Check the steps of a breach record, and find by when the data owners must be notified."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Final

from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import AgreementFact, BreachFact, ClauseKind
from cairn.policy.law.cards.governance import breach as cards
from cairn.policy.lifecycles import BREACH_TRANSITIONS, find_next_state

__all__ = ["check_breach_closable", "check_breach_event", "find_breach_notice_due"]

HOUSE_NOTICE_HOURS: Final = 72
"""Hours within which the data owners are notified where no clause says so.

The period of the European Union's General Data Protection Regulation, article 33(1), which many
agreements in the United States use. No federal law about education records sets one.
"""


def find_breach_notice_due(
    agreements: Iterable[AgreementFact], discovered_at: datetime
) -> datetime:
    """Find by when the data owners of a breach must be notified.

    Args:
        agreements: the agreement that the data came under, and those above it.
        discovered_at: when the breach was discovered.
    Returns:
        The time by the shortest clause on notice of a breach; by `HOUSE_NOTICE_HOURS` where no
        clause sets a limit.
    """
    hours = [
        clause.limit_hours
        for agreement in agreements
        for clause in agreement.clauses
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
