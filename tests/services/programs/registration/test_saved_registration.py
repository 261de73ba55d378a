"""A family saves an unfinished registration and continues it later, with a code alone."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as django_mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.page_values import drop_random_values
from tests.services.programs.reading_club import NOW, Club

from cairn.platform.audit.models import AuditLine
from cairn.platform.notifications.models import MailMessage
from cairn.services.programs.models import (
    Registration,
    RegistrationDraft,
    RegistrationOffer,
    SessionSeries,
)
from cairn.services.programs.tasks import erase_declined_registrations

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

CHILD = {"given_name": "Dee", "family_name": "Moss", "birth_date": "2018-02-03"}
GUARDIAN = {"guardian": "Rae Moss", "phone": "555-0100", "email": "rae@example.org"}
WRONG = "AAAA-BBBB-CCCC-DDDD"
CONTINUE = reverse("programs:continue")


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def fields(page: str) -> dict[str, str]:
    """What the page's own form sends."""
    form = page.partition("novalidate>")[2]
    names = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    return {name: value for name, value in names if name != "csrfmiddlewaretoken"}


@pytest.fixture
def opened(club: Club, monkeypatch: pytest.MonkeyPatch) -> str:
    """The group's page, without questions on safety or sharing."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    RegistrationOffer.objects.create(
        series=club.series,
        closes_on=NOW.date() + timedelta(days=30),
        opened_by=club.tutor,
        opened_at=NOW,
    )
    SessionSeries.objects.update(capacity=None)
    return reverse("programs:register", args=[club.series.pk])


def save(client: Client, opened: str, **entered: str) -> str:
    """Fill the first page, save, and read the code."""
    begun = fields(text(client.get(opened)))
    page = text(client.post(opened, begun | CHILD | entered | {"save": "yes"}))
    found = re.search(r"<strong>((?:\w{4}-){3}\w{4})</strong>", page)
    assert found, page
    return found[1]


def test_saved_in_spanish_and_continued_on_another_device_until_it_is_sent(
    opened: str, settings: Any
) -> None:
    settings.CAIRN_EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    RegistrationOffer.objects.update(asks_safety=True)
    family = Client(headers={"accept-language": "es"})
    code = save(family, opened, email="typed@example.org")
    row = RegistrationDraft.objects.get()
    assert b"Moss" not in bytes(row.sealed)
    assert code.replace("-", "") not in str(vars(row))
    assert "Moss" not in str([vars(line) for line in AuditLine.objects.all()])
    assert not Registration.objects.exists()
    sent = {"code": code, "address": "rae@example.org"}
    page = text(family.post(reverse("programs:email_link"), sent))
    assert "El enlace va a rae@example.org" in page
    message = MailMessage.objects.get()
    mail = django_mail.outbox[-1].subject + django_mail.outbox[-1].body
    assert "Continúe su inscripción" in mail
    assert code in mail
    assert not any(value in mail for value in CHILD.values())
    assert message.recipient == "A family"
    # Another device; a machine that opens the link reads nothing of the child.
    other = Client(headers={"accept-language": "es"})
    link = re.search(r"https?://\S+?(/programs/\S+)", mail)
    assert link
    assert "Dee" not in drop_random_values(text(other.get(link[1])))
    page = text(other.post(CONTINUE, {"code": f" {code.lower().replace('-', ' ')}"}))
    assert "Cómo comunicarnos" in page, "the first page that is not complete"
    assert 'value="Dee"' in page
    page = text(other.post(opened, fields(page) | GUARDIAN))
    assert f"Guardado con el código {code}" in page
    # Allergies are asked although none is a right answer.
    page = text(other.post(CONTINUE, {"code": code}))
    assert "La seguridad de su hijo o hija" in page
    page = text(other.post(opened, fields(page) | {"health": "", "pick_up": ""}))
    assert "Revise sus respuestas" in page
    assert RegistrationDraft.objects.get().version == 3
    done = text(other.post(opened, fields(page)))
    assert Registration.objects.get().reference in done
    assert "ya se envió antes" not in done
    # Sent: the draft is gone, the link says what to do, and the first device doubles nothing.
    assert not RegistrationDraft.objects.exists()
    gone = other.post(CONTINUE, {"code": code})
    assert gone.status_code == 410
    assert "empiece otra vez o llame al programa" in text(gone)
    codes = re.compile(f"{code}|{WRONG}")
    wrong = other.post(CONTINUE, {"code": WRONG})
    shown = [codes.sub("", drop_random_values(text(answer))) for answer in (gone, wrong)]
    assert shown[0] == shown[1]


def test_two_devices_at_once_lose_nothing_and_register_once(opened: str) -> None:
    first, second = Client(), Client()
    code = save(first, opened)
    pages = [text(client.post(CONTINUE, {"code": code})) for client in (first, second)]
    begun = [fields(page) for page in pages]
    kept = text(first.post(opened, begun[0] | GUARDIAN))
    split = text(second.post(opened, begun[1] | GUARDIAN | {"guardian": "Max Moss"}))
    assert "also changed on another phone" in split
    assert RegistrationDraft.objects.count() == 2
    assert "Rae Moss" in text(first.post(CONTINUE, {"code": code}))
    # What is no version of a draft overwrites none.
    forged = begun[1] | GUARDIAN | {"draft_version": "9" * 30}
    assert "also changed on another phone" in text(second.post(opened, forged))
    done = text(first.post(opened, fields(kept)))
    again = text(second.post(opened, fields(split)))
    row = Registration.objects.get()
    assert row.reference in done
    assert row.reference in again
    assert "sent before" in again
    assert "sent before" not in done
    # A page that was open before it was sent saves nothing of it again.
    late = text(second.post(opened, begun[1] | GUARDIAN | {"save": "yes"}))
    assert row.reference in late
    assert not RegistrationDraft.objects.exists()


def test_it_ends_after_seven_days_and_with_the_registration(
    opened: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    family = Client()
    code = save(family, opened)
    RegistrationOffer.objects.update(closes_on=NOW.date() - timedelta(days=1))
    assert family.post(CONTINUE, {"code": code}).status_code == 410
    assert family.get(opened).status_code == 410
    RegistrationOffer.objects.update(closes_on=NOW.date() + timedelta(days=30))
    for days, status in ((7, 200), (8, 410)):
        monkeypatch.setattr(timezone, "now", lambda days=days: NOW + timedelta(days=days))
        client = Client()
        assert client.post(CONTINUE, {"code": code}).status_code == status
    assert "erased: 0." in erase_declined_registrations(NOW + timedelta(days=7))
    assert "Unfinished registrations erased: 1." in erase_declined_registrations(
        NOW + timedelta(days=8)
    )


def test_no_address_is_flooded_and_no_machine_fills_the_store(
    opened: str, club: Club, settings: Any
) -> None:
    settings.CAIRN_EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    family = Client()
    code = save(family, opened)
    sent, link = {"code": code, "address": "rae@example.org"}, reverse("programs:email_link")
    assert "valid email address" in text(family.post(link, sent | {"address": "rae"}))
    for _number in range(3):
        assert family.post(link, sent).status_code == 200
    assert "several links today" in text(family.post(link, sent | {"address": "RAE@example.org"}))
    assert MailMessage.objects.count() == 3
    wrong = family.post(link, sent | {"code": "AAAA"})
    assert wrong.headers["Location"] == CONTINUE
    assert family.post(CONTINUE, {"code": ""}).status_code == 422
    row = RegistrationDraft.objects.get()
    RegistrationDraft.objects.bulk_create(
        RegistrationDraft(
            digest=f"{n}", walk=f"{n}", series_number=club.series.pk, sealed=b"", saved_at=NOW,
            expires_on=row.expires_on,
        )
        for n in range(299)
    )  # fmt: skip
    begun = fields(text(family.get(opened)))
    full = family.post(opened, begun | CHILD | {"save": "yes"})
    assert full.status_code == 429
    assert "Dee" in text(full)
    # Another family registers all the same.
    assert "Check your answers" in text(
        family.post(opened, begun | CHILD | GUARDIAN | {"step": "guardian"})
    )
    erase_declined_registrations(NOW + timedelta(days=9))
    assert not MailMessage.objects.exists()
