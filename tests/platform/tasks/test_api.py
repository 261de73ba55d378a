"""Progress that a page can show, and what it says when the work stops."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from cairn.platform.audit.models import AuditLine, Work, WorkState
from cairn.platform.tasks.api import record_waiting_work, track_work
from cairn.policy.engine.decision import Refused
from cairn.policy.facts.people.access import Actor
from cairn.policy.questions.governance.access import may_open_page
from cairn.policy.vocabulary.actions import Action

pytestmark = pytest.mark.django_db


def _row() -> Work:
    return Work.objects.get(kind="conform", subject="delivery:1")


def test_a_step_is_seen_at_once_and_counts(person: Callable[..., Any]) -> None:
    user = person()
    with track_work("conform", "delivery:1", by=user) as progress:
        progress.step("Reading", total=200)
        assert (_row().step, _row().percent, _row().is_running) == ("Reading", 0, True)
        progress.advance(50)
        assert progress.row.percent == 25
    row = _row()
    assert (row.state, row.percent, row.by_id) == (WorkState.DONE, 100, str(user.pk))
    assert str(row) == "conform delivery:1: done"


def test_progress_is_written_at_most_twice_a_second(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    clock = iter(float(n) / 10 for n in range(10_000))
    monkeypatch.setattr("cairn.platform.tasks.api.time.monotonic", lambda: next(clock))
    with track_work("conform", "delivery:1", by=None) as progress:
        progress.step("Reading", total=100)
        with django_assert_num_queries(0):
            progress.advance()
            progress.advance()
        for _ in range(5):
            progress.advance()
        assert 0 < _row().done < 8


def test_unknown_total_has_no_percentage() -> None:
    with track_work("conform", "delivery:1", by=None) as progress:
        progress.step("Reading")
        progress.advance(7)
        assert progress.row.percent == 0


def test_a_second_attempt_takes_over_the_row() -> None:
    with pytest.raises(ZeroDivisionError), track_work("conform", "delivery:1", by=None):
        raise ZeroDivisionError
    with track_work("conform", "delivery:1", by=None):
        assert _row().is_running
        assert _row().message == ""
    assert Work.objects.count() == 1


def test_an_error_keeps_its_kind_and_never_its_words() -> None:
    with pytest.raises(ValueError, match="Maria"), track_work("conform", "delivery:1", by=None):
        raise ValueError("Maria Lopez is not a number")
    row = _row()
    assert row.state == WorkState.STOPPED
    assert "ValueError" in row.message
    assert "Maria" not in row.message


def test_a_refusal_says_its_codes() -> None:
    with pytest.raises(Refused), track_work("conform", "delivery:1", by=None):
        may_open_page(Action.VIEW_AUDIT, Actor.public(), on=date(2026, 1, 1)).require()
    assert _row().message.startswith("It is not allowed (")


def test_a_refused_request_of_the_worker_is_on_record(person: Callable[..., Any]) -> None:
    user = person()
    with pytest.raises(Refused), track_work("conform", "delivery:1", by=user):
        may_open_page(Action.VIEW_AUDIT, Actor.public(), on=date(2026, 1, 1)).require()
    line = AuditLine.objects.get(event="refused")
    assert (line.subject_kind, line.subject_id) == ("delivery", "1")
    assert (line.actor_id, line.outcome) == (str(user.pk), "deny")


def test_what_waits_is_shown_and_can_be_asked_for_again_when_nothing_comes_of_it() -> None:
    asked = record_waiting_work("conform", "delivery:1", by=None)
    assert (asked.is_running, asked.is_busy, asked.step) == (True, True, "")
    Work.objects.update(updated=timezone.localtime() - timedelta(minutes=2))
    assert (_row().is_running, _row().is_busy) == (True, False)
    with track_work("conform", "delivery:1", by=None) as progress:
        progress.step("Reading")
        assert progress.row.pk == asked.pk
        assert _row().is_busy
    assert not _row().is_busy
