"""Read who gets email about which tasks, and which messages were not sent."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from cairn.platform.accounts.api import User
from cairn.platform.actions.api import watch_value
from cairn.platform.inbox.api import InboxTask
from cairn.platform.notifications.models import (
    BouncedAddress,
    MailedTask,
    MailMessage,
    MailPreference,
    NoticeDelivery,
)
from cairn.policy.facts import Actor
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action

__all__ = [
    "find_notice_deliveries",
    "find_tasks_to_email",
    "get_mail_preference",
    "is_quiet_time",
    "is_undeliverable",
    "list_bounced_addresses",
    "list_mail_tasks",
    "list_read_notices",
    "list_unrecorded_notices",
    "list_unsent_messages",
]

_DAILY_FROM: Final = time(7)
"""When the message of a day is sent, in the time zone of the installation."""

_UNSENT_STATES: Final = (MailMessage.State.WAITING, MailMessage.State.FAILED)


def get_mail_preference(user: User) -> MailPreference:
    """Return what a person chose about email.

    Args:
        user: the person.

    Returns:
        Their choices; an unsaved row with the defaults if they never chose.
    """
    row = MailPreference.objects.filter(user=user).first()
    return row if row is not None else MailPreference(user=user)


def is_quiet_time(preference: MailPreference, at: datetime) -> bool:
    """Return whether a person wants no email about tasks at a moment.

    Args:
        preference: what the person chose.
        at: the moment; the hours are those of the installation's time zone.

    Returns:
        True inside their quiet hours, which may go past midnight.
    """
    start, end = preference.quiet_from, preference.quiet_until
    if start is None or end is None:
        return False
    now = timezone.localtime(at).time()
    return start <= now < end if start <= end else now >= start or now < end


def is_undeliverable(address: str) -> bool:
    """Return whether email to an address bounced, and no person has cleared it.

    Args:
        address: the address.

    Returns:
        True if nothing is sent to it.
    """
    return BouncedAddress.objects.filter(address__iexact=address).exists()


def list_bounced_addresses() -> QuerySet[BouncedAddress]:
    """List the addresses to which nothing is sent, because email to them bounced.

    Returns:
        The addresses.
    """
    return BouncedAddress.objects.all()


def find_tasks_to_email(
    user: User, waiting: Iterable[InboxTask], at: datetime
) -> tuple[InboxTask, ...]:
    """Find the tasks that an email to a person names now.

    Args:
        user: the person.
        waiting: all tasks that wait for them.
        at: the time.

    Returns:
        The tasks with something that no earlier email named; none if the person chose no email,
        or chose one a day and had it or it is too early.
    """
    preference = get_mail_preference(user)
    if preference.choice == MailPreference.Choice.OFF or is_quiet_time(preference, at):
        return ()
    if preference.choice == MailPreference.Choice.DAILY and not _is_daily_due(user, at):
        return ()
    if is_undeliverable(user.email):
        return ()
    mailed = set(MailedTask.objects.filter(user=user).values_list("key", flat=True))
    return tuple(task for task in waiting if not mailed.issuperset(task.keys))


def _is_daily_due(user: User, at: datetime) -> bool:
    local = timezone.localtime(at)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    rows = MailMessage.objects.filter(user=user, kind=MailMessage.Kind.TASKS)
    return local.time() >= _DAILY_FROM and not rows.filter(created_at__gte=midnight).exists()


def list_unsent_messages() -> QuerySet[MailMessage]:
    """List the messages that the mail server has not taken yet, the newest first.

    Returns:
        Those that failed, and those that wait after an attempt.
    """
    rows = MailMessage.objects.filter(state__in=_UNSENT_STATES, attempts__gt=0)
    return rows.select_related("user").order_by("-created_at", "-pk")


def list_mail_tasks(who: Actor, on: date) -> list[InboxTask]:
    """List the task to look at messages that could not be sent.

    Args:
        who: facts about the person.
        on: the day.

    Returns:
        The tasks of the data manager; none for others.
    """
    if not may_open_page(Action.MANAGE_EMAIL, who, on=on).allowed:
        return []
    tasks, url = [], reverse("web:mail")
    failed = MailMessage.objects.filter(state=MailMessage.State.FAILED)
    if keys := tuple(f"email:{pk}" for pk in failed.values_list("pk", flat=True)):
        title = ngettext("email that was not sent", "emails that were not sent", len(keys))
        tasks.append(InboxTask(len(keys), title, url, minutes=5, keys=keys))
    bounced = BouncedAddress.objects.values_list("pk", flat=True)
    if keys := tuple(f"email.bounced:{pk}" for pk in bounced):
        title = ngettext("email address that bounced", "email addresses that bounced", len(keys))
        tasks.append(InboxTask(len(keys), title, url, minutes=5, keys=keys))
    return tasks


def find_notice_deliveries(keys: Iterable[str]) -> QuerySet[NoticeDelivery]:
    """Find the deliveries of notices of tasks, without those that bounced.

    Args:
        keys: keys of the tasks.

    Returns:
        The deliveries, the earliest first.
    """
    rows = NoticeDelivery.objects.filter(key__in=tuple(keys), bounced_at=None)
    return rows.order_by("delivered_at", "pk")


@watch_value
def list_read_notices(user_id: str, keys: tuple[str, ...]) -> frozenset[str]:
    """List which notices a person has read while signed in.

    Args:
        user_id: the id of the person's account, as policy facts have it.
        keys: keys of tasks.

    Returns:
        Those with a record that the person read them.
    """
    inbox = NoticeDelivery.Channel.INBOX
    rows = NoticeDelivery.objects.filter(user_id=int(user_id), channel=inbox, key__in=keys)
    return frozenset(rows.values_list("key", flat=True))


def list_unrecorded_notices(user: User, tasks: Iterable[InboxTask]) -> list[str]:
    """List the tasks with a clock that a person sees for the first time.

    Args:
        user: the person.
        tasks: the tasks that a page shows them.

    Returns:
        Keys of tasks in which silence counts, without a record that the person read them.
    """
    keys = dict.fromkeys(key for task in tasks if task.silence_counts for key in task.keys)
    inbox = NoticeDelivery.Channel.INBOX
    known = NoticeDelivery.objects.filter(user=user, channel=inbox, key__in=keys)
    recorded = set(known.values_list("key", flat=True)) if keys else set()
    return [key for key in keys if key not in recorded]
