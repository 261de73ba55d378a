"""The doors of training."""

from typing import Any

from cairn.policy.vocabulary.access import STAFF_ROLES


def course() -> dict[str, Any]:
    """A course that there is."""
    return {"name": "pdsa"}


def nothing() -> dict[str, Any]:
    """A try at a quiz that nobody made."""
    return {"pk": 0}


# Route → (who may, method, the objects it needs).
DOORS = {
    "training:mine": (STAFF_ROLES, "get", dict),
    "training:confidentiality": (STAFF_ROLES, "get", dict),
    "training:certificate": (STAFF_ROLES, "get", dict),
    "training:skills": (STAFF_ROLES, "get", dict),
    "training:attempt": (STAFF_ROLES, "get", nothing),
    "training:course": (STAFF_ROLES, "get", course),
    "training:quiz": (STAFF_ROLES, "get", course),
}
