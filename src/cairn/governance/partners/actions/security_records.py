"""Actions on an organization's security: assessments, plans, bars, controls and subcontractors."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.utils import timezone

from cairn.governance.partners.facts import get_organization_slug
from cairn.governance.partners.models import (
    Assessment,
    Bar,
    Control,
    Organization,
    SecurityPlan,
    SubProcessor,
)
from cairn.governance.partners.questionnaire import Questionnaire
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, has_role_at
from cairn.policy.engine import Permit
from cairn.policy.vocabulary import Action

__all__ = ["adopt_security_plan", "record_assessment"]


def _get_barred_slug(*, bar: Bar) -> tuple[str]:
    return get_organization_slug(organization=bar.organization)


@action("security.assessed", asks=has_role_at(Action.CHANGE_SECURITY), facts=get_organization_slug)
def record_assessment(
    permit: Permit,
    /,
    *,
    organization: Organization,
    questionnaire: Questionnaire,
    answers: Mapping[str, str],
    note: str,
    by: User,
    at: datetime,
) -> ActionResult[Assessment]:
    """Record an organization's answers to one questionnaire.

    Args:
        organization: the organization's row.
        questionnaire: the questionnaire.
        answers: "yes", "partly" or "no" by item.
        note: findings in the organization's own words.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The assessment's row.

    Raises:
        Refused: the policy does not allow it.
        IncompleteAnswers: an item has no answer, or an answer has no item.
    """
    row = Assessment.objects.create(
        organization=organization,
        questionnaire=questionnaire.id,
        version=questionnaire.version,
        answers=dict(answers),
        score=questionnaire.score(answers),
        note=note,
        assessed_on=timezone.localdate(at),
        expires_on=timezone.localdate(at) + timedelta(days=questionnaire.valid_days - 1),
        recorded_by=by,
        recorded_at=at,
    )
    detail: dict[str, str | int] = {
        "organization": organization.slug,
        "questionnaire": questionnaire.id,
        "score": row.score,
        "until": row.expires_on.isoformat(),
    }
    return ActionResult(row, subject=row, detail=detail)


@action("security.planned", asks=has_role_at(Action.CHANGE_SECURITY), facts=get_organization_slug)
def adopt_security_plan(
    permit: Permit, /, *, organization: Organization, text: str, by: User, at: datetime
) -> ActionResult[SecurityPlan]:
    """Put a privacy and security plan on file, exactly as the organization read it.

    Args:
        organization: the organization's row.
        text: the plan.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The plan's row.

    Raises:
        Refused: the policy does not allow it.
    """
    digest = hashlib.sha256(text.encode()).hexdigest()
    row = SecurityPlan.objects.create(
        organization=organization,
        text=text,
        digest=digest,
        adopted_on=timezone.localdate(at),
        adopted_by=by,
    )
    detail = {"organization": organization.slug, "digest": digest}
    return ActionResult(row, subject=row, detail=detail)


@action("partner.barred", asks=has_role_at(Action.BAR_PARTNER), facts=get_organization_slug)
def bar_organization(
    permit: Permit,
    /,
    *,
    organization: Organization,
    owner: Organization | None,
    until: date,
    reason: str,
    by: User,
    at: datetime,
) -> ActionResult[Bar]:
    """Bar an organization from education records through a day, after a finding of an authority.

    The rule is 34 CFR 99.67.

    Args:
        organization: the organization's row.
        owner: the data owner that the bar protects; None for all data owners.
        until: the last day of the bar.
        reason: which authority found what, and where that is written.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The bar's row.

    Raises:
        Refused: the policy does not allow it.
    """
    row = Bar.objects.create(
        organization=organization,
        owner=owner,
        until=until,
        reason=reason,
        recorded_by=by,
        recorded_at=at,
    )
    detail = {
        "organization": organization.slug,
        "owner": owner.slug if owner else "",
        "until": until.isoformat(),
        "reason": reason,
    }
    return ActionResult(row, subject=row, detail=detail)


@action("partner.bar_lifted", asks=has_role_at(Action.BAR_PARTNER), facts=_get_barred_slug)
def lift_organization_bar(
    permit: Permit, /, *, bar: Bar, because: str, by: User, at: datetime
) -> ActionResult[None]:
    """End a bar today, because the finding was lifted or was a mistake; it stays on record.

    Args:
        bar: the bar's row.
        because: the reason, and where it is written.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    slug = bar.organization.slug
    bar.lifted_on, bar.lifted_because = timezone.localdate(at), because
    bar.save(update_fields=["lifted_on", "lifted_because"])
    detail = {"organization": slug, "because": because}
    return ActionResult(subject=bar, detail=detail)


@action("security.control", asks=has_role_at(Action.CHANGE_SECURITY), facts=get_organization_slug)
def record_security_control(
    permit: Permit,
    /,
    *,
    organization: Organization,
    name: str,
    evidence: str,
    seen_on: date,
    safeguard: str,
    by: User,
    at: datetime,
) -> ActionResult[Control]:
    """Record a protection with its evidence; it replaces one of the same name.

    Args:
        organization: the organization's row.
        name: the protection.
        evidence: what shows that the organization has it.
        seen_on: the day on which the evidence was seen.
        safeguard: code of the safeguard in agreements that it confirms; empty for another one.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The control's row.

    Raises:
        Refused: the policy does not allow it.
    """
    row, _new = Control.objects.update_or_create(
        organization=organization,
        name=name,
        defaults={"evidence": evidence, "seen_on": seen_on, "safeguard": safeguard},
    )
    detail = {"organization": organization.slug, "control": name}
    return ActionResult(row, subject=row, detail=detail)


@action(
    "security.sub_processor", asks=has_role_at(Action.CHANGE_SECURITY), facts=get_organization_slug
)
def record_sub_processor(
    permit: Permit,
    /,
    *,
    organization: Organization,
    name: str,
    service: str,
    place: str,
    by: User,
    at: datetime,
) -> ActionResult[SubProcessor]:
    """Record a subcontractor to which an organization passes data; replaces one of the same name.

    Args:
        organization: the organization's row.
        name: the subcontractor.
        service: what it does.
        place: where the data is kept.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The subcontractor's row.

    Raises:
        Refused: the policy does not allow it.
    """
    row, _new = SubProcessor.objects.update_or_create(
        organization=organization, name=name, defaults={"service": service, "place": place}
    )
    detail = {"organization": organization.slug, "sub_processor": name}
    return ActionResult(row, subject=row, detail=detail)
