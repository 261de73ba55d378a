"""Signs that one person of the index is more than one child."""

from dataclasses import replace
from datetime import date

import pytest

from cairn.matching.clustering.overlink_checks import (
    CERTAIN_BITS,
    MAX_RECORDS,
    UNDOUBTED_BITS,
    OverlinkFlag,
    RecordSnapshot,
    find_hub_records,
    find_overlink_flags,
)

ADA = RecordSnapshot("a", "school", "1", "77", date(2012, 3, 4), None, date(2026, 9, 1))


def test_a_child_whom_two_sources_know_is_no_alarm() -> None:
    assert (
        find_overlink_flags([ADA, replace(ADA, record="b", source="club", local_id="9")])
        == frozenset()
    )


def test_three_ids_of_one_source() -> None:
    assert find_overlink_flags([ADA, replace(ADA, local_id="2"), replace(ADA, local_id="3")]) == {
        OverlinkFlag.MANY_IDS
    }
    assert find_overlink_flags([ADA, replace(ADA, local_id="2")]) == frozenset()


def test_many_records() -> None:
    assert find_overlink_flags([ADA] * (MAX_RECORDS + 1)) == {OverlinkFlag.MANY_RECORDS}


def test_two_state_numbers() -> None:
    assert find_overlink_flags([ADA, replace(ADA, state_id="9141839345")]) == {
        OverlinkFlag.STATE_IDS
    }
    slip = [replace(ADA, state_id=one) for one in ("9141839345", "9141869345", "914189345")]
    assert find_overlink_flags(slip) == frozenset()


def test_two_birth_dates_that_are_each_said_twice() -> None:
    other = replace(ADA, birth_date=date(2012, 4, 3))
    assert find_overlink_flags([ADA, other]) == frozenset()
    assert find_overlink_flags([ADA, ADA, other, other]) == {OverlinkFlag.BIRTH_DATES}
    assert find_overlink_flags([ADA, replace(ADA, birth_date=date(2008, 3, 4))]) == {
        OverlinkFlag.BIRTH_DATES
    }


DIED = replace(ADA, death_date=date(2025, 3, 9))


def test_two_dates_of_death() -> None:
    assert (
        find_overlink_flags([DIED, ADA])
        == find_overlink_flags([DIED, replace(DIED, source="club")])
        == frozenset()
    )
    other = replace(DIED, source="club", death_date=date(2024, 11, 20))
    assert (
        find_overlink_flags([DIED, other])
        == find_overlink_flags([other, ADA, DIED])
        == {OverlinkFlag.DEATH_DATES}
    )
    assert find_overlink_flags([DIED, other], UNDOUBTED_BITS) == {OverlinkFlag.DEATH_DATES}


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
    assert find_overlink_flags([DIED, replace(DIED, death_date=day)]) == frozenset(), slip


def test_born_after_the_death() -> None:
    early = replace(ADA, death_date=date(2011, 12, 24))
    assert (
        find_overlink_flags([early])
        == find_overlink_flags([early, ADA], UNDOUBTED_BITS)
        == {OverlinkFlag.AGE}
    )
    first_day = replace(ADA, death_date=ADA.birth_date)
    assert find_overlink_flags([first_day]) == frozenset()
    assert find_overlink_flags([replace(early, birth_date=None)]) == frozenset()


def test_a_record_that_comes_after_the_death_says_nothing() -> None:
    assert (
        find_overlink_flags([DIED, replace(ADA, source="club", since=date(2029, 9, 1))])
        == frozenset()
    )


def test_what_is_beyond_doubt_one_child_is_a_mistake_of_a_source() -> None:
    both = [ADA, replace(ADA, state_id="9141839345", birth_date=date(2008, 3, 4))]
    signs = {OverlinkFlag.STATE_IDS, OverlinkFlag.BIRTH_DATES}
    assert find_overlink_flags(both) == find_overlink_flags(both, UNDOUBTED_BITS - 0.1) == signs
    assert find_overlink_flags(both, UNDOUBTED_BITS) == frozenset()
    assert find_overlink_flags([ADA] * (MAX_RECORDS + 1), UNDOUBTED_BITS) == frozenset()
    assert find_overlink_flags([replace(ADA, birth_date=date(1980, 1, 1))], UNDOUBTED_BITS) == {
        OverlinkFlag.AGE
    }


def test_born_after_the_record_or_long_before_it() -> None:
    assert find_overlink_flags([replace(ADA, birth_date=date(2027, 1, 1))]) == {OverlinkFlag.AGE}
    assert find_overlink_flags([replace(ADA, birth_date=date(1980, 1, 1))]) == {OverlinkFlag.AGE}


def test_a_record_that_alone_holds_two_children_together() -> None:
    evidence = {("a", "h"): 5.0, ("b", "h"): 5.0, ("a", "b"): -6.0}
    assert find_hub_records("abh", evidence, 2.0) == ["h"]
    assert find_hub_records("abh", {**evidence, ("a", "b"): 3.0}, 2.0) == []


def test_a_record_that_is_surely_of_both_parts_is_no_hub_unless_much_speaks_against_them() -> None:
    evidence = {("a", "h"): 21.0, ("b", "h"): CERTAIN_BITS, ("a", "b"): -4.1}
    assert find_hub_records("abh", evidence, 2.0) == []
    assert find_hub_records("abh", {**evidence, ("b", "h"): CERTAIN_BITS - 0.1}, 2.0) == ["h"]
    assert find_hub_records("abh", {**evidence, ("a", "b"): -CERTAIN_BITS}, 2.0) == ["h"]
    assert find_hub_records("abh", {("a", "b"): -4.1, ("a", "h"): 21.0}, 2.0) == ["h"]
    assert find_hub_records("abh", {("a", "b"): -3.9, ("a", "h"): 21.0}, 2.0) == []
