"""Read a program's own records, limited to what the user may see."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet

from cairn.governance.consents.api import compute_school_year
from cairn.governance.partners.api import Organization
from cairn.policy.facts import Actor, StaffAssignmentFact
from cairn.policy.questions import (
    find_organization_scope,
    find_program_scope,
    may_change_program,
    may_open_page,
    may_reach_program_sites,
    may_view_program_records,
)
from cairn.policy.vocabulary import Action
from cairn.services.programs import facts, models
from cairn.services.programs.dosage import (
    AttendedSession,
    ParticipantDosage,
    build_hour_bands,
    compute_dosage,
)
from cairn.services.programs.models import Participant, Program, ProgramEnrollment, SessionSeries
from cairn.services.programs.participant_identity import (
    ParticipantDetails,
    load_participant_details,
)

__all__ = [
    "RosterRow",
    "get_participant",
    "get_program",
    "get_series",
    "list_program_organizations",
    "list_programs",
    "list_roster",
    "select_reachable_participants",
]


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One child on the roster of a group.

    Attributes:
        enrollment: the child's time in the group.
        details: who the child is.
        mark: attendance on the day that is shown; None if none was recorded.
        dosage: what the child received so far; None if it was not asked for, or no attendance was
            recorded.
    """

    enrollment: ProgramEnrollment
    details: ParticipantDetails
    mark: models.AttendanceMark | None = None
    dosage: ParticipantDosage | None = None


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """One session of a group on a day, for the page that lists the day.

    Attributes:
        series: the group.
        enrolled: children who hold a place on that day.
        recorded: children with recorded attendance.
        cancelled: why the group does not meet; empty if it does.
    """

    series: SessionSeries
    enrolled: int
    recorded: int
    cancelled: str


def list_program_organizations(
    who: Actor, on: date, action: Action = Action.VIEW_PROGRAM_RECORDS
) -> QuerySet[Organization]:
    """List the organizations that let a user see or change their programs.

    Args:
        who: the policy facts about the user.
        on: the date.
        action: what the user wants to do.

    Returns:
        The organizations.

    Raises:
        Refused: the user may do so for no organization.
    """
    may_open_page(action, who, on=on).require()
    scope = find_organization_scope(action, who, on)
    return Organization.objects.filter(slug__in=scope.organizations).order_by("name")


def list_organizations_to_assign(who: Actor, on: date) -> list[Organization]:
    """List the organizations for which a user assigns staff, to link their page; none for others.

    Args:
        who: the policy facts about the user.
        on: the date.

    Returns:
        The organizations by name.
    """
    scope = find_organization_scope(Action.ASSIGN_STAFF, who, on)
    if not scope.organizations:
        return []
    return list(Organization.objects.filter(slug__in=scope.organizations).order_by("name"))


def list_whole_organizations(who: Actor, on: date) -> QuerySet[Organization]:
    """List the organizations that let a user work with all of their programs.

    Args:
        who: the policy facts about the user.
        on: the date.

    Returns:
        The organizations.

    Raises:
        Refused: there is none; a staff member with an assignment adds no program.
    """
    organizations = list_program_organizations(who, on, Action.CHANGE_PROGRAM)
    scope = find_program_scope(Action.CHANGE_PROGRAM, who, on)
    whole = organizations.filter(slug__in=scope.organizations)
    if not whole:
        may_change_program(organizations[0].slug, who, on).require()
    return whole


def list_own_assignments(who: Actor, on: date) -> list[StaffAssignmentFact]:
    """List the assignments that limit what a user sees, the newest first; empty without a limit."""
    scope = find_program_scope(Action.VIEW_PROGRAM_RECORDS, who, on)
    limiting = [row for row in who.assignments if row.organization not in scope.organizations]
    return sorted(limiting, key=lambda row: row.starts, reverse=True)


def select_reachable_series(
    who: Actor, on: date, action: Action = Action.VIEW_PROGRAM_RECORDS
) -> QuerySet[SessionSeries]:
    """Select the groups of the programs and sites that a user works with.

    Args:
        who: the policy facts about the user.
        on: the date.
        action: what the user wants to do.

    Returns:
        The groups.
    """
    scope = find_program_scope(action, who, on)
    reach = Q(program__organization__slug__in=scope.organizations)
    for item in scope.assignments:
        part = Q(program=int(item.program))
        reach |= part & Q(site=item.site) if item.site else part
    return SessionSeries.objects.filter(reach)


def select_reachable_participants(
    who: Actor, on: date, action: Action = Action.VIEW_PROGRAM_RECORDS
) -> QuerySet[Participant]:
    """Select the children's records of the programs and sites that a user works with.

    An enrollment that was a mistake does not count.

    Args:
        who: the policy facts about the user.
        on: the date.
        action: what the user wants to do.

    Returns:
        The records, without those that were destroyed.
    """
    scope = find_program_scope(action, who, on)
    series = select_reachable_series(who, on, action)
    enrolled = facts.select_actual_enrollments().filter(series__in=series)
    own = Q(organization__slug__in=scope.organizations)
    reach = own | Q(pk__in=enrolled.order_by().values("participant"))
    return Participant.objects.filter(reach, destruction=None)


def list_programs(who: Actor, on: date) -> QuerySet[Program]:
    """List the programs that the user works with, with the number of groups.

    Args:
        who: the policy facts about the user.
        on: the date.

    Returns:
        The programs.

    Raises:
        Refused: the user may see programs of no organization.
    """
    organizations = list_program_organizations(who, on)
    scope = find_program_scope(Action.VIEW_PROGRAM_RECORDS, who, on)
    groups = select_reachable_series(who, on).order_by()
    reach = Q(organization__slug__in=scope.organizations) | Q(pk__in=groups.values("program"))
    reach |= Q(pk__in=[int(item.program) for item in scope.assignments if not item.site])
    return (
        Program.objects.filter(reach, organization__in=organizations)
        .select_related("organization")
        .annotate(group_count=Count("series", filter=Q(series__in=groups)))
    )


def load_program_names(organization: str) -> frozenset[str]:
    """Load the names of the programs that an organization runs; they are public."""
    return frozenset(
        Program.objects.filter(organization__slug=organization).values_list("name", flat=True)
    )


def get_program(pk: int, who: Actor, on: date, action: Action) -> Program:
    """Find one program of the user's own organizations, to work with all of its records.

    Args:
        pk: number of the program.
        who: the policy facts about the user.
        on: the date.
        action: what the user wants to do.

    Returns:
        The program, with its organization.

    Raises:
        Refused: the user may take the action for no organization, or is assigned to a part.
        Program.DoesNotExist: there is no such program, or it belongs to another organization.
    """
    row = _find_own_program(pk, who, on, action)
    may_reach_program_sites(action, row.organization.slug, frozenset(), who, on).require()
    return row


def get_program_in_part(pk: int, who: Actor, on: date, action: Action) -> Program:
    """Find one program that lets the user work with some of its sites at least.

    Raises:
        Refused: the user may take the action for no organization, or is not assigned to the
            program.
        Program.DoesNotExist: there is no such program, or it belongs to another organization.
    """
    row = _find_own_program(pk, who, on, action)
    sites = facts.list_sites_of_program(row)
    may_reach_program_sites(action, row.organization.slug, sites, who, on).require()
    return row


def _find_own_program(pk: int, who: Actor, on: date, action: Action) -> Program:
    organizations = list_program_organizations(who, on, action)
    return Program.objects.select_related("organization").get(pk=pk, organization__in=organizations)


def require_series_access(series: SessionSeries, who: Actor, on: date, action: Action) -> None:
    """Require that a user works with the site of a group.

    Raises:
        Refused: the user does not.
    """
    slug, sites = series.program.organization.slug, facts.list_series_sites(series)
    may_reach_program_sites(action, slug, sites, who, on).require()


def get_series(pk: int, who: Actor, on: date, action: Action) -> SessionSeries:
    """Find one group of the user's own organizations.

    Args:
        pk: number of the group.
        who: the policy facts about the user.
        on: the date.
        action: what the user wants to do.

    Returns:
        The group, with its program and organization.

    Raises:
        Refused: the user may take the action for no organization.
        SessionSeries.DoesNotExist: there is no such group, or it belongs to another organization.
    """
    organizations = list_program_organizations(who, on, action)
    row = SessionSeries.objects.select_related("program__organization").get(
        pk=pk, program__organization__in=organizations
    )
    require_series_access(row, who, on, action)
    return row


def get_enrollment(pk: int, who: Actor, on: date, action: Action) -> ProgramEnrollment:
    """Find one enrollment of the user's own organizations.

    Raises:
        Refused: the user may take the action for no organization.
        ProgramEnrollment.DoesNotExist: there is none, or it belongs to another organization.
    """
    organizations = list_program_organizations(who, on, action)
    row = ProgramEnrollment.objects.select_related(
        "participant", "series__program__organization"
    ).get(pk=pk, series__program__organization__in=organizations)
    require_series_access(row.series, who, on, action)
    return row


def list_planned_sessions(who: Actor, on: date) -> list[PlannedSession]:
    """List the sessions of a day over all groups of the user's own organizations.

    Args:
        who: the policy facts about the user.
        on: the day.

    Returns:
        The sessions, the earliest first.

    Raises:
        Refused: the user may see programs of no organization.
    """
    series = [
        row
        for row in select_reachable_series(who, on)
        .filter(program__organization__in=list_program_organizations(who, on))
        .select_related("program__organization")
        .prefetch_related("cancelled_sessions")
        .order_by("starts_at", "site", "name")
        if row.meets_on(on)
    ]
    enrolled = _count_enrolled(series, on)
    recorded = dict(
        select_current_marks()
        .filter(day=on, enrollment__series__in=series)
        .order_by()
        .values_list("enrollment__series")
        .annotate(Count("pk"))
    )
    return [
        PlannedSession(
            row,
            enrolled.get(row.pk, 0),
            recorded.get(row.pk, 0),
            next((c.reason for c in row.cancelled_sessions.all() if c.day == on), ""),
        )
        for row in series
    ]


def list_groups(program: Program, who: Actor, on: date) -> list[tuple[SessionSeries, int]]:
    """List the groups of a program that the user works with, with the children of its roster."""
    groups = select_reachable_series(who, on).filter(program=program)
    return [
        (row, sum(one.holds_place_on(row.find_roster_day(on)) for one in row.enrollments.all()))
        for row in groups.prefetch_related("enrollments")
    ]


def list_program_sites(program: Program) -> list[str]:
    """List the sites of a program, to offer them for the next group."""
    return sorted(set(program.series.values_list("site", flat=True)))


def find_cancellation(series: SessionSeries, day: date) -> models.CancelledSession | None:
    """Find why a group does not meet on a day; None if it does."""
    return series.cancelled_sessions.filter(day=day).first()


def list_roster(series: SessionSeries, who: Actor, on: date, day: date) -> list[RosterRow]:
    """List the children who hold a place in a group on a day, by last name.

    Args:
        series: the group.
        who: the policy facts about the user.
        on: the date of the request.
        day: the day of the roster.

    Returns:
        The rows, with the attendance of that day.

    Raises:
        Refused: the user may not see the records of this program.
    """
    require_series_access(series, who, on, Action.VIEW_PROGRAM_RECORDS)
    enrollments = list(
        _select_enrolled(day).filter(series=series).select_related("participant", "series")
    )
    details = load_participant_details(row.participant for row in enrollments)
    marks = load_current_marks(enrollments, day)
    rows = [RosterRow(row, details[row.participant.key], marks.get(row.pk)) for row in enrollments]
    return sorted(rows, key=lambda row: (row.details.sort_name.casefold(), row.enrollment.pk))


def list_roster_with_hours(series: SessionSeries, who: Actor, on: date) -> list[RosterRow]:
    """List the children who hold a place in a group, with what each received so far.

    Of a group that has not begun or has ended, it is the roster of its first or last day.

    Args:
        series: the group.
        who: the policy facts about the user.
        on: the date of the request.

    Returns:
        The rows by last name.

    Raises:
        Refused: the user may not see the records of this program.
    """
    roster = list_roster(series, who, on, series.find_roster_day(on))
    sessions = read_attended_sessions(Q(enrollment__series=series))
    dosages = {row.participant: row for row in compute_dosage(sessions)}
    return [replace(row, dosage=dosages.get(row.enrollment.participant_id)) for row in roster]


def load_enrolled_names(
    series: SessionSeries, enrollments: Iterable[ProgramEnrollment], who: Actor, on: date
) -> dict[int, str]:
    """Load the names of children of a group, also of those who left it.

    Args:
        series: the group.
        enrollments: their time in it.
        who: the policy facts about the user.
        on: the date of the request.

    Returns:
        Number of the enrollment → first and last name.

    Raises:
        Refused: the user may not see the records of this program.
    """
    require_series_access(series, who, on, Action.VIEW_PROGRAM_RECORDS)
    numbers = [row.pk for row in enrollments]
    rows = list(series.enrollments.filter(pk__in=numbers).select_related("participant"))
    details = load_participant_details(row.participant for row in rows)
    return {row.pk: details[row.participant.key].full_name for row in rows}


@dataclass(frozen=True, slots=True)
class ParticipantRecord:
    """A program's own record of one child.

    Attributes:
        participant: the record.
        details: who the child is.
        enrollments: the groups, the newest first.
        marks: attendance, the newest first, with the marks that were corrected.
        dosage: what the child received; None if no attendance was recorded.
        hold: why the record is kept longer; None if it is not.
        years: what the child received in each school year, the newest first.
    """

    participant: Participant
    details: ParticipantDetails
    enrollments: tuple[ProgramEnrollment, ...]
    marks: tuple[models.AttendanceMark, ...]
    dosage: ParticipantDosage | None
    hold: models.RecordHold | None
    years: tuple[tuple[str, ParticipantDosage], ...]


def load_participant_record(pk: int, who: Actor, on: date) -> ParticipantRecord:
    """Load a program's own record of one child.

    Args:
        pk: number of the participant.
        who: the policy facts about the user.
        on: the date.

    Returns:
        The record.

    Raises:
        Refused: the user may see programs of no organization.
        Participant.DoesNotExist: there is no such record, or another organization keeps it.
    """
    participant = get_participant(pk, who, on, Action.VIEW_PROGRAM_RECORDS)
    marks = (
        models.AttendanceMark.objects.filter(enrollment__participant=participant)
        .select_related("enrollment__series__program", "recorded_by", "replaced_by")
        .prefetch_related("sent_by_devices")
        .order_by("-day", "-pk")
    )
    sessions = read_attended_sessions(Q(enrollment__participant=participant))
    sessions_by_year: defaultdict[str, list[AttendedSession]] = defaultdict(list)
    for session in sessions:
        sessions_by_year[compute_school_year(session.day)].append(session)
    return ParticipantRecord(
        participant,
        load_participant_details([participant])[participant.key],
        tuple(participant.enrollments.select_related("series__program").order_by("-starts")),
        tuple(marks),
        next(iter(compute_dosage(sessions)), None),
        participant.holds.filter(ended_at=None).select_related("placed_by").first(),
        tuple(
            (year, compute_dosage(found)[0])
            for year, found in sorted(sessions_by_year.items(), reverse=True)
        ),
    )


def get_participant(pk: int, who: Actor, on: date, action: Action) -> Participant:
    """Find one participant of the user's own organizations.

    Args:
        pk: number of the participant.
        who: the policy facts about the user.
        on: the date.
        action: what the user wants to do.

    Returns:
        The participant, with its organization.

    Raises:
        Refused: the user may take the action for no organization.
        Participant.DoesNotExist: there is none, or another organization keeps the record.
    """
    organizations = list_program_organizations(who, on, action)
    row = Participant.objects.select_related("organization").get(
        pk=pk, organization__in=organizations, destruction=None
    )
    sites = facts.list_participant_sites([row.pk])
    may_reach_program_sites(action, row.organization.slug, sites, who, on).require()
    return row


def list_continuing_children(series: SessionSeries, who: Actor, on: date) -> list[RosterRow]:
    """List the children who may go on to a group's next term, by last name.

    A child with an enrollment that has an end is among them, for a person to choose: a family that
    leaves today is on today's roster.

    Args:
        series: the group so far.
        who: the policy facts about the user.
        on: the date.

    Returns:
        The children with a place today, or on the last day of a group that has ended.

    Raises:
        Refused: the user may not see the records of this program.
    """
    return list_roster(series, who, on, series.find_roster_day(on))


def list_own_participants(
    organization: Organization, who: Actor, on: date
) -> list[tuple[Participant, ParticipantDetails]]:
    """List the participants of an organization that the user works with, by last name.

    Args:
        organization: the organization that keeps the records.
        who: the policy facts about the user.
        on: the date.

    Returns:
        The participants with who they are.

    Raises:
        Refused: the user may change programs of no organization.
    """
    may_open_page(Action.CHANGE_PROGRAM, who, on=on).require()
    reachable = select_reachable_participants(who, on, Action.CHANGE_PROGRAM)
    rows = list(reachable.filter(organization=organization))
    details = load_participant_details(rows)
    return sorted(
        ((row, details[row.key]) for row in rows), key=lambda pair: pair[1].sort_name.casefold()
    )


@dataclass(frozen=True, slots=True)
class DosageRow:
    """What one child of a program received in a period, with who the child is."""

    details: ParticipantDetails
    dosage: ParticipantDosage


def list_program_dosage(
    program: Program, who: Actor, on: date, first: date, last: date
) -> list[DosageRow]:
    """List what each child of a program received in a period; a child of two groups is one row.

    Args:
        program: the program.
        who: the policy facts about the user.
        on: the date of the request.
        first: first day of the period.
        last: last day of the period.

    Returns:
        The rows by last name.

    Raises:
        Refused: the user may not see the records of this program.
    """
    may_view_program_records(program.organization.slug, who, on).require()
    dosages = compute_dosage(
        read_attended_sessions(Q(enrollment__series__program=program, day__range=(first, last))),
        build_hour_bands(program.band_hours),
    )
    participants = Participant.objects.in_bulk([row.participant for row in dosages])
    details = load_participant_details(participants.values())
    rows = [DosageRow(details[participants[row.participant].key], row) for row in dosages]
    return sorted(rows, key=lambda row: row.details.sort_name.casefold())


def find_nightly_delivery(program: Program) -> models.NightlyDelivery | None:
    """Find the newest setting by which a program's records are, or were, sent each night."""
    return program.nightly_deliveries.select_related("started_by").first()


def list_nightly_deliveries() -> list[models.NightlyDelivery]:
    """List the settings by which programs send their records each night."""
    rows = models.NightlyDelivery.objects.filter(ended_at=None)
    return list(rows.select_related("program__organization", "started_by").order_by("pk"))


def find_session_days(series: SessionSeries, around: date) -> tuple[date | None, date | None]:
    """Find the last planned session before a day and the next one after it.

    Args:
        series: the group.
        around: the day.

    Returns:
        The two days; None where the plan has none within four weeks.
    """
    days = [timedelta(days=number) for number in range(1, 29)]
    before = next((around - day for day in days if series.meets_on(around - day)), None)
    after = next((around + day for day in days if series.meets_on(around + day)), None)
    return before, after


def load_current_marks(
    enrollments: Iterable[ProgramEnrollment], day: date
) -> Mapping[int, models.AttendanceMark]:
    """Load the attendance of a day that no correction has replaced, by enrollment."""
    found = select_current_marks().filter(enrollment__in=list(enrollments), day=day)
    return {mark.enrollment_id: mark for mark in found.select_related("recorded_by")}


def needs_correction_reason(replaced: models.AttendanceMark | None, day: date, on: date) -> bool:
    """Tell whether an entry for a day states a reason, since it replaces a mark after that day."""
    return replaced is not None and day < on


def select_enrolled_in(series: SessionSeries, day: date) -> QuerySet[ProgramEnrollment]:
    """Select the enrollments that hold a place in a group on a day."""
    return _select_enrolled(day).filter(series=series)


def _select_enrolled(day: date) -> QuerySet[ProgramEnrollment]:
    return ProgramEnrollment.objects.filter(starts__lte=day).filter(
        Q(ends__isnull=True) | Q(ends__gte=day)
    )


def _count_enrolled(series: Iterable[SessionSeries], day: date) -> dict[int, int]:
    """Count the children who hold a place on a day, by group."""
    enrolled = _select_enrolled(day).filter(series__in=list(series)).order_by()
    return dict(enrolled.values_list("series").annotate(Count("pk")))


def select_current_marks() -> QuerySet[models.AttendanceMark]:
    """Select the attendance that no correction has replaced."""
    return models.AttendanceMark.objects.filter(replaced_by__isnull=True)


def read_attended_sessions(which: Q) -> list[AttendedSession]:
    """Read current marks, without the days on which the group did not meet after all.

    Args:
        which: which marks; the caller has checked that the user may see them.

    Returns:
        The sessions.
    """
    cancelled: dict[int, set[date]] = defaultdict(set)
    rows = select_current_marks().filter(which)
    series = rows.order_by().values_list("enrollment__series").distinct()
    for number, day in SessionSeries.objects.filter(pk__in=series).values_list(
        "pk", "cancelled_sessions__day"
    ):
        cancelled[number].add(day)
    return [
        AttendedSession(participant, status in models.ATTENDED, minutes, day, number)
        for participant, number, day, status, minutes in rows.order_by().values_list(
            "enrollment__participant", "enrollment__series", "day", "status", "minutes"
        )
        if day not in cancelled[number]
    ]
