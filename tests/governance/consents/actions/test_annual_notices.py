"""A district records its annual notice: version by version, for itself, and once a school year."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from tests.confirmation_page import check_asks_first
from tests.data.intake.test_directory_information import DIRECTORY_AGREEMENT

from cairn.governance.agreements.actions.signature_and_record import load_agreement
from cairn.governance.consents.actions.annual_notices import (
    AnnualNoticeContent,
    correct_annual_notice,
    record_annual_notice,
    withdraw_annual_notice,
)
from cairn.governance.consents.annual_notice_facts import load_annual_notices
from cairn.governance.consents.models.annual_notices import AnnualNoticeVersion
from cairn.governance.consents.queries.inbox import list_consent_tasks
from cairn.governance.consents.use_facts import gather_use_facts
from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.models import Organization
from cairn.platform.accounts.models import User
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine.decision import Refused
from cairn.policy.facts.students.circumstance import AnnualNotice
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
CONTENT = AnnualNoticeContent(
    season="2026-27",
    published_on=date(2026, 8, 1),
    directory=frozenset({"student.birth_date", "student.given_name"}),
    opt_out_until=date(2026, 9, 30),
    official_criteria=True,
)
Person = Callable[..., User]
Browser = Callable[..., Client]


@pytest.fixture
def river(organization: Callable[..., Organization]) -> Organization:
    return organization("river")


@pytest.fixture
def steward(person: Person, river: Organization) -> User:
    return person(Role.STEWARD, at="river")


def _record(river: Organization, by: User) -> AnnualNoticeVersion:
    return record_annual_notice(organization=river, content=CONTENT, by=by, at=AT)


def test_a_notice_on_record_is_a_fact_of_every_use(river: Organization, steward: User) -> None:
    _record(river, steward)
    expected = AnnualNotice(
        organization="river",
        season="2026-27",
        published_on=date(2026, 8, 1),
        directory=CONTENT.directory,
        opt_out_until=date(2026, 9, 30),
        official_criteria=True,
    )
    assert load_annual_notices() == load_annual_notices(["river"]) == (expected,)
    assert load_annual_notices(["hills"]) == ()
    assert gather_use_facts(load_actor(steward), "", (), AT.date()).notices == (expected,)
    line = AuditLine.objects.get(event="annual_notice.recorded")
    assert line.detail == {
        "organization": "river",
        "season": "2026-27",
        "version": 1,
        "elements": 2,
    }


def test_a_correction_is_a_version_and_the_earlier_one_stays(
    river: Organization, steward: User
) -> None:
    first = _record(river, steward)
    narrower = replace(
        CONTENT, directory=frozenset({"student.birth_date"}), limited_to=frozenset({"hub"})
    )
    second = correct_annual_notice(
        notice=first, content=narrower, correction="Names are not designated.", by=steward, at=AT
    )
    first.refresh_from_db()
    assert (first.version, first.replaced_at, len(first.directory)) == (1, AT, 2)
    assert (second.version, second.is_in_effect) == (2, True)
    (fact,) = load_annual_notices()
    assert (fact.directory, fact.limited_to) == ({"student.birth_date"}, {"hub"})
    for stale in (
        lambda: _record(river, steward),
        lambda: correct_annual_notice(
            notice=first, content=CONTENT, correction="Late.", by=steward, at=AT
        ),
        lambda: withdraw_annual_notice(notice=first, reason="Late.", by=steward, at=AT),
    ):
        with pytest.raises(Refused, match="has changed since you opened it"):
            stale()
    assert load_annual_notices() == (fact,)


def test_a_withdrawn_notice_no_longer_counts_and_a_new_one_can_follow(
    river: Organization, steward: User
) -> None:
    first = _record(river, steward)
    withdraw_annual_notice(notice=first, reason="Never sent out.", by=steward, at=AT)
    first.refresh_from_db()
    assert (first.withdrawal_reason, first.withdrawn_by, first.is_in_effect) == (
        "Never sent out.",
        steward,
        False,
    )
    assert load_annual_notices() == ()
    with pytest.raises(Refused):
        withdraw_annual_notice(notice=first, reason="Again.", by=steward, at=AT)
    assert _record(river, steward).version == 2


def test_one_version_is_in_effect_whatever_is_written(river: Organization, steward: User) -> None:
    first = _record(river, steward)
    first.pk, first.version = None, 2
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save()


def test_the_district_itself_gives_its_notice(
    river: Organization, person: Person, organization: Callable[..., Organization]
) -> None:
    for other in (person(Role.STEWARD, at="hills"), person(Role.DATA_MANAGER, at="hub")):
        with pytest.raises(Refused):
            _record(river, other)
    tutors = organization("tutors", kind=OrganizationKind.COMMUNITY_PROGRAM)
    with pytest.raises(Refused, match="not on record as a school"):
        _record(tutors, person(Role.STEWARD, at="tutors"))
    assert not AnnualNoticeVersion.objects.exists()


FORM = {
    "season": "2026-27",
    "published_on": "2026-08-01",
    "opt_out_until": "2026-09-30",
    "directory": ["student.birth_date"],
    "official_criteria": "on",
}


def test_a_steward_searches_elements_records_corrects_and_withdraws(
    river: Organization, steward: User, browser: Browser
) -> None:
    desk = browser(steward)
    page = desk.get("/annual-notices/").content.decode()
    assert "No annual notices yet" in page
    assert "/annual-notices/record/river/" in page
    address = "/annual-notices/record/river/"
    found = desk.post(address, {**FORM, "q": "given name", "find": "yes"})
    page = found.content.decode()
    assert found.status_code == 200
    assert 'value="student.given_name"' in page
    assert 'value="student.birth_date" checked' in page
    assert 'value="2026-08-01"' in page
    assert not AnnualNoticeVersion.objects.exists()
    refused = desk.post(address, {**FORM, "opt_out_until": ""})
    assert refused.status_code == 422
    assert "gives no last day to opt out" in refused.content.decode()
    chosen = ["student.birth_date", "student.given_name", "not.an_element"]
    page = desk.post(address, {**FORM, "directory": chosen}, follow=True).content.decode()
    assert "Annual notice recorded." in page
    first = AnnualNoticeVersion.objects.get()
    assert first.directory == ["student.birth_date", "student.given_name"]
    again = desk.post(address, FORM)
    assert again.status_code == 422
    assert "has changed since you opened it" in again.content.decode()
    correct = f"/annual-notices/{first.pk}/correct/"
    assert 'value="student.given_name" checked' in desk.get(correct).content.decode()
    assert desk.post(correct, FORM).status_code == 422
    corrected = {**FORM, "season": "2020-21", "correction": "Names are not designated."}
    page = desk.post(correct, corrected, follow=True).content.decode()
    assert "The earlier version stays readable." in page
    assert f"/annual-notices/{first.pk}/" in page
    second = AnnualNoticeVersion.objects.get(replaced_at=None)
    assert (second.season, second.version, second.directory) == (
        "2026-27",
        2,
        ["student.birth_date"],
    )
    assert (
        "Replaced by a newer version" in desk.get(f"/annual-notices/{first.pk}/").content.decode()
    )
    assert desk.post(correct, corrected).status_code == 422
    withdraw = f"/annual-notices/{second.pk}/withdraw/"
    check_asks_first(desk, withdraw, r"Withdraw this annual notice\?")
    assert desk.post(withdraw, {"reason": ""}).status_code == 422
    page = desk.post(withdraw, {"reason": "Never sent out."}, follow=True).content.decode()
    assert "Never sent out." in page
    assert desk.get(withdraw).status_code == 302
    listed = desk.get("/annual-notices/", {"download": "csv"}).content.decode("utf-8-sig")
    assert "2026-27,River,2026-08-01,2026-09-30,1,Not limited,Withdrawn" in listed


def test_the_page_reads_the_status_and_others_stay_out(
    river: Organization, steward: User, browser: Browser
) -> None:
    notice = _record(river, steward)
    AnnualNoticeVersion.objects.update(
        opt_out_until=date(9999, 9, 30), limited_to=["river", "gone"]
    )
    desk = browser(steward)
    page = desk.get(f"/annual-notices/{notice.pk}/").content.decode()
    assert "Until then no directory information is shared." in page
    assert "River, gone" in page
    assert "Opt-out period open" in desk.get("/annual-notices/").content.decode()
    assert browser(Role.STEWARD, at="hills").get(f"/annual-notices/{notice.pk}/").status_code == 404
    manager = browser(Role.DATA_MANAGER)
    page = manager.get(f"/annual-notices/{notice.pk}/").content.decode()
    assert "/correct/" not in page
    program = browser(Role.STEWARD, at="tutors", kind=OrganizationKind.COMMUNITY_PROGRAM)
    assert "Record a notice" not in program.get("/annual-notices/").content.decode()
    refused = program.get("/annual-notices/record/tutors/")
    assert refused.status_code == 403
    assert "FERPA does not apply to other organizations" in refused.content.decode()


def test_an_agreement_on_directory_information_waits_for_the_years_notice(
    river: Organization, steward: User, person: Person
) -> None:
    def list_titles(who: User, on: date) -> list[tuple[str, str]]:
        tasks = list_consent_tasks(load_actor(who), on)
        return [(task.title, task.detail) for task in tasks]

    on = AT.date()
    assert list_titles(steward, on) == []
    load_agreement(
        text=DIRECTORY_AGREEMENT, newcomers=["backbone"], by=person(Role.DATA_MANAGER), at=AT
    )
    missing = [("annual notice to record", "River: school year 2026-27")]
    assert list_titles(steward, on) == missing
    assert list_titles(steward, date(2023, 11, 24)) == []
    assert list_titles(person(Role.DATA_MANAGER), on) == []
    _record(river, steward)
    assert list_titles(steward, on) == []
    ((title, detail),) = list_titles(steward, date(2026, 9, 30))
    assert title == "annual notice with an open opt-out period"
    assert "through Sept. 30, 2026" in detail
    assert list_titles(steward, date(2027, 9, 30)) == [
        ("annual notice to record", "River: school year 2027-28")
    ]
