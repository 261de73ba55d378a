"""A data steward hears of a preview by email and answers it on a phone, from the mailbox on."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from tests.journeys.visitor import PHONE, Visitor

from cairn.interfaces.web.tasks import email_new_tasks
from cairn.outputs.releases import facts
from cairn.outputs.releases.models import SendBack
from cairn.platform.notifications.api import DemoMailboxBackend, send_due_email

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]


@pytest.fixture
def asked(
    person: Callable[..., Any], organization: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> Any:
    """A community whose release was sent back to its two districts today."""
    from tests.outputs.releases import community

    monkeypatch.setattr(community, "AT", timezone.localtime())
    made = community.make(person, organization)
    made.sent_back()
    return made


def test_a_steward_hears_of_a_preview_by_email_and_answers_on_a_phone(
    visitor: Callable[..., Visitor], asked: Any, settings: Any
) -> None:
    backend = f"{DemoMailboxBackend.__module__}.{DemoMailboxBackend.__name__}"
    settings.CAIRN_EMAIL_BACKEND = backend
    preview = SendBack.objects.get(organization__slug="oak")
    assert facts.load_preview_clock(preview).delivered_on is None
    # What the worker's scheduled jobs do.
    email_new_tasks(timezone.now())
    send_due_email(timezone.now())
    assert facts.load_preview_clock(preview).delivered_on == timezone.localdate()

    steward = asked.stewards["oak"]
    phone = visitor(steward, phone=True, locale="en-US")
    assert phone.page.viewport_size == PHONE
    phone.open("web:mailbox")
    phone.look_over()
    rows = phone.page.get_by_role("row").filter(has_text=steward.email)
    rows.get_by_role("link", name="Cairn").first.tap()
    phone.sees("Hello", "release with your data to preview", "You must sign in to read more.")
    phone.look_over()
    phone.page.locator("main .card a[href*='releases']").first.tap()
    phone.sees("Preview of your data before publication", "when you were notified")
    phone.page.get_by_role("radio", name="Confirm").tap()
    phone.page.get_by_role("button", name="Submit answer").tap()
    phone.sees("Answer recorded.")
    phone.look_over()
    preview.refresh_from_db()
    assert (preview.answer, preview.answered_by) == ("confirm", steward)
