"""A file that would replace a different one is held until a person decides, once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cairn.data.intake import queries
from cairn.data.intake.actions import conformance, held_deliveries, removal
from cairn.data.intake.actions.receipt import ReceiptResult
from cairn.data.intake.models import Delivery, DeliveryStateConflict, SavedMapping
from cairn.data.intake.proposals.replacement_preview import describe_replacement
from cairn.governance.agreements.models import Agreement
from cairn.governance.partners.facts import load_actor
from cairn.platform.audit.models import AuditLine
from cairn.platform.storage.api import open_file_store
from cairn.policy.engine import Refused
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.deliveries import DeliveryState
from cairn.warehouse.schema.column_mapping import ColumnMapping
from cairn.warehouse.schema.mapping_rules import PeriodRule
from cairn.warehouse.store.file_refs import FileRef

AT = datetime(2026, 10, 2, 15, 0, tzinfo=UTC)
ONE_ROW = b"ID,First,Last,Born,Sex,Lunch,Counselor\n9,Zoe,Zorn,2015-09-09,F,x,y\n"

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(conformed: Delivery, send: Callable[..., Any]) -> Delivery:
    """One row of another child, sent for the slot that a roster of three fills."""
    received = send(content=ONE_ROW)
    assert received.result is ReceiptResult.HELD
    return received.delivery


def _events() -> list[str]:
    return list(AuditLine.objects.order_by("sequence").values_list("event", flat=True))


def _current() -> list[int]:
    return [row.delivery for row in queries.list_current_deliveries()]


def test_a_different_file_counts_for_nothing_until_a_person_decides(
    held: Delivery, conformed: Delivery, send: Callable[..., Any], manager: Any
) -> None:
    assert (held.state, held.mapping, held.supersedes) == (DeliveryState.HELD, None, None)
    assert _events()[-1] == "delivery.held"
    assert describe_replacement(held, conformed) == (
        "1 row would replace 3 rows received on Oct. 1, 2026 by "
        f"{conformed.received_by.name}. Student IDs of the earlier file that are not in this "
        "one: 3."
    )
    assert _current() == [conformed.pk]
    assert conformance.check_delivery(delivery=held, by=manager, at=AT).state == DeliveryState.HELD
    assert SavedMapping.objects.count() == 1
    again = send(content=ONE_ROW)
    assert (again.result, again.delivery.pk) == (ReceiptResult.HELD, held.pk)
    holdings = removal.DeliveryHolder().holdings()
    assert sorted(holding.reference for holding in holdings) == [
        f"delivery:{conformed.pk}",
        f"delivery:{held.pk}",
    ]


@pytest.mark.parametrize("elsewhere", [True, False])
def test_a_withdrawn_correction_brings_the_earlier_file_back_unless_it_counts_as_a_part(
    conformed: Delivery, roster: bytes, send: Callable[..., Any], manager: Any, elsewhere: bool
) -> None:
    corrected = send(content=roster.replace(b"Ada", b"Ava")).delivery
    if elsewhere:
        assert send(part="North").result is ReceiptResult.NEW
    removal.withdraw_delivery(delivery=corrected, by=manager, at=AT)
    conformed.refresh_from_db()
    state = DeliveryState.SUPERSEDED if elsewhere else DeliveryState.RECEIVED
    assert conformed.state == state


def test_the_next_day_under_the_same_name_does_not_replace_the_day_before(
    send: Callable[..., Any],
) -> None:
    """The same children and the same number of rows; a corrected day still replaces its own."""
    columns = {"ID": "local_id", "Date": "date", "Code": "event"}
    events = ColumnMapping(record="attendance", columns=columns)

    def send_day(day: str, code: str) -> ReceiptResult:
        content = f"ID,Date,Code\n1,{day},{code}\n2,{day},A\n".encode()
        received = send(content=content, name="attendance.csv", feed="attendance", mapping=events)
        return ReceiptResult(received.result)

    assert send_day("10/01/2026", "A") is ReceiptResult.NEW
    assert send_day("10/01/2026", "T") is ReceiptResult.REPLACED
    assert send_day("10/02/2026", "A") is ReceiptResult.HELD


def test_a_mapping_of_a_held_file_is_not_yet_that_of_its_feed(
    conformed: Delivery, send: Callable[..., Any]
) -> None:
    other = ColumnMapping(record="student", columns={"ID": "local_id", "First": "given_name"})
    held = send(content=ONE_ROW, mapping=other).delivery
    assert held.state == DeliveryState.HELD
    assert SavedMapping.objects.count() == 1


def test_it_replaces_the_earlier_file_once(
    held: Delivery, conformed: Delivery, manager: Any
) -> None:
    accepted = held_deliveries.accept_replacement(delivery=held, by=manager, at=AT)
    conformed.refresh_from_db()
    assert (accepted.state, accepted.supersedes) == (DeliveryState.RECEIVED, conformed)
    assert conformed.state == DeliveryState.SUPERSEDED
    assert _events()[-2:] == ["delivery.held_replaced", "delivery.superseded"]
    checked = conformance.check_delivery(delivery=accepted, by=manager, at=AT)
    assert (checked.state, checked.rows_kept) == (DeliveryState.CONFORMED, 1)
    for decide in (
        held_deliveries.accept_replacement,
        held_deliveries.cancel_held_delivery,
    ):
        with pytest.raises(DeliveryStateConflict, match="“Accepted”"):
            decide(delivery=held, by=manager, at=AT)
    with pytest.raises(DeliveryStateConflict, match="“Accepted”"):
        held_deliveries.add_held_part(delivery=held, part="x", by=manager, at=AT)
    assert _current() == [held.pk]


def test_it_is_added_beside_the_earlier_file(
    held: Delivery, conformed: Delivery, manager: Any
) -> None:
    with pytest.raises(DeliveryStateConflict, match="letters or digits"):
        held_deliveries.add_held_part(delivery=held, part=" - ", by=manager, at=AT)
    accepted = held_deliveries.add_held_part(delivery=held, part="Site 9", by=manager, at=AT)
    conformance.check_delivery(delivery=accepted, by=manager, at=AT)
    assert accepted.part == "site-9"
    assert sorted(_current()) == sorted([conformed.pk, held.pk])
    assert "delivery.held_added" in _events()


def test_a_part_that_another_file_is_cannot_be_taken(
    held: Delivery, send: Callable[..., Any], manager: Any
) -> None:
    send(content=ONE_ROW.replace(b"Zoe", b"Yan"), part="north")
    with pytest.raises(DeliveryStateConflict, match="part “north” already"):
        held_deliveries.add_held_part(delivery=held, part="North", by=manager, at=AT)
    held.refresh_from_db()
    assert held.state == DeliveryState.HELD


def test_a_part_that_came_after_the_days_were_compared_is_compared_too(
    send: Callable[..., Any], manager: Any
) -> None:
    columns = {"ID": "local_id", "Date": "date", "Code": "event", "Period": "event:class_period"}
    periods = ColumnMapping(record="attendance", columns=columns, periods=PeriodRule(1))

    def send_periods(day: str, student: int, part: str, code: str = "A") -> Delivery:
        content = f"ID,Date,Period,Code\n{student},{day},1,{code}\n".encode()
        received = send(content=content, name="p.csv", feed="periods", mapping=periods, part=part)
        return Delivery.objects.get(pk=received.delivery.pk)

    send_periods("10/01/2026", 1, "north")
    held = send_periods("10/02/2026", 2, "north")
    assert held.state == DeliveryState.HELD
    compared = held_deliveries.compare_held_days(held, "south")
    # Meanwhile somebody sends the other periods of the same day and student.
    send_periods("10/02/2026", 2, "west", "T")
    added = {"delivery": held, "part": "south", "by": manager, "at": AT}
    with pytest.raises(DeliveryStateConflict, match="in the meantime"):
        held_deliveries.add_held_part(compared=compared, **added)
    with pytest.raises(DeliveryStateConflict, match="received before"):
        held_deliveries.compare_held_days(held, "south")
    held.refresh_from_db()
    assert held.state == DeliveryState.HELD


def test_a_canceled_file_is_destroyed_and_can_be_sent_again(
    held: Delivery, conformed: Delivery, send: Callable[..., Any], manager: Any
) -> None:
    canceled = held_deliveries.cancel_held_delivery(delivery=held, by=manager, at=AT)
    assert canceled.state == DeliveryState.DESTROYED
    assert open_file_store().manifest(FileRef.parse(held.landed)).destroyed
    assert _current() == [conformed.pk]
    with pytest.raises(DeliveryStateConflict, match="“Destroyed”"):
        held_deliveries.accept_replacement(delivery=held, by=manager, at=AT)
    again = send(content=ONE_ROW)
    assert again.result is ReceiptResult.HELD
    assert again.delivery.pk != held.pk


def test_the_numbers_must_be_seen_again_if_another_file_arrived(
    held: Delivery, roster: bytes, send: Callable[..., Any], manager: Any
) -> None:
    newer = send(content=roster.replace(b"Ada", b"Eve")).delivery
    with pytest.raises(held_deliveries.EarlierFileChanged):
        held_deliveries.accept_replacement(delivery=held, by=manager, at=AT)
    held.refresh_from_db()
    assert held.state == DeliveryState.HELD
    held_deliveries.refresh_comparison(
        delivery=held, compared=held_deliveries.compare_held_file(held), by=manager, at=AT
    )
    accepted = held_deliveries.accept_replacement(delivery=held, by=manager, at=AT)
    assert accepted.supersedes == newer


def test_it_may_count_where_the_earlier_file_was_withdrawn(
    held: Delivery, conformed: Delivery, manager: Any
) -> None:
    removal.withdraw_delivery(delivery=conformed, by=manager, at=AT)
    compared = held_deliveries.refresh_comparison(
        delivery=held, compared=held_deliveries.compare_held_file(held), by=manager, at=AT
    )
    assert compared.report["held"] == held.report["held"]
    accepted = held_deliveries.accept_replacement(delivery=held, by=manager, at=AT)
    assert accepted.supersedes is None


def test_the_agreement_of_the_day_decides(
    held: Delivery, conformed: Delivery, manager: Any
) -> None:
    Agreement.objects.update(state="terminated", terminated_on="2026-10-01")
    for decide, named in (
        (held_deliveries.accept_replacement, {}),
        (held_deliveries.add_held_part, {"part": "x"}),
    ):
        with pytest.raises(Refused):
            decide(delivery=held, by=manager, at=AT, **named)
    assert _current() == [conformed.pk]
    canceled = held_deliveries.cancel_held_delivery(delivery=held, by=manager, at=AT)
    assert canceled.state == DeliveryState.DESTROYED


def test_a_stranger_decides_nothing(held: Delivery, person: Callable[..., Any]) -> None:
    stranger = person(Role.STEWARD, at="lake")
    for decide, named in (
        (held_deliveries.accept_replacement, {}),
        (held_deliveries.add_held_part, {"part": "x"}),
        (held_deliveries.cancel_held_delivery, {}),
    ):
        with pytest.raises(Refused):
            decide(delivery=held, by=stranger, at=AT, **named)
    held.refresh_from_db()
    assert held.state == DeliveryState.HELD


def test_a_sender_who_decided_is_not_asked(conformed: Delivery, send: Callable[..., Any]) -> None:
    received = send(content=ONE_ROW, replace_earlier=True)
    assert received.result is ReceiptResult.REPLACED
    assert received.delivery.supersedes == conformed


@pytest.mark.parametrize(
    ("changed", "result"),
    [
        ({"replace_earlier": True}, ReceiptResult.REPLACED),
        ({"part": "north"}, ReceiptResult.NEW),
    ],
)
def test_a_decision_with_the_file_sent_again_is_taken(
    held: Delivery, send: Callable[..., Any], changed: dict[str, Any], result: ReceiptResult
) -> None:
    noticed: list[Delivery] = []
    decided = send(content=ONE_ROW, on_received=noticed.append, **changed)
    assert (decided.result, decided.delivery.pk) == (result, held.pk)
    assert noticed == [held]
    assert send(content=ONE_ROW, **changed).result is ReceiptResult.AGAIN


def test_those_who_may_receive_have_a_task_until_it_is_decided(
    held: Delivery, person: Callable[..., Any], manager: Any
) -> None:
    def list_keys(user: Any) -> list[str]:
        tasks = queries.list_delivery_tasks(load_actor(user), AT.date() + timedelta(days=1))
        return [key for task in tasks for key in task.keys if ".held:" in key]

    sender, stranger = person(Role.STEWARD, at="river"), person(Role.STEWARD, at="lake")
    assert list_keys(sender) == list_keys(manager) == [f"submission.held:{held.pk}"]
    assert list_keys(stranger) == []
    held_deliveries.cancel_held_delivery(delivery=held, by=manager, at=AT)
    assert list_keys(sender) == []
