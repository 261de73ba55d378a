"""Eighteenth birthdays: from that day on the right to consent is the student's own (34 CFR 99.5).

Only counts by month leave this module, and only for organizations whose consents one may see.
"""

from collections import Counter
from datetime import date

from django.urls import reverse
from django.utils.translation import ngettext

from cairn.consents.models import Child
from cairn.consents.sealing import label
from cairn.partners.due import Due, DueKind
from cairn.partners.models import Organization
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.rights import majority
from cairn.rules.vocabulary import Action


def due(who: Actor, on: date, until: date) -> list[Due]:
    """For each month with any, the first day of it and how many students turn eighteen then."""
    found: list[Due] = []
    for row in Organization.objects.filter(children_with_consents__isnull=False).distinct():
        if not may_open(Action.VIEW_CONSENTS, who, organization=row.slug, on=on).allowed:
            continue
        months = Counter(day.replace(day=1) for day in _birthdays(row) if on <= day <= until)
        for month, students in sorted(months.items()):
            said = {"n": students, "name": row.name}
            what = ngettext(
                "%(n)s student of %(name)s turns 18 in this month: ask the student",
                "%(n)s students of %(name)s turn 18 in this month: ask them",
                students,
            )
            address = reverse("consents:list")
            found.append(Due(max(month, on), what % said, DueKind.BIRTHDAY, row.slug, address))
    return found


def _birthdays(row: Organization) -> list[date]:
    born = (
        label(child.key, child.sealed).birth_date
        for child in Child.objects.filter(organization=row)
    )
    return [majority(day) for day in born if day is not None]
