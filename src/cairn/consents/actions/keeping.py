"""Writes: children's tribal nations, and what a school keeps back for a child."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.consents.children import known_child
from cairn.consents.models import Child, Says, Statement, Subject
from cairn.consents.sealing import Label
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.decision import Decision
from cairn.rules.vocabulary import Action


@transaction.atomic
def state(
    *,
    organization: Organization,
    subject: Subject,
    says: Says,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> Statement:
    """A school says of all its children at once what its records hold. It counts from now on."""
    decision = _asked(organization, who or actor(by), at, Action.STATE_OF_CHILDREN)
    row = Statement.objects.create(
        organization=organization,
        subject=subject.value,
        says=says.value,
        said_by=by,
        said_at=at,
    )
    detail = {"organization": organization.slug, "subject": subject.value, "says": says.value}
    audit.record("children.stated", row, by=by, at=at, decision=decision, detail=detail)
    return row


@transaction.atomic
def record_nations(
    *,
    organization: Organization,
    local_ids: Sequence[str],
    nations: Iterable[Organization],
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> int:
    """Say to which tribal nations these children belong; none is an answer. How many children."""
    decision = _asked(organization, who or actor(by), at)
    slugs = sorted({nation.slug for nation in nations})
    children = _children(organization, local_ids)
    Child.objects.filter(pk__in=children).update(nations=slugs)
    detail = {"children": len(children)}
    audit.record(
        "children.nations_recorded", organization, by=by, at=at, decision=decision, detail=detail
    )
    return len(children)


@transaction.atomic
def keep_back(
    *,
    organization: Organization,
    local_ids: Sequence[str],
    elements: Iterable[str],
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> int:
    """Keep these elements back for these children, and no others; none is an answer. How many
    children. Why a school does is nobody's to know, so it is not asked."""
    decision = _asked(organization, who or actor(by), at)
    kept = sorted(set(elements))
    children = _children(organization, local_ids)
    Child.objects.filter(pk__in=children).update(withheld=kept)
    detail = {"children": len(children)}
    audit.record("children.kept_back", organization, by=by, at=at, decision=decision, detail=detail)
    return len(children)


def _asked(
    organization: Organization, who: Actor, at: datetime, action: Action = Action.VERIFY_CONSENT
) -> Decision:
    """What a school says of its children, it says itself: its steward, and nobody for it."""
    on = timezone.localdate(at)
    decision = may_open(action, who, organization=organization.slug, on=on)
    decision.require()
    return decision


def _children(organization: Organization, local_ids: Iterable[str]) -> set[int]:
    """The rows of these children, made where nothing was recorded of one before."""
    labels = (Label(local_id) for local_id in dict.fromkeys(local_ids))
    return {known_child(organization, told, by=organization).pk for told in labels}
