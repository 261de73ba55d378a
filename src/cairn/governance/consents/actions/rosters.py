"""Write which children a program serves: the program claims it, the district confirms it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cairn.governance.consents.actions.children import find_or_create_child
from cairn.governance.consents.models.child import RosterEntry
from cairn.governance.consents.protected_identity import ChildLabel
from cairn.governance.partners.api import Organization, load_actor
from cairn.platform.accounts.api import User
from cairn.platform.audit.api import record_audit_event
from cairn.policy.facts import Actor
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action


@transaction.atomic
def add_children_to_roster(
    *,
    program: Organization,
    district: Organization,
    children: Sequence[ChildLabel],
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> int:
    """Add children of a district to a program's roster from today.

    Args:
        program: the program.
        district: the children's district.
        children: the children.
        by: the acting user.
        at: when they are added.
        who: facts about the acting user; loaded from `by` if absent.
    Returns:
        The number of children that are new on the roster.
    Raises:
        Refused: the policy does not allow it.
    """
    acting, on = who or load_actor(by), timezone.localdate(at)
    decision = may_open_page(Action.RECORD_CONSENT, acting, organization=program.slug, on=on)
    decision.require()
    new_count = 0
    for child_label in children:
        child = find_or_create_child(district, child_label, by=program)
        _, created = RosterEntry.objects.get_or_create(
            child=child, organization=program, ends=None, defaults={"starts": on}
        )
        new_count += created
    detail: dict[str, str | int] = {"children": new_count, "district": district.slug}
    record_audit_event("roster.added", program, by=by, at=at, decision=decision, detail=detail)
    return new_count


@transaction.atomic
def end_roster_entry(
    *, entry: RosterEntry, by: User, at: datetime, who: Actor | None = None
) -> None:
    """End a child's time on the roster; today is the last day."""
    acting, on = who or load_actor(by), timezone.localdate(at)
    program = entry.organization.slug
    decision = may_open_page(Action.RECORD_CONSENT, acting, organization=program, on=on)
    decision.require()
    entry.ends = on
    entry.save(update_fields=["ends"])
    record_audit_event("roster.ended", entry, by=by, at=at, decision=decision)


@transaction.atomic
def confirm_roster_entries(
    *,
    district: Organization,
    entries: Sequence[RosterEntry],
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> int:
    """Record that the district confirms that programs serve these children.

    Args:
        district: the children's district.
        entries: the roster entries; those of other districts' children are ignored.
        by: the acting user.
        at: when they are confirmed.
        who: facts about the acting user; loaded from `by` if absent.
    Returns:
        The number of entries that changed.
    Raises:
        Refused: the policy does not allow it.
    """
    rows = _select_open_entries(district, entries)
    on = timezone.localdate(at)
    decision = may_open_page(
        Action.VERIFY_CONSENT, who or load_actor(by), organization=district.slug, on=on
    )
    decision.require()
    changed = rows.update(confirmed_on=on, confirmed_by=by)
    detail: dict[str, str | int] = {"children": changed}
    record_audit_event("roster.confirmed", district, by=by, at=at, decision=decision, detail=detail)
    return changed


@transaction.atomic
def reject_roster_entries(
    *,
    district: Organization,
    entries: Sequence[RosterEntry],
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> int:
    """Record that programs do not serve these children, and end the entries at once.

    Returns the number of entries that changed.
    """
    rows = _select_open_entries(district, entries)
    on = timezone.localdate(at)
    decision = may_open_page(
        Action.VERIFY_CONSENT, who or load_actor(by), organization=district.slug, on=on
    )
    decision.require()
    changed = rows.update(ends=on - timedelta(days=1))
    detail: dict[str, str | int] = {"children": changed}
    record_audit_event("roster.struck", district, by=by, at=at, decision=decision, detail=detail)
    return changed


def _select_open_entries(
    district: Organization, entries: Sequence[RosterEntry]
) -> QuerySet[RosterEntry]:
    """Return the entries that are still open, only for children of this district."""
    return RosterEntry.objects.filter(
        pk__in=[entry.pk for entry in entries],
        child__organization=district,
        confirmed_on=None,
        ends=None,
    )
