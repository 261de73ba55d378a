"""The doors of the public register."""

from cairn.policy.vocabulary.access import Role

EVERYONE = frozenset(Role)


def _unknown() -> dict[str, str]:
    return {"reference": "NOT-ON-RECORD"}


# Route → (who may, method, the objects it needs).
DOORS = {
    "registers:list": (EVERYONE, "get", dict),
    "registers:agreement": (EVERYONE, "get", _unknown),
    "registers:projects": (EVERYONE, "get", dict),
    "registers:project": (EVERYONE, "get", _unknown),
}
