"""Read the releases that are for one partner, record each opening, and say that there are some."""

from collections.abc import Sequence
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import ngettext

from cairn.governance.partners.api import Organization
from cairn.outputs.releases import facts
from cairn.outputs.releases.models import Release
from cairn.outputs.releases.queries import releases
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action
from cairn.platform.inbox.api import InboxTask
from cairn.policy import questions
from cairn.policy.engine import Permit
from cairn.policy.facts import Actor, ReleaseFact
from cairn.policy.vocabulary import Action, Role

__all__ = [
    "list_partner_release_tasks",
    "list_partners_with_releases",
    "load_partner_releases",
    "record_partner_release_opened",
]


def load_partner_releases(actor: Actor, on: date, partner: str) -> Sequence[Release]:
    """Load the releases for one partner that a user may read now.

    Args:
        actor: the user.
        on: the day of the decision.
        partner: slug of the partner.
    Returns:
        The releases, newest first; none if none is published.
    Raises:
        Refused: there are some, and policy allows the user none of them.
    """
    rows = list(releases.list_partner_releases(actor, on).filter(audience__slug=partner))
    loader = facts.ReleaseFactLoader()
    decisions = [
        questions.may_view_partner_release(fact, actor, on) for fact in loader.load_releases(rows)
    ]
    found = [row for row, decision in zip(rows, decisions, strict=True) if decision.allowed]
    if decisions and not found:
        decisions[0].require()
    return found


def list_partners_with_releases(actor: Actor, on: date) -> list[Organization]:
    """List the partners that have a release of their own which a user may read now.

    Args:
        actor: the user.
        on: the day of the decision.
    Returns:
        The partners, ordered by name.
    """
    rows = list(releases.list_partner_releases(actor, on))
    loader = facts.ReleaseFactLoader()
    partners = {
        row.audience.pk: row.audience
        for row, fact in zip(rows, loader.load_releases(rows), strict=True)
        if row.audience and questions.may_view_partner_release(fact, actor, on).allowed
    }
    return sorted(partners.values(), key=lambda partner: partner.name)


def _load_release_facts(*, release: Release) -> tuple[ReleaseFact]:
    return (facts.load_release_fact(release),)


@action(
    "release.partner_opened",
    asks=questions.may_view_partner_release,
    facts=_load_release_facts,
)
def record_partner_release_opened(
    permit: Permit, /, *, release: Release, actor: Actor, by: User, at: datetime
) -> ActionResult[None]:
    """Record that a user opened a release for one partner: each opening, on a page or as a file.

    The first opening by the partner's own data steward ends the task.

    Args:
        release: the release.
        actor: the user, as policy sees them.
        by: the same user.
        at: the moment of the action.
    Raises:
        Refused: the user may not read the release.
    """
    (fact,) = _load_release_facts(release=release)
    partner = fact.audience.organization if fact.audience else ""
    if release.opened_at is None and partner in actor.list_organizations(permit.on, Role.STEWARD):
        release.opened_at = at
        release.save(update_fields=["opened_at"])
    return ActionResult(subject=release, detail={"audience": partner})


def list_partner_release_tasks(actor: Actor, on: date) -> list[InboxTask]:
    """List releases for the user's own organization that no data steward of it opened yet.

    Args:
        actor: the user.
        on: the day of the decision.
    Returns:
        At most one task; its email has a title and a link, and no figure.
    """
    if not questions.may_open_page(Action.VIEW_GIVE_BACK, actor, on=on).allowed:
        return []
    own = actor.list_organizations(on, Role.STEWARD)
    unopened = list(
        releases.list_partner_releases(actor, on).filter(
            audience__slug__in=own, opened_at__isnull=True
        )
    )
    loader = facts.ReleaseFactLoader()
    waiting = [
        row
        for row, fact in zip(unopened, loader.load_releases(unopened), strict=True)
        if questions.may_view_partner_release(fact, actor, on).allowed
    ]
    if not waiting:
        return []
    addresses = {
        reverse("figures:partner_releases", args=[row.audience.slug])
        for row in waiting
        if row.audience
    }
    title = ngettext(
        "release for your organization to read",
        "releases for your organization to read",
        len(waiting),
    )
    return [
        InboxTask(
            len(waiting),
            title,
            addresses.pop() if len(addresses) == 1 else reverse("figures:reports"),
            minutes=10,
            keys=tuple(f"partner_release.read:{row.pk}" for row in waiting),
        )
    ]
