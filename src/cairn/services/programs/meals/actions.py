"""Count the meals that were served at a session, or correct a count."""

from collections.abc import Collection
from datetime import date, datetime

from django.utils import timezone

from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action
from cairn.policy.engine import Permit
from cairn.policy.facts import MealFact, SessionSeriesFact
from cairn.policy.questions import may_record_meal
from cairn.services.programs import actions, facts, models, queries
from cairn.services.programs.meals import meal_records

__all__ = ["record_meal_count"]


def _lock_meal_facts(
    *, series: models.SessionSeries, day: date, served: int
) -> tuple[SessionSeriesFact, date, MealFact]:
    """Lock the group, and compare the count with who is recorded as present."""
    group, _ = facts.lock_series_for_session(series, day)
    return group, day, MealFact(meal_records.count_present(series, day), served)


@action("program.meal_counted", asks=may_record_meal, facts=_lock_meal_facts)
def record_meal_count(  # noqa: PLR0913 - each is one property of the count
    permit: Permit,
    /,
    *,
    series: models.SessionSeries,
    day: date,
    meal: str,
    served: int,
    children: Collection[int],
    reason: models.MealReason | None,
    seen: int,
    by: User,
    at: datetime,
) -> ActionResult[models.MealCount]:
    """Record how many children were served a meal at a session; sent twice, it counts once.

    Args:
        series: the group.
        day: the day of the session.
        meal: breakfast, lunch, snack or supper.
        served: children served.
        children: numbers of the enrollments that were marked; empty if only counted.
        reason: why it is counted or corrected after the day; None on the day itself.
        seen: number of the count that the user saw; 0 if there was none.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The count on record.

    Raises:
        ProgramConflict: the session was cancelled, a marked child was not present, somebody else
            counted in the meantime, or a reason is missing.
        Refused: more are counted than were present, or the user may not act for the program.
    """
    if queries.find_cancellation(series, day):
        raise actions.ProgramConflict("This session was cancelled. Restore it to count meals.")
    enrolled = list(queries.select_enrolled_in(series, day).filter(pk__in=list(children)))
    marks = queries.load_current_marks(enrolled, day).values()
    if sum(mark.status in models.ATTENDED for mark in marks) != len(set(children)):
        raise actions.ProgramConflict("A marked child is not recorded as present on this day.")
    found = meal_records.load_meal_counts(series, day).get(meal)
    marked = sorted(set(children))
    if found and (found.served, found.children) == (served, marked):
        return ActionResult(found, subject=series, detail=_describe_count(found))
    if (found.pk if found else 0) != seen:
        raise actions.ProgramConflict(
            "Someone else counted this meal in the meantime. Look at the number, then save again."
        )
    if day < timezone.localdate(at) and not reason:
        raise actions.ProgramConflict("Say why you count or correct a meal after the day.")
    row = models.MealCount.objects.create(
        series=series,
        day=day,
        meal=meal,
        served=served,
        children=marked,
        reason=reason or "",
        recorded_by=by,
        recorded_at=at,
        replaces=found,
    )
    return ActionResult(row, subject=series, detail=_describe_count(row))


def _describe_count(row: models.MealCount) -> dict[str, str | int]:
    return {"day": row.day.isoformat(), "meal": row.meal, "served": row.served}
