"""The page about a student: what is shared, logged before it is sent, and gone when it ends."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.data.records import served_students as served
from tests.governance.consents.sample_consents import AT, ON, World

from cairn.governance.consents.actions.children import end_roster_entry, withhold_elements
from cairn.governance.consents.actions.consents import record_consent_revocation
from cairn.governance.consents.models.child import RosterEntry
from cairn.governance.consents.models.consent import Consent
from cairn.governance.consents.protected_identity import compute_child_key
from cairn.governance.disclosure_log.models import DisclosureRecord
from cairn.governance.disclosure_log.queries import list_disclosures_of_child
from cairn.governance.disclosure_log.use_check import gather_question_facts
from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.models import Affiliation
from cairn.platform.accounts.models import User
from cairn.policy.facts.data.use import UseRequest
from cairn.policy.questions.data.uses import decide_use
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.data_use import Level, Purpose
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.services.students import actions, queries

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

LIST = "/students/lanterns/"


def address(local_id: str = "S-1") -> str:
    """The page of a student of the program."""
    entry = RosterEntry.objects.get(child__key=compute_child_key("river", local_id))
    return f"{LIST}{entry.pk}/"


def read(client: Client, where: str) -> str:
    answer = client.get(where)
    assert answer.status_code == 200
    return answer.content.decode()


def test_staff_read_what_is_shared_with_basis_and_date(world: World, tutor: Client) -> None:
    page = read(tutor, address())
    for text in (
        "Child S-1",
        "2026-27",
        "85.0%",
        "Below grade",
        "Written consent, RC-DSA-09",
        "Not shared",
    ):
        assert text in page
    assert Consent.objects.get(child__key=compute_child_key("river", "S-1")).reference in page
    assert "Nov. 24, 2026" in page
    assert "Child S-2" not in page


def test_each_view_is_logged_before_it_is_sent(world: World, tutor: Client) -> None:
    read(tutor, address())
    (line,) = list_disclosures_of_child(compute_child_key("river", "S-1"))[:1]
    assert (line.action, line.kind, line.people) == ("view", "disclosed", 1)
    assert (line.by, line.interest) == (world.tutor, "tutors the student")
    assert line.elements == [
        "assessment.performance_level",
        "assessment.school_year",
        "assessment.subject",
        "attendance_total.days_absent",
        "attendance_total.days_enrolled",
        "attendance_total.school_year",
    ]
    assert set(line.withheld) == {
        *("assessment.local_id", "attendance.date", "attendance.event", "attendance.local_id"),
        "attendance_total.local_id",
    }


def test_no_page_is_sent_that_cannot_be_logged(
    world: World, tutor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(actions, "record_disclosure", fail)
    where = address()
    with pytest.raises(OSError, match="disk"):
        tutor.get(where)


def _revoke(world: World) -> None:
    consent = Consent.objects.get(child__key=compute_child_key("river", "S-1"))
    record_consent_revocation(consent=consent, name="Rosa Alba", by=world.steward, at=AT)


def _end_roster(world: World) -> None:
    entry = RosterEntry.objects.get(child__key=compute_child_key("river", "S-1"))
    end_roster_entry(entry=entry, by=world.tutor, at=AT - timedelta(days=1))


def _end_role(world: World) -> None:
    Affiliation.objects.filter(user=world.tutor).update(ends=ON - timedelta(days=1))


ENDS: dict[str, tuple[Callable[[World], None], int]] = {
    "the family revokes": (_revoke, 404),
    "the student leaves the roster": (_end_roster, 404),
    "the role ends": (_end_role, 403),
}


@pytest.mark.parametrize(("end", "status"), ENDS.values(), ids=ENDS)
def test_the_page_is_gone_at_the_next_request(
    world: World, tutor: Client, end: Callable[[World], None], status: int
) -> None:
    where = address()
    assert tutor.get(where).status_code == 200
    end(world)
    gone = tutor.get(where)
    assert gone.status_code == status
    assert "Child S-1" not in gone.content.decode()
    assert "revoke" not in gone.content.decode().casefold()
    assert "no-store" in gone.headers["Cache-Control"]


def test_the_page_is_gone_when_the_agreement_ends(world: World) -> None:
    actor = load_actor(world.tutor)
    entry = int(address().rstrip("/").rpartition("/")[2])
    given = {"organization": world.lanterns, "entry": entry, "who": actor, "by": world.tutor}
    assert actions.open_student_page(**given, at=AT) is not None
    late = AT.replace(year=2031, month=7)
    assert actions.open_student_page(**given, at=late) is None


def test_unknown_and_not_shared_are_the_same_answer(world: World, tutor: Client) -> None:
    world.serve("S-7")
    unknown, not_shared = tutor.get(f"{LIST}999999/"), tutor.get(address("S-7"))
    assert unknown.status_code == not_shared.status_code == 404
    bodies = [answer.content.decode() for answer in (unknown, not_shared)]
    assert "S-7" not in bodies[1]
    assert len(bodies[0]) - len(bodies[1]) in range(-8, 9)  # the address is in the page
    counted = [_count_queries(tutor, where) for where in (f"{LIST}999999/", address("S-7"))]
    assert abs(counted[0] - counted[1]) <= 8


RELATIONS = [
    (Role.STEWARD, "lanterns", 200),
    (Role.PROGRAM_STAFF, "other", 404),
    (Role.STEWARD, "other", 404),
    (Role.STEWARD, "hills", 404),
    (Role.STEWARD, "river", 404),
    (Role.DATA_MANAGER, "backbone", 403),
    (Role.ANALYST, "backbone", 403),
    (Role.DATA_MANAGER, "lanterns", 403),
    (Role.REVIEWER, "lanterns", 403),
]


@pytest.mark.parametrize(("role", "at", "status"), RELATIONS)
def test_who_opens_the_page_and_the_list(
    role: Role,
    at: str,
    status: int,
    world: World,
    person: Callable[..., User],
    browser: Callable[..., Client],
) -> None:
    kind = OrganizationKind.COMMUNITY_PROGRAM
    kinds = {"river": OrganizationKind.SCHOOL_DISTRICT, "hills": OrganizationKind.SCHOOL_DISTRICT}
    client = browser(person(role, at=at, kind=kinds.get(at, kind)))
    for where in (address(), LIST):
        answer = client.get(where)
        assert answer.status_code == status
        assert ("Child S-1" in answer.content.decode()) is (status == 200)


def test_what_a_family_withholds_reads_like_what_was_never_collected(
    world: World, tutor: Client
) -> None:
    """The school withholds an element of one student; the other's file never had it."""
    withheld = "assessment.performance_level"
    withhold_elements(
        organization=world.river, local_ids=["S-1"], elements=[withheld], by=world.steward, at=AT
    )
    page = read(tutor, address())
    assert "Below grade" not in page
    assert "Performance level" in page.partition("Not shared")[2]
    other = read(tutor, address("S-2")).partition("Not shared")[2]
    assert "Assessment results" in other


def test_the_page_says_what_the_question_about_a_use_says(world: World) -> None:
    actor = load_actor(world.tutor)
    world.serve("S-7")
    keys = tuple(compute_child_key("river", local_id) for local_id in ("S-1", "S-2", "S-7"))
    (answer,) = queries.load_shared_records(world.lanterns, keys, Action.LIST, actor, ON)
    asked = UseRequest(
        actor=actor.id,
        acting_for="lanterns",
        action=Action.LIST,
        purpose=Purpose.SERVICE_COORDINATION,
        elements=frozenset(answer.decision.elements),
        level=Level.INDIVIDUAL,
        people=keys,
        first_year="2026-27",
        last_year="2026-27",
    )
    use = decide_use(asked, gather_question_facts(asked, actor, ON), ON)
    assert (use.elements, use.people, use.partly) == (
        answer.decision.elements,
        answer.decision.people,
        answer.decision.partly,
    )
    assert set(answer.files) == set(keys[:2])


def test_the_list_shows_needs_and_is_logged(world: World, tutor: Client) -> None:
    page = read(tutor, LIST)
    assert [text in page for text in ("Child S-1", "Child S-2", "85.0%", "96.6%")] == [True] * 4
    low = read(tutor, f"{LIST}?need=Attendance+below+90%25")
    assert "Child S-1" in low
    assert "Child S-2" not in low
    lines = DisclosureRecord.objects.filter(action="list", kind="disclosed")
    assert [line.people for line in lines] == [2, 2]


def test_a_small_number_of_hidden_students_is_not_shown(world: World, tutor: Client) -> None:
    world.serve("T-1")
    assert "A few students on the roster" in read(tutor, LIST)
    world.serve(*(f"T-{number}" for number in range(2, 11)))
    assert "10 students on the roster" in read(tutor, LIST)


def test_an_empty_list_says_the_next_step(world: World, tutor: Client) -> None:
    RosterEntry.objects.all().update(ends=ON - timedelta(days=1))
    page = read(tutor, LIST)
    assert "No student is shared with you today" in page
    assert "/consents/" in page


def test_staff_of_one_organization_come_to_its_list(world: World, tutor: Client) -> None:
    assert tutor.get("/students/").headers["Location"] == LIST
    Affiliation.objects.create(
        user=world.tutor,
        organization=world.river,
        role=Role.PROGRAM_STAFF.value,
        starts=ON - timedelta(days=9),
    )
    assert LIST in read(tutor, "/students/")


QUERY_BUDGET = 73
"""Of the page about one student, which has 150 ms: agreements are loaded once, for example."""


def _count_queries(client: Client, where: str) -> int:
    with (
        CaptureQueriesContext(connections["default"]) as governance,
        CaptureQueriesContext(connections["identities"]) as identities,
    ):
        client.get(where)
    return len(governance) + len(identities)


def test_a_longer_roster_costs_no_more_queries(world: World, tutor: Client) -> None:
    page, listing = (_count_queries(tutor, where) for where in (address(), LIST))
    served.consented(world, *(f"R-{number}" for number in range(8)))
    assert _count_queries(tutor, address()) <= page
    assert _count_queries(tutor, LIST) <= listing
    assert page <= QUERY_BUDGET
    assert timezone.now() == AT
