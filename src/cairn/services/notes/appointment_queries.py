"""Read appointments, and what waits for a staff member: reminders and follow-ups."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.platform.deadline_sources.api import Deadline, DeadlineKind
from cairn.platform.inbox.api import InboxTask
from cairn.policy.facts import Actor
from cairn.policy.vocabulary import Action, AppointmentState
from cairn.services.notes import note_texts
from cairn.services.notes.models import Appointment, FamilyContact
from cairn.services.programs.api import (
    Participant,
    get_participant,
    load_participant_details,
    select_reachable_participants,
)

__all__ = ["list_appointment_deadlines", "list_note_tasks"]

_REMINDED: Final = timedelta(days=1)
_LISTED: Final = 30
"""Days after which a closed appointment is on the child's page only."""


@dataclass(frozen=True, slots=True)
class AppointmentRow:
    """An appointment with its texts.

    Attributes:
        appointment: the appointment.
        child: name of the child.
        place: where.
        adult: the adult who comes.
        purpose: what for.
    """

    appointment: Appointment
    child: str
    place: str
    adult: str
    purpose: str

    def has_come(self, on: date) -> bool:
        """Tell whether its day has come."""
        return timezone.localdate(self.appointment.starts_at) <= on


def list_own_appointments(who: Actor, on: date) -> list[AppointmentRow]:
    """List the appointments that a user holds: those that are planned, and the latest others.

    Args:
        who: the policy facts about the user.
        on: the date.

    Returns:
        The appointments, the earliest first.
    """
    rows = _select_own(who, on)
    recent = _start_of(on - timedelta(days=_LISTED))
    planned = rows.filter(state=AppointmentState.PLANNED.value)
    closed = rows.filter(starts_at__gte=recent).exclude(
        state__in=[AppointmentState.PLANNED.value, AppointmentState.RESCHEDULED.value]
    )
    return describe_appointments((planned | closed).order_by("starts_at", "pk"))


def list_child_appointments(participant: Participant) -> list[AppointmentRow]:
    """List the appointments about a child that the user may see, the newest first."""
    return describe_appointments(
        participant.appointments.select_related("participant", "staff").order_by(
            "-starts_at", "-pk"
        )
    )


def get_appointment(pk: int, who: Actor, on: date, action: Action) -> Appointment:
    """Find one appointment of the user's own organizations.

    Raises:
        Refused: the user may take the action for no organization.
        Appointment.DoesNotExist: there is none, or another organization keeps it.
    """
    rows = Appointment.objects.select_related("participant__organization", "staff", "planned_by")
    row = rows.select_related("closed_by", "replaces").filter(pk=pk).first()
    try:
        get_participant(row.participant_id if row else 0, who, on, action)
    except Participant.DoesNotExist as error:
        raise Appointment.DoesNotExist from error
    assert row is not None  # noqa: S101 - no participant has the number 0
    return row


def describe_appointments(
    appointments: Collection[Appointment] | QuerySet[Appointment],
) -> list[AppointmentRow]:
    """Decrypt the texts of appointments; the caller has checked that the user may see them."""
    rows = list(appointments)
    details = load_participant_details(row.participant for row in rows)
    texts = note_texts.load_texts(row.key for row in rows)
    return [
        AppointmentRow(row, details[row.participant.key].full_name, **texts[row.key])
        for row in rows
    ]


def list_earlier_times(appointment: Appointment) -> list[Appointment]:
    """List the appointments that an appointment replaced, the latest first."""
    earlier: list[Appointment] = []
    row = appointment.replaces
    while row is not None:
        earlier.append(row)
        row = row.replaces
    return earlier


def list_due_follow_ups(who: Actor, on: date) -> list[tuple[FamilyContact, str]]:
    """List the follow-ups of a user that are due, each with the name of the child.

    Args:
        who: the policy facts about the user.
        on: the date.

    Returns:
        The contacts that asked for them, the earliest first.
    """
    rows = _select_due_contacts(who, on)
    details = load_participant_details(row.participant for row in rows)
    return [(row, details[row.participant.key].full_name) for row in rows]


def list_note_tasks(who: Actor, on: date) -> list[InboxTask]:
    """List what waits for a staff member: appointments, their outcome, and follow-ups.

    No child is named. An appointment becomes a task the day before, so that an email reminds of it.

    Args:
        who: the policy facts about the user.
        on: the date.

    Returns:
        At most one task of each kind.
    """
    address = reverse("notes:own_appointments")
    planned = list(
        _select_own(who, on).filter(
            state=AppointmentState.PLANNED.value, starts_at__lt=_start_of(on + 2 * _REMINDED)
        )
    )
    ahead = [row for row in planned if timezone.localdate(row.starts_at) >= on]
    past = [row for row in planned if row not in ahead]
    follow_ups = _select_due_contacts(who, on)
    tasks = []
    if ahead:
        title = ngettext(
            "appointment today or tomorrow", "appointments today or tomorrow", len(ahead)
        )
        tasks.append(_build_task(ahead, title, address, "appointment"))
    if past:
        title = ngettext(
            "past appointment: was it held?", "past appointments: were they held?", len(past)
        )
        tasks.append(_build_task(past, title, address, "appointment.outcome"))
    if follow_ups:
        tasks.append(
            InboxTask(
                len(follow_ups),
                ngettext("family to follow up with", "families to follow up with", len(follow_ups)),
                address,
                due=min(row.follow_up_on for row in follow_ups if row.follow_up_on),
                minutes=10,
                keys=tuple(f"family_contact.follow_up:{row.pk}" for row in follow_ups),
            )
        )
    return tasks


def list_appointment_deadlines(who: Actor, on: date, until: date) -> list[Deadline]:
    """List the planned appointments that a user holds, for the calendar; no child is named.

    Args:
        who: the policy facts about the user.
        on: the first day.
        until: the last day.

    Returns:
        One entry for each appointment.
    """
    rows = _select_own(who, on).filter(
        state=AppointmentState.PLANNED.value,
        starts_at__gte=_start_of(on),
        starts_at__lt=_start_of(until + timedelta(days=1)),
    )
    return [
        Deadline(
            timezone.localdate(row.starts_at),
            _("Appointment at %(time)s")
            % {"time": time_format(timezone.localtime(row.starts_at), "TIME_FORMAT")},
            DeadlineKind.APPOINTMENT,
            row.participant.organization.slug,
            reverse("notes:appointment", args=[row.pk]),
            key=f"appointment:{row.pk}",
        )
        for row in rows
    ]


def _build_task(rows: list[Appointment], title: str, address: str, kind: str) -> InboxTask:
    return InboxTask(
        len(rows),
        title,
        address,
        due=min(timezone.localdate(row.starts_at) for row in rows),
        minutes=5,
        keys=tuple(f"{kind}:{row.pk}" for row in rows),
    )


def _select_own(who: Actor, on: date) -> QuerySet[Appointment]:
    """Select the appointments that a user holds where the user may see the records."""
    if not who.id.isdecimal():
        return Appointment.objects.none()
    return Appointment.objects.filter(
        staff=int(who.id), participant__in=select_reachable_participants(who, on)
    ).select_related("participant__organization", "staff")


def _select_due_contacts(who: Actor, on: date) -> list[FamilyContact]:
    """List the contacts of a user with a follow-up that is due and not done, the earliest first."""
    if not who.id.isdecimal():
        return []
    due = FamilyContact.objects.filter(
        recorded_by=int(who.id),
        participant__in=select_reachable_participants(who, on),
        withdrawn_at=None,
        follow_up_on__lte=on,
    )
    rows = list(due.select_related("participant").order_by("follow_up_on", "pk"))
    if not rows:
        return []
    newest: dict[int, FamilyContact] = {}
    children = due.values("participant")
    for row in FamilyContact.objects.filter(participant__in=children, withdrawn_at=None).order_by(
        "day", "pk"
    ):
        newest[row.participant_id] = row
    return [row for row in rows if newest[row.participant_id].pk == row.pk]


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
