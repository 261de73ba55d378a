"""Collect all deadlines from the apps, limited to what the user may see."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from cairn.governance.partners.api import Organization
from cairn.outputs.deadlines.models import CalendarFeed
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import keep_while_rows_unchanged
from cairn.platform.deadline_sources.api import Deadline, DeadlineKind, list_deadline_sources
from cairn.platform.sealing.api import compute_keyed_hash
from cairn.policy.engine import Decision
from cairn.policy.facts import Actor
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action

# Some deadlines also depend on the time or on a file, and those are shown at most this much late.
_MAX_SECONDS: Final = 60
_keep_deadlines: Final = cache(keep_while_rows_unchanged(max_seconds=_MAX_SECONDS))


@dataclass(frozen=True, slots=True)
class DeadlineFilter:
    """Hold the filter of a calendar: first and last day, and one kind or organization, or all."""

    on: date
    until: date
    kind: str = ""
    organization: str = ""


def may_view_calendar(actor: Actor, on: date) -> Decision:
    """Decide whether a user may see deadlines."""
    return may_open_page(Action.VIEW_DEADLINES, actor, on=on)


def list_deadlines(actor: Actor, deadline_filter: DeadlineFilter) -> list[Deadline]:
    """List all deadlines that match a filter, earliest first.

    Raises:
        Refused: the user may not see deadlines.
    """
    may_view_calendar(actor, deadline_filter.on).require()
    deadlines = [
        deadline
        for list_source in map(_keep_deadlines, list_deadline_sources())
        for deadline in list_source(actor, deadline_filter.on, deadline_filter.until)
    ]
    return sorted(
        (deadline for deadline in deadlines if _matches_filter(deadline, deadline_filter)),
        key=lambda deadline: (deadline.on, deadline.kind, deadline.what),
    )


def list_acting_organizations(deadlines: list[Deadline]) -> list[str]:
    """List the slugs of organizations that must act."""
    return sorted({slug for deadline in deadlines for slug in split_acting_organizations(deadline)})


def map_organization_names() -> dict[str, str]:
    """Return the name of every organization by its slug."""
    return dict(Organization.objects.values_list("slug", "name"))


def list_deadline_kinds(deadlines: list[Deadline]) -> list[str]:
    """List the kinds among these deadlines, in the calendar's order."""
    kinds_present = {deadline.kind for deadline in deadlines}
    return [kind.value for kind in DeadlineKind if kind.value in kinds_present]


def _matches_filter(deadline: Deadline, deadline_filter: DeadlineFilter) -> bool:
    kind_matches = deadline_filter.kind in ("", deadline.kind)
    return kind_matches and (
        not deadline_filter.organization
        or deadline_filter.organization in split_acting_organizations(deadline)
    )


def split_acting_organizations(deadline: Deadline) -> list[str]:
    """Return the slugs of the organizations that must act on a deadline."""
    return [name.strip() for name in deadline.organization.split(",") if name.strip()]


def compute_feed_hash(token: str) -> str:
    """Compute the keyed hash under which the secret address of a calendar is stored.

    Args:
        token: the secret part of the address.

    Returns:
        The hash.
    """
    return compute_keyed_hash("calendar feed", token.encode())


def find_feed_user(token: str) -> User | None:
    """Find the owner of a secret address.

    Args:
        token: the secret part of the address.

    Returns:
        The person; None for an address that never existed, was renewed or was ended.
    """
    feeds = CalendarFeed.objects.filter(token_hash=compute_feed_hash(token))
    feed = feeds.select_related("user").first()
    return feed.user if feed else None


def find_calendar_feed(user: User) -> CalendarFeed | None:
    """Find the row of a person's calendar, if they have a secret address."""
    return CalendarFeed.objects.filter(user=user).first()
