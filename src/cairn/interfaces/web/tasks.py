"""Email people the tasks that wait for them, in the worker."""

from datetime import datetime
from typing import Final

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django_tasks import task

from cairn.governance.partners.api import load_actor
from cairn.interfaces.web.user_tasks import list_user_tasks
from cairn.platform.accounts.api import User
from cairn.platform.notifications import api as notifications
from cairn.platform.schedule.api import EveryMinutes, ScheduledJob
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action


def email_new_tasks(now: datetime) -> str:
    """Make a message for each person with a new task, as they chose to get them.

    Args:
        now: the time.

    Returns:
        How many messages were made, in one sentence.
    """
    users = User.objects.filter(is_active=True).order_by("pk")
    count = sum(_email_person(user, now) for user in users)
    return f"Made {count} messages."


@task()
def email_waiting_tasks() -> None:
    """Make and send messages. The queue of an earlier version may hold this task."""
    now = timezone.now()
    email_new_tasks(now)
    notifications.send_due_email(now)


def _email_person(user: User, now: datetime) -> bool:
    person, today = load_actor(user), timezone.localdate(now)
    decision = may_open_page(Action.RECEIVE_TASK_EMAIL, person, on=today)
    if not decision.allowed:
        return False
    decision.require()
    with override(notifications.get_mail_preference(user).language):
        waiting = list_user_tasks(person, today)
    notifications.forget_finished_tasks(user, waiting)
    tasks = notifications.find_tasks_to_email(user, waiting, now)
    if not tasks:
        return False
    try:
        notifications.queue_task_email(user=user, tasks=tasks, who=person, by=None, at=now)
    except IntegrityError:
        # Another worker made the message at the same moment.
        return False
    return True


EMAIL_JOB: Final = ScheduledJob(
    name="email.tasks",
    title=_("Email people about new tasks"),
    purpose=_(
        "Looks for tasks that began to wait for a person, also data submissions that are due or "
        "late, and makes one message for each person."
    ),
    cadence=EveryMinutes(5),
    run=email_new_tasks,
    is_on=notifications.is_email_on,
)
