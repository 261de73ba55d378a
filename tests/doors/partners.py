"""The doors of partners."""

from datetime import date
from typing import Any

from cairn.accounts.models import User
from cairn.partners.models import Affiliation, Organization
from cairn.rules.vocabulary import STAFF_ROLES, Role

MANAGER, STEWARD = Role.DATA_MANAGER, Role.STEWARD


def affiliation() -> dict[str, Any]:
    """Somebody's role at a partner that nobody else in these tests belongs to."""
    row = Affiliation.objects.create(
        user=User.objects.create_user("someone@example.org", "Someone"),
        organization=Organization.objects.create(
            slug="elsewhere", name="Elsewhere", kind="community_program"
        ),
        role=Role.PROGRAM_STAFF.value,
        starts=date(2020, 1, 1),
    )
    return {"pk": row.pk}


# Route → (who may, method, the objects it needs).
DOORS = {
    "partners:list": (STAFF_ROLES, "get", dict),
    "partners:new": ({MANAGER}, "get", dict),
    "partners:people": ({MANAGER, STEWARD}, "get", dict),
    "partners:new_person": ({MANAGER}, "get", dict),
    "partners:invite": ({MANAGER}, "post", affiliation),
    "partners:end": ({MANAGER}, "get", affiliation),
}
