"""Checking, reading anew, taking back and destroying a delivery."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from cairn.data.intake import queries
from cairn.data.intake.actions import conformance, mapping_versions, removal
from cairn.data.intake.models import Delivery, DeliveryStateConflict
from cairn.data.intake.tasks import conform_delivery
from cairn.governance.partners.facts import load_actor
from cairn.platform.audit.models import AuditLine, Work
from cairn.platform.storage.api import open_file_store
from cairn.policy.engine.decision import Reason, Refused, conclude_decision
from cairn.policy.law.cards import CARDS
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.decisions import Outcome
from cairn.policy.vocabulary.deliveries import DeliveryState
from cairn.warehouse.pipeline import conform
from cairn.warehouse.schema.column_mapping import ColumnMapping
from cairn.warehouse.store.file_refs import FileRef, Zone
from cairn.warehouse.store.file_store import NoSuchFile

AT = datetime(2026, 10, 1, 15, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


def test_good_rows_are_kept_and_the_report_holds_no_value(conformed: Delivery) -> None:
    assert conformed.state == DeliveryState.CONFORMED
    assert (conformed.rows_in, conformed.rows_kept) == (3, 3)
    text = str(conformed.report)
    assert conformed.report["cells_blanked"] == 1
    assert "not a date" not in text.replace("This is not a date", "")
    assert "Ames" not in text
    table = open_file_store().read(FileRef.parse(conformed.conformed))
    assert table.num_rows == 3


def test_checked_twice_is_checked_once(conformed: Delivery, manager: Any) -> None:
    lines = AuditLine.objects.count()
    again = conformance.check_delivery(delivery=conformed, by=manager, at=AT)
    assert again.conformed == conformed.conformed
    assert AuditLine.objects.count() == lines


def test_a_check_killed_half_way_continues(
    send: Callable[..., Any], manager: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = send().delivery

    def killed(*_args: Any, **_more: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(conformance, "_finish_check", killed)
        with pytest.raises(KeyboardInterrupt):
            conformance.check_delivery(delivery=row, by=manager, at=AT)
    row.refresh_from_db()
    assert row.state == DeliveryState.CONFORMING
    made = {record.name for record in open_file_store().manifests()}
    done = conformance.check_delivery(delivery=row, by=manager, at=AT)
    assert done.state == DeliveryState.CONFORMED
    assert {record.name for record in open_file_store().manifests()} == made


def test_a_file_replaced_while_it_was_checked_stays_replaced(
    roster: bytes, send: Callable[..., Any], manager: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = send().delivery
    make = conform.conform_landed_file

    def meanwhile(*args: Any, **more: Any) -> Any:
        send(content=roster + b"4,Dee,Dunn,2015-06-01,F,,\n")
        return make(*args, **more)

    monkeypatch.setattr(conformance, "conform_landed_file", meanwhile)
    after = conformance.check_delivery(delivery=row, by=manager, at=AT)
    assert (after.state, after.conformed) == (DeliveryState.SUPERSEDED, "")


def test_a_check_is_asked_for_again_on_its_day(send: Callable[..., Any], manager: Any) -> None:
    row = send().delivery
    late = AT.replace(year=2032)
    with pytest.raises(Refused):
        conformance.check_delivery(delivery=row, by=manager, at=late)
    row.refresh_from_db()
    assert row.state == DeliveryState.RECEIVED


def test_the_task_shows_its_progress(send: Callable[..., Any], manager: Any) -> None:
    row = send().delivery
    conform_delivery.func(row.pk, manager.pk)
    row.refresh_from_db()
    assert row.state == DeliveryState.CONFORMED
    assert Work.objects.get(subject=f"delivery:{row.pk}").state == "done"


def test_a_new_mapping_reads_what_is_here(
    students: ColumnMapping, conformed: Delivery, manager: Any
) -> None:
    columns = {k: v for k, v in students.columns.items() if k != "Sex"}
    changed = replace(students, columns=columns)
    saved = mapping_versions.change_column_mapping(
        organization=conformed.organization, feed="roster", mapping=changed, by=manager, at=AT
    )
    assert saved.version == 2
    row = mapping_versions.remap_delivery(delivery=conformed, by=manager, at=AT)
    assert row.state == DeliveryState.RECEIVED
    done = conformance.check_delivery(delivery=row, by=manager, at=AT)
    table = open_file_store().read(FileRef.parse(done.conformed))
    assert "gender" not in table.column_names


def test_a_mapping_that_says_the_same_is_no_new_version(
    students: ColumnMapping, conformed: Delivery, manager: Any
) -> None:
    saved = mapping_versions.change_column_mapping(
        organization=conformed.organization, feed="roster", mapping=students, by=manager, at=AT
    )
    assert saved.version == 1


def test_a_mapping_of_another_kind_needs_the_file_again(conformed: Delivery, manager: Any) -> None:
    other = ColumnMapping(record="participation", columns={"First": "given_name"})
    mapping_versions.change_column_mapping(
        organization=conformed.organization, feed="roster", mapping=other, by=manager, at=AT
    )
    with pytest.raises(DeliveryStateConflict, match="Upload the file again"):
        mapping_versions.remap_delivery(delivery=conformed, by=manager, at=AT)


def test_only_those_of_the_organization_change_its_mapping(
    students: ColumnMapping, conformed: Delivery, person: Callable[..., Any]
) -> None:
    with pytest.raises(Refused):
        mapping_versions.change_column_mapping(
            organization=conformed.organization,
            feed="roster",
            mapping=students,
            by=person(Role.STEWARD, at="lake"),
            at=AT,
        )


def test_taking_back_brings_back_what_was_replaced(
    roster: bytes, conformed: Delivery, send: Callable[..., Any], manager: Any
) -> None:
    newer = send(content=roster + b"4,Dee,Dunn,2015-06-01,F,,\n").delivery
    assert (
        removal.withdraw_delivery(delivery=newer, by=manager, at=AT).state
        == DeliveryState.WITHDRAWN
    )
    conformed.refresh_from_db()
    assert conformed.state == DeliveryState.RECEIVED
    before = conformed.conformed
    assert conformance.check_delivery(delivery=conformed, by=manager, at=AT).conformed == before
    with pytest.raises(DeliveryStateConflict, match="Withdrawn"):
        removal.withdraw_delivery(delivery=newer, by=manager, at=AT)


def test_destroyed_rows_are_gone_and_the_record_stays(conformed: Delivery, manager: Any) -> None:
    assert len(removal.destroy_delivery(delivery=conformed, by=manager, at=AT)) == 3
    conformed.refresh_from_db()
    assert conformed.state == DeliveryState.DESTROYED
    with pytest.raises(NoSuchFile):
        open_file_store().read(FileRef.parse(conformed.landed))
    assert open_file_store().verify() == []
    assert AuditLine.objects.last().event == "delivery.destroyed"


def test_what_was_made_of_the_rows_is_destroyed_with_them(
    conformed: Delivery, manager: Any
) -> None:
    permit = conclude_decision(
        Action.LINK,
        "t",
        AT.date(),
        [Reason(CARDS[0], Outcome.ALLOW)],
        facts=(),
        elements={"student.local_id": Outcome.ALLOW},
    ).require()
    store = open_file_store()
    whence = FileRef.parse(conformed.conformed)
    linked = store.write(
        Zone.LINKED, store.read(whence), permit=permit, step="part", inputs=[whence]
    )
    assert len(removal.destroy_delivery(delivery=conformed, by=manager, at=AT)) == 4
    with pytest.raises(NoSuchFile):
        store.read(linked)
    assert set(queries.list_delivery_files()) == {
        conformed.landed,
        conformed.conformed,
        conformed.quarantined,
    }


def test_current_tells_the_next_rooms_what_counts(conformed: Delivery) -> None:
    (one,) = queries.list_current_deliveries()
    assert one.organization == "river"
    assert one.agreement == "RV-DSA-01"
    assert (one.feed, one.period, one.record) == ("roster", "2026-27", "student")
    assert one.conformed_ref == conformed.conformed


def test_what_waits(conformed: Delivery, manager: Any) -> None:
    on = date(2026, 10, 2)
    assert queries.list_delivery_tasks(load_actor(manager), on) == []
    Delivery.objects.filter(pk=conformed.pk).update(rows_kept=2, destroy_by=on)
    aside, due = queries.list_delivery_tasks(load_actor(manager), on)
    assert (aside.count, due.count, due.due) == (1, 1, on)
    assert queries.list_delivery_tasks(load_actor(manager), on - timedelta(days=1)) == [aside]


def test_each_sees_the_deliveries_of_their_own(
    conformed: Delivery, person: Callable[..., Any], manager: Any
) -> None:
    on = date(2026, 10, 2)
    own = person(Role.STEWARD, at="river")
    stranger = person(Role.STEWARD, at="lake")
    nobody = person(Role.PUBLIC)
    assert list(queries.filter_visible_deliveries(load_actor(own), on)) == [conformed]
    assert list(queries.filter_visible_deliveries(load_actor(manager), on)) == [conformed]
    assert list(queries.filter_visible_deliveries(load_actor(stranger), on)) == []
    assert list(queries.filter_visible_deliveries(load_actor(nobody), on)) == []
