"""An agreement about some children takes in no row of another, and learns who is who in time."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.data.intake.conftest import AGREEMENT, AT

from cairn.data.intake import queries
from cairn.data.intake.actions import conformance
from cairn.data.intake.models import Delivery
from cairn.data.intake.queries import find_newer_roster
from cairn.governance.agreements.actions import signature_and_record
from cairn.governance.partners.facts import load_actor
from cairn.platform.storage.api import open_file_store
from cairn.policy.vocabulary.deliveries import DeliveryState
from cairn.warehouse.schema.column_mapping import ColumnMapping
from cairn.warehouse.store.file_refs import FileRef

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

ATTENDANCE = """
[[data]]
record = "attendance_total"
elements = ["local_id", "school_year", "days_enrolled", "days_absent"]
years = ["2020-21", "2030-31"]
clause = "Exhibit A, 2"

[children]
born_from = 2015-04-01
clause = "§3"
"""
DAYS = ColumnMapping(
    record="attendance_total",
    columns={"ID": "local_id", "In": "days_enrolled", "Out": "days_absent"},
    constants={"school_year": "2026-27"},
)


@pytest.fixture
def some(agreement: Any, manager: Any) -> Any:
    text = AGREEMENT.replace("[retention]", f"{ATTENDANCE}\n[retention]")
    return signature_and_record.load_agreement(text=text, by=manager, at=AT)


def ids(row: Delivery) -> list[str]:
    return open_file_store().read(FileRef.parse(row.conformed)).column("local_id").to_pylist()


def test_a_roster_is_held_up_to_its_own_birth_dates(
    some: Any, send: Callable[..., Any], manager: Any
) -> None:
    row = send(agreement=some).delivery
    row = conformance.check_delivery(delivery=row, by=manager, at=AT)
    assert ids(row) == ["2"]
    codes = {p["code"] for p in row.report["problems"]}
    assert codes == {"outside_population", "population_unknown"}


def test_what_says_nothing_itself_waits_for_the_roster(
    some: Any, send: Callable[..., Any], manager: Any, browser: Callable[..., Client]
) -> None:
    content = b"ID,In,Out\n1,170,3\n2,170,4\n9,170,5\n"
    given = {"agreement": some, "feed": "days", "name": "days.csv", "content": content}
    days = conformance.check_delivery(
        delivery=send(mapping=DAYS, **given).delivery, by=manager, at=AT
    )
    assert ids(days) == []
    client, page = browser(manager), reverse("intake:delivery", args=[days.pk])
    assert "Check the rows again" in client.get(page).content.decode()
    assert "A newer roster is available" not in client.get(page).content.decode()
    conformance.check_delivery(delivery=send(agreement=some).delivery, by=manager, at=AT)
    assert client.post(reverse("intake:check", args=[days.pk])).status_code == 302
    days.refresh_from_db()
    assert days.state == DeliveryState.CONFORMED
    assert ids(days) == ["2"]
    assert "RV-DSA-01: born from 2015-04-01, clause §3" in client.get(page).content.decode()


LATER = AT + timedelta(days=1)
WAITS = "data submission to check again with a newer roster"


@pytest.fixture
def days(some: Any, send: Callable[..., Any], manager: Any) -> Delivery:
    """Absences of three children of whom nothing else is known."""
    content = b"ID,In,Out\n1,170,3\n2,170,4\n9,170,5\n"
    given = {"agreement": some, "feed": "days", "name": "days.csv", "content": content}
    return conformance.check_delivery(
        delivery=send(mapping=DAYS, **given).delivery, by=manager, at=AT
    )


def titles(manager: Any) -> list[str]:
    return [one.title for one in queries.list_delivery_tasks(load_actor(manager), AT.date())]


def test_a_newer_roster_is_told_until_the_file_is_checked_again(
    days: Delivery,
    some: Any,
    send: Callable[..., Any],
    manager: Any,
    browser: Callable[..., Client],
) -> None:
    assert find_newer_roster(days) is None
    roster = conformance.check_delivery(
        delivery=send(agreement=some).delivery, by=manager, at=LATER
    )
    assert find_newer_roster(days) == roster
    assert find_newer_roster(roster) is None
    assert WAITS in titles(manager)
    (waits,) = [
        w for w in queries.list_delivery_tasks(load_actor(manager), AT.date()) if w.title == WAITS
    ]
    page = browser(manager).get(waits.url).content.decode()
    assert "A newer roster is available" in page
    assert "Check the rows again" in page
    again = conformance.reopen_delivery_check(delivery=days, by=manager, at=LATER)
    again = conformance.check_delivery(delivery=again, by=manager, at=LATER + timedelta(minutes=1))
    assert ids(again) == ["2"]
    assert find_newer_roster(again) is None
    assert WAITS not in titles(manager)


def test_a_file_that_says_nothing_of_whose_it_is_is_no_roster(
    days: Delivery, some: Any, send: Callable[..., Any], manager: Any
) -> None:
    content = b"ID,In,Out\n1,170,3\n"
    given = {"agreement": some, "feed": "more", "name": "more.csv", "content": content}
    conformance.check_delivery(delivery=send(mapping=DAYS, **given).delivery, by=manager, at=LATER)
    assert find_newer_roster(days) is None
    assert WAITS not in titles(manager)


def test_the_roster_of_a_pilot_says_nothing_of_real_children(
    days: Delivery, some: Any, send: Callable[..., Any], manager: Any
) -> None:
    roster = conformance.check_delivery(
        delivery=send(agreement=some).delivery, by=manager, at=LATER
    )
    Delivery.objects.filter(pk=roster.pk).update(synthetic="invented")
    assert find_newer_roster(days) is None
    again = conformance.reopen_delivery_check(delivery=days, by=manager, at=LATER)
    assert ids(conformance.check_delivery(delivery=again, by=manager, at=LATER)) == []
