"""Check whether a program's own record of a child belongs on the page of the child's family."""

from datetime import date

from cairn.policy.checks.students.consent_status import have_rights_passed_to_student
from cairn.policy.engine import BoundCheck, Reason, policy_check
from cairn.policy.facts import FamilyProgramFact, PersonFact
from cairn.policy.law.cards.services import family_timeline as cards
from cairn.policy.vocabulary import label_code

__all__ = ["check_no_custody_order", "require_program_for_family"]


def require_program_for_family(
    program: FamilyProgramFact, person: PersonFact
) -> tuple[BoundCheck, ...]:
    """List the checks of one program for one family.

    Args:
        program: the program.
        person: facts of the child on that day.
    Returns:
        The checks.
    """
    return (
        check_program_answers(program),
        check_open_service(program),
        check_same_child(program),
        check_no_custody_order(person),
    )


@policy_check(cards.PROGRAM_ANSWERS)
def check_program_answers(on: date, program: FamilyProgramFact) -> Reason:
    """Check that the organization states that families read the records of the program."""
    return Reason.from_card(
        cards.PROGRAM_ANSWERS, met=program.shown is True, organization=program.organization
    )


@policy_check(cards.PROTECTED_SERVICE)
def check_open_service(on: date, program: FamilyProgramFact) -> Reason:
    """Check that no law of its own protects the service of the program."""
    service = label_code(program.service) if program.service else ""
    return Reason.from_card(cards.PROTECTED_SERVICE, met=not service, service=service)


@policy_check(cards.SAME_CHILD)
def check_same_child(on: date, program: FamilyProgramFact) -> Reason:
    """Check that one child on the roster and one record have the name and the birth date."""
    return Reason.from_card(
        cards.SAME_CHILD,
        met=program.on_roster and program.records == program.namesakes == 1,
        organization=program.organization,
    )


@policy_check(cards.NO_ORDER)
def check_no_custody_order(on: date, person: PersonFact) -> Reason:
    """Check that no order limits a parent, unless the student holds the rights and reads.

    Args:
        on: date of the check.
        person: facts of the child on that day.
    Returns:
        One reason.
    """
    is_student = have_rights_passed_to_student(person, on) is True
    return Reason.from_card(cards.NO_ORDER, met=is_student or not person.court_order)
