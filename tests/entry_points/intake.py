"""The doors of deliveries."""

from typing import Any

from django.utils import timezone
from tests.access_clearance import clear

from cairn.data.intake.actions.receipt import receive_delivery
from cairn.demo.governance.staff import BACKBONE_SLUG
from cairn.demo.planned_deliveries import find_examples_folder
from cairn.governance.agreements.actions import agreement_record
from cairn.governance.partners.actions.first_user import create_first_user
from cairn.governance.partners.models.organizations import Organization
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.deliveries import Channel
from cairn.warehouse.schema.column_mapping import ColumnMapping

STAFF = {Role.DATA_MANAGER, Role.STEWARD, Role.PROGRAM_STAFF}


def nothing() -> dict[str, Any]:
    """The number of no delivery: whoever may pass finds nothing, whoever may not is told so."""
    return {"pk": 0}


def task() -> dict[str, Any]:
    """A delivery that was received and not checked, and the one who asks."""
    at = timezone.localtime()
    by = create_first_user(
        email="dana@partnership.example", name="First", organization=BACKBONE_SLUG, at=at
    )
    clear(by)
    text = (find_examples_folder() / "agreements" / "RC-DSA-01.toml").read_text("utf-8")
    agreement = agreement_record.load_agreement(
        text=text, newcomers=["alder-creek-sd"], by=by, at=at
    )
    received = receive_delivery(
        name="calendar.csv",
        content=b"School,Year,Days,Who\n1,2025-26,180,x\n",
        organization=Organization.objects.get(slug="alder-creek-sd"),
        agreement=agreement,
        feed="graduation",
        period="2025-26",
        channel=Channel.COMMAND,
        mapping=ColumnMapping(
            record="graduation",
            columns={"School": "local_id", "Year": "cohort_year", "Who": "graduated"},
        ),
        by=by,
        at=at,
    )
    return {"delivery_id": received.delivery.pk, "by_id": by.pk}


# Route → (who may, method, the objects it needs).
DOORS = {
    "intake:deliveries": (STAFF, "get", dict),
    "intake:upload": (STAFF, "get", dict),
    "intake:delivery": (STAFF, "get", nothing),
    "intake:check": (STAFF, "post", nothing),
    "intake:withdraw": (STAFF, "get", nothing),
    "intake:mapping": (STAFF, "get", nothing),
}

TASKS = {"cairn.data.intake.tasks.conform_delivery": task}
