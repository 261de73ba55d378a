"""Check whether families may register a child online for a group of a program."""

from datetime import date
from typing import Final

from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import RegistrationFact
from cairn.policy.law.cards.services import program as cards

__all__ = ["check_registration_open", "check_registration_pace"]

_MOST_IN_A_MINUTE: Final = 30
"""Registrations that one group takes in a minute; a rule of this software."""


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
