"""The doors of deliveries."""

from typing import Any

from django.utils import timezone
from tests.access_clearance import clear
from tests.entry_points import agreements
from tests.entry_points.entry import BackgroundTask, Route

from cairn.data.intake.actions.file_requests import hash_link_key
from cairn.data.intake.actions.receipt import receive_delivery
from cairn.data.intake.models import (
    Delivery,
    FileRequest,
    FileRequestLink,
    ProposedFile,
    WatchedFolder,
)
from cairn.demo.governance.staff import BACKBONE_SLUG
from cairn.demo.planned_deliveries import find_examples_folder
from cairn.governance.agreements.actions import signature_and_record
from cairn.governance.partners.actions.person_records import create_first_user
from cairn.governance.partners.models import Organization
from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.deliveries import Channel, DeliveryState
from cairn.warehouse.schema.column_mapping import ColumnMapping

ANSWER = {
    "outcome": "allow",
    "on": "2026-01-15",
    "basis": "",
    "elements": {},
    "reasons": [],
    "obligations": [],
}
ASKERS = {Role.DATA_MANAGER, Role.STEWARD}
STAFF = {Role.DATA_MANAGER, Role.STEWARD, Role.PROGRAM_STAFF}
SENDERS = {Role.STEWARD, Role.PROGRAM_STAFF}


def delivery() -> dict[str, Any]:
    """A delivery that was received from the district that the roles of these tests act for."""
    district = Organization.objects.get_or_create(
        slug="district", defaults={"name": "District", "kind": "school_district"}
    )[0]
    row = Delivery.objects.create(
        organization=district,
        agreement_reference=agreements.agreement()["reference"],
        agreement_version=1,
        feed="students",
        record="student",
        channel=Channel.UPLOAD.value,
        file_name="students.csv",
        size=1,
        content_digest="0" * 64,
        fingerprint="0" * 64,
        state=DeliveryState.RECEIVED.value,
        decision=ANSWER,
        decision_id="x",
        received_by=User.objects.create_user("sender@example.org", "Sender"),
        received_at=timezone.localtime(),
    )
    return {"pk": row.pk}


def proposal() -> dict[str, Any]:
    """A file of that district that waits for a person to confirm its columns."""
    row = Delivery.objects.get(**delivery())
    waiting = ProposedFile.objects.create(
        organization=row.organization,
        agreement_reference=row.agreement_reference,
        feed="students",
        channel=Channel.UPLOAD.value,
        file_name="students.csv",
        size=1,
        content_digest="0" * 64,
        mapping=ColumnMapping(record="student", columns={"ID": "local_id"}).dump(),
        proposal={
            "columns": [],
            "codes": [],
            "id_candidates": [],
            "changes": [],
            "problems": [],
            "filtered": [],
            "unread_tables": [],
        },
        preview={"problem": "It has no rows.", "refusals": []},
        proposed_by=row.received_by,
        proposed_at=row.received_at,
        destroy_on=timezone.localdate(),
    )
    return {"pk": waiting.pk}


LINK_KEY = "the key of a one-time link"


def file_request() -> dict[str, Any]:
    """A file that was asked of that district by somebody without a role."""
    row = Delivery.objects.get(**delivery())
    today = timezone.localdate()
    made = FileRequest.objects.create(
        organization=row.organization,
        agreement_reference=row.agreement_reference,
        feed="students",
        record="student",
        name="Kim",
        email="kim@district.example",
        is_emailed=True,
        due_on=today,
        ends_on=today,
        asked_by=row.received_by,
        asked_at=row.received_at,
    )
    return {"pk": made.pk}


def link() -> dict[str, Any]:
    """The link of that request, which opens without a sign-in."""
    FileRequestLink.objects.create(
        file_request=FileRequest.objects.get(**file_request()),
        key_digest=hash_link_key(LINK_KEY),
        made_at=timezone.localtime(),
    )
    return {"key": LINK_KEY}


def folder_file() -> dict[str, Any]:
    """A file of that district in a watched folder, which was not accepted."""
    row = Delivery.objects.get(**delivery())
    folder = WatchedFolder.objects.create(
        organization=row.organization,
        agreement_reference=row.agreement_reference,
        path="/srv/district",
        added_by=row.received_by,
        added_at=row.received_at,
    )
    file = folder.files.create(
        name="scan.pdf", content_digest="0" * 64, outcome="refused", seen_at=row.received_at
    )
    return {"pk": file.pk}


def task() -> dict[str, Any]:
    """A delivery that was received and not checked, and the one who asks."""
    at = timezone.localtime()
    by = create_first_user(
        email="dana@partnership.example", name="First", organization=BACKBONE_SLUG, at=at
    )
    clear(by)
    text = (find_examples_folder() / "agreements" / "RC-DSA-01.toml").read_text("utf-8")
    agreement = signature_and_record.load_agreement(
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


ROUTES = {
    "intake:deliveries": Route(STAFF, "get", dict, (Action.VIEW_DELIVERY,)),
    "intake:upload": Route(STAFF, "get", dict, (Action.RECEIVE,)),
    "intake:proposal": Route(STAFF, "get", proposal, (Action.RECEIVE,)),
    "intake:proposal_preview": Route(STAFF, "get", proposal, (Action.RECEIVE,)),
    "intake:proposal_cancel": Route(
        STAFF, "get", proposal, (Action.RECEIVE, Action.CANCEL_DELIVERY)
    ),
    "intake:file_requests": Route(ASKERS, "get", dict, (Action.REQUEST_FILE,)),
    "intake:file_request_new": Route(ASKERS, "get", dict, (Action.REQUEST_FILE,)),
    "intake:file_request_withdraw": Route(ASKERS, "get", file_request, (Action.REQUEST_FILE,)),
    # The link takes no file, since the person who asked has no role: its page says so.
    "intake:requested_file": Route(set(Role), "get", link, (Action.SEND_REQUESTED_FILE,)),
    "intake:watched_folders": Route(STAFF, "get", dict, (Action.RECEIVE,)),
    "intake:folder_file_dismiss": Route(
        STAFF,
        "post",
        folder_file,
        (Action.RECEIVE, Action.DISMISS_FOLDER_FILE),
        records=("watched_folder.file_dismissed",),
    ),
    "intake:delivery": Route(STAFF, "get", delivery, (Action.VIEW_DELIVERY,)),
    "intake:correct": Route(SENDERS, "get", delivery, (Action.VIEW_DELIVERY, Action.RECEIVE)),
    # No district sent a file with problems: whoever may pass finds none.
    "intake:correct_rows": Route(SENDERS, "get", delivery, (Action.VIEW_DELIVERY, Action.RECEIVE)),
    "intake:correction_workbook": Route(
        SENDERS, "get", delivery, (Action.VIEW_DELIVERY, Action.RECEIVE)
    ),
    "intake:correction_csv": Route(
        SENDERS, "get", delivery, (Action.VIEW_DELIVERY, Action.RECEIVE)
    ),
    "intake:correction": Route(STAFF, "get", proposal, (Action.RECEIVE,)),
    "intake:check": Route(STAFF, "post", delivery, (Action.VIEW_DELIVERY, Action.CONFORM)),
    "intake:withdraw": Route(
        {Role.DATA_MANAGER, Role.STEWARD},
        "get",
        delivery,
        (Action.VIEW_DELIVERY, Action.WITHDRAW_DELIVERY),
    ),
    "intake:replace": Route(STAFF, "post", delivery, (Action.VIEW_DELIVERY, Action.RECEIVE)),
    "intake:part": Route(STAFF, "post", delivery, (Action.VIEW_DELIVERY, Action.RECEIVE)),
    "intake:cancel": Route(STAFF, "get", delivery, (Action.VIEW_DELIVERY, Action.CANCEL_DELIVERY)),
    "intake:mapping": Route(STAFF, "get", delivery, (Action.VIEW_DELIVERY, Action.CHANGE_MAPPING)),
}

TASKS = {
    "cairn.data.intake.tasks.conform_delivery": BackgroundTask(
        task, (Action.CONFORM,), ("delivery.conforming", "delivery.conformed")
    )
}
