"""The counts of a report to a funder are those of a hand count; the public version hides some."""

from datetime import date, timedelta

from cairn.services.programs.dosage import AttendedSession
from cairn.services.programs.funder_report.report_counts import (
    SeriesLength,
    count_for_funder,
    summarize_results,
    suppress_small_groups,
)

_FIRST = date(2026, 9, 1)
_SERIES = {7: SeriesLength("Reading, Library", 120), 8: SeriesLength("Chess, Library", 60)}


def _attend(child: int, days: int, series: int = 7, minutes: int = 120) -> list[AttendedSession]:
    return [
        AttendedSession(child, True, minutes, _FIRST + timedelta(days=number), series)
        for number in range(days)
    ]


def test_a_child_of_two_groups_counts_once_and_its_hours_add_up() -> None:
    sessions = [*_attend(1, 5), *_attend(1, 5, series=8, minutes=60), *_attend(2, 2)]
    sessions.append(AttendedSession(3, False, 0, _FIRST, 7))
    counts = count_for_funder(sessions, {1: "3", 2: ""}, _SERIES, (_FIRST, _FIRST), staff=2)
    assert counts.participants == 2, "a child who never came is no participant"
    assert {row.label: row.children for row in counts.bands if row.children} == {
        "less than 15 hours": 1,
        "15 to 44 hours": 1,
    }
    assert [(row.label, row.children) for row in counts.grades] == [("3", 1), ("not recorded", 1)]
    assert (counts.session_days, counts.attendance_days, counts.staff) == (5, 7, 2)
    chess, reading = counts.units
    assert (chess.sessions, chess.hours, chess.child_hours) == (5, 5.0, 5.0)
    assert (reading.sessions, reading.hours, reading.child_hours) == (5, 10.0, 14.0)
    assert counts.smallest_shown == 1
    assert all(row.is_small for row in counts.grades)


def test_the_version_for_publication_does_not_give_a_small_group_away() -> None:
    grades = {child: "2" if child <= 30 else "1" for child in range(1, 35)}
    sessions = [row for child in grades for row in _attend(child, 20 if child <= 15 else 2)]
    exact = count_for_funder(sessions, grades, _SERIES, (_FIRST, _FIRST), staff=1)
    assert exact.smallest_shown == 4
    public = suppress_small_groups(exact)
    shown = {row.label: row.children for row in public.grades}
    assert shown["1"] is None
    # 34 children less 30 of grade 2 would be the 4 of grade 1.
    assert None in (shown["2"], public.participants)
    assert public.smallest_shown is None or public.smallest_shown >= 10
    assert public.attendance_days is None
    assert all(row.child_hours is None for row in public.units)
    assert not public.cross
    assert (public.session_days, public.units[0].sessions) == (20, 20)


def test_the_version_for_publication_hides_the_sessions_of_a_small_group() -> None:
    large = [row for child in range(30) for row in _attend(child, 3)]
    small = [row for child in range(9) for row in _attend(child, 2, series=8, minutes=60)]
    exact = count_for_funder([*large, *small], {}, _SERIES, (_FIRST, _FIRST), staff=1)
    assert exact.smallest_shown == 9
    public = suppress_small_groups(exact)
    chess, reading = public.units
    assert (chess.sessions, chess.hours, chess.minutes) == (None, None, None)
    assert (reading.sessions, reading.hours, public.session_days) == (3, 6.0, 3)
    assert public.smallest_shown == 30
    few = suppress_small_groups(count_for_funder(small, {}, _SERIES, (_FIRST, _FIRST), staff=1))
    assert (few.session_days, few.participants) == (None, None)


def test_a_report_of_large_groups_keeps_its_numbers() -> None:
    grades = {child: "2" if child <= 30 else "1" for child in range(1, 61)}
    sessions = [row for child in grades for row in _attend(child, 2)]
    exact = count_for_funder(sessions, grades, _SERIES, (_FIRST, _FIRST), staff=1)
    public = suppress_small_groups(exact)
    assert (public.participants, public.bands, public.grades) == (60, exact.bands, exact.grades)


def test_the_strip_of_results() -> None:
    assert summarize_results([]) is None
    sessions = [*_attend(1, 30), *_attend(2, 5), AttendedSession(2, False, 0, _FIRST, 8)]
    results = summarize_results(sessions)
    assert results
    assert (results.children, results.sessions, results.child_hours) == (2, 31, 70)
    assert (results.rate, results.reached) == (97, 50)
