"""The doors of the pages about students."""

from typing import Any

from django.utils import timezone
from tests.entry_points import programs
from tests.entry_points.entry import Route

from cairn.governance.partners.models import Organization
from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action
from cairn.services.students.models import SavedFilter

STAFF = {Role.STEWARD, Role.PROGRAM_STAFF}
_VIEW = (Action.VIEW_STUDENT,)
_RESULTS = (Action.VIEW_PROGRAM_RESULTS,)


def organization() -> dict[str, Any]:
    """The district that the roles of these tests act for; it has no roster."""
    row = Organization.objects.get_or_create(
        slug="district", defaults={"name": "District", "kind": "school_district"}
    )[0]
    return {"slug": row.slug}


def student() -> dict[str, Any]:
    """A student whom nothing opens: the page answers as for one who does not exist."""
    return organization() | {"pk": 1}


def saved_filter() -> dict[str, Any]:
    """A filter that another user saved: it is answered as one that does not exist."""
    made = organization()
    row = SavedFilter.objects.create(
        user=User.objects.get_or_create(email="saver@example.org", name="Saver")[0],
        organization=Organization.objects.get(**made),
        name="Low attendance",
        choices={"need": "Attendance below 90%"},
        saved_at=timezone.now(),
    )
    return made | {"pk": row.pk}


ROUTES = {
    "students:list": Route(STAFF, "get", dict, _VIEW),
    "students:program_results": Route(STAFF, "get", programs.program, _RESULTS),
    "students:caseload": Route(STAFF, "get", organization, _VIEW),
    "students:programs": Route(STAFF, "get", organization, _VIEW),
    "students:search": Route(STAFF, "post", organization, _VIEW, sends={"name": "Ada"}),
    "students:save_filter": Route(STAFF, "get", organization, _VIEW, sends={"grade": "7"}),
    "students:filter": Route(STAFF, "get", saved_filter, _VIEW),
    "students:delete_filter": Route(STAFF, "get", saved_filter, _VIEW),
    "students:student": Route(STAFF, "get", student, _VIEW, ("refused", "disclosure.refused")),
}
