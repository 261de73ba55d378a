"""Rows → facts about how organizations protect what they hold, and who has access there."""

from collections.abc import Iterable, Mapping
from datetime import date

from cairn.partners.models import Affiliation, Assessment, Bar, Organization, SecurityPlan
from cairn.partners.questionnaire import asked_of
from cairn.rules.clearance import Colleague, OrganizationSecurity
from cairn.rules.roles import HOLDS_ACCESS
from cairn.rules.vocabulary import OrganizationKind
from cairn.training.facts import clearances


def security(organizations: Iterable[Organization]) -> tuple[OrganizationSecurity, ...]:
    """What is on record about each organization, in the order given."""
    rows = list(organizations)
    colleagues = _colleagues(rows)
    return tuple(_security(row, colleagues.get(row.pk, ())) for row in rows)


def _security(row: Organization, colleagues: tuple[Colleague, ...]) -> OrganizationSecurity:
    assessed_on, expires = _assessed(row)
    plan = SecurityPlan.objects.filter(organization=row).order_by("adopted_on", "pk").first()
    barred = Bar.objects.filter(organization=row, lifted_on__isnull=True).order_by("-until").first()
    return OrganizationSecurity(
        organization=row.slug,
        assessed_on=assessed_on,
        assessment_expires=expires,
        plan_on=plan.adopted_on if plan else None,
        barred_until=barred.until if barred else None,
        colleagues=colleagues,
    )


def _assessed(row: Organization) -> tuple[date | None, date | None]:
    """From when until when every questionnaire that is asked of this kind stands answered."""
    newest: dict[str, Assessment] = {}
    for assessment in Assessment.objects.filter(organization=row).order_by("assessed_on", "pk"):
        newest[assessment.questionnaire] = assessment
    asked = [newest.get(q.id) for q in asked_of(OrganizationKind(row.kind))]
    answered = [assessment for assessment in asked if assessment is not None]
    if not answered or len(answered) < len(asked):
        return None, None
    return max(a.assessed_on for a in answered), min(a.expires_on for a in answered)


def _colleagues(organizations: list[Organization]) -> Mapping[int, tuple[Colleague, ...]]:
    held = Affiliation.objects.filter(
        organization__in=organizations, role__in=HOLDS_ACCESS, user__is_active=True
    ).order_by("pk")
    rows = list(held)
    cleared = {
        pk: clearance.spans() for pk, clearance in clearances({r.user_id for r in rows}).items()
    }
    by_organization: dict[int, list[Colleague]] = {}
    for row in rows:
        by_organization.setdefault(row.organization_id, []).append(
            Colleague(row.starts, row.ends, cleared[row.user_id])
        )
    return {pk: tuple(colleagues) for pk, colleagues in by_organization.items()}
