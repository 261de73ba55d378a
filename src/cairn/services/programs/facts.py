"""Turn rows of programs into the frozen facts that the policy package evaluates."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from cairn.platform.tables.api import PreparedRows
from cairn.policy.facts import ProgramSite, SessionSeriesFact, StaffAssignmentFact
from cairn.services.programs import models
from cairn.services.programs.models import Participant, Program, ProgramEnrollment, SessionSeries

__all__ = ["list_participant_sites"]


def build_series_fact(series: SessionSeries, enrolled: int = 0) -> SessionSeriesFact:
    """Build the facts of a group.

    Args:
        series: the group, with its program and organization.
        enrolled: number of children who hold a place on the day in question.

    Returns:
        The facts.
    """
    return SessionSeriesFact(
        organization=series.program.organization.slug,
        first_day=series.first_day,
        last_day=series.last_day,
        weekdays=frozenset(series.weekdays),
        capacity=series.capacity,
        enrolled=enrolled,
        sites=list_series_sites(series),
    )


def list_series_sites(series: SessionSeries) -> frozenset[ProgramSite]:
    """Return the program and site of a group."""
    return frozenset({ProgramSite(str(series.program_id), series.site)})


def list_sites_of_program(program: Program) -> frozenset[ProgramSite]:
    """List the sites of a program; an assignment to one of them reaches a part of the program.

    The program without a site is one of them, so that an assignment to the whole program reaches
    it before it has a group.
    """
    sites = program.series.order_by().values_list("site", flat=True)
    return frozenset(ProgramSite(str(program.pk), site) for site in ("", *sites))


def select_actual_enrollments() -> QuerySet[ProgramEnrollment]:
    """Select the enrollments by which a child is or was at a site: all but those by mistake."""
    return ProgramEnrollment.objects.exclude(exit_reason=models.ExitReason.MISTAKE)


def list_participant_sites(participants: Collection[int]) -> frozenset[ProgramSite]:
    """List the programs and sites at which any of these children is or was enrolled.

    An enrollment that was a mistake does not count.

    Args:
        participants: numbers of the children's records.

    Returns:
        The programs and sites.
    """
    rows = select_actual_enrollments().filter(participant__in=participants).order_by()
    sites = rows.values_list("series__program", "series__site").distinct()
    return frozenset(ProgramSite(str(program), site) for program, site in sites)


def build_assignment_fact(row: models.StaffAssignment) -> StaffAssignmentFact:
    """Build the facts of a staff assignment."""
    return StaffAssignmentFact(
        organization=row.organization.slug,
        name=row.name,
        starts=row.starts,
        ends=row.ends,
        program=str(row.program_id or ""),
        site=row.site,
    )


def load_staff_assignments(
    users: Collection[int],
) -> Mapping[int, tuple[StaffAssignmentFact, ...]]:
    """Load the assignments of users, also those that ended or have not begun.

    Args:
        users: primary keys of the users.

    Returns:
        The assignments by user; a user without any is absent.
    """
    found: defaultdict[int, list[StaffAssignmentFact]] = defaultdict(list)
    for user, slug, starts, ends, program, program_name, site in _ASSIGNMENTS.read(users):
        name = models.name_assignment(program_name or "", site)
        found[user].append(StaffAssignmentFact(slug, name, starts, ends, str(program or ""), site))
    return {user: tuple(items) for user, items in found.items()}


_ASSIGNMENTS: Final = PreparedRows(
    lambda ids: (
        models.StaffAssignment.objects.filter(person__in=ids)
        .order_by("pk")
        .values_list(
            *("person_id", "organization__slug", "starts", "ends"),
            *("program_id", "program__name", "site"),
        )
    )
)


def get_slug_of_program(program: Program) -> tuple[str]:
    """Return the slug of the organization that runs a program, as the fact of an action."""
    return (program.organization.slug,)


SitesFacts = tuple[str, frozenset[ProgramSite]]
"""Slug of an organization, and programs and sites that a record of it is about."""


def lock_series_for_change(series: SessionSeries) -> SitesFacts:
    """Lock a group, so that nothing is recorded while its plan changes.

    Args:
        series: the group.

    Returns:
        The slug of the organization that runs it, and its site.
    """
    row = lock_series(series.pk)
    return row.program.organization.slug, list_series_sites(row)


def lock_series_of_enrollment(enrollment: ProgramEnrollment) -> SitesFacts:
    """Lock the group of an enrollment, so that no attendance is recorded while it ends.

    Args:
        enrollment: the enrollment.

    Returns:
        The slug of the organization that enrolled the child, and the site of the group.
    """
    return lock_series_for_change(enrollment.series)


def count_promised_places(series: SessionSeries, on: date) -> int:
    """Count the places that families were offered and may still accept, or have accepted.

    Args:
        series: the group.
        on: the day.

    Returns:
        The number.
    """
    offered = Q(state=models.RegistrationState.OFFERED, offered_until__gte=on)
    accepted = Q(state=models.RegistrationState.ACCEPTED)
    return series.registrations.filter(offered | accepted).count()


def lock_series_for_reopening(
    enrollment: ProgramEnrollment, at: datetime
) -> tuple[SessionSeriesFact, date]:
    """Lock the group of an enrollment that ended, and count the other children who hold a place.

    Args:
        enrollment: the enrollment.
        at: the moment at which it is reopened.

    Returns:
        The facts, and the day from which the child holds a place again.
    """
    row = lock_series(enrollment.series_id)
    today = timezone.localdate(at)
    others = row.enrollments.exclude(pk=enrollment.pk)
    taken = others.filter(Q(ends__isnull=True) | Q(ends__gte=today)).count()
    taken += count_promised_places(row, today)
    return build_series_fact(row, taken), max(today, row.first_day)


def lock_participant(participant: Participant) -> SitesFacts:
    """Lock the record of a child, so that two people who change it wait for each other.

    Args:
        participant: the record.

    Returns:
        The slug of the organization that keeps it, and the sites at which the child is enrolled.
    """
    rows = Participant.objects.select_for_update(of=("self",)).select_related("organization")
    slug = rows.get(pk=participant.pk).organization.slug
    return slug, list_participant_sites([participant.pk])


def lock_series(pk: int) -> SessionSeries:
    """Lock a group, so that two people who record something about it wait for each other.

    Args:
        pk: number of the group.

    Returns:
        The group, with its program and organization.
    """
    return (
        SessionSeries.objects.select_for_update(of=("self",))
        .select_related("program__organization")
        .get(pk=pk)
    )


def lock_series_for_enrollment(
    series: SessionSeries, starts: date, at: datetime
) -> tuple[SessionSeriesFact, date]:
    """Lock a group and count the children who hold a place from a day on.

    Args:
        series: the group.
        starts: first day of the enrollment.
        at: the moment of the action; places that are promised to other families on that day count.

    Returns:
        The facts, and the day.
    """
    row = lock_series(series.pk)
    taken = row.enrollments.filter(Q(ends__isnull=True) | Q(ends__gte=starts)).count()
    taken += count_promised_places(row, timezone.localdate(at))
    return build_series_fact(row, taken), starts


def lock_series_for_session(series: SessionSeries, day: date) -> tuple[SessionSeriesFact, date]:
    """Lock a group for the attendance of one day.

    Args:
        series: the group.
        day: the day of the session.

    Returns:
        The facts, and the day.
    """
    return build_series_fact(lock_series(series.pk)), day
