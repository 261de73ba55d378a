"""What a lapse would stop; then the owner demands its data's end, and gets a certificate."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.data.intake.conftest import AGREEMENT, ROSTER, STUDENTS
from tests.journeys.visitor import Visitor

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
    owner.follow("Demand that data be destroyed")
    owner.pick(owner.page.get_by_label("Whose data, under which agreement"), "RV-DSA-01|river")
    owner.type_into(owner.page.get_by_label("To be destroyed by"), today.isoformat())
    owner.type_into(owner.page.get_by_label("Reason"), "We leave.")
    owner.press("Demand it")
    owner.sees("We leave.")
    owner.look_over_in_the_dark()

    hub.open("web:home")
    hub.follow("that an owner demands")
    hub.enter(hub.page.get_by_role("row").filter(has_text="RV-DSA-01").get_by_role("link").first)
    hub.sees("What would go", "landed: 3 rows", "Destroy all of this?")
    hub.look_over()
    hub.look_over_in_the_dark()
    hub.press("Destroy it for good")
    hub.sees("1 of 1", "Certificate")

    owner.open("retention:list")
    told = owner.page.get_by_role("table").filter(has_text="certificates")
    owner.enter(told.get_by_role("link"))
    owner.sees("Read the certificate.")
    owner.follow("Read and print")
    owner.sees(
        "Backbone held data of River under RV-DSA-01",
        "sha256",
        "That key was overwritten and removed",
    )
    assert "Ada" not in owner.page.content()
    owner.look_over_in_the_dark()
    owner.page.go_back()
    owner.press("Accept the certificate")
    owner.sees("Accepted by the owner")


def _what_if(hub: Visitor, tomorrow: str) -> None:
    """What the agreement's lapse would stop; nothing is changed by asking."""
    hub.open("deadlines:list")
    hub.sees("Deadlines")
    hub.look_over_in_the_dark()
    hub.follow("What if an agreement lapses?")
    hub.pick(hub.page.get_by_label("If this agreement lapses"), "RV-DSA-01")
    hub.type_into(hub.page.get_by_label("from this day on"), tomorrow)
    hub.press("What stops?")
    hub.sees("What stops", "River: roster", "What to do:", "What must then be destroyed")
    hub.look_over_in_the_dark()
