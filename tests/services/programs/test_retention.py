"""A program destroys the records of children after the period that it chose, and not before."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.confirmation_page import check_asks_first
from tests.services.programs.reading_club import NOW, TODAY, Club

from cairn.governance.partners.api import load_actor
from cairn.governance.partners.models import Organization
from cairn.platform.accounts.models import User
from cairn.platform.notifications.models import MailMessage
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.services.programs import actions, models
from cairn.services.programs.incidents.actions import write_incident
from cairn.services.programs.incidents.incident_records import (
    IncidentDetails,
    load_incident_details,
)
from cairn.services.programs.participant_identity import ParticipantDetails
from cairn.services.programs.record_files import build_attendance_records, build_roster_records
from cairn.services.programs.registration.registration_identity import (
    RegistrationDetails,
    build_registration_identity,
)
from cairn.services.programs.retention import actions as retention_actions
from cairn.services.programs.retention.due_records import (
    list_kept_records,
    list_record_destruction_tasks,
)

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


@dataclass(frozen=True)
class Keeper:
    """The steward of the reading club, in the browser, years after the group ended."""

    user: User
    client: Client
    organization: Organization
    later: datetime

    def url(self, name: str, *args: Any) -> str:
        return reverse(f"programs:{name}", args=[self.organization.slug, *args])

    def choose(self, years: int = 3, **data: Any) -> Any:
        return self.client.post(self.url("records"), {"years": years, **data})

    def destroy(self) -> Any:
        page = self.client.get(self.url("destroy_records"))
        seen = page.context["overview"].digest
        return self.client.post(self.url("destroy_records"), {"seen": seen})


@pytest.fixture
def keeper(
    club: Club,
    person: Callable[..., Any],
    browser: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch,
) -> Keeper:
    present = models.AttendanceStatus.PRESENT
    club.take(Ana=present, Ben=present, Cleo=present)
    mark = models.AttendanceMark.objects.get(enrollment=club.enrolled["Ana"])
    models.AttendanceMark.objects.filter(pk=mark.pk).update(reason="Ana's mother called")
    steward = person(Role.STEWARD, at="maple", kind=OrganizationKind.COMMUNITY_PROGRAM)
    end = club.series.last_day
    assert end is not None
    later = timezone.make_aware(datetime.combine(end + timedelta(days=3 * 366), time(12)))
    monkeypatch.setattr(timezone, "now", lambda: later)
    return Keeper(steward, browser(steward), club.series.program.organization, later)


def test_nothing_is_due_before_a_period_is_chosen(keeper: Keeper) -> None:
    page = keeper.client.get(keeper.url("records"))
    assert page.status_code == 200
    assert not page.context["overview"].due
    assert "Choose for how many years" in page.content.decode()
    short = keeper.choose(years=4, has_federal_award="on")
    assert short.status_code == 422
    assert "may be too short" in short.content.decode()
    assert not models.RecordPeriod.objects.exists()


def test_records_are_destroyed_with_a_certificate_and_hours_still_add_up(
    keeper: Keeper, club: Club
) -> None:
    assert keeper.choose().status_code == 302
    page = keeper.client.get(keeper.url("records")).content.decode()
    assert "Reyes, Ana" in page
    assert "Destroy 3 records" in page
    check_asks_first(
        keeper.client, keeper.url("destroy_records"), r"Destroy 3 records", "cannot be undone"
    )
    done = keeper.destroy()
    (certificate,) = models.RecordDestruction.objects.all()
    assert done.url == keeper.url("certificate", certificate.pk)
    proof = keeper.client.get(done.url).content.decode()
    assert "destroyed 3 records of children" in proof
    assert "Reyes" not in proof
    assert not models.ParticipantIdentity.objects.exists()
    assert not models.AttendanceMark.objects.exclude(reason="").exists()
    hours = keeper.client.get(
        reverse("programs:dosage", args=[club.series.program_id]),
        {"first": TODAY.isoformat(), "last": TODAY.isoformat()},
    ).content.decode()
    assert "3 children attended" in hours
    assert "(record destroyed)" in hours
    assert "Reyes" not in hours
    child = club.enrolled["Ana"].participant_id
    assert keeper.client.get(reverse("programs:participant", args=[child])).status_code == 404
    year = "2026-27"
    assert not build_roster_records(club.series.program, year, TODAY).rows
    assert not build_attendance_records(club.series.program, year).rows
    # Pressed twice, and by a person with the list of yesterday.
    assert keeper.destroy().status_code == 409
    assert models.RecordDestruction.objects.count() == 1


def test_emails_to_the_family_of_a_destroyed_record_are_deleted(keeper: Keeper, club: Club) -> None:
    rows = [
        models.Registration.objects.create(
            series=club.series,
            key=name,
            token=name,
            reference=name,
            state="enrolled",
            language="en",
            sent_at=NOW,
            enrollment=enrollment,
        )
        for name, enrollment in (("a", club.enrolled["Ana"]), ("b", None))
    ]
    for row in rows:
        address = f"{row.key}@families.example"
        details = RegistrationDetails(ParticipantDetails("Ana", "Reyes"), address)
        build_registration_identity(row.key, details).save()
        MailMessage.objects.create(
            kind="place_offer", address=address, created_at=NOW, next_try_at=NOW
        )
    keeper.choose()
    keeper.destroy()
    assert [row.address for row in MailMessage.objects.all()] == ["b@families.example"]
    assert [row.key for row in models.RegistrationIdentity.objects.all()] == ["b"]


def test_a_record_on_hold_stays_until_the_hold_ends(keeper: Keeper, club: Club) -> None:
    keeper.choose()
    ana = club.enrolled["Ana"].participant
    hold = reverse("programs:hold_record", args=[ana.pk])
    assert keeper.client.post(hold, {"reason": "because"}).status_code == 302
    assert not models.RecordHold.objects.exists()
    stale = keeper.client.get(keeper.url("destroy_records")).context["overview"].digest
    for _twice in range(2):
        keeper.client.post(hold, {"reason": "audit"})
    (row,) = models.RecordHold.objects.all()
    changed = keeper.client.post(keeper.url("destroy_records"), {"seen": stale})
    assert changed.status_code == 409
    assert "The list changed" in changed.content.decode()
    assert keeper.destroy().status_code == 302
    left = list_kept_records(models.Participant.objects.all(), TODAY)
    assert [row.participant for row in left] == [ana]
    page = keeper.client.get(keeper.url("records")).content.decode()
    assert "Audit or monitoring visit" in page
    for _twice in range(2):
        keeper.client.post(reverse("programs:end_hold", args=[row.pk]))
    assert keeper.destroy().status_code == 302
    assert not models.ParticipantIdentity.objects.exists()


def test_the_action_itself_refuses_what_the_page_does_not_offer(keeper: Keeper, club: Club) -> None:
    keeper.choose()
    everyone = list(models.Participant.objects.all())

    def destroy(at: datetime = keeper.later, by: User = keeper.user) -> None:
        retention_actions.destroy_participant_records(
            organization=keeper.organization, participants=everyone, by=by, at=at
        )

    with pytest.raises(Refused, match="within the period"):
        destroy(at=NOW)
    with pytest.raises(Refused):
        destroy(by=club.tutor)
    retention_actions.hold_participant_record(
        participant=everyone[0], reason=models.HoldReason.ORDER, by=keeper.user, at=keeper.later
    )
    with pytest.raises(Refused, match="on hold"):
        destroy()
    assert models.ParticipantIdentity.objects.count() == 3
    everyone = everyone[1:]
    destroy()
    with pytest.raises(actions.ProgramConflict):
        destroy()
    with pytest.raises(actions.ProgramConflict, match="destroyed"):
        retention_actions.hold_participant_record(
            participant=everyone[0], reason=models.HoldReason.ORDER, by=keeper.user, at=keeper.later
        )


def test_a_child_with_a_place_is_kept_and_one_who_never_had_one_counts_from_its_entry(
    keeper: Keeper, club: Club
) -> None:
    last_days = {
        row.participant.pk: row.last_day
        for row in list_kept_records(models.Participant.objects.all(), TODAY)
    }
    assert set(last_days.values()) == {None}
    actions.end_enrollment(
        enrollment=club.enrolled["Ben"],
        ends=TODAY,
        reason=models.ExitReason.MOVED,
        by=club.tutor,
        at=NOW,
    )
    lonely = models.Participant.objects.create(
        organization=keeper.organization, key="f" * 32, added_by=club.tutor, added_at=NOW
    )
    tomorrow = TODAY + timedelta(days=1)
    found = {
        row.participant.pk: row.last_day
        for row in list_kept_records(models.Participant.objects.all(), tomorrow)
    }
    assert found[club.enrolled["Ben"].participant_id] == TODAY
    assert found[club.enrolled["Ana"].participant_id] is None
    assert found[lonely.pk] == timezone.localdate(NOW)


def test_the_steward_has_a_task_and_nobody_else_a_door(
    keeper: Keeper, club: Club, browser: Callable[..., Client]
) -> None:
    today = timezone.localdate(keeper.later)
    assert list_record_destruction_tasks(load_actor(keeper.user), today) == []
    keeper.choose()
    (task,) = list_record_destruction_tasks(load_actor(keeper.user), today)
    assert (task.count, task.url) == (3, keeper.url("records"))
    assert list_record_destruction_tasks(load_actor(club.tutor), today) == []
    tutor = browser(club.tutor)
    for name in ("records", "destroy_records"):
        assert tutor.get(keeper.url(name)).status_code == 403
    assert tutor.post(keeper.url("destroy_records"), {"seen": ""}).status_code == 403
    assert keeper.client.get(reverse("programs:records", args=["elsewhere"])).status_code == 404


def test_pick_up_adults_are_erased_too(keeper: Keeper, club: Club) -> None:
    row = club.enrolled["Ana"].pick_ups.create(
        key="e" * 32, day=TODAY, recorded_by=club.tutor, recorded_at=NOW
    )
    models.PickUpIdentity.objects.create(key=row.key, sealed=b"x")
    other = models.PickUpIdentity.objects.create(key="d" * 32, sealed=b"x")
    keeper.choose()
    keeper.destroy()
    assert list(models.PickUpIdentity.objects.all()) == [other]


def test_a_report_loses_the_child_and_the_last_one_all_of_its_text(
    keeper: Keeper, club: Club
) -> None:
    ana, ben = (club.enrolled[name].participant for name in ("Ana", "Ben"))
    report = write_incident(
        program=club.series.program,
        incident=None,
        occurred_at=NOW,
        kind="behavior",
        children=[ana.pk, ben.pk],
        licensing_informed_at=None,
        details=IncidentDetails(happened="Ana fell over Ben.", done="Reyes was called."),
        seen="",
        key="c" * 32,
        by=club.tutor,
        at=NOW,
    )
    keeper.choose()
    keeper.client.post(reverse("programs:hold_record", args=[ben.pk]), {"reason": "claim"})
    keeper.destroy()
    kept = load_incident_details(report)
    assert (kept.happened, kept.done) == (
        "another child fell over Ben.", "another child was called."
    )  # fmt: skip
    keeper.client.post(reverse("programs:end_hold", args=[ben.holds.get().pk]))
    keeper.destroy()
    assert load_incident_details(report) == IncidentDetails(happened="(record destroyed)")
