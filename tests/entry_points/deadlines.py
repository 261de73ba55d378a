"""The doors of deadlines."""

from typing import Any

from tests.entry_points.entry import Route

from cairn.policy.vocabulary.access import STAFF_ROLES
from cairn.policy.vocabulary.actions import Action


def month() -> dict[str, Any]:
    """A month."""
    return {"year": 2026, "number": 12}


ROUTES = {
    "deadlines:list": Route(STAFF_ROLES, "get", dict, (Action.VIEW_DEADLINES,)),
    "deadlines:month": Route(STAFF_ROLES, "get", month, (Action.VIEW_DEADLINES,)),
    "deadlines:feed": Route(STAFF_ROLES, "get", dict, (Action.VIEW_DEADLINES,)),
    "deadlines:lapse": Route(STAFF_ROLES, "get", dict, (Action.VIEW_DEADLINES,)),
}
