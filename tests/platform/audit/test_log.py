"""The chain: what is recorded stays, in order, and every tampering is found."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError
from django.utils import timezone

from cairn.governance.partners.facts import load_actor
from cairn.platform.audit import guard
from cairn.platform.audit import log as audit
from cairn.platform.audit.chain import GENESIS_HASH, hash_entry, seal_head
from cairn.platform.audit.models import AuditLine, ChainHead
from cairn.platform.audit.row_seals import write_text_atomically
from cairn.policy.questions.governance.access import may_open_page
from cairn.policy.vocabulary.actions import Action

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain(person: Callable[..., Any]) -> list[AuditLine]:
    """Five lines about someone."""
    user = person()
    return [
        audit.record_audit_event(
            "thing.done", user, by=user, at=timezone.localtime(), detail={"n": n}
        )
        for n in range(5)
    ]


@pytest.fixture
def unguarded() -> None:
    """As someone who owns the database and dropped the triggers."""
    guard.remove_append_only_triggers(connection)


def _join_findings() -> str:
    return " ".join(finding.message for finding in audit.verify_audit_chain())


def test_lines_are_numbered_without_a_gap_and_chained(chain: list[AuditLine]) -> None:
    assert [line.sequence for line in chain] == [1, 2, 3, 4, 5]
    assert [line.previous for line in chain] == [GENESIS_HASH, *(line.hash for line in chain[:-1])]
    assert audit.verify_audit_chain() == []


def test_an_empty_chain_is_whole() -> None:
    assert audit.verify_audit_chain() == []


def test_a_line_says_who_what_and_the_answer(person: Callable[..., Any]) -> None:
    user = person()
    decision = may_open_page(Action.VIEW_AUDIT, load_actor(user), on=date(2026, 1, 1))
    at = datetime(2026, 1, 1, 12, tzinfo=UTC)
    line = audit.record_audit_event("seen", "door:audit", by=user, at=at, decision=decision)
    assert (line.subject_kind, line.subject_id) == ("door", "audit")
    assert line.actor_id == str(user.pk)
    assert user.email in line.actor_label
    assert line.outcome == "allow"
    assert line.codes == [reason.code for reason in decision.reasons]
    assert line.decision_id == decision.decision_id
    assert str(line) == f"{line.sequence}: seen door:audit"


def test_nobody_signed_in_is_recorded_as_nobody() -> None:
    line = audit.record_audit_event("seen", "door:home", by=None, at=timezone.localtime())
    assert line.actor_id == ""
    assert "nobody" in line.actor_label


def test_a_subject_may_be_a_row(person: Callable[..., Any]) -> None:
    user = person()
    line = audit.record_audit_event("seen", user, by=None, at=timezone.localtime())
    assert line.subject == f"user:{user.pk}"


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_database_refuses_to_change_a_line(chain: list[AuditLine], verb: str) -> None:
    lines = AuditLine.objects.filter(sequence=3)
    with pytest.raises((IntegrityError, DatabaseError), match="never"), transaction.atomic():
        lines.update(event="nothing") if verb == "update" else lines.delete()
    assert audit.verify_audit_chain() == []


@pytest.mark.parametrize(
    "change",
    [
        {"event": "thing.undone"},
        {"actor_label": "Somebody else"},
        {"detail": {"n": 9}},
        {"outcome": "allow"},
        {"codes": ["X"]},
        {"subject_id": "0"},
        {"at": datetime(2020, 1, 1, tzinfo=UTC)},
    ],
)
def test_a_changed_line_is_found(
    chain: list[AuditLine], unguarded: None, change: dict[str, Any]
) -> None:
    AuditLine.objects.filter(sequence=3).update(**change)
    assert _join_findings() == "Entry 3 was changed after it was written."


def test_a_missing_line_is_found(chain: list[AuditLine], unguarded: None) -> None:
    AuditLine.objects.filter(sequence=2).delete()
    assert _join_findings() == "Entry 2 is missing."


def test_two_lines_that_changed_places_are_found(chain: list[AuditLine], unguarded: None) -> None:
    AuditLine.objects.filter(sequence=2).update(sequence=99)
    AuditLine.objects.filter(sequence=3).update(sequence=2)
    AuditLine.objects.filter(sequence=99).update(sequence=3)
    assert re.match("Entry 2 does not match", _join_findings())


@pytest.mark.parametrize("left", [0, 3, 4])
def test_a_cut_tail_is_found(chain: list[AuditLine], unguarded: None, left: int) -> None:
    AuditLine.objects.filter(sequence__gt=left).delete()
    assert f"ends at entry {left}" in _join_findings()


def test_a_tail_cut_together_with_the_head_is_found(
    chain: list[AuditLine], unguarded: None
) -> None:
    AuditLine.objects.filter(sequence__gt=3).delete()
    ChainHead.objects.update(sequence=3, hash=chain[2].hash)
    assert "seal" in _join_findings()


def test_a_chain_rewritten_without_the_key_is_found(
    chain: list[AuditLine], unguarded: None
) -> None:
    previous = GENESIS_HASH
    for line in AuditLine.objects.order_by("sequence"):
        line.event = "nothing.happened"
        line.previous, line.hash = previous, hash_entry(line.entry, previous)
        line.save()
        previous = line.hash
    ChainHead.objects.update(hash=previous, seal=seal_head(b"another key", 5, previous))
    assert "seal" in _join_findings()


def test_what_cannot_be_recorded_does_not_happen(
    person: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    user = person()

    def full(*args: Any, **kwargs: Any) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(AuditLine, "save", full)

    @transaction.atomic
    def rename() -> None:
        user.name = "Changed"
        user.save()
        audit.record_audit_event("changed", user, by=user, at=timezone.localtime())

    with pytest.raises(DatabaseError):
        rename()
    user.refresh_from_db()
    assert user.name != "Changed"


def test_there_is_one_head(chain: list[AuditLine]) -> None:
    assert str(ChainHead.objects.get()) == "head at 5"
    with pytest.raises(IntegrityError), transaction.atomic():
        ChainHead.objects.create(id=2)


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ((0, -49), "earlier time than the entry before"),
        ((0, 2), "in the future"),
        ((0, -40), ""),  # the work took 40 hours
        ((0, 0.5), ""),
    ],
)
def test_a_time_that_runs_backward_or_is_in_the_future_is_found(
    person: Callable[..., Any], hours: tuple[float, ...], said: str
) -> None:
    user, now = person(), timezone.now()
    for number in hours:
        audit.record_audit_event("thing.done", user, by=user, at=now + timedelta(hours=number))
    messages = " ".join(finding.message for finding in audit.find_wrong_times())
    assert said in messages
    assert bool(said) == bool(messages)


def test_two_threads_write_a_file_of_the_data_folder_at_once(tmp_path: Path) -> None:
    """The file is that of one of them, whole, and no draft is left."""
    path, contents = tmp_path / "audit-heads", [letter * 10_000 for letter in "abcd"]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write_text_atomically, [path] * 200, contents * 50))
    assert path.read_text() in contents
    assert list(tmp_path.iterdir()) == [path]


def test_a_dropped_trigger_is_named() -> None:
    assert guard.find_missing_triggers(connection, guard.AUDIT_TABLES) == []
    guard.remove_append_only_triggers(connection)
    missing = guard.find_missing_triggers(connection, guard.AUDIT_TABLES)
    assert len(missing) == 2
    assert all(name.startswith("audit_auditline_no_") for name in missing)
