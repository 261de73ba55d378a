"""Write the partnership's own policies: adopt a version, acknowledge it."""

from datetime import date, datetime

from django.db.models import Max

from cairn.governance.partners.api import Organization, get_organization_slug
from cairn.governance.projects.models import policy as models_policy
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, has_role_at, has_role_for
from cairn.platform.numbering.api import create_numbered
from cairn.policy.engine import Permit
from cairn.policy.vocabulary import Action

__all__ = ["acknowledge_policy", "adopt_policy"]


@action("policy.adopted", asks=has_role_for(Action.CHANGE_POLICY))
def adopt_policy(
    permit: Permit,
    /,
    *,
    kind: str,
    text: str,
    owner: str,
    adopted_on: date,
    review_on: date,
    by: User,
    at: datetime,
) -> ActionResult[models_policy.Policy]:
    """Record the next version of a policy, which every partner must acknowledge.

    Args:
        kind: the kind of policy.
        text: its text.
        owner: who keeps it up to date.
        adopted_on: the day on which it was adopted.
        review_on: the day by which it is reviewed.
        by: the user who acts.
        at: the time.

    Returns:
        The new version.
    """
    row = create_numbered(
        lambda: models_policy.Policy.objects.create(
            kind=kind,
            version=_compute_next_version(kind),
            text=text,
            owner=owner,
            adopted_on=adopted_on,
            review_on=review_on,
            by=by,
            at=at,
        )
    )
    return ActionResult(row, subject=row)


def _compute_next_version(kind: str) -> int:
    """Return the number of the next version of a policy."""
    newest = models_policy.Policy.objects.filter(kind=kind).aggregate(Max("version"))
    return int(newest["version__max"] or 0) + 1


@action(
    "policy.acknowledged", asks=has_role_at(Action.ACKNOWLEDGE_POLICY), facts=get_organization_slug
)
def acknowledge_policy(
    permit: Permit,
    /,
    *,
    policy: models_policy.Policy,
    organization: Organization,
    by: User,
    at: datetime,
) -> ActionResult[models_policy.Acknowledgement]:
    """Record that an organization acknowledges this version of a policy.

    Args:
        policy: the version.
        organization: the organization.
        by: the user who acts.
        at: the time.

    Returns:
        The acknowledgment; the earlier one if there is one.
    """
    row, _created = models_policy.Acknowledgement.objects.get_or_create(
        policy=policy, organization=organization, defaults={"by": by, "at": at}
    )
    return ActionResult(row, subject=row)
