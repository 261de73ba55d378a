"""The doors of linkage."""

from typing import Any

from django.utils import timezone
from tests.access_clearance import clear

from cairn.data.intake.actions import conformance, receipt
from cairn.demo.governance.staff import BACKBONE_SLUG
from cairn.demo.planned_deliveries import find_examples_folder
from cairn.governance.agreements.actions import agreement_record
from cairn.governance.partners.actions.first_user import create_first_user
from cairn.governance.partners.models.organizations import Organization
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.deliveries import Channel
from cairn.warehouse.schema.column_mapping import ColumnMapping


def task() -> dict[str, Any]:
    """Someone who may link, and one small delivery that is ready."""
    at = timezone.localtime()
    by = create_first_user(
        email="dana@partnership.example", name="First", organization=BACKBONE_SLUG, at=at
    )
    clear(by)
    text = (find_examples_folder() / "agreements" / "RC-DSA-01.toml").read_text("utf-8")
    agreement = agreement_record.load_agreement(
        text=text, newcomers=["alder-creek-sd"], by=by, at=at
    )
    received = receipt.receive_delivery(
        name="students.csv",
        content=b"id,first,last\n1,Ada,Lund\n",
        organization=Organization.objects.get(slug="alder-creek-sd"),
        agreement=agreement,
        feed="students",
        period="2025-26",
        channel=Channel.COMMAND,
        mapping=ColumnMapping(
            record="student",
            columns={"id": "local_id", "first": "given_name", "last": "family_name"},
        ),
        by=by,
        at=at,
    )
    conformance.check_delivery(delivery=received.delivery, by=by, at=at)
    return {"by_id": by.pk}


# Route → (who may, method, the objects it needs).
MANAGER = {Role.DATA_MANAGER}


def nobody() -> dict[str, Any]:
    """The number of nothing: whoever may pass finds nothing, whoever may not is told so."""
    return {"pk": 0}


DOORS = {
    "linkage:summary": ({Role.DATA_MANAGER, Role.ANALYST}, "get", dict),
    "linkage:start": (MANAGER, "post", dict),
    "linkage:shadow": (MANAGER, "post", dict),
    "linkage:sample": (MANAGER, "post", dict),
    "linkage:measure": ({Role.DATA_MANAGER, Role.ANALYST}, "post", dict),
    "linkage:review": (MANAGER, "get", dict),
    "linkage:question": (MANAGER, "get", nobody),
    "linkage:take_back": (MANAGER, "post", nobody),
    "linkage:decisions": (MANAGER, "get", dict),
    "linkage:undo": (MANAGER, "post", nobody),
    "linkage:alarm": (MANAGER, "get", lambda: {"alarm": "hub"}),
    "linkage:person": (MANAGER, "get", lambda: {"pk": "nobody"}),
    "linkage:find_relative": (MANAGER, "get", lambda: {"pk": "nobody"}),
    "linkage:relative": (MANAGER, "get", lambda: {"pk": "nobody", "other": "anybody"}),
    "linkage:guardian": (MANAGER, "get", lambda: {"pk": "nobody", "value": "0f"}),
    "linkage:name_guardian": (MANAGER, "get", lambda: {"pk": "nobody"}),
    "linkage:undo_relationship": (MANAGER, "post", nobody),
}

TASKS = {
    "cairn.data.identity.tasks.link_deliveries_task": task,
    "cairn.data.identity.tasks.shadow_linkage_task": task,
    "cairn.data.identity.tasks.link_pilots_task": task,
    "cairn.data.identity.tasks.refresh_relationships_task": task,
}
