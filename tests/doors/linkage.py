"""The doors of linkage."""

from typing import Any

from django.utils import timezone
from tests.clearing import clear

from cairn.agreements import actions as agreements
from cairn.demo.cast import BACKBONE
from cairn.demo.planned import examples_folder
from cairn.intake import actions as intake
from cairn.partners.founding import found
from cairn.partners.models import Organization
from cairn.rules.vocabulary import Channel, Role
from cairn.warehouse.mapping import Mapping


def task() -> dict[str, Any]:
    """Someone who may link, and one small delivery that is ready."""
    at = timezone.localtime()
    by = found(email="dana@partnership.example", name="First", organization=BACKBONE, at=at)
    clear(by)
    text = (examples_folder() / "agreements" / "RC-DSA-01.toml").read_text("utf-8")
    agreement = agreements.load(text=text, newcomers=["alder-creek-sd"], by=by, at=at)
    received = intake.receive(
        name="students.csv",
        content=b"id,first,last\n1,Ada,Lund\n",
        organization=Organization.objects.get(slug="alder-creek-sd"),
        agreement=agreement,
        feed="students",
        period="2025-26",
        channel=Channel.COMMAND,
        mapping=Mapping(
            record="student",
            columns={"id": "local_id", "first": "given_name", "last": "family_name"},
        ),
        by=by,
        at=at,
    )
    intake.conform(delivery=received.delivery, by=by, at=at)
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
    "cairn.linkage.tasks.link_deliveries": task,
    "cairn.linkage.tasks.link_beside": task,
    "cairn.linkage.tasks.link_pilots": task,
    "cairn.linkage.tasks.follow_relatives": task,
}
