"""The doors of the shell and of the audit trail."""

from typing import Any

from django.utils import timezone
from tests.entry_points.entry import Route

from cairn.platform.audit.models import Work
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action

EVERYONE = frozenset(Role)
STAFF = EVERYONE - {Role.PUBLIC}


def running() -> dict[str, Any]:
    """A piece of long work."""
    now = timezone.localtime()
    return {"pk": Work.objects.create(kind="k", subject="s:1", started=now, updated=now).pk}


ROUTES = {
    "web:home": Route(EVERYONE, "get", dict, (Action.VIEW_HOME,)),
    "web:progress": Route(STAFF, "get", running, (Action.VIEW_WORK,)),
    "audit:log": Route({Role.DATA_MANAGER}, "get", dict, (Action.VIEW_AUDIT,)),
    "audit:verify": Route({Role.DATA_MANAGER}, "get", dict, (Action.VERIFY,)),
}
