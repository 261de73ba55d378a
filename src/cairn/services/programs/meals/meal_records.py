"""Read what was counted of the meals of a session or a month. No eligibility is kept or shown."""

import calendar
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from cairn.policy.facts import Actor
from cairn.policy.questions import may_view_program_records
from cairn.services.programs import models, queries

__all__ = ["count_present"]


@dataclass(frozen=True, slots=True)
class MealDay:
    """The meals of one day over the groups of a program.

    Attributes:
        day: the day.
        present: children who are recorded as present, added up over the groups.
        served: children served, by meal in the order of `Meal`; None where none was counted.
    """

    day: date
    present: int
    served: tuple[int | None, ...]

    @property
    def exceeds_present(self) -> bool:
        """Whether attendance was corrected since, so that more were served than were present."""
        return any(number > self.present for number in self.served if number)


def load_meal_counts(series: models.SessionSeries, day: date) -> dict[str, models.MealCount]:
    """Load the counts of a session that no correction has replaced, by meal."""
    rows = _select_current().filter(series=series, day=day).select_related("recorded_by")
    return {row.meal: row for row in rows}


def load_meal_history(series: models.SessionSeries, day: date) -> list[models.MealCount]:
    """Load the counts of a session that were corrected, the newest first."""
    rows = models.MealCount.objects.filter(series=series, day=day, replaced_by__isnull=False)
    return list(rows.select_related("recorded_by", "replaced_by").order_by("-pk"))


def count_present(series: models.SessionSeries, day: date) -> int:
    """Count the children who are recorded as present at a session.

    Args:
        series: the group; the caller has checked that the user may see it.
        day: the day of the session.

    Returns:
        The number.
    """
    enrolled = list(queries.select_enrolled_in(series, day))
    marks = queries.load_current_marks(enrolled, day)
    return sum(mark.status in models.ATTENDED for mark in marks.values())


def count_over_limit(series: models.SessionSeries, day: date) -> int:
    """Count the children who must have had more than one meal, or more than one snack, on a day.

    That is more than an at-risk afterschool program claims (7 CFR 226.17a). It is a notice and no
    refusal: a child care center claims two meals and a snack, and what was served is recorded.

    Args:
        series: the group.
        day: the day of the session.

    Returns:
        The number, at least: by the counts of this group, or by marks over all groups.
    """
    counts = load_meal_counts(series, day)
    served = sum(row.served for meal, row in counts.items() if meal != models.Meal.SNACK)
    marked = {number for row in counts.values() for number in row.children}
    return max(
        served - count_present(series, day) if served else 0,
        _count_served_twice(series, day, {models.Meal.SNACK}, marked),
        _count_served_twice(series, day, set(models.Meal) - {models.Meal.SNACK}, marked),
    )


def list_meal_days(program: models.Program, who: Actor, on: date, month: date) -> list[MealDay]:
    """List the days of a month on which a meal was counted, over all groups of a program.

    A session that was cancelled after the count is left out.

    Args:
        program: the program.
        who: the policy facts about the user.
        on: the date of the request.
        month: a day of the month.

    Returns:
        The days, the earliest first.

    Raises:
        Refused: the user may not see the records of this program.
    """
    may_view_program_records(program.organization.slug, who, on).require()
    last = calendar.monthrange(month.year, month.month)[1]
    days = (month.replace(day=1), month.replace(day=last))
    cancelled = set(
        models.CancelledSession.objects.filter(
            series__program=program, day__range=days
        ).values_list("series", "day")
    )
    served: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    groups: set[tuple[int, date]] = set()
    for row in _select_current().filter(series__program=program, day__range=days):
        if (row.series_id, row.day) not in cancelled:
            served[row.day][row.meal] += row.served
            groups.add((row.series_id, row.day))
    present: dict[date, int] = defaultdict(int)
    marks = models.AttendanceMark.objects.filter(
        enrollment__series__program=program,
        day__range=days,
        replaced_by__isnull=True,
        status__in=models.ATTENDED,
    )
    for pair in marks.values_list("enrollment__series", "day"):
        present[pair[1]] += pair in groups
    return [
        MealDay(day, present[day], tuple(served[day].get(meal) for meal in models.Meal.values))
        for day in sorted(served)
    ]


def add_up_meals(days: Iterable[MealDay]) -> tuple[int, ...]:
    """Add up the meals of a month, in the order of `Meal`."""
    rows = [day.served for day in days]
    return tuple(sum(row[place] or 0 for row in rows) for place in range(len(models.Meal.values)))


def _count_served_twice(
    series: models.SessionSeries, day: date, meals: Collection[str], marked: Iterable[int]
) -> int:
    """Count the marked children with two of these meals, over the organization's groups."""
    organization = series.program.organization_id
    rows = _select_current().filter(day=day, series__program__organization=organization)
    served: Counter[int] = Counter()
    for row in rows:
        if row.meal in meals:
            served.update(_load_participants(row.children))
    return sum(served[number] > 1 for number in _load_participants(marked))


def _load_participants(enrollments: Iterable[int]) -> set[int]:
    rows = models.ProgramEnrollment.objects.filter(pk__in=list(enrollments))
    return set(rows.order_by().values_list("participant", flat=True))


def _select_current() -> QuerySet[models.MealCount]:
    return models.MealCount.objects.filter(replaced_by__isnull=True)
