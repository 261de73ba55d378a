"""Who funds a program is recorded by those who may change it, and ended, not deleted."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.services.programs.reading_club import NOW, TODAY, Club

from cairn.governance.partners.models import Organization
from cairn.platform.accounts.models import User
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.services.programs.actions import ProgramConflict
from cairn.services.programs.funding.actions import end_program_funding, record_program_funding
from cairn.services.programs.models import Program, ProgramFunding, StaffPosition
from cairn.services.programs.staff.actions import assign_staff

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
_DAY = timedelta(days=1)


@pytest.fixture
def fund() -> Organization:
    """A foundation that has no program, no child and no agreement."""
    return Organization.objects.create(slug="fund", name="Maple Fund", kind="government")


def record(club: Club, funder: Organization, **changes: Any) -> ProgramFunding:
    given: dict[str, Any] = {
        "program": club.series.program,
        "funder": funder,
        "starts": TODAY,
        "ends": None,
        "by": club.tutor,
        "at": NOW,
    }
    return record_program_funding(**given | changes)


def end(row: ProgramFunding, club: Club, ends: date) -> None:
    end_program_funding(funding=row, ends=ends, by=club.tutor, at=NOW)


def test_a_funding_counts_from_its_first_to_its_last_day(club: Club, fund: Organization) -> None:
    row = record(club, fund, ends=TODAY + 9 * _DAY)
    active = [
        ProgramFunding.objects.filter_active(TODAY + day * _DAY).exists() for day in (-1, 0, 9, 10)
    ]
    assert active == [False, True, True, False]
    line = AuditLine.objects.get(event="program.funding_recorded")
    assert line.detail["funder"] == "fund"
    assert record(club, fund, ends=TODAY + 9 * _DAY) == row
    assert ProgramFunding.objects.count() == 1


@pytest.mark.parametrize(
    ("starts", "ends", "words"),
    [
        (10, 9, "before the first day"),
        (-5, None, "End that funding first"),
        (9, 20, "Choose a first day after"),
        (-5, 0, "End that funding first"),
    ],
)
def test_a_wrong_or_second_period_is_refused(
    club: Club, fund: Organization, starts: int, ends: int | None, words: str
) -> None:
    record(club, fund, ends=TODAY + 9 * _DAY)
    last = None if ends is None else TODAY + ends * _DAY
    with pytest.raises(ProgramConflict, match=words):
        record(club, fund, starts=TODAY + starts * _DAY, ends=last)
    record(club, fund, starts=TODAY + 10 * _DAY)
    assert ProgramFunding.objects.count() == 2


def test_a_funding_is_ended_and_stays_on_record(club: Club, fund: Organization) -> None:
    row = record(club, fund, starts=TODAY - 30 * _DAY)
    with pytest.raises(ProgramConflict, match="at the earliest"):
        end(row, club, row.starts - 2 * _DAY)
    end(row, club, TODAY)
    with pytest.raises(ProgramConflict, match="ends by that day already"):
        end(row, club, TODAY)
    row.refresh_from_db()
    assert (row.ends, row.ended_by, row.is_ever_active) == (TODAY, club.tutor, True)
    assert AuditLine.objects.filter(event="program.funding_ended").count() == 1
    mistake = record(club, fund, starts=TODAY + _DAY)
    end(mistake, club, TODAY)
    mistake.refresh_from_db()
    assert not mistake.is_ever_active
    record(club, fund, starts=TODAY + _DAY)


def test_the_funder_itself_and_a_data_manager_do_not_record_it(
    club: Club, fund: Organization, person: Callable[..., User]
) -> None:
    row = record(club, fund)
    strangers = (
        person(Role.STEWARD, at="fund", email="fund@example.org"),
        person(Role.DATA_MANAGER, at="hub", kind=OrganizationKind.BACKBONE, email="m@example.org"),
        person(Role.STEWARD, at="oak", email="oak@example.org"),
    )
    for stranger in strangers:
        with pytest.raises(Refused):
            record(club, fund, starts=TODAY - 9 * _DAY, ends=TODAY - _DAY, by=stranger)
        with pytest.raises(Refused):
            end_program_funding(funding=row, ends=TODAY, by=stranger, at=NOW)
    assert ProgramFunding.objects.get().ends is None


def test_staff_of_one_site_do_not_say_who_funds_the_program(
    club: Club, fund: Organization, person: Callable[..., User], tutor: Client
) -> None:
    program = club.series.program
    page = reverse("programs:detail", args=[program.pk])
    assert "Record who funds it" in tutor.get(page).content.decode()
    keeper = person(
        Role.STEWARD, at="maple", kind=OrganizationKind.COMMUNITY_PROGRAM, email="k@example.org"
    )
    assign_staff(
        organization=program.organization,
        person=club.tutor,
        position=StaffPosition.TUTOR,
        program=program,
        site=club.series.site,
        starts=TODAY,
        ends=None,
        by=keeper,
        at=NOW,
    )
    with pytest.raises(Refused):
        record(club, fund)
    assert record(club, fund, by=keeper).recorded_by == keeper
    shown = tutor.get(page).content.decode()
    assert "Funded by Maple Fund" in " ".join(shown.split())
    assert "Change funders" not in shown


def test_the_pages_record_and_end(club: Club, fund: Organization, tutor: Client) -> None:
    address = reverse("programs:funders", args=[club.series.program.pk])
    assert "No funder yet" in tutor.get(address).content.decode()
    sent = {"funder": fund.pk, "starts": TODAY.isoformat(), "ends": ""}
    assert "Funder saved" in tutor.post(address, sent, follow=True).content.decode()
    again = tutor.post(address, sent | {"starts": (TODAY + _DAY).isoformat()})
    assert again.status_code == 422
    assert "on record as a funder at that time already" in again.content.decode()
    row = ProgramFunding.objects.get()
    ending = reverse("programs:end_funding", args=[row.pk])
    assert "The record stays" in tutor.get(ending).content.decode()
    early = tutor.post(ending, {"ends": "2020-01-01"})
    assert early.status_code == 422
    yesterday = (TODAY - _DAY).isoformat()
    page = tutor.post(ending, {"ends": yesterday}, follow=True).content.decode()
    assert "recorded by mistake" in page
    assert "No funding now or ahead" in page


def test_a_program_of_another_organization_is_not_found(
    club: Club, fund: Organization, tutor: Client
) -> None:
    other = Organization.objects.create(slug="oak", name="Oak", kind="school_district")
    program = Program.objects.create(
        organization=other, name="Chess", created_by=club.tutor, created_at=NOW
    )
    row = ProgramFunding.objects.create(
        program=program, funder=fund, starts=TODAY, recorded_by=club.tutor, recorded_at=NOW
    )
    for name, pk in (("funders", program.pk), ("end_funding", row.pk)):
        assert tutor.get(reverse(f"programs:{name}", args=[pk])).status_code == 404
