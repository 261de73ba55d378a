"""Files are read outside transactions, and only for a sender who may send."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import wraps
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from tests.outputs.releases.consent_partnership import YES, Partnership
from tests.outputs.releases.consent_partnership import roster as make_roster

from cairn.data.intake import students
from cairn.data.intake.actions import conformance, held_deliveries, receipt
from cairn.data.intake.actions.receipt import ReceiptResult
from cairn.data.intake.models import Delivery, DeliveryStateConflict
from cairn.governance.agreements.models import Agreement
from cairn.governance.disclosure_log.archive import deserialize_answer
from cairn.governance.disclosure_log.models import DisclosureRecord
from cairn.governance.partners.models import Affiliation
from cairn.platform.storage.api import open_file_store
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.deliveries import Channel, DeliveryState
from cairn.warehouse import pipeline
from cairn.warehouse.readers import FileContent
from cairn.warehouse.store.file_refs import FileRef
from cairn.warehouse.store.file_store import FileStore

AT = datetime(2026, 10, 1, 15, 0, tzinfo=UTC)
FILE_METHODS = ("write", "read", "read_batches", "manifest", "find", "destroy")

pytestmark = pytest.mark.django_db(databases=["default", "identities"], transaction=True)


class FileAccess:
    """Names of the calls that touched a file, and those of them made inside a transaction."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.in_transaction: list[str] = []

    def watch(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def watched(*args: Any, **more: Any) -> Any:
            self.calls.append(name)
            if any(connection.in_atomic_block for connection in connections.all()):
                self.in_transaction.append(name)
            return function(*args, **more)

        return watched


@pytest.fixture
def file_access(monkeypatch: pytest.MonkeyPatch) -> FileAccess:
    """Watches every read and write of the file store, every parse, and every hash of content."""
    access = FileAccess()
    for name in FILE_METHODS:
        monkeypatch.setattr(FileStore, name, access.watch(name, getattr(FileStore, name)))
    for reader in ("read_file", "read_file_in_child_process"):
        monkeypatch.setattr(receipt, reader, access.watch("parse", getattr(receipt, reader)))
    compute_digest = access.watch("hash", FileContent.compute_digest)
    monkeypatch.setattr(FileContent, "compute_digest", compute_digest)
    for name in ("make_child_namer", "make_line_namer"):
        make_namer = getattr(students.consents_api, name)
        monkeypatch.setattr(
            students.consents_api,
            name,
            lambda slug, make_namer=make_namer: access.watch("key", make_namer(slug)),
        )
    return access


@pytest.fixture
def partnership(person: Callable[..., Any]) -> Partnership:
    """A district whose families agree in writing."""
    return Partnership(person)


@pytest.fixture
def times(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Changes something while a file is worked on: `times(module, "name", change, 2)`."""

    def patch(module: Any, name: str, change: Callable[[], object], count: int = 1) -> None:
        work, left = getattr(module, name), [change] * count

        def changed(*args: Any, **more: Any) -> Any:
            if left:
                left.pop()()
            return work(*args, **more)

        monkeypatch.setattr(module, name, changed)

    return patch


def end_agreement(agreement: Any) -> None:
    Agreement.objects.filter(pk=agreement.pk).update(state="terminated", terminated_on=AT.date())


def end_roles(user: Any) -> None:
    Affiliation.objects.filter(user=user).update(ends=date(2021, 1, 1))


def test_no_file_is_touched_while_a_transaction_is_open(
    send: Callable[..., Any], manager: Any, roster: bytes, file_access: FileAccess
) -> None:
    row = send().delivery
    assert {"hash", "parse", "write", "read_batches", "key"} <= set(file_access.calls)
    conformance.check_delivery(delivery=row, by=manager, at=AT)
    send(content=roster.replace(b"Ames", b"Ayres"))
    send(name="x.pdf", content=b"%PDF-1.7 ...")
    send(period="2024-25", channel=Channel.UPLOAD)
    send(period="2025-26", synthetic="drawn at random")
    assert file_access.in_transaction == []


def test_no_file_is_touched_in_a_transaction_under_written_consent(
    partnership: Partnership, file_access: FileAccess
) -> None:
    received = partnership.send("students", make_roster())
    assert received.result is ReceiptResult.NEW
    assert partnership.check(received).rows_kept == len(YES)
    assert {"hash", "parse", "write", "read", "key"} <= set(file_access.calls)
    assert file_access.in_transaction == []


def test_no_file_is_touched_in_a_transaction_while_a_held_file_is_decided(
    partnership: Partnership, file_access: FileAccess
) -> None:
    partnership.check(partnership.send("students", make_roster()))
    held = partnership.send("students", make_roster(YES[:1])).delivery
    assert held.state == DeliveryState.HELD
    again = partnership.send("students", make_roster(YES[:1]))
    assert (again.result, again.delivery) == (ReceiptResult.HELD, held)
    keys = held_deliveries.read_held_students(held)
    assert keys is not None
    assert len(keys) == 1
    by, at = partnership.manager, timezone.localtime()
    with pytest.raises(Refused):
        held_deliveries.accept_replacement(delivery=held, by=by, at=at)
    accepted = held_deliveries.accept_replacement(delivery=held, student_keys=keys, by=by, at=at)
    assert accepted.state == DeliveryState.RECEIVED
    assert held_deliveries.read_held_students(accepted) is None
    assert file_access.in_transaction == []


@pytest.mark.parametrize("unlawful", ["no role", "another's steward", "agreement over"])
def test_a_file_of_a_refused_sender_is_never_parsed(
    partnership: Partnership, person: Callable[..., Any], file_access: FileAccess, unlawful: str
) -> None:
    """Under written consent policy asks for the students in a file: it used to be read first."""
    if unlawful == "no role":
        end_roles(partnership.manager)
    elif unlawful == "another's steward":
        partnership.manager = person(Role.STEWARD, at="lake")
    else:
        Agreement.objects.update(state="terminated", terminated_on="2026-01-01")
    file_access.calls.clear()
    received = partnership.send("students", make_roster())
    assert received.result is ReceiptResult.REFUSED
    assert set(file_access.calls) == {"hash"}
    refused = deserialize_answer(received.delivery.decision)
    assert refused.refusals
    line = DisclosureRecord.objects.order_by("pk").last()
    assert line is not None
    assert (line.question, line.kind) == ("delivery.may_receive", "refused")
    assert line.decision_id == received.delivery.decision_id


def test_a_file_of_a_lawful_sender_is_parsed_and_received(
    partnership: Partnership, file_access: FileAccess
) -> None:
    received = partnership.send("students", make_roster())
    assert received.result is ReceiptResult.NEW
    assert "parse" in file_access.calls
    line = DisclosureRecord.objects.order_by("pk").last()
    assert line is not None
    assert (line.question, line.people) == ("delivery.may_receive", len(YES))
    assert received.delivery.report["left_out"] > 0


def test_columns_are_chosen_from_the_file_only_for_a_sender_who_may_send(
    send: Callable[..., Any], person: Callable[..., Any], students: Any
) -> None:
    read: list[str] = []

    def choose() -> Any:
        read.append("read")
        return students

    refused = send(by=person(Role.STEWARD, at="lake"), mapping=choose)
    assert (refused.result, read) == (ReceiptResult.REFUSED, [])
    assert (refused.delivery.record, refused.delivery.mapping) == ("", None)
    assert deserialize_answer(refused.delivery.decision).refusals
    received = send(mapping=choose)
    assert (received.result, read) == (ReceiptResult.NEW, ["read"])
    assert received.delivery.record == "student"


def test_a_landed_file_is_not_opened_for_a_person_who_may_not_check_it(
    partnership: Partnership, file_access: FileAccess
) -> None:
    received = partnership.send("students", make_roster())
    end_roles(partnership.manager)
    file_access.calls.clear()
    with pytest.raises(Refused):
        partnership.check(received)
    assert file_access.calls == []


def test_an_agreement_that_ends_while_a_file_lands_has_it_refused(
    send: Callable[..., Any], agreement: Any, times: Callable[..., None]
) -> None:
    times(pipeline, "land_sheets", lambda: end_agreement(agreement))
    received = send()
    assert received.result is ReceiptResult.REFUSED
    assert not Delivery.objects.exclude(state=DeliveryState.REFUSED).exists()


def test_a_consent_that_is_revoked_while_a_file_lands_leaves_the_child_out(
    partnership: Partnership, times: Callable[..., None]
) -> None:
    times(pipeline, "land_sheets", lambda: partnership.take_back(YES[0]))
    received = partnership.send("students", make_roster())
    assert (received.result, received.delivery.rows_in) == (ReceiptResult.NEW, len(YES) - 1)


def test_facts_that_never_rest_are_given_up(
    partnership: Partnership, times: Callable[..., None]
) -> None:
    taken_back = iter(YES)
    times(
        pipeline,
        "land_sheets",
        lambda: partnership.take_back(next(taken_back)),
        receipt.MAX_ATTEMPTS,
    )
    with pytest.raises(DeliveryStateConflict, match="Upload the file again"):
        partnership.send("students", make_roster())
    assert not Delivery.objects.exists()


def test_a_file_that_another_request_received_meanwhile_is_there_once(
    send: Callable[..., Any], times: Callable[..., None]
) -> None:
    times(pipeline, "land_sheets", send)
    received = send()
    assert received.result is ReceiptResult.AGAIN
    assert Delivery.objects.get().pk == received.delivery.pk


def test_an_agreement_that_ends_during_a_check_leaves_nothing_conformed(
    send: Callable[..., Any], manager: Any, agreement: Any, times: Callable[..., None]
) -> None:
    row = send().delivery
    times(conformance, "conform_landed_file", lambda: end_agreement(agreement))
    with pytest.raises(Refused):
        conformance.check_delivery(delivery=row, by=manager, at=AT)
    row.refresh_from_db()
    assert (row.state, row.conformed) == (DeliveryState.CONFORMING, "")


def test_a_consent_that_is_revoked_between_landing_and_the_check_leaves_the_child_out(
    partnership: Partnership,
) -> None:
    received = partnership.send("students", make_roster())
    assert received.delivery.rows_in == len(YES)
    partnership.take_back(YES[0])
    checked = partnership.check(received)
    store = open_file_store()
    for ref in (checked.conformed, checked.quarantined):
        cells = store.read(FileRef.parse(ref)).to_pylist()
        assert not any(YES[0] in map(str, row.values()) for row in cells)
    assert (checked.rows_in, checked.rows_kept) == (len(YES) - 1, len(YES) - 1)
    assert checked.report["left_out"] == received.delivery.report["left_out"] + 1


def test_a_consent_that_is_revoked_during_a_check_leaves_the_child_out(
    partnership: Partnership, times: Callable[..., None]
) -> None:
    received = partnership.send("students", make_roster())
    times(conformance, "conform_landed_file", lambda: partnership.take_back(YES[0]))
    assert partnership.check(received).rows_kept == len(YES) - 1
