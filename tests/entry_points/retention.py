"""The doors of destruction."""

from datetime import date
from functools import partial
from typing import Any

from django.utils import timezone
from tests.access_clearance import clear
from tests.data.intake.conftest import AGREEMENT
from tests.entry_points.entry import BackgroundTask, Route

from cairn.governance.agreements.models import Agreement
from cairn.governance.partners.models import Affiliation, Organization
from cairn.governance.retention import certificate
from cairn.governance.retention.models import Demand, DestructionCertificate, DestructionRun
from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.policy.vocabulary.retention import DutyState

MANAGER, STEWARD, COUNSEL = Role.DATA_MANAGER, Role.STEWARD, Role.COUNSEL
READERS = {MANAGER, STEWARD, COUNSEL}


def owner() -> Organization:
    """The district of these tests, with an agreement of its own on record."""
    found = {"name": "District", "kind": "school_district"}
    row = Organization.objects.get_or_create(slug="district", defaults=found)[0]
    Agreement.objects.create(
        reference="RV-DSA-01",
        title="Sharing",
        text=AGREEMENT.replace('"river"', '"district"'),
    )
    return row


def somebody() -> User:
    """The hub's manager, who began it."""
    kind = OrganizationKind.BACKBONE.value
    hub = Organization.objects.get_or_create(
        slug="backbone", defaults={"name": "Hub", "kind": kind}
    )[0]
    user = User.objects.create_user("first@example.org", "First")
    Affiliation.objects.create(
        user=user, organization=hub, role=MANAGER.value, starts=date(2020, 1, 1)
    )
    return user


def run(state: DutyState = DutyState.CERTIFIED) -> dict[str, Any]:
    """A destruction of the district's that covers nothing, with its certificate."""
    owner()
    by, now = somebody(), timezone.localtime()
    row = DestructionRun.objects.create(
        agreement="RV-DSA-01",
        owner="district",
        cause="term",
        due_on=date(2029, 1, 1),
        state=state.value,
        begun_by=by,
        begun_at=now,
        decision_id="x",
    )
    said = certificate.build_certificate_content(row, "DC-1", by.name, now) | {"afterwards": {}}
    DestructionCertificate.objects.create(
        run=row, number="DC-1", content=said, digest="0" * 64, issued_by=by, issued_at=now
    )
    return {"pk": row.pk}


def demand() -> dict[str, Any]:
    """A demand of the district's."""
    row = Demand.objects.create(
        agreement="RV-DSA-01",
        owner=owner(),
        due_on=date(2029, 1, 1),
        demanded_by=somebody(),
        demanded_at=timezone.localtime(),
    )
    return {"pk": row.pk}


def duty() -> dict[str, Any]:
    """The address of a duty that there is not: whoever may look finds nothing."""
    return {
        "agreement": "RV-DSA-01",
        "owner": "district",
        "cause": "term",
        "due": "2029-01-01",
    }


def to_destroy() -> dict[str, Any]:
    """A destruction that was begun and covers nothing."""
    made = run(DutyState.RUNNING)
    row = DestructionRun.objects.get(pk=made["pk"])
    clear(row.begun_by)
    return {"run_id": row.pk, "by_id": row.begun_by_id}


ROUTES = {
    "retention:list": Route(READERS, "get", dict, (Action.VIEW_DUTIES,)),
    "retention:duty": Route(READERS, "get", duty, (Action.VIEW_DUTIES,)),
    "retention:demand": Route({MANAGER, STEWARD}, "get", dict, (Action.DEMAND_DESTRUCTION,)),
    "retention:take_back": Route({STEWARD}, "get", demand, (Action.DEMAND_DESTRUCTION,)),
    "retention:run": Route(READERS, "get", run, (Action.VIEW_DUTIES,)),
    "retention:again": Route(
        {MANAGER},
        "post",
        partial(run, DutyState.RUNNING),
        (Action.VIEW_DUTIES, Action.DESTROY),
        records=("destruction.begun_again", "destruction.certified"),
    ),
    # The hub sees the certificate, and only the owner's steward may answer it.
    "retention:accept": Route(
        {STEWARD},
        "post",
        run,
        (Action.VIEW_DUTIES, Action.ACCEPT_CERTIFICATE),
        records=("destruction.accepted",),
    ),
    "retention:dispute": Route(
        {STEWARD}, "get", run, (Action.VIEW_DUTIES, Action.ACCEPT_CERTIFICATE)
    ),
    # An agreement that is still in force cannot be closed; tests/governance/retention does it.
    "retention:close": Route(set(), "post", run, (Action.VIEW_DUTIES, Action.CLOSE_AGREEMENT)),
    "retention:unrecorded": Route({MANAGER}, "get", dict, (Action.DESTROY,)),
    "retention:certificate": Route(READERS, "get", run, (Action.VIEW_DUTIES,)),
    "retention:certificate_pdf": Route(READERS, "get", run, (Action.VIEW_DUTIES,)),
    "retention:certificate_json": Route(READERS, "get", run, (Action.VIEW_DUTIES,)),
}
TASKS = {
    "cairn.governance.retention.tasks.destroy_run": BackgroundTask(
        to_destroy, (Action.DESTROY,), ("destruction.certified",)
    )
}
