"""The doors of breaches."""

from typing import Any

from django.utils import timezone
from tests.entry_points import consents
from tests.entry_points.entry import Route
from tests.governance.consents.sample_consents import AGREEMENT

from cairn.governance.agreements.models import Agreement
from cairn.governance.breaches.models import Breach
from cairn.governance.partners.models import Organization
from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action

VIEWERS = {Role.DATA_MANAGER, Role.STEWARD, Role.COUNSEL}
RECORDERS = {Role.DATA_MANAGER, Role.STEWARD}


def breach() -> dict[str, Any]:
    """A breach at River that is open."""
    consents.child()
    river, now = Organization.objects.get(slug="river"), timezone.localtime()
    clerk = User.objects.create_user("clerk@example.org", "Clerk")
    agreement = Agreement.objects.create(
        reference="RC-DSA-09", title="After-school help", text=AGREEMENT
    )
    row = Breach.objects.create(
        organization=river,
        agreement=agreement,
        kind="loss",
        discovered_at=now,
        described="A laptop was stolen.",
        recorded_by=clerk,
        recorded_at=now,
    )
    return {"pk": row.pk}


ROUTES = {
    "breaches:list": Route(VIEWERS, "get", dict, (Action.VIEW_BREACHES,)),
    "breaches:new": Route(RECORDERS, "get", dict, (Action.RECORD_BREACH,)),
    "breaches:detail": Route(VIEWERS, "get", breach, (Action.VIEW_BREACHES,)),
    "breaches:notify": Route(RECORDERS, "get", breach, (Action.RECORD_BREACH,)),
    "breaches:close": Route(RECORDERS, "get", breach, (Action.RECORD_BREACH,)),
}
