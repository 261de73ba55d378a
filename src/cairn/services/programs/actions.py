"""Write a program's own records: programs, groups, enrollments and attendance."""

import hashlib
import secrets
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format

from cairn.data.intake.api import Submission, decide_submission
from cairn.governance.partners.api import Organization, get_organization_slug
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, system_action
from cairn.platform.audit.api import record_audit_event
from cairn.policy import questions
from cairn.policy.engine import Permit
from cairn.policy.facts import ProgramSite
from cairn.services.programs import facts, models, participant_identity, queries
from cairn.services.programs.models import AttendanceStatus, ExitReason, Program, SessionSeries

__all__ = [
    "AttendanceConflict",
    "AttendanceEntry",
    "ProgramConflict",
    "SameChildConflict",
    "SavedAttendance",
    "SeriesPlan",
    "cancel_session",
    "change_participant_details",
    "create_program",
    "create_session_series",
    "end_enrollment",
    "enroll_participant",
    "record_session_attendance",
    "reopen_enrollment",
    "restore_session",
    "start_nightly_delivery",
    "stop_nightly_delivery",
    "stop_refused_delivery",
]

_KEY_BYTES: Final = 16
_REFUSAL_LENGTH: Final = 300


class ProgramConflict(Exception):
    """Something else was recorded in the meantime, or before; the message says what to do."""


class MissingReasonConflict(ProgramConflict):
    """A correction of an earlier day needs a reason."""

    def __init__(self) -> None:
        super().__init__("Say why you correct the attendance of an earlier day.")


class SameChildConflict(ProgramConflict):
    """Children of this name and birth date are on record with the organization.

    Args:
        participants: their numbers.
    """

    def __init__(self, participants: Collection[int]) -> None:
        super().__init__(
            "A child with this name and birth date is on record here. Choose the child from the "
            "list, or confirm that the new child is another one."
        )
        self.participants = participants


@dataclass(frozen=True, slots=True)
class SeriesPlan:
    """When and where a group meets, and for how many children.

    Attributes:
        site: where.
        name: name of the group.
        weekdays: days of the week, Monday is 0.
        starts_at: when a session begins.
        ends_at: when it ends.
        first_day: first day on which the group may meet.
        last_day: the last one; None while no end is set.
        capacity: number of places; None without a limit.
        ages: ages or grades, in words.
        fee: the fee in dollars; 0 for none, None where it is not stated.
        fee_period: what the fee is for; empty without a fee.
        languages: codes of the languages that the group is held in.
        outcome: ID of the outcome that the group aims at; empty if none is stated.
    """

    site: str
    name: str
    weekdays: tuple[int, ...]
    starts_at: time
    ends_at: time
    first_day: date
    last_day: date | None = None
    capacity: int | None = None
    ages: str = ""
    fee: Decimal | None = None
    fee_period: str = ""
    languages: tuple[str, ...] = ()
    outcome: str = ""

    @classmethod
    def from_row(cls, series: SessionSeries) -> "SeriesPlan":
        """Read the plan of a group on record."""
        values = {name: getattr(series, name) for name in cls.__slots__}
        lists = {"weekdays": tuple(series.weekdays), "languages": tuple(series.languages)}
        return cls(**values | lists)

    def list_columns(self) -> dict[str, Any]:
        """List the columns of the group's row with their values."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return values | {"weekdays": sorted(self.weekdays), "languages": list(self.languages)}

    @property
    def digest(self) -> str:
        """SHA-256 of the plan, by which a form knows whether it is still the one it showed."""
        text = repr(replace(self, weekdays=tuple(sorted(self.weekdays))))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class AttendanceEntry:
    """What a person entered for one child on one day.

    Attributes:
        status: how the child attended.
        minutes: how long; None for the whole session.
        seen: number of the mark that the person saw on the page; 0 if there was none.
    """

    status: AttendanceStatus
    minutes: int | None = None
    seen: int = 0


@dataclass(frozen=True, slots=True)
class AttendanceConflict:
    """An entry that was not saved: somebody else recorded another one in the meantime.

    Attributes:
        enrollment: number of the enrollment.
        entered: what the person entered.
        recorded: the mark on record.
    """

    enrollment: int
    entered: AttendanceEntry
    recorded: models.AttendanceMark


@dataclass(frozen=True, slots=True)
class SavedAttendance:
    """What became of the entries of one page.

    Attributes:
        recorded: entries that were new.
        corrected: entries that replaced an earlier mark.
        conflicts: entries that were not saved.
    """

    recorded: int
    corrected: int
    conflicts: tuple[AttendanceConflict, ...] = ()


def _get_new_site(*, program: Program, plan: SeriesPlan) -> facts.SitesFacts:
    return program.organization.slug, frozenset({ProgramSite(str(program.pk), plan.site)})


@action("program.created", asks=questions.may_change_program, facts=get_organization_slug)
def create_program(
    permit: Permit,
    /,
    *,
    organization: Organization,
    name: str,
    description: str,
    by: User,
    at: datetime,
) -> ActionResult[Program]:
    """Add a program to an organization.

    Args:
        organization: the organization that runs it.
        name: its name.
        description: what it offers.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The program.

    Raises:
        ProgramConflict: the organization has a program of this name.
        Refused: the policy does not allow it.
    """
    if Program.objects.filter(organization=organization, name__iexact=name).exists():
        raise ProgramConflict("There is a program of this name. Choose another name.")
    row = Program.objects.create(
        organization=organization, name=name, description=description, created_by=by, created_at=at
    )
    return ActionResult(row, subject=row)


@action("program.group_added", asks=questions.may_change_program_sites, facts=_get_new_site)
def create_session_series(
    permit: Permit, /, *, program: Program, plan: SeriesPlan, by: User, at: datetime
) -> ActionResult[SessionSeries]:
    """Add a group to a program.

    Args:
        program: the program.
        plan: when and where the group meets.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The group.

    Raises:
        ProgramConflict: the program has a group of this name at this site.
        Refused: the policy does not allow it.
    """
    same = program.series.filter(site__iexact=plan.site, name__iexact=plan.name)
    if same.exists():
        raise ProgramConflict("There is a group of this name at this site. Choose another name.")
    row = SessionSeries.objects.create(
        program=program, **plan.list_columns(), created_by=by, created_at=at
    )
    return ActionResult(row, subject=row)


@action(
    "program.participant_enrolled",
    asks=questions.may_enroll_participant,
    facts=facts.lock_series_for_enrollment,
    also_in="identities",
)
def enroll_participant(
    permit: Permit,
    /,
    *,
    series: SessionSeries,
    participant: models.Participant | None,
    details: participant_identity.ParticipantDetails | None,
    starts: date,
    other_than: Collection[int] = (),
    by: User,
    at: datetime,
) -> ActionResult[models.ProgramEnrollment]:
    """Enroll a child in a group: one who is on record here, or a new one.

    Args:
        series: the group.
        participant: the organization's own record of the child; None for a new child.
        details: who the new child is; None if there is a record.
        starts: first day of the enrollment.
        other_than: numbers of the participants who have the new child's name and birth date, but
            are other children, as the user says.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The enrollment.

    Raises:
        SameChildConflict: a child of this name and birth date is on record here.
        ProgramConflict: the child holds a place in this group already, or the record was destroyed.
        Refused: the policy does not allow it.
    """
    organization = series.program.organization
    if participant is None:
        assert details is not None  # noqa: S101 - the form gives one of the two
        _require_new_child(
            participant_identity.find_same_participants(organization.slug, details), other_than
        )
        participant = models.Participant.objects.create(
            organization=organization,
            key=secrets.token_hex(_KEY_BYTES),
            added_by=by,
            added_at=at,
        )
        participant_identity.build_identity(participant.key, organization.slug, details).save(
            force_insert=True
        )
    elif participant.organization != organization:
        raise ProgramConflict("This child is not on record here. Enter the child anew.")
    _require_record(participant.pk)
    if queries.select_enrolled_in(series, starts).filter(participant=participant).exists():
        raise ProgramConflict("This child is in this group already.")
    later = series.enrollments.filter(participant=participant, ends__isnull=True)
    if later.exists():
        raise ProgramConflict("This child joins this group on a later day already.")
    row = models.ProgramEnrollment.objects.create(
        participant=participant, series=series, starts=starts, enrolled_by=by, enrolled_at=at
    )
    return ActionResult(row, subject=row)


def _require_record(number: int) -> None:
    """Check under a lock that a child's record was not destroyed in the meantime."""
    row = models.Participant.objects.select_for_update().get(pk=number)
    if row.destruction_id is not None:
        raise ProgramConflict("This record was destroyed. Enter the child as a new one.")


@action(
    "program.enrollment_ended",
    asks=questions.may_change_program_sites,
    facts=facts.lock_series_of_enrollment,
)
def end_enrollment(
    permit: Permit,
    /,
    *,
    enrollment: models.ProgramEnrollment,
    ends: date,
    reason: ExitReason,
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """End a child's time in a group; what was recorded stays.

    Args:
        enrollment: the enrollment.
        ends: its last day.
        reason: why it ends.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        ProgramConflict: it has ended, or attendance is recorded after its last day.
        Refused: the policy does not allow it.
    """
    row = models.ProgramEnrollment.objects.select_for_update().get(pk=enrollment.pk)
    if row.ends is not None:
        raise ProgramConflict("This enrollment has ended already.")
    if ends < row.starts:
        raise ProgramConflict("The last day is before the first day of this enrollment.")
    attended = row.attendance_marks.filter(
        replaced_by__isnull=True, day__gt=ends, status__in=models.ATTENDED
    ).last()
    if attended is not None:
        raise ProgramConflict(
            f"The child attended on {date_format(attended.day)}. Choose that day or a later one."
        )
    row.ends, row.exit_reason = ends, reason.value
    row.save(update_fields=["ends", "exit_reason"])
    return ActionResult(subject=row, detail={"reason": reason.value})


@action(
    "program.enrollment_reopened",
    asks=questions.may_enroll_participant,
    facts=facts.lock_series_for_reopening,
)
def reopen_enrollment(
    permit: Permit, /, *, enrollment: models.ProgramEnrollment, by: User, at: datetime
) -> ActionResult[None]:
    """Undo the end of a child's time in a group; the child has a place again without a last day.

    Args:
        enrollment: the enrollment.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        ProgramConflict: it has not ended, or the child was enrolled in the group again.
        Refused: the policy does not allow it; the group is full or has ended.
    """
    row = models.ProgramEnrollment.objects.select_for_update().get(pk=enrollment.pk)
    if row.ends is None:
        raise ProgramConflict("This enrollment has not ended.")
    later = models.ProgramEnrollment.objects.filter(
        series=row.series_id, participant=row.participant_id, starts__gt=row.starts
    )
    if later.exists():
        raise ProgramConflict("This child was enrolled in the group again after that.")
    _require_record(row.participant_id)
    detail = {"ended": row.ends.isoformat(), "reason": row.exit_reason}
    row.ends, row.exit_reason = None, ""
    row.save(update_fields=["ends", "exit_reason"])
    return ActionResult(subject=row, detail=detail)


@action(
    "program.participant_changed",
    asks=questions.may_change_program_sites,
    facts=facts.lock_participant,
    also_in="identities",
)
def change_participant_details(
    permit: Permit,
    /,
    *,
    participant: models.Participant,
    details: participant_identity.ParticipantDetails,
    seen: str,
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """Change what a program knows about a child, and the people to call.

    Args:
        participant: the organization's own record of the child.
        details: the details from now on.
        seen: digest of the details that the user saw before the change
            (`compute_details_digest`).
        by: the user who acts.
        at: the moment of the action.

    Raises:
        ProgramConflict: someone changed the record in the meantime, or another child on record
            here has the new name and birth date.
        Refused: the policy does not allow it.
    """
    before = participant_identity.load_participant_details([participant])[participant.key]
    if participant_identity.compute_details_digest(before) != seen:
        raise ProgramConflict(
            "Someone changed this record in the meantime. Open it again, and enter your change."
        )
    same = participant_identity.find_same_participants(participant.organization.slug, details)
    if participant_identity.identifies_another_child(before, details) and any(
        row != participant for row in same
    ):
        raise ProgramConflict("Another child on record here has this name and birth date.")
    participant_identity.build_identity(
        participant.key, participant.organization.slug, details
    ).save(force_update=True)
    earlier = asdict(before)
    changed = [name for name, value in asdict(details).items() if value != earlier[name]]
    return ActionResult(subject=participant, detail={"changed": ", ".join(changed)})


@action(
    "program.attendance_recorded",
    asks=questions.may_record_attendance,
    facts=facts.lock_series_for_session,
)
def record_session_attendance(
    permit: Permit,
    /,
    *,
    series: SessionSeries,
    day: date,
    entries: Mapping[int, AttendanceEntry],
    reason: str,
    by: User,
    at: datetime,
) -> ActionResult[SavedAttendance]:
    """Record how the children of a group attended on a day.

    Sent twice, it changes nothing the second time. If somebody else recorded a child in the
    meantime, the entry is given back, and not saved.

    Args:
        series: the group.
        day: the day of the session.
        entries: entry of each enrollment, by its number.
        reason: why earlier marks are corrected; needed only for a correction after the day.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        What became of the entries.

    Raises:
        ProgramConflict: the session was cancelled, a child holds no place in the group on that
            day, or the minutes are longer than the session.
        MissingReasonConflict: the reason of a correction is missing.
        Refused: the policy does not allow it.
    """
    if queries.find_cancellation(series, day):
        raise ProgramConflict("This session was cancelled. Restore it to record attendance.")
    enrolled = queries.select_enrolled_in(series, day).in_bulk(list(entries))
    if len(enrolled) != len(entries):
        raise ProgramConflict(
            "A child on this page left the group in the meantime. Look at the roster again."
        )
    current = queries.load_current_marks(enrolled.values(), day)
    new: list[models.AttendanceMark] = []
    conflicts: list[AttendanceConflict] = []
    for number, entry in entries.items():
        found, minutes = current.get(number), _choose_minutes(series, entry)
        if found and (found.status, found.minutes) == (entry.status.value, minutes):
            continue
        if found and found.pk != entry.seen:
            conflicts.append(AttendanceConflict(number, entry, found))
            continue
        new.append(
            models.AttendanceMark(
                enrollment=enrolled[number],
                day=day,
                status=entry.status.value,
                minutes=minutes,
                recorded_by=by,
                recorded_at=at,
                replaces=found,
                reason=reason if found else "",
            )
        )
    corrected = sum(mark.replaces is not None for mark in new)
    today = timezone.localdate(at)
    if not reason and any(
        queries.needs_correction_reason(mark.replaces, day, today) for mark in new
    ):
        raise MissingReasonConflict
    models.AttendanceMark.objects.bulk_create(new)
    saved = SavedAttendance(len(new) - corrected, corrected, tuple(conflicts))
    return ActionResult(
        saved,
        subject=series,
        detail={
            "day": day.isoformat(),
            "recorded": saved.recorded,
            "corrected": corrected,
            "conflicts": len(conflicts),
        },
    )


@action(
    "program.session_cancelled",
    asks=questions.may_cancel_session,
    facts=facts.lock_series_for_session,
)
def cancel_session(
    permit: Permit, /, *, series: SessionSeries, day: date, reason: str, by: User, at: datetime
) -> ActionResult[None]:
    """Record that a group did not meet on a day; marks of that day no longer count.

    Args:
        series: the group.
        day: the day.
        reason: why, such as snow.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        ProgramConflict: it was cancelled before.
        Refused: the policy does not allow it.
    """
    try:
        with transaction.atomic():
            models.CancelledSession.objects.create(
                series=series, day=day, reason=reason, cancelled_by=by, cancelled_at=at
            )
    except IntegrityError as error:
        raise ProgramConflict("This session was cancelled already.") from error
    return ActionResult(subject=series, detail={"day": day.isoformat()})


@action(
    "program.session_restored",
    asks=questions.may_cancel_session,
    facts=facts.lock_series_for_session,
)
def restore_session(
    permit: Permit, /, *, series: SessionSeries, day: date, by: User, at: datetime
) -> ActionResult[None]:
    """Take back that a session was cancelled; its marks count again.

    Args:
        series: the group.
        day: the day.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        ProgramConflict: it was not cancelled.
        Refused: the policy does not allow it.
    """
    deleted, _by_model = series.cancelled_sessions.filter(day=day).delete()
    if not deleted:
        raise ProgramConflict("This session was not cancelled.")
    return ActionResult(subject=series, detail={"day": day.isoformat()})


@transaction.atomic
def start_nightly_delivery(
    *, program: Program, submission: Submission, by: User, at: datetime
) -> models.NightlyDelivery:
    """Send the records of a program each night from now on, in the name of the user who says so.

    Another agreement takes the place of the one before.

    Args:
        program: the program.
        submission: what would be sent today.
        by: the user.
        at: the moment of the action.

    Returns:
        The setting.

    Raises:
        Refused: the user may not send such records under this agreement today.
    """
    decision = decide_submission(submission)
    decision.require()
    Program.objects.select_for_update().get(pk=program.pk)
    reference = submission.agreement.reference
    program.nightly_deliveries.filter(ended_at=None).update(ended_at=at)
    row = models.NightlyDelivery.objects.create(
        program=program, agreement_reference=reference, started_by=by, started_at=at
    )
    record_audit_event(
        "program.nightly_delivery_started",
        row,
        by=by,
        at=at,
        decision=decision,
        detail={"agreement": reference},
    )
    return row


@action(
    "program.nightly_delivery_stopped",
    asks=questions.may_change_program,
    facts=facts.get_slug_of_program,
)
def stop_nightly_delivery(
    permit: Permit, /, *, program: Program, by: User, at: datetime
) -> ActionResult[None]:
    """Send the records of a program no longer each night; what was sent stays.

    Args:
        program: the program.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    program.nightly_deliveries.filter(ended_at=None).update(ended_at=at)
    return ActionResult(subject=program)


@system_action(
    "program.nightly_delivery_refused", reason="it follows from a refusal, which is recorded"
)
def stop_refused_delivery(
    *, nightly: models.NightlyDelivery, refusal: str, by: None, at: datetime
) -> ActionResult[None]:
    """Stop sending a program's records after a refusal, so that it is recorded once.

    Args:
        nightly: the setting.
        refusal: why it was refused, in words for the program's staff.
        by: None, since no person asks for it.
        at: the moment of the action.
    """
    nightly.ended_at, nightly.refusal = at, refusal[:_REFUSAL_LENGTH]
    nightly.save(update_fields=["ended_at", "refusal"])
    return ActionResult(subject=nightly.program)


def _require_new_child(same: Collection[models.Participant], other_than: Collection[int]) -> None:
    if any(row.pk not in other_than for row in same):
        raise SameChildConflict([row.pk for row in same])


def _choose_minutes(series: SessionSeries, entry: AttendanceEntry) -> int:
    """Return the minutes of an entry: none for a child who was not there, else the session's."""
    if entry.status not in models.ATTENDED:
        return 0
    if entry.minutes is None:
        return series.minutes
    if entry.minutes > series.minutes:
        raise ProgramConflict(f"The session has {series.minutes} minutes. Enter no more.")
    return entry.minutes
