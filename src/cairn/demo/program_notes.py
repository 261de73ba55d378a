"""Write notes, contacts with families and one appointment of the tutoring program."""

from datetime import date, datetime, time, timedelta
from typing import Final

from django.utils import timezone

from cairn.platform.accounts.api import User
from cairn.policy.vocabulary import NoteAudience
from cairn.services.notes import api as notes_api
from cairn.services.programs.api import ContactChannel, Participant

_KIND, _OUTCOME = notes_api.NoteKind, notes_api.ContactOutcome
_NOTES: Final = (
    (21, _KIND.ACADEMIC, NoteAudience.FAMILY, "Reads short chapter books, and retells the story."),
    (9, _KIND.BEHAVIOR, NoteAudience.STAFF, "Works best beside a friend, away from the door."),
    (4, _KIND.FAMILY, NoteAudience.STEWARD, "A relative asked for the home address. Not given."),
)
"""Days before today, what it is about, who may read it, and the text."""
_CONTACTS: Final = (
    (40, ContactChannel.CALL, _OUTCOME.REACHED, "Spanish", "Welcome call; asked for Thursdays."),
    (6, ContactChannel.TEXT, _OUTCOME.LEFT_MESSAGE, "Spanish", "Invited to the reading evening."),
)


def write_demo_notes(child: Participant, tutor: User, at: datetime) -> None:
    """Write notes about one child, record two contacts, and plan an appointment for tomorrow.

    Args:
        child: the program's own record of the child.
        tutor: the member of staff who writes.
        at: the moment of the actions.
    """
    today = timezone.localdate(at)
    for number, (days, kind, audience, text) in enumerate(_NOTES):
        notes_api.write_note(
            participant=child,
            details=notes_api.NoteDetails(today - timedelta(days=days), kind, audience, text),
            key=f"{number:032x}",
            by=tutor,
            at=at,
        )
    for number, (days, channel, outcome, language, summary) in enumerate(_CONTACTS):
        day = today - timedelta(days=days)
        notes_api.record_family_contact(
            participant=child,
            details=notes_api.ContactDetails(
                day, channel, outcome, "Rosa", language, summary, _plan_follow_up(outcome, day)
            ),
            key=f"{number:032x}",
            by=tutor,
            at=at,
        )
    tomorrow = datetime.combine(today + timedelta(days=1), time(17))
    notes_api.plan_appointment(
        participant=child,
        plan=notes_api.AppointmentPlan(
            timezone.make_aware(tomorrow), 30, tutor, "Alder Creek Library", "Rosa", "Reading level"
        ),
        key="1" * 32,
        by=tutor,
        at=at,
    )


def _plan_follow_up(outcome: notes_api.ContactOutcome, day: date) -> date | None:
    return None if outcome == _OUTCOME.REACHED else day + timedelta(days=5)
