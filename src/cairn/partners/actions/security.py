"""What an organization says of its own security, what it adopts, and what was found about it."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.partners.facts import actor
from cairn.partners.models import (
    Assessment,
    Bar,
    Control,
    Organization,
    SecurityPlan,
    SubProcessor,
)
from cairn.partners.questionnaire import Questionnaire
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.vocabulary import Action


@transaction.atomic
def assess(
    *,
    organization: Organization,
    questionnaire: Questionnaire,
    answers: Mapping[str, str],
    note: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> Assessment:
    """One questionnaire, answered today. Raises ``Refused``, ``Unanswered``."""
    decision = may_open(
        Action.CHANGE_SECURITY,
        who or actor(by),
        organization=organization.slug,
        on=timezone.localdate(at),
    )
    decision.require()
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
    audit.record("security.assessed", row, by=by, at=at, decision=decision, detail=detail)
    return row


@transaction.atomic
def adopt_plan(
    *, organization: Organization, text: str, by: User, at: datetime, who: Actor | None = None
) -> SecurityPlan:
    """Puts a privacy and security plan on file, exactly as it was read."""
    decision = may_open(
        Action.CHANGE_SECURITY,
        who or actor(by),
        organization=organization.slug,
        on=timezone.localdate(at),
    )
    decision.require()
    digest = hashlib.sha256(text.encode()).hexdigest()
    row = SecurityPlan.objects.create(
        organization=organization,
        text=text,
        digest=digest,
        adopted_on=timezone.localdate(at),
        adopted_by=by,
    )
    detail = {"organization": organization.slug, "digest": digest}
    audit.record("security.planned", row, by=by, at=at, decision=decision, detail=detail)
    return row


@transaction.atomic
def bar(
    *,
    organization: Organization,
    until: date,
    reason: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> Bar:
    """Shuts an organization out through a day, because an authority found so (34 CFR 99.67)."""
    decision = may_open(
        Action.BAR_PARTNER,
        who or actor(by),
        organization=organization.slug,
        on=timezone.localdate(at),
    )
    decision.require()
    row = Bar.objects.create(
        organization=organization, until=until, reason=reason, recorded_by=by, recorded_at=at
    )
    detail = {"organization": organization.slug, "until": until.isoformat(), "reason": reason}
    audit.record("partner.barred", row, by=by, at=at, decision=decision, detail=detail)
    return row


@transaction.atomic
def lift_bar(*, bar: Bar, because: str, by: User, at: datetime, who: Actor | None = None) -> None:
    """Ends a bar today, because the finding was lifted or was a mistake. It stays on record."""
    slug = bar.organization.slug
    decision = may_open(
        Action.BAR_PARTNER, who or actor(by), organization=slug, on=timezone.localdate(at)
    )
    decision.require()
    bar.lifted_on, bar.lifted_because = timezone.localdate(at), because
    bar.save(update_fields=["lifted_on", "lifted_because"])
    detail = {"organization": slug, "because": because}
    audit.record("partner.bar_lifted", bar, by=by, at=at, decision=decision, detail=detail)


@transaction.atomic
def record_control(
    *,
    organization: Organization,
    name: str,
    evidence: str,
    seen_on: date,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> Control:
    """A protection that an organization has, and what shows it; replaces one of the same name."""
    decision = may_open(
        Action.CHANGE_SECURITY,
        who or actor(by),
        organization=organization.slug,
        on=timezone.localdate(at),
    )
    decision.require()
    row, _new = Control.objects.update_or_create(
        organization=organization, name=name, defaults={"evidence": evidence, "seen_on": seen_on}
    )
    detail = {"organization": organization.slug, "control": name}
    audit.record("security.control", row, by=by, at=at, decision=decision, detail=detail)
    return row


@transaction.atomic
def record_sub_processor(
    *,
    organization: Organization,
    name: str,
    service: str,
    place: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> SubProcessor:
    """Somebody to whom an organization hands data on; replaces one of the same name."""
    decision = may_open(
        Action.CHANGE_SECURITY,
        who or actor(by),
        organization=organization.slug,
        on=timezone.localdate(at),
    )
    decision.require()
    row, _new = SubProcessor.objects.update_or_create(
        organization=organization, name=name, defaults={"service": service, "place": place}
    )
    detail = {"organization": organization.slug, "sub_processor": name}
    audit.record("security.sub_processor", row, by=by, at=at, decision=decision, detail=detail)
    return row
