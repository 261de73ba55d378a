"""The doors of data dictionaries."""

from cairn.policy.vocabulary.access import STAFF_ROLES, Role

CHANGERS = {Role.DATA_MANAGER, Role.STEWARD}


def _unknown() -> dict[str, int]:
    """A number that nobody has: the rules are asked all the same."""
    return {"pk": 987654}


# Route → (who may, method, the objects it needs).
DOORS = {
    "dictionaries:list": (STAFF_ROLES, "get", dict),
    "dictionaries:import": (CHANGERS, "get", dict),
    "dictionaries:detail": (STAFF_ROLES, "get", _unknown),
    "dictionaries:confirm": (STAFF_ROLES, "post", _unknown),
    "dictionaries:classify": (CHANGERS, "get", _unknown),
}
