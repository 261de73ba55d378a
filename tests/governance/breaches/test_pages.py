"""A breach is recorded, each data owner is notified, and it is closed with what was done."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.governance.consents.sample_consents import AGREEMENT

from cairn.governance.agreements.actions.signature_and_record import load_agreement
from cairn.governance.breaches.actions import record_breach_notice
from cairn.governance.breaches.models import Breach
from cairn.governance.breaches.queries import list_breach_deadlines, list_breach_tasks
from cairn.governance.partners.facts import load_actor
from cairn.platform.accounts.models import User
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind

pytestmark = pytest.mark.django_db
Browser = Callable[..., Client]
PENALTY = """
[[penalties]]
kind = "loss_of_access"
clause = "§14"

[[clauses]]
ref = "§13"
kind = "breach_notice"
said = "The recipient tells the provider of a breach."
hours = 24
"""


@pytest.fixture
def manager(person: Callable[..., User], organization: Callable[..., Any]) -> User:
    """The data manager of an agreement between River and the Lanterns."""
    organization("river")
    organization("lanterns", kind=OrganizationKind.COMMUNITY_PROGRAM)
    made = person(Role.DATA_MANAGER)
    load_agreement(text=AGREEMENT + PENALTY, by=made, at=timezone.localtime())
    return made


def _record(client: Client, organization: Any, **changes: object) -> Any:
    now = timezone.localtime()
    sent = {
        "organization": organization("lanterns").pk,
        "agreement": "RC-DSA-09",
        "kind": "loss",
        "discovered_at": now.strftime("%Y-%m-%dT%H:%M"),
        "described": "A laptop with the roster was stolen.",
        "students": 12,
    }
    return client.post("/breaches/new/", {**sent, **changes})


def test_from_discovery_to_closing(
    manager: User,
    person: Callable[..., User],
    browser: Browser,
    organization: Callable[..., Any],
) -> None:
    client, owner = browser(manager), person(Role.STEWARD, at="river")
    assert "No breach is on record" in client.get("/breaches/").content.decode()
    assert _record(client, organization).status_code == 302
    row = Breach.objects.get()
    address, today = f"/breaches/{row.pk}/", timezone.localdate()
    page = client.get(address).content.decode()
    assert "Notify each data owner by" in page
    assert "Loss of access" in page
    assert "§14" in page
    assert browser(owner).get(address).status_code == 404
    (task,) = list_breach_tasks(load_actor(manager), today)
    assert task.due is not None
    assert task.due <= today + timedelta(days=1)
    assert list_breach_deadlines(load_actor(manager), today, today + timedelta(days=3))
    assert client.post(f"{address}close/", {"remedy": "Wiped from afar."}).status_code == 403
    assert client.post(f"{address}notice/", {"owner": "hills", "how": "call"}).status_code == 422
    notice = {"owner": "river", "how": "Call to the superintendent"}
    assert client.post(f"{address}notice/", notice).status_code == 302
    # A second notice, and one to an organization that owns nothing here, is refused.
    for slug in ("river", "lanterns"):
        with pytest.raises(Refused):
            record_breach_notice(
                breach=row,
                owner=organization(slug),
                how="call",
                by=manager,
                at=timezone.localtime(),
            )
    assert "Call to the superintendent" in browser(owner).get(address).content.decode()
    again = client.get(f"{address}notice/", follow=True).content.decode()
    assert "Each data owner was notified already." in again
    assert browser(owner).post(f"{address}close/", {"remedy": "x"}).status_code == 404
    assert list_breach_deadlines(load_actor(manager), today, today + timedelta(days=3)) == []
    assert client.post(f"{address}close/", {"remedy": "Wiped from afar."}).status_code == 302
    assert client.post(f"{address}close/", {"remedy": "Again."}).status_code == 403
    assert "Wiped from afar." in client.get(address).content.decode()
    assert list_breach_tasks(load_actor(manager), today) == []
    assert list_breach_tasks(load_actor(person(Role.REVIEWER)), today) == []
    later = today + timedelta(days=3)
    assert list_breach_deadlines(load_actor(person(Role.REVIEWER)), today, later) == []


def test_a_breach_is_not_recorded_before_it_happened(
    manager: User, browser: Browser, organization: Callable[..., Any]
) -> None:
    later = (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    assert _record(browser(manager), organization, discovered_at=later).status_code == 422
    assert _record(browser(manager), organization, agreement="NOPE-1").status_code == 422
    assert not Breach.objects.exists()


def test_an_unknown_number_of_students_is_said(
    manager: User, browser: Browser, organization: Callable[..., Any]
) -> None:
    client = browser(manager)
    _record(client, organization, students="")
    row = Breach.objects.get()
    page = client.get(f"/breaches/{row.pk}/").content.decode()
    assert "Not known yet" in page
    assert str(row).startswith("Lanterns")
