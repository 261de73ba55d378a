"""Email people the tasks that wait for them, in the worker."""

from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from cairn.governance.partners.api import load_actor
from cairn.interfaces.web.user_tasks import list_user_tasks
from cairn.platform.accounts.api import User
from cairn.platform.notifications import api as notifications
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action

EMAIL_INTERVAL: Final = timedelta(minutes=5)
"""How often a worker looks for tasks that began to wait, and for email to send again."""


def enqueue_email_run(now: datetime) -> bool:
    """Queue a run that emails people, unless email is off or another worker queued one just now.

    Args:
        now: the time.

    Returns:
        True if a run was queued.
    """
    if not notifications.is_email_on():
        return False
    runs = DBTaskResult.objects.filter(task_path=email_waiting_tasks.module_path)
    waiting = runs.filter(status__in=(TaskResultStatus.READY, TaskResultStatus.RUNNING))
    if waiting.exists() or runs.filter(enqueued_at__gt=now - EMAIL_INTERVAL).exists():
        return False
    runs.delete()
    email_waiting_tasks.enqueue()
    return True


@task()
def email_waiting_tasks() -> None:
    """Make a message for each person with a new task, and queue the messages that are due."""
    now = timezone.now()
    notifications.fail_interrupted_messages(now)
    for user in User.objects.filter(is_active=True).order_by("pk"):
        _email_person(user, now)
    for message_id in notifications.list_due_messages(now):
        notifications.send_email_task.enqueue(message_id)


def _email_person(user: User, now: datetime) -> None:
    person, today = load_actor(user), timezone.localdate(now)
    decision = may_open_page(Action.RECEIVE_TASK_EMAIL, person, on=today)
    if not decision.allowed:
        return
    decision.require()
    waiting = list_user_tasks(person, today)
    notifications.forget_finished_tasks(user, waiting)
    tasks = notifications.find_tasks_to_email(user, waiting, now)
    if not tasks:
        return
    try:
        notifications.queue_task_email(user=user, tasks=tasks, who=person, by=None, at=now)
    except IntegrityError:
        # Another worker made the message at the same moment.
        return
