"""Decide who may read and write notes about a participant, contacts and appointments.

Staff of the organization that keeps the child's record write them. Notes stay readable to them
after the enrollment ended, as long as the record is kept.
"""

from datetime import date
from typing import Final

from cairn.policy import checks
from cairn.policy.engine import BoundCheck, Decision, PolicyRequest, decide_request, policy_question
from cairn.policy.facts import (
    Actor,
    AppointmentFact,
    NewNoteFact,
    NoteFact,
    ProgramSite,
    ServedChildFact,
)
from cairn.policy.law.cards.services import participant_note as cards
from cairn.policy.vocabulary import Action, Audience, NoteAudience

__all__ = [
    "list_note_problems",
    "list_readable_audiences",
    "may_change_note",
    "may_close_appointment",
    "may_correct_note",
    "may_plan_appointment",
    "may_record_family_contact",
    "may_view_note",
    "may_write_note",
]


@policy_question
def may_view_note(note: NoteFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may read a note about a participant, or a contact with the family.

    Args:
        note: facts of the note.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    check = checks.check_note_reader(note, actor)
    return _decide_record(Action.VIEW_PROGRAM_RECORDS, note, note, actor, on, check)


def list_readable_audiences(
    child: ServedChildFact, actor: Actor, on: date
) -> frozenset[NoteAudience]:
    """List the audiences of the notes about a child that a user may read, as `may_view_note`.

    Args:
        child: the organization that keeps the notes, and the sites that serve the child.
        actor: the person who asks, with roles and clearance.
        on: the day that the answer is for.

    Returns:
        The audiences; empty for a user who may read no note of the organization.
    """
    return frozenset(
        audience
        for audience in NoteAudience
        if may_view_note(NoteFact(child.organization, audience, "", child.sites), actor, on).allowed
    )


@policy_question
def may_write_note(note: NewNoteFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may write a note about a participant.

    Args:
        note: facts of the note.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_record(
        Action.WRITE_NOTE,
        note.child,
        note,
        actor,
        on,
        checks.check_note_period(note.child, note.day),
        checks.check_note_day(note.day),
        checks.check_treatment_record(note),
    )


@policy_question
def may_change_note(note: NoteFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may correct or take back a note, or a contact with the family.

    Args:
        note: facts of the note.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_record(
        Action.WRITE_NOTE,
        note,
        note,
        actor,
        on,
        checks.check_note_reader(note, actor),
        checks.check_note_author(note, actor),
    )


@policy_question
def may_correct_note(note: NoteFact, correction: NewNoteFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may replace what a note says; the old text stays on record.

    A note is corrected while it is kept, also after the enrollment ended.

    Args:
        note: facts of the present version.
        correction: facts of the new version.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_record(
        Action.WRITE_NOTE,
        note,
        (note, correction),
        actor,
        on,
        checks.check_note_reader(note, actor),
        checks.check_note_author(note, actor),
        checks.check_note_day(correction.day),
        checks.check_treatment_record(correction),
    )


@policy_question
def may_record_family_contact(
    child: ServedChildFact, day: date, actor: Actor, on: date
) -> Decision:
    """Decide whether a user may record a contact with the family of a participant.

    Args:
        child: the time for which the organization serves the child.
        day: the day of the contact.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_record(
        Action.WRITE_NOTE,
        child,
        (child, day),
        actor,
        on,
        checks.check_note_period(child, day),
        checks.check_note_day(day),
    )


@policy_question
def may_plan_appointment(appointment: AppointmentFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may plan an appointment about a participant, or move it.

    Args:
        appointment: facts of the appointment on its new day.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_record(
        Action.WRITE_NOTE,
        appointment.child,
        appointment,
        actor,
        on,
        checks.check_note_period(appointment.child, appointment.day),
        checks.check_appointment_ahead(appointment),
        checks.check_appointment_staff(appointment),
    )


@policy_question
def may_close_appointment(
    organization: str,
    sites: frozenset[ProgramSite],
    day: date,
    event: str,
    actor: Actor,
    on: date,
) -> Decision:
    """Decide whether a user may record what became of an appointment, or undo it.

    Args:
        organization: slug of the organization that keeps the child's record.
        sites: the programs and sites at which the child is or was enrolled.
        day: the day of the appointment.
        event: event of `APPOINTMENT_TRANSITIONS`.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    needs_day = (checks.check_appointment_day(day),) if event in _EVENTS_OF_THE_DAY else ()
    facts = (organization, sites, day, event)
    child = ServedChildFact(organization, None, sites=sites)
    return _decide_record(Action.WRITE_NOTE, child, facts, actor, on, *needs_day)


_EVENTS_OF_THE_DAY: Final = frozenset({"hold", "miss"})
_NOTE_CODES: Final = frozenset(card.id for card in cards.ALL)


def list_note_problems(decision: Decision) -> tuple[str, ...]:
    """List what the user can mend in a note, contact or appointment, each with the next step.

    Args:
        decision: the decision about it.

    Returns:
        Sentences for the program's staff; empty if the person was refused, not the record.
    """
    return tuple(
        f"{reason.message_for(Audience.STEWARD)} {reason.next_step}"
        for reason in decision.refusals
        if reason.code in _NOTE_CODES
    )


def _decide_record(
    action: Action,
    kept: NoteFact | ServedChildFact,
    facts: object,
    actor: Actor,
    on: date,
    *record_checks: BoundCheck,
) -> Decision:
    return decide_request(
        PolicyRequest(
            action=action,
            actor=actor,
            facts=facts if isinstance(facts, tuple) else (facts,),
            access_checks=checks.require_program_access(
                action, actor, kept.organization, kept.sites
            ),
            outcome_checks=record_checks,
        ),
        on,
    )
