"""The way onto the record: complete, in the caller's transaction, never changed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from tests.data.intake.conftest import AGREEMENT

from cairn.governance.agreements.models import Agreement
from cairn.governance.consents.protected_identity import compute_child_key
from cairn.governance.dictionaries.models import DataDictionary, DataElement
from cairn.governance.disclosure_log import actions, queries
from cairn.governance.disclosure_log.archive import SnapshotVault, UnopenableSnapshot
from cairn.governance.disclosure_log.models import (
    ChildBlock,
    DisclosedChild,
    DisclosureRecord,
    Snapshot,
)
from cairn.governance.partners.models import Organization
from cairn.platform.actions.api import record_refusal
from cairn.platform.audit.models import AuditLine
from cairn.platform.tasks.api import track_work
from cairn.policy.engine.decision import Decision, Refused
from cairn.policy.facts.people.access import Actor
from cairn.policy.questions.governance.access import may_open_page
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.data_use import LegalBasis

pytestmark = pytest.mark.django_db
AT = datetime(2026, 10, 1, 15, 0, tzinfo=UTC)


@pytest.fixture
def steward(person: Callable[..., Any]) -> Any:
    return person(Role.STEWARD, at="river")


def asked(by: Any, action: Action = Action.EXPORT) -> Decision:
    """A decision as a door would have it."""
    from cairn.governance.partners.facts import load_actor

    return may_open_page(action, load_actor(by), organization="river", on=AT.date())


def test_a_disclosure_is_on_record_with_everything_the_law_asks(steward: Any) -> None:
    decision = asked(steward)
    row = actions.record_disclosure(
        decision,
        by=steward,
        at=AT,
        parties=["river"],
        interest="to coordinate tutoring",
        elements=["student.local_id"],
        people=7,
    )
    line = AuditLine.objects.get(event="disclosure.disclosed")
    assert (row.kind, row.outcome, row.people) == ("disclosed", "allow", 7)
    assert row.elements == ["student.local_id"]
    assert row.interest == "to coordinate tutoring"
    assert row.required_by_law
    assert "99.32(a)(1)" in row.why
    assert [(p.side, p.organization) for p in row.parties.all()] == [("to", "river")]
    assert line.detail == {"digest": row.digest}
    assert line.decision_id == row.decision_id == decision.decision_id


def test_who_may_not_is_on_record_too_and_other_refusals_are_not(person: Any) -> None:
    nobody = person(Role.COMMITTEE_MEMBER, at="river")
    for action in (Action.EXPORT, Action.VIEW_AUDIT):
        record_refusal(Refused(asked(nobody, action)), "door:x", by=nobody, at=AT)
    row = DisclosureRecord.objects.get()
    assert (row.kind, row.action, row.elements) == ("refused", "export", [])
    assert [p.organization for p in row.parties.all()] == ["river"]
    assert AuditLine.objects.filter(event="refused").count() == 2


def test_the_public_may_be_refused_too() -> None:
    decision = may_open_page(Action.EXPORT, Actor.public(), on=AT.date())
    record_refusal(Refused(decision), "door:x", by=None, at=AT)
    assert DisclosureRecord.objects.get().by_label == "(not signed in)"


def test_a_family_finds_its_childs_disclosures_and_nobody_elses(steward: Any) -> None:
    keys = [compute_child_key("river", n) for n in ("1", "2")]
    row = actions.record_disclosure(
        asked(steward), by=steward, at=AT, parties=["river"], interest="x", children=keys
    )
    assert row.people == 2
    assert queries.list_disclosures_of_child(keys[0]) == [row]
    assert queries.list_disclosures_of_child(compute_child_key("river", "3")) == []
    assert not set(DisclosedChild.objects.values_list("child", flat=True)) & set(keys)


def test_a_line_that_cannot_be_written_undoes_what_it_speaks_of(
    steward: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cairn.governance.partners.models import Organization

    def broken(*args: object, **kwargs: object) -> None:
        raise OSError("the disk is full")

    @transaction.atomic
    def send() -> None:
        Organization.objects.create(slug="sent", name="Sent", kind="vendor")
        actions.record_disclosure(asked(steward), by=steward, at=AT, parties=["sent"], interest="x")

    monkeypatch.setattr(actions, "record_audit_event", broken)
    with pytest.raises(OSError, match="full"):
        send()
    assert not Organization.objects.filter(slug="sent").exists()
    assert not DisclosureRecord.objects.exists()


@pytest.mark.parametrize("model", [DisclosureRecord, DisclosedChild, ChildBlock, Snapshot])
def test_the_database_refuses_to_change_or_delete_a_line(steward: Any, model: Any) -> None:
    count = 1_024 if model is ChildBlock else 1
    keys = [compute_child_key("river", str(number)) for number in range(count)]
    actions.record_disclosure(
        asked(steward), by=steward, at=AT, parties=["river"], interest="x", children=keys
    )
    table = model._meta.db_table
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {_column(model)} = 'x'"):  # noqa: S608
        with (
            pytest.raises(DatabaseError, match="never changed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def _column(model: Any) -> str:
    return {
        "disclosurerecord": "why",
        "disclosedchild": "child",
        "childblock": "sealed",
        "snapshot": "digest",
    }[model._meta.model_name]


def test_equal_facts_are_kept_once_and_open_only_under_their_name(steward: Any) -> None:
    seals = SnapshotVault.for_installation()
    first, second, again = seals.store_contents([{"a": 1}, {"a": 2}, {"a": 1}])
    assert (first, seals.store_contents([{"a": 1}])) == (again, [first])
    assert Snapshot.objects.count() == 2
    assert seals.open_all({"x": first, "y": second}) == {"x": {"a": 1}, "y": {"a": 2}}
    row = Snapshot.objects.get(pk=second)
    assert b'"a"' not in bytes(row.sealed)
    Snapshot.objects.create(digest="f" * 64, sealed=row.sealed)
    for digest, message in (("f" * 64, "was changed"), ("0" * 64, "is missing")):
        with pytest.raises(UnopenableSnapshot, match=message):
            seals.open(digest)


def test_a_line_that_would_not_say_enough_is_refused(steward: Any) -> None:
    """Who receives and why must stand there before anything leaves (34 CFR 99.32(a)(3))."""
    for parties, interest in (([], "to tutor"), (["river"], " ")):
        with pytest.raises(actions.IncompleteDisclosure):
            actions.record_disclosure(
                asked(steward), by=steward, at=AT, parties=parties, interest=interest
            )
    assert not DisclosureRecord.objects.exists()


def test_a_refused_request_of_the_worker_is_on_record(person: Any) -> None:
    nobody = person(Role.COMMITTEE_MEMBER, at="river")
    with pytest.raises(Refused), track_work("export", "extract:1", by=nobody):
        asked(nobody).require()
    row = DisclosureRecord.objects.get()
    assert (row.kind, row.by) == ("refused", nobody)
    assert AuditLine.objects.filter(event="refused").count() == 1


def test_an_element_of_special_education_is_required_whatever_the_basis(
    steward: Any, organization: Callable[..., Any]
) -> None:
    organization("hills")
    Agreement.objects.create(
        reference="RV-DSA-01", title="Sharing", text=AGREEMENT.replace("river", "hills")
    )
    _say_in_its_dictionary("hills", "student.program_code", "early_intervention", by=steward)
    decision = replace(asked(steward), basis=LegalBasis.CONSENT, agreements=("RV-DSA-01",))
    for element, law in (
        ("student.gender", "99.32(d)(3)"),
        ("student.disability", "300.614"),
        ("student.program_code", "303.406"),
    ):
        row = actions.record_disclosure(
            decision, by=steward, at=AT, parties=["river"], interest="to help", elements=[element]
        )
        assert row.required_by_law is ("99.32(d)" not in law)
        assert law in row.why


def _say_in_its_dictionary(slug: str, element: str, special: str, *, by: Any) -> None:
    dictionary = DataDictionary.objects.create(
        organization=Organization.objects.get(slug=slug),
        data_set="Roster",
        version=1,
        file_name="roster.csv",
        digest="0" * 64,
        imported_by=by,
        imported_at=AT,
    )
    DataElement.objects.create(
        dictionary=dictionary, position=0, name="Code", matched=element, special=[special]
    )
