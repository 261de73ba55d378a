"""Plan appointments about participants, move them, and record what became of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import time_format

from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action
from cairn.policy.engine import Permit
from cairn.policy.facts import AppointmentFact, ProgramSite
from cairn.policy.lifecycles import APPOINTMENT_TRANSITIONS, find_next_state
from cairn.policy.questions import may_close_appointment, may_plan_appointment
from cairn.policy.vocabulary import AppointmentState
from cairn.services.notes import facts, note_texts
from cairn.services.notes.models import Appointment
from cairn.services.notes.note_texts import NoteConflict, require_same_page
from cairn.services.programs.api import Participant, list_participant_sites

__all__ = [
    "AppointmentPlan",
    "close_appointment",
    "plan_appointment",
    "reschedule_appointment",
]


@dataclass(frozen=True, slots=True)
class AppointmentPlan:
    """The time, place and people of an appointment.

    Attributes:
        starts_at: when it begins.
        minutes: how long it takes.
        staff: the person who holds it.
        place: where.
        adult: with which adult; empty if none.
        purpose: what for.
    """

    starts_at: datetime
    minutes: int
    staff: User
    place: str = ""
    adult: str = ""
    purpose: str = ""


class DoubleBooking(NoteConflict):
    """The person has other appointments at that time.

    Args:
        appointments: the other appointments.
    """

    def __init__(self, appointments: Collection[Appointment]) -> None:
        times = ", ".join(
            f"{time_format(timezone.localtime(row.starts_at))}-"
            f"{time_format(timezone.localtime(row.ends_at))}"
            for row in appointments
        )
        super().__init__(f"This person has another appointment then: {times}.")
        self.appointments = frozenset(row.pk for row in appointments)


def _lock_plan(*, participant: Participant, plan: AppointmentPlan) -> tuple[AppointmentFact]:
    User.objects.select_for_update().get(pk=plan.staff.pk)
    return (facts.lock_appointment_facts(participant, plan.starts_at, plan.staff),)


def _lock_move(*, appointment: Appointment, plan: AppointmentPlan) -> tuple[AppointmentFact]:
    return _lock_plan(participant=appointment.participant, plan=plan)


def _lock_event(
    *, appointment: Appointment, event: str
) -> tuple[str, frozenset[ProgramSite], date, str]:
    rows = Appointment.objects.select_for_update(of=("self",))
    row = rows.select_related("participant__organization").get(pk=appointment.pk)
    sites = list_participant_sites([row.participant_id])
    slug = row.participant.organization.slug
    return slug, sites, timezone.localdate(row.starts_at), event


@action("appointment.planned", asks=may_plan_appointment, facts=_lock_plan, also_in="identities")
def plan_appointment(
    permit: Permit,
    /,
    *,
    participant: Participant,
    plan: AppointmentPlan,
    key: str,
    accepted: Collection[int] = (),
    by: User,
    at: datetime,
) -> ActionResult[Appointment]:
    """Plan an appointment about a participant. Sent twice, it is planned once.

    Args:
        participant: the organization's own record of the child.
        plan: the time, place and people.
        key: random key of the page that was sent, 32 hexadecimal digits.
        accepted: numbers of appointments at the same time that the user saw and accepts.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The appointment.

    Raises:
        DoubleBooking: the person has another appointment then, which the user did not see.
        NoteConflict: the page was saved before with other entries.
        Refused: the policy does not allow it.
    """
    row = Appointment.objects.filter(key=key).first()
    if row is None:
        _require_free_time(plan, participant, accepted)
        row = _add_appointment(key, participant, plan, by, at)
    else:
        saved = (row.participant_id, row.starts_at, row.minutes, row.staff_id)
        sent = (participant.pk, plan.starts_at, plan.minutes, plan.staff.pk)
        texts = {"place": plan.place, "adult": plan.adult, "purpose": plan.purpose}
        require_same_page(key, is_same=saved == sent, **texts)
    return ActionResult(row, subject=row)


@action(
    "appointment.rescheduled", asks=may_plan_appointment, facts=_lock_move, also_in="identities"
)
def reschedule_appointment(
    permit: Permit,
    /,
    *,
    appointment: Appointment,
    plan: AppointmentPlan,
    key: str,
    accepted: Collection[int] = (),
    by: User,
    at: datetime,
) -> ActionResult[Appointment]:
    """Replace a planned appointment by a new one; the old one stays on record as rescheduled.

    Args:
        appointment: the appointment.
        plan: the new time, place and people.
        key: random key of the page that was sent, 32 hexadecimal digits.
        accepted: numbers of appointments at the same time that the user saw and accepts.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The new appointment; the same one if the page was sent before.

    Raises:
        DoubleBooking: the person has another appointment then, which the user did not see.
        NoteConflict: the appointment is no longer planned.
        Refused: the policy does not allow it.
    """
    row = Appointment.objects.filter(key=key, replaces=appointment).first()
    if row is None:
        old = _move_on(appointment, "reschedule", by, at)
        _require_free_time(plan, old.participant, accepted)
        row = _add_appointment(key, old.participant, plan, by, at, replaces=old)
    return ActionResult(row, subject=row)


@action("appointment.closed", asks=may_close_appointment, facts=_lock_event)
def close_appointment(
    permit: Permit, /, *, appointment: Appointment, event: str, by: User, at: datetime
) -> ActionResult[None]:
    """Record that an appointment was held, missed or cancelled, or undo that.

    Args:
        appointment: the appointment.
        event: event of `APPOINTMENT_TRANSITIONS` other than "reschedule".
        by: the user who acts.
        at: the moment of the action.

    Raises:
        NoteConflict: the event is not possible in the state of the appointment.
        Refused: the policy does not allow it; the day has not come.
    """
    if event == "reschedule":
        raise NoteConflict("Choose a new time to reschedule an appointment.")
    row = _move_on(appointment, event, by, at)
    return ActionResult(subject=row, detail={"status": row.state})


def _require_free_time(
    plan: AppointmentPlan, participant: Participant, accepted: Collection[int]
) -> None:
    others = _find_double_bookings(plan, participant)
    if {row.pk for row in others} - set(accepted):
        raise DoubleBooking(others)


def _find_double_bookings(plan: AppointmentPlan, participant: Participant) -> list[Appointment]:
    """Find what else the person has planned for the organization at that time."""
    ends_at = plan.starts_at + timedelta(minutes=plan.minutes)
    # An appointment lasts less than a day, so one that began earlier has ended.
    rows = Appointment.objects.filter(
        staff=plan.staff,
        participant__organization=participant.organization_id,
        state=AppointmentState.PLANNED.value,
        starts_at__lt=ends_at,
        starts_at__gt=plan.starts_at - timedelta(days=1),
    )
    return [row for row in rows if row.ends_at > plan.starts_at]


def _add_appointment(
    key: str,
    participant: Participant,
    plan: AppointmentPlan,
    by: User,
    at: datetime,
    replaces: Appointment | None = None,
) -> Appointment:
    row = Appointment.objects.create(
        key=key,
        participant=participant,
        starts_at=plan.starts_at,
        minutes=plan.minutes,
        staff=plan.staff,
        replaces=replaces,
        planned_by=by,
        planned_at=at,
    )
    note_texts.save_text(key, place=plan.place, adult=plan.adult, purpose=plan.purpose)
    return row


def _move_on(appointment: Appointment, event: str, by: User, at: datetime) -> Appointment:
    row = Appointment.objects.select_for_update(of=("self",)).get(pk=appointment.pk)
    state = find_next_state(APPOINTMENT_TRANSITIONS, AppointmentState(row.state), event)
    if state is None:
        raise NoteConflict(f"This appointment is {row.get_state_display().lower()} already.")
    is_open = state is AppointmentState.PLANNED
    row.state = state.value
    row.closed_by, row.closed_at = (None, None) if is_open else (by, at)
    row.save(update_fields=["state", "closed_by", "closed_at"])
    return row
