"""A job is due once a day, and every so many minutes, also when the clocks change."""

import itertools
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.platform.schedule.cadence import Cadence, EveryDay, EveryMinutes

NEW_YORK = ZoneInfo("America/New_York")
ZONES = st.sampled_from([NEW_YORK, ZoneInfo("UTC"), ZoneInfo("Australia/Lord_Howe")])
MOMENTS = st.integers(0, 4 * 366 * 86_400).map(
    lambda seconds: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
CADENCES = st.one_of(st.sampled_from([1, 5, 60]).map(EveryMinutes), st.times().map(EveryDay))


@pytest.mark.parametrize(
    ("day", "at", "due"),
    [
        ("2026-03-07", time(2, 30), "07:30"),
        ("2026-03-08", time(2, 30), "07:30"),  # 2:30 is skipped: 3:30 daylight time
        ("2026-03-09", time(2, 30), "06:30"),
        ("2026-10-31", time(1, 30), "05:30"),
        ("2026-11-01", time(1, 30), "05:30"),  # 1:30 comes twice: the first counts
        ("2026-11-02", time(1, 30), "06:30"),
    ],
)
def test_a_daily_job_is_due_once_on_the_days_when_clocks_change(
    day: str, at: time, due: str
) -> None:
    noon = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=NEW_YORK)
    expected = datetime.fromisoformat(f"{day}T{due}+00:00")
    job = EveryDay(at)
    assert job.find_last_due(noon, NEW_YORK) == expected
    assert job.find_last_due(expected, NEW_YORK) == expected
    assert job.find_last_due(expected - timedelta(seconds=1), NEW_YORK) < expected
    midnight = noon.replace(hour=0)
    assert job.count_due(midnight, midnight + timedelta(days=1), NEW_YORK) == 1


def test_an_hour_that_comes_twice_has_twelve_runs_each_time() -> None:
    first = datetime(2026, 11, 1, 5, tzinfo=UTC)  # 1:00 daylight time
    assert EveryMinutes(5).count_due(first, first + timedelta(hours=2), NEW_YORK) == 24


@given(CADENCES, MOMENTS, ZONES)
def test_the_last_and_the_next_due_time_enclose_the_moment(
    cadence: Cadence, at: datetime, zone: ZoneInfo
) -> None:
    last, next_due = cadence.find_last_due(at, zone), cadence.find_next_due(at, zone)
    assert last <= at < next_due
    assert cadence.find_last_due(last, zone) == last
    assert cadence.find_last_due(next_due, zone) == next_due
    assert cadence.count_due(last, next_due, zone) == 1
    assert cadence.count_due(last, at, zone) == 0


@given(CADENCES, MOMENTS, st.lists(st.timedeltas(timedelta(0), timedelta(days=3)), max_size=6))
def test_due_times_are_counted_once_however_often_one_looks(
    cadence: Cadence, start: datetime, steps: list[timedelta]
) -> None:
    moments = [start]
    for step in steps:
        moments.append(moments[-1] + step)
    parts = sum(cadence.count_due(a, b, NEW_YORK) for a, b in itertools.pairwise(moments))
    assert parts == cadence.count_due(start, moments[-1], NEW_YORK)
