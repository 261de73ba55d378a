"""The doors of training."""

from typing import Any

from tests.entry_points.entry import Route

from cairn.policy.vocabulary.access import STAFF_ROLES
from cairn.policy.vocabulary.actions import Action


def course() -> dict[str, Any]:
    """A course that there is."""
    return {"name": "pdsa"}


def nothing() -> dict[str, Any]:
    """A try at a quiz that nobody made."""
    return {"pk": 0}


ROUTES = {
    "training:mine": Route(STAFF_ROLES, "get", dict, (Action.TAKE_TRAINING,)),
    "training:confidentiality": Route(STAFF_ROLES, "get", dict, (Action.TAKE_TRAINING,)),
    "training:certificate": Route(STAFF_ROLES, "get", dict, (Action.TAKE_TRAINING,)),
    "training:skills": Route(STAFF_ROLES, "get", dict, (Action.TAKE_TRAINING,)),
    "training:attempt": Route(STAFF_ROLES, "get", nothing, (Action.TAKE_TRAINING,)),
    "training:course": Route(STAFF_ROLES, "get", course, (Action.TAKE_TRAINING,)),
    "training:quiz": Route(STAFF_ROLES, "get", course, (Action.TAKE_TRAINING,)),
}
