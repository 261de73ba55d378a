"""Destruction on pages: what is due, confirm, certificate, an owner's demand and answer."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.confirmation_page import check_asks_first

from cairn.data.intake.models import Delivery
from cairn.governance.agreements.printing.pdf_fonts import MissingFont
from cairn.governance.retention import queries
from cairn.governance.retention.models import Demand, DestructionRun
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.retention import DutyState

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


@pytest.fixture
def demanded(delivery: Any, steward: Any, browser: Callable[..., Client]) -> str:
    """The owner demands it on the page; the address of the duty."""
    today = timezone.localdate()
    client, page = browser(steward), reverse("retention:demand")
    assert "RV-DSA-01" in client.get(page).text
    asked = {"what": "RV-DSA-01|river", "why": "We leave."}
    late = client.post(page, {**asked, "due": today - timedelta(days=1)})
    assert late.status_code == 422
    assert client.post(page, {**asked, "due": today}).status_code == 302
    return reverse("retention:duty", args=["RV-DSA-01", "river", "demand", today.isoformat()])


def test_a_demand_is_seen_destroyed_certified_and_accepted(
    demanded: str, manager: Any, steward: Any, browser: Callable[..., Client]
) -> None:
    hub, owner = browser(manager), browser(steward)
    listed = hub.get(reverse("retention:list")).text
    assert demanded in listed
    assert "We leave." in listed
    shown = hub.get(demanded).text
    assert "Rows as imported: 3 rows" in shown
    assert "Destroy data permanently" in shown
    assert "You may not destroy these data" in owner.get(demanded).text
    assert owner.post(demanded).status_code == 403
    answer = hub.post(demanded)
    run = DestructionRun.objects.get()
    assert answer["Location"] == reverse("retention:run", args=[run.pk])
    assert Delivery.objects.get().state == "destroyed"
    assert "Accept certificate" not in hub.get(answer["Location"]).text
    assert hub.get(demanded).status_code == 404
    page = owner.get(answer["Location"]).text
    assert "Accept certificate" in page
    certificate = owner.get(reverse("retention:certificate", args=[run.pk])).text
    assert "SHA-256" in certificate
    pdf = owner.get(reverse("retention:certificate_pdf", args=[run.pk]))
    assert pdf.content.startswith(b"%PDF")
    data = owner.get(reverse("retention:certificate_json", args=[run.pk])).json()
    assert data["sha256"] == run.certificates.get().digest
    assert owner.get(reverse("retention:dispute", args=[run.pk])).status_code == 200
    accept = reverse("retention:accept", args=[run.pk])
    check_asks_first(owner, accept, "Items destroyed: [1-9]", "no longer dispute it")
    owner.post(accept)
    run.refresh_from_db()
    assert run.state == DutyState.ACCEPTED.value
    assert "Accepted by data owner" in owner.get(reverse("retention:list")).text


def test_a_dispute_says_why_and_the_recipient_goes_on(
    demanded: str, manager: Any, steward: Any, browser: Callable[..., Client]
) -> None:
    hub, owner = browser(manager), browser(steward)
    hub.post(demanded)
    run = DestructionRun.objects.get()
    page = reverse("retention:dispute", args=[run.pk])
    assert owner.post(page, {"why": ""}).status_code == 422
    owner.post(page, {"why": "A copy went to the vendor."})
    shown = hub.get(reverse("retention:run", args=[run.pk])).text
    assert "A copy went to the vendor." in shown
    assert "Resume destruction" in shown
    hub.post(reverse("retention:again", args=[run.pk]))
    run.refresh_from_db()
    assert run.state == DutyState.CERTIFIED.value
    assert run.certificates.count() == 2


def test_a_demand_is_taken_back_after_a_question(
    demanded: str, steward: Any, browser: Callable[..., Client]
) -> None:
    row, client = Demand.objects.get(), browser(steward)
    page = reverse("retention:take_back", args=[row.pk])
    assert "Withdraw this request?" in client.get(page).text
    client.post(page)
    row.refresh_from_db()
    assert row.taken_back_by == steward
    assert client.get(page).status_code == 404
    assert client.get(demanded).status_code == 404


def test_the_button_to_take_it_back_is_the_owners_alone(
    demanded: str, manager: Any, steward: Any, browser: Callable[..., Client]
) -> None:
    page = reverse("retention:take_back", args=[Demand.objects.get().pk])
    hub, owner, every = browser(manager), browser(steward), reverse("retention:list")
    assert page in owner.get(every).text
    assert page not in hub.get(every).text
    assert hub.get(page).status_code == hub.post(page).status_code == 403
    assert reverse("retention:demand") in owner.get(every).text
    assert reverse("retention:demand") not in hub.get(every).text


def test_a_second_click_says_that_it_was_begun(
    demanded: str, manager: Any, browser: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    hub, today = browser(manager), timezone.localdate()
    found = queries.compute_duties(today)
    hub.post(demanded)
    monkeypatch.setattr(queries, "find_visible_duty", lambda *_args: found[0])
    answer = hub.post(demanded, follow=True)
    assert "Another person has already started this destruction" in answer.text
    assert DestructionRun.objects.count() == 1


def test_counsel_reads_what_would_go_without_links_to_it(
    demanded: str, delivery: Delivery, steward: Any, browser: Callable[..., Client]
) -> None:
    link = f'href="{reverse("intake:delivery", args=[delivery.pk])}"'
    assert link in browser(steward).get(demanded).text
    counsel = browser(Role.COUNSEL, at="river").get(demanded).text
    assert str(delivery) in counsel
    assert link not in counsel


def test_another_district_sees_none_of_it(
    demanded: str, manager: Any, browser: Callable[..., Client]
) -> None:
    browser(manager).post(demanded)
    run = DestructionRun.objects.get()
    lake = browser(Role.STEWARD, at="lake")
    assert "RV-DSA-01" not in lake.get(reverse("retention:list")).text
    for name in ("run", "certificate", "certificate_pdf", "certificate_json"):
        assert lake.get(reverse(f"retention:{name}", args=[run.pk])).status_code == 404
    for name in ("accept", "dispute", "again"):
        answer = lake.post(reverse(f"retention:{name}", args=[run.pk]))
        assert answer.status_code in (403, 404)


def test_an_agreement_is_closed_once_its_duties_are_settled(
    demanded: str, agreement: Any, manager: Any, steward: Any, browser: Callable[..., Client]
) -> None:
    hub, owner = browser(manager), browser(steward)
    hub.post(demanded)
    run = DestructionRun.objects.get()
    page, door = (reverse(f"retention:{name}", args=[run.pk]) for name in ("run", "close"))
    agreement.state = "closing"
    agreement.save()
    assert hub.post(door).status_code == 403
    assert "Close agreement" not in hub.get(page).text
    owner.post(reverse("retention:accept", args=[run.pk]))
    assert "Close agreement" in hub.get(page).text
    assert owner.post(door).status_code == 403
    check_asks_first(hub, door, r"Close .+\?", "cannot be opened again")
    hub.post(door)
    agreement.refresh_from_db()
    assert agreement.state == "closed"


@pytest.mark.parametrize("part", [("no-cause", "2026-01-01"), ("term", "2026-13-01")])
def test_an_address_that_names_no_duty_is_no_page(
    manager: Any, browser: Callable[..., Client], part: tuple[str, str]
) -> None:
    cause, due = part
    address = f"/destruction/duty/RV-DSA-01/river/{cause}/{due}/"
    assert browser(manager).get(address).status_code == 404


def test_a_letter_that_no_font_shows_leads_to_the_page_instead(
    demanded: str, manager: Any, browser: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = browser(manager)
    hub.post(demanded)
    run = DestructionRun.objects.get()

    def raise_missing_font(row: object) -> bytes:
        raise MissingFont("\u4e00")

    monkeypatch.setattr(
        "cairn.governance.retention.certificate.print_certificate_pdf", raise_missing_font
    )
    answer = hub.get(reverse("retention:certificate_pdf", args=[run.pk]), follow=True)
    assert "No font on this machine" in answer.text
