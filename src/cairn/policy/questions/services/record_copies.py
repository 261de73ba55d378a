"""Decide which elements are in the copy of a record for a family, and who downloads it.

Source: 34 CFR 99.4, 99.10-99.12.
"""

from datetime import date

from cairn.policy import checks
from cairn.policy.engine import (
    BoundCheck,
    Decision,
    PeopleAnswer,
    PolicyRequest,
    decide_request,
    policy_question,
)
from cairn.policy.facts import (
    Actor,
    CopyAccessFact,
    FamilyProgramFact,
    FamilyReader,
    ParticipantCopyFact,
    PersonFact,
    RecordCopyFact,
)
from cairn.policy.vocabulary import Action, Outcome

__all__ = [
    "decide_participant_copy",
    "decide_record_copy",
    "may_download_copy",
    "may_download_participant_copy",
    "may_request_participant_copy",
]


@policy_question
def decide_record_copy(
    copy: RecordCopyFact, elements: frozenset[str], actor: Actor, on: date
) -> Decision:
    """Decide which data elements of a student's record are in the copy for the family.

    Only the organization that keeps the record reviews and releases it, not the hub.

    Args:
        copy: the copy, with what its reviewer leaves out.
        elements: the data elements on record about the student, as ``record.field``.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with an answer and a reason for each element.
    """
    return decide_request(
        PolicyRequest(
            action=Action.RELEASE_COPY,
            actor=actor,
            facts=(copy,),
            access_checks=checks.require_actor_access(
                Action.RELEASE_COPY, actor, frozenset({copy.organization.slug})
            ),
            authority_checks=checks.require_copy_review(copy),
            elements=elements,
            element_checks=(checks.check_copy_element(copy),),
            people=lambda _elements, _on: PeopleAnswer(
                {copy.person.id: Outcome.ALLOW}, everyone=True
            ),
        ),
        on,
    )


@policy_question
def may_download_copy(
    copy: RecordCopyFact,
    elements: frozenset[str],
    access: CopyAccessFact,
    reader: FamilyReader,
    actor: Actor,
    on: date,
) -> Decision:
    """Decide whether a family session may download a copy that was reviewed before.

    Everything is asked again with the facts of the day of the download.

    Args:
        copy: the copy as it was reviewed, with facts of the student on that day.
        elements: the data elements in it.
        access: who asked for it, and until when it can be downloaded.
        reader: the person who has the page open.
        actor: the family session.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return decide_request(
        PolicyRequest(
            action=Action.FAMILY_ANSWER,
            actor=actor,
            facts=(copy, elements, access, reader),
            access_checks=checks.require_family_answer(actor, copy.person.id),
            authority_checks=(
                checks.check_copy_requester(access, reader),
                checks.check_copy_term(access),
                *checks.require_copy_review(copy),
                checks.check_copy_unchanged(copy, elements),
            ),
        ),
        on,
    )


@policy_question
def decide_participant_copy(copy: ParticipantCopyFact, actor: Actor, on: date) -> Decision:
    """Decide what of a program's own record of a child is in the copy for the family.

    The data steward of the program reviews it and gives it to the family that asked.

    Args:
        copy: the copy, with what its reviewer leaves out.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with an answer and a reason for each note, each contact and the attendance.
    """
    return decide_request(
        PolicyRequest(
            action=Action.RELEASE_COPY,
            actor=actor,
            facts=(copy,),
            access_checks=checks.require_actor_access(
                Action.RELEASE_COPY, actor, frozenset({copy.organization.slug})
            ),
            authority_checks=checks.require_participant_review(copy),
            elements=frozenset({checks.ATTENDANCE_ELEMENT, *copy.notes}),
            element_checks=(
                checks.check_participant_element(
                    copy, is_school_record=checks.keeps_education_records(copy, on)
                ),
            ),
        ),
        on,
    )


@policy_question
def may_request_participant_copy(
    programs: tuple[FamilyProgramFact, ...], person: PersonFact, actor: Actor, on: date
) -> Decision:
    """Decide whether a family can ask an organization on its page for the program's own record.

    It can where it sees every program of the record on the page. If one is hidden there, the copy
    would show it; then the family asks in person. Without any program there is no record.

    Args:
        programs: every program of the organization with a record of the child.
        person: facts of the child on that day.
        actor: the family session.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran. The page shows no reason.
    """
    return decide_request(
        PolicyRequest(
            action=Action.FAMILY_ANSWER,
            actor=actor,
            facts=(programs, person),
            access_checks=checks.require_family_answer(actor, person.id),
            authority_checks=_require_shown_programs(programs, person),
        ),
        on,
    )


@policy_question
def may_download_participant_copy(
    copy: ParticipantCopyFact,
    elements: frozenset[str],
    programs: tuple[FamilyProgramFact, ...],
    person: PersonFact,
    access: CopyAccessFact,
    reader: FamilyReader,
    actor: Actor,
    on: date,
) -> Decision:
    """Decide whether a family session may download a program's copy that was reviewed before.

    Everything is asked again with the facts of the day of the download.

    Args:
        copy: the copy as it was reviewed, with the facts of that day.
        elements: the elements in it.
        programs: every program of the organization with a record of the child.
        person: facts of the child on that day.
        access: who asked for it, and until when it can be downloaded.
        reader: the person who has the page open.
        actor: the family session.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return decide_request(
        PolicyRequest(
            action=Action.FAMILY_ANSWER,
            actor=actor,
            facts=(copy, elements, programs, person, access, reader),
            access_checks=checks.require_family_answer(actor, person.id),
            authority_checks=(
                checks.check_copy_requester(access, reader),
                checks.check_copy_term(access),
                *_require_shown_programs(programs, person),
                *checks.require_participant_review(copy),
                checks.check_participant_copy_unchanged(copy, elements),
            ),
        ),
        on,
    )


def _require_shown_programs(
    programs: tuple[FamilyProgramFact, ...], person: PersonFact
) -> tuple[BoundCheck, ...]:
    """List the checks of all programs of a record; if none, those of one that is not on record."""
    found = programs or (FamilyProgramFact(""),)
    return tuple(
        check for program in found for check in checks.require_program_for_family(program, person)
    )
