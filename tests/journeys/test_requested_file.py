"""A data manager asks for a file; the partner sends it on a phone, without an account."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from tests.journeys.visitor import PHONE, Visitor

from cairn.data.intake.models import Delivery, ProposedFile
from cairn.governance.agreements.actions.signature_and_record import load_agreement
from cairn.platform.notifications.api import DemoMailboxBackend, send_due_email
from cairn.policy.vocabulary.access import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]
_AGREEMENT = Path(__file__).with_name("RV-DSA-01.toml")
_ROSTER = (
    b"Student ID,First,Last,Born,Sex\n"
    b"1,Ada,Bell,2015-03-04,F\n"
    b"2,Ben,Boyd,2015-04-04,M\n"
    b"3,Cam,Cole,2015-05-04,M\n"
)


def _ask(manager: Visitor) -> str:
    """The address in the email that the person gets."""
    manager.open("intake:deliveries")
    manager.follow("Ask for a file")
    manager.sees("No file was asked for yet")
    manager.follow("Ask for a file")
    page = manager.page
    manager.pick(page.get_by_label("Organization that provides the data"), "river")
    manager.pick(page.get_by_label("Record type"), "student")
    manager.type_into(page.get_by_label("Data set name"), "roster")
    manager.type_into(page.get_by_label("Name of the person who has the file"), "Kim Okafor")
    manager.press("Ask for the file")
    manager.is_told_of_a_mistake()
    manager.type_into(page.get_by_label("Their email address"), "kim@river.example")
    due = str(timezone.localdate() + timedelta(days=5))
    manager.type_into(page.get_by_label("Due date"), due)
    manager.press("Ask for the file")
    manager.sees("Cairn emails the link to kim@river.example.")
    send_due_email(timezone.now())

    manager.open("web:mailbox")
    row = page.get_by_role("row").filter(has_text="kim@river.example")
    manager.enter(row.get_by_role("link", name="Cairn").first)
    manager.sees("Hello Kim Okafor,", "You do not need an account.")
    address = page.locator("main .card a[href*='/intake/send/']").first.get_attribute("href")
    assert address
    return address


def _send(kim: Visitor, address: str) -> None:
    """First a file that cannot be read, then the right one; the link takes no other."""
    kim.page.goto(address)
    kim.look_over()
    kim.look_over_in_the_dark()
    kim.sees("asks you for one file", "Date of birth", "You do not need an account.")
    kim.attach(kim.page.get_by_label("Your file"), name="scan.pdf", content=b"%PDF-1.7")
    kim.page.get_by_role("button", name="Send the file").tap()
    kim.sees("There is a problem with this form")
    kim.look_over()
    kim.attach(kim.page.get_by_label("Your file"), name="pupils.csv", content=_ROSTER)
    kim.page.get_by_role("button", name="Send the file").tap()
    kim.sees("File received", "Rows3", "before anything is imported")
    kim.look_over()
    kim.page.goto(address)
    kim.sees("This link takes no file", "A file was sent with this link already.")
    kim.look_over()


def test_a_file_that_was_asked_for_is_sent_on_a_phone_and_confirmed(
    visitor: Callable[..., Visitor], person: Callable[..., Any], settings: Any
) -> None:
    settings.CAIRN_EMAIL_BACKEND = f"{DemoMailboxBackend.__module__}.DemoMailboxBackend"
    by = person(Role.DATA_MANAGER)
    load_agreement(
        text=_AGREEMENT.read_text("utf-8"), newcomers=["river"], by=by, at=timezone.localtime()
    )
    manager = visitor(by)
    address = _ask(manager)
    kim = visitor(phone=True, locale="en-US")
    assert kim.page.viewport_size == PHONE
    _send(kim, address)
    assert not Delivery.objects.exists()
    manager.open("web:home")
    manager.open("intake:proposal", ProposedFile.objects.get().pk)
    manager.sees("Sent by Kim Okafor (kim@river.example)")
    manager.press("Continue to the preview")
    manager.sees("Preview of the file", "3records in the file")
    manager.press("Confirm and import")
    manager.sees("The file was uploaded.", "3rows accepted", "sent by kim@river.example by a link")
    manager.open("intake:file_requests")
    manager.sees("file received")
    assert Delivery.objects.get().rows_kept == len(_ROSTER.splitlines()) - 1
