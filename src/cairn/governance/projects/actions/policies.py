"""Write the partnership's own policies: adopt a version, acknowledge it."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from cairn.governance.partners.api import Organization, load_actor
from cairn.governance.projects.models import policy as models_policy
from cairn.platform.accounts.api import User
from cairn.platform.audit.api import record_audit_event
from cairn.platform.numbering.api import create_numbered
from cairn.policy.facts import Actor
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action


@transaction.atomic
def adopt_policy(
    *,
    kind: str,
    text: str,
    owner: str,
    adopted_on: date,
    review_on: date,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> models_policy.Policy:
    """Record the next version of a policy, which every partner must acknowledge."""
    decision = may_open_page(Action.CHANGE_POLICY, who or load_actor(by), on=timezone.localdate(at))
    decision.require()
    row = create_numbered(
        lambda: models_policy.Policy.objects.create(
            kind=kind,
            version=compute_next_version(kind),
            text=text,
            owner=owner,
            adopted_on=adopted_on,
            review_on=review_on,
            by=by,
            at=at,
        )
    )
    record_audit_event("policy.adopted", row, by=by, at=at, decision=decision)
    return row


def compute_next_version(kind: str) -> int:
    """Return the number of the next version of a policy."""
    newest = models_policy.Policy.objects.filter(kind=kind).aggregate(Max("version"))
    return int(newest["version__max"] or 0) + 1


@transaction.atomic
def acknowledge_policy(
    *,
    policy: models_policy.Policy,
    organization: Organization,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> models_policy.Acknowledgement:
    """Record that an organization acknowledges this version of a policy."""
    decision = may_open_page(
        Action.ACKNOWLEDGE_POLICY,
        who or load_actor(by),
        organization=organization.slug,
        on=timezone.localdate(at),
    )
    decision.require()
    row, _created = models_policy.Acknowledgement.objects.get_or_create(
        policy=policy, organization=organization, defaults={"by": by, "at": at}
    )
    record_audit_event("policy.acknowledged", row, by=by, at=at, decision=decision)
    return row
