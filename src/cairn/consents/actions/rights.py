"""Writes: who holds the right to say yes or no for a child, as far as the district knows."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.consents.children import relabel
from cairn.consents.models import Child
from cairn.consents.sealing import Label, label
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.vocabulary import Action


@dataclass(frozen=True, slots=True)
class Rights:
    """What the district knows: birth date, college, court order, placement, hold."""

    birth_date: date | None
    postsecondary: bool | None
    court_order: bool
    placement: Organization | None
    placement_since: date | None
    placement_until: date | None
    hold: str


@transaction.atomic
def change_rights(
    *, child: Child, rights: Rights, by: User, at: datetime, who: Actor | None = None
) -> None:
    """Put down what the district knows of a child's rights."""
    asking, on = who or actor(by), timezone.localdate(at)
    organization = child.organization.slug
    decision = may_open(Action.ANSWER_FAMILY, asking, organization=organization, on=on)
    decision.require()
    told = label(child.key, child.sealed)
    relabel(child, Label(told.local_id, told.name, rights.birth_date))
    if not rights.postsecondary:
        child.postsecondary_since = None
    elif not child.postsecondary:
        child.postsecondary_since = on
    child.postsecondary = rights.postsecondary
    child.court_order = rights.court_order
    child.placement = rights.placement
    child.placement_since = rights.placement_since
    child.placement_until = rights.placement_until
    child.hold = rights.hold
    child.save()
    audit.record("child.rights_changed", child, by=by, at=at, decision=decision)
