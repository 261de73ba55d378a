"""Signs that one person of the index is more than one child."""

from dataclasses import replace
from datetime import date

import pytest

from cairn.warehouse.person.alarms import (
    DOUBTED,
    MOST_RECORDS,
    SURE,
    Alarm,
    Seen,
    alarms,
    hubs,
)

ADA = Seen("a", "school", "1", "77", date(2012, 3, 4), None, date(2026, 9, 1))


def test_a_child_whom_two_sources_know_is_no_alarm() -> None:
    assert alarms([ADA, replace(ADA, record="b", source="club", local_id="9")]) == frozenset()


def test_three_ids_of_one_source() -> None:
    assert alarms([ADA, replace(ADA, local_id="2"), replace(ADA, local_id="3")]) == {Alarm.MANY_IDS}
    assert alarms([ADA, replace(ADA, local_id="2")]) == frozenset()


def test_many_records() -> None:
    assert alarms([ADA] * (MOST_RECORDS + 1)) == {Alarm.MANY_RECORDS}


def test_two_state_numbers() -> None:
    assert alarms([ADA, replace(ADA, state_id="9141839345")]) == {Alarm.STATE_IDS}
    slip = [replace(ADA, state_id=one) for one in ("9141839345", "9141869345", "914189345")]
    assert alarms(slip) == frozenset()


def test_two_birth_dates_that_are_each_said_twice() -> None:
    other = replace(ADA, birth_date=date(2012, 4, 3))
    assert alarms([ADA, other]) == frozenset()
    assert alarms([ADA, ADA, other, other]) == {Alarm.BIRTH_DATES}
    assert alarms([ADA, replace(ADA, birth_date=date(2008, 3, 4))]) == {Alarm.BIRTH_DATES}


DIED = replace(ADA, death_date=date(2025, 3, 9))


def test_two_dates_of_death() -> None:
    assert alarms([DIED, ADA]) == alarms([DIED, replace(DIED, source="club")]) == frozenset()
    other = replace(DIED, source="club", death_date=date(2024, 11, 20))
    assert alarms([DIED, other]) == alarms([other, ADA, DIED]) == {Alarm.DEATH_DATES}
    assert alarms([DIED, other], DOUBTED) == {Alarm.DEATH_DATES}


@pytest.mark.parametrize(
    ("slip", "day"),
    [
        ("a digit", date(2023, 3, 9)),
        ("two digits that changed places", date(2052, 3, 9)),
        ("day and month", date(2025, 9, 3)),
        ("the day after", date(2025, 3, 10)),
    ],
)
def test_a_slip_is_no_second_date_of_death(slip: str, day: date) -> None:
    assert alarms([DIED, replace(DIED, death_date=day)]) == frozenset(), slip


def test_born_after_the_death() -> None:
    early = replace(ADA, death_date=date(2011, 12, 24))
    assert alarms([early]) == alarms([early, ADA], DOUBTED) == {Alarm.AGE}
    first_day = replace(ADA, death_date=ADA.birth_date)
    assert alarms([first_day]) == frozenset()
    assert alarms([replace(early, birth_date=None)]) == frozenset()


def test_a_record_that_comes_after_the_death_says_nothing() -> None:
    assert alarms([DIED, replace(ADA, source="club", since=date(2029, 9, 1))]) == frozenset()


def test_what_is_beyond_doubt_one_child_is_a_mistake_of_a_source() -> None:
    both = [ADA, replace(ADA, state_id="9141839345", birth_date=date(2008, 3, 4))]
    signs = {Alarm.STATE_IDS, Alarm.BIRTH_DATES}
    assert alarms(both) == alarms(both, DOUBTED - 0.1) == signs
    assert alarms(both, DOUBTED) == frozenset()
    assert alarms([ADA] * (MOST_RECORDS + 1), DOUBTED) == frozenset()
    assert alarms([replace(ADA, birth_date=date(1980, 1, 1))], DOUBTED) == {Alarm.AGE}


def test_born_after_the_record_or_long_before_it() -> None:
    assert alarms([replace(ADA, birth_date=date(2027, 1, 1))]) == {Alarm.AGE}
    assert alarms([replace(ADA, birth_date=date(1980, 1, 1))]) == {Alarm.AGE}


def test_a_record_that_alone_holds_two_children_together() -> None:
    evidence = {("a", "h"): 5.0, ("b", "h"): 5.0, ("a", "b"): -6.0}
    assert hubs("abh", evidence, 2.0) == ["h"]
    assert hubs("abh", {**evidence, ("a", "b"): 3.0}, 2.0) == []


def test_a_record_that_is_surely_of_both_parts_is_no_hub_unless_much_speaks_against_them() -> None:
    evidence = {("a", "h"): 21.0, ("b", "h"): SURE, ("a", "b"): -4.1}
    assert hubs("abh", evidence, 2.0) == []
    assert hubs("abh", {**evidence, ("b", "h"): SURE - 0.1}, 2.0) == ["h"]
    assert hubs("abh", {**evidence, ("a", "b"): -SURE}, 2.0) == ["h"]
    assert hubs("abh", {("a", "b"): -4.1, ("a", "h"): 21.0}, 2.0) == ["h"]
    assert hubs("abh", {("a", "b"): -3.9, ("a", "h"): 21.0}, 2.0) == []
