"""An incident is written, filed, corrected by addendum and closed; its text is encrypted."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.services.programs.reading_club import NOW, Club

from cairn.governance.partners.api import load_actor
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.services.programs.actions import create_program
from cairn.services.programs.incidents import actions
from cairn.services.programs.incidents.incident_records import (
    IncidentDetails,
    compute_draft_digest,
    list_incident_tasks,
)
from cairn.services.programs.models import Incident, IncidentText, Participant, RecordDestruction

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
_SENT = {
    "occurred_at": "2026-11-23T15:10",
    "kind": "behavior",
    "happened": "Ana Reyes fell over Ben. BEN cried, and Okafor's coat tore; Benny saw it.",
    "done": "Ice, and a call.",
    "place": "Gym",
    "key": "a" * 32,
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


def _write(club: Club, children: list[int], **changes: Any) -> Incident:
    """Write a new draft without a page."""
    return actions.write_incident(
        **{
            "program": club.series.program,
            "incident": None,
            "occurred_at": NOW - timedelta(1),
            "kind": "other",
            "children": children,
            "licensing_informed_at": None,
            "details": IncidentDetails(happened="x", done="y"),
            "seen": "",
            "key": "f" * 32,
            "by": club.tutor,
            "at": NOW,
        }
        | changes
    )


def _list_offered(page: Any) -> set[int]:
    return {number for number, _name in page.context["form"].fields["children"].choices}


def _file(client: Client, incident: Incident) -> Any:
    """File the report as a user does: from the page that shows it."""
    page = _open(client, "file_incident", incident)
    return _open(client, "file_incident", incident, seen=page.context["form"]["seen"].value())


def _add(client: Client, incident: Incident, text: str, key: str = "b", **sent: Any) -> Any:
    return _open(client, "incident", incident, text=text, key=key * 32, **sent)


def test_from_draft_to_closed(
    incident: Incident, tutor: Client, steward: Any, browser: Callable[..., Client]
) -> None:
    assert "File this report?" in _text(_open(tutor, "file_incident", incident))
    assert list_incident_tasks(load_actor(steward), NOW.date()) == []
    assert "Report filed." in _text(_file(tutor, incident))
    (task,) = list_incident_tasks(load_actor(steward), NOW.date())
    assert (task.count, task.title) == (1, "incident report to read and close")
    # Twice, out of order, and by someone who may not.
    assert "This report is filed" in _text(_file(tutor, incident))
    assert _open(tutor, "change_incident", incident).status_code == 302
    assert _open(tutor, "close_incident", incident, yes="1").status_code == 403
    added = _add(tutor, incident, "It was the left arm.")
    assert "It was the left arm." in _text(added)
    assert "Report closed." in _text(_open(browser(steward), "close_incident", incident, yes="1"))
    assert list_incident_tasks(load_actor(steward), NOW.date()) == []
    assert "Addendum saved" in _text(_add(tutor, incident, "Healed.", "c"))
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
    _file(tutor, incident)
    _add(tutor, incident, "Ben Okafor is well. Ana, too.")
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


@pytest.mark.parametrize("missing", [{"done": " "}, {"children": []}])
def test_an_incomplete_report_is_not_filed(
    missing: dict[str, Any], club: Club, incident: Incident, tutor: Client
) -> None:
    sent = _SENT | {"children": [club.enrolled["Ana"].participant_id]} | missing
    seen = compute_draft_digest(incident)
    _open(tutor, "change_incident", incident, **sent | {"seen": seen})
    answer = _file(tutor, incident)
    assert "does not say yet which child was involved" in _text(answer)
    assert Incident.objects.get().state == "draft"


def test_a_page_that_is_sent_twice_is_saved_once(
    club: Club, incident: Incident, tutor: Client
) -> None:
    address = reverse("programs:new_incident", args=[club.series.program_id])
    sent = _SENT | {"children": list(incident.children.values_list("pk", flat=True))}
    assert "Draft saved" in _text(tutor.post(address, sent, follow=True))
    changed = tutor.post(address, sent | {"kind": "injury"})
    assert "This page was saved before" in _text(changed)
    assert Incident.objects.get().kind == "behavior"
    _file(tutor, incident)
    for _ in range(2):
        assert "Addendum saved" in _text(_add(tutor, incident, "Healed."))
    assert "This page was saved before" in _text(_add(tutor, incident, "Not healed."))
    assert incident.addenda.count() == 1
    # Each page has a key of its own.
    keys = {_open(tutor, "incident", incident).context["form"]["key"].value() for _ in range(2)}
    assert len(keys) == 2


def test_a_draft_that_changed_since_it_was_read_is_not_filed(
    incident: Incident, tutor: Client
) -> None:
    page = _text(_open(tutor, "incident", incident))
    seen = compute_draft_digest(incident)
    assert f"?seen={seen}" in page
    sent = _SENT | {"children": list(incident.children.values_list("pk", flat=True))}
    _open(tutor, "change_incident", incident, **sent | {"place": "Yard", "seen": seen})
    assert "Someone changed this draft" in _text(_open(tutor, "file_incident", incident, seen=seen))
    assert Incident.objects.get().state == "draft"


def test_a_child_whose_record_was_destroyed_is_chosen_in_no_new_report(
    club: Club, incident: Incident, tutor: Client
) -> None:
    ana, cleo = (club.enrolled[name].participant for name in ("Ana", "Cleo"))
    destruction = RecordDestruction.objects.create(
        organization=ana.organization,
        years=3,
        children=2,
        first_last_day=NOW,
        latest_last_day=NOW,
        destroyed_by=club.tutor,
        destroyed_at=NOW,
    )
    Participant.objects.filter(pk__in=[ana.pk, cleo.pk]).update(destruction=destruction)
    address = reverse("programs:new_incident", args=[club.series.program_id])
    page = tutor.get(address)
    assert _list_offered(page) == {club.enrolled["Ben"].participant_id}
    assert "Children whose records were destroyed" in _text(page)
    assert "Legal basis" in _text(page)
    assert tutor.post(address, _SENT | {"children": [cleo.pk], "key": "e" * 32}).status_code == 422
    # A draft keeps the children that are in it.
    draft = _open(tutor, "change_incident", incident)
    assert _list_offered(draft) == {ana.pk, club.enrolled["Ben"].participant_id}
    sent = _SENT | {"children": [ana.pk], "seen": compute_draft_digest(incident)}
    assert "Draft saved" in _text(_open(tutor, "change_incident", incident, **sent))
    assert "which child was involved" in _text(_file(tutor, incident))
    with pytest.raises(Refused):
        _write(club, [cleo.pk])


def test_every_report_can_be_opened_from_the_list(
    club: Club, incident: Incident, tutor: Client, steward: Any
) -> None:
    rows = [
        Incident(
            program=club.series.program,
            key=f"{number:032x}",
            occurred_at=NOW - timedelta(number),
            kind="other",
            state="closed",
            written_by=club.tutor,
            written_at=NOW,
        )
        for number in range(1, 27)
    ]
    Incident.objects.bulk_create(rows)
    address = reverse("programs:incidents", args=[club.series.program_id])
    oldest = reverse("programs:incident", args=[Incident.objects.last().pk])  # type: ignore[union-attr]
    assert oldest not in _text(tutor.get(address))
    assert oldest in _text(tutor.get(address, {"page": "2"}))
    page = _text(tutor.get(address, {"state": "Draft"}))
    assert reverse("programs:incident", args=[incident.pk]) in page
    assert "Nov. 23, 2026, 3:10 p.m." in page
    assert oldest not in page


def test_each_program_has_its_own_task(
    club: Club, incident: Incident, tutor: Client, steward: Any
) -> None:
    other = create_program(
        organization=club.series.program.organization,
        name="Chess",
        description="",
        by=club.tutor,
        at=NOW,
    )
    second = _write(club, [club.enrolled["Ben"].participant_id], program=other)
    for row in (incident, second):
        _file(tutor, row)
    tasks = list_incident_tasks(load_actor(steward), NOW.date())
    assert [(task.count, task.detail, task.url, task.keys) for task in tasks] == [
        (
            1,
            row.program.name,
            reverse("programs:incidents", args=[row.program_id]),
            (f"incident:{row.pk}",),
        )
        for row in (second, incident)
    ]


def test_the_deadline_of_the_licensing_agency(
    incident: Incident, tutor: Client, steward: Any, browser: Callable[..., Client]
) -> None:
    address = reverse("programs:incident_deadline", args=[incident.program_id])
    assert tutor.post(address, {"hours": "24"}).status_code == 403
    answer = browser(steward).post(address, {"hours": "24"}, follow=True)
    assert "informed within 24 hours" in _text(answer)
    assert "not yet; due Nov. 24, 2026, 3:10 p.m." in _text(_open(tutor, "incident", incident))
    _file(tutor, incident)
    (task,) = list_incident_tasks(load_actor(steward), NOW.date())
    assert task.due == date(2026, 11, 24)
    _add(tutor, incident, "Called.", licensing_informed_at="2026-11-23T16:00")
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
        _write(club, [other.pk])
