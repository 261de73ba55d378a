"""The doors of deadlines."""

from typing import Any

from cairn.policy.vocabulary.access import STAFF_ROLES


def month() -> dict[str, Any]:
    """A month."""
    return {"year": 2026, "number": 12}


# Route → (who may, method, the objects it needs).
DOORS = {
    "deadlines:list": (STAFF_ROLES, "get", dict),
    "deadlines:month": (STAFF_ROLES, "get", month),
    "deadlines:feed": (STAFF_ROLES, "get", dict),
    "deadlines:lapse": (STAFF_ROLES, "get", dict),
}
