"""The doors of families. Staff and the public have no key to a child's page: a code opens it."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from tests.entry_points import consents
from tests.entry_points.entry import Route

from cairn.governance.consents.models.child import Child
from cairn.governance.consents.models.consent import Consent
from cairn.governance.consents.models.form import ConsentForm
from cairn.governance.partners.models import Organization
from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import STAFF_ROLES, Role
from cairn.policy.vocabulary.actions import Action
from cairn.services.families.models import CopyRequest, Letter, LetterRun

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
    "families:agree": Route(NOBODY, "get", form, (Action.PARENT_VIEW,)),
    "families:stop": Route(NOBODY, "get", consent, (Action.PARENT_VIEW,)),
    "families:stopped": Route(NOBODY, "get", consent, (Action.PARENT_VIEW,)),
    "families:decline": Route(NOBODY, "get", scope, (Action.PARENT_VIEW,)),
    "families:copy": Route(NOBODY, "get", dict, (Action.PARENT_VIEW,)),
    "families:no_copy": Route(NOBODY, "post", copy, (Action.PARENT_VIEW,)),
    "families:letters": Route(DISTRICT, "get", dict, (Action.INVITE_FAMILY,)),
    "families:stop_letters": Route(DISTRICT, "get", run, (Action.INVITE_FAMILY,)),
    "families:letters_of": Route(DISTRICT, "post", dict, (Action.INVITE_FAMILY,)),
    "families:run": Route(DISTRICT, "get", run, (Action.INVITE_FAMILY,)),
    "families:stop_letter": Route(DISTRICT, "get", one_letter, (Action.INVITE_FAMILY,)),
    "families:replace_letter": Route(DISTRICT, "get", one_letter, (Action.INVITE_FAMILY,)),
    "families:copies": Route(DISTRICT, "get", dict, (Action.ANSWER_FAMILY,)),
    "families:answer": Route(DISTRICT, "get", copy, (Action.ANSWER_FAMILY,)),
}
