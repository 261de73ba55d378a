"""Write which children a program serves: the program claims it, the district confirms it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet

from cairn.governance.consents.actions.children import find_or_create_child
from cairn.governance.consents.models.child import RosterEntry
from cairn.governance.consents.protected_identity import ChildLabel
from cairn.governance.partners.api import Organization
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, has_role_at
from cairn.policy.engine import Permit
from cairn.policy.vocabulary import Action

__all__ = ["add_children_to_roster", "confirm_roster_entries"]


def _get_program(*, program: Organization) -> tuple[str]:
    return (program.slug,)


def _get_entry_program(*, entry: RosterEntry) -> tuple[str]:
    return (entry.organization.slug,)


def _get_district(*, district: Organization) -> tuple[str]:
    return (district.slug,)


@action("roster.added", asks=has_role_at(Action.RECORD_CONSENT), facts=_get_program)
def add_children_to_roster(
    permit: Permit,
    /,
    *,
    program: Organization,
    district: Organization,
    children: Sequence[ChildLabel],
    by: User,
    at: datetime,
) -> ActionResult[int]:
    """Add children of a district to a program's roster from today.

    Args:
        program: the program.
        district: the children's district.
        children: the children.
        by: the acting user.
        at: when they are added.
    Returns:
        The number of children that are new on the roster.
    Raises:
        Refused: the policy does not allow it.
    """
    on = permit.on
    new_count = 0
    for child_label in children:
        child = find_or_create_child(district, child_label, by=program)
        _, created = RosterEntry.objects.get_or_create(
            child=child, organization=program, ends=None, defaults={"starts": on}
        )
        new_count += created
    detail: dict[str, str | int] = {"children": new_count, "district": district.slug}
    return ActionResult(new_count, subject=program, detail=detail)


@action("roster.ended", asks=has_role_at(Action.RECORD_CONSENT), facts=_get_entry_program)
def end_roster_entry(
    permit: Permit, /, *, entry: RosterEntry, by: User, at: datetime
) -> ActionResult[None]:
    """End a child's time on the roster; today is the last day."""
    on = permit.on
    entry.ends = on
    entry.save(update_fields=["ends"])
    return ActionResult(subject=entry)


@action("roster.confirmed", asks=has_role_at(Action.VERIFY_CONSENT), facts=_get_district)
def confirm_roster_entries(
    permit: Permit,
    /,
    *,
    district: Organization,
    entries: Sequence[RosterEntry],
    by: User,
    at: datetime,
) -> ActionResult[int]:
    """Record that the district confirms that programs serve these children.

    Args:
        district: the children's district.
        entries: the roster entries; those of other districts' children are ignored.
        by: the acting user.
        at: when they are confirmed.
    Returns:
        The number of entries that changed.
    Raises:
        Refused: the policy does not allow it.
    """
    rows, on = _select_open_entries(district, entries), permit.on
    changed = rows.update(confirmed_on=on, confirmed_by=by)
    detail: dict[str, str | int] = {"children": changed}
    return ActionResult(changed, subject=district, detail=detail)


@action("roster.struck", asks=has_role_at(Action.VERIFY_CONSENT), facts=_get_district)
def reject_roster_entries(
    permit: Permit,
    /,
    *,
    district: Organization,
    entries: Sequence[RosterEntry],
    by: User,
    at: datetime,
) -> ActionResult[int]:
    """Record that programs do not serve these children, and end the entries at once.

    Returns the number of entries that changed.
    """
    rows, on = _select_open_entries(district, entries), permit.on
    changed = rows.update(ends=on - timedelta(days=1))
    detail: dict[str, str | int] = {"children": changed}
    return ActionResult(changed, subject=district, detail=detail)


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
