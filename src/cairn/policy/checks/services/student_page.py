"""Check what a student's page, a list of students or a program's results are used for."""

from datetime import date
from typing import Final

from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import UseRequest
from cairn.policy.law.cards.services import student as cards
from cairn.policy.vocabulary import Action, Level, Purpose

__all__ = ["check_program_results", "check_student_page"]

_PAGE_ACTIONS: Final = frozenset({Action.VIEW, Action.LIST})


@policy_check(cards.STUDENT_PAGE)
def check_student_page(on: date, request: UseRequest) -> Reason:
    """Check that a use is the page about one student, or a list, for those who serve the student.

    Args:
        on: date of the check.
        request: the use.
    Returns:
        One reason.
    """
    is_page = request.action in _PAGE_ACTIONS and request.level is Level.INDIVIDUAL
    is_own = request.receiver == request.acting_for and not request.project
    is_single = request.action is Action.LIST or len(request.people) == 1
    met = is_page and is_own and is_single and request.purpose is Purpose.SERVICE_COORDINATION
    return Reason.from_card(cards.STUDENT_PAGE, met=met)


@policy_check(cards.PROGRAM_RESULTS)
def check_program_results(on: date, request: UseRequest) -> Reason:
    """Check that a use lists the students of one organization to count results of its own work.

    Args:
        on: date of the check.
        request: the use.
    Returns:
        One reason.
    """
    is_list = request.action is Action.LIST and request.level is Level.INDIVIDUAL
    is_own = request.receiver == request.acting_for and not request.project
    met = is_list and is_own and request.purpose is Purpose.SERVICE_COORDINATION
    return Reason.from_card(cards.PROGRAM_RESULTS, met=met)
