"""At the door: what is let in, what is dropped, what is refused, and what is on record after."""

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from django.conf import settings

from cairn.data.intake import queries
from cairn.data.intake.actions import receipt, removal
from cairn.data.intake.actions.receipt import ReceiptResult
from cairn.data.intake.delivery_parts import UNNAMED_PART
from cairn.data.intake.models import Delivery, SavedMapping
from cairn.governance.disclosure_log import archive
from cairn.platform.audit.models import AuditLine
from cairn.platform.storage.api import open_file_store
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.decisions import Audience, Outcome
from cairn.policy.vocabulary.deliveries import Channel, DeliveryState
from cairn.warehouse.readers import FileContent, read_file
from cairn.warehouse.readers.text import large_files
from cairn.warehouse.schema.column_mapping import ColumnMapping
from cairn.warehouse.schema.mapping_rules import PeriodRule
from cairn.warehouse.store.file_refs import FileRef

AT = datetime(2026, 10, 1, 15, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def _events() -> list[str]:
    return list(AuditLine.objects.order_by("sequence").values_list("event", flat=True))


def test_a_covered_file_is_let_in(send: Callable[..., Any]) -> None:
    received = send()
    row = received.delivery
    assert received.result is ReceiptResult.NEW
    assert (row.state, row.rows_in, row.record) == (DeliveryState.RECEIVED, 3, "student")
    assert row.agreement_version == 1
    assert row.destroy_by == date(2026, 10, 1) + timedelta(days=1095)
    assert _events()[-1] == "delivery.received"
    table = open_file_store().read(FileRef.parse(row.landed))
    assert {"ID", "First", "Last", "Born", "Sex"} < set(table.column_names)


def test_what_is_not_covered_is_in_no_file_on_disk(send: Callable[..., Any]) -> None:
    row = send().delivery
    reasons = {entry["name"]: entry["reason"] for entry in row.report["dropped"]}
    assert reasons == {"Lunch": "not covered by RV-DSA-01", "Counselor": "not mapped"}
    table = open_file_store().read(FileRef.parse(row.landed))
    assert not {"Lunch", "Counselor"} & set(table.column_names)
    for file in settings.CAIRN_DATA.rglob("*"):
        if file.is_file():
            assert b"ZZCANARY" not in file.read_bytes(), file


def test_what_is_not_covered_is_in_no_file_for_whoever_has_the_key(conformed: Delivery) -> None:
    """Files are sealed, so that a search of their bytes alone would find nothing in any case."""
    store = open_file_store()
    mine = {conformed.landed, conformed.conformed, conformed.quarantined}
    opened = {
        manifest.name: f"{manifest} {store.read(FileRef.parse(manifest.name)).to_pydict()}"
        for manifest in store.manifests()
        if not manifest.destroyed
    }
    assert mine <= opened.keys()
    assert "Ames" in opened[conformed.landed]
    assert not [name for name, text in opened.items() if "ZZCANARY" in text]


def test_elements_with_a_shorter_retention_are_destroyed_by_it(
    send: Callable[..., Any], agreement: Any, manager: Any
) -> None:
    from cairn.governance.agreements.actions.signature_and_record import load_agreement

    record = 'record = "student"\n'
    text = agreement.text.replace(record, f"{record}retention_days = 90\n")
    assert text != agreement.text
    shorter = load_agreement(text=text, by=manager, at=AT)
    row = send(agreement=shorter).delivery
    assert row.destroy_by == date(2026, 10, 1) + timedelta(days=90)
    told = archive.deserialize_answer(row.decision)
    assert any(duty.due == row.destroy_by for duty in told.obligations)


def test_the_decision_of_the_day_is_kept_with_all_reasons(send: Callable[..., Any]) -> None:
    row = send().delivery
    told = archive.deserialize_answer(row.decision)
    assert told.outcome is Outcome.ALLOW_SUBSET
    assert told.on == date(2026, 10, 1)
    assert told.elements["student.meal_status"] is Outcome.DENY
    assert told.elements["student.birth_date"] is Outcome.ALLOW
    assert any("meal_status" in reason.message for reason in told.refusals)
    assert all(reason.citation for reason in told.reasons)
    assert any(duty.due == row.destroy_by for duty in told.obligations)


def test_every_audience_is_told_again_what_it_was_told(
    send: Callable[..., Any], agreement: Any, manager: Any
) -> None:
    from cairn.data.intake.facts import load_delivery_fact
    from cairn.governance.agreements.facts import load_agreement_fact as terms
    from cairn.governance.partners.facts import load_actor
    from cairn.policy.questions.data.deliveries import may_receive_delivery

    row = send().delivery
    asked = may_receive_delivery(
        load_delivery_fact(row, terms(agreement)),
        terms(agreement),
        load_actor(manager),
        AT.date(),
        overdue=(),
    )
    kept = archive.deserialize_answer(archive.serialize_decision(asked))
    quoting = ["said" in dict(reason.facts) for reason in asked.reasons]
    assert ["said" in dict(reason.facts) for reason in kept.reasons] == quoting
    assert any(quoting)
    for now, then in zip(asked.reasons, kept.reasons, strict=True):
        for audience in Audience:
            assert then.message_for(audience) == now.message_for(audience) != ""
        assert (then.citation, then.next_step) == (now.citation, now.next_step)


def test_a_kept_reason_with_braces_is_told_as_it_was() -> None:
    stored = {
        "code": "X",
        "effect": "deny",
        "law": "§1",
        "where": "§2",
        "about": "",
        "next_step": "Ask {them}.",
        "told": {"steward": "A {word}.", "recipient": "No.", "family": "No.", "public": "No."},
    }
    kept = {
        "outcome": "deny",
        "on": "2026-10-01",
        "basis": "",
        "elements": {},
        "reasons": [stored],
        "obligations": [],
    }
    (reason,) = archive.deserialize_answer(kept).refusals
    assert reason.message == "A {word}."
    assert reason.next_step == "Ask {them}."
    assert reason.citation == "§1; §2"


def test_the_same_file_again_is_known(send: Callable[..., Any]) -> None:
    first = send()
    again = send(name="copy of roster.csv")
    assert again.result is ReceiptResult.AGAIN
    assert again.delivery.pk == first.delivery.pk
    assert Delivery.objects.count() == 1
    assert _events()[-1] == "delivery.sent_again"


def test_a_corrected_file_replaces_the_earlier(roster: bytes, send: Callable[..., Any]) -> None:
    first = send().delivery
    second = send(content=roster.replace(b"not a date", b"2015-05-03"))
    assert second.result is ReceiptResult.REPLACED
    assert second.delivery.supersedes == first
    first.refresh_from_db()
    assert first.state == DeliveryState.SUPERSEDED
    assert queries.DeliverySlot.from_delivery(first).find_current_delivery() == second.delivery


def test_the_same_file_read_otherwise_is_another_delivery(
    students: ColumnMapping, send: Callable[..., Any]
) -> None:
    send()
    columns = {k: v for k, v in students.columns.items() if k != "Sex"}
    again = send(mapping=ColumnMapping(record="student", columns=columns))
    assert again.result is ReceiptResult.REPLACED
    assert again.delivery.mapping.version == 2


def test_another_period_is_another_slot(send: Callable[..., Any]) -> None:
    send()
    assert send(period="2025-26").result is ReceiptResult.NEW
    assert SavedMapping.objects.count() == 1


def test_a_refused_delivery_is_on_record_and_holds_nothing(send: Callable[..., Any]) -> None:
    outside = ColumnMapping(record="workforce", columns={"ID": "local_id", "Lunch": "employed"})
    before = list(open_file_store().manifests())
    received = send(mapping=outside)
    row = received.delivery
    assert received.result is ReceiptResult.REFUSED
    assert (row.state, row.landed, row.mapping) == (DeliveryState.REFUSED, "", None)
    assert archive.deserialize_answer(row.decision).refusals
    assert _events()[-1] == "delivery.refused"
    assert list(open_file_store().manifests()) == before
    assert not row.is_current


def test_a_channel_that_was_not_agreed_is_refused(
    send: Callable[..., Any], agreement: Any, manager: Any
) -> None:
    from cairn.governance.agreements.actions.signature_and_record import load_agreement

    only = agreement.text.replace('["upload", "command"]', '["upload"]')
    changed = load_agreement(text=only, by=manager, at=AT)
    assert send(agreement=changed, channel=Channel.COMMAND).result is ReceiptResult.REFUSED
    assert send(agreement=changed, channel=Channel.UPLOAD).result is ReceiptResult.NEW


def test_someone_elses_steward_is_refused(
    send: Callable[..., Any], person: Callable[..., Any]
) -> None:
    stranger = person(Role.STEWARD, at="lake")
    assert send(by=stranger).result is ReceiptResult.REFUSED


def test_a_file_without_what_a_row_needs_is_of_no_use(send: Callable[..., Any]) -> None:
    received = send(content=b"Color\nred\n")
    assert received.result is ReceiptResult.UNUSABLE
    assert received.delivery.state == DeliveryState.REFUSED
    assert "column" in received.delivery.report["problem"]
    assert _events()[-1] == "delivery.unusable"


def test_a_file_that_cannot_be_read_is_of_no_use(send: Callable[..., Any]) -> None:
    received = send(name="x.pdf", content=b"%PDF-1.7 ...")
    assert received.result is ReceiptResult.UNUSABLE
    assert "PDF" in received.delivery.report["problem"]


def test_a_crash_after_landing_loses_nothing(
    send: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_args: Any, **_more: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("cairn.data.intake.actions.receipt._record_accepted", crash)
        with pytest.raises(KeyboardInterrupt):
            send(period="crash")
    assert not Delivery.objects.filter(period="crash").exists()
    landed = {record.name for record in open_file_store().manifests()}
    received = send(period="crash")
    assert received.result is ReceiptResult.NEW
    assert received.delivery.landed in landed
    assert {record.name for record in open_file_store().manifests()} == landed


def test_landed_rows_are_not_shared_by_two_deliveries(
    send: Callable[..., Any], manager: Any
) -> None:
    first = send().delivery
    removal.withdraw_delivery(delivery=first, by=manager, at=AT)
    second = send()
    assert second.result is ReceiptResult.NEW
    assert second.delivery.landed != first.landed


def test_the_next_step_is_asked_for_in_the_same_transaction(send: Callable[..., Any]) -> None:
    def fail(_row: Delivery) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        send(on_received=fail)
    assert Delivery.objects.count() == 0


def test_a_large_file_is_hashed_read_and_landed_without_its_bytes_in_memory(
    send: Callable[..., Any], roster: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes(roster)
    monkeypatch.setattr(large_files, "LARGE_FILE_BYTES", 0)
    with monkeypatch.context() as patched:
        patched.setattr(FileContent, "read", lambda content: pytest.fail("read whole"))
        first = send(content=FileContent.from_path(path))
    row = first.delivery
    assert (row.size, row.content_digest) == (len(roster), hashlib.sha256(roster).hexdigest())
    again = send(content=roster)
    assert (again.result, again.delivery) == (ReceiptResult.AGAIN, row)
    path.write_bytes(roster + roster)
    held = send(content=FileContent.from_path(path), period="2025-26").delivery
    assert (held.rows_in, row.rows_in) == (2 * row.rows_in, row.rows_in)


def test_a_file_that_changes_during_the_last_read_is_unusable(
    send: Callable[..., Any], roster: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the digest on record would be that of other bytes than the rows came from."""
    path = tmp_path / "roster.csv"
    path.write_bytes(roster)

    def read_and_change(*args: Any, **options: Any) -> Any:
        sheets = read_file(*args, **options)
        path.write_bytes(roster + b"\n")
        return sheets

    monkeypatch.setattr(receipt, "read_file", read_and_change)
    result = send(content=FileContent.from_path(path))
    assert result.result is ReceiptResult.UNUSABLE
    assert "was changed" in result.delivery.report["problem"]


def test_class_periods_of_a_day_stay_in_one_part(send: Callable[..., Any]) -> None:
    columns = {"ID": "local_id", "School": "school_id", "Day": "date", "Code": "event"}
    mapping = ColumnMapping(
        record="attendance",
        columns={**columns, "Period": "event:class_period"},
        periods=PeriodRule(2),
    )

    def send_part(part: str, rows: bytes) -> ReceiptResult:
        content = b"ID,School,Day,Period,Code\n" + rows
        sent = send(feed="days", part=part, content=content, mapping=mapping)
        return cast("ReceiptResult", sent.result)

    assert send_part("north", b"1,10,9/15/2025,1,UA\n") is ReceiptResult.NEW
    # The other period of that day, at another school and with the date written in another way.
    assert send_part("south", b"1,20,2025-09-15,2,UA\n") is ReceiptResult.UNUSABLE
    assert send_part("south", b"1,20,2025-09-16,2,UA\n2,20,2025-09-15,2,UA\n") is ReceiptResult.NEW
    # Rows without a part become no event, so no day of theirs is in two parts.
    assert send_part(UNNAMED_PART, b"1,,2025-09-15,3,UA\n") is ReceiptResult.NEW
    assert send_part("north", b"1,10,9/15/2025,1,EA\n") is ReceiptResult.REPLACED
