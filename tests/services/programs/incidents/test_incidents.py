"""An incident is written, filed, corrected by addendum and closed; its text is encrypted."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.services.programs.reading_club import NOW, Club

from cairn.governance.partners.api import load_actor
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.services.programs.incidents import actions
from cairn.services.programs.incidents.incident_records import (
    IncidentDetails,
    compute_draft_digest,
    list_incident_tasks,
)
from cairn.services.programs.models import Incident, IncidentText, Participant

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
_SENT = {
    "occurred_at": "2026-11-23T15:10",
    "kind": "behavior",
    "happened": "Ana Reyes fell over Ben. BEN cried, and Okafor's coat tore; Benny saw it.",
    "done": "Ice, and a call.",
    "place": "Gym",
}
_PLACE = {"kind": OrganizationKind.COMMUNITY_PROGRAM}


def _text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def incident(club: Club, tutor: Client) -> Incident:
    """A draft about Ana and Ben, written on the page."""
    children = [club.enrolled[name].participant_id for name in ("Ana", "Ben")]
    address = reverse("programs:new_incident", args=[club.series.program_id])
    answer = tutor.post(address, _SENT | {"children": children}, follow=True)
    assert "Draft saved" in _text(answer)
    return Incident.objects.get()


@pytest.fixture
def steward(club: Club, tutor: Client, person: Callable[..., Any]) -> Any:
    """The data steward of the tutor's organization."""
    return person(Role.STEWARD, at="maple", **_PLACE)


def _open(client: Client, name: str, incident: Incident, *args: int, **sent: Any) -> Any:
    address = reverse(f"programs:{name}", args=[incident.pk, *args])
    return client.post(address, sent, follow=True) if sent else client.get(address)


def test_from_draft_to_closed(
    incident: Incident, tutor: Client, steward: Any, browser: Callable[..., Client]
) -> None:
    assert "File this report?" in _text(_open(tutor, "file_incident", incident))
    assert list_incident_tasks(load_actor(steward), NOW.date()) == []
    assert "Report filed." in _text(_open(tutor, "file_incident", incident, yes="1"))
    (task,) = list_incident_tasks(load_actor(steward), NOW.date())
    assert (task.count, task.title) == (1, "incident report to read and close")
    # Twice, out of order, and by someone who may not.
    assert "This report is filed" in _text(_open(tutor, "file_incident", incident, yes="1"))
    assert _open(tutor, "change_incident", incident).status_code == 302
    assert _open(tutor, "close_incident", incident, yes="1").status_code == 403
    added = _open(tutor, "incident", incident, text="It was the left arm.")
    assert "It was the left arm." in _text(added)
    assert "Report closed." in _text(_open(browser(steward), "close_incident", incident, yes="1"))
    assert list_incident_tasks(load_actor(steward), NOW.date()) == []
    assert "Addendum saved" in _text(_open(tutor, "incident", incident, text="Healed."))
    assert "This report is closed" in _text(
        _open(browser(steward), "close_incident", incident, yes="1")
    )


def test_the_text_is_encrypted_and_in_no_audit_line(incident: Incident) -> None:
    assert b"Ana" not in bytes(IncidentText.objects.get(key=incident.key).sealed)
    kept = "".join(str(vars(line)) for line in AuditLine.objects.all())
    assert "fell" not in kept
    assert "program.incident_written" in kept


def test_the_report_for_one_child_names_no_other(
    club: Club, incident: Incident, tutor: Client
) -> None:
    _open(tutor, "file_incident", incident, yes="1")
    _open(tutor, "incident", incident, text="Ben Okafor is well. Ana, too.")
    ana, cleo = (club.enrolled[name].participant_id for name in ("Ana", "Cleo"))
    page = _text(_open(tutor, "child_incident", incident, ana))
    assert "Ana Reyes fell over another child." in page
    assert "another child cried, and another child&#x27;s coat tore; Benny saw it." in page
    assert "another child is well. Ana, too." in page
    assert "and 1 other child" in page
    assert "Okafor" not in page
    assert _open(tutor, "child_incident", incident, cleo).status_code == 404


def test_two_people_change_one_draft(club: Club, incident: Incident, tutor: Client) -> None:
    seen = compute_draft_digest(incident)
    first = _open(tutor, "change_incident", incident, **_SENT | {"place": "Yard", "seen": seen})
    assert "Draft saved" in _text(first)
    late = _open(tutor, "change_incident", incident, **_SENT | {"place": "Hall", "seen": seen})
    assert "Someone changed this draft in the meantime" in _text(late)
    assert "Yard" in _text(_open(tutor, "incident", incident))


def test_an_incomplete_report_is_not_filed(club: Club, incident: Incident, tutor: Client) -> None:
    seen = compute_draft_digest(incident)
    _open(tutor, "change_incident", incident, **_SENT | {"done": " ", "seen": seen})
    answer = _open(tutor, "file_incident", incident, yes="1")
    assert "does not say yet what happened" in _text(answer)
    assert Incident.objects.get().state == "draft"


def test_the_deadline_of_the_licensing_agency(
    incident: Incident, tutor: Client, steward: Any, browser: Callable[..., Client]
) -> None:
    address = reverse("programs:incident_deadline", args=[incident.program_id])
    assert tutor.post(address, {"hours": "24"}).status_code == 403
    answer = browser(steward).post(address, {"hours": "24"}, follow=True)
    assert "informed within 24 hours" in _text(answer)
    assert "not yet; due Nov. 24, 2026, 3:10 p.m." in _text(_open(tutor, "incident", incident))
    _open(tutor, "file_incident", incident, yes="1")
    (task,) = list_incident_tasks(load_actor(steward), NOW.date())
    assert task.due == date(2026, 11, 24)
    _open(tutor, "incident", incident, text="Called.", licensing_informed_at="2026-11-23T16:00")
    (task,) = list_incident_tasks(load_actor(steward), NOW.date())
    assert task.due is None


def test_another_organization(
    club: Club,
    incident: Incident,
    tutor: Client,
    browser: Callable[..., Client],
    person: Callable[..., Any],
) -> None:
    oak = person(Role.STEWARD, at="oak", **_PLACE)
    for name in ("incident", "change_incident", "file_incident", "close_incident"):
        assert _open(browser(oak), name, incident).status_code == 404
    assert list_incident_tasks(load_actor(oak), NOW.date()) == []
    other = Participant.objects.create(
        organization=oak.affiliations.get().organization, key="f" * 32, added_by=oak, added_at=NOW
    )
    with pytest.raises(Refused):
        actions.write_incident(
            program=club.series.program,
            incident=None,
            occurred_at=timezone.now() - timedelta(1),
            kind="other",
            children=[other.pk],
            licensing_informed_at=None,
            details=IncidentDetails(happened="x"),
            seen="",
            by=club.tutor,
            at=NOW,
        )
