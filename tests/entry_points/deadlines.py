"""The doors of deadlines."""

from typing import Any

from django.utils import timezone
from tests.entry_points.entry import Route

from cairn.governance.partners.models import Affiliation, Organization
from cairn.outputs.deadlines.models import CalendarFeed
from cairn.outputs.deadlines.queries import compute_feed_hash
from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import STAFF_ROLES, Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.organizations import OrganizationKind


def month() -> dict[str, Any]:
    """A month."""
    return {"year": 2026, "number": 12}


def secret_address() -> dict[str, Any]:
    """The secret address of a steward's calendar."""
    now = timezone.localtime()
    person = User.objects.create(email="calendar@example.org", name="Cal", is_invented=True)
    organization, _ = Organization.objects.get_or_create(
        slug="river", defaults={"name": "River", "kind": OrganizationKind.SCHOOL_DISTRICT.value}
    )
    Affiliation.objects.create(
        user=person, organization=organization, role=Role.STEWARD.value, starts=now.date()
    )
    token = "secret"
    CalendarFeed.objects.create(user=person, token_hash=compute_feed_hash(token), created_at=now)
    return {"token": token}


ROUTES = {
    "deadlines:list": Route(STAFF_ROLES, "get", dict, (Action.VIEW_DEADLINES,)),
    "deadlines:month": Route(STAFF_ROLES, "get", month, (Action.VIEW_DEADLINES,)),
    "deadlines:feed": Route(STAFF_ROLES, "get", dict, (Action.VIEW_DEADLINES,)),
    "deadlines:subscription": Route(
        STAFF_ROLES, "post", dict, (Action.VIEW_DEADLINES,), records=("calendar_feed.renewed",)
    ),
    "deadlines:subscribed_feed": Route(
        frozenset(Role), "get", secret_address, (Action.VIEW_DEADLINES,)
    ),
    "deadlines:lapse": Route(STAFF_ROLES, "get", dict, (Action.VIEW_DEADLINES,)),
}
