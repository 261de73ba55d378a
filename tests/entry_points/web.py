"""The doors of the shell and of the audit trail."""

from typing import Any

from django.utils import timezone
from tests.entry_points.entry import Route

from cairn.governance.partners.models import Organization
from cairn.platform.audit.models import Work
from cairn.policy.vocabulary.access import STAFF_ROLES, Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.organizations import OrganizationKind

EVERYONE = frozenset(Role)
STAFF = EVERYONE - {Role.PUBLIC}


def running() -> dict[str, Any]:
    """A piece of long work."""
    now = timezone.localtime()
    return {"pk": Work.objects.create(kind="k", subject="s:1", started=now, updated=now).pk}


def partner() -> dict[str, Any]:
    """A partner, by the last part of its address."""
    organization, _ = Organization.objects.get_or_create(
        slug="river", defaults={"name": "River", "kind": OrganizationKind.SCHOOL_DISTRICT.value}
    )
    return {"slug": organization.slug}


ROUTES = {
    "web:search": Route(STAFF, "get", dict, (Action.VIEW_WORK,)),
    "web:help": Route(EVERYONE, "get", dict, (Action.VIEW_HOME,)),
    "web:help_page": Route(
        EVERYONE, "get", lambda: {"name": "how-to/sign-an-agreement"}, (Action.VIEW_HOME,)
    ),
    "web:gallery": Route(EVERYONE, "get", dict, (Action.VIEW_HOME,)),
    "web:partner": Route(STAFF_ROLES, "get", partner, (Action.VIEW_PARTNERS,)),
    "web:home": Route(EVERYONE, "get", dict, (Action.VIEW_HOME,)),
    "web:close_tour": Route(
        STAFF_ROLES, "post", dict, (Action.CHANGE_OWN_ACCOUNT,), records=("tour.closed",)
    ),
    "web:progress": Route(STAFF, "get", running, (Action.VIEW_WORK,)),
    "audit:log": Route({Role.DATA_MANAGER}, "get", dict, (Action.VIEW_AUDIT,)),
    "audit:verify": Route({Role.DATA_MANAGER}, "get", dict, (Action.VERIFY,)),
}
