"""A school's list of its students and their programs, and of those without one."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.data.records import served_students as served
from tests.governance.consents.sample_consents import AT, ON, SAID, World
from tests.page_values import drop_random_values
from tests.services.students import school_world as school

from cairn.data.records.queries import read_students
from cairn.governance.agreements.actions.signature_and_record import load_agreement
from cairn.governance.agreements.models import Agreement
from cairn.governance.consents.actions.consents import record_consent_revocation
from cairn.governance.consents.actions.opt_outs import record_opt_outs
from cairn.governance.consents.models.child import Child, RosterEntry
from cairn.governance.consents.protected_identity import (
    ChildLabel,
    compute_child_key,
    seal_child_label,
)
from cairn.governance.disclosure_log.models import DisclosureRecord
from cairn.governance.disclosure_log.queries import list_disclosures_of_child
from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.models import Organization
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.families import OptOutScope
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.services.students import actions, queries

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

LIST = school.LIST
NONE = "No program on record that may be shown"


@pytest.fixture
def world(
    person: Callable[..., Any], organization: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> World:
    """The district and the program on a day in November."""
    monkeypatch.setattr(timezone, "now", lambda: AT)
    return school.make_school(person, organization)


@pytest.fixture
def steward(world: World, browser: Callable[..., Client]) -> Client:
    """The browser of the district's steward."""
    return browser(world.steward)


def read(client: Client, where: str = LIST) -> str:
    answer = client.get(where)
    assert answer.status_code == 200
    return answer.content.decode()


def list_rows(client: Client, where: str = LIST) -> dict[str, list[str]]:
    """The cells of each row of the table, by student."""
    from lxml import html

    page = html.fromstring(read(client, where))
    rows: dict[str, list[str]] = {}
    for row in page.xpath("//table[contains(@class, 'sortable')]/tbody/tr"):
        first, *cells = (" ".join(cell.text_content().split()) for cell in row.xpath("th|td"))
        rows[first.partition("(")[2].rstrip(")")] = cells
    return rows


def test_the_list_names_program_days_minutes_and_who_has_none(steward: Client) -> None:
    assert list_rows(steward) == {
        "S-1": ["Elm", "Grade 4", "Yes", "Reading", "2", "135", "less than 15 hours"],
        "S-2": ["Elm", "Grade 5", "Yes", "Reading", "", "", ""],
        "S-3": ["Oak", "Grade 6", NONE, "", "", "", ""],
        "S-4": ["Not shared", "Not shared", NONE, "", "", "", ""],
    }


def test_the_page_says_basis_date_and_what_is_not_shown(steward: Client) -> None:
    page = read(steward)
    for text in ("2026-27", school.PROGRAM, school.ENROLLMENT, "Nov. 24, 2026", "Sensitive"):
        assert text in page
    # Two of four students: both numbers are below ten.
    assert page.count("Suppressed") >= 3
    assert "no-store" in steward.get(LIST).headers["Cache-Control"]


def test_a_form_that_a_family_took_back_is_not_the_basis_of_a_schools_own_record(
    world: World, steward: Client, person: Callable[..., Any]
) -> None:
    from lxml import html

    load_agreement(text=served.AGREEMENT, by=person(Role.DATA_MANAGER), at=SAID)
    (consent,) = served.consented(world, "S-1")
    served.deliver(world)
    links = html.fromstring(read(steward, "/students/river/")).xpath("//tbody//a")
    (page,) = (link.get("href") for link in links if "S-1" in link.text_content())
    own = f"Own record, {served.REFERENCE}"
    assert own in read(steward, page)
    record_consent_revocation(consent=consent, name="Rosa Alba", by=world.steward, at=AT)
    after = read(steward, page)
    assert own in after
    assert consent.reference not in after


def test_filters_for_school_grade_program_and_without_one(steward: Client) -> None:
    assert set(list_rows(steward, f"{LIST}?record={NONE.replace(' ', '+')}")) == {"S-3", "S-4"}
    assert set(list_rows(steward, f"{LIST}?school=Elm")) == {"S-1", "S-2"}
    assert set(list_rows(steward, f"{LIST}?grade=Grade+4")) == {"S-1"}
    assert set(list_rows(steward, f"{LIST}?program=Reading")) == {"S-1", "S-2"}
    assert list(list_rows(steward, f"{LIST}?sort=-student")) == ["S-4", "S-3", "S-2", "S-1"]


def test_the_list_of_students_says_the_same_and_filters_by_it(
    steward: Client, world: World, browser: Callable[..., Client]
) -> None:
    programs = {key: cells[2] for key, cells in list_rows(steward).items()}
    students = list_rows(steward, "/students/river/")
    assert {key: cells[2] for key, cells in students.items()} == programs
    without = f"/students/river/?record={NONE.replace(' ', '+')}"
    assert set(list_rows(steward, without)) == {"S-3", "S-4"}
    assert set(list_rows(steward, f"{without}&school=Oak")) == {"S-3"}
    assert "Program on record" not in read(browser(world.tutor), "/students/lanterns/")


def test_each_listing_is_logged_with_the_elements_that_leave(world: World, steward: Client) -> None:
    read(steward)
    lines = DisclosureRecord.objects.filter(action="list", kind="disclosed")
    assert lines.count() >= 1
    shown = {element for line in lines for element in line.elements}
    assert {"session_attendance.hours", "participation.program", "enrollment.grade"} <= shown
    assert not any(element.startswith(("attendance", "assessment")) for element in shown)
    (newest, *_rest) = list_disclosures_of_child(compute_child_key("river", "S-1"))
    assert newest.by == world.steward


def test_the_student_page_shows_the_program_with_its_name(steward: Client) -> None:
    entry = RosterEntry.objects.get(child__key=compute_child_key("river", "S-1"))
    page = read(steward, f"/students/river/{entry.pk}/")
    for text in ("Reading", "Lanterns", "River", school.PROGRAM, "2.25"):
        assert text in page


@pytest.mark.parametrize(("owner", "local_id"), [("river", "S-1"), ("lanterns", "L-1")])
def test_an_opt_out_counts_wherever_the_family_stated_it(
    owner: str, local_id: str, world: World, steward: Client, person: Callable[..., Any]
) -> None:
    assert list_rows(steward)["S-1"][2] == "Yes"
    record_opt_outs(
        organization=Organization.objects.get(slug=owner),
        local_ids=[local_id],
        scope=OptOutScope.ALL_DISCRETIONARY,
        season="2026-27",
        by=world.steward if owner == "river" else person(Role.STEWARD, at="lanterns"),
        at=AT,
    )
    rows = list_rows(steward)
    # The school's own record stays; the program reads like one that does not exist.
    assert rows["S-1"] == ["Elm", "Grade 4", NONE, "", "", "", ""]
    assert rows["S-2"][2] == "Yes"
    assert list_rows(steward, "/students/river/")["S-1"][2] == NONE


def test_the_programs_go_when_their_agreement_ends(world: World) -> None:
    actor = load_actor(world.steward)
    given = {"organization": world.river, "who": actor, "by": world.steward}
    assert actions.open_school_list(**given, at=AT).year == "2026-27"
    late = actions.open_school_list(**given, at=AT.replace(year=2031, month=7))
    assert (late.year, late.rows, late.agreements) == ("", (), ())
    assert late.has_roster


def test_a_hold_or_a_withheld_element_reads_like_no_program(world: World, steward: Client) -> None:
    child = Child.objects.get(key=compute_child_key("river", "S-1"))
    child.withheld = ["participation.program", "participation.start_date"]
    child.withheld += ["session_attendance.program", "session_attendance.date"]
    child.save()
    rows = list_rows(steward)
    assert rows["S-1"][2:] == rows["S-3"][2:] == [NONE, "", "", "", ""]
    assert rows["S-2"][3] == "Reading"
    child.withheld, child.hold = [], "safety"
    child.save()
    assert list_rows(steward)["S-1"] == ["Not shared", "Not shared", NONE, "", "", "", ""]
    assert "safety" not in read(steward)


def test_a_hold_that_the_program_recorded_counts_too(world: World, steward: Client) -> None:
    key = compute_child_key("lanterns", "L-1")
    sealed = seal_child_label(key, ChildLabel("L-1"))
    Child.objects.create(organization=world.lanterns, key=key, sealed=sealed, hold="order")
    assert list_rows(steward)["S-1"][2] == NONE


def test_a_sensitive_program_never_counts(
    world: World, steward: Client, person: Callable[..., Any]
) -> None:
    """The program signs a second agreement about health records; its name leaves the list."""
    terms = school._write_term("health_screening", ("local_id", "screening"))
    school.add_program_agreement(person(Role.DATA_MANAGER), terms, reference="RC-DSA-33")
    rows = list_rows(steward)
    assert {row[2] for row in rows.values()} == {NONE}
    assert "Reading" not in read(steward)


def test_only_links_of_submissions_about_services_count(world: World, steward: Client) -> None:
    from cairn.data.identity.models.person_index import Statement
    from cairn.data.intake.models import Delivery

    roster = Delivery.objects.get(record="participation")
    Statement.objects.filter(delivery=roster.pk).update(delivery=9_999)
    assert {row[2] for row in list_rows(steward).values()} == {NONE}


@pytest.mark.parametrize(
    ("role", "at", "status"),
    [
        (Role.PROGRAM_STAFF, "river", 200),
        (Role.PROGRAM_STAFF, "hills", 404),
        (Role.PROGRAM_STAFF, "lanterns", 404),
        (Role.STEWARD, "lanterns", 404),
        (Role.ANALYST, "river", 403),
        (Role.DATA_MANAGER, "backbone", 403),
    ],
)
def test_who_opens_the_list(
    role: Role,
    at: str,
    status: int,
    world: World,
    person: Callable[..., Any],
    browser: Callable[..., Client],
) -> None:
    kinds = {"lanterns": OrganizationKind.COMMUNITY_PROGRAM}
    client = browser(person(role, at=at, kind=kinds.get(at, OrganizationKind.SCHOOL_DISTRICT)))
    answer = client.get(LIST)
    assert answer.status_code == status
    assert ("Child S-1" in answer.content.decode()) is (status == 200)


def test_empty_lists_say_the_next_step(world: World, steward: Client) -> None:
    RosterEntry.objects.filter(organization=world.river).update(ends=ON.replace(day=1))
    assert "/consents/" in read(steward)
    RosterEntry.objects.filter(organization=world.river).update(ends=None)
    Agreement.objects.all().update(state="closed")
    page = read(steward)
    assert "No agreement shows you" in page
    assert "/agreements/" in page
    assert "Child S-1" not in page


def test_the_list_of_students_leads_to_it_for_a_school_alone(
    world: World, steward: Client, browser: Callable[..., Client]
) -> None:
    assert LIST in read(steward, "/students/river/")
    assert (
        "/programs/" not in read(browser(world.tutor), "/students/lanterns/").partition("<main")[2]
    )


def test_a_row_of_another_organization_needs_an_opening_of_its_records(world: World) -> None:
    """An agreement that opens the school's own rows opens no row of a program under it."""
    key = compute_child_key("river", "S-1")
    (answer,) = queries.load_shared_records(
        world.river, (key,), Action.LIST, load_actor(world.steward), ON
    )
    linked = {compute_child_key("lanterns", "L-1"): key}
    own_alone = tuple(
        replace(item, providers=frozenset({"river"})) for item in answer.openings[key]
    )
    permit = answer.decision.require()
    senders = [
        {line.organization for line in read_students(permit, openings, others)[key].lines}
        for openings, others in (
            (answer.openings, linked),
            ({key: own_alone}, linked),
            (answer.openings, {}),
            # The key of a student outside the permit adds no one.
            (answer.openings, {compute_child_key("lanterns", "L-1"): "other"}),
        )
    ]
    assert senders == [{"river", "lanterns"}, {"river"}, {"river"}, {"river"}]


def test_a_program_that_lists_the_same_student_learns_nothing_of_others(
    world: World, browser: Callable[..., Client]
) -> None:
    """The program's own list holds no school record without consent, linked or not."""
    world.serve("S-1")
    page = read(browser(world.tutor), "/students/lanterns/")
    assert "S-1" not in drop_random_values(page)
    assert "Elm" not in drop_random_values(page)


def test_more_students_cost_no_more_queries(world: World, steward: Client) -> None:
    def count() -> int:
        with (
            CaptureQueriesContext(connections["default"]) as governance,
            CaptureQueriesContext(connections["identities"]) as identities,
        ):
            steward.get(LIST)
        return len(governance) + len(identities)

    before = count()
    school.enroll(world, *(f"R-{number}" for number in range(12)))
    assert count() <= before
