"""What comes back to the owner of a delivery, and that it was given is on record."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.data.intake.conftest import AGREEMENT, AT, ROSTER, STUDENTS
from tests.outputs.releases.community import permit

from cairn.data.identity.models.linkage_runs import LinkageRun, LinkedPart
from cairn.data.intake.actions import conformance, receipt
from cairn.governance.agreements.actions import signature_and_record
from cairn.governance.disclosure_log.models import DisclosureRecord
from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.models import Organization
from cairn.outputs.deadlines.due_dates import list_delivery_and_report_deadlines
from cairn.outputs.releases.models import GiveBack, Release
from cairn.outputs.releases.partner_reports import queries
from cairn.platform.storage.api import open_file_store
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.deliveries import Channel
from cairn.warehouse.store.file_refs import FileRef, Zone

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
Browser = Callable[..., Client]
PROMISED = "A table of what was learned"
TEXT = f'{AGREEMENT}\n[[giveback]]\nwhat = "{PROMISED}"\nwithin_days = 60\nclause = "11"\n'


@pytest.fixture(autouse=True)
def the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: AT)


@pytest.fixture
def manager(person: Callable[..., Any]) -> Any:
    return person(Role.DATA_MANAGER)


@pytest.fixture
def delivery(manager: Any) -> Any:
    return delivered(manager)


def delivered(manager: Any) -> Any:
    """A roster of the district: three rows, one of which could not be read."""
    agreement = signature_and_record.load_agreement(
        text=TEXT, newcomers=["river"], by=manager, at=AT
    )
    sent = receipt.receive_delivery(
        name="roster.csv",
        content=ROSTER,
        organization=Organization.objects.get(slug="river"),
        agreement=agreement,
        feed="roster",
        period="2026-27",
        channel=Channel.COMMAND,
        mapping=STUDENTS,
        by=manager,
        at=AT,
    )
    return conformance.check_delivery(delivery=sent.delivery, by=manager, at=AT)


def link(delivery: Any, by: Any) -> None:
    run = LinkageRun.objects.create(
        at=AT, by=by, inputs="x", decision_id="x", deliveries=1, rows=3, rows_unlinked=1,
        records=3, people=2, new_people=2,
    )  # fmt: skip
    LinkedPart.objects.create(
        run=run, delivery=delivery.pk, organization="river", agreement="RV-DSA-01",
        record="student", file="linked/x", rows=delivery.rows_kept, rows_unlinked=1,
    )  # fmt: skip


def counted(delivery: Any, by: Any, **changes: Any) -> Release:
    """A release that was counted with it."""
    ref = open_file_store().write(
        Zone.COUNTED,
        pa.table({"n": [1]}),
        permit=permit(Action.COUNT),
        step="count",
        inputs=[FileRef.parse(delivery.conformed)],
    )
    said: dict[str, Any] = {
        "title": "Readiness",
        "outcomes": ["chronic_absence"],
        "tables": [],
        "years": [],
        "purpose": "public_reporting",
        "organization": Organization.objects.get(slug="backbone"),
        "author": by,
        "created_at": AT,
        "counted": {"chronic_absence": str(ref)},
    }
    return Release.objects.create(**said | changes)


def test_the_owner_reads_what_became_of_its_delivery(
    delivery: Any, manager: Any, person: Callable[..., Any], browser: Browser
) -> None:
    address = reverse("releases:give_back", args=[delivery.pk])
    steward = browser(person(Role.STEWARD, at="river"))
    page = steward.get(address).content.decode()
    for said in (
        "The rows have not been matched to children yet.",
        "No release uses these data",
        PROMISED,
    ):
        assert said in page, said
    assert "Record report to partner" not in page
    link(delivery, manager)
    counted(delivery, manager, state="published", released="released/x", published_at=AT)
    counted(delivery, manager, title="Another", counted={"chronic_absence": "counted/y"})
    page = steward.get(address).content.decode()
    for said in ("matched to a child", "Readiness", "Published", "67%"):
        assert said in page, said
    assert "Another" not in page
    assert "ZZCANARY" not in page
    assert (
        "Report to River"
        in steward.get(reverse("intake:delivery", args=[delivery.pk])).content.decode()
    )


def test_the_same_is_a_file(
    delivery: Any, manager: Any, person: Callable[..., Any], browser: Browser
) -> None:
    link(delivery, manager)
    counted(delivery, manager, title="=1+1")
    address = reverse("releases:give_back_csv", args=[delivery.pk])
    lines = browser(person(Role.STEWARD, at="river")).get(address).content.decode().splitlines()
    assert lines[0] == "about,what,number,of"
    assert "rows,received,3," in lines
    assert f"rows,accepted,{delivery.rows_kept},3" in lines
    assert f"rows,matched to a child,{delivery.rows_kept - 1},{delivery.rows_kept}" in lines
    assert "filled,gender,3,3" in lines
    assert "release,'=1+1,draft," in lines


def test_giving_back_is_on_record_and_the_calendar_asks_no_more(
    delivery: Any, manager: Any, browser: Browser
) -> None:
    who, today = load_actor(manager), timezone.localdate()
    (asked,) = [
        one
        for one in list_delivery_and_report_deadlines(who, today, date(2027, 1, 1))
        if one.kind == "give_back"
    ]
    assert PROMISED in asked.detail
    client = browser(manager)
    address = reverse("releases:given", args=[delivery.pk])
    assert client.post(address, {"what": "Something else"}).status_code == 422
    assert client.post(address, {"what": PROMISED, "how": "In a meeting."}).status_code == 302
    row = GiveBack.objects.get()
    assert (row.given_by, row.given_on) == (manager, today)
    assert str(row).endswith(PROMISED)
    page = client.get(reverse("releases:give_back", args=[delivery.pk])).content.decode()
    assert "In a meeting." in page
    assert DisclosureRecord.objects.filter(action="give_back", kind="disclosed").count() == 1
    assert [
        one
        for one in list_delivery_and_report_deadlines(who, today, date(2027, 1, 1))
        if one.kind == "give_back"
    ] == []
    last = queries.LastReport(PROMISED, False, today, delivery.received_at)
    assert queries.find_last_reports() == {("RV-DSA-01", "river"): [last]}


def test_nobody_else_reads_it(delivery: Any, person: Callable[..., Any], browser: Browser) -> None:
    address = reverse("releases:give_back", args=[delivery.pk])
    given = reverse("releases:given", args=[delivery.pk])
    assert browser(person(Role.STEWARD, at="hills")).get(address).status_code == 404
    assert browser(person(Role.PROGRAM_STAFF, at="river")).get(address).status_code == 403
    assert browser(person(Role.STEWARD, at="river")).get(given).status_code == 403


def test_nothing_was_linked() -> None:
    assert queries.DeliveryMatchCounts(0, 0).share == 0.0
