"""A person is emailed once of each task, as they chose, and a message that fails is tried again."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from smtplib import SMTPServerDisconnected
from typing import Any
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from cairn.interfaces.web import tasks as email_run
from cairn.interfaces.web import views
from cairn.platform.accounts.models import User
from cairn.platform.audit.models import AuditLine
from cairn.platform.inbox.api import InboxTask
from cairn.platform.notifications import delivery, queries
from cairn.platform.notifications.models import MailedTask, MailMessage, MailPreference
from cairn.platform.schedule.api import list_scheduled_jobs
from cairn.policy.vocabulary.access import Role

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

NOON = datetime(2026, 11, 27, 17, tzinfo=UTC)
DAWN = datetime(2026, 11, 27, 11, 30, tzinfo=UTC)
LATER = timedelta(hours=1)
READ = InboxTask(1, "draft to read", "/agreements/", "RC-DSA-40", minutes=5, keys=("draft:1",))
VOTE = InboxTask(2, "projects to vote on", "/projects/", minutes=5, keys=("vote:1", "vote:2"))


@pytest.fixture
def steward(person: Callable[..., User], settings: Any) -> User:
    settings.CAIRN_EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return person(Role.STEWARD, email="sol@example.org")


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[InboxTask]:
    """What waits for everyone who may be told."""
    waiting = [READ]
    monkeypatch.setattr(email_run, "list_user_tasks", lambda who, on: list(waiting))
    return waiting


def _run(at: datetime = NOON) -> None:
    """What the worker does every five minutes."""
    with patch("django.utils.timezone.now", return_value=at):
        email_run.email_waiting_tasks.func()


def _queue() -> MailMessage:
    """The message that a run makes, before it is sent."""
    email_run.email_new_tasks(NOON)
    return MailMessage.objects.get()


def _choose(user: User, choice: MailPreference.Choice, **more: Any) -> None:
    MailPreference.objects.create(user=user, choice=choice, changed_at=NOON, **more)


def test_a_task_is_emailed_once_with_its_title_and_a_link_only(
    steward: User, waits: list[InboxTask]
) -> None:
    _run()
    (message,) = mail.outbox
    assert message.to == ["sol@example.org"]
    assert message.subject == "Cairn: a task waits for you"
    assert "- 1 draft to read\n  http://127.0.0.1:8000/agreements/" in message.body
    assert "RC-DSA-40" not in message.body
    _run(NOON + LATER)
    assert len(mail.outbox) == 1
    events = AuditLine.objects.filter(event__startswith="email.").values_list("event", flat=True)
    assert list(events) == ["email.queued", "email.sent"]


def test_the_text_is_encrypted_while_it_waits_and_deleted_once_it_was_sent(
    steward: User, waits: list[InboxTask]
) -> None:
    message = _queue()
    assert message.sealed
    assert b"draft to read" not in bytes(message.sealed)
    delivery.send_email(message.pk, NOON)
    assert bytes(MailMessage.objects.get().sealed) == b""
    assert "draft to read" in mail.outbox[0].body


def test_several_tasks_are_one_message_and_a_new_one_is_another(
    steward: User, waits: list[InboxTask]
) -> None:
    waits.append(VOTE)
    _run()
    assert mail.outbox[0].subject == "Cairn: 2 tasks wait for you"
    waits[1] = InboxTask(3, "projects to vote on", "/projects/", minutes=5, keys=("vote:3",))
    _run(NOON + LATER)
    assert "draft to read" not in mail.outbox[1].body
    assert "- 3 projects to vote on" in mail.outbox[1].body


def test_a_task_that_ended_and_begins_again_is_emailed_again(
    steward: User, waits: list[InboxTask]
) -> None:
    _run()
    waits.clear()
    _run(NOON + LATER)
    assert not MailedTask.objects.exists()
    waits.append(READ)
    _run(NOON + 2 * LATER)
    assert len(mail.outbox) == 2


def test_a_person_turns_it_off(steward: User, waits: list[InboxTask]) -> None:
    _choose(steward, MailPreference.Choice.OFF)
    _run()
    assert not MailMessage.objects.exists()


def test_a_person_gets_one_message_a_day_in_the_morning(
    steward: User, waits: list[InboxTask]
) -> None:
    _choose(steward, MailPreference.Choice.DAILY)
    _run(DAWN)
    assert mail.outbox == []
    _run(NOON)
    waits.append(VOTE)
    _run(NOON + LATER)
    assert len(mail.outbox) == 1
    _run(NOON + timedelta(days=1))
    assert "projects to vote on" in mail.outbox[1].body


def test_who_has_no_role_is_not_told(steward: User, waits: list[InboxTask]) -> None:
    steward.affiliations.update(ends=NOON.date() - timedelta(days=1))
    _run()
    assert not MailMessage.objects.exists()


def test_who_lost_the_role_before_it_was_sent_is_not_told(
    steward: User, waits: list[InboxTask]
) -> None:
    message = _queue()
    steward.affiliations.update(ends=NOON.date() - timedelta(days=1))
    delivery.send_email(message.pk, NOON)
    assert mail.outbox == []
    assert MailMessage.objects.get().state == MailMessage.State.FAILED


def test_a_failure_is_tried_again_later_and_shown_to_the_data_manager_after_five(
    steward: User, waits: list[InboxTask], person: Callable[..., User], client: Client
) -> None:
    manager = person(Role.DATA_MANAGER, email="dana@example.org", at="backbone")
    _choose(manager, MailPreference.Choice.OFF)
    at = NOON
    with patch.object(EmailBackend, "send_messages", side_effect=SMTPServerDisconnected("secret")):
        _run(at)
        message = MailMessage.objects.get()
        assert (message.state, message.attempts) == (MailMessage.State.WAITING, 1)
        assert "secret" not in message.problem
        _run(at + timedelta(minutes=1))
        assert MailMessage.objects.get().attempts == 1
        for _attempt in range(4):
            at += timedelta(hours=3)
            _run(at)
    assert (MailMessage.objects.get().state, mail.outbox) == (MailMessage.State.FAILED, [])
    client.force_login(manager)
    page = client.get(reverse("web:mail")).content.decode()
    assert "sol@example.org" in page
    assert "The mail server did not take it (SMTPServerDisconnected)." in page
    steward.email = "marchetti@example.org"
    steward.save()
    client.post(reverse("web:mail"), {"message": MailMessage.objects.get().pk})
    _run(timezone.now() + timedelta(days=1))
    assert [message.to for message in mail.outbox] == [["marchetti@example.org"]]


def test_what_waits_when_email_is_turned_off_is_not_lost(
    steward: User, waits: list[InboxTask], settings: Any
) -> None:
    message = _queue()
    settings.CAIRN_EMAIL_BACKEND = ""
    delivery.send_email(message.pk, NOON)
    message.refresh_from_db()
    assert (message.state, message.problem) == ("waiting", "No mail server is set up.")
    assert mail.outbox == []


def test_a_message_that_a_worker_died_with_is_not_sent_twice(
    steward: User, waits: list[InboxTask]
) -> None:
    _queue()
    MailMessage.objects.update(state=MailMessage.State.SENDING, attempted_at=NOON)
    _run(NOON + timedelta(minutes=1))
    assert MailMessage.objects.get().state == MailMessage.State.SENDING
    _run(NOON + LATER)
    message = MailMessage.objects.get()
    assert (message.state, mail.outbox) == (MailMessage.State.FAILED, [])
    assert "It may have arrived" in message.problem


def test_the_jobs_run_only_with_a_mail_server(steward: User, settings: Any) -> None:
    names = {"email.send", "email.tasks"}
    assert names <= {job.name for job in list_scheduled_jobs()}
    settings.CAIRN_EMAIL_BACKEND = ""
    assert not names & {job.name for job in list_scheduled_jobs()}


def test_a_person_chooses_and_the_page_says_that_email_is_off(
    steward: User, client: Client, settings: Any
) -> None:
    client.force_login(steward)
    address = reverse("web:mail_choice")
    assert "Cairn writes to sol@example.org" in client.get(address).content.decode()
    settings.CAIRN_EMAIL_BACKEND = ""
    assert "Cairn sends no email here" in client.get(address).content.decode()
    assert client.post(address, {"choice": "hourly", "language": "en"}).status_code == 422
    one_time = {"choice": "daily", "language": "es", "quiet_from": "20:00"}
    assert "Enter both times" in client.post(address, one_time).content.decode()
    same = {**one_time, "quiet_until": "20:00"}
    assert "Enter another time" in client.post(address, same).content.decode()
    client.post(address, {**one_time, "quiet_until": "07:30"})
    chosen = queries.get_mail_preference(steward)
    assert (chosen.choice, chosen.language) == ("daily", "es")
    assert (chosen.quiet_from, chosen.quiet_until) == (time(20), time(7, 30))


def test_a_person_reads_email_in_spanish(steward: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def list_in_language(who: object, on: object) -> list[InboxTask]:
        title = ngettext("agreement to sign", "agreements to sign", 2)
        return [InboxTask(2, title, "/agreements/", minutes=5, keys=("sign:1", "sign:2"))]

    monkeypatch.setattr(email_run, "list_user_tasks", list_in_language)
    _choose(steward, MailPreference.Choice.EACH, language="es")
    _run()
    (message,) = mail.outbox
    assert message.subject == "Cairn: le espera una tarea"
    assert "Hola, Steward" in message.body
    assert "- 2 acuerdos que firmar" in message.body


@pytest.mark.parametrize(
    ("start", "end", "is_quiet"),
    [
        (time(20), time(7), False),  # noon in New York is 12:00
        (time(11), time(13), True),
        (time(12), time(13), True),
        (time(11), time(12), False),
        (time(11), time(7), True),  # past midnight
        (None, None, False),
    ],
)
def test_nothing_is_sent_in_quiet_hours_and_what_waits_is_sent_after(
    steward: User, waits: list[InboxTask], start: time | None, end: time | None, is_quiet: bool
) -> None:
    _choose(steward, MailPreference.Choice.EACH, quiet_from=start, quiet_until=end)
    _run(NOON)
    assert len(mail.outbox) == (0 if is_quiet else 1)
    _run(NOON + timedelta(hours=20))  # 8 in the morning
    assert len(mail.outbox) == 1


def test_quiet_hours_follow_the_clock_when_it_changes(steward: User) -> None:
    until_seven = MailPreference(user=steward, quiet_from=time(20), quiet_until=time(7))
    for day in (datetime(2026, 10, 31, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)):
        seven = timezone.make_aware(day.replace(hour=7, tzinfo=None))
        assert not queries.is_quiet_time(until_seven, seven)
        assert queries.is_quiet_time(until_seven, seven - timedelta(minutes=1))


def test_a_message_that_was_made_before_quiet_hours_waits_without_an_attempt(
    steward: User, waits: list[InboxTask]
) -> None:
    message = _queue()
    _choose(steward, MailPreference.Choice.EACH, quiet_from=time(11), quiet_until=time(13))
    delivery.send_email(message.pk, NOON)
    message.refresh_from_db()
    assert (message.state, message.attempts, mail.outbox) == ("waiting", 0, [])


def test_a_sent_message_is_the_proof_of_a_notice_and_one_that_failed_is_none(
    steward: User, waits: list[InboxTask]
) -> None:
    with patch.object(EmailBackend, "send_messages", side_effect=SMTPServerDisconnected("x")):
        _run(NOON)
    assert not queries.find_notice_deliveries(["draft:1"]).exists()
    _run(NOON + LATER)
    proof = queries.find_notice_deliveries(["draft:1"]).get()
    assert (proof.user, proof.channel, proof.delivered_at) == (steward, "email", NOON + LATER)


def test_what_a_person_sees_on_home_is_recorded_once_where_silence_counts(
    steward: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = InboxTask(1, "preview", "/", minutes=5, keys=("answer:1",), silence_counts=True)
    monkeypatch.setattr(views, "list_user_tasks", lambda who, on: [READ, answer])
    client.force_login(steward)
    for _visit in range(2):
        client.get(reverse("web:home"))
    proof = queries.find_notice_deliveries(["answer:1", "draft:1"]).get()
    assert (proof.key, proof.channel) == ("answer:1", "inbox")
    assert AuditLine.objects.filter(event="notice.read").count() == 1
