"""What a lapse would stop; then the owner demands its data's end, and gets a certificate."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.data.intake.conftest import AGREEMENT, ROSTER, STUDENTS
from tests.journeys.visitor import Visitor
from tests.page_values import drop_random_values

from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.deliveries import Channel

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]


@pytest.fixture
def manager(person: Callable[..., Any], organization: Callable[..., Any]) -> Any:
    """The data manager, who holds a checked roster of River's."""
    from cairn.data.intake.actions.conformance import check_delivery
    from cairn.data.intake.actions.receipt import receive_delivery
    from cairn.governance.agreements.actions.signature_and_record import load_agreement

    river, user, now = organization("river"), person(Role.DATA_MANAGER), timezone.localtime()
    received = receive_delivery(
        name="roster.csv",
        content=ROSTER,
        organization=river,
        agreement=load_agreement(text=AGREEMENT, by=user, at=now),
        feed="roster",
        period="2026-27",
        channel=Channel.COMMAND,
        mapping=STUDENTS,
        by=user,
        at=now,
    )
    check_delivery(delivery=received.delivery, by=user, at=now)
    return user


def test_from_a_demand_to_an_accepted_certificate(
    visitor: Callable[..., Visitor], person: Callable[..., Any], manager: Any
) -> None:
    today = timezone.localdate()
    hub, owner = visitor(manager), visitor(person(Role.STEWARD, at="river"))
    _what_if(hub, (today + timedelta(days=1)).isoformat())

    owner.open("retention:list")
    owner.follow("Request data destruction")
    owner.pick(owner.page.get_by_label("Data owner and agreement"), "RV-DSA-01|river")
    owner.type_into(owner.page.get_by_label("Destroy by"), today.isoformat())
    owner.type_into(owner.page.get_by_label("Reason"), "We leave.")
    owner.press("Submit request")
    owner.sees("We leave.")
    owner.look_over_in_the_dark()

    hub.open("web:home")
    hub.follow("requested by owner")
    hub.enter(hub.page.get_by_role("row").filter(has_text="RV-DSA-01").get_by_role("link").first)
    hub.sees("Files to destroy", "Rows as imported: 3 rows", "Destroy these data?")
    hub.look_over()
    hub.look_over_in_the_dark()
    hub.press("Destroy data permanently")
    hub.sees("1 of 1", "Certificate")

    owner.open("retention:list")
    told = owner.page.get_by_role("table").filter(has_text="certificates")
    owner.enter(told.get_by_role("rowheader").get_by_role("link"))
    owner.sees("Review the certificate.")
    owner.follow("View and print")
    owner.sees(
        "Backbone held data of River under RV-DSA-01",
        "SHA-256",
        "The key was overwritten and deleted",
    )
    assert "Ada" not in drop_random_values(owner.page.content())
    owner.look_over_in_the_dark()
    owner.page.go_back()
    owner.follow("Accept certificate")
    owner.press("Accept certificate")
    owner.sees("Accepted by data owner")


def _what_if(hub: Visitor, tomorrow: str) -> None:
    """What the agreement's lapse would stop; nothing is changed by asking."""
    hub.open("deadlines:list")
    hub.sees("Deadlines")
    hub.look_over_in_the_dark()
    hub.follow("What if an agreement expires?")
    hub.pick(hub.page.get_by_label("Agreement"), "RV-DSA-01")
    hub.type_into(hub.page.get_by_label("Expires on"), tomorrow)
    hub.press("Show effects")
    hub.sees("Data uses that stop", "River: roster", "What to do:", "Data to destroy")
    hub.look_over_in_the_dark()
