"""The doors of deliveries."""

from typing import Any

from django.utils import timezone
from tests.clearing import clear

from cairn.agreements import actions as agreements
from cairn.demo.cast import BACKBONE
from cairn.demo.planned import examples_folder
from cairn.intake.actions import receive
from cairn.partners.founding import found
from cairn.partners.models import Organization
from cairn.rules.vocabulary import Channel, Role
from cairn.warehouse.mapping import Mapping

STAFF = {Role.DATA_MANAGER, Role.STEWARD, Role.PROGRAM_STAFF}


def nothing() -> dict[str, Any]:
    """The number of no delivery: whoever may pass finds nothing, whoever may not is told so."""
    return {"pk": 0}


def task() -> dict[str, Any]:
    """A delivery that was received and not checked, and the one who asks."""
    at = timezone.localtime()
    by = found(email="dana@partnership.example", name="First", organization=BACKBONE, at=at)
    clear(by)
    text = (examples_folder() / "agreements" / "RC-DSA-01.toml").read_text("utf-8")
    agreement = agreements.load(text=text, newcomers=["alder-creek-sd"], by=by, at=at)
    received = receive(
        name="calendar.csv",
        content=b"School,Year,Days,Who\n1,2025-26,180,x\n",
        organization=Organization.objects.get(slug="alder-creek-sd"),
        agreement=agreement,
        feed="graduation",
        period="2025-26",
        channel=Channel.COMMAND,
        mapping=Mapping(
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

TASKS = {"cairn.intake.tasks.conform_delivery": task}
