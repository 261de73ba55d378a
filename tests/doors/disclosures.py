"""The doors of the record of disclosures."""

from typing import Any

from django.utils import timezone

from cairn.accounts.models import User
from cairn.disclosures import log
from cairn.disclosures.models import RecordRequest
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.rules.disclosed import answer_by, may_ask_for_record
from cairn.rules.vocabulary import STAFF_ROLES, Role

READERS = {Role.DATA_MANAGER, Role.STEWARD, Role.COUNSEL}


def line() -> dict[str, Any]:
    """A line of the organization that the stewards of these tests act for."""
    by = User.objects.create_user("asker@example.org", "Asker")
    now = timezone.localtime()
    decision = may_ask_for_record("district", actor(by), now.date())
    return {"pk": log.record(decision, by=by, at=now, parties=["district"], interest="x").pk}


def request() -> dict[str, Any]:
    """A request for the record that nobody has answered."""
    by = User.objects.create_user("owner@example.org", "Owner")
    today = timezone.localdate()
    district = Organization.objects.get_or_create(
        slug="district", defaults={"name": "District", "kind": "school_district"}
    )[0]
    row = RecordRequest.objects.create(
        organization=district, asked_by=by, asked_on=today, due_on=answer_by(today)
    )
    return {"pk": row.pk}


# Route → (who may, method, the objects it needs).
DOORS = {
    "disclosures:list": (READERS, "get", dict),
    "disclosures:spreadsheet": (READERS, "get", dict),
    "disclosures:detail": (READERS, "get", line),
    "disclosures:ask_for_record": (READERS, "get", dict),
    "disclosures:answer_request": ({Role.DATA_MANAGER}, "post", request),
    "disclosures:may_i": (STAFF_ROLES, "get", dict),
}
