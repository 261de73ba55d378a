"""Two people at once on one file with several parts, each on a connection of their own."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.db import connections
from tests.data.intake.conftest import AT, STUDENTS
from tests.platform.claim_holders import hold_claim_in_child

from cairn.data.intake.actions import proposed_files, receipt
from cairn.data.intake.facts import Submission
from cairn.data.intake.models import Delivery, DeliveryStateConflict, ProposedFile
from cairn.data.intake.proposals.layout_proposal import propose_layout
from cairn.governance.agreements.facts import load_agreement_fact
from cairn.governance.partners.models import Organization
from cairn.platform.audit.models import AuditLine
from cairn.policy.vocabulary.deliveries import Channel
from cairn.warehouse.readers import read_file

pytestmark = pytest.mark.django_db(databases=["default", "identities"], transaction=True)

MAPPING = replace(STUDENTS, part="Site")
CONTENT = (
    b"ID,First,Last,Born,Sex,Site\n"
    b"1,Ada,Ames,2015-03-01,F,North\n"
    b"2,Ben,Boyd,2015-04-02,M,South\n"
    b"3,Cam,Cole,2015-05-03,F,\n"
)
ALL_PARTS = ["north", "rows-without-a-part", "south"]
PATIENCE = 60


@pytest.fixture
def waiting(agreement: Any, manager: Any) -> ProposedFile:
    """A file with two parts, and a row without one, that waits for a person."""
    submission = Submission(
        organization=Organization.objects.get(slug="river"),
        agreement=agreement,
        channel=Channel.COMMAND,
        by=manager,
        at=AT,
        name="roster.csv",
        feed="roster",
        period="2026-27",
    )
    sheets = read_file("roster.csv", CONTENT)
    return proposed_files.propose_file(
        submission=submission,
        content=CONTENT,
        proposal=propose_layout(sheets, MAPPING, load_agreement_fact(agreement)),
        preview={},
        by=manager,
        at=AT,
    )


def _confirm(waiting: ProposedFile, by: Any) -> receipt.DeliveryReceipt:
    row = ProposedFile.objects.get(pk=waiting.pk)
    return proposed_files.confirm_proposed_file(proposed=row, seen=row.mapping_digest, by=by, at=AT)


def _run(work: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return work(*arguments)
    finally:
        connections.close_all()


def _list_parts() -> list[str]:
    rows = Delivery.objects.filter(state__in=("received", "conformed"))
    return sorted(rows.values_list("part", flat=True))


@pytest.fixture
def between_parts(monkeypatch: pytest.MonkeyPatch) -> tuple[Event, Event]:
    """Set once the first part is committed; the second part waits for the other event."""
    reached, go_on, receive = Event(), Event(), receipt.receive_submission

    def pause(**about: Any) -> receipt.DeliveryReceipt:
        if about["submission"].part == "south":
            reached.set()
            assert go_on.wait(PATIENCE)
        return receive(**about)

    monkeypatch.setattr(receipt, "receive_submission", pause)
    return reached, go_on


def test_while_one_imports_a_file_nobody_else_decides_about_it(
    waiting: ProposedFile, manager: Any, between_parts: tuple[Event, Event]
) -> None:
    reached, go_on = between_parts
    with ThreadPoolExecutor(1) as pool:
        first: Future[receipt.DeliveryReceipt] = pool.submit(_run, _confirm, waiting, manager)
        try:
            assert reached.wait(PATIENCE)
            assert _list_parts() == ["north"]
            with pytest.raises(DeliveryStateConflict, match="is being imported at this moment"):
                _confirm(waiting, manager)
            with pytest.raises(DeliveryStateConflict, match="is being imported at this moment"):
                proposed_files.cancel_proposed_file(proposed=waiting, by=manager, at=AT)
            assert proposed_files.destroy_unconfirmed_files(by=None, at=AT) == 0
        finally:
            go_on.set()
        received = first.result(PATIENCE)
    assert {part.result for part in received.parts} == {receipt.ReceiptResult.NEW}
    assert _list_parts() == ALL_PARTS
    waiting.refresh_from_db()
    assert (waiting.outcome, waiting.claimed_until) == ("confirmed", None)
    assert _confirm(waiting, manager).result is receipt.ReceiptResult.AGAIN
    assert AuditLine.objects.filter(event="delivery.proposal_confirmed").count() == 1


def test_two_people_who_both_saw_it_waiting_import_each_part_once(
    waiting: ProposedFile, manager: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, go_on, claim = Event(), Event(), proposed_files.claim_proposed_file

    def pause_once(*about: Any) -> Any:
        if not reached.is_set():
            reached.set()
            assert go_on.wait(PATIENCE)
        return claim(*about)

    monkeypatch.setattr(proposed_files, "claim_proposed_file", pause_once)
    with ThreadPoolExecutor(1) as pool:
        first: Future[receipt.DeliveryReceipt] = pool.submit(_run, _confirm, waiting, manager)
        try:
            assert reached.wait(PATIENCE)
            assert _confirm(waiting, manager).result is receipt.ReceiptResult.NEW
        finally:
            go_on.set()
        with pytest.raises(DeliveryStateConflict, match="does not wait any more"):
            first.result(PATIENCE)
    assert _list_parts() == ALL_PARTS
    assert Delivery.objects.count() == len(ALL_PARTS)


def test_a_kill_between_two_parts_is_continued_and_a_canceled_file_imports_nothing(
    waiting: ProposedFile, manager: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive = receipt.receive_submission

    def die(**about: Any) -> receipt.DeliveryReceipt:
        if about["submission"].part == "south":
            raise SystemExit
        return receive(**about)

    with monkeypatch.context() as patch:
        patch.setattr(receipt, "receive_submission", die)
        # A kill runs no code that could release the file.
        patch.setattr(proposed_files, "_release_claim", lambda _proposed: None)
        with pytest.raises(SystemExit):
            _confirm(waiting, manager)
    assert _list_parts() == ["north"]
    # Nothing on this machine knows the process, so it may live on another one.
    with pytest.raises(DeliveryStateConflict, match="is being imported"):
        _confirm(waiting, manager)
    claim = f"proposed-file-{waiting.pk}"
    with hold_claim_in_child(claim) as kill:
        ProposedFile.objects.update(claimed_until=AT)  # a quarter of an hour later
        with pytest.raises(DeliveryStateConflict, match="is being imported"):
            _confirm(waiting, manager)
        with pytest.raises(DeliveryStateConflict, match="is being imported"):
            proposed_files.cancel_proposed_file(proposed=waiting, by=manager, at=AT)
        ProposedFile.objects.update(claimed_until=AT + timedelta(minutes=15))
        kill()
    assert {part.result.value for part in _confirm(waiting, manager).parts} == {"again", "new"}
    assert _list_parts() == ALL_PARTS
    with pytest.raises(DeliveryStateConflict, match="does not wait any more"):
        proposed_files.cancel_proposed_file(proposed=waiting, by=manager, at=AT)
