"""The doors of data dictionaries."""

from tests.entry_points.entry import Route

from cairn.policy.vocabulary.access import STAFF_ROLES, Role
from cairn.policy.vocabulary.actions import Action

CHANGERS = {Role.DATA_MANAGER, Role.STEWARD}


def _unknown() -> dict[str, int]:
    """A number that nobody has: the rules are asked all the same."""
    return {"pk": 987654}


ROUTES = {
    "dictionaries:list": Route(STAFF_ROLES, "get", dict, (Action.VIEW_DICTIONARY,)),
    "dictionaries:import": Route(CHANGERS, "get", dict, (Action.CHANGE_DICTIONARY,)),
    "dictionaries:detail": Route(STAFF_ROLES, "get", _unknown, (Action.VIEW_DICTIONARY,)),
    "dictionaries:confirm": Route(STAFF_ROLES, "post", _unknown, (Action.VIEW_DICTIONARY,)),
    "dictionaries:classify": Route(CHANGERS, "get", _unknown, (Action.CHANGE_DICTIONARY,)),
}
