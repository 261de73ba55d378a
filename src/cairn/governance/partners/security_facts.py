"""Load facts about how organizations protect what they hold, and who has access there."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from cairn.governance.partners.models.organizations import Affiliation, Organization
from cairn.governance.partners.models.security import Assessment, Bar, SecurityPlan
from cairn.governance.partners.questionnaire import list_questionnaires_for
from cairn.governance.training.api import load_clearances
from cairn.policy.facts import Clearance, Colleague, OrganizationSecurity
from cairn.policy.law import STUDENT_DATA_ROLES
from cairn.policy.vocabulary import OrganizationKind

AssessmentPeriods = dict[str, tuple[date, date]]
"""The first and last day on which the newest answers to each questionnaire count."""


def load_security_facts(organizations: Iterable[Organization]) -> tuple[OrganizationSecurity, ...]:
    """Load the security records of organizations.

    Args:
        organizations: the organization rows.

    Returns:
        The security facts, in the order given.
    """
    security_facts, _own = load_security_and_clearance(organizations)
    return security_facts


def load_security_and_clearance(
    organizations: Iterable[Organization], person: int | None = None
) -> tuple[tuple[OrganizationSecurity, ...], Clearance | None]:
    """Load the security facts of organizations and the clearance of one person together.

    Both need the same two queries, because the person is one of the colleagues; there is one
    query per table, for any number of organizations.

    Args:
        organizations: the organization rows.
        person: the user's id, or None.

    Returns:
        The security facts in the order given, and the person's clearance (None without a
        person).
    """
    rows = list(organizations)
    ids = [row.pk for row in rows]
    affiliations = list(
        Affiliation.objects.filter(
            organization__in=ids, role__in=STUDENT_DATA_ROLES, user__is_active=True
        )
        .order_by("pk")
        .values_list("organization_id", "user_id", "starts", "ends")
    )
    user_ids = {user for _organization, user, _starts, _ends in affiliations}
    clearance_by_user = load_clearances(user_ids if person is None else user_ids | {person})
    spans = {
        user: clearance.list_cleared_periods() for user, clearance in clearance_by_user.items()
    }
    colleagues: dict[int, list[Colleague]] = defaultdict(list)
    for organization, user, starts, ends in affiliations:
        colleagues[organization].append(Colleague(starts, ends, spans[user]))
    periods_by_organization, plan_dates, bar_ends = (
        _load_assessment_periods(ids),
        _load_first_plan_dates(ids),
        _load_bar_ends(ids),
    )
    security_facts = []
    for row in rows:
        first, last = _find_assessment_period(row, periods_by_organization.get(row.pk, {}))
        security_facts.append(
            OrganizationSecurity(
                organization=row.slug,
                assessed_on=first,
                assessment_expires=last,
                plan_on=plan_dates.get(row.pk),
                barred_until=bar_ends.get(row.pk),
                colleagues=tuple(colleagues[row.pk]),
            )
        )
    return tuple(security_facts), None if person is None else clearance_by_user[person]


def _find_assessment_period(
    row: Organization, newest: AssessmentPeriods
) -> tuple[date | None, date | None]:
    """Return the days on which all questionnaires for this kind of organization count as
    answered.
    """
    questionnaire_ids = [
        questionnaire.id for questionnaire in list_questionnaires_for(OrganizationKind(row.kind))
    ]
    if not set(questionnaire_ids) <= set(newest):
        return None, None
    return max(newest[name][0] for name in questionnaire_ids), min(
        newest[name][1] for name in questionnaire_ids
    )


def _load_assessment_periods(ids: list[int]) -> Mapping[int, AssessmentPeriods]:
    periods_by_organization: dict[int, AssessmentPeriods] = defaultdict(dict)
    rows = Assessment.objects.filter(organization__in=ids).order_by("assessed_on", "pk")
    columns = ("organization_id", "questionnaire", "assessed_on", "expires_on")
    for organization, questionnaire, first, last in rows.values_list(*columns):
        periods_by_organization[organization][questionnaire] = (first, last)
    return periods_by_organization


def _load_first_plan_dates(ids: list[int]) -> Mapping[int, date]:
    """Return the day on which each organization first adopted a plan."""
    rows = SecurityPlan.objects.filter(organization__in=ids).order_by("-adopted_on")
    return dict(rows.values_list("organization_id", "adopted_on"))


def _load_bar_ends(ids: list[int]) -> Mapping[int, date]:
    """Return the last day of each organization's longest bar that is not lifted."""
    rows = Bar.objects.filter(organization__in=ids, lifted_on__isnull=True).order_by("until")
    return dict(rows.values_list("organization_id", "until"))
