"""Files of changes: applied once, in order, to the file that counts, as the sender confirmed."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.data.identity.conftest import MAPPINGS
from tests.data.intake.confirmed_uploads import confirm_preview, confirm_upload
from tests.data.intake.conftest import STUDENTS
from tests.outputs.releases.consent_partnership import YES, Partnership
from tests.outputs.releases.consent_partnership import roster as make_roster

from cairn.data.intake.actions import change_files, conformance, receipt, removal
from cairn.data.intake.actions.receipt import ReceiptResult
from cairn.data.intake.facts import Submission
from cairn.data.intake.models import Delivery, DeliveryStateConflict, ProposedFile
from cairn.data.intake.proposals import change_base
from cairn.governance.agreements.models import Agreement
from cairn.governance.disclosure_log.models import DisclosureRecord
from cairn.governance.partners.models import Organization
from cairn.platform.audit.models import AuditLine
from cairn.platform.storage.api import open_file_store
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.deliveries import Channel
from cairn.warehouse.schema import ColumnMapping
from cairn.warehouse.schema.mapping_rules import DeletionMark
from cairn.warehouse.store.file_refs import FileRef

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

AT = datetime(2026, 10, 1, 15, 0, tzinfo=UTC)
MAPPING = replace(STUDENTS, deletes=DeletionMark("Counselor", ("D",)))
HEADER = b"ID,First,Last,Born,Sex,Lunch,Counselor\n"
CHANGES = HEADER + b"2,Ben,Boyd,2015-04-12,M,,\n4,Dee,Dunn,2015-06-04,F,,\n3,,,,,,D\n"
Change = Callable[..., Any]


@pytest.fixture
def change(agreement: Any, manager: Any) -> Change:
    """Sends changes: `change(content, day, name=…, feed=…)`."""

    def send_changes(content: bytes = CHANGES, day: int = 5, **changed: Any) -> Any:
        mapping, by = changed.pop("mapping", MAPPING), changed.pop("by", manager)
        submission = Submission(
            organization=Organization.objects.get(slug="river"),
            agreement=agreement,
            channel=Channel.COMMAND,
            by=by,
            at=AT + timedelta(days=day),
            name="changes.csv",
            feed="roster",
            period="2026-27",
            changes_as_of=date(2026, 10, day),
        )
        return change_files.receive_changes(
            submission=replace(submission, **changed),
            content=content,
            mapping=mapping,
            by=by,
            at=AT,
        )

    return send_changes


def _state(row: Delivery) -> dict[str, Any]:
    return {
        "organization": row.organization,
        "agreement": Agreement.objects.get(reference=row.agreement_reference),
        "channel": Channel(row.channel),
        "by": row.received_by,
        "at": row.received_at,
        "name": "changes.csv",
        "feed": row.feed,
        "period": row.period,
        "part": row.part,
    }


def _list_rows(row: Delivery) -> dict[str, Any]:
    table = open_file_store().read(FileRef.parse(row.conformed))
    born = table["birth_date"].to_pylist()
    return dict(zip(table["local_id"].to_pylist(), born, strict=True))


def test_changes_are_a_new_version_of_the_file(
    conformed: Delivery, change: Change, manager: Any
) -> None:
    received = change()
    assert received.result is ReceiptResult.CHANGED
    row = conformance.check_delivery(delivery=received.delivery, by=manager, at=AT)
    assert _list_rows(row) == {
        "1": date(2015, 3, 1),
        "2": date(2015, 4, 12),
        "4": date(2015, 6, 4),
    }
    assert (row.supersedes, row.original) == (conformed, conformed)
    assert row.changes["added"], row.changes["deleted_rows"] == (1, 1)
    assert row.destroy_by == conformed.destroy_by
    assert sum(sheet["kept"] for sheet in row.report["sheets"]) == row.rows_in
    conformed.refresh_from_db()
    assert conformed.state == "superseded"
    line = AuditLine.objects.get(event="delivery.changes_applied")
    assert line.detail == {"added": 1, "replaced": 1, "deleted": 1, "feed": "roster"}
    assert DisclosureRecord.objects.count() == 2


def test_changes_sent_twice_change_nothing_also_after_later_ones(
    conformed: Delivery, change: Change
) -> None:
    first = change().delivery
    assert change().result is ReceiptResult.AGAIN
    second = change(HEADER + b"5,Eve,Ebb,2015-07-05,F,,\n", 6).delivery
    again = change()
    assert (again.result, again.delivery) == (ReceiptResult.AGAIN, first)
    nothing_new = change(HEADER + b"5,Eve,Ebb,2015-07-05,F,,\n1,Ada,Ames,2015-03-01,F,,\n", 7)
    assert (nothing_new.result, nothing_new.delivery) == (ReceiptResult.AGAIN, second)
    assert Delivery.objects.count() == 3


def test_the_whole_file_sent_again_does_not_undo_its_changes(
    conformed: Delivery, change: Change, send: Callable[..., Any]
) -> None:
    changed = change().delivery
    assert send().result is ReceiptResult.AGAIN
    other = send(content=HEADER + b"1,Ada,Ames,2015-03-02,F,,\n2,Ben,Boyd,2015-04-02,M,,\n")
    assert other.result is ReceiptResult.HELD
    changed.refresh_from_db()
    assert changed.is_current


def test_older_changes_are_not_applied_until_the_newer_ones_are_withdrawn(
    conformed: Delivery, change: Change, manager: Any
) -> None:
    newer = change(day=8).delivery
    older = HEADER + b"1,Ada,Ames,2015-03-11,F,,\n"
    with pytest.raises(DeliveryStateConflict, match="Withdraw the newer data submission first"):
        change(older, 5)
    assert Delivery.objects.filter(state="received").get() == newer
    removal.withdraw_delivery(delivery=newer, by=manager, at=AT)
    assert change(older, 5).result is ReceiptResult.CHANGED
    assert change(day=8).result is ReceiptResult.CHANGED


def test_a_full_export_and_changes_of_one_roster_in_both_orders(
    agreement: Any, change: Change, manager: Any
) -> None:
    columns = {"sourcedId": "local_id", "givenName": "given_name", "birthDate": "birth_date"}
    mapping = ColumnMapping(record="student", columns=columns)

    def write(day: int, name: str, *born: tuple[str, str]) -> bytes:
        about = {"status": "active", "dateLastModified": f"2026-10-{day:02}T08:00:00Z"}
        users = [{"sourcedId": "1", **about, "givenName": name, "familyName": "Ames"}]
        days = [{"sourcedId": key, **about, "birthDate": text} for key, text in born]
        return json.dumps({"users": users, "demographics": days}).encode()

    def send_full(day: int, content: bytes) -> Any:
        submission = Submission(
            organization=Organization.objects.get(slug="river"),
            agreement=agreement,
            channel=Channel.COMMAND,
            by=manager,
            at=AT + timedelta(days=day),
            name="sis.json",
            feed="sis",
            period="2026-27",
            extract_date=date(2026, 10, day),
        )
        return receipt.receive_submission(
            submission=submission, content=content, mapping=mapping, by=manager, at=submission.at
        )

    full = write(1, "Ada", ("1", "2015-03-01"), ("2", "2015-04-02"))
    changes = write(5, "Adele")
    sis = {"mapping": mapping, "name": "sis.json", "feed": "sis"}
    assert change(changes, 5, **sis).result is ReceiptResult.UNUSABLE
    assert send_full(1, full).result is ReceiptResult.NEW
    received = change(changes, 5, **sis)
    assert received.result is ReceiptResult.CHANGED
    row = conformance.check_delivery(delivery=received.delivery, by=manager, at=AT)
    assert _list_rows(row) == {"1": date(2015, 3, 1)}
    # The full export of before does not undo them, and a later one is not undone by them.
    older = write(2, "Abe", ("1", "2015-03-02"))
    held = send_full(2, older)
    assert held.result is ReceiptResult.HELD
    later = write(9, "Ava", ("1", "2015-03-09"))
    newer = send_full(9, later)
    assert newer.result is ReceiptResult.REPLACED
    late = Submission(**_state(newer.delivery), changes_as_of=date(2026, 10, 6), extract_date=None)
    assert "has the data of Oct. 9, 2026" in change_base.describe_change_order(late)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"feed": "other"}, "nothing to change"),
        ({"mapping": STUDENTS, "content": HEADER[:4] + b"\n"}, "read in another way"),
        ({"content": b"ID,Counselor\n3,D\n"}, "columns are not those"),
        ({"content": b""}, "empty"),
    ],
)
def test_changes_that_fit_no_file_are_recorded_as_unusable(
    changed: dict[str, Any], words: str, conformed: Delivery, change: Change
) -> None:
    if "mapping" in changed:
        changed = changed | {"mapping": replace(MAPPING, columns={"ID": "local_id"})}
    received = change(**changed)
    assert received.result is ReceiptResult.UNUSABLE
    assert words in received.delivery.report["problem"]
    conformed.refresh_from_db()
    assert conformed.is_current


def test_invented_changes_do_not_reach_real_rows(conformed: Delivery, change: Change) -> None:
    received = change(synthetic="made up")
    assert received.result is ReceiptResult.REFUSED
    problem = change_base.find_change_problem(
        conformed, Submission(**_state(conformed), synthetic="made up"), MAPPING
    )
    assert "cannot change each other" in problem


def test_changes_are_refused_once_the_agreement_ended(
    conformed: Delivery, change: Change, agreement: Any
) -> None:
    ended = date(2026, 10, 1)
    Agreement.objects.filter(pk=agreement.pk).update(state="terminated", terminated_on=ended)
    received = change()
    assert (received.result, received.delivery.landed) == (ReceiptResult.REFUSED, "")


def test_an_agreement_that_ends_while_changes_are_read_has_them_refused(
    conformed: Delivery, change: Change, agreement: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = change_files.receipt.read_sent_sheets

    def end_first(*args: Any) -> Any:
        ended = date(2026, 10, 1)
        Agreement.objects.filter(pk=agreement.pk).update(state="terminated", terminated_on=ended)
        return read(*args)

    monkeypatch.setattr(change_files.receipt, "read_sent_sheets", end_first)
    assert change().result is ReceiptResult.REFUSED
    conformed.refresh_from_db()
    assert conformed.is_current


def test_changes_of_a_sender_who_may_send_by_now_are_not_read_halfway(
    conformed: Delivery, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = SimpleNamespace(allowed=False)
    monkeypatch.setattr(change_files.receipt, "decide_submission", lambda _: refused)
    with pytest.raises(DeliveryStateConflict, match="Send it again"):
        change()
    conformed.refresh_from_db()
    assert conformed.is_current


def test_two_senders_at_once_apply_changes_once(
    conformed: Delivery, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, others = change_files._record_version, []

    def let_another_go_first(*args: Any) -> Any:
        if not others:
            others.append(1)
            change(HEADER + b"6,Fay,Fox,2015-08-06,F,,\n", 4)
        return record(*args)

    monkeypatch.setattr(change_files, "_record_version", let_another_go_first)
    row = change().delivery
    assert row.supersedes.changes["added"] == 1
    assert row.rows_in == 4
    monkeypatch.setattr(change_files, "_record_version", lambda *_args: None)
    with pytest.raises(DeliveryStateConflict, match="during each try"):
        change(HEADER + b"7,Gil,Gray,2015-08-07,M,,\n", 9)


def test_what_an_attempt_wrote_that_was_cut_short_is_found(
    conformed: Delivery, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_args: Any) -> None:
        raise InterruptedError

    with monkeypatch.context() as patch:
        patch.setattr(change_files.receipt, "create_delivery_row", stop)
        patch.setattr(change_files, "save_mapping_version", stop)
        with pytest.raises(InterruptedError):
            change()
    monkeypatch.setattr(change_files.pipeline, "write_changed_file", stop)
    assert change().result is ReceiptResult.CHANGED


@pytest.mark.django_db(databases=["default", "identities"], transaction=True)
def test_a_student_whose_consent_was_revoked_leaves_with_the_next_changes(
    person: Callable[..., Any],
) -> None:
    partnership = Partnership(person)
    received = partnership.send("students", make_roster())
    partnership.check(received)
    partnership.take_back(YES[0])
    row = received.delivery
    lines = make_roster(YES[:2]).encode().splitlines(keepends=True)
    submission = Submission(**_state(row), changes_as_of=date(2030, 1, 1))
    changed = change_files.receive_changes(
        submission=submission,
        content=lines[0] + lines[1] + lines[2].replace(b"2012-02-11", b"2012-02-12"),
        mapping=MAPPINGS["students"],
        by=row.received_by,
        at=row.received_at,
    )
    assert changed.result is ReceiptResult.CHANGED
    assert changed.delivery.rows_in == len(YES) - 1


# Pages


@pytest.fixture
def steward(browser: Callable[..., Client], agreement: Any) -> Client:
    return browser(Role.STEWARD, at="river")


PAGE_FILE = (
    b"Student ID,First Name,Last Name,Birth Date\n1,Ada,Ames,2015-03-01\n2,Ben,Boyd,2015-04-02\n"
)
PAGE_CHANGES = (
    b"Student ID,First Name,Last Name,Birth Date,Action\n"
    b"1,Ada,Ames,2015-03-11,A\n2,,,,D\n3,Cam,Cole,2015-05-03,A\n"
)
MARKED = {"delete_column": "Action", "delete_values": "D, X"}


def _upload(client: Client, content: bytes, name: str = "roster.csv", **changed: str) -> Any:
    form = {"organization": "river", "agreement": "RV-DSA-01", "feed": "roster"}
    form |= {"period": "2026-27", "record": "student"}
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("intake:upload"), {**form, **changed, "file": file})


def _read(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_changes_are_uploaded_previewed_and_confirmed(steward: Client) -> None:
    confirm_upload(steward, _upload(steward, PAGE_FILE))
    waiting = _upload(steward, PAGE_CHANGES, "c.csv", changes_as_of="2020-01-05", **MARKED)
    assert "Confirm only if the whole file does not have them yet" in _read(
        steward.get(waiting.url)
    )
    same = _upload(steward, PAGE_CHANGES, "c.csv", changes_as_of="2020-01-06", **MARKED)
    assert "This file waits already" in _read(same)
    form = steward.get(waiting.url).context["form"]
    chosen = {name: form[name].value() or "" for name in form.fields}
    preview = steward.post(waiting.url, chosen).url
    page = _read(steward.get(preview))
    assert "The file changes an earlier one" in page
    assert "<dt>Rows deleted</dt><dd>1</dd>" in page
    landed = confirm_preview(steward, preview, follow=True)
    page = _read(landed)
    assert "The changes were applied to the earlier file." in page
    assert "2020 were applied to the earlier file." in page
    row = Delivery.objects.get(state="conformed")
    assert {*_list_rows(row)} == {"1", "3"}
    before = _read(steward.get(reverse("intake:delivery", args=[row.supersedes_id])))
    assert "Changes were applied: a newer version counts." in before
    older = _upload(
        steward, PAGE_CHANGES.replace(b"11", b"12"), "d.csv", changes_as_of="2020-01-01"
    )
    page = _read(steward.get(older.url))
    assert "They are not applied." in page
    chosen = {name: form[name].value() or "" for name in form.fields}
    preview = steward.post(older.url, chosen).url
    assert "Withdraw the newer data submission" in _read(
        confirm_preview(steward, preview, follow=True)
    )
    assert ProposedFile.objects.filter(outcome="").count() == 1
    same_day = _upload(steward, PAGE_CHANGES.replace(b"11", b"13"), changes_as_of="2020-01-05")
    assert "Confirm only if these are later" in _read(steward.get(same_day.url))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"changes_as_of": "2199-01-01"}, "This day is in the future."),
        ({"delete_column": "Action", "changes_as_of": "2020-01-01"}, "Fill in both, or neither."),
        ({"delete_values": "D", "changes_as_of": "2020-01-01"}, "Fill in both, or neither."),
        (MARKED, "Give the day of the export of the changes."),
    ],
)
def test_what_a_file_of_changes_needs_is_asked_for(
    changed: dict[str, str], words: str, steward: Client
) -> None:
    answer = _upload(steward, PAGE_CHANGES, **changed)
    assert answer.status_code == 422
    assert words in _read(answer)


def test_changes_without_a_file_before_say_so_in_the_preview(steward: Client) -> None:
    waiting = _upload(steward, PAGE_CHANGES, changes_as_of="2020-01-05", **MARKED)
    form = steward.get(waiting.url).context["form"]
    chosen = {name: form[name].value() or "" for name in form.fields}
    preview = steward.post(waiting.url, chosen, follow=True)
    assert "Send the whole file first." in _read(preview)
