"""The doors of indicators."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django.utils import timezone
from tests.access_clearance import clear
from tests.entry_points import releases
from tests.entry_points.entry import BackgroundTask, Route
from tests.outputs.releases import community

from cairn.governance.partners.models import Organization
from cairn.outputs.indicators.models import IndicatorVersion
from cairn.platform.accounts.api import User
from cairn.policy.vocabulary.access import STAFF_ROLES, Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.warehouse.measures import format_indicator, load_outcome_catalogue

WRITERS = {Role.DATA_MANAGER, Role.ANALYST}
WRITTEN = datetime(2026, 9, 1, 12, tzinfo=UTC)
_READ = {"written": WRITTEN.isoformat()}
"""The text that the page showed from which these pages are opened."""


def version(**fields: Any) -> dict[str, int]:
    """A draft of an organization of its own."""
    key = uuid4().hex
    author = User.objects.create_user(email=f"{key}@example.org", name="Ada", password=None)
    organization = Organization.objects.create(
        slug=key, name=key, kind=OrganizationKind.SCHOOL_DISTRICT.value
    )
    text = format_indicator(load_outcome_catalogue()["chronic_absence"])
    row = IndicatorVersion.objects.create(
        indicator=f"a{key[:20]}",
        version=1,
        definition=text.replace("chronic_absence", f"a{key[:20]}", 1),
        organization=organization,
        author=author,
        written_at=WRITTEN,
        **fields,
    )
    return {"pk": row.pk}


def previewed() -> dict[str, int]:
    """A draft that was counted; the file is gone."""
    return version(counted=f"counted/{'0' * 64}", previewed_at=timezone.now())


def to_preview() -> dict[str, int]:
    """A draft of the hub, whose analyst may count it."""
    made = community.make(releases.someone, releases.place)
    for person in (made.manager, made.author):
        clear(person)
    row = IndicatorVersion.objects.get(pk=version()["pk"])
    row.organization, row.author = made.hub, made.author
    row.save()
    return {"version_id": row.pk, "by_id": made.author.pk}


_VIEW = Action.VIEW_INDICATOR
ROUTES = {
    "indicators:list": Route(STAFF_ROLES, "get", dict, (_VIEW,)),
    "indicators:new": Route(WRITERS, "get", dict, (Action.CHANGE_INDICATOR,)),
    "indicators:detail": Route(STAFF_ROLES, "get", version, (_VIEW,)),
    "indicators:change": Route(WRITERS, "get", version, (_VIEW, Action.CHANGE_INDICATOR)),
    "indicators:preview": Route(WRITERS, "post", version, (_VIEW, Action.CHANGE_INDICATOR)),
    "indicators:approve": Route(
        {Role.COMMITTEE_MEMBER}, "get", previewed, (_VIEW, Action.APPROVE_INDICATOR), sends=_READ
    ),
    "indicators:discard": Route(
        WRITERS, "get", version, (_VIEW, Action.CHANGE_INDICATOR), sends=_READ
    ),
    "indicators:file": Route(STAFF_ROLES, "get", version, (_VIEW,)),
}
TASKS = {
    "cairn.outputs.indicators.tasks.preview_indicator": BackgroundTask(
        to_preview,
        (Action.CHANGE_INDICATOR, Action.BUILD_MART, Action.COUNT),
        ("disclosure.used", "indicator.previewed"),
    ),
}
