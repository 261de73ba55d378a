"""A program sees exactly the children whose families said yes, at the moment it asks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.governance.consents.sample_consents import (
    AT,
    BORN,
    DATA,
    ON,
    World,
    agree,
    make,
    paper,
)
from tests.services.families.statements import place_statement

from cairn.governance.consents import facts
from cairn.governance.consents.actions.children import (
    ChildRights,
    confirm_roster_entries,
    end_roster_entry,
    reject_roster_entries,
    update_child_rights,
)
from cairn.governance.consents.actions.consents import record_consent_revocation
from cairn.governance.consents.actions.opt_outs import record_opt_outs
from cairn.governance.consents.models.child import RosterEntry
from cairn.governance.consents.queries.children import load_program_roster
from cairn.governance.consents.queries.inbox import list_consent_tasks
from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.models import Organization
from cairn.platform.accounts.models import User
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.data_use import Purpose
from cairn.policy.vocabulary.families import OptOutScope
from cairn.warehouse.schema.elements import get_element

pytestmark = pytest.mark.django_db

GENDER = get_element("student.gender").label_in_sentence
KNOWN = ChildRights(
    birth_date=BORN,
    postsecondary=False,
    dual_enrolled=False,
    court_order=False,
    placement=None,
    placement_since=None,
    placement_until=None,
    hold="",
)


@pytest.fixture
def world(person: Callable[..., User], organization: Callable[..., Organization]) -> World:
    """The form's families, with the agreement and the data dictionary behind it."""
    made = make(person, organization)
    agree(person, made.river, made.steward)
    return made


def _list_visible_ids(world: World) -> list[str]:
    found = load_program_roster(world.lanterns, load_actor(world.tutor), ON).visible
    return [one.child.local_id for one in found]


def test_a_consent_shows_its_elements_and_purposes_only(world: World) -> None:
    world.verified(paper("S-1"), replace(paper("S-2"), records=("student.gender",)))
    first, second = load_program_roster(world.lanterns, load_actor(world.tutor), ON).visible
    assert first.allowed == {Purpose.SERVICE_COORDINATION: DATA}
    assert second.allowed == {Purpose.SERVICE_COORDINATION: frozenset({"student.gender"})}
    assert second.allowed_in_words == [
        ("Help and services for the student", ["Students: " + GENDER])
    ]


def test_a_child_leaves_the_page_when_anything_ends(world: World) -> None:
    rows = world.verified(*(paper(f"S-{n}") for n in range(1, 7)))
    assert _list_visible_ids(world) == [f"S-{n}" for n in range(1, 7)]
    record_consent_revocation(consent=rows[0], name="Rosa Alba", by=world.steward, at=AT)
    entry = RosterEntry.objects.get(child=rows[1].child)
    end_roster_entry(entry=entry, by=world.tutor, at=AT - timedelta(days=1))
    record_opt_outs(
        organization=world.river,
        local_ids=["S-3"],
        scope=OptOutScope.ALL_DISCRETIONARY,
        season="2026-27",
        by=world.steward,
        at=AT,
    )
    for row, known in (
        (rows[3], replace(KNOWN, birth_date=None)),
        (rows[4], replace(KNOWN, hold="custody is being decided")),
    ):
        update_child_rights(child=row.child, rights=known, by=world.steward, at=AT)
    assert _list_visible_ids(world) == ["S-6"]
    eighteen = replace(KNOWN, birth_date=ON.replace(year=ON.year - 18))
    update_child_rights(child=rows[5].child, rights=eighteen, by=world.steward, at=AT)
    assert _list_visible_ids(world) == []


def test_what_is_not_verified_is_not_seen(world: World) -> None:
    world.record(paper("S-1"))
    assert world.serve("S-1", "s-1") == 1
    assert _list_visible_ids(world) == []


def test_a_number_is_told_when_it_is_large_enough(world: World) -> None:
    world.verified(paper("S-1"))
    told = [load_program_roster(world.lanterns, load_actor(world.tutor), ON).others]
    for n in (9, 10):
        world.serve(*(f"T-{i}" for i in range(n)))
        told.append(load_program_roster(world.lanterns, load_actor(world.tutor), ON).others)
    assert told == [0, None, 10]


def test_the_page_asks_every_time_and_gives_no_reason(
    world: World, browser: Callable[..., Client]
) -> None:
    first, _second = world.verified(paper("S-1"), paper("S-2"))
    client = browser(world.tutor)
    address = "/consents/programs/lanterns/"
    assert "Child S-1" in client.get(address).content.decode()
    record_consent_revocation(consent=first, name="Rosa Alba", by=world.steward, at=AT)
    page = client.get(address).content.decode()
    assert "Child S-1" not in page
    assert "Child S-2" in page
    assert "A few students on the roster" in page
    assert "revoked" not in page


def test_the_page_shows_nothing_after_the_agreement_ended(
    world: World, browser: Callable[..., Client]
) -> None:
    """A consent alone opens nothing: the agreement behind it must be in force (rule G03)."""
    world.verified(paper("S-1"))
    seen = load_program_roster(world.lanterns, load_actor(world.tutor), ON)
    assert (seen.agreements, seen.obstacles) == (("RC-DSA-09",), ())
    late = load_program_roster(world.lanterns, load_actor(world.tutor), date(2031, 7, 1))
    assert late.visible == ()
    assert late.obstacles == (("An agreement is in force through its last day.", ""),)


def test_a_program_without_an_agreement_reads_what_to_do(
    person: Callable[..., User],
    organization: Callable[..., Organization],
    browser: Callable[..., Client],
) -> None:
    world = make(person, organization)
    world.verified(paper("S-1"))
    page = browser(world.tutor).get("/consents/programs/lanterns/").content.decode()
    assert "Child S-1" not in page
    assert "No agreement for this program" in page


def test_staff_read_what_keeps_all_students_from_them(
    world: World, browser: Callable[..., Client]
) -> None:
    """Wyoming has no pack, and counsel has not reviewed its law."""
    world.verified(paper("S-1"))
    Organization.objects.filter(slug="river").update(state="WY")
    page = browser(world.tutor).get("/consents/programs/lanterns/").content.decode()
    assert "Why you see no students" in page
    assert "Child S-1" not in page


def test_a_program_without_students_reads_no_obstacle(world: World) -> None:
    found = load_program_roster(world.lanterns, load_actor(world.tutor), ON)
    assert (found.visible, found.obstacles, found.has_agreement) == ((), (), True)


def test_nobody_else_asks(
    world: World, person: Callable[..., User], browser: Callable[..., Client]
) -> None:
    stranger = person(Role.PROGRAM_STAFF, at="hills")
    with pytest.raises(Refused):
        load_program_roster(world.lanterns, load_actor(stranger), ON)
    assert browser(stranger).get("/consents/programs/lanterns/").status_code == 404


def test_staff_fill_the_roster_on_its_page(world: World, browser: Callable[..., Client]) -> None:
    client = browser(world.tutor)
    sent = {"district": world.river.pk, "children": "S-1, Ana Fern\n\nS-2"}
    page = client.post("/consents/programs/lanterns/add/", sent, follow=True)
    assert "2 students added to the roster." in page.content.decode()
    entry = RosterEntry.objects.order_by("pk")[0]
    address = f"/consents/programs/leave/{entry.pk}/"
    assert "Remove this student from the roster?" in client.get(address).content.decode()
    client.post(address)
    entry.refresh_from_db()
    assert entry.ends is not None
    assert client.post("/consents/programs/lanterns/add/", {"children": " "}).status_code == 422


def test_a_list_is_the_programs_own_word_until_the_district_confirms_it(
    world: World, browser: Callable[..., Client]
) -> None:
    world.serve("S-1", "S-2")
    first, second = RosterEntry.objects.order_by("pk")
    person = facts.load_person_fact(first.child, ON)
    assert (person.organizations, person.claimed) == ({"river"}, {"lanterns"})
    client = browser(world.steward)
    assert "students on program rosters to confirm" in {
        w.title for w in list_consent_tasks(load_actor(world.steward), ON)
    }
    assert "S-1" in client.get("/consents/programs/claims/").content.decode()
    sent = {"entry": [first.pk, "x"], "answer": "confirm"}
    page = client.post("/consents/programs/claims/", sent, follow=True).content.decode()
    assert "1 student confirmed." in page
    struck = {"entry": [second.pk], "answer": "strike"}
    page = client.post("/consents/programs/claims/", struck, follow=True).content.decode()
    assert "1 student removed from the roster." in page
    assert "Nothing to review" in page
    today = timezone.localdate()
    person = facts.load_person_fact(first.child, today)
    assert (person.organizations, person.claimed) == ({"river", "lanterns"}, frozenset())
    gone = facts.load_person_fact(second.child, today)
    assert (gone.organizations, gone.claimed) == ({"river"}, frozenset())


def test_a_consented_child_needs_no_confirmation(world: World) -> None:
    world.verified(paper("S-1"))
    assert RosterEntry.objects.get().confirmed_on is None
    assert _list_visible_ids(world) == ["S-1"]


def test_a_program_confirms_no_list_nor_does_another_district(
    world: World, person: Callable[..., User]
) -> None:
    world.serve("S-1")
    entries = list(RosterEntry.objects.all())
    for stranger in (world.tutor, person(Role.STEWARD, at="hills")):
        for do in (confirm_roster_entries, reject_roster_entries):
            with pytest.raises(Refused):
                do(district=world.river, entries=entries, by=stranger, at=AT)
    hills = Organization.objects.get(slug="hills")
    theirs = person(Role.STEWARD, at="hills")
    assert confirm_roster_entries(district=hills, entries=entries, by=theirs, at=AT) == 0


def test_a_program_reads_the_statement_about_what_it_may_see(
    world: World, browser: Callable[..., Client]
) -> None:
    rows = world.verified(
        paper("S-1"), replace(paper("S-2"), records=("student.gender",)), paper("S-3")
    )
    entries = [RosterEntry.objects.get(child=row.child) for row in rows]
    addresses = [f"/consents/programs/statements/{entry.pk}/" for entry in entries]
    tutor, page = browser(world.tutor), "/consents/programs/lanterns/"
    assert "Statement on record" not in tutor.get(page).content.decode()
    assert tutor.get(addresses[0]).status_code == 404
    place_statement(rows[0].child, "attendance")
    place_statement(rows[1].child, "attendance", text="Not for this program.")
    listed = tutor.get(page).content.decode()
    assert listed.count("Statement on record") == 1
    assert addresses[0] in listed
    read = tutor.get(addresses[0]).content.decode()
    assert "It was my niece." in read
    assert "Rosa Alba" not in read
    assert [tutor.get(address).status_code for address in addresses[1:]] == [404, 404]
    # Without the consent it sees neither the student nor the statement.
    record_consent_revocation(consent=rows[0], name="Rosa Alba", by=world.steward, at=AT)
    assert tutor.get(addresses[0]).status_code == 404
