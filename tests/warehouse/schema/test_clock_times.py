"""Times of day, as kiosks and sign-in sheets write them."""

import pytest

from cairn.warehouse.schema.clock_times import (
    TIME_IN_RULE,
    TIME_OUT_RULE,
    compute_stay_hours,
    list_time_headings,
    parse_clock_time,
)
from cairn.warehouse.schema.column_mapping import ColumnMapping, MappingProblem


@pytest.mark.parametrize(
    ("text", "minutes", "day"),
    [
        ("3:05 PM", 905, ""),
        ("3:05p", 905, ""),
        ("12:10 a.m.", 10, ""),
        ("15:05:59", 905, ""),
        ("3 pm", 900, ""),
        ("2025-10-07T15:05:00Z", 905, "2025-10-07"),
        ("10/7/2025 3:05 PM", 905, "10/7/2025"),
        ("Oct 7, 2025, 15:05", 905, "Oct 7, 2025"),
    ],
)
def test_times_are_read(text: str, minutes: int, day: str) -> None:
    assert parse_clock_time(text) == (day, minutes)


@pytest.mark.parametrize("text", ["", "3", "24:00", "13:00 PM", "0 am", "3:75", "early", "305"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert parse_clock_time(text) is None


def test_each_time_in_has_its_time_out() -> None:
    names = ["Out 2", "Check-In Time", "In 2", "Check-Out Time", "Log-in Name", "Sign Out Reason"]
    rules = list_time_headings(names)
    assert rules == {
        "Out 2": TIME_OUT_RULE,
        "Check-In Time": TIME_IN_RULE,
        "In 2": TIME_IN_RULE,
        "Check-Out Time": TIME_OUT_RULE,
    }
    cells = [["5:00 PM"], ["8:00"], ["4:00 PM"], ["9:30"]]
    assert compute_stay_hours(dict(zip(rules, cells, strict=True)), rules) == ([2.5], [None])
    assert not list_time_headings(["In", "Out 2", "Out 3"])
    named = {"Came": TIME_IN_RULE, "Went": TIME_OUT_RULE}
    overnight = {"Came": ["10/7/2025 22:00"], "Went": ["10/8/2025 1:00"]}
    assert compute_stay_hours(overnight, named) == ([None], ["times_of_two_days"])


@pytest.mark.parametrize(
    ("start", "end", "hours", "failure"),
    [
        ("3:00", "5:00 PM", None, "unclear_time"),
        ("3:00 PM", "05:00", None, "unclear_time"),
        ("8 am", "12:00", None, "unclear_time"),
        ("15:00", "5:00 PM", 2.0, None),
        ("0:30", "5:30 am", 5.0, None),
        ("3:00", "17:00", 14.0, None),
        ("2025-10-07T15:00:00Z", "2025-10-07T16:30:00+00:00", 1.5, None),
        ("2025-10-07T15:00-0500", "2025-10-07T16:00-05:00", 1.0, None),
        ("2025-10-07T15:00-05:00", "2025-10-07T16:00Z", None, "unclear_time"),
        ("15:00-05:00", "5:00 PM-06:00", None, "unclear_time"),
        ("15:00-05:00", "16:00", 1.0, None),
    ],
)
def test_a_time_is_never_guessed(
    start: str, end: str, hours: float | None, failure: str | None
) -> None:
    rules = {"In": TIME_IN_RULE, "Out": TIME_OUT_RULE}
    assert compute_stay_hours({"In": [start], "Out": [end]}, rules) == ([hours], [failure])


def test_a_mapping_refuses_times_that_have_no_pair() -> None:
    times = {"A": "hours:time_in", "B": "hours:time_in", "C": "hours:time_out"}
    for columns, problem in (
        (times, "unclear which time out"),
        ({"A": "hours:time_in", "B": "hours"}, "both map to"),
        ({"A": "hours:time_in", "B": "hours:time_out", "C": "hours"}, "both map to"),
        ({"A": "present:period"}, "no rule"),
    ):
        with pytest.raises(MappingProblem, match=problem):
            ColumnMapping(record="session_attendance", columns=columns)
    periods = 'record = "attendance"\n[columns]\nP1 = "event:period"\nP2 = "event:period"\n'
    for number in ("0", '"1"', "true", "1.5", "3"):
        with pytest.raises(MappingProblem, match="absent_from"):
            ColumnMapping.parse(f"{periods}[periods]\nabsent_from = {number}\n")
    assert ColumnMapping.parse(f"{periods}[periods]\nabsent_from = 2\n").periods
