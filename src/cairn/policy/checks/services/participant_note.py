"""Check what staff write about a participant: notes, contacts with the family, appointments."""

from datetime import date, timedelta
from typing import Final

from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import Actor, AppointmentFact, NewNoteFact, NoteFact, ServedChildFact
from cairn.policy.law.cards.services import participant_note as cards
from cairn.policy.vocabulary import NoteAudience, Role

__all__ = [
    "check_appointment_ahead",
    "check_appointment_day",
    "check_appointment_staff",
    "check_note_author",
    "check_note_day",
    "check_note_period",
    "check_note_reader",
    "check_treatment_record",
]

FOLLOW_UP: Final = timedelta(days=90)
"""How long after the last enrollment staff may follow up with the family."""


@policy_check(cards.NOTE_PERIOD)
def check_note_period(on: date, child: ServedChildFact, day: date) -> Reason:
    """Check that the organization serves a child on a day, or did up to 90 days before.

    Args:
        on: date of the check.
        child: the time for which the organization serves the child.
        day: the day that the record is about.
    Returns:
        One reason.
    """
    if child.first_day is None:
        return Reason.from_card(cards.NOTE_PERIOD, met=False, day=day.isoformat(), period="never")
    last = child.last_day + FOLLOW_UP if child.last_day else None
    end = f"to {last.isoformat()}" if last else "on"
    return Reason.from_card(
        cards.NOTE_PERIOD,
        met=child.first_day <= day and (last is None or max(day, on) <= last),
        day=day.isoformat(),
        period=f"from {child.first_day.isoformat()} {end}",
    )


@policy_check(cards.NOTE_DAY)
def check_note_day(on: date, day: date) -> Reason:
    """Check that the day of a note or a contact has come.

    Args:
        on: date of the check.
        day: the day that the record is about.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.NOTE_DAY, met=day <= on, day=day.isoformat())


@policy_check(cards.TREATMENT_RECORD)
def check_treatment_record(on: date, note: NewNoteFact) -> Reason:
    """Check that a note about health holds no record of treatment that a law keeps apart.

    Args:
        on: date of the check.
        note: facts of the note.
    Returns:
        One reason.
    """
    return Reason.from_card(
        cards.TREATMENT_RECORD, met=note.has_no_treatment_record or not note.is_about_health
    )


@policy_check(cards.NOTE_READER)
def check_note_reader(on: date, note: NoteFact, actor: Actor) -> Reason:
    """Check that a note was written for a user.

    Args:
        on: date of the check.
        note: facts of the note.
        actor: the person who asks.
    Returns:
        One reason.
    """
    is_reader = note.audience is not NoteAudience.STEWARD or _is_steward(note, actor, on)
    return Reason.from_card(cards.NOTE_READER, met=is_reader)


@policy_check(cards.NOTE_AUTHOR)
def check_note_author(on: date, note: NoteFact, actor: Actor) -> Reason:
    """Check that the author of a record, or the data steward, changes it.

    Args:
        on: date of the check.
        note: facts of the record.
        actor: the person who asks.
    Returns:
        One reason.
    """
    is_own = actor.id == note.author
    return Reason.from_card(cards.NOTE_AUTHOR, met=is_own or _is_steward(note, actor, on))


@policy_check(cards.APPOINTMENT_AHEAD)
def check_appointment_ahead(on: date, appointment: AppointmentFact) -> Reason:
    """Check that an appointment is planned for today or a day to come.

    Args:
        on: date of the check.
        appointment: facts of the appointment.
    Returns:
        One reason.
    """
    day = appointment.day
    return Reason.from_card(cards.APPOINTMENT_AHEAD, met=on <= day, day=day.isoformat())


@policy_check(cards.APPOINTMENT_STAFF)
def check_appointment_staff(on: date, appointment: AppointmentFact) -> Reason:
    """Check that the person who is to hold an appointment may see the child's record.

    Args:
        on: date of the check.
        appointment: facts of the appointment.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.APPOINTMENT_STAFF, met=appointment.has_staff)


@policy_check(cards.APPOINTMENT_DAY)
def check_appointment_day(on: date, day: date) -> Reason:
    """Check that the day of an appointment has come.

    Args:
        on: date of the check.
        day: the day of the appointment.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.APPOINTMENT_DAY, met=day <= on, day=day.isoformat())


def _is_steward(note: NoteFact, actor: Actor, on: date) -> bool:
    return note.organization in actor.list_organizations(on, Role.STEWARD)
