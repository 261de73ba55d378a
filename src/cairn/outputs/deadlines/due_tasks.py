"""List due and late items as tasks: data submissions, and reports to partners."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from django.urls import reverse
from django.utils.translation import ngettext

from cairn.outputs.deadlines.due_dates import list_delivery_and_report_deadlines
from cairn.platform.deadline_sources.api import Deadline, DeadlineKind
from cairn.platform.inbox.api import InboxTask
from cairn.policy.facts import Actor
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action

__all__ = ["list_due_tasks"]

REMINDER_DAYS: Final = 14
"""How many days before a data submission or a report is due its task begins to wait."""


def list_due_tasks(actor: Actor, on: date) -> list[InboxTask]:
    """List the data submissions and reports that are due soon or late.

    A submission is a task of those who may send it for its organization. Once it is late, it is
    also a task of those who manage partners, since they can remind the sender. A report to a
    partner is a task of the organization that promised it.

    Args:
        actor: the user.
        on: the day of the decision.

    Returns:
        At most one task of each kind.
    """
    if not may_open_page(Action.VIEW_DEADLINES, actor, on=on).allowed:
        return []
    deadlines = list_delivery_and_report_deadlines(actor, on, on + timedelta(days=REMINDER_DAYS))
    deliveries = [due for due in deadlines if due.kind == DeadlineKind.DELIVERY]
    own = [due for due in deliveries if _may_send(actor, due.organization, on)]
    late = [due for due in deliveries if due.on < on and due not in own]
    if not may_open_page(Action.CHANGE_PARTNERS, actor, on=on).allowed:
        late = []
    organizations = actor.list_organizations(on)
    reports = [
        due
        for due in deadlines
        if due.kind == DeadlineKind.GIVE_BACK
        and organizations.intersection(due.organization.split(", "))
        and may_open_page(Action.CHANGE_PARTNERS, actor, on=on).allowed
    ]
    upload, calendar = reverse("intake:upload"), reverse("deadlines:list")
    own_soon = [due for due in own if due.on >= on]
    own_late = [due for due in own if due.on < on]
    return [
        *_build_due_task(
            "delivery.due",
            own_soon,
            ngettext("data submission due", "data submissions due", len(own_soon)),
            upload,
        ),
        *_build_due_task(
            "delivery.late",
            own_late,
            ngettext("late data submission", "late data submissions", len(own_late)),
            upload,
        ),
        *_build_due_task(
            "delivery.remind",
            late,
            ngettext(
                "late data submission of a partner", "late data submissions of partners", len(late)
            ),
            calendar,
        ),
        *_build_due_task(
            "report.due",
            reports,
            ngettext("report to a partner due", "reports to partners due", len(reports)),
            calendar,
        ),
    ]


def _may_send(actor: Actor, organization: str, on: date) -> bool:
    is_own = organization in actor.list_organizations(on)
    return is_own and may_open_page(Action.DELIVER, actor, organization=organization, on=on).allowed


def _build_due_task(
    kind: str, deadlines: list[Deadline], title: str, url: str
) -> Iterable[InboxTask]:
    if deadlines:
        yield InboxTask(
            count=len(deadlines),
            title=title,
            url=url,
            due=min(due.on for due in deadlines),
            minutes=15,
            keys=tuple(f"{kind}:{due.key or due.what}:{due.on}" for due in deadlines),
        )
