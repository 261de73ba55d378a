"""The doors of the public register."""

from tests.entry_points.entry import Route

from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action

EVERYONE = frozenset(Role)


def _unknown() -> dict[str, str]:
    return {"reference": "NOT-ON-RECORD"}


ROUTES = {
    "registers:list": Route(EVERYONE, "get", dict, (Action.VIEW_REGISTER,)),
    "registers:agreement": Route(EVERYONE, "get", _unknown, (Action.VIEW_REGISTER,)),
    "registers:projects": Route(EVERYONE, "get", dict, (Action.VIEW_REGISTER,)),
    "registers:project": Route(EVERYONE, "get", _unknown, (Action.VIEW_REGISTER,)),
}
