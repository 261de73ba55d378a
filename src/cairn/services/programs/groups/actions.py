"""Change when and where a group meets, and continue a group with its children in a new term."""

from collections.abc import Collection
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.formats import date_format

from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action
from cairn.policy.engine import Permit
from cairn.policy.questions import may_change_program_sites
from cairn.services.programs import actions, facts, models
from cairn.services.programs.actions import ProgramConflict, SeriesPlan
from cairn.services.programs.models import Participant, SessionSeries


@action("program.group_changed", asks=may_change_program_sites, facts=facts.lock_series_for_change)
def change_session_series(
    permit: Permit, /, *, series: SessionSeries, plan: SeriesPlan, seen: str, by: User, at: datetime
) -> ActionResult[SessionSeries]:
    """Change when and where a group meets; recorded attendance does not change.

    Args:
        series: the group.
        plan: its new plan.
        seen: digest of the plan that the user saw (`SeriesPlan.digest`).
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The changed group.

    Raises:
        ProgramConflict: someone changed the plan in the meantime, another group has this name, or
            a child attended or joins on a day that would no longer belong to the group.
        Refused: the policy does not allow it.
    """
    row = SessionSeries.objects.get(pk=series.pk)
    before = SeriesPlan.from_row(row)
    if before.digest != seen:
        raise ProgramConflict(
            "Someone changed this group in the meantime. Open it again, and enter your change."
        )
    same = row.program.series.filter(site__iexact=plan.site, name__iexact=plan.name)
    if same.exclude(pk=row.pk).exists():
        raise ProgramConflict("There is a group of this name at this site. Choose another name.")
    _require_days_within(row, plan)
    changed = [name for name, value in asdict(plan).items() if value != getattr(before, name)]
    for name, value in plan.list_columns().items():
        setattr(row, name, value)
    row.save()
    return ActionResult(row, subject=row, detail={"changed": ", ".join(changed)})


@transaction.atomic
def continue_group(
    *,
    series: SessionSeries,
    plan: SeriesPlan,
    participants: Collection[Participant],
    by: User,
    at: datetime,
) -> SessionSeries:
    """Add a group for the next term, and enroll children of this group in it from its first day.

    The group so far ends on the day before, unless it has ended earlier. All of it happens, or
    nothing.

    Args:
        series: the group so far.
        plan: when and where the next group meets.
        participants: the children who continue.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The next group.

    Raises:
        ProgramConflict: there is a group of this name, the next group begins before this one, or a
            child attended this group after its new end.
        Refused: the policy does not allow it, or the next group has too few places.
    """
    before = SeriesPlan.from_row(facts.lock_series(series.pk))
    last_day = plan.first_day - timedelta(days=1)
    if last_day < before.first_day:
        raise ProgramConflict("Choose a first day after the first day of the group so far.")
    if before.last_day is None or before.last_day > last_day:
        ended = replace(before, last_day=last_day)
        change_session_series(series=series, plan=ended, seen=before.digest, by=by, at=at)
    following = actions.create_session_series(program=series.program, plan=plan, by=by, at=at)
    for participant in participants:
        actions.enroll_participant(
            series=following,
            participant=participant,
            details=None,
            starts=plan.first_day,
            by=by,
            at=at,
        )
    return following


def _require_days_within(row: SessionSeries, plan: SeriesPlan) -> None:
    """Raise where attendance or an enrollment would lie outside of the days of the new plan."""
    outside = Q(day__lt=plan.first_day)
    later = Q(starts__lt=plan.first_day)
    if plan.last_day is not None:
        outside |= Q(day__gt=plan.last_day)
        later |= Q(starts__gt=plan.last_day)
    marks = models.AttendanceMark.objects.filter(
        outside, enrollment__series=row, replaced_by__isnull=True, status__in=models.ATTENDED
    )
    if attended := marks.order_by("day").first():
        raise ProgramConflict(
            f"A child attended on {date_format(attended.day)}, which would no longer be a day of "
            "this group. Choose other days."
        )
    if enrolled := row.enrollments.filter(later).order_by("starts").first():
        raise ProgramConflict(
            f"A child joins on {date_format(enrolled.starts)}, which would no longer be a day of "
            "this group. Choose other days."
        )
