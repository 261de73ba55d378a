"""The doors of agreements."""

from cairn.rules.vocabulary import STAFF_ROLES, Role


def reference() -> dict[str, str]:
    """A reference that nobody has heard of: the rules are asked all the same."""
    return {"reference": "NOT-ON-RECORD"}


# Route → (who may, method, the objects it needs).
DOORS = {
    "agreements:list": (STAFF_ROLES, "get", dict),
    "agreements:load": ({Role.DATA_MANAGER}, "get", dict),
    "agreements:detail": (
        {Role.DATA_MANAGER, Role.ANALYST, Role.REVIEWER, Role.COMMITTEE_MEMBER},
        "get",
        reference,
    ),
}
