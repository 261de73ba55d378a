"""The doors of legal process and public-records requests."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from tests.entry_points import consents
from tests.entry_points.entry import Route

from cairn.governance.consents.protected_identity import seal_fields
from cairn.governance.legal_process.models import LegalProcess, PublicRequest
from cairn.governance.legal_process.queries import build_demand_seal_context
from cairn.governance.partners.models import Organization
from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action

HANDLERS = {Role.DATA_MANAGER, Role.STEWARD, Role.COUNSEL}


def _owner() -> Organization:
    consents.child()
    return Organization.objects.get(slug="river")


def process(state: str = "on_hold") -> dict[str, Any]:
    """A subpoena that waits for counsel."""
    owner, now = _owner(), timezone.localtime()
    row = LegalProcess.objects.create(
        organization=owner,
        kind="subpoena",
        issuer="County Court",
        sealed=seal_fields(build_demand_seal_context(owner), {"asks": "Records of a case"}),
        issued_on=now.date(),
        received_on=now.date(),
        state=state,
        recorded_by=User.objects.create_user("clerk@example.org", "Clerk"),
        recorded_at=now,
    )
    return {"pk": row.pk}


def request() -> dict[str, Any]:
    """A public-records request that is open."""
    owner, now = _owner(), timezone.localtime()
    row = PublicRequest.objects.create(
        organization=owner,
        requester="The Gazette",
        asked="How many students were absent?",
        level="figures",
        law="State law",
        received_on=now.date(),
        due_on=now.date() + timedelta(days=10),
        recorded_by=User.objects.create_user("clerk@example.org", "Clerk"),
        recorded_at=now,
    )
    return {"pk": row.pk}


ROUTES = {
    "legal:list": Route(HANDLERS, "get", dict, (Action.VIEW_LEGAL_REQUESTS,)),
    "legal:new_process": Route(HANDLERS, "get", dict, (Action.HANDLE_LEGAL_REQUEST,)),
    "legal:process": Route(HANDLERS, "get", process, (Action.VIEW_LEGAL_REQUESTS,)),
    "legal:decide": Route({Role.COUNSEL}, "get", process, (Action.DECIDE_LEGAL_PROCESS,)),
    "legal:notify": Route(HANDLERS, "get", process, (Action.HANDLE_LEGAL_REQUEST,)),
    "legal:disclose": Route(HANDLERS, "get", process, (Action.HANDLE_LEGAL_REQUEST,)),
    "legal:withdraw": Route(HANDLERS, "get", process, (Action.HANDLE_LEGAL_REQUEST,)),
    "legal:new_request": Route(HANDLERS, "get", dict, (Action.HANDLE_LEGAL_REQUEST,)),
    "legal:request": Route(HANDLERS, "get", request, (Action.VIEW_LEGAL_REQUESTS,)),
    "legal:answer": Route(HANDLERS, "get", request, (Action.HANDLE_LEGAL_REQUEST,)),
}
