"""An agreement about some children takes in no row of another, and learns who is who in time."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.intake.conftest import AGREEMENT, AT

from cairn.agreements import actions as agreements
from cairn.intake import actions
from cairn.intake.models import Delivery
from cairn.intake.storehouse import open_storehouse
from cairn.rules.vocabulary import DeliveryState
from cairn.warehouse.mapping import Mapping
from cairn.warehouse.zones import FileRef

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
DAYS = Mapping(
    record="attendance_total",
    columns={"ID": "local_id", "In": "days_enrolled", "Out": "days_absent"},
    constants={"school_year": "2026-27"},
)


@pytest.fixture
def some(agreement: Any, manager: Any) -> Any:
    text = AGREEMENT.replace("[retention]", f"{ATTENDANCE}\n[retention]")
    return agreements.load(text=text, by=manager, at=AT)


def ids(row: Delivery) -> list[str]:
    return open_storehouse().read(FileRef.parse(row.conformed)).column("local_id").to_pylist()


def test_a_roster_is_held_up_to_its_own_birth_dates(
    some: Any, send: Callable[..., Any], manager: Any
) -> None:
    row = send(agreement=some).delivery
    row = actions.conform(delivery=row, by=manager, at=AT)
    assert ids(row) == ["2"]
    codes = {p["code"] for p in row.report["problems"]}
    assert codes == {"outside_population", "population_unknown"}


def test_what_says_nothing_itself_waits_for_the_roster(
    some: Any, send: Callable[..., Any], manager: Any, browser: Callable[..., Client]
) -> None:
    content = b"ID,In,Out\n1,170,3\n2,170,4\n9,170,5\n"
    given = {"agreement": some, "feed": "days", "name": "days.csv", "content": content}
    days = actions.conform(delivery=send(mapping=DAYS, **given).delivery, by=manager, at=AT)
    assert ids(days) == []
    client, page = browser(manager), reverse("intake:delivery", args=[days.pk])
    assert "Check the rows again" in client.get(page).content.decode()
    actions.conform(delivery=send(agreement=some).delivery, by=manager, at=AT)
    assert client.post(reverse("intake:check", args=[days.pk])).status_code == 302
    days.refresh_from_db()
    assert days.state == DeliveryState.CONFORMED
    assert ids(days) == ["2"]
    assert "RV-DSA-01: born from 2015-04-01, clause §3" in client.get(page).content.decode()
