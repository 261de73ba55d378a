"""Check a version of an indicator: whether it may be changed, and whether it may be approved."""

from datetime import date

from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import Actor, IndicatorVersionFact
from cairn.policy.law.cards.outputs import indicator as cards

__all__ = [
    "check_indicator_author",
    "check_indicator_draft",
    "check_indicator_previewed",
]


@policy_check(cards.IS_DRAFT)
def check_indicator_draft(on: date, version: IndicatorVersionFact) -> Reason:
    """Check that a version is a draft.

    Args:
        on: date of the check.
        version: facts of the version.
    Returns:
        One reason.
    """
    return Reason.from_card(
        cards.IS_DRAFT,
        met=version.is_draft,
        version=version.version,
        indicator=version.indicator,
    )


@policy_check(cards.PREVIEWED)
def check_indicator_previewed(on: date, version: IndicatorVersionFact) -> Reason:
    """Check that a version was previewed on data as it reads now.

    Args:
        on: date of the check.
        version: facts of the version.
    Returns:
        One reason.
    """
    return Reason.from_card(
        cards.PREVIEWED,
        met=version.is_previewed,
        version=version.version,
        indicator=version.indicator,
    )


@policy_check(cards.ANOTHER_APPROVES)
def check_indicator_author(on: date, version: IndicatorVersionFact, actor: Actor) -> Reason:
    """Check that the person who approves a version did not write it.

    Args:
        on: date of the check.
        version: facts of the version.
        actor: the person who approves.
    Returns:
        One reason.
    """
    return Reason.from_card(
        cards.ANOTHER_APPROVES,
        met=version.author != actor.id,
        version=version.version,
        indicator=version.indicator,
    )
