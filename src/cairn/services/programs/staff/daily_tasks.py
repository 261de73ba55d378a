"""List what program staff do today: take attendance, and decide on registrations."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final

from django.db.models import Count, Prefetch, Q
from django.urls import reverse
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.platform.inbox.api import InboxTask
from cairn.policy.facts import Actor
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action
from cairn.services.programs import facts, models, queries

__all__ = ["list_attendance_tasks", "list_registration_tasks"]

_DAYS_BACK: Final = 7
"""How long a session without attendance stays in the list; after that, the grid of the month shows
it."""
_MOST_LINES: Final = 5
_NAMED: Final = 3

_Session = tuple[models.SessionSeries, date]


def list_attendance_tasks(who: Actor, on: date) -> list[InboxTask]:
    """List the sessions of today and of the last seven days that lack attendance.

    Args:
        who: the policy facts about the user.
        on: the date.

    Returns:
        One task for each group that meets today and has children without attendance (one for all
        of more than five groups), and one for the sessions before today without any attendance.
        A session that was cancelled, or has no children, needs none. Those of today are never
        emailed.
    """
    if not may_open_page(Action.TAKE_ATTENDANCE, who, on=on).allowed:
        return []
    since = on - timedelta(days=_DAYS_BACK)
    enrolled = _count_enrolled(_list_sessions(who, on, since))
    recorded = Counter(
        {
            (number, day): count
            for number, day, count in queries.select_current_marks()
            .filter(enrollment__series__in={row.pk for row, _day in enrolled}, day__gte=since)
            .order_by()
            .values_list("enrollment__series", "day")
            .annotate(Count("pk"))
        }
    )
    today = {
        session: count - recorded[session[0].pk, on]
        for session, count in enrolled.items()
        if session[1] == on and count > recorded[session[0].pk, on]
    }
    missed = [row for row in enrolled if row[1] < on and not recorded[row[0].pk, row[1]]]
    return [*_build_today_tasks(today, on), *_build_missed_task(missed)]


def list_registration_tasks(who: Actor, on: date) -> list[InboxTask]:
    """List the registrations that staff can act on: enroll, offer a place again, or decide.

    Families who wait for a place in a full group are no task.

    Args:
        who: the policy facts about the user.
        on: the date.

    Returns:
        One task for each group with such a registration.
    """
    if not may_open_page(Action.CHANGE_PROGRAM, who, on=on).allowed:
        return []
    groups = queries.select_reachable_series(who, on, Action.CHANGE_PROGRAM)
    rows = models.Registration.objects.filter(
        state__in=models.UNDECIDED_STATES, series__in=groups.order_by().values("pk")
    ).select_related("series__program")
    by_group: dict[models.SessionSeries, list[models.Registration]] = defaultdict(list)
    for row in rows:
        by_group[row.series].append(row)
    held = _count_held_places(by_group, on)
    return [
        _build_registration_task(series, actionable)
        for series, found in by_group.items()
        if (actionable := _select_actionable(series, found, held[series.pk], on))
    ]


def _list_sessions(who: Actor, on: date, since: date) -> list[_Session]:
    """List the planned sessions from one day to another, without those that were cancelled."""
    running = Q(first_day__lte=on) & (Q(last_day=None) | Q(last_day__gte=since))
    cancelled = models.CancelledSession.objects.filter(day__range=(since, on))
    series = (
        queries.select_reachable_series(who, on, Action.TAKE_ATTENDANCE)
        .filter(running)
        .select_related("program")
        .prefetch_related(Prefetch("cancelled_sessions", cancelled))
        .order_by("starts_at", "site", "name")
    )
    days = [since + timedelta(days=number) for number in range(_DAYS_BACK + 1)]
    return [
        (row, day)
        for row in series
        for day in days
        if row.meets_on(day) and day not in {item.day for item in row.cancelled_sessions.all()}
    ]


def _count_enrolled(sessions: Iterable[_Session]) -> dict[_Session, int]:
    """Count the children who hold a place in each session; one without children is left out."""
    sessions = list(sessions)
    if not sessions:
        return {}
    spells: dict[int, list[models.ProgramEnrollment]] = defaultdict(list)
    first = min(day for _row, day in sessions)
    for enrollment in facts.select_actual_enrollments().filter(
        Q(ends=None) | Q(ends__gte=first), series__in={row.pk for row, _day in sessions}
    ):
        spells[enrollment.series_id].append(enrollment)
    counted = {
        (row, day): sum(item.holds_place_on(day) for item in spells[row.pk])
        for row, day in sessions
    }
    return {session: count for session, count in counted.items() if count}


def _build_today_tasks(missing: Mapping[_Session, int], on: date) -> list[InboxTask]:
    is_one_line = len(missing) > _MOST_LINES
    number = len(missing) if is_one_line else 1
    title = ngettext(
        "group meets today: take attendance", "groups meet today: take attendance", number
    )
    if is_one_line:
        url = reverse("programs:list")
        return [InboxTask(number, title, url, due=on, minutes=2, keys=())]
    return [
        InboxTask(
            number,
            title,
            _locate_session(series, day),
            detail=_describe_session(series, count),
            due=on,
            minutes=2,
            keys=(),
        )
        for (series, day), count in missing.items()
    ]


def _describe_session(series: models.SessionSeries, children: int) -> str:
    text = ngettext("{group}, {time}: {count} child", "{group}, {time}: {count} children", children)
    return text.format(group=series, time=time_format(series.starts_at), count=children)


def _build_missed_task(missed: list[_Session]) -> list[InboxTask]:
    if not missed:
        return []
    missed = sorted(missed, key=lambda session: session[1])
    title = ngettext(
        "session without attendance: take it, or cancel the session",
        "sessions without attendance: take it, or cancel the session",
        len(missed),
    )
    named = [f"{series}, {date_format(day)}" for series, day in missed[:_NAMED]]
    return [
        InboxTask(
            len(missed),
            title,
            _locate_session(*missed[0]),
            detail="; ".join(named) + ("; …" if len(missed) > _NAMED else ""),
            due=missed[0][1],
            minutes=2,
            keys=tuple(f"attendance:{series.pk}:{day}" for series, day in missed),
        )
    ]


def _count_held_places(groups: Iterable[models.SessionSeries], on: date) -> Counter[int]:
    """Count the children who hold a place today, or on the first day of a group to come."""
    days = {series.pk: max(on, series.first_day) for series in groups}
    enrollments = models.ProgramEnrollment.objects.filter(
        Q(ends=None) | Q(ends__gte=on), series__in=days.keys()
    )
    return Counter(row.series_id for row in enrollments if row.holds_place_on(days[row.series_id]))


def _select_actionable(
    series: models.SessionSeries, rows: list[models.Registration], held: int, on: date
) -> list[models.Registration]:
    waits, accepted = models.RegistrationState.WAITING, models.RegistrationState.ACCEPTED
    offered = models.RegistrationState.OFFERED
    promised = sum(
        row.state == accepted or (row.state == offered and not row.is_offer_expired(on))
        for row in rows
    )
    is_free = series.capacity is None or held + promised < series.capacity
    return [
        row
        for row in rows
        if row.state == accepted or row.is_offer_expired(on) or (is_free and row.state == waits)
    ]


def _build_registration_task(
    series: models.SessionSeries, rows: list[models.Registration]
) -> InboxTask:
    title = ngettext("registration to decide", "registrations to decide", len(rows))
    return InboxTask(
        len(rows),
        title,
        reverse("programs:queue", args=[series.pk]),
        detail=_("{program}: {group}").format(program=series.program.name, group=series),
        minutes=3,
        keys=tuple(f"registration:{row.pk}:{row.state}" for row in rows),
    )


def _locate_session(series: models.SessionSeries, day: date) -> str:
    return reverse("programs:attendance", args=[series.pk, day.isoformat()])
