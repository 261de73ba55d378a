"""When a file that no record names may be destroyed, and from when its wait counts."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.policy.checks.records import unrecorded_files
from cairn.policy.facts.data.record_keeping import UnrecordedFileFact
from cairn.policy.facts.people.access import Actor
from cairn.policy.questions.governance.record_keeping import may_destroy_unrecorded_file
from cairn.policy.vocabulary.actions import Action

ON: Final = date(2026, 11, 24)
WEEK: Final = timedelta(days=7)
DUE: Final = UnrecordedFileFact(waiting_since=ON - WEEK, is_recorded=False, listed=1)
MOMENTS: Final = st.datetimes(timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({}, set()),
        ({"listed": 5}, set()),
        ({"listed": 6, "is_confirmed": True}, set()),
        ({"waiting_since": ON - 2 * WEEK}, set()),
        ({"waiting_since": ON - WEEK + timedelta(days=1)}, {"D08"}),
        ({"waiting_since": None}, {"D08"}),
        ({"is_recorded": True}, {"D07"}),
        ({"is_recorded": True, "is_confirmed": True}, {"D07"}),
        ({"listed": 6}, {"D09"}),
        ({"waiting_since": ON, "is_recorded": True, "listed": 6}, {"D07", "D08", "D09"}),
    ],
)
def test_a_file_is_destroyed_after_its_wait_if_no_record_names_it(
    changes: dict[str, Any], refused: set[str]
) -> None:
    decision = may_destroy_unrecorded_file(replace(DUE, **changes), ON)
    assert {reason.code for reason in decision.refusals} == refused
    assert decision.allowed is not bool(refused)


def test_the_permit_names_the_schedule() -> None:
    permit = may_destroy_unrecorded_file(DUE, ON).require()
    assert (permit.action, permit.actor, permit.on) == (Action.DESTROY, "schedule", ON)
    assert Actor.schedule().affiliations == ()


@given(
    st.dates(date(2026, 1, 1), date(2027, 1, 1)),
    st.booleans(),
    st.integers(1, 12),
    st.booleans(),
)
def test_what_is_destroyed_is_destroyed_on_every_later_day_too(
    since: date, is_recorded: bool, listed: int, is_confirmed: bool
) -> None:
    fact = UnrecordedFileFact(since, is_recorded, listed, is_confirmed)
    answers = [
        may_destroy_unrecorded_file(fact, since + timedelta(days=days)).allowed
        for days in range(12)
    ]
    assert answers == sorted(answers)
    assert not any(answers[:7])
    assert answers[7] is (not is_recorded and (is_confirmed or listed <= 5))


@given(MOMENTS, st.none() | MOMENTS, st.lists(MOMENTS))
def test_the_wait_counts_from_the_latest_event(
    listed_at: datetime, used_at: datetime | None, restored_at: list[datetime]
) -> None:
    start = unrecorded_files.find_wait_start(listed_at, used_at, restored_at)
    events = [listed_at, *restored_at, *([used_at] if used_at else [])]
    assert start in events
    assert all(event <= start for event in events)


@pytest.mark.parametrize(("days", "is_due"), [(0, False), (1, False), (2, True), (-3, False)])
def test_a_file_is_reported_once_a_whole_day_has_passed(days: int, is_due: bool) -> None:
    assert unrecorded_files.is_due_for_report(ON - timedelta(days=days), ON) is is_due
