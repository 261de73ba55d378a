"""Check what a program records about its own groups: enrollments and attendance."""

from datetime import date

from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import PickUpFact, SessionSeriesFact
from cairn.policy.law.cards.services import program as cards

__all__ = [
    "check_attendance_day",
    "check_free_place",
    "check_pick_up_adult",
    "check_pick_up_day",
    "check_pick_up_order",
    "check_series_runs",
    "check_series_weekday",
]


@policy_check(cards.SERIES_RUNS)
def check_series_runs(on: date, series: SessionSeriesFact, day: date) -> Reason:
    """Check that a group meets in the time around a day.

    Args:
        on: date of the check.
        series: facts of the group.
        day: first day of an enrollment, or the day of a session.
    Returns:
        One reason.
    """
    end = "on" if series.last_day is None else f"to {series.last_day.isoformat()}"
    return Reason.from_card(
        cards.SERIES_RUNS,
        met=series.runs_on(day),
        day=day.isoformat(),
        period=f"from {series.first_day.isoformat()} {end}",
    )


@policy_check(cards.SERIES_WEEKDAY)
def check_series_weekday(on: date, series: SessionSeriesFact, day: date) -> Reason:
    """Check that a group meets on the day of the week of a session.

    Args:
        on: date of the check.
        series: facts of the group.
        day: the day of the session.
    Returns:
        One reason.
    """
    return Reason.from_card(
        cards.SERIES_WEEKDAY, met=day.weekday() in series.weekdays, weekday=f"{day:%A}"
    )


@policy_check(cards.ATTENDANCE_DAY)
def check_attendance_day(on: date, day: date) -> Reason:
    """Check that the day of a session has come.

    Args:
        on: date of the check.
        day: the day of the session.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.ATTENDANCE_DAY, met=day <= on, day=day.isoformat())


@policy_check(cards.SERIES_CAPACITY)
def check_free_place(on: date, series: SessionSeriesFact) -> Reason:
    """Check that a group has a free place.

    Args:
        on: date of the check.
        series: facts of the group, with the number of children enrolled on the day in question.
    Returns:
        One reason.
    """
    has_place = series.capacity is None or series.enrolled < series.capacity
    return Reason.from_card(cards.SERIES_CAPACITY, met=has_place, capacity=series.capacity or 0)


@policy_check(cards.PICK_UP_DAY)
def check_pick_up_day(on: date, day: date) -> Reason:
    """Check that a child is signed out on the day of the session.

    Args:
        on: date of the check.
        day: the day of the session.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.PICK_UP_DAY, met=day == on, day=day.isoformat())


@policy_check(cards.PICK_UP_LISTED)
def check_pick_up_adult(on: date, pick_up: PickUpFact) -> Reason:
    """Check that the child's record lists the adult who comes.

    Args:
        on: date of the check.
        pick_up: facts of the adult.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.PICK_UP_LISTED, met=pick_up.is_listed)


@policy_check(cards.PICK_UP_ORDER)
def check_pick_up_order(on: date, pick_up: PickUpFact) -> Reason:
    """Check that no order on record names the adult who comes.

    Args:
        on: date of the check.
        pick_up: facts of the adult.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.PICK_UP_ORDER, met=not pick_up.is_barred)
