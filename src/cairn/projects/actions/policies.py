"""Writes of the partnership's own policies."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.projects import models
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.vocabulary import Action


@transaction.atomic
def adopt(
    *,
    kind: str,
    text: str,
    owner: str,
    adopted_on: date,
    review_on: date,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> models.Policy:
    """Puts the next version of a policy on record; it is acknowledged anew."""
    decision = may_open(Action.CHANGE_POLICY, who or actor(by), on=timezone.localdate(at))
    decision.require()
    number = models.Policy.objects.filter(kind=kind).count() + 1
    row = models.Policy.objects.create(
        kind=kind,
        version=number,
        text=text,
        owner=owner,
        adopted_on=adopted_on,
        review_on=review_on,
        by=by,
        at=at,
    )
    audit.record("policy.adopted", row, by=by, at=at, decision=decision)
    return row


@transaction.atomic
def acknowledge(
    *,
    policy: models.Policy,
    organization: Organization,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> models.Acknowledgement:
    """An organization acknowledges this version of a policy."""
    decision = may_open(
        Action.ACKNOWLEDGE_POLICY,
        who or actor(by),
        organization=organization.slug,
        on=timezone.localdate(at),
    )
    decision.require()
    row, _made = models.Acknowledgement.objects.get_or_create(
        policy=policy, organization=organization, defaults={"by": by, "at": at}
    )
    audit.record("policy.acknowledged", row, by=by, at=at, decision=decision)
    return row
