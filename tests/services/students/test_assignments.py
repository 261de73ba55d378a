"""A tutor with an assignment sees the students who are enrolled there today, on every page."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.governance.consents.sample_consents import AT, BORN, ON, World
from tests.services.programs.reading_club import PLAN

from cairn.governance.consents import providers
from cairn.governance.consents.actions.children import add_children_to_roster, end_roster_entry
from cairn.governance.consents.actions.consent_forms import undo_paper_sitting
from cairn.governance.consents.actions.consents import record_consent_revocation
from cairn.governance.consents.models.child import RosterEntry
from cairn.governance.consents.models.consent import Consent
from cairn.governance.consents.protected_identity import ChildLabel, compute_child_key
from cairn.governance.disclosure_log.use_check import gather_question_facts
from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.models import Organization
from cairn.platform.accounts.models import User
from cairn.policy.engine.decision import Refused
from cairn.policy.facts.data.use import UseRequest
from cairn.policy.questions.data.uses import decide_use
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.data_use import Level, Purpose
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.services.programs import actions as programs
from cairn.services.programs.child_records.own_records import find_own_records
from cairn.services.programs.models import SessionSeries, StaffAssignment, StaffPosition
from cairn.services.programs.participant_identity import ParticipantDetails, build_identity
from cairn.services.programs.staff.actions import assign_staff
from cairn.services.programs.staff.student_sites import find_student_sites

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
_DAY = timedelta(days=1)
ANN, BEN = (ParticipantDetails("Child", name, BORN, own_id=name) for name in ("S-1", "S-2"))


@pytest.fixture
def keeper(world: World, person: Callable[..., User]) -> User:
    return person(Role.STEWARD, at="lanterns", kind=OrganizationKind.COMMUNITY_PROGRAM)


@pytest.fixture
def sites(world: World, keeper: User) -> dict[str, SessionSeries]:
    """S-1 is enrolled at Alder, and S-2 at Birch."""
    given: dict[str, Any] = {"by": world.tutor, "at": AT}
    program = programs.create_program(
        organization=world.lanterns, name="Reading", description="", **given
    )
    made = {}
    for site, child in (("Alder", ANN), ("Birch", BEN)):
        made[site] = programs.create_session_series(
            program=program, plan=replace(PLAN, site=site, capacity=None), **given
        )
        enroll(made[site], child, world.tutor)
    return made


def enroll(series: SessionSeries, child: ParticipantDetails, by: User) -> Any:
    return programs.enroll_participant(
        series=series, participant=None, details=child, starts=PLAN.first_day, by=by, at=AT
    )


def assign(world: World, keeper: User, series: SessionSeries | None) -> StaffAssignment:
    return assign_staff(
        organization=world.lanterns,
        person=world.tutor,
        position=StaffPosition.TUTOR,
        program=series and series.program,
        site=series.site if series else "",
        starts=ON,
        ends=None,
        by=keeper,
        at=AT,
    )


def entry(local_id: str) -> RosterEntry:
    return RosterEntry.objects.get(child__key=compute_child_key("river", local_id))


def list_shown(tutor: Client, world: World) -> dict[str, set[str]]:
    """Which of the two students each page shows."""
    lists = {
        "caseload": reverse("students:caseload", args=["lanterns"]),
        "consents": reverse("consents:list"),
        "roster": reverse("consents:program", args=["lanterns"]),
    }
    shown = {
        name: {one for one in ("S-1", "S-2") if f"Child {one}" in tutor.get(url).content.decode()}
        for name, url in lists.items()
    }
    search = reverse("students:search", args=["lanterns"])
    found = tutor.post(search, {"name": "Child"}).content.decode()
    shown["search"] = {one for one in ("S-1", "S-2") if f"({one})" in found}
    consents = {row.child.pk: row for row in Consent.objects.all()}
    for name in ("page", "consent", "use"):
        shown[name] = set()
    for one in ("S-1", "S-2"):
        row = entry(one)
        detail = reverse("consents:detail", args=[consents[row.child_id].reference])
        page = reverse("students:student", args=["lanterns", row.pk])
        shown["page"] |= {one} if tutor.get(page).status_code == 200 else set()
        shown["consent"] |= {one} if tutor.get(detail).status_code == 200 else set()
        shown["use"] |= {one} if _may_use(world, row.child.key) else set()
    return shown


def _may_use(world: World, key: str) -> bool:
    """Answer "Can I use or share this data?"."""
    who = load_actor(world.tutor)
    request = UseRequest(
        actor=who.id,
        acting_for="lanterns",
        action=Action.VIEW,
        purpose=Purpose.SERVICE_COORDINATION,
        elements=frozenset({"attendance_total.days_absent"}),
        level=Level.INDIVIDUAL,
        people=(key,),
        first_year="2026-27",
        last_year="2026-27",
    )
    return decide_use(request, gather_question_facts(request, who, ON), ON).allowed


def test_every_page_shows_the_students_of_the_assignment_alone(
    world: World, keeper: User, sites: dict[str, SessionSeries], tutor: Client
) -> None:
    both = {"S-1", "S-2"}

    def check(expected: set[str]) -> None:
        """Two pages; all of them where the assignment narrows."""
        found = tutor.get(reverse("students:caseload", args=["lanterns"])).content.decode()
        assert {one for one in both if f"Child {one}" in found} == expected
        assert {one for one in both if _may_use(world, entry(one).child.key)} == expected

    batches = "Batches of signed forms"
    check(both)
    assert batches in tutor.get(reverse("consents:list")).content.decode()
    row = assign(world, keeper, sites["Alder"])
    shown = list_shown(tutor, world)
    assert shown == {name: {"S-1"} for name in shown}
    listed = tutor.get(reverse("consents:list")).content.decode()
    assert batches not in listed, "the scan of the list shows both"
    for page in (listed, tutor.get("/students/lanterns/").content.decode()):
        assert "enrolled today where you are assigned: Reading, Alder" in page
    other = Consent.objects.get(child=entry("S-2").child)
    assert other.sitting is not None
    given: dict[str, Any] = {"by": world.tutor, "at": AT}
    for refused in (
        partial(end_roster_entry, entry=entry("S-2")),
        partial(record_consent_revocation, consent=other, name="Rosa Alba"),
        partial(undo_paper_sitting, sitting=other.sitting),
    ):
        with pytest.raises(Refused):
            refused(**given)
    StaffAssignment.objects.filter(pk=row.pk).update(starts=ON - 2 * _DAY, ends=ON - _DAY)
    check(set())
    assert "No assignment of yours" in tutor.get("/students/lanterns/").content.decode()
    assign(world, keeper, None)
    check(both)
    record_consent_revocation(consent=other, name="Rosa Alba", **given)
    end_roster_entry(entry=entry("S-2"), **given)


def test_a_consent_is_revoked_where_the_student_is_assigned(
    world: World, keeper: User, sites: dict[str, SessionSeries]
) -> None:
    assign(world, keeper, sites["Alder"])
    own = Consent.objects.get(child=entry("S-1").child)
    record_consent_revocation(consent=own, name="Rosa Alba", by=world.tutor, at=AT)
    assert Consent.objects.get(pk=own.pk).state == "revoked"


def test_a_page_finds_out_once_where_students_are_enrolled(
    world: World,
    keeper: User,
    sites: dict[str, SessionSeries],
    tutor: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[set[str]] = []

    def count(organizations: Collection[str], *arguments: Any) -> Any:
        asked.append(set(organizations))
        return find_student_sites(organizations, *arguments)

    monkeypatch.setattr(providers, "_SITE_PROVIDERS", [count])
    assign(world, keeper, sites["Alder"])
    assert "Child S-1" in tutor.get(reverse("consents:list")).content.decode()
    assert asked == [{"lanterns"}]


def test_data_submissions_are_for_whoever_works_with_all_programs(
    world: World, keeper: User, sites: dict[str, SessionSeries], tutor: Client
) -> None:
    pages = [
        reverse("intake:deliveries"),
        reverse("programs:delivery", args=[sites["Alder"].program_id]),
    ]
    assert [tutor.get(page).status_code for page in pages] == [200, 200]
    assign(world, keeper, sites["Alder"])
    refused = tutor.get(pages[0])
    assert "has the records of all programs" in refused.content.decode()
    assert [tutor.get(page).status_code for page in pages] == [403, 403]
    home = tutor.get(reverse("web:home")).content.decode()
    assert f'href="{pages[0]}"' not in home
    assign(world, keeper, None)
    assert [tutor.get(page).status_code for page in pages] == [200, 200]


def test_a_students_page_links_the_programs_own_record(
    world: World, keeper: User, sites: dict[str, SessionSeries], tutor: Client
) -> None:
    def find(born: date | None = BORN) -> list[int]:
        who = load_actor(world.tutor)
        rows = find_own_records("lanterns", "child  s-1", born, who, ON)
        return [row.participant for row in rows]

    own = sites["Alder"].enrollments.get().participant_id
    page = reverse("students:student", args=["lanterns", entry("S-1").pk])
    assert find() == [own]
    shown = tutor.get(page).content.decode()
    assert reverse("programs:participant", args=[own]) in shown
    assert reverse("notes:notes", args=[own]) in shown
    # Another birth date or none, another organization, a site without an assignment: none.
    assert not find(BORN + _DAY)
    assert not find(None)
    assert not find_own_records("river", "Child S-1", BORN, load_actor(world.tutor), ON)
    assign(world, keeper, sites["Birch"])
    assert not find()
    there = sites["Birch"].enrollments.get().participant_id
    record = tutor.get(reverse("programs:participant", args=[there]))
    assert reverse("students:search", args=["lanterns"]) in record.content.decode()


def test_whose_enrollment_counts_as_the_students(
    world: World, sites: dict[str, SessionSeries], organization: Callable[..., Organization]
) -> None:
    """Two of name, birth date and ID agree, and no birth date contradicts."""
    ada = ChildLabel("R-7", "Ada Bell", date(2015, 2, 3))
    details = ParticipantDetails("Ada", "Bell", ada.birth_date, own_id="r-7")
    cases = [
        (details, True),
        (replace(details, own_id="41"), True),
        (replace(details, given_name="Addie"), True),
        (replace(details, birth_date=None), True),
        (replace(details, birth_date=date(2015, 2, 4)), False),
        (replace(details, birth_date=None, own_id=""), False),
        (replace(details, given_name="Bo", own_id="41"), False),
    ]
    row = enroll(sites["Alder"], details, world.tutor)
    for record, expected in cases:
        build_identity(row.participant.key, "lanterns", record).save()
        found = find_student_sites({"lanterns"}, {"key": ada}, ON)
        assert {place.site for place in found.get("key", ())} == ({"Alder"} if expected else set())
        assert not find_student_sites({"river"}, {"key": ada}, ON)
        for changes in ({"ends": ON - _DAY}, {"starts": ON + _DAY}, {"exit_reason": "mistake"}):
            before = {name: getattr(row, name) for name in changes}
            type(row).objects.filter(pk=row.pk).update(**changes)
            assert not find_student_sites({"lanterns"}, {"key": ada}, ON)
            type(row).objects.filter(pk=row.pk).update(**before)


def test_a_list_of_many_students_asks_as_often_as_a_list_of_two(
    world: World,
    keeper: User,
    sites: dict[str, SessionSeries],
    tutor: Client,
) -> None:
    assign(world, keeper, sites["Alder"])
    more = [ChildLabel(f"S-{n}", f"Child S-{n}", BORN) for n in range(10, 16)]
    with CaptureQueriesContext(connection) as few:
        tutor.get("/students/lanterns/")
    add_children_to_roster(
        program=world.lanterns, district=world.river, children=more, by=world.tutor, at=AT
    )
    for child in more:
        details = replace(BEN, family_name=child.local_id, own_id=child.local_id)
        enroll(sites["Birch"], details, keeper)
    with CaptureQueriesContext(connection) as many:
        tutor.get("/students/lanterns/")
    assert len(many) <= len(few)
