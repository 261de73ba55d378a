"""Rows → facts about how organizations protect what they hold, and who has access there."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from cairn.partners.models import Affiliation, Assessment, Bar, Organization, SecurityPlan
from cairn.partners.questionnaire import asked_of
from cairn.rules.clearance import Clearance, Colleague, OrganizationSecurity
from cairn.rules.roles import HOLDS_ACCESS
from cairn.rules.vocabulary import OrganizationKind
from cairn.training.facts import clearances

Counts = dict[str, tuple[date, date]]
"""Questionnaire → from when through when its newest answers count."""


def security(organizations: Iterable[Organization]) -> tuple[OrganizationSecurity, ...]:
    """What is on record about each organization, in the order given."""
    found, _own = security_and_clearance(organizations)
    return found


def security_and_clearance(
    organizations: Iterable[Organization], person: int | None = None
) -> tuple[tuple[OrganizationSecurity, ...], Clearance | None]:
    """The security of organizations, and the clearance of one person (by id) beside it.

    Together, since a person's colleagues and the person are read by the same two queries; one
    query a table, however many organizations.
    """
    rows = list(organizations)
    ids = [row.pk for row in rows]
    held = list(
        Affiliation.objects.filter(
            organization__in=ids, role__in=HOLDS_ACCESS, user__is_active=True
        )
        .order_by("pk")
        .values_list("organization_id", "user_id", "starts", "ends")
    )
    people = {user for _organization, user, _starts, _ends in held}
    known = clearances(people if person is None else people | {person})
    spans = {user: clearance.spans() for user, clearance in known.items()}
    colleagues: dict[int, list[Colleague]] = defaultdict(list)
    for organization, user, starts, ends in held:
        colleagues[organization].append(Colleague(starts, ends, spans[user]))
    assessed, planned, barred = _assessed(ids), _planned(ids), _barred(ids)
    found = []
    for row in rows:
        first, last = _counting(row, assessed.get(row.pk, {}))
        found.append(
            OrganizationSecurity(
                organization=row.slug,
                assessed_on=first,
                assessment_expires=last,
                plan_on=planned.get(row.pk),
                barred_until=barred.get(row.pk),
                colleagues=tuple(colleagues[row.pk]),
            )
        )
    return tuple(found), None if person is None else known[person]


def _counting(row: Organization, newest: Counts) -> tuple[date | None, date | None]:
    """From when through when every questionnaire that is asked of this kind stands answered."""
    asked = [q.id for q in asked_of(OrganizationKind(row.kind))]
    if not set(asked) <= set(newest):
        return None, None
    return max(newest[name][0] for name in asked), min(newest[name][1] for name in asked)


def _assessed(ids: list[int]) -> Mapping[int, Counts]:
    found: dict[int, Counts] = defaultdict(dict)
    rows = Assessment.objects.filter(organization__in=ids).order_by("assessed_on", "pk")
    columns = ("organization_id", "questionnaire", "assessed_on", "expires_on")
    for organization, questionnaire, first, last in rows.values_list(*columns):
        found[organization][questionnaire] = (first, last)
    return found


def _planned(ids: list[int]) -> Mapping[int, date]:
    """The day on which each organization first had a plan."""
    rows = SecurityPlan.objects.filter(organization__in=ids).order_by("-adopted_on")
    return dict(rows.values_list("organization_id", "adopted_on"))


def _barred(ids: list[int]) -> Mapping[int, date]:
    """The last day of each organization's longest bar that nobody lifted."""
    rows = Bar.objects.filter(organization__in=ids, lifted_on__isnull=True).order_by("until")
    return dict(rows.values_list("organization_id", "until"))
