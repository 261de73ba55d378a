"""The doors of linkage."""

from typing import Any

from django.utils import timezone
from tests.access_clearance import clear
from tests.entry_points.entry import BackgroundTask, Route

from cairn.data.identity.runs.run_outputs import NothingToLink
from cairn.data.intake.actions import conformance, receipt
from cairn.demo.governance.staff import BACKBONE_SLUG
from cairn.demo.planned_deliveries import find_examples_folder
from cairn.governance.agreements.actions import signature_and_record
from cairn.governance.partners.actions.person_records import create_first_user
from cairn.governance.partners.models import Organization
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action
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
    agreement = signature_and_record.load_agreement(
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


MANAGER = {Role.DATA_MANAGER}


def nobody() -> dict[str, Any]:
    """The number of nothing: whoever may pass finds nothing, whoever may not is told so."""
    return {"pk": 0}


ROUTES = {
    "linkage:summary": Route(
        {Role.DATA_MANAGER, Role.ANALYST}, "get", dict, (Action.VIEW_LINKAGE,)
    ),
    "linkage:participants": Route(
        {Role.DATA_MANAGER, Role.ANALYST}, "get", dict, (Action.VIEW_LINKAGE,)
    ),
    "linkage:start": Route(MANAGER, "post", dict, (Action.LINK,)),
    "linkage:shadow": Route(MANAGER, "post", dict, (Action.LINK,), records=("linkage.shadow",)),
    "linkage:sample": Route(
        MANAGER, "post", dict, (Action.REVIEW_MATCH,), records=("linkage.sampled",)
    ),
    "linkage:measure": Route(
        {Role.DATA_MANAGER, Role.ANALYST}, "post", dict, (Action.VIEW_LINKAGE,)
    ),
    "linkage:review": Route(MANAGER, "get", dict, (Action.REVIEW_MATCH,)),
    "linkage:matches": Route(MANAGER, "get", dict, (Action.REVIEW_MATCH,)),
    "linkage:question": Route(MANAGER, "get", nobody, (Action.REVIEW_MATCH,)),
    "linkage:take_back": Route(MANAGER, "post", nobody, (Action.REVIEW_MATCH,)),
    "linkage:decisions": Route(MANAGER, "get", dict, (Action.REVIEW_MATCH,)),
    "linkage:undo": Route(MANAGER, "post", nobody, (Action.REVIEW_MATCH,)),
    "linkage:alarm": Route(MANAGER, "get", lambda: {"alarm": "hub"}, (Action.REVIEW_MATCH,)),
    "linkage:person": Route(MANAGER, "get", lambda: {"pk": "nobody"}, (Action.REVIEW_MATCH,)),
    "linkage:find_relative": Route(
        MANAGER, "get", lambda: {"pk": "nobody"}, (Action.REVIEW_MATCH,)
    ),
    "linkage:relative": Route(
        MANAGER, "get", lambda: {"pk": "nobody", "other": "anybody"}, (Action.REVIEW_MATCH,)
    ),
    "linkage:guardian": Route(
        MANAGER, "get", lambda: {"pk": "nobody", "value": "0f"}, (Action.REVIEW_MATCH,)
    ),
    "linkage:name_guardian": Route(
        MANAGER, "get", lambda: {"pk": "nobody"}, (Action.REVIEW_MATCH,)
    ),
    "linkage:undo_relationship": Route(MANAGER, "post", nobody, (Action.REVIEW_MATCH,)),
}

TASKS = {
    "cairn.data.identity.tasks.link_deliveries_task": BackgroundTask(
        task, (Action.LINK,), ("disclosure.used", "linkage.linked")
    ),
    "cairn.data.identity.tasks.shadow_linkage_task": BackgroundTask(
        task, (Action.LINK,), ("linkage.shadow",)
    ),
    "cairn.data.identity.tasks.link_pilots_task": BackgroundTask(
        task, (Action.LINK,), raises=NothingToLink
    ),
    "cairn.data.identity.tasks.refresh_relationships_task": BackgroundTask(
        task, (Action.REVIEW_MATCH,), ("linkage.relatives_followed",)
    ),
}
