"""Check whether families may register a child online for a group of a program."""

from datetime import date
from typing import Final

from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import RegistrationDraftFact, RegistrationFact
from cairn.policy.law.cards.services import program as cards

__all__ = [
    "check_draft_emails",
    "check_draft_open",
    "check_draft_pace",
    "check_registration_open",
    "check_registration_pace",
]

_MOST_IN_A_MINUTE: Final = 300
"""Registrations that one group takes in a minute; a rule of this software. It is below what a small
machine writes (`benchmarks/registrations.py`), so that other families are still answered."""
_MOST_EMAILS: Final = 3
"""Links that one address gets in a day."""


@policy_check(cards.REGISTRATION_OPEN)
def check_registration_open(on: date, registration: RegistrationFact) -> Reason:
    """Check that the program opened the registration, and its last day has not passed.

    Args:
        on: date of the check.
        registration: facts of the registration.
    Returns:
        One reason.
    """
    is_open = registration.closes_on is not None and on <= registration.closes_on
    return Reason.from_card(cards.REGISTRATION_OPEN, met=is_open)


@policy_check(cards.REGISTRATION_PACE)
def check_registration_pace(on: date, registration: RegistrationFact) -> Reason:
    """Check that no machine fills the list: there is a limit for a minute.

    Args:
        on: date of the check.
        registration: facts of the registration.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.REGISTRATION_PACE, met=registration.latest < _MOST_IN_A_MINUTE)


@policy_check(cards.DRAFT_OPEN)
def check_draft_open(on: date, draft: RegistrationDraftFact) -> Reason:
    """Check that an unfinished registration exists, and its last day has not passed.

    Args:
        on: date of the check.
        draft: facts of the unfinished registration.
    Returns:
        One reason.
    """
    is_open = draft.expires_on is not None and on <= draft.expires_on
    return Reason.from_card(cards.DRAFT_OPEN, met=is_open)


@policy_check(cards.DRAFT_PACE)
def check_draft_pace(on: date, draft: RegistrationDraftFact) -> Reason:
    """Check that no machine fills the store of unfinished registrations.

    Args:
        on: date of the check.
        draft: facts of the unfinished registration.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.DRAFT_PACE, met=draft.latest < _MOST_IN_A_MINUTE)


@policy_check(cards.DRAFT_EMAILS)
def check_draft_emails(on: date, draft: RegistrationDraftFact) -> Reason:
    """Check that no address is flooded with links.

    Args:
        on: date of the check.
        draft: facts of the unfinished registration.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.DRAFT_EMAILS, met=draft.emails < _MOST_EMAILS)
