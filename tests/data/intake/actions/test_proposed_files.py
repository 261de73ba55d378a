"""A file waits for a person, encrypted; it lands, or is destroyed, once."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from tests.data.intake.conftest import AT

from cairn.data.intake.actions import proposed_files, receipt
from cairn.data.intake.actions.proposed_files import open_proposed_file
from cairn.data.intake.facts import Submission
from cairn.data.intake.models import Delivery, DeliveryStateConflict, ProposedFile, SavedMapping
from cairn.data.intake.proposals.layout_proposal import LayoutProposal, propose_layout
from cairn.data.intake.proposals.proposal_preview import preview_submission
from cairn.data.intake.tasks import UNCONFIRMED_FILES_JOB
from cairn.governance.agreements.facts import load_agreement_fact
from cairn.governance.agreements.models import Agreement
from cairn.governance.partners.models import Organization
from cairn.policy.engine import Refused
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.deliveries import Channel
from cairn.warehouse.readers import read_file
from cairn.warehouse.schema.column_mapping import ColumnMapping

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test's transaction is never committed, so what waits for the commit is done at once."""
    monkeypatch.setattr(proposed_files.transaction, "on_commit", lambda do, **_options: do())


@pytest.fixture
def submission(agreement: Any, manager: Any) -> Submission:
    return Submission(
        organization=Organization.objects.get(slug="river"),
        agreement=agreement,
        channel=Channel.UPLOAD,
        by=manager,
        at=AT,
        name="roster.csv",
        feed="roster",
        period="2026-27",
    )


@pytest.fixture
def propose(
    submission: Submission, roster: bytes, students: ColumnMapping
) -> Callable[..., ProposedFile]:
    """Stores the roster until it is confirmed: `propose()`, `propose(content=…)`."""

    def make(content: bytes = roster, **changed: Any) -> ProposedFile:
        return proposed_files.propose_file(
            submission=submission,
            content=content,
            proposal=_propose(content, students, submission),
            preview={},
            **({"by": submission.by, "at": AT} | changed),
        )

    return make


def _propose(content: bytes, mapping: ColumnMapping, submission: Submission) -> LayoutProposal:
    terms = load_agreement_fact(submission.agreement)
    return propose_layout(read_file("roster.csv", content), mapping, terms)


def _confirm(proposed: ProposedFile, **changed: Any) -> Any:
    """Confirm what the row shows."""
    seen = {"seen": proposed.mapping_digest}
    return proposed_files.confirm_proposed_file(proposed=proposed, **(seen | changed))


def _list_files() -> list[Path]:
    return [path for path in (settings.CAIRN_DATA / "uploads").rglob("*") if path.is_file()]


def test_a_file_waits_encrypted_and_lands_once(
    propose: Callable[..., ProposedFile], roster: bytes, manager: Any
) -> None:
    proposed = propose()
    assert propose() == proposed
    (file,) = _list_files()
    assert b"ZZCANARY" not in file.read_bytes()
    assert b"Ames" not in file.read_bytes()
    assert open_proposed_file(proposed).read() == roster
    assert list(proposed_files.find_damaged_uploads()) == []
    assert not Delivery.objects.exists()
    heard: list[Delivery] = []
    first = _confirm(proposed=proposed, by=manager, at=AT, on_received=heard.append)
    again = _confirm(proposed=proposed, by=manager, at=AT)
    assert (first.result, again.result) == ("new", "again")
    assert heard == [first.delivery] == [again.delivery]
    assert _list_files() == []
    proposed.refresh_from_db()
    assert (proposed.outcome, proposed.stored_key) == ("confirmed", "")
    assert proposed.proposal == {}
    saved = SavedMapping.objects.get()
    assert set(saved.layout["columns"]) >= {"ID", "Counselor"}
    with pytest.raises(DeliveryStateConflict, match="does not wait any more"):
        open_proposed_file(proposed)


def test_two_people_at_once_land_it_once(
    propose: Callable[..., ProposedFile], manager: Any
) -> None:
    mine, theirs = propose(), ProposedFile.objects.get()
    content = open_proposed_file(theirs)
    assert _confirm(proposed=mine, by=manager, at=AT).result == "new"
    sent = receipt.receive_submission(
        submission=proposed_files.build_submission(theirs, manager, AT),
        content=content,
        mapping=ColumnMapping.parse(theirs.mapping),
        by=manager,
        at=AT,
    )
    assert sent.result == "again"
    proposed_files.record_confirmation(proposed=theirs, received=sent, by=manager, at=AT)
    assert Delivery.objects.count() == 1


def test_only_what_a_person_saw_is_confirmed(
    propose: Callable[..., ProposedFile], submission: Submission, manager: Any, roster: bytes
) -> None:
    """Another person changed the columns between the preview and the confirmation."""
    proposed = propose()
    seen = proposed.mapping_digest
    mapping = ColumnMapping(record="student", columns={"ID": "local_id"})
    changed = proposed_files.change_proposed_mapping(
        proposed=proposed,
        proposal=_propose(roster, mapping, submission),
        preview={},
        by=manager,
        at=AT,
    )
    with pytest.raises(DeliveryStateConflict, match="after you opened the preview"):
        _confirm(proposed, seen=seen, by=manager, at=AT)
    changed.proposal = changed.proposal | {"id_candidates": ["ID", "State ID"]}
    changed.save()
    with pytest.raises(DeliveryStateConflict, match="question about the columns"):
        _confirm(changed, by=manager, at=AT)
    assert not Delivery.objects.exists()
    assert len(_list_files()) == 1


def test_the_right_to_send_is_asked_first_and_again(
    propose: Callable[..., ProposedFile], manager: Any
) -> None:
    proposed = propose()
    Agreement.objects.update(state="terminated", terminated_on="2025-01-01")
    with pytest.raises(Refused):
        propose(content=b"ID,First\n1,Ada\n")
    assert len(_list_files()) == 1
    refused = _confirm(proposed=proposed, by=manager, at=AT)
    assert refused.result == "refused"
    assert _list_files() == []


def test_what_the_mapping_cannot_read_still_waits(
    propose: Callable[..., ProposedFile], submission: Submission, manager: Any, roster: bytes
) -> None:
    proposed = propose()
    mapping = ColumnMapping(record="student", columns={"Sex": "gender"})
    changed = proposed_files.change_proposed_mapping(
        proposed=proposed,
        proposal=_propose(roster, mapping, submission),
        preview={"problem": "x"},
        by=manager,
        at=AT,
    )
    assert _confirm(proposed=changed, by=manager, at=AT).result == "unusable"
    changed.refresh_from_db()
    assert changed.is_waiting
    preview = preview_submission(submission, read_file("r.csv", roster), mapping)
    assert "identifies the child" in preview["problem"]


def test_a_canceled_file_is_destroyed_and_stays_so(
    propose: Callable[..., ProposedFile], manager: Any, person: Callable[..., Any]
) -> None:
    proposed = propose()
    stranger = person(Role.STEWARD, at="lake")
    with pytest.raises(Refused):
        proposed_files.cancel_proposed_file(proposed=proposed, by=stranger, at=AT)
    proposed_files.cancel_proposed_file(proposed=proposed, by=manager, at=AT)
    assert _list_files() == []
    for act in (
        lambda: proposed_files.cancel_proposed_file(proposed=proposed, by=manager, at=AT),
        lambda: _confirm(proposed=proposed, by=manager, at=AT),
    ):
        with pytest.raises(DeliveryStateConflict):
            act()


def test_a_file_that_waits_too_long_is_destroyed(
    propose: Callable[..., ProposedFile],
) -> None:
    proposed = propose()
    (file,) = _list_files()
    file.write_bytes(file.read_bytes()[::-1])
    ((_path, problem),) = proposed_files.find_damaged_uploads()
    assert "changed on disk" in problem
    early, late = AT + timedelta(days=13), AT + timedelta(days=14)
    assert proposed_files.destroy_unconfirmed_files(by=None, at=early) == 0
    assert UNCONFIRMED_FILES_JOB.run(late) == "Files destroyed: 1."
    assert UNCONFIRMED_FILES_JOB.run(late) == "Files destroyed: 0."
    proposed.refresh_from_db()
    assert proposed.outcome == "expired"
    assert _list_files() == []


def test_a_demand_for_destruction_reaches_a_file_that_waits(
    propose: Callable[..., ProposedFile], manager: Any
) -> None:
    proposed = propose()
    holder = proposed_files.ProposedFileHolder()
    (holding,) = holder.holdings()
    assert (holding.agreement, holding.owner) == (proposed.agreement_reference, "river")
    assert holding.keep_until == proposed.destroy_on
    (detail,) = holder.items([holding.reference])
    assert [file.sha256 for file in detail.files] == [proposed.content_digest]
    assert holder.destroy(holding.reference, by=manager, at=AT) == detail
    assert _list_files() == []
    assert list(holder.holdings()) == []
    assert holder.destroy(holding.reference, by=manager, at=AT).files == ()


def test_a_preview_counts_what_landing_would_do(
    propose: Callable[..., ProposedFile],
    submission: Submission,
    students: ColumnMapping,
    roster: bytes,
    send: Callable[..., Any],
    manager: Any,
) -> None:
    from cairn.data.intake.actions.conformance import check_delivery

    sheets = read_file("roster.csv", roster)
    before = sorted(settings.CAIRN_DATA.rglob("*.parquet"))
    preview = preview_submission(submission, sheets, students)
    assert sorted(settings.CAIRN_DATA.rglob("*.parquet")) == before
    assert preview["replaces"] == {}
    checked = check_delivery(delivery=send().delivery, by=manager, at=AT)
    assert (preview["rows"], preview["kept"]) == (checked.rows_in, checked.rows_kept)
    assert preview["blank_cells"] == checked.report["cells_blanked"] > 0
    assert preview["masked"]["headings"] == ["ID", "First", "Last", "Born", "Sex"]
    assert preview["masked"]["rows"][0] == ["9", "Aaa", "Aaaa", "9999-99-99", "A"]
    assert "CANARY" not in str(preview)
    later = preview_submission(
        submission, read_file("r.csv", roster.replace(b"3,Cam", b"4,Cam")), students
    )
    assert later["replaces"]["rows"] == 3
    assert later["replaces"]["lost_students"] == 1
    Agreement.objects.update(state="terminated", terminated_on="2025-01-01")
    assert preview_submission(submission, sheets, students)["refusals"]
