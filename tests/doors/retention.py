"""The doors of destruction."""

from datetime import date
from functools import partial
from typing import Any

from django.utils import timezone
from tests.doors import intake

from cairn.accounts.models import User
from cairn.partners.models import Organization
from cairn.retention import certificate
from cairn.retention.models import Demand, DestructionCertificate, DestructionRun
from cairn.rules.vocabulary import DutyState, Role

MANAGER, STEWARD, COUNSEL = Role.DATA_MANAGER, Role.STEWARD, Role.COUNSEL
READERS = {MANAGER, STEWARD, COUNSEL}


def run(state: DutyState = DutyState.CERTIFIED) -> dict[str, Any]:
    """A destruction of Alder Creek's, whose agreement only the hub's people may see here."""
    made = intake.task()
    by, now = User.objects.get(pk=made["by_id"]), timezone.now()
    row = DestructionRun.objects.create(
        agreement="RC-DSA-01",
        owner="alder-creek-sd",
        cause="term",
        due_on=date(2029, 1, 1),
        state=state.value,
        begun_by=by,
        begun_at=now,
        decision_id="x",
    )
    said = certificate.content(row, "DC-1", by.name, now) | {"afterwards": {}}
    DestructionCertificate.objects.create(
        run=row, number="DC-1", content=said, digest="0" * 64, issued_by=by, issued_at=now
    )
    return {"pk": row.pk}


def demand() -> dict[str, Any]:
    """A demand of Alder Creek's."""
    made = intake.task()
    row = Demand.objects.create(
        agreement="RC-DSA-01",
        owner=Organization.objects.get(slug="alder-creek-sd"),
        due_on=date(2029, 1, 1),
        demanded_by_id=made["by_id"],
        demanded_at=timezone.now(),
    )
    return {"pk": row.pk}


def duty() -> dict[str, Any]:
    """The address of a duty that there is not: whoever may look finds nothing."""
    return {
        "agreement": "RC-DSA-01",
        "owner": "alder-creek-sd",
        "cause": "term",
        "due": "2029-01-01",
    }


def to_destroy() -> dict[str, Any]:
    """A destruction that was begun and covers nothing."""
    made = run(DutyState.RUNNING)
    row = DestructionRun.objects.get(pk=made["pk"])
    return {"run_id": row.pk, "by_id": row.begun_by_id}


# Route → (who may, method, the objects it needs). Those at another district find nothing.
DOORS = {
    "retention:list": (READERS, "get", dict),
    "retention:duty": (READERS, "get", duty),
    "retention:demand": ({MANAGER, STEWARD}, "get", dict),
    "retention:take_back": ({MANAGER, STEWARD}, "get", demand),
    "retention:run": (READERS, "get", run),
    "retention:again": (READERS, "post", partial(run, DutyState.RUNNING)),
    # The hub sees the certificate, and only the owner's steward may answer it.
    "retention:accept": ({STEWARD, COUNSEL}, "post", run),
    "retention:dispute": ({STEWARD, COUNSEL}, "get", run),
    "retention:certificate": (READERS, "get", run),
    "retention:certificate_pdf": (READERS, "get", run),
    "retention:certificate_json": (READERS, "get", run),
}
TASKS = {"cairn.retention.tasks.destroy_run": to_destroy}
