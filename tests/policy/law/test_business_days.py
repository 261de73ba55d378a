"""Business days over weekends and holidays, both ways."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.policy.law.business_days import (
    add_business_days,
    count_business_days_left,
    is_business_day,
    list_federal_holidays,
    subtract_business_days,
)

DAYS = st.dates(date(2000, 1, 1), date(2090, 12, 31))


def test_the_holidays_of_a_year() -> None:
    assert sorted(list_federal_holidays(2026)) == [
        date(2026, 1, 1),
        date(2026, 1, 19),
        date(2026, 2, 16),
        date(2026, 5, 25),
        date(2026, 6, 19),
        date(2026, 7, 3),  # July 4 is a Saturday
        date(2026, 9, 7),
        date(2026, 10, 12),
        date(2026, 11, 11),
        date(2026, 11, 26),
        date(2026, 12, 25),
    ]


def test_new_years_day_on_a_saturday_is_kept_in_the_year_before() -> None:
    assert date(2027, 12, 31) in list_federal_holidays(2027)
    assert not any(day.month == 1 and day.day == 1 for day in list_federal_holidays(2028))


def test_a_holiday_on_a_sunday_is_kept_on_monday() -> None:
    assert not is_business_day(date(2027, 7, 5))
    assert is_business_day(date(2027, 7, 6))


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
        (date(2026, 11, 23), 3, date(2026, 11, 27)),  # over Thanksgiving
        (date(2026, 12, 23), 5, date(2026, 12, 31)),
        (date(2026, 11, 27), 1, date(2026, 11, 30)),  # a Friday
    ],
)
def test_days_are_counted_from_the_day_after(start: date, days: int, due: date) -> None:
    assert add_business_days(start, days) == due


@given(DAYS, st.integers(1, 40))
def test_both_directions_agree(day: date, days: int) -> None:
    due = add_business_days(day, days)
    assert is_business_day(due)
    assert subtract_business_days(due + timedelta(days=1), days) > day
    assert count_business_days_left(day, due) == days
    assert count_business_days_left(due, due) == 0
    assert count_business_days_left(due + timedelta(days=1), due) is None


@given(DAYS, st.integers(0, 40))
def test_more_days_are_never_due_earlier(day: date, days: int) -> None:
    assert add_business_days(day, days + 1) > add_business_days(day, days)
    assert subtract_business_days(day, days + 1) < subtract_business_days(day, days)
