"""Which file replaces the earlier one, and which waits: older, undated, or too different."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.policy.checks.data_use.replacement import (
    FileComparison,
    FileDifference,
    ReplacementHold,
    VersionDates,
    find_declared_mode,
    find_replacement_hold,
)
from cairn.policy.facts.agreements.agreement_terms import DataTerm
from cairn.policy.vocabulary.deliveries import DeliveryMode

CORRECTION = FileComparison(
    same_content=False,
    same_name=True,
    same_mapping=True,
    same_columns=True,
    rows=80,
    earlier_rows=100,
    students=8,
    earlier_students=10,
    kept_students=8,
    earlier_days=5,
    kept_days=4,
)
DAY = date(2026, 10, 1)
NEXT = DAY + timedelta(days=1)
UNDATED = VersionDates(None, None, DAY)


def test_a_file_that_keeps_four_fifths_is_a_correction() -> None:
    assert find_replacement_hold(CORRECTION, UNDATED) is None
    assert CORRECTION.lost_students == 2


@pytest.mark.parametrize(
    ("changed", "difference"),
    [
        ({"same_name": False}, FileDifference.NAME),
        ({"same_mapping": False}, FileDifference.MAPPING),
        ({"same_columns": False}, FileDifference.COLUMNS),
        ({"rows": 79}, FileDifference.ROWS),
        ({"kept_students": 7}, FileDifference.STUDENTS),
        ({"kept_days": 3}, FileDifference.DAYS),
    ],
)
def test_a_file_that_differs_more_waits(
    changed: dict[str, Any], difference: FileDifference
) -> None:
    different = replace(CORRECTION, **changed)
    assert different.differences == (difference,)
    assert find_replacement_hold(different, UNDATED) is ReplacementHold.DIFFERENT
    assert find_replacement_hold(replace(different, same_content=True), UNDATED) is None
    newer = find_replacement_hold(different, VersionDates(NEXT, DAY, DAY))
    full = find_replacement_hold(different, UNDATED, DeliveryMode.FULL)
    expected = None if "same_name" in changed else ReplacementHold.DIFFERENT
    assert newer is full is expected
    appended = find_replacement_hold(different, UNDATED, DeliveryMode.APPEND)
    assert appended is ReplacementHold.DIFFERENT


def test_a_file_without_students_is_judged_by_its_rows() -> None:
    calendar = replace(CORRECTION, students=0, earlier_students=0, kept_students=0, earlier_days=0)
    assert find_replacement_hold(calendar, UNDATED) is None
    assert find_replacement_hold(replace(calendar, rows=1), UNDATED) is not None


@pytest.mark.parametrize(
    ("stated", "earlier", "hold"),
    [
        (NEXT, DAY, None),
        (DAY, DAY, None),
        (DAY, NEXT, ReplacementHold.OLDER),
        (None, DAY, ReplacementHold.UNDATED),
        (DAY, None, None),
        (DAY - timedelta(days=1), None, ReplacementHold.EARLIER_UNDATED),
    ],
)
def test_a_version_counts_by_its_extract_date(
    stated: date | None, earlier: date | None, hold: ReplacementHold | None
) -> None:
    assert find_replacement_hold(CORRECTION, VersionDates(stated, earlier, DAY)) is hold


@given(st.permutations([DAY + timedelta(days=number) for number in range(5)]))
def test_versions_in_any_order_end_with_the_newest(days: list[date]) -> None:
    current, held = days[0], []
    for day in days[1:]:
        if find_replacement_hold(CORRECTION, VersionDates(day, current, NEXT)) is None:
            current = day
        else:
            held.append(day)
    assert current == max(days)
    assert all(day < current for day in held)


def test_the_agreement_declares_the_mode_of_each_record_type(agreed: Any) -> None:
    full = DataTerm("student", frozenset({"local_id"}), mode=DeliveryMode.FULL)
    other = replace(full, provider="hills", mode=DeliveryMode.CHANGES)
    agreement = replace(agreed(), data=(full, other))
    assert find_declared_mode(agreement, "student", "river") is DeliveryMode.FULL
    assert find_declared_mode(agreement, "student", "hills") is None
    assert find_declared_mode(agreement, "attendance", "river") is None
