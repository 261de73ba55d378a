"""The doors of families. Staff and the public have no key to a child's page: a code opens it."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from tests.entry_points import consents

from cairn.governance.consents.models.child import Child
from cairn.governance.consents.models.consent import Consent
from cairn.governance.consents.models.form import ConsentForm
from cairn.governance.partners.models.organizations import Organization
from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import STAFF_ROLES, Role
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


# Route → (who may, method, the objects it needs).
DOORS = {
    "families:enter": (EVERYONE, "get", dict),
    "families:leave": (NOBODY, "post", dict),
    "families:home": (NOBODY, "get", dict),
    "families:record": (NOBODY, "get", dict),
    "families:agree": (NOBODY, "get", form),
    "families:stop": (NOBODY, "get", consent),
    "families:stopped": (NOBODY, "get", consent),
    "families:decline": (NOBODY, "get", scope),
    "families:copy": (NOBODY, "get", dict),
    "families:no_copy": (NOBODY, "post", copy),
    "families:letters": (DISTRICT, "get", dict),
    "families:stop_letters": (DISTRICT, "get", run),
    "families:letters_of": (DISTRICT, "post", dict),
    "families:run": (DISTRICT, "get", run),
    "families:stop_letter": (DISTRICT, "get", one_letter),
    "families:replace_letter": (DISTRICT, "get", one_letter),
    "families:copies": (DISTRICT, "get", dict),
    "families:answer": (DISTRICT, "get", copy),
}
