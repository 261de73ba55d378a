"""Check what a use request asks for: a use of data about children, and which children."""

from collections.abc import Iterator
from datetime import date

from cairn.policy.engine import Reason, element_check, policy_check
from cairn.policy.facts import USE_ACTIONS, UseRequest
from cairn.policy.law.cards.governance import data_use as cards
from cairn.policy.law.cards.governance import record_keeping as record_keeping_cards

__all__ = ["check_is_use", "check_own_record", "check_single_child", "check_students_named"]


@policy_check(cards.NOT_A_USE)
def check_is_use(on: date, request: UseRequest) -> Reason:
    """Check that the action is a use of data about children.

    Args:
        on: date of the check.
        request: the use.
    Returns:
        One reason.
    """
    uses = ", ".join(sorted(use_action.value for use_action in USE_ACTIONS))
    return Reason.from_card(
        cards.NOT_A_USE,
        met=request.action in USE_ACTIONS,
        action=request.action.value.replace("_", " "),
        uses=uses,
    )


@policy_check(cards.SOMEBODY)
def check_students_named(on: date, request: UseRequest) -> Iterator[Reason]:
    """Check that the request names students.

    Args:
        on: date of the check.
        request: the use.
    Returns:
        A refusal if it names none.
    """
    if not request.people:
        yield Reason.from_card(cards.SOMEBODY, met=False)


@policy_check(cards.PARENT_ALONE)
def check_single_child(on: date, child: str) -> Reason:
    """Check that a family asks for one child only.

    Args:
        on: date of the check.
        child: key of the child; empty unless exactly one is named.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.PARENT_ALONE, met=bool(child))


@element_check(record_keeping_cards.INSPECTION)
def check_own_record(element: str, on: date) -> Reason:
    """Allow every element of the family's own record (34 CFR 99.10).

    Args:
        element: data element (``record.field``).
        on: date of the check.
    Returns:
        One reason.
    """
    return Reason.from_card(record_keeping_cards.INSPECTION, met=True)
