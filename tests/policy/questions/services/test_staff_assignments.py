"""Staff with an assignment work with the programs and sites that they are assigned to."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import pytest

from cairn.policy.checks.services.staff_assignment import list_unassigned_students
from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.data.delivery import DeliveryFact
from cairn.policy.facts.people.access import (
    Actor,
    AffiliationFact,
    ProgramSite,
    StaffAssignmentFact,
)
from cairn.policy.facts.services.participant_note import NoteFact, ServedChildFact
from cairn.policy.facts.services.program_day import FunderReportFact, IncidentFact
from cairn.policy.facts.services.session_series import SessionSeriesFact
from cairn.policy.questions.data import deliveries
from cairn.policy.questions.governance.access import find_organization_scope, may_open_page
from cairn.policy.questions.governance.consents import may_change_consents
from cairn.policy.questions.services import participant_notes, program_days, programs
from cairn.policy.questions.services.staff_assignments import (
    find_program_scope,
    list_limiting_names,
    may_assign_staff,
    may_change_program_sites,
    may_end_roster_entry,
    may_end_staff_assignment,
    may_reach_program_sites,
)
from cairn.policy.vocabulary.access import STAFF_ROLES, Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.families import ConsentState, NoteAudience
from cairn.policy.vocabulary.organizations import OrganizationKind

Acting = Callable[..., Actor]
_DAY = timedelta(days=1)
ALDER, BIRCH = ProgramSite("1", "Alder"), ProgramSite("1", "Birch")
OTHER = ProgramSite("2", "Alder")
STAFF, VERIFIED = Role.PROGRAM_STAFF, ConsentState.VERIFIED
SITES = [frozenset[ProgramSite](), *(frozenset({item}) for item in (ALDER, BIRCH, OTHER))]


def at_alder(on: date, first: int = -9, last: int | None = None) -> StaffAssignmentFact:
    ends = None if last is None else on + last * _DAY
    return StaffAssignmentFact(
        "river", "Reading club, Alder", on + first * _DAY, ends, program="1", site="Alder"
    )


@pytest.fixture
def tutor(acting: Acting) -> Actor:
    return acting(Role.PROGRAM_STAFF, at="river")


def limited(actor: Actor, *assignments: StaffAssignmentFact) -> Actor:
    return replace(actor, assignments=assignments)


def codes(actor: Actor, sites: frozenset[ProgramSite], on: date) -> set[str]:
    decision = may_reach_program_sites(Action.VIEW_PROGRAM_RECORDS, "river", sites, actor, on)
    assert decision.allowed == (not decision.refusals)
    return {reason.code for reason in decision.refusals}


def test_staff_without_an_assignment_see_everything(tutor: Actor, on: date) -> None:
    elsewhere = replace(at_alder(on), organization="hills")
    for actor in (tutor, limited(tutor, elsewhere)):
        assert [codes(actor, sites, on) for sites in SITES] == [set()] * 4


@pytest.mark.parametrize(
    ("first", "last", "own", "others"),
    [
        (-9, None, set(), {"H50"}),
        (0, 0, set(), {"H50"}),
        (-9, -1, {"H52"}, {"H50"}),
        (1, None, {"H51"}, {"H50"}),
    ],
)
def test_an_assignment_counts_from_its_first_to_its_last_day(
    first: int, last: int | None, own: set[str], others: set[str], tutor: Actor, on: date
) -> None:
    actor = limited(tutor, at_alder(on, first, last))
    assert codes(actor, frozenset({ALDER}), on) == own
    assert codes(actor, frozenset({ALDER, BIRCH}), on) == own, "a child of both sites"
    for sites in (frozenset[ProgramSite](), frozenset({BIRCH}), frozenset({OTHER})):
        assert codes(actor, sites, on) == others


def test_a_refusal_says_what_is_missing(tutor: Actor, on: date) -> None:
    def read(actor: Actor, site: ProgramSite) -> str:
        decision = may_change_program_sites("river", frozenset({site}), actor, on)
        (reason,) = decision.refusals
        return reason.message

    ended = read(limited(tutor, at_alder(on, -9, -3), at_alder(on, -9, -1)), ALDER)
    assert ended == f"Your assignment to Reading club, Alder ended on {on - _DAY}."
    ahead = read(limited(tutor, at_alder(on, -9, -1), at_alder(on, 2), at_alder(on, 5)), ALDER)
    assert ahead == f"Your assignment to Reading club, Alder begins on {on + 2 * _DAY}."
    other = read(limited(tutor, at_alder(on)), BIRCH)
    assert "You are assigned to: Reading club, Alder." in other
    assert "nothing today" in read(limited(tutor, at_alder(on, -9, -1)), BIRCH)


def test_a_whole_program_and_all_programs(tutor: Actor, on: date) -> None:
    whole = replace(at_alder(on), site="")
    assert [codes(limited(tutor, whole), sites, on) for sites in SITES] == [
        {"H50"},
        set(),
        set(),
        {"H50"},
    ]
    no_group = frozenset({ProgramSite("1", "")})
    assert codes(limited(tutor, whole), no_group, on) == set()
    assert codes(limited(tutor, at_alder(on)), no_group, on) == {"H50"}
    everything = replace(whole, program="")
    for first in (everything, at_alder(on, -9, -1)):
        actor = limited(tutor, first, everything)
        assert [codes(actor, sites, on) for sites in SITES] == [set()] * 4


def test_the_steward_who_assigns_is_not_limited(acting: Acting, tutor: Actor, on: date) -> None:
    steward = acting(Role.STEWARD, at="river")
    both = replace(steward, affiliations=(*tutor.affiliations, *steward.affiliations))
    for actor in (steward, both):
        assert codes(limited(actor, at_alder(on, -9, -1)), frozenset({BIRCH}), on) == set()


def test_a_list_is_narrowed_as_each_record_is_decided(tutor: Actor, on: date) -> None:
    known = [
        at_alder(on),
        at_alder(on, -9, -1),
        replace(at_alder(on), program="2", site=""),
        replace(at_alder(on, 3), program=""),
        replace(at_alder(on), program=""),
    ]
    for size in range(3):
        for assignments in combinations(known, size):
            actor = limited(tutor, *assignments)
            scope = find_program_scope(Action.VIEW_PROGRAM_RECORDS, actor, on)
            for sites in SITES:
                assert scope.includes("river", sites) == (not codes(actor, sites, on))
                assert not scope.includes("hills", sites)


def test_every_question_about_a_programs_records_asks(tutor: Actor, on: date) -> None:
    own, other = frozenset({ALDER}), frozenset({BIRCH})
    actor = limited(tutor, at_alder(on))

    def ask(sites: frozenset[ProgramSite]) -> list[bool]:
        series = SessionSeriesFact("river", on - _DAY, None, frozenset({on.weekday()}), sites=sites)
        incident = IncidentFact("river", "draft", on, sites=sites)
        note = NoteFact("river", NoteAudience.STAFF, actor.id, sites)
        child = ServedChildFact("river", on - _DAY, None, sites)
        return [
            programs.may_enroll_participant(series, on, actor, on).allowed,
            programs.may_record_attendance(series, on, actor, on).allowed,
            programs.may_cancel_session(series, on, actor, on).allowed,
            program_days.may_file_incident(incident, actor, on).allowed,
            participant_notes.may_view_note(note, actor, on).allowed,
            participant_notes.may_change_note(note, actor, on).allowed,
            participant_notes.may_record_family_contact(child, on, actor, on).allowed,
            participant_notes.may_close_appointment("river", sites, on, "hold", actor, on).allowed,
            bool(participant_notes.list_readable_audiences(child, actor, on)),
        ]

    assert set(ask(own)) == {True}
    assert set(ask(other)) == {False}
    assert set(ask(frozenset())) == {False}, "a record without a site is not within an assignment"
    report = FunderReportFact("river", on - _DAY, on)
    assert not program_days.may_report_to_funder(report, actor, on).allowed
    assert program_days.may_report_to_funder(report, tutor, on).allowed
    assert not programs.may_view_program_records("river", actor, on).allowed
    assert not programs.may_change_program("river", actor, on).allowed


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_the_steward_of_the_organization_assigns(role: Role, acting: Acting, on: date) -> None:
    new = at_alder(on, 0)
    own, other = acting(role, at="river"), acting(role, at="hills")
    assert may_assign_staff(new, True, own, on).allowed == (role is Role.STEWARD)
    assert may_end_staff_assignment(new, on, own, on).allowed == (role is Role.STEWARD)
    assert not may_assign_staff(new, True, other, on).allowed
    assert not may_end_staff_assignment(new, on, other, on).allowed


def test_who_is_assigned_and_until_when(acting: Acting, on: date) -> None:
    steward = acting(Role.STEWARD, at="river")

    def problems(new: StaffAssignmentFact, has_role: bool = True) -> tuple[str, ...]:
        return programs.list_group_problems(may_assign_staff(new, has_role, steward, on))

    assert problems(at_alder(on, 3, 3)) == ()
    assert "not program staff" in problems(at_alder(on), has_role=False)[0]
    assert "at the earliest" in problems(at_alder(on, 3, 2))[0]
    assert problems(at_alder(on, -9, -1)) == ()
    assert problems(at_alder(on, -9, -2)) != ()
    for first, days, allowed in (
        (-9, -2, False),
        (-9, -1, True),
        (-9, 30, True),
        (0, -1, True),
        (0, -2, False),
        (3, 2, True),
        (3, 1, False),
    ):
        end = may_end_staff_assignment(at_alder(on, first), on + days * _DAY, steward, on)
        assert end.allowed == allowed


@pytest.mark.parametrize("first", [0, 3])
def test_an_assignment_that_was_never_in_force_opens_nothing(
    first: int, tutor: Actor, on: date
) -> None:
    mistaken = at_alder(on, first, first - 1)
    assert not mistaken.is_ever_active
    assert at_alder(on, first, first).is_ever_active
    for day in (on - _DAY, on, on + 3 * _DAY, on + 9 * _DAY):
        assert codes(limited(tutor, mistaken), frozenset({ALDER}), day) == {"H50"}
    whole = replace(at_alder(on), program="", site="")
    assert codes(limited(tutor, mistaken, whole), frozenset({BIRCH}), on) == set()


def test_whoever_works_at_a_part_opens_and_sends_no_data_submission(
    delivery: DeliveryFact,
    agreed: Callable[..., AgreementFact],
    acting: Acting,
    tutor: Actor,
    on: date,
) -> None:
    """A submission holds the records of all programs, so it takes an assignment to all of them."""
    everything = replace(at_alder(on), program="", site="")
    steward = acting(Role.STEWARD, at="river")
    also_manager = AffiliationFact(
        "hub", OrganizationKind.BACKBONE, Role.DATA_MANAGER, date(2024, 1, 1), date(2028, 12, 31)
    )
    cases = [
        (tutor, True),
        (limited(tutor, replace(at_alder(on), organization="hills")), True),
        (limited(tutor, at_alder(on), everything), True),
        (limited(steward, at_alder(on)), True),
        (
            replace(limited(tutor, at_alder(on)), affiliations=(also_manager, *tutor.affiliations)),
            True,
        ),
        (limited(tutor, at_alder(on)), False),
        (limited(tutor, at_alder(on, -9, -1)), False),
        (limited(tutor, replace(everything, ends=on - _DAY)), False),
    ]
    for actor, allowed in cases:
        decisions = [
            may_open_page(Action.VIEW_DELIVERY, actor, on=on),
            deliveries.may_view_delivery("river", actor, on),
            deliveries.may_receive_delivery(delivery, agreed(), actor, on, overdue=()),
            deliveries.may_conform_delivery(delivery, agreed(), actor, on),
            deliveries.may_change_column_mapping("river", actor, on),
            deliveries.may_cancel_held_delivery("river", actor, on),
            deliveries.may_download_error_file("river", actor, on),
        ]
        assert [decision.allowed for decision in decisions] == [allowed] * len(decisions)
        scope = find_organization_scope(Action.VIEW_DELIVERY, actor, on)
        assert scope.includes({"river"}) is allowed
        refused = {reason.code for decision in decisions for reason in decision.refusals}
        assert refused == (set() if allowed else {"H56"})
    stranger = acting(Role.COUNSEL, at="river")
    codes = {row.code for row in deliveries.may_view_delivery("river", stranger, on).refusals}
    assert "H56" not in codes, "a person without the role is told about the role alone"


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_every_rule_limits_the_same_people(
    role: Role, tutor: Actor, acting: Acting, on: date
) -> None:
    """Whoever assigns, or keeps the data of all organizations, is not limited; others are."""
    both = (*tutor.affiliations, *acting(role, at="river").affiliations)
    actor = replace(limited(tutor, at_alder(on)), affiliations=both)
    scope = find_program_scope(Action.VIEW_PROGRAM_RECORDS, actor, on)
    is_free = role in {Role.STEWARD, Role.DATA_MANAGER}
    for allowed in (
        not codes(actor, frozenset({BIRCH}), on),
        "river" in scope.organizations,
        list_limiting_names(actor, ("river",), on) is None,
        deliveries.may_view_delivery("river", actor, on).allowed,
        not list_unassigned_students({"a"}, {}, actor, "river", on),
        may_change_consents("undo", [], ["river"], [frozenset({BIRCH})], actor, on).allowed,
    ):
        assert allowed is is_free


def test_who_revokes_consents_and_undoes_lists_of_signed_forms(
    acting: Acting, tutor: Actor, on: date
) -> None:
    """Each student is enrolled where the person is assigned, at one organization they act for."""
    actor = limited(tutor, at_alder(on))
    also_at_hills = replace(
        actor, affiliations=(*tutor.affiliations, *acting(STAFF, at="hills").affiliations)
    )
    own, other = frozenset({ALDER}), frozenset({BIRCH})

    def read_codes(who: Actor, *students: frozenset[ProgramSite], at: str = "river") -> set[str]:
        decision = may_change_consents("record revocation", [VERIFIED], [at], students, who, on)
        assert decision.allowed == (not decision.refusals)
        return {reason.code for reason in decision.refusals}

    for students in ((), (own,), (own, own | other)):
        assert read_codes(actor, *students) == set()
    for students in ((other,), (own, other), (frozenset(),)):
        assert read_codes(actor, *students) == {"H50"}
        assert read_codes(tutor, *students) == set()
        assert read_codes(limited(tutor, at_alder(on, -9, -1)), *students) == {"H50"}
    assert read_codes(also_at_hills, other, at="hills") == set()
    refused = may_change_consents(
        "record revocation", [VERIFIED], ["river", "hills"], [other], actor, on
    )
    assert "Reading club, Alder" in refused.refusals[0].message
    assert may_change_consents(
        "record revocation", [VERIFIED], ["river", "hills"], [other], also_at_hills, on
    ).allowed
    assert "H50" not in read_codes(actor, other, at="hills"), "the missing role alone is told"


def test_names_of_the_assignments_that_limit(acting: Acting, tutor: Actor, on: date) -> None:
    everything = replace(at_alder(on), program="", site="")
    for actor, expected in (
        (tutor, None),
        (limited(acting(Role.STEWARD, at="river"), at_alder(on)), None),
        (limited(tutor, at_alder(on), everything), None),
        (limited(tutor, at_alder(on)), ("Reading club, Alder",)),
        (limited(tutor, at_alder(on, -9, -1)), ()),
    ):
        assert list_limiting_names(actor, ("river",), on) == expected
    assert list_limiting_names(limited(tutor, at_alder(on)), ("hills",), on) is None


def test_who_ends_a_students_time_on_the_roster(tutor: Actor, on: date) -> None:
    for sites, allowed in ((SITES[1], True), (SITES[2], False), (SITES[0], False)):
        actor = limited(tutor, at_alder(on))
        assert may_end_roster_entry("river", sites, actor, on).allowed is allowed
        assert may_end_roster_entry("river", sites, tutor, on).allowed
