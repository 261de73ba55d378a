"""Minutes add up to hours and bands; a child of two groups counts once."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.services.programs.dosage import (
    FEDERAL_BANDS,
    AttendedSession,
    HourBands,
    compute_dosage,
    count_by_band,
    find_hour_band,
    is_band_list,
)

_DAY = date(2026, 11, 23)
SESSIONS = st.lists(
    st.tuples(st.integers(1, 5), st.booleans(), st.integers(1, 300)).map(
        lambda drawn: AttendedSession(drawn[0], drawn[1], drawn[2] if drawn[1] else 0, _DAY)
    )
)


@pytest.mark.parametrize(
    ("minutes", "band"),
    [
        (0, "less than 15 hours"),
        (899, "less than 15 hours"),
        (900, "15 to 44 hours"),
        (2699, "15 to 44 hours"),
        (2700, "45 to 89 hours"),
        (5400, "90 to 179 hours"),
        (10800, "180 to 269 hours"),
        (16199, "180 to 269 hours"),
        (16200, "270 hours or more"),
    ],
)
def test_a_band_begins_with_its_first_full_hour(minutes: int, band: str) -> None:
    assert find_hour_band(minutes) == band


@given(SESSIONS)
def test_nothing_is_lost_and_no_child_counts_twice(sessions: list[AttendedSession]) -> None:
    rows = compute_dosage(sessions)
    assert [row.participant for row in rows] == sorted({s.participant for s in sessions})
    assert sum(row.minutes for row in rows) == sum(s.minutes for s in sessions)
    assert sum(row.sessions for row in rows) == len(sessions)
    assert all(0 <= row.rate <= 100 and row.attended <= row.sessions for row in rows)
    bands = count_by_band(rows)
    assert [label for label, _count in bands] == list(FEDERAL_BANDS.labels)
    assert sum(count for _label, count in bands) == sum(row.attended > 0 for row in rows)


@given(SESSIONS, st.sets(st.integers(1, 2000), min_size=1, max_size=10).map(sorted))
def test_a_programs_own_bands_hold_each_child_once(
    sessions: list[AttendedSession], hours: list[int]
) -> None:
    assert is_band_list(hours)
    bands = HourBands(tuple(hours))
    assert len(set(bands.labels)) == len(hours) + 1
    rows = compute_dosage(sessions, bands)
    counted = dict(count_by_band(rows, bands))
    assert sum(counted.values()) == sum(row.attended > 0 for row in rows)
    for row in rows:
        place = bands.labels.index(row.band)
        assert place == 0 or row.minutes >= hours[place - 1] * 60
        assert place == len(hours) or row.minutes < hours[place] * 60


@pytest.mark.parametrize("hours", [(0,), (45, 15), (15, 15), (2001,), tuple(range(1, 12))])
def test_what_is_no_list_of_bands(hours: tuple[int, ...]) -> None:
    assert not is_band_list(hours)
    assert is_band_list(())


def test_hours_and_percent() -> None:
    (row,) = compute_dosage(
        [AttendedSession(1, True, 100, _DAY), AttendedSession(1, False, 0, _DAY)]
    )
    assert (row.hours, row.rate, row.band) == (1.7, 50, "less than 15 hours")
