"""Turn rows of programs into the frozen facts that the policy package evaluates."""

from datetime import date

from django.db.models import Q

from cairn.policy.facts import SessionSeriesFact
from cairn.services.programs.models import Program, ProgramEnrollment, SessionSeries


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


def lock_series_of_enrollment(enrollment: ProgramEnrollment) -> tuple[str]:
    """Lock the group of an enrollment, so that no attendance is recorded while it ends.

    Args:
        enrollment: the enrollment.

    Returns:
        The slug of the organization that enrolled the child.
    """
    return (lock_series(enrollment.series_id).program.organization.slug,)


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
    series: SessionSeries, starts: date
) -> tuple[SessionSeriesFact, date]:
    """Lock a group and count the children who hold a place from a day on.

    Args:
        series: the group.
        starts: first day of the enrollment.

    Returns:
        The facts, and the day.
    """
    row = lock_series(series.pk)
    taken = row.enrollments.filter(Q(ends__isnull=True) | Q(ends__gte=starts)).count()
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
