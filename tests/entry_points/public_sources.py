"""The doors of published data."""

from tests.entry_points.entry import Route

from cairn.policy.vocabulary.access import STAFF_ROLES, Role
from cairn.policy.vocabulary.actions import Action

ADDERS = {Role.DATA_MANAGER}


def _unknown() -> dict[str, int]:
    """A number that no table has: the rules are asked all the same."""
    return {"pk": 987654}


ROUTES = {
    "public_sources:list": Route(STAFF_ROLES, "get", dict, (Action.VIEW_PUBLIC_SOURCE,)),
    "public_sources:upload": Route(ADDERS, "get", dict, (Action.ADD_PUBLIC_SOURCE,)),
    "public_sources:catalog": Route(STAFF_ROLES, "get", dict, (Action.VIEW_PUBLIC_SOURCE,)),
    "public_sources:catalog_entry": Route(
        STAFF_ROLES, "get", lambda: {"slug": "us-census-bureau"}, (Action.VIEW_PUBLIC_SOURCE,)
    ),
    "public_sources:detail": Route(STAFF_ROLES, "get", _unknown, (Action.VIEW_PUBLIC_SOURCE,)),
    "public_sources:columns": Route(ADDERS, "get", _unknown, (Action.ADD_PUBLIC_SOURCE,)),
    "public_sources:discard": Route(ADDERS, "post", _unknown, (Action.ADD_PUBLIC_SOURCE,)),
}
