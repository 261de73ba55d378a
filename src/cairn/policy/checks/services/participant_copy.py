"""Check what of a program's own record of a child is part of the copy for the family."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from cairn.policy.checks.agreements.agreement_validity import is_agreement_in_force
from cairn.policy.checks.students.record_copy import (
    check_copy_exclusions,
    check_order_reviewed,
    check_reason_stated,
)
from cairn.policy.engine import BoundCheck, Reason, element_check, policy_check
from cairn.policy.facts import ParticipantCopyFact
from cairn.policy.law.cards.governance import record_copy as copy_cards
from cairn.policy.law.cards.services import participant_note as cards
from cairn.policy.vocabulary import RECIPIENT_ROLES, LegalBasis, NoteAudience

__all__ = [
    "ATTENDANCE_ELEMENT",
    "check_participant_copy_unchanged",
    "check_participant_element",
    "keeps_education_records",
    "require_participant_review",
]

ATTENDANCE_ELEMENT: Final = "program.attendance"
"""Times in programs and attendance by month."""


def keeps_education_records(copy: ParticipantCopyFact, on: date) -> bool:
    """Tell whether what the staff of a program share about a child is an education record.

    It is at a school, and where an agreement in force lets the organization act for a school as
    its official (34 CFR 99.3, 99.31(a)(1)(i)(B)).

    Args:
        copy: the copy.
        on: the date.
    Returns:
        True if it is.
    """
    return copy.organization.ferpa is True or any(
        terms.basis is LegalBasis.SCHOOL_OFFICIAL
        and copy.organization.slug in terms.list_organizations(*RECIPIENT_ROLES)
        and is_agreement_in_force(terms, on)
        for terms in copy.agreements
    )


def require_participant_review(copy: ParticipantCopyFact) -> tuple[BoundCheck, ...]:
    """List the checks of a copy as a whole: the parts left out, the reasons, and who reviewed it.

    Args:
        copy: the copy.
    Returns:
        The checks.
    """
    return (
        check_copy_exclusions(
            copy.exclusions, copy.organization, has_court_order=copy.order, counsel=copy.counsel
        ),
        check_reason_stated(copy.left_out, copy.exclusions),
        check_order_reviewed(copy.counsel, limited=copy.order),
    )


@element_check(*cards.COPY_CARDS, copy_cards.LEFT_OUT, copy_cards.TEXT_READ)
def check_participant_element(
    element: str, on: date, copy: ParticipantCopyFact, *, is_school_record: bool
) -> Reason:
    """Check whether a note, a contact or the attendance is part of the copy for the family.

    Args:
        element: `ATTENDANCE_ELEMENT`, or an element of the copy's notes.
        on: date of the check.
        copy: the copy.
        is_school_record: answer of `keeps_education_records`.
    Returns:
        One reason: the first rule that leaves it out, or that it is part of the copy.
    """
    refusals = (cards.SENSITIVE_NOTE, cards.STAFF_NOTE, copy_cards.LEFT_OUT, copy_cards.TEXT_READ)
    applied = _apply_participant_rules(element, copy, is_school_record=is_school_record)
    card = next((card for card, applies in zip(refusals, applied, strict=True) if applies), None)
    return Reason.from_card(card or cards.NOTE_IN_COPY, met=card is None)


def _apply_participant_rules(
    element: str, copy: ParticipantCopyFact, *, is_school_record: bool
) -> tuple[bool, bool, bool, bool]:
    """Apply the rules that leave an element out: sensitive, of staff, left out, not yet read."""
    audience = copy.notes.get(element)
    return (
        audience is NoteAudience.STEWARD,
        audience is NoteAudience.STAFF and not is_school_record,
        element in copy.left_out,
        audience is not None and not copy.texts_read,
    )


@policy_check(copy_cards.UNCHANGED)
def check_participant_copy_unchanged(
    on: date, copy: ParticipantCopyFact, elements: Iterable[str]
) -> Reason:
    """Check that every part of a copy that was reviewed before may still be part of it.

    A note that was taken back since, because it is about another child for example, may not.

    Args:
        on: date of the check.
        copy: the copy, with the facts of today.
        elements: the elements in it.
    Returns:
        One reason.
    """
    is_school_record = keeps_education_records(copy, on)
    known = {ATTENDANCE_ELEMENT, *copy.notes}
    met = all(
        element in known
        and not any(_apply_participant_rules(element, copy, is_school_record=is_school_record))
        for element in elements
    )
    return Reason.from_card(copy_cards.UNCHANGED, met=met)
