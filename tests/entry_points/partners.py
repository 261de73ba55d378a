"""The doors of partners."""

from datetime import date
from typing import Any

from cairn.governance.partners.models.organizations import Affiliation, Organization
from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import STAFF_ROLES, Role

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


def elsewhere() -> dict[str, Any]:
    """A partner that nobody else in these tests belongs to."""
    affiliation()
    return {"slug": "elsewhere"}


def questionnaire() -> dict[str, Any]:
    """Its self-assessment."""
    return elsewhere() | {"name": "security"}


def somebody() -> dict[str, Any]:
    """Somebody who works there."""
    pk = Affiliation.objects.get(pk=affiliation()["pk"]).user_id
    return {"slug": "elsewhere", "pk": pk}


def barred() -> dict[str, Any]:
    """A bar that nobody recorded: whoever may pass finds nothing."""
    return elsewhere() | {"pk": 0}


# Route → (who may, method, the objects it needs).
DOORS = {
    "partners:list": (STAFF_ROLES, "get", dict),
    "partners:new": ({MANAGER}, "get", dict),
    "partners:people": ({MANAGER, STEWARD}, "get", dict),
    "partners:new_person": ({MANAGER}, "get", dict),
    "partners:invite": ({MANAGER}, "post", affiliation),
    "partners:end": ({MANAGER}, "get", affiliation),
    "partners:clearance": ({MANAGER, Role.ANALYST}, "get", elsewhere),
    "partners:security": ({MANAGER, Role.ANALYST}, "get", elsewhere),
    "partners:plan": ({MANAGER, Role.ANALYST}, "get", elsewhere),
    "partners:assess": ({MANAGER}, "get", questionnaire),
    "partners:attest": ({MANAGER}, "get", somebody),
    "partners:control": ({MANAGER}, "get", elsewhere),
    "partners:sub_processor": ({MANAGER}, "get", elsewhere),
    "partners:describe": ({MANAGER}, "get", elsewhere),
    "partners:bar": ({MANAGER}, "get", elsewhere),
    "partners:lift_bar": ({MANAGER}, "get", barred),
}
