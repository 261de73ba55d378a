"""Answers that the law wants within so many days: the last day counts, a late answer does not."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.policy.checks.records.disclosure_log import (
    check_onward_record_deadline,
    is_response_late,
)
from cairn.policy.checks.students.record_amendment import (
    check_amendment_deadline,
    check_hearing_deadline,
    check_inspection_deadline,
)
from cairn.policy.engine import BoundCheck

Clock = Callable[[date, date | None], BoundCheck]
ASKED = date(2026, 1, 15)


def _with_due_date(check: Callable[[date, date, date | None], BoundCheck]) -> Clock:
    return lambda asked, answered: check(asked, asked + timedelta(days=45), answered)


CLOCKS = [
    (check_onward_record_deadline, 30),
    (_with_due_date(check_inspection_deadline), 45),
    (_with_due_date(check_amendment_deadline), 45),
    (_with_due_date(check_hearing_deadline), 45),
]


def _is_late(clock: BoundCheck, on: date) -> bool:
    (reason,) = clock.run(on)
    return is_response_late(reason)


@pytest.mark.parametrize(("clock", "days"), CLOCKS)
@given(waited=st.integers(0, 100), passed=st.integers(0, 100))
def test_time_runs_from_the_request(clock: Clock, days: int, waited: int, passed: int) -> None:
    answered, today = ASKED + timedelta(days=waited), ASKED + timedelta(days=passed)
    assert _is_late(clock(ASKED, None), today) is (passed > days)
    assert _is_late(clock(ASKED, answered), today) is (waited > days)


@pytest.mark.parametrize(("clock", "days"), CLOCKS)
def test_a_late_answer_says_when_it_was_due(clock: Clock, days: int) -> None:
    due = ASKED + timedelta(days=days)
    (reason,) = clock(ASKED, None).run(due + timedelta(days=1))
    assert ASKED.isoformat() in reason.message
    assert due.isoformat() in reason.message
