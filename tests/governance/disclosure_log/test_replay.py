"""A past decision is asked again on its own facts; what was changed since is found."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from typer.testing import CliRunner

from cairn.governance.consents.protected_identity import compute_child_key
from cairn.governance.disclosure_log import actions, guard
from cairn.governance.disclosure_log.archive import SnapshotVault
from cairn.governance.disclosure_log.disclosed_children.child_hashes import compute_children_digest
from cairn.governance.disclosure_log.models import DisclosedChild, DisclosureRecord, Snapshot
from cairn.governance.disclosure_log.replay import find_changed_lines, replay_decisions
from cairn.governance.partners.facts import load_actor
from cairn.interfaces.cli.main import app
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine import BoundCheck
from cairn.policy.law import role_permissions
from cairn.policy.law.role_permissions import RoleReach
from cairn.policy.questions.governance import record_keeping
from cairn.policy.questions.governance.record_keeping import (
    may_accept_certificate,
    may_request_disclosure_record,
)
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.retention import DutyState

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
AT = datetime(2026, 10, 1, 15, 0, tzinfo=UTC)


@pytest.fixture
def lines(person: Callable[..., Any]) -> list[DisclosureRecord]:
    """One allowed request with children, one refused."""
    steward = person(Role.STEWARD, at="river")
    decisions = [
        may_request_disclosure_record("river", load_actor(steward), AT.date()),
        may_accept_certificate("river", DutyState.DUE, load_actor(steward), AT.date()),
    ]
    return [
        actions.record_disclosure(
            decision,
            by=steward,
            at=AT,
            parties=["river"],
            interest="x",
            children=[compute_child_key("river", "1")],
        )
        for decision in decisions
    ]


@pytest.fixture
def unguarded(db: None) -> Any:
    """As whoever owns the database could do it."""
    guard.remove_record_guard(connection)
    yield
    guard.install_record_guard(connection)


def test_what_is_as_it_was_differs_in_nothing(lines: list[DisclosureRecord]) -> None:
    assert [row.outcome for row in lines] == ["allow", "deny"]
    assert all(row.question for row in lines)
    assert list(find_changed_lines()) == []
    assert list(replay_decisions()) == []


def test_a_rule_that_changed_shows_which_decisions_would_be_others(
    lines: list[DisclosureRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    table = dict(role_permissions.ROLE_PERMISSIONS)
    table[Action.VIEW_DISCLOSURES] = {Role.DATA_MANAGER: RoleReach.OWN}
    for module in (
        "cairn.policy.checks.access",
        "cairn.policy.law",
        "cairn.policy.law.role_permissions",
    ):
        monkeypatch.setattr(f"{module}.ROLE_PERMISSIONS", table)
    (found,) = replay_decisions()
    assert (found.record, found.kind) == (lines[0].pk, "otherwise")
    assert "The answer was “allow” and would now be “deny” (A03)" in found.message


@pytest.mark.parametrize(
    ("part", "message"),
    [("elements", "Different data elements"), ("children", "Different children")],
)
def test_an_answer_that_lets_other_things_go_is_shown(
    lines: list[DisclosureRecord], unguarded: None, part: str, message: str
) -> None:
    seals = SnapshotVault.for_installation()
    answer = seals.open(lines[0].answer) | {part: {"student.local_id": "allow"}}
    DisclosureRecord.objects.filter(pk=lines[0].pk).update(answer=seals.store_contents([answer])[0])
    assert [message in found.message for found in replay_decisions()] == [True]


def test_a_question_that_is_no_more_is_told(lines: list[DisclosureRecord], unguarded: None) -> None:
    row = lines[0]
    DisclosureRecord.objects.filter(pk=row.pk).update(question="disclosed.no_more")
    (found,) = replay_decisions()
    assert "cannot be repeated (UnknownQuestionError)" in found.message
    (changed,) = find_changed_lines()
    assert changed.kind == "changed"


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (
            lambda row: DisclosureRecord.objects.filter(pk=row.pk).update(interest="y"),
            "changed after it was written",
        ),
        (
            lambda row: DisclosedChild.objects.filter(record=row).delete(),
            "children of this line",
        ),
        (
            lambda row: (row.parties.all().delete(), row.children.all().delete(), row.delete()),
            "the line is missing",
        ),
    ],
)
def test_a_line_that_was_changed_is_found(
    lines: list[DisclosureRecord], unguarded: None, harm: Callable[..., Any], message: str
) -> None:
    harm(lines[0])
    (found,) = find_changed_lines()
    assert found.kind == "changed"
    assert message in found.message


def test_a_line_that_the_audit_chain_does_not_know_is_found(
    lines: list[DisclosureRecord], unguarded: None
) -> None:
    row = lines[0]
    row.pk, row.at = None, AT.replace(hour=3)
    row.children_digest = compute_children_digest([])
    row.digest = actions.compute_line_digest(row, [])
    row.save(force_insert=True)
    assert [f.message for f in find_changed_lines()] == [
        "The audit log has a different entry for this line, or none."
    ]


def test_facts_that_were_changed_cannot_be_opened(
    lines: list[DisclosureRecord], unguarded: None
) -> None:
    digest = lines[0].facts["actor"]
    Snapshot.objects.filter(pk=digest).update(sealed=b"0" * 40)
    found = list(replay_decisions())
    assert {(f.record, f.kind) for f in found} == {(row.pk, "changed") for row in lines}


def test_the_command_tells_and_ends_with_one(
    lines: list[DisclosureRecord], person: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    person(Role.DATA_MANAGER, email="dana@example.org")
    said = ["verify", "--replay", "--as", "dana@example.org"]
    whole = CliRunner().invoke(app, said)
    assert whole.exit_code == 0, whole.output
    assert "the same today" in whole.output
    no_reason = BoundCheck(lambda on: (), (), {})
    monkeypatch.setattr(
        record_keeping.checks, "check_destruction_certified", lambda state: no_reason
    )
    again = CliRunner().invoke(app, [*said, "--json"])
    assert again.exit_code == 1
    assert f"disclosure {lines[1].pk}" in again.output
    assert AuditLine.objects.filter(event="verified").count() == 2
