"""Hand messages to the mail server: each at most once, unless the server says that it failed."""

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from smtplib import SMTPException
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import F
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cairn.platform.accounts.api import User
from cairn.platform.actions.api import load_current_actor
from cairn.platform.inbox.api import InboxTask
from cairn.platform.notifications import queries as notice_queries
from cairn.platform.notifications.actions import (
    record_bounce,
    record_email_failure,
    record_email_sent,
)
from cairn.platform.notifications.bounces import BounceSummary, read_bounce_reports
from cairn.platform.notifications.messages import unseal_text
from cairn.platform.notifications.models import BouncedAddress, MailedTask, MailMessage
from cairn.platform.schedule.api import EveryMinutes, ScheduledJob
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action

__all__ = [
    "count_link_emails",
    "delete_place_offer_emails",
    "delete_registration_links",
    "fail_interrupted_messages",
    "forget_finished_tasks",
    "import_bounce_reports",
    "is_email_on",
    "list_due_messages",
    "send_due_email",
    "send_email",
]

_SENDING_TIMEOUT: Final = timedelta(minutes=10)


def is_email_on() -> bool:
    """Return whether this installation names a mail server.

    Returns:
        True if it sends email.
    """
    return bool(settings.CAIRN_EMAIL_BACKEND)


def forget_finished_tasks(user: User, waiting: Iterable[InboxTask]) -> None:
    """Forget tasks that no longer wait, so that they are emailed again if they begin again.

    Args:
        user: the person.
        waiting: all tasks that wait for them now.
    """
    keys = {key for task in waiting for key in task.keys}
    MailedTask.objects.filter(user=user).exclude(key__in=keys).delete()


def count_link_emails(kind: MailMessage.Kind, address: str, since: datetime) -> int:
    """Count the emails of a kind to an address since a time.

    Args:
        kind: what the emails are about.
        address: the address, in any letter case.
        since: the time.

    Returns:
        The number.
    """
    rows = MailMessage.objects.filter(kind=kind.value, address__iexact=address)
    return rows.filter(created_at__gt=since).count()


def delete_registration_links(before: datetime) -> None:
    """Delete the emails with links to unfinished registrations, when the links have ended.

    Args:
        before: only emails that were made before this time.
    """
    kind = MailMessage.Kind.REGISTRATION_LINK.value
    MailMessage.objects.filter(kind=kind, created_at__lt=before).delete()


def delete_place_offer_emails(addresses: Collection[str], before: datetime) -> None:
    """Delete the emails about a place to families, when the data of the families are erased.

    That an address bounced is deleted with its last message, unless it is of a person with access.

    Args:
        addresses: the addresses of the families.
        before: only emails that were made before this time.
    """
    rows = MailMessage.objects.filter(address__in=addresses, user=None)
    rows.filter(kind=MailMessage.Kind.PLACE_OFFER, created_at__lt=before).delete()
    kept = {*MailMessage.objects.filter(address__in=addresses).values_list("address", flat=True)}
    unused = {address.lower() for address in {*addresses} - kept}
    unused.difference_update(User.objects.filter(email__in=unused).values_list("email", flat=True))
    BouncedAddress.objects.annotate(lower=Lower("address")).filter(lower__in=unused).delete()


def list_due_messages(at: datetime) -> list[int]:
    """List the messages that are due for their next attempt.

    Args:
        at: the time.

    Returns:
        Their ids, the oldest first.
    """
    rows = MailMessage.objects.filter(state=MailMessage.State.WAITING, next_try_at__lte=at)
    return list(rows.values_list("pk", flat=True))


def send_email(message_id: int, at: datetime) -> None:
    """Send one message that waits; one that is being sent or was sent is left alone.

    A message about tasks is sent only if the person may still get it.

    Args:
        message_id: id of the message.
        at: the time.
    """
    waiting = MailMessage.objects.filter(pk=message_id, state=MailMessage.State.WAITING)
    row = waiting.select_related("user").first()
    if row is None or (
        row.user and notice_queries.is_quiet_time(notice_queries.get_mail_preference(row.user), at)
    ):
        return
    sending = MailMessage.State.SENDING
    if not waiting.update(state=sending, attempts=F("attempts") + 1, attempted_at=at):
        return
    message = MailMessage.objects.get(pk=message_id)
    if message.user is not None:
        person = load_current_actor(message.user)
        if not may_open_page(Action.RECEIVE_TASK_EMAIL, person, on=timezone.localdate(at)).allowed:
            problem = "The person has no active sign-in or role."
            record_email_failure(message=message, problem=problem, is_final=True, by=None, at=at)
            return
    if notice_queries.is_undeliverable(message.address):
        problem = "Email to this address bounced."
        record_email_failure(message=message, problem=problem, is_final=True, by=None, at=at)
        return
    if not is_email_on():
        problem = "No mail server is set up."
        record_email_failure(message=message, problem=problem, is_final=False, by=None, at=at)
        return
    text = unseal_text(message.address, message.sealed)
    try:
        with get_connection(settings.CAIRN_EMAIL_BACKEND) as connection:
            EmailMessage(
                message.subject,
                text,
                to=[message.address],
                connection=connection,
                headers={"Message-ID": _build_message_id(message)},
            ).send()
    except (SMTPException, OSError) as error:
        # The kind of error only: what the server answered may repeat the address or the text.
        problem = f"The mail server did not take it ({type(error).__name__})."
        record_email_failure(message=message, problem=problem, is_final=False, by=None, at=at)
    else:
        record_email_sent(message=message, by=None, at=at)


def _build_message_id(message: MailMessage) -> str:
    """Build the Message-ID, by which the report of a bounce names the message."""
    host = urlsplit(settings.CAIRN_SITE).hostname
    return f"<cairn.{message.token or secrets.token_hex(16)}@{host}>"


def import_bounce_reports(path: Path, by: User, at: datetime) -> BounceSummary:
    """Record every bounce that the files of a mailbox report. A second reading changes nothing.

    Args:
        path: an mbox file, a Maildir folder, or one message.
        by: the user who acts.
        at: the time.

    Returns:
        What became of the reports.

    Raises:
        Refused: the user may not manage email.
    """
    recorded = known = other = 0
    for report in read_bounce_reports(path):
        rows = MailMessage.objects.exclude(token="").filter(token=report.token) if report else ()
        message = next(iter(rows), None)
        if report is None or message is None:
            other += 1
        elif message.state == MailMessage.State.BOUNCED:
            known += 1
        else:
            record_bounce(message=message, status=report.status, by=by, at=at)
            recorded += 1
    return BounceSummary(recorded, known, other)


def fail_interrupted_messages(at: datetime) -> None:
    """Record as failed what a worker was sending when it died: it may have arrived.

    Args:
        at: the time.
    """
    interrupted = MailMessage.objects.filter(
        state=MailMessage.State.SENDING, attempted_at__lt=at - _SENDING_TIMEOUT
    )
    problem = "The worker stopped while sending it. It may have arrived."
    for message in interrupted:
        record_email_failure(message=message, problem=problem, is_final=True, by=None, at=at)


def send_due_email(now: datetime) -> str:
    """Send every message that is due, after closing those that a worker died with.

    Args:
        now: the time.

    Returns:
        How many messages were tried, in one sentence.
    """
    fail_interrupted_messages(now)
    due = list_due_messages(now)
    for message_id in due:
        send_email(message_id, now)
    return f"Tried to send {len(due)} messages."


SEND_JOB: Final = ScheduledJob(
    name="email.send",
    title=_("Send email"),
    purpose=_("Sends the messages that are due, and tries those again that were not sent."),
    cadence=EveryMinutes(1),
    run=send_due_email,
    is_on=is_email_on,
)
