"""The doors of the record of disclosures."""

from typing import Any

from django.utils import timezone
from tests.entry_points.entry import Route

from cairn.governance.disclosure_log import actions
from cairn.governance.disclosure_log.models import RecordRequest
from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.models import Organization
from cairn.platform.accounts.models import User
from cairn.policy.checks.records.disclosure_log import find_record_answer_due_date
from cairn.policy.questions.governance.record_keeping import may_request_disclosure_record
from cairn.policy.vocabulary.access import STAFF_ROLES, Role
from cairn.policy.vocabulary.actions import Action

READERS = {Role.DATA_MANAGER, Role.STEWARD, Role.COUNSEL}


def line() -> dict[str, Any]:
    """A line of the organization that the stewards of these tests act for."""
    by = User.objects.create_user("asker@example.org", "Asker")
    now = timezone.localtime()
    decision = may_request_disclosure_record("district", load_actor(by), now.date())
    return {
        "pk": actions.record_disclosure(
            decision, by=by, at=now, parties=["district"], interest="x"
        ).pk
    }


def request() -> dict[str, Any]:
    """A request for the record that nobody has answered."""
    by = User.objects.create_user("owner@example.org", "Owner")
    today = timezone.localdate()
    district = Organization.objects.get_or_create(
        slug="district", defaults={"name": "District", "kind": "school_district"}
    )[0]
    row = RecordRequest.objects.create(
        organization=district,
        asked_by=by,
        asked_on=today,
        due_on=find_record_answer_due_date(today),
    )
    return {"pk": row.pk}


ROUTES = {
    "disclosures:list": Route(READERS, "get", dict, (Action.VIEW_DISCLOSURES,)),
    "disclosures:spreadsheet": Route(READERS, "get", dict, (Action.VIEW_DISCLOSURES,)),
    "disclosures:detail": Route(READERS, "get", line, (Action.VIEW_DISCLOSURES,)),
    "disclosures:ask_for_record": Route(READERS, "get", dict, (Action.VIEW_DISCLOSURES,)),
    "disclosures:answer_request": Route(
        {Role.DATA_MANAGER}, "post", request, (Action.VERIFY,), records=("record.answered",)
    ),
    "disclosures:may_i": Route(STAFF_ROLES, "get", dict, (Action.ASK,)),
}
