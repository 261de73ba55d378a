"""Writes: whom a program serves, as it says itself and as the school confirms."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
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


@transaction.atomic
def confirm(
    *,
    district: Organization,
    entries: Sequence[RosterEntry],
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> int:
    """The district confirms that programs serve these children. How many that changes."""
    rows = _of_district(district, entries)
    on = timezone.localdate(at)
    decision = may_open(Action.VERIFY_CONSENT, who or actor(by), organization=district.slug, on=on)
    decision.require()
    changed = rows.update(confirmed_on=on, confirmed_by=by)
    detail: dict[str, str | int] = {"children": changed}
    audit.record("roster.confirmed", district, by=by, at=at, decision=decision, detail=detail)
    return changed


@transaction.atomic
def strike(
    *,
    district: Organization,
    entries: Sequence[RosterEntry],
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> int:
    """The district says that programs do not serve these children: they are off the lists at once.
    How many that changes."""
    rows = _of_district(district, entries)
    on = timezone.localdate(at)
    decision = may_open(Action.VERIFY_CONSENT, who or actor(by), organization=district.slug, on=on)
    decision.require()
    changed = rows.update(ends=on - timedelta(days=1))
    detail: dict[str, str | int] = {"children": changed}
    audit.record("roster.struck", district, by=by, at=at, decision=decision, detail=detail)
    return changed


def _of_district(district: Organization, entries: Sequence[RosterEntry]) -> QuerySet[RosterEntry]:
    """Those of these entries that are still open, of this district's children only."""
    return RosterEntry.objects.filter(
        pk__in=[entry.pk for entry in entries],
        child__organization=district,
        confirmed_on=None,
        ends=None,
    )
