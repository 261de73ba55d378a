"""A bounce is read from the mail server's report, and what bounced is no notice."""

import mailbox
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cairn.interfaces.web import tasks as email_run
from cairn.platform.accounts.models import User
from cairn.platform.inbox.api import InboxTask
from cairn.platform.notifications import delivery, queries
from cairn.platform.notifications.bounces import (
    BounceReport,
    BounceSummary,
    parse_bounce_report,
    read_bounce_reports,
)
from cairn.platform.notifications.models import BouncedAddress, MailMessage, MailPreference
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.access import Role

NOON = datetime(2026, 11, 27, 17, tzinfo=UTC)
TOKEN = "0123456789abcdef" * 2

REPORT = """From: MAILER-DAEMON@mail.county.example
To: cairn@county.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

I could not deliver your message.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.county.example

Final-Recipient: rfc822; sol@example.org
Action: {action}
Status: {status}

--B
Content-Type: {kind}

Message-ID: <cairn.{token}@cairn.county.example>
Subject: Cairn: a task waits for you

--B--
"""


def _report(
    token: str = TOKEN,
    action: str = "failed",
    status: str = "5.1.1",
    kind: str = "text/rfc822-headers",
) -> bytes:
    return REPORT.format(token=token, action=action, status=status, kind=kind).encode()


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822"])
def test_a_report_names_the_message_and_the_status(kind: str) -> None:
    assert parse_bounce_report(_report(kind=kind)) == BounceReport(TOKEN, "5.1.1")


@pytest.mark.parametrize(
    "content",
    [
        _report(action="delayed", status="4.4.1"),
        _report(action="delivered", status="2.0.0"),
        _report(token="of another program"),
        b"Subject: Out of office\n\nBack on Monday.",
        b"",
    ],
)
def test_what_reports_no_failure_of_a_message_of_ours_is_left_alone(content: bytes) -> None:
    assert parse_bounce_report(content) is None


@given(st.binary(max_size=300), st.integers(0, 900))
def test_damaged_reports_never_stop_the_reader(junk: bytes, at: int) -> None:
    report = _report()
    found = parse_bounce_report(report[:at] + junk + report[at:])
    assert found is None or (len(found.token), found.status[0]) in ((32, "5"), (32, "4"))


def test_an_mbox_a_maildir_and_a_single_message_are_read(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "box")
    folder = mailbox.Maildir(tmp_path / "folder")
    for content in (_report(), b"Subject: Hello\n\nNo report."):
        box.add(content)
        folder.add(content)
    box.close()
    (tmp_path / "one.eml").write_bytes(_report())
    expected = [BounceReport(TOKEN, "5.1.1"), None]
    assert list(read_bounce_reports(tmp_path / "box")) == expected
    assert sorted(read_bounce_reports(tmp_path / "folder"), key=str) == sorted(expected, key=str)
    assert list(read_bounce_reports(tmp_path / "one.eml")) == expected[:1]


@pytest.fixture
def sent(
    person: Callable[..., User], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> MailMessage:
    """A message to the steward that the mail server took."""
    settings.CAIRN_EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    person(Role.STEWARD, email="sol@example.org")
    task = InboxTask(1, "release", "/releases/", minutes=5, keys=("release.answer:1:1",))
    monkeypatch.setattr(email_run, "list_user_tasks", lambda who, on: [task])
    email_run.email_new_tasks(NOON)
    delivery.send_due_email(NOON)
    return MailMessage.objects.get()


@pytest.mark.django_db(databases=["default", "identities"])
def test_a_bounce_takes_the_notice_back_and_is_shown_until_it_is_cleared(
    sent: MailMessage, person: Callable[..., User], client: Client, tmp_path: Path
) -> None:
    assert queries.find_notice_deliveries(["release.answer:1:1"]).exists()
    report = tmp_path / "report.eml"
    sent_id = mail.outbox[0].extra_headers["Message-ID"]
    assert sent.token in sent_id
    report.write_bytes(_report(token=sent.token))
    manager = person(Role.DATA_MANAGER, email="dana@example.org", at="backbone")
    off = MailPreference.Choice.OFF
    MailPreference.objects.create(user=manager, choice=off, changed_at=NOON)
    assert delivery.import_bounce_reports(report, manager, NOON) == BounceSummary(1, 0, 0)
    assert delivery.import_bounce_reports(report, manager, NOON) == BounceSummary(0, 1, 0)
    assert not queries.find_notice_deliveries(["release.answer:1:1"]).exists()
    sent.refresh_from_db()
    assert sent.state == MailMessage.State.BOUNCED
    # Nothing more is made for the address, and both people see why.
    assert email_run.email_new_tasks(NOON) == "Made 0 messages."
    client.force_login(manager)
    assert "sol@example.org" in client.get(reverse("web:mail")).content.decode()
    client.force_login(User.objects.get(email="sol@example.org"))
    home = client.get(reverse("web:home")).content.decode()
    assert "Email to sol@example.org could not be delivered" in home
    # Cleared, the task is emailed again, and that is a new notice.
    client.force_login(manager)
    bounced = BouncedAddress.objects.get()
    client.post(reverse("web:mail"), {"step": "clear", "bounced": bounced.pk})
    email_run.email_new_tasks(NOON)
    delivery.send_due_email(NOON)
    assert queries.find_notice_deliveries(["release.answer:1:1"]).exists()


@pytest.mark.django_db(databases=["default", "identities"])
def test_a_data_manager_marks_an_address_and_others_may_not(
    sent: MailMessage, person: Callable[..., User], client: Client, tmp_path: Path
) -> None:
    report = tmp_path / "report.eml"
    report.write_bytes(_report(token=sent.token))
    steward = User.objects.get(email="sol@example.org")
    with pytest.raises(Refused):
        delivery.import_bounce_reports(report, steward, NOON)
    assert queries.find_notice_deliveries(["release.answer:1:1"]).exists()
    client.force_login(person(Role.DATA_MANAGER, at="backbone"))
    answer = client.post(reverse("web:mail"), {"step": "mark", "address": "no address"})
    assert answer.status_code == 422
    client.post(reverse("web:mail"), {"step": "mark", "address": "Sol@example.org"})
    assert not queries.find_notice_deliveries(["release.answer:1:1"]).exists()
    assert queries.is_undeliverable("sol@example.org")


@pytest.mark.django_db(databases=["default", "identities"])
def test_a_passing_failure_takes_the_notice_back_and_keeps_the_address(
    sent: MailMessage, person: Callable[..., User], tmp_path: Path
) -> None:
    report = tmp_path / "report.eml"
    report.write_bytes(_report(token=sent.token, status="4.2.2"))
    manager = person(Role.DATA_MANAGER, email="dana@example.org", at="backbone")
    delivery.import_bounce_reports(report, manager, NOON)
    assert not queries.find_notice_deliveries(["release.answer:1:1"]).exists()
    assert not BouncedAddress.objects.exists()


@pytest.mark.django_db(databases=["default", "identities"])
def test_a_link_to_an_address_that_bounced_is_not_sent_and_shown(sent: MailMessage) -> None:
    BouncedAddress.objects.create(address=sent.address, bounced_at=NOON)
    MailMessage.objects.filter(pk=sent.pk).update(state=MailMessage.State.WAITING)
    delivery.send_email(sent.pk, NOON)
    sent.refresh_from_db()
    assert (sent.state, sent.problem) == ("failed", "Email to this address bounced.")
