"""The doors of published data."""

from uuid import uuid4

from django.utils import timezone
from tests.entry_points.entry import Route

from cairn.data.public_sources.models import PublicSource, SourceState
from cairn.platform.accounts.api import User
from cairn.policy.vocabulary.access import STAFF_ROLES, Role
from cairn.policy.vocabulary.actions import Action

ADDERS = {Role.DATA_MANAGER}


def _unknown() -> dict[str, int]:
    """A number that no table has: the rules are asked all the same."""
    return {"pk": 987654}


def _add_source() -> dict[str, int]:
    """A published table with one figure, which the public does not see."""
    at = timezone.now()
    by = User.objects.create_user(email=f"{uuid4().hex}@example.org", name="Ada", password=None)
    source = PublicSource.objects.create(
        title="Reading pass rates",
        publisher="State of Oak",
        address="https://oak.example/rates",
        license="Public domain",
        as_of=at.date(),
        level="district",
        geography="Oak County",
        direction="better",
        state=SourceState.ADDED,
        digest=uuid4().hex,
        kind_counts={"exact": 1},
        uploaded_by=by,
        uploaded_at=at,
        added_by=by,
        added_at=at,
    )
    source.figures.create(row=1, measure="Pass rate", estimate="82.3", kind="exact")
    return {"pk": source.pk}


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
    "public_sources:show": Route(ADDERS, "get", _add_source, (Action.SHOW_PUBLIC_SOURCE,)),
    "public_sources:hide": Route(ADDERS, "get", _add_source, (Action.SHOW_PUBLIC_SOURCE,)),
    "published_tables:list": Route(set(Role), "get", dict, (Action.VIEW_PUBLISHED,)),
    "published_tables:detail": Route(set(Role), "get", _unknown, (Action.VIEW_PUBLISHED,)),
}
