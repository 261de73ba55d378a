"""The doors of opt-outs."""

from typing import Any

from django.utils import timezone

from cairn.accounts.models import User
from cairn.consents.models import Recording
from cairn.partners.models import Organization
from cairn.rules.vocabulary import Role

MANAGER, STEWARD = Role.DATA_MANAGER, Role.STEWARD


def recording() -> dict[str, Any]:
    """A recording of the organization that the stewards of these tests act for."""
    by = User.objects.create_user("recorder@example.org", "Recorder")
    row = Recording.objects.create(
        organization=Organization.objects.get_or_create(
            slug="river", defaults={"name": "River", "kind": "school_district"}
        )[0],
        scope="all_discretionary",
        season="2026-27",
        recorded_by=by,
        recorded_at=timezone.now(),
    )
    return {"pk": row.pk}


# Route → (who may, method, the objects it needs).
DOORS = {
    "opt_outs:list": ({MANAGER, STEWARD}, "get", dict),
    "opt_outs:record": ({MANAGER, STEWARD}, "get", dict),
    "opt_outs:withdraw": ({MANAGER, STEWARD}, "get", dict),
    "opt_outs:undo": ({MANAGER, STEWARD}, "get", recording),
}
