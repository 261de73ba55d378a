"""A family that asked for a copy of a record, and the steward who reviews it."""

from typing import Any

from django.test import Client
from tests.governance.consents.sample_consents import World
from tests.services.families.phone import letter, phone

from cairn.services.families.models import CopyRequest

ROSA = {"name": "Rosa Alba", "relation": "parent"}


def ask(world: World, **made: Any) -> tuple[Client, CopyRequest]:
    """The family's phone, on which it asked for a copy, and the request."""
    family = phone(letter(world, **made).code)
    assert family.post("/family/child/copy/", ROSA).status_code == 302
    return family, CopyRequest.objects.latest("pk")


def look(steward: Client, row: CopyRequest, **chosen: Any) -> str:
    """What the reviewer sees with these choices."""
    page = steward.post(f"/family/copies/{row.pk}/review/", {"step": "look", **chosen})
    return page.content.decode()


def release(steward: Client, row: CopyRequest, **chosen: Any) -> Any:
    """Release what the page shows with these choices; the page again if that is refused."""
    page = look(steward, row, **chosen)
    seen = page.split('name="seen" value="')[1].split('"')[0]
    sent = {"step": "release", "seen": seen, **chosen}
    return steward.post(f"/family/copies/{row.pk}/review/", sent)
