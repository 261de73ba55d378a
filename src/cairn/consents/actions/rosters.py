"""Writes: whom a program serves."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.consents.children import known_child
from cairn.consents.models import RosterEntry
from cairn.consents.sealing import Label
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.vocabulary import Action


@transaction.atomic
def serve(
    *,
    program: Organization,
    district: Organization,
    children: Sequence[Label],
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> int:
    """These children of a district are on the program's roster from today. How many are new."""
    asking, on = who or actor(by), timezone.localdate(at)
    decision = may_open(Action.RECORD_CONSENT, asking, organization=program.slug, on=on)
    decision.require()
    new = 0
    for told in children:
        child = known_child(district, told, by=program)
        _, made = RosterEntry.objects.get_or_create(
            child=child, organization=program, ends=None, defaults={"starts": on}
        )
        new += made
    detail: dict[str, str | int] = {"children": new, "district": district.slug}
    audit.record("roster.added", program, by=by, at=at, decision=decision, detail=detail)
    return new


@transaction.atomic
def no_longer_serve(
    *, entry: RosterEntry, by: User, at: datetime, who: Actor | None = None
) -> None:
    """A child left the program: today is the last day on its roster."""
    asking, on = who or actor(by), timezone.localdate(at)
    program = entry.organization.slug
    decision = may_open(Action.RECORD_CONSENT, asking, organization=program, on=on)
    decision.require()
    entry.ends = on
    entry.save(update_fields=["ends"])
    audit.record("roster.ended", entry, by=by, at=at, decision=decision)
