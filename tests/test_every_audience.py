"""In whose words each page gives its reasons: by whose data they are about, in one table.

One district's data are shared with the hub and with another organization. That other one's own
steward is a recipient here, whatever role they hold at home.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.data.intake.conftest import AGREEMENT, ROSTER, STUDENTS

from cairn.data.intake.actions.receipt import receive_delivery
from cairn.governance.agreements.actions import signature_and_record
from cairn.governance.retention import actions as retention
from cairn.outputs.releases.models import Release
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.decisions import Audience
from cairn.policy.vocabulary.deliveries import Channel
from cairn.policy.vocabulary.releases import ReleaseState

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

WHOLE, PART, PUBLIC = Audience.STEWARD, Audience.RECIPIENT, Audience.PUBLIC
LAKE = """
[[parties]]
organization = "lake"
name = "Lake District"
kind = "school_district"
role = "recipient"
signed_by = "C. Superintendent"
signed_capacity = "Superintendent"
signed_on = 2024-06-14
"""
REFERENCE = "RV-DSA-01"

# Page → whose words its owner, a recipient, a stranger, the hub's manager and analyst hear.
# None: no reason is shown, because whoever asks sees no such thing.
PEOPLE = ("river", "lake", "hill", "manager", "analyst", "public")
PAGES = {
    "web:home": (None, None, None, None, None, None),
    "intake:delivery": (WHOLE, None, None, WHOLE, PART, PUBLIC),
    "intake:withdraw": (None, None, None, None, PART, PUBLIC),
    "agreements:detail": (WHOLE, WHOLE, PART, WHOLE, PART, PUBLIC),
    "releases:detail": (WHOLE, PART, PART, WHOLE, PART, PUBLIC),
    "releases:publish": (WHOLE, PART, PART, WHOLE, PART, PUBLIC),
    "retention:duty": (WHOLE, PART, None, WHOLE, PART, PUBLIC),
    "partners:security": (PART, WHOLE, PART, WHOLE, PART, PUBLIC),
    "partners:clearance": (PART, WHOLE, PART, WHOLE, PART, PUBLIC),
    "deadlines:lapse": (WHOLE, PART, None, WHOLE, PART, PUBLIC),
}


@pytest.fixture
def clients(person: Callable[..., Any], browser: Callable[..., Client]) -> dict[str, Client]:
    """A client for each of the people."""
    stewards = {at: browser(person(Role.STEWARD, at=at)) for at in ("river", "lake", "hill")}
    hub = {role: browser(person(role)) for role in (Role.DATA_MANAGER, Role.ANALYST)}
    return {
        **stewards,
        "manager": hub[Role.DATA_MANAGER],
        "analyst": hub[Role.ANALYST],
        "public": Client(),
    }


@pytest.fixture
def addresses(person: Callable[..., Any], organization: Callable[..., Any]) -> dict[str, str]:
    """Where each page is, about the same data of one district."""
    by, at = person(Role.DATA_MANAGER), timezone.localtime()
    river, lake = organization("river"), organization("lake")
    row = signature_and_record.load_agreement(text=AGREEMENT + LAKE, newcomers=[], by=by, at=at)
    delivery = receive_delivery(
        name="students.csv",
        content=ROSTER,
        organization=river,
        agreement=row,
        feed="students",
        period="2025-26",
        channel=Channel.COMMAND,
        mapping=STUDENTS,
        by=by,
        at=at,
    ).delivery
    release = Release.objects.create(
        title="Figures",
        outcomes=["chronic_absence"],
        tables=[],
        years=[],
        certificate=[],
        purpose="public_reporting",
        agreements=[REFERENCE],
        organization=lake,
        author=by,
        state=ReleaseState.IN_REVIEW.value,
        created_at=at,
    )
    due = at.date() + timedelta(days=30)
    retention.demand_destruction(
        agreement=REFERENCE,
        owner=river,
        due=due,
        why="",
        by=person(Role.STEWARD, at="river"),
        at=at,
    )
    duty = {"agreement": REFERENCE, "owner": "river", "cause": "demand", "due": due.isoformat()}
    made = {
        "web:home": {},
        "deadlines:lapse": {},
        "agreements:detail": {"reference": REFERENCE},
        "retention:duty": duty,
        "partners:security": {"slug": "lake"},
        "partners:clearance": {"slug": "lake"},
        "releases:detail": {"pk": release.pk},
        "releases:publish": {"pk": release.pk},
        "intake:delivery": {"pk": delivery.pk},
        "intake:withdraw": {"pk": delivery.pk},
    }
    found = {page: reverse(page, kwargs=made[page]) for page in PAGES}
    found["deadlines:lapse"] += f"?agreement={REFERENCE}&on={due.isoformat()}"
    return found


def test_each_page_speaks_to_each_by_whose_data_it_is(
    addresses: dict[str, str], clients: dict[str, Client]
) -> None:
    heard = {
        page: tuple(_heard(clients[one].get(address)) for one in PEOPLE)
        for page, address in addresses.items()
    }
    assert heard == PAGES


def _heard(response: Any) -> Audience | None:
    """The audience that a page was made for; the simulator tells it by its own lines."""
    context = response.context
    if context is None or "audience" in context:
        return context and Audience(context["audience"])
    lines = [line for stop in context.get("stopped", ()) for line in stop["reasons"]]
    if not lines:
        return None
    return WHOLE if any(line["next_step"] for line in lines) else PART
