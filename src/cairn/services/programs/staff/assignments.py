"""Read who is assigned to which program and site, for the data steward and for the person."""

from datetime import date, timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.governance.partners.api import Affiliation, Organization
from cairn.platform.accounts.api import User
from cairn.platform.inbox.api import InboxTask
from cairn.policy.facts import Actor
from cairn.policy.vocabulary import Action, Role
from cairn.services.programs import models, queries

__all__ = ["list_assignment_notices"]

_NOTICE_DAYS: Final = 14
"""How long a person reads in the list of tasks that an assignment of theirs changed."""


def list_assigning_organizations(who: Actor, on: date) -> QuerySet[Organization]:
    """List the organizations for which a user assigns staff; none for anyone else.

    Args:
        who: the policy facts about the user.
        on: the date.

    Returns:
        The organizations.

    Raises:
        Refused: the user may assign staff of no organization.
    """
    return queries.list_program_organizations(who, on, Action.ASSIGN_STAFF)


def select_assignable_staff(organization: Organization, on: date) -> QuerySet[User]:
    """Select the people with the role program staff at an organization today or later, by name."""
    current = Q(ends=None) | Q(ends__gte=on)
    roles = Affiliation.objects.filter(
        current, organization=organization, role=Role.PROGRAM_STAFF.value
    )
    return User.objects.filter(is_active=True, pk__in=roles.values("user")).order_by("name")


def list_staff_assignments(organization: Organization) -> QuerySet[models.StaffAssignment]:
    """List the assignments of an organization's staff by name, the newest first."""
    return organization.staff_assignments.select_related("person", "program", "organization")


def list_assignment_notices(who: Actor, on: date) -> list[InboxTask]:
    """List one task for a person with assignments that began or ended in the last 14 days.

    Args:
        who: the policy facts about the user.
        on: the date.

    Returns:
        At most one task, which opens the person's programs.
    """
    if not who.id.isdecimal() or not who.assignments:
        return []
    since = on - timedelta(days=_NOTICE_DAYS)
    rows = models.StaffAssignment.objects.filter(person=int(who.id)).filter(
        Q(assigned_at__date__gte=since) | Q(ended_at__date__gte=since)
    )
    changed = list(rows.select_related("program"))
    if not changed:
        return []
    title = ngettext(
        "change of your assignment to a program or site",
        "changes of your assignments to programs or sites",
        len(changed),
    )
    keys = tuple(f"assignment:{row.pk}:{row.ends or 'open'}" for row in changed)
    detail = "; ".join(describe_assignment(row) for row in changed[:3])
    return [
        InboxTask(
            len(changed), title, reverse("programs:list"), detail=detail, minutes=1, keys=keys
        )
    ]


def describe_assignment(row: models.StaffAssignment) -> str:
    """Describe an assignment in one line, such as "Tutor, Homework help: from Nov. 29, 2026"."""
    if not row.is_ever_active:
        return f"{row.get_position_display()}, {row.name}: {_('never in force')}"
    first = date_format(row.starts)
    period = _("from {day}").format(day=first)
    if row.ends is not None:
        period = _("{first} to {last}").format(first=first, last=date_format(row.ends))
    return f"{row.get_position_display()}, {row.name}: {period}"
