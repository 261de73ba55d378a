"""The doors of families. Staff and the public have no key to a child's page: a code opens it."""

from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.utils import timezone
from tests.entry_points import consents, programs
from tests.entry_points.entry import Route

from cairn.governance.consents.models.child import Child
from cairn.governance.consents.models.consent import Consent
from cairn.governance.consents.models.consent_form import ConsentForm
from cairn.governance.consents.protected_identity import seal_fields
from cairn.governance.partners.models import Organization
from cairn.platform.accounts.models import User
from cairn.platform.sealing.api import load_key_ring
from cairn.policy.vocabulary.access import STAFF_ROLES, Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.families import AmendmentState
from cairn.services.families.models import AmendmentRequest, CopyRequest, Letter, LetterRun
from cairn.services.families.record_copies.content import CopyContent, seal_copy_content
from cairn.warehouse.store.attachments import store_attachment

DISTRICT = consents.DISTRICT
EVERYONE = STAFF_ROLES | {Role.PUBLIC}
NOBODY: set[Role] = set()


def run() -> dict[str, Any]:
    """Letters that were printed."""
    consents.child()
    row = LetterRun.objects.create(
        organization=Organization.objects.get(slug="river"),
        printed_by=User.objects.create_user("printer@example.org", "Printer"),
        printed_at=timezone.localtime(),
        expires_on=timezone.localdate() + timedelta(days=30),
    )
    return {"pk": row.pk}


def one_letter() -> dict[str, Any]:
    """One letter of a printing."""
    row = Letter.objects.create(
        run_id=run()["pk"],
        child=Child.objects.get(),
        code="f" * 64,
        language="en",
        expires_on=timezone.localdate() + timedelta(days=30),
    )
    return {"pk": row.pk}


def copy() -> dict[str, Any]:
    """A request for a copy."""
    consents.child()
    now = timezone.localtime()
    row = CopyRequest.objects.create(
        child=Child.objects.get(), sealed=b"", asked_at=now, asked_on=now.date()
    )
    return {"pk": row.pk}


def released_copy() -> dict[str, Any]:
    """A copy that was released."""
    kwargs, now = copy(), timezone.localtime()
    child = Child.objects.get()
    CopyRequest.objects.update(
        sealed=seal_fields(child.key, {"name": "Rosa"}),
        sealed_copy=seal_copy_content(kwargs["pk"], CopyContent((), leaves_out_others=False)),
        copy_until=now.date() + timedelta(days=30),
        answered_at=now,
    )
    return kwargs


def named_copy() -> dict[str, Any]:
    """A request for a copy, with the name of the person who asked."""
    kwargs = copy()
    CopyRequest.objects.update(sealed=seal_fields(Child.objects.get().key, {"name": "Rosa"}))
    return kwargs


def copy_file() -> dict[str, Any]:
    """A file of a copy that was released."""
    return {**released_copy(), "kind": "pdf"}


def amendment(state: AmendmentState = AmendmentState.REQUESTED) -> dict[str, Any]:
    """A request to amend a record, in a state."""
    consents.child()
    child, now = Child.objects.select_related("organization").get(), timezone.localtime()
    texts = {"name": "Rosa", "relation": "parent", "wrong": "12 days", "correct": "2 days"}
    row = AmendmentRequest.objects.create(
        child=child,
        state=state.value,
        sealed=seal_fields(child.key, texts),
        sealed_hearing=seal_fields(child.key, {"officer": "B. Officer", "place": "Room 4"}),
        asked_at=now,
        asked_on=now.date(),
        due_on=now.date() + timedelta(days=45),
        hearing_on=now.date(),
    )
    return {"pk": row.pk}


def scanned_amendment() -> dict[str, Any]:
    """A request that came on paper, with its scan."""
    kwargs = amendment()
    attached = store_attachment(settings.CAIRN_DATA, load_key_ring(), b"%PDF-1.4 a request")
    AmendmentRequest.objects.update(
        scan=attached.name, scan_key=attached.wrapped_key, scan_type=attached.kind
    )
    return kwargs


HEARING_REQUESTED = partial(amendment, AmendmentState.HEARING_REQUESTED)
HEARING_SCHEDULED = partial(amendment, AmendmentState.HEARING_SCHEDULED)


def form() -> dict[str, Any]:
    """A form that a family could sign."""
    consents.consent()
    return {"pk": ConsentForm.objects.get().pk}


def consent() -> dict[str, Any]:
    """A consent that a family could take back."""
    consents.consent()
    return {"reference": Consent.objects.get().reference}


def scope() -> dict[str, Any]:
    """Something that a family could decline."""
    return {"scope": "directory"}


ROUTES = {
    "families:enter": Route(EVERYONE, "get", dict, (Action.ENTER_FAMILY,)),
    "families:leave": Route(NOBODY, "post", dict, (Action.PARENT_VIEW,)),
    "families:home": Route(NOBODY, "get", dict, (Action.PARENT_VIEW,)),
    "families:record": Route(NOBODY, "get", dict, (Action.PARENT_VIEW,)),
    "families:timeline": Route(NOBODY, "get", dict, (Action.PARENT_VIEW,)),
    "families:ask_program": Route(
        NOBODY, "get", lambda: {"slug": "lanterns"}, (Action.PARENT_VIEW,)
    ),
    "families:agree": Route(NOBODY, "get", form, (Action.PARENT_VIEW,)),
    "families:stop": Route(NOBODY, "get", consent, (Action.PARENT_VIEW,)),
    "families:stopped": Route(NOBODY, "get", consent, (Action.PARENT_VIEW,)),
    "families:decline": Route(NOBODY, "get", scope, (Action.PARENT_VIEW,)),
    "families:copy": Route(NOBODY, "get", dict, (Action.PARENT_VIEW,)),
    "families:no_copy": Route(NOBODY, "post", copy, (Action.PARENT_VIEW,)),
    "families:copy_page": Route(NOBODY, "get", released_copy, (Action.PARENT_VIEW,)),
    "families:copy_file": Route(NOBODY, "get", copy_file, (Action.PARENT_VIEW,)),
    "families:amendment": Route(NOBODY, "get", dict, (Action.PARENT_VIEW,)),
    "families:amendment_reader": Route(NOBODY, "get", dict, (Action.PARENT_VIEW,)),
    "families:amendment_withdrawal": Route(NOBODY, "get", amendment, (Action.PARENT_VIEW,)),
    "families:amendment_hearing": Route(NOBODY, "get", amendment, (Action.PARENT_VIEW,)),
    "families:amendment_statement": Route(NOBODY, "get", amendment, (Action.PARENT_VIEW,)),
    "families:amendments": Route(DISTRICT, "get", dict, (Action.ANSWER_FAMILY,)),
    "families:amendment_detail": Route(DISTRICT, "get", amendment, (Action.ANSWER_FAMILY,)),
    "families:new_amendment": Route({Role.STEWARD}, "get", dict, (Action.DECIDE_AMENDMENT,)),
    "families:amendment_scan": Route(DISTRICT, "get", scanned_amendment, (Action.ANSWER_FAMILY,)),
    "families:amendment_decision": Route(
        {Role.STEWARD}, "get", amendment, (Action.DECIDE_AMENDMENT,)
    ),
    "families:hearing_schedule": Route(
        {Role.STEWARD}, "get", HEARING_REQUESTED, (Action.DECIDE_AMENDMENT,)
    ),
    "families:hearing_decision": Route(
        {Role.STEWARD}, "get", HEARING_SCHEDULED, (Action.DECIDE_AMENDMENT,)
    ),
    "families:letters": Route(DISTRICT, "get", dict, (Action.INVITE_FAMILY,)),
    "families:stop_letters": Route(DISTRICT, "get", run, (Action.INVITE_FAMILY,)),
    "families:letters_of": Route(DISTRICT, "post", dict, (Action.INVITE_FAMILY,)),
    "families:run": Route(DISTRICT, "get", run, (Action.INVITE_FAMILY,)),
    "families:stop_letter": Route(DISTRICT, "get", one_letter, (Action.INVITE_FAMILY,)),
    "families:replace_letter": Route(DISTRICT, "get", one_letter, (Action.INVITE_FAMILY,)),
    "families:copies": Route(DISTRICT, "get", dict, (Action.ANSWER_FAMILY,)),
    "families:program_access": Route({Role.STEWARD}, "get", dict, (Action.SHOW_TO_FAMILIES,)),
    "families:copy_review": Route({Role.STEWARD}, "get", named_copy, (Action.RELEASE_COPY,)),
    "families:program_copy": Route(
        {Role.STEWARD}, "get", programs.participant, (Action.RELEASE_COPY,)
    ),
    "families:answer": Route(DISTRICT, "get", copy, (Action.ANSWER_FAMILY,)),
}
