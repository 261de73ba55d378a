"""The doors of notes, contacts with families and appointments."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from tests.entry_points import programs
from tests.entry_points.entry import Route

from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action
from cairn.services.notes.models import Appointment, FamilyContact, ParticipantNote
from cairn.services.notes.note_texts import save_text

_VIEW, _WRITE = (Action.VIEW_PROGRAM_RECORDS,), (Action.WRITE_NOTE,)
_STEWARD = {Role.STEWARD}


def _recorder() -> User:
    return User.objects.get_or_create(email="recorder@example.org", name="Recorder")[0]


def note() -> dict[str, Any]:
    """A note about a child of the district's program."""
    row = ParticipantNote.objects.create(key="d" * 32, participant_id=programs.participant()["pk"])
    row.versions.create(
        number=1,
        key="e" * 32,
        kind="academic",
        audience="staff",
        day=timezone.localdate(),
        author=_recorder(),
        written_at=timezone.now(),
    )
    save_text("e" * 32, text="Reads", reason="")
    return {"pk": row.pk}


def contact() -> dict[str, Any]:
    """A contact with the child's family."""
    row = FamilyContact.objects.create(
        key="f" * 32,
        participant_id=programs.participant()["pk"],
        day=timezone.localdate(),
        channel="call",
        outcome="reached",
        recorded_by=_recorder(),
        recorded_at=timezone.now(),
    )
    save_text(row.key, adult="Rosa Reyes", language="", summary="")
    return {"pk": row.pk}


def appointment() -> dict[str, Any]:
    """An appointment about the child, tomorrow."""
    row = Appointment.objects.create(
        key="9" * 32,
        participant_id=programs.participant()["pk"],
        starts_at=timezone.now() + timedelta(days=1),
        minutes=30,
        staff=_recorder(),
        planned_by=_recorder(),
        planned_at=timezone.now(),
    )
    save_text(row.key, place="Library", adult="", purpose="")
    return {"pk": row.pk}


ROUTES = {
    "notes:notes": Route(programs.STAFF, "get", programs.participant, _VIEW),
    "notes:new_note": Route(programs.STAFF, "get", programs.participant, _WRITE),
    "notes:note": Route(programs.STAFF, "get", note, _VIEW),
    # The author or the data steward; the recorder of these fields is neither.
    "notes:correct_note": Route(_STEWARD, "get", note, _WRITE),
    "notes:withdraw_note": Route(_STEWARD, "get", note, _WRITE),
    "notes:contacts": Route(programs.STAFF, "get", programs.participant, _VIEW),
    "notes:new_contact": Route(programs.STAFF, "get", programs.participant, _WRITE),
    "notes:withdraw_contact": Route(_STEWARD, "get", contact, _WRITE),
    "notes:group_contacts": Route(programs.STAFF, "get", programs.group, _VIEW),
    "notes:own_appointments": Route(programs.STAFF, "get", dict, _VIEW),
    "notes:child_appointments": Route(programs.STAFF, "get", programs.participant, _VIEW),
    "notes:new_appointment": Route(programs.STAFF, "get", programs.participant, _WRITE),
    "notes:appointment": Route(programs.STAFF, "get", appointment, _VIEW),
    "notes:reschedule": Route(programs.STAFF, "get", appointment, _WRITE),
    "notes:close_appointment": Route(
        programs.STAFF,
        "post",
        appointment,
        _WRITE,
        ("appointment.closed",),
        {"event": "cancel"},
    ),
}
