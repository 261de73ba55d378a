"""A child's dates move together, by whole weeks, and never stay."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.sdc.microdata.date_shift import DAYS_PER_WEEK, DateShifts


@given(st.integers(1, 52), st.integers(0, 10_000))
def test_spans_stay_true_and_dates_do_not(most: int, chance: int) -> None:
    shifts = DateShifts(most, lambda below: chance % below)
    dates = [date(2025, 9, 1), None, date(2026, 1, 15)]
    first, none, last = shifts.shift_dates(["a", "a", "a"], dates)
    assert none is None
    assert first is not None
    assert last is not None
    assert last - first == date(2026, 1, 15) - date(2025, 9, 1)
    moved = (first - date(2025, 9, 1)).days
    assert moved != 0
    assert moved % DAYS_PER_WEEK == 0
    assert abs(moved) <= most * DAYS_PER_WEEK


def test_every_child_has_a_shift_of_its_own() -> None:
    drawn = iter([0, 3])
    shifts = DateShifts(2, lambda _below: next(drawn))
    assert (shifts.shift_of("a").days, shifts.shift_of("b").days, shifts.shift_of("a").days) == (
        -14,
        14,
        -14,
    )


def test_a_shift_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one week"):
        DateShifts(0, lambda _below: 0)


def test_a_project_moves_a_child_as_before() -> None:
    shifts = DateShifts(4, lambda n: 0, {"a": 2})
    assert shifts.shift_of("a") == timedelta(weeks=2)
    assert shifts.shift_of("b") == timedelta(weeks=-4)
    assert shifts.weeks == {"a": 2, "b": -4}
