"""A file of a new layout lands; its rows with problems come back corrected."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from tests.journeys.visitor import Visitor

from cairn.data.intake.models import Delivery
from cairn.governance.agreements.actions.signature_and_record import load_agreement
from cairn.interfaces.web.tasks import email_new_tasks
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
    b"3,Cam,Cole,soon,M\n"
    b"4,Dee,Dunn,not a date,M\n"
)


def test_rows_with_problems_are_downloaded_corrected_and_sent_back(
    visitor: Callable[..., Visitor], person: Callable[..., Any], settings: Any
) -> None:
    by = person(Role.DATA_MANAGER)
    load_agreement(
        text=_AGREEMENT.read_text("utf-8"), newcomers=["river"], by=by, at=timezone.localtime()
    )
    steward = visitor(person(Role.STEWARD, at="river"), phone=True, locale="en-US")
    page = steward.page
    steward.open("intake:upload")
    page.get_by_label("Agreement", exact=True).select_option("RV-DSA-01")
    steward.type_into(page.get_by_label("Data set name"), "roster")
    page.get_by_label("Record type").select_option("student")
    steward.attach(page.get_by_label("File", exact=True), name="roster.csv", content=_ROSTER)
    steward.press("Upload file")
    steward.press("Continue to the preview")
    steward.sees("Preview of the file", "2values would be left blank")
    steward.press("Confirm and import")
    steward.sees("4rows accepted", "2values left blank")
    steward.follow("Correct the rows with problems")
    steward.sees("Correct rows", "Values left blank in accepted rows: 2.")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Correction file (CSV)").click()
    content = Path(downloading.value.path()).read_bytes()
    assert content.count(b"\n") >= 3
    assert b"Ada" not in content
    fixed = content.replace(b"not a date", b"2015-06-04").replace(b"Cole", b"Kole")
    corrected = page.get_by_label("Corrected file", exact=True)
    steward.attach(corrected, name="corrections.csv", content=fixed)
    steward.press("Show preview")
    steward.sees("Preview of the corrections", "1row corrected", "Changes that are not used")
    assert Delivery.objects.count() == 1
    steward.press("Confirm the corrections")
    steward.sees("The corrections were imported.", "1 row of this data submission was corrected.")
    newer = Delivery.objects.get(state="conformed")
    assert (newer.corrected_rows, newer.report["cells_blanked"]) == (1, 1)
    steward.open("intake:correct", newer.pk)
    steward.attach(corrected, name="corrections.csv", content=fixed)
    steward.press("Show preview")
    steward.sees("These corrections were already imported. Nothing changed.")
    assert Delivery.objects.count() == 2
    colleague = person(Role.STEWARD, at="river")
    _answer_an_email(visitor(colleague, phone=True, locale="en-US"), colleague.email, settings)


def _answer_an_email(phone: Visitor, email: str, settings: Any) -> None:
    """A colleague reads of what is left by email, and corrects it on a phone, on the page."""
    settings.CAIRN_EMAIL_BACKEND = f"{DemoMailboxBackend.__module__}.{DemoMailboxBackend.__name__}"
    email_new_tasks(timezone.now())
    send_due_email(timezone.now())
    phone.open("web:mailbox")
    mails = phone.page.get_by_role("row").filter(has_text=email)
    phone.enter(mails.get_by_role("link", name="Cairn").first)
    phone.sees("report on a data submission to read", "4 rows, 4 accepted, 0 set aside.")
    phone.enter(phone.page.locator("main .card a[href*='intake']").first)
    phone.follow("Correct the rows with problems")
    phone.follow("Correct rows on this page")
    phone.sees("Row 4 of your file", "This is not a date.", "Cole")
    phone.type_into(phone.page.get_by_label("Born"), "2015-05-03")
    phone.press("Show preview")
    phone.sees("Preview of the corrections", "1row corrected")
    phone.press("Confirm the corrections")
    phone.sees("The corrections were imported.")
    newest = Delivery.objects.get(state="conformed")
    assert (newest.corrected_rows, newest.report["cells_blanked"]) == (1, 0)
