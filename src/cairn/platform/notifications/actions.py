"""Choose email about tasks, make messages, and record what became of them."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, has_role_for, system_action
from cairn.platform.inbox.api import InboxTask
from cairn.platform.notifications.messages import compose_task_message, seal_text, unseal_text
from cairn.platform.notifications.models import (
    BouncedAddress,
    MailedTask,
    MailMessage,
    MailPreference,
    NoticeDelivery,
)
from cairn.platform.notifications.queries import get_mail_preference
from cairn.policy.engine import Permit
from cairn.policy.facts import Actor
from cairn.policy.vocabulary import Action

__all__ = [
    "MailChoices",
    "choose_task_email",
    "clear_bounced_address",
    "mark_undeliverable",
    "queue_link_email",
    "queue_task_email",
    "record_bounce",
    "record_email_failure",
    "record_email_sent",
    "record_notices_read",
    "retry_email",
]

MAX_ATTEMPTS: Final = 5
_FIRST_WAIT: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class MailChoices:
    """What a person chose about email.

    Attributes:
        choice: when they get email about tasks.
        language: language of the messages.
        quiet_from: no email about tasks from this time of the day; None for no quiet hours.
        quiet_until: until this time.
    """

    choice: MailPreference.Choice
    language: MailPreference.Language = MailPreference.Language.ENGLISH
    quiet_from: time | None = None
    quiet_until: time | None = None


@action("email.chosen", asks=has_role_for(Action.CHANGE_OWN_ACCOUNT))
def choose_task_email(
    permit: Permit, /, *, choices: MailChoices, by: User, at: datetime
) -> ActionResult[None]:
    """Choose when, and in which language, the user gets email about tasks.

    Args:
        choices: what they chose.
        by: the user, for their own account.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    values = {
        "choice": choices.choice.value,
        "language": choices.language.value,
        "quiet_from": choices.quiet_from,
        "quiet_until": choices.quiet_until,
        "changed_at": at,
    }
    MailPreference.objects.update_or_create(user=by, defaults=values)
    return ActionResult(subject=by, detail={"choice": choices.choice.value})


@action("email.queued", asks=has_role_for(Action.RECEIVE_TASK_EMAIL))
def queue_task_email(
    permit: Permit, /, *, user: User, tasks: Sequence[InboxTask], who: Actor, by: None, at: datetime
) -> ActionResult[MailMessage]:
    """Make one message that names tasks which wait for a person.

    Args:
        user: the person.
        tasks: the tasks, at least one of them not emailed before.
        who: the policy facts about the person.
        by: None, since no person asks for it.
        at: the moment of the action.

    Returns:
        The message, which waits to be sent.

    Raises:
        Refused: the person may not get email about tasks.
        IntegrityError: another run made a message of the same tasks.
    """
    subject, text = compose_task_message(user, tasks, get_mail_preference(user).language)
    message = _create_message(MailMessage.Kind.TASKS, user.email, subject, text, user, at)
    known = set(MailedTask.objects.filter(user=user).values_list("key", flat=True))
    keys = dict.fromkeys(key for task in tasks for key in task.keys if key not in known)
    MailedTask.objects.bulk_create(MailedTask(user=user, key=key, message=message) for key in keys)
    return ActionResult(message, subject=message, detail={"tasks": len(tasks)})


@system_action("email.queued", reason="it follows from the action that made the link or the change")
def queue_link_email(
    *,
    kind: MailMessage.Kind,
    address: str,
    subject: str,
    text: str,
    by: User | None,
    at: datetime,
) -> ActionResult[MailMessage]:
    """Make a message with a one-time link, or a notice of a change of a sign-in.

    Args:
        kind: what the message is for.
        address: where it goes.
        subject: subject line.
        text: the message, which is stored encrypted until it is sent.
        by: the user who made the link or the change; None for a family, which has no account.
        at: the moment of the action.

    Returns:
        The message, which waits to be sent.
    """
    message = _create_message(kind, address, subject, text, None, at)
    return ActionResult(message, subject=message, detail={"kind": kind.value})


def _create_message(
    kind: MailMessage.Kind, address: str, subject: str, text: str, user: User | None, at: datetime
) -> MailMessage:
    return MailMessage.objects.create(
        kind=kind.value,
        user=user,
        address=address,
        subject=subject,
        token=secrets.token_hex(16),
        sealed=seal_text(address, text),
        created_at=at,
        next_try_at=at,
    )


@system_action("email.sent", reason="it follows from the message that was queued")
def record_email_sent(*, message: MailMessage, by: None, at: datetime) -> ActionResult[None]:
    """Record that the mail server took a message, and delete its text.

    Args:
        message: the message.
        by: None, since no person asks for it.
        at: the moment of the action.
    """
    message.state, message.sealed, message.problem = MailMessage.State.SENT, b"", ""
    message.attempted_at = at
    message.save(update_fields=["state", "sealed", "problem", "attempted_at"])
    if message.user is not None:
        email = NoticeDelivery.Channel.EMAIL
        _create_deliveries(
            message.user, message.tasks.values_list("key", flat=True), email, at, message
        )
    return ActionResult(subject=message)


@system_action("notice.read", reason="it follows from a page that the policy let the person open")
def record_notices_read(*, keys: Iterable[str], by: User, at: datetime) -> ActionResult[None]:
    """Record that a person saw tasks on Home while signed in.

    Args:
        keys: keys of the tasks, which have no such record yet.
        by: the person.
        at: the moment of the action.
    """
    keys = tuple(keys)
    _create_deliveries(by, keys, NoticeDelivery.Channel.INBOX, at, None)
    return ActionResult(subject=by, detail={"tasks": len(keys)})


def _create_deliveries(
    user: User,
    keys: Iterable[str],
    channel: NoticeDelivery.Channel,
    at: datetime,
    message: MailMessage | None,
) -> None:
    """Create the rows that are new; the first delivery by a channel stays."""
    NoticeDelivery.objects.bulk_create(
        (
            NoticeDelivery(user=user, key=key, channel=channel, delivered_at=at, message=message)
            for key in keys
        ),
        ignore_conflicts=True,
    )


@system_action("email.failed", reason="it follows from the message that was queued")
def record_email_failure(
    *, message: MailMessage, problem: str, is_final: bool, by: None, at: datetime
) -> ActionResult[None]:
    """Record that a message was not sent; it waits for the next attempt, longer each time.

    Args:
        message: the message.
        problem: what happened, in words without the message's text.
        is_final: whether there is no next attempt, as after the last of five.
        by: None, since no person asks for it.
        at: the moment of the action.
    """
    ends = is_final or message.attempts >= MAX_ATTEMPTS
    message.state = MailMessage.State.FAILED if ends else MailMessage.State.WAITING
    message.problem = problem
    message.next_try_at = at + _FIRST_WAIT * 2 ** max(0, message.attempts - 1)
    message.save(update_fields=["state", "problem", "next_try_at"])
    return ActionResult(subject=message, detail={"attempts": message.attempts})


@action("email.retried", asks=has_role_for(Action.MANAGE_EMAIL))
def retry_email(
    permit: Permit, /, *, message: MailMessage, by: User, at: datetime
) -> ActionResult[None]:
    """Send a message that failed again, with five new attempts, to the person's present address.

    Args:
        message: the message.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    row = MailMessage.objects.select_for_update().get(pk=message.pk)
    if row.state == MailMessage.State.FAILED:
        if row.user is not None and row.user.email != row.address:
            text = unseal_text(row.address, row.sealed)
            row.address, row.sealed = row.user.email, seal_text(row.user.email, text)
        row.state, row.attempts, row.next_try_at = MailMessage.State.WAITING, 0, at
        row.save()
    return ActionResult(subject=message)


@action("email.bounced", asks=has_role_for(Action.MANAGE_EMAIL))
def record_bounce(
    permit: Permit, /, *, message: MailMessage, status: str, by: User, at: datetime
) -> ActionResult[None]:
    """Record that a message could not be delivered, so that it was no notice of anything.

    A permanent failure (status 5) also ends email to the address, until a person clears it.

    Args:
        message: the message, which the mail server had taken.
        status: status code of the report, such as "5.1.1" (RFC 3463).
        by: the user who read the report.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    message.state = MailMessage.State.BOUNCED
    message.problem = f"It could not be delivered (status {status})."
    message.save(update_fields=["state", "problem"])
    message.deliveries.filter(bounced_at=None).update(bounced_at=at)
    if status.startswith("5"):
        values = {"bounced_at": at, "status": status}
        BouncedAddress.objects.get_or_create(address=message.address, defaults=values)
    return ActionResult(subject=message)


@action("email.address_marked", asks=has_role_for(Action.MANAGE_EMAIL))
def mark_undeliverable(
    permit: Permit, /, *, address: str, by: User, at: datetime
) -> ActionResult[None]:
    """Mark an address as undeliverable: nothing that was emailed to it counts as a notice.

    Args:
        address: the address.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    address = address.strip().lower()
    BouncedAddress.objects.get_or_create(address=address, defaults={"bounced_at": at})
    deliveries = NoticeDelivery.objects.filter(message__address=address, bounced_at=None)
    deliveries.update(bounced_at=at)
    return ActionResult(subject="address:")


@action("email.address_cleared", asks=has_role_for(Action.MANAGE_EMAIL))
def clear_bounced_address(
    permit: Permit, /, *, bounced: BouncedAddress, by: User, at: datetime
) -> ActionResult[None]:
    """Send email to an address again.

    What bounced stays no notice; the tasks that still wait are emailed again.

    Args:
        bounced: the address.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    MailedTask.objects.filter(user__email=bounced.address).delete()
    BouncedAddress.objects.filter(pk=bounced.pk).delete()
    return ActionResult(subject="address:")
