"""The doors of the shell and of the audit trail."""

from typing import Any

from django.utils import timezone

from cairn.platform.audit.models import Work
from cairn.policy.vocabulary.access import Role

EVERYONE = frozenset(Role)
STAFF = EVERYONE - {Role.PUBLIC}


def running() -> dict[str, Any]:
    """A piece of long work."""
    now = timezone.localtime()
    return {"pk": Work.objects.create(kind="k", subject="s:1", started=now, updated=now).pk}


DOORS = {
    "web:home": (EVERYONE, "get", dict),
    "web:progress": (STAFF, "get", running),
    "audit:log": ({Role.DATA_MANAGER}, "get", dict),
    "audit:verify": ({Role.DATA_MANAGER}, "get", dict),
}
