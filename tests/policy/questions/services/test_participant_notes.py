"""Who reads and writes notes about a participant, contacts with the family and appointments."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from cairn.policy.engine.decision import Decision
from cairn.policy.facts.people.access import Actor, ProgramSite
from cairn.policy.facts.services.participant_note import (
    AppointmentFact,
    NewNoteFact,
    NoteFact,
    ServedChildFact,
)
from cairn.policy.lifecycles.state_machine import find_next_state
from cairn.policy.lifecycles.state_tables import APPOINTMENT_TRANSITIONS
from cairn.policy.questions.services.participant_notes import (
    list_note_problems,
    list_readable_audiences,
    may_change_note,
    may_close_appointment,
    may_correct_note,
    may_plan_appointment,
    may_record_family_contact,
    may_view_note,
    may_write_note,
)
from cairn.policy.vocabulary.access import STAFF_ROLES, Role
from cairn.policy.vocabulary.families import AppointmentState, NoteAudience

Acting = Callable[..., Actor]
_DAY = timedelta(days=1)
_KEEPERS = {Role.STEWARD, Role.PROGRAM_STAFF}
_A = NoteAudience


@pytest.fixture
def child(on: date) -> ServedChildFact:
    return ServedChildFact("river", on - 30 * _DAY)


def _codes(decision: Decision) -> set[str]:
    assert len(list_note_problems(decision)) == len(decision.refusals)
    return {reason.code for reason in decision.refusals}


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_only_staff_of_the_organization(
    role: Role, child: ServedChildFact, acting: Acting, on: date
) -> None:
    own, other = acting(role, at="river"), acting(role, at="hills")
    note = NewNoteFact(child, on, is_about_health=False, has_no_treatment_record=False)
    for actor, allowed in ((own, role in _KEEPERS), (other, False), (Actor.public(), False)):
        answers = (
            may_view_note(NoteFact("river", _A.STAFF, "1"), actor, on),
            may_write_note(note, actor, on),
            may_change_note(NoteFact("river", _A.STAFF, actor.id), actor, on),
            may_record_family_contact(child, on, actor, on),
            may_plan_appointment(AppointmentFact(child, on, has_staff=True), actor, on),
            may_close_appointment("river", frozenset(), on, "hold", actor, on),
        )
        assert {answer.allowed for answer in answers} == {allowed}
        if not allowed:
            assert {list_note_problems(answer) for answer in answers} == {()}


@pytest.mark.parametrize(
    ("role", "at", "readable"),
    [
        (Role.STEWARD, "river", {_A.STAFF, _A.STEWARD, _A.FAMILY}),
        (Role.PROGRAM_STAFF, "river", {_A.STAFF, _A.FAMILY}),
        (Role.STEWARD, "hills", set()),
        (Role.DATA_MANAGER, "river", set()),
    ],
)
def test_for_whom_a_note_is_written(
    role: Role, at: str, readable: set[NoteAudience], acting: Acting, on: date
) -> None:
    assert (
        list_readable_audiences(ServedChildFact("river", None), acting(role, at=at), on) == readable
    )


def test_a_sensitive_note_is_closed_to_staff(acting: Acting, on: date) -> None:
    staff, steward = acting(Role.PROGRAM_STAFF, at="river"), acting(Role.STEWARD, at="river")
    note = NoteFact("river", _A.STEWARD, staff.id)
    assert _codes(may_view_note(note, staff, on)) == {"H33"}
    assert _codes(may_change_note(note, staff, on)) == {"H33"}
    assert may_change_note(note, steward, on).allowed


def test_the_author_or_the_steward_corrects(acting: Acting, on: date) -> None:
    staff, steward = acting(Role.PROGRAM_STAFF, at="river"), acting(Role.STEWARD, at="river")
    note = NoteFact("river", _A.FAMILY, "someone else")
    assert _codes(may_change_note(note, staff, on)) == {"H34"}
    assert may_change_note(replace(note, author=staff.id), staff, on).allowed
    assert may_change_note(note, steward, on).allowed


def test_a_correction_is_read_like_a_new_note(
    child: ServedChildFact, acting: Acting, on: date
) -> None:
    staff = acting(Role.PROGRAM_STAFF, at="river")
    note = NoteFact("river", _A.STAFF, staff.id)
    left = replace(child, last_day=on - 200 * _DAY)
    right = NewNoteFact(left, on, is_about_health=False, has_no_treatment_record=False)
    assert may_correct_note(note, right, staff, on).allowed, "as long as the note is kept"
    wrong = replace(right, is_about_health=True, day=on + _DAY)
    assert _codes(may_correct_note(note, wrong, staff, on)) == {"H31", "H32"}
    other = replace(note, audience=_A.STEWARD, author="someone else")
    assert _codes(may_correct_note(other, right, staff, on)) == {"H33", "H34"}


@pytest.mark.parametrize(
    ("first", "last", "day", "refused"),
    [
        (-30, None, 0, set()),
        (-30, None, -30, set()),
        (-30, None, -31, {"H30"}),
        (-30, None, 1, {"H31"}),
        (-400, -90, 0, set()),
        (-400, -91, 0, {"H30"}),
        # What was forgotten is not written once the time is over.
        (-400, -91, -200, {"H30"}),
        (None, None, 0, {"H30"}),
    ],
)
def test_the_time_in_which_records_are_added(
    first: int | None, last: int | None, day: int, refused: set[str], acting: Acting, on: date
) -> None:
    staff = acting(Role.PROGRAM_STAFF, at="river")
    child = ServedChildFact(
        "river",
        None if first is None else on + first * _DAY,
        None if last is None else on + last * _DAY,
    )
    about = on + day * _DAY
    note = NewNoteFact(child, about, is_about_health=False, has_no_treatment_record=False)
    assert _codes(may_write_note(note, staff, on)) == refused
    assert _codes(may_record_family_contact(child, about, staff, on)) == refused


def test_a_note_about_health_holds_no_treatment_record(
    child: ServedChildFact, acting: Acting, on: date
) -> None:
    staff = acting(Role.PROGRAM_STAFF, at="river")
    note = NewNoteFact(child, on, is_about_health=True, has_no_treatment_record=False)
    assert _codes(may_write_note(note, staff, on)) == {"H32"}
    assert may_write_note(replace(note, has_no_treatment_record=True), staff, on).allowed


@pytest.mark.parametrize(
    ("day", "has_staff", "refused"),
    [
        (0, True, set()),
        (200, True, set()),
        (-1, True, {"H35"}),
        (1, False, {"H36"}),
    ],
)
def test_an_appointment_is_ahead_with_a_person_who_may_hold_it(
    day: int,
    has_staff: bool,
    refused: set[str],
    child: ServedChildFact,
    acting: Acting,
    on: date,
) -> None:
    appointment = AppointmentFact(child, on + day * _DAY, has_staff=has_staff)
    staff = acting(Role.PROGRAM_STAFF, at="river")
    assert _codes(may_plan_appointment(appointment, staff, on)) == refused
    left = replace(appointment, child=replace(child, last_day=on - 100 * _DAY))
    assert _codes(may_plan_appointment(left, staff, on)) == refused | {"H30"}


def test_what_became_of_an_appointment(acting: Acting, on: date) -> None:
    staff = acting(Role.PROGRAM_STAFF, at="river")
    none, tomorrow = frozenset[ProgramSite](), on + _DAY
    for event, refused in (
        ("hold", {"H37"}),
        ("miss", {"H37"}),
        ("cancel", set()),
        ("undo", set()),
    ):
        assert _codes(may_close_appointment("river", none, tomorrow, event, staff, on)) == refused
        assert may_close_appointment("river", none, on, event, staff, on).allowed
    planned = AppointmentState.PLANNED
    for state in ("held", "missed", "cancelled"):
        found = find_next_state(APPOINTMENT_TRANSITIONS, AppointmentState(state), "undo")
        assert found is planned
    moved = find_next_state(APPOINTMENT_TRANSITIONS, planned, "reschedule")
    assert moved is AppointmentState.RESCHEDULED
    assert find_next_state(APPOINTMENT_TRANSITIONS, moved, "undo") is None
