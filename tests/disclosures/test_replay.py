"""A past decision is asked again on its own facts; what was changed since is found."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from typer.testing import CliRunner

from cairn.audit.models import AuditLine
from cairn.cli.main import app
from cairn.consents.child_key import child_key
from cairn.disclosures import guard, log
from cairn.disclosures.models import DisclosedChild, DisclosureRecord, Snapshot
from cairn.disclosures.replay import check, replay
from cairn.disclosures.sealing import Seals
from cairn.partners.facts import actor
from cairn.rules import duty, roles
from cairn.rules.disclosed import may_ask_for_record
from cairn.rules.duty import may_accept
from cairn.rules.roles import Reach
from cairn.rules.vocabulary import Action, DutyState, Role

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
AT = datetime(2026, 10, 1, 15, 0, tzinfo=UTC)


@pytest.fixture
def lines(person: Callable[..., Any]) -> list[DisclosureRecord]:
    """One allowed request with children, one refused."""
    steward = person(Role.STEWARD, at="river")
    decisions = [
        may_ask_for_record("river", actor(steward), AT.date()),
        may_accept("river", DutyState.DUE, actor(steward), AT.date()),
    ]
    return [
        log.record(
            decision,
            by=steward,
            at=AT,
            parties=["river"],
            interest="x",
            children=[child_key("river", "1")],
        )
        for decision in decisions
    ]


@pytest.fixture
def unguarded(db: None) -> Any:
    """As whoever owns the database could do it."""
    guard.remove(connection)
    yield
    guard.install(connection)


def test_what_is_as_it_was_differs_in_nothing(lines: list[DisclosureRecord]) -> None:
    assert [row.outcome for row in lines] == ["allow", "deny"]
    assert all(row.question for row in lines)
    assert list(check()) == []
    assert list(replay()) == []


def test_a_rule_that_changed_shows_which_decisions_would_be_others(
    lines: list[DisclosureRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    table = dict(roles.ACCESS)
    table[Action.VIEW_DISCLOSURES] = {Role.DATA_MANAGER: Reach.OWN}
    for module in ("cairn.rules.access", "cairn.rules.reach", "cairn.rules.roles"):
        monkeypatch.setattr(f"{module}.ACCESS", table, raising=False)
    (found,) = replay()
    assert (found.record, found.kind) == (lines[0].pk, "otherwise")
    assert "was answered “allow” and would be “deny” (A03)" in found.message


@pytest.mark.parametrize(
    ("part", "message"), [("elements", "Other data elements"), ("children", "Other children")]
)
def test_an_answer_that_lets_other_things_go_is_shown(
    lines: list[DisclosureRecord], unguarded: None, part: str, message: str
) -> None:
    seals = Seals.of_this_installation()
    answer = seals.open(lines[0].answer) | {part: {"student.local_id": "allow"}}
    DisclosureRecord.objects.filter(pk=lines[0].pk).update(answer=seals.keep([answer])[0])
    assert [message in found.message for found in replay()] == [True]


def test_a_question_that_is_no_more_is_told(lines: list[DisclosureRecord], unguarded: None) -> None:
    row = lines[0]
    DisclosureRecord.objects.filter(pk=row.pk).update(question="disclosed.no_more")
    (found,) = replay()
    assert "cannot be asked again (UnknownQuestion)" in found.message
    (changed,) = check()
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
            "it is gone",
        ),
    ],
)
def test_a_line_that_was_changed_is_found(
    lines: list[DisclosureRecord], unguarded: None, harm: Callable[..., Any], message: str
) -> None:
    harm(lines[0])
    (found,) = check()
    assert found.kind == "changed"
    assert message in found.message


def test_a_line_that_the_audit_chain_does_not_know_is_found(
    lines: list[DisclosureRecord], unguarded: None
) -> None:
    row = lines[0]
    row.pk, row.at = None, AT.replace(hour=3)
    row.children_digest = log.children_digest([])
    row.digest = log.line_digest(row, [])
    row.save(force_insert=True)
    assert [f.message for f in check()] == ["The audit chain knows another line, or none."]


def test_facts_that_were_changed_cannot_be_opened(
    lines: list[DisclosureRecord], unguarded: None
) -> None:
    digest = lines[0].facts["actor"]
    Snapshot.objects.filter(pk=digest).update(sealed=b"0" * 40)
    found = list(replay())
    assert {(f.record, f.kind) for f in found} == {(row.pk, "changed") for row in lines}


def test_the_command_tells_and_ends_with_one(
    lines: list[DisclosureRecord], person: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    person(Role.DATA_MANAGER, email="dana@example.org")
    said = ["verify", "--replay", "--as", "dana@example.org"]
    whole = CliRunner().invoke(app, said)
    assert whole.exit_code == 0, whole.output
    assert "answered the same today" in whole.output
    monkeypatch.setattr(duty, "_certified", lambda state, on: iter(()))
    again = CliRunner().invoke(app, [*said, "--json"])
    assert again.exit_code == 1
    assert f"disclosure {lines[1].pk}" in again.output
    assert AuditLine.objects.filter(event="verified").count() == 2
