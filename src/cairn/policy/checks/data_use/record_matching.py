"""Check who may decide a possible match between records."""

from datetime import date

from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import Actor
from cairn.policy.law.cards.governance import data_use as cards

__all__ = ["check_first_decision"]


@policy_check(cards.ONE_ANSWER)
def check_first_decision(on: date, earlier_reviewers: frozenset[str], actor: Actor) -> Reason:
    """Check that the person has not decided this possible match before.

    Args:
        on: date of the check.
        earlier_reviewers: actor ids of the people who have answered.
        actor: the person who asks.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.ONE_ANSWER, met=actor.id not in earlier_reviewers)
