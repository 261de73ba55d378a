"""The doors of linkage."""

from cairn.rules.vocabulary import Role

MANAGER = Role.DATA_MANAGER

# Route → (who may, method, the objects it needs).
DOORS = {
    "linkage:summary": ({MANAGER, Role.ANALYST}, "get", dict),
    "linkage:start": ({MANAGER}, "post", dict),
}
