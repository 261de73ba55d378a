"""Turn rows of programs into the frozen facts that the policy package evaluates."""

from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from cairn.policy.facts import SessionSeriesFact
from cairn.services.programs import models
from cairn.services.programs.models import Participant, Program, ProgramEnrollment, SessionSeries


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
    )


def get_slug_of_program(program: Program) -> tuple[str]:
    """Return the slug of the organization that runs a program, as the fact of an action."""
    return (program.organization.slug,)


def lock_series_for_change(series: SessionSeries) -> tuple[str]:
    """Lock a group, so that nothing is recorded while its plan changes.

    Args:
        series: the group.

    Returns:
        The slug of the organization that runs it.
    """
    return (lock_series(series.pk).program.organization.slug,)


def lock_series_of_enrollment(enrollment: ProgramEnrollment) -> tuple[str]:
    """Lock the group of an enrollment, so that no attendance is recorded while it ends.

    Args:
        enrollment: the enrollment.

    Returns:
        The slug of the organization that enrolled the child.
    """
    return (lock_series(enrollment.series_id).program.organization.slug,)


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


def lock_participant(participant: Participant) -> tuple[str]:
    """Lock the record of a child, so that two people who change it wait for each other.

    Args:
        participant: the record.

    Returns:
        The slug of the organization that keeps it.
    """
    rows = Participant.objects.select_for_update(of=("self",)).select_related("organization")
    return (rows.get(pk=participant.pk).organization.slug,)


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
