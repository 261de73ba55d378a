"""Send messages in the worker. Tasks carry ids only."""

from datetime import datetime

from django.utils import timezone
from django_tasks import task

from cairn.platform.accounts.api import User
from cairn.platform.notifications.actions import queue_link_email
from cairn.platform.notifications.delivery import send_email
from cairn.platform.notifications.models import MailMessage

__all__ = ["email_link", "send_email_task"]


@task()
def send_email_task(message_id: int) -> None:
    """Send one message, if it still waits.

    Args:
        message_id: id of the message.
    """
    send_email(message_id, timezone.now())


def email_link(
    *, kind: MailMessage.Kind, address: str, subject: str, text: str, by: User | None, at: datetime
) -> None:
    """Make a message with a one-time link or a notice, and queue it for the worker at once.

    Args:
        kind: what the message is for.
        address: where it goes.
        subject: subject line.
        text: the message.
        by: the user who made the link or the change; None for a family, which has no account.
        at: the moment of the action.
    """
    message = queue_link_email(kind=kind, address=address, subject=subject, text=text, by=by, at=at)
    send_email_task.enqueue(message.pk)
