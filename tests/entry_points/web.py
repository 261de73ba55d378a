"""The doors of the shell and of the audit trail."""

from typing import Any

from django.utils import timezone
from tests.entry_points.entry import BackgroundTask, Route

from cairn.governance.partners.models import Affiliation, Organization
from cairn.platform.accounts.models import User
from cairn.platform.audit.models import Work
from cairn.platform.notifications.messages import seal_text
from cairn.platform.notifications.models import MailMessage
from cairn.platform.schedule.models import JobRun
from cairn.policy.vocabulary.access import STAFF_ROLES, Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.organizations import OrganizationKind

EVERYONE = frozenset(Role)
STAFF = EVERYONE - {Role.PUBLIC}


def running() -> dict[str, Any]:
    """A piece of long work."""
    now = timezone.localtime()
    return {"pk": Work.objects.create(kind="k", subject="s:1", started=now, updated=now).pk}


def partner() -> dict[str, Any]:
    """A partner, by the last part of its address."""
    organization, _ = Organization.objects.get_or_create(
        slug="river", defaults={"name": "River", "kind": OrganizationKind.SCHOOL_DISTRICT.value}
    )
    return {"slug": organization.slug}


def message() -> dict[str, Any]:
    """An email about a task that waits to be sent."""
    now = timezone.localtime()
    person = User.objects.create(email="told@example.org", name="Told")
    Affiliation.objects.create(
        user=person,
        organization=Organization.objects.get(slug=partner()["slug"]),
        role=Role.STEWARD.value,
        starts=now.date(),
    )
    made = MailMessage.objects.create(
        kind=MailMessage.Kind.TASKS,
        user=person,
        address=person.email,
        sealed=seal_text(person.email, "A task waits."),
        created_at=now,
        next_try_at=now,
    )
    return {"message_id": made.pk}


def cleanup_run() -> dict[str, Any]:
    """A run of a scheduled job."""
    run = JobRun.objects.create(job="schedule.cleanup", due_at=timezone.localtime())
    return {"run_id": run.pk}


def person_with_a_task() -> dict[str, Any]:
    """A steward who has not met the access requirements, which is a task."""
    message()
    MailMessage.objects.all().delete()
    return {}


ROUTES = {
    "web:search": Route(STAFF, "get", dict, (Action.VIEW_WORK,)),
    "web:help": Route(EVERYONE, "get", dict, (Action.VIEW_HOME,)),
    "web:help_page": Route(
        EVERYONE, "get", lambda: {"name": "how-to/sign-an-agreement"}, (Action.VIEW_HOME,)
    ),
    "web:gallery": Route(EVERYONE, "get", dict, (Action.VIEW_HOME,)),
    "web:partner": Route(STAFF_ROLES, "get", partner, (Action.VIEW_PARTNERS,)),
    "web:home": Route(EVERYONE, "get", dict, (Action.VIEW_HOME,)),
    "web:close_tour": Route(
        STAFF_ROLES, "post", dict, (Action.CHANGE_OWN_ACCOUNT,), records=("tour.closed",)
    ),
    "web:mail": Route({Role.DATA_MANAGER}, "get", dict, (Action.MANAGE_EMAIL,)),
    "web:mailbox": Route(EVERYONE, "get", dict, (Action.VIEW_HOME,)),
    "web:mailbox_mail": Route(EVERYONE, "get", lambda: {"key": "1"}, (Action.VIEW_HOME,)),
    "web:schedule": Route({Role.DATA_MANAGER}, "get", dict, (Action.MANAGE_SCHEDULE,)),
    "web:status": Route({Role.DATA_MANAGER}, "get", dict, (Action.MANAGE_SCHEDULE,)),
    "web:run_job": Route(
        {Role.DATA_MANAGER},
        "post",
        lambda: {"name": "schedule.cleanup"},
        (Action.MANAGE_SCHEDULE,),
        records=("schedule.requested",),
    ),
    "web:mail_choice": Route(STAFF_ROLES, "get", dict, (Action.CHANGE_OWN_ACCOUNT,)),
    "web:progress": Route(STAFF, "get", running, (Action.VIEW_WORK,)),
    "audit:log": Route({Role.DATA_MANAGER}, "get", dict, (Action.VIEW_AUDIT,)),
    "audit:verify": Route({Role.DATA_MANAGER}, "get", dict, (Action.VERIFY,)),
}

TASKS = {
    "cairn.interfaces.web.tasks.email_waiting_tasks": BackgroundTask(
        person_with_a_task, (Action.RECEIVE_TASK_EMAIL,), ("email.queued", "email.failed")
    ),
    "cairn.platform.schedule.tasks.run_scheduled_job": BackgroundTask(cleanup_run, ()),
    "cairn.platform.notifications.tasks.send_email_task": BackgroundTask(
        message, (Action.RECEIVE_TASK_EMAIL,), ("email.failed",)
    ),
}
