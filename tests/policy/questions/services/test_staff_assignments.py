"""Staff with an assignment work with the programs and sites that they are assigned to."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import pytest

from cairn.policy.facts.people.access import Actor, ProgramSite, StaffAssignmentFact
from cairn.policy.facts.services.participant_note import NoteFact, ServedChildFact
from cairn.policy.facts.services.program_day import FunderReportFact, IncidentFact
from cairn.policy.facts.services.session_series import SessionSeriesFact
from cairn.policy.questions.services import participant_notes, program_days, programs
from cairn.policy.questions.services.staff_assignments import (
    find_program_scope,
    may_assign_staff,
    may_change_program_sites,
    may_end_staff_assignment,
    may_reach_program_sites,
)
from cairn.policy.vocabulary.access import STAFF_ROLES, Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.families import NoteAudience

Acting = Callable[..., Actor]
_DAY = timedelta(days=1)
ALDER, BIRCH = ProgramSite("1", "Alder"), ProgramSite("1", "Birch")
OTHER = ProgramSite("2", "Alder")
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
