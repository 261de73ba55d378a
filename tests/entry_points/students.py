"""The doors of the pages about students."""

from typing import Any

from tests.entry_points.entry import Route

from cairn.governance.partners.models import Organization
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action

STAFF = {Role.STEWARD, Role.PROGRAM_STAFF}
_VIEW = (Action.VIEW_STUDENT,)


def organization() -> dict[str, Any]:
    """The district that the roles of these tests act for; it has no roster."""
    row = Organization.objects.get_or_create(
        slug="district", defaults={"name": "District", "kind": "school_district"}
    )[0]
    return {"slug": row.slug}


def student() -> dict[str, Any]:
    """A student whom nothing opens: the page answers as for one who does not exist."""
    return organization() | {"pk": 1}


ROUTES = {
    "students:list": Route(STAFF, "get", dict, _VIEW),
    "students:caseload": Route(STAFF, "get", organization, _VIEW),
    "students:programs": Route(STAFF, "get", organization, _VIEW),
    "students:search": Route(STAFF, "post", organization, _VIEW, sends={"name": "Ada"}),
    "students:student": Route(STAFF, "get", student, _VIEW, ("refused", "disclosure.refused")),
}
