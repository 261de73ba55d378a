"""Nobody reaches another organization's rows by writing their number into an address.

The objects are those of `tests/doors`, each at an organization of its own; whoever asks has a role
that reaches no further than `lake`. What may not be seen does not exist (404) or is refused (403).
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.entry_points import (
    agreements,
    consents,
    deadlines,
    dictionaries,
    disclosures,
    families,
    intake,
    partners,
    projects,
    registers,
    releases,
    retention,
    training,
)

from cairn.governance.agreements.models import Agreement
from cairn.platform.audit.models import AuditLine
from cairn.policy.vocabulary.access import Role

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

DOORS: dict[str, tuple[Any, str, Any]] = {
    **agreements.DOORS,
    **consents.DOORS,
    **deadlines.DOORS,
    **dictionaries.DOORS,
    **disclosures.DOORS,
    **families.DOORS,
    **intake.DOORS,
    **partners.DOORS,
    **projects.DOORS,
    **registers.DOORS,
    **releases.DOORS,
    **retention.DOORS,
    **training.DOORS,
}
# Pages that every partner's staff, or the public, may read; nobody from elsewhere may write there.
READ_BY_ALL = {
    *("deadlines:month", "training:course", "training:quiz"),
    *("projects:body", "projects:body_public", "projects:detail", "projects:matter"),
    *("projects:meeting", "projects:policy", "projects:request"),
}
# What a form of theirs would send.
SENT = {"ballot": "approve", "why": "because", "organization": "river", "text": "words"}
# Roles that reach no further than their own organization.
LOCAL = (Role.DATA_MANAGER, Role.STEWARD, Role.ANALYST, Role.PROGRAM_STAFF)


def a_delivery() -> dict[str, Any]:
    """A real delivery of Alder Creek."""
    return {"pk": intake.task()["delivery_id"]}


def an_agreement() -> dict[str, Any]:
    """The agreement of Alder Creek, on record."""
    intake.task()
    return {"reference": Agreement.objects.get().reference}


def _maker(route: str) -> Callable[[], dict[str, Any]]:
    if route == "agreements:detail":
        return an_agreement
    made: Callable[[], dict[str, Any]] = DOORS[route][2]
    return a_delivery if route.startswith("intake:") else made


ABOUT_ONE = sorted(
    route
    for route, (_may, _method, make) in DOORS.items()
    if make is not dict and not route.startswith("dashboards:")
)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", LOCAL)
@pytest.mark.parametrize("route", ABOUT_ONE)
def test_a_number_in_an_address_opens_nothing(
    route: str, role: Role, method: str, browser: Callable[..., Client]
) -> None:
    address = reverse(route, kwargs=_maker(route)())
    client = browser(role, at="lake")
    before = AuditLine.objects.count()
    answer = client.get(address) if method == "get" else client.post(address, SENT)
    told = (200, 422) if route in READ_BY_ALL else ()
    assert answer.status_code in (403, 404, 405, *told), answer.status_code
    written = AuditLine.objects.filter(sequence__gt=before)
    assert set(written.values_list("event", flat=True)) <= {
        "refused",
        "disclosure.refused",
        "session.began",
    }


def test_every_room_with_numbers_in_its_addresses_is_asked() -> None:
    rooms = {route.partition(":")[0] for route in ABOUT_ONE}
    assert rooms == {
        *("agreements", "consents", "deadlines", "dictionaries", "disclosures", "families"),
        *(
            "figures",
            "intake",
            "opt_outs",
            "partners",
            "projects",
            "registers",
            "releases",
            "retention",
        ),
        "training",
    }
