"""A program keeps its own records; nobody else's staff sees its participants."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from cairn.policy.engine.decision import Decision
from cairn.policy.facts.people.access import Actor
from cairn.policy.facts.services.registration import RegistrationDraftFact, RegistrationFact
from cairn.policy.facts.services.session_series import PickUpFact, SessionSeriesFact
from cairn.policy.questions.services.programs import (
    list_group_problems,
    may_cancel_session,
    may_change_program,
    may_continue_registration,
    may_email_registration_link,
    may_enroll_participant,
    may_record_attendance,
    may_record_pick_up,
    may_register_child,
    may_save_registration,
    may_view_program_records,
    must_wait_to_register,
)
from cairn.policy.vocabulary.access import STAFF_ROLES, Role

Acting = Callable[..., Actor]
_DAY = timedelta(days=1)
_KEEPERS = {Role.STEWARD, Role.PROGRAM_STAFF}


@pytest.fixture
def series(on: date) -> SessionSeriesFact:
    return SessionSeriesFact(
        organization="river",
        first_day=on - 30 * _DAY,
        last_day=on + 30 * _DAY,
        weekdays=frozenset({on.weekday()}),
        capacity=2,
        enrolled=1,
    )


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_only_people_of_the_program_itself(
    role: Role, series: SessionSeriesFact, acting: Acting, on: date
) -> None:
    own, other = acting(role, at="river"), acting(role, at="hills")
    answers = [
        may_view_program_records("river", own, on),
        may_change_program("river", own, on),
        may_enroll_participant(series, on, own, on),
        may_record_attendance(series, on, own, on),
    ]
    assert {answer.allowed for answer in answers} == {role in _KEEPERS}
    assert not may_view_program_records("river", other, on).allowed
    assert not may_change_program("river", other, on).allowed
    assert not may_enroll_participant(series, on, other, on).allowed
    assert not may_record_attendance(series, on, other, on).allowed


def test_the_backbone_sees_no_participant_of_a_partner(
    series: SessionSeriesFact, acting: Acting, on: date
) -> None:
    manager = acting(Role.DATA_MANAGER)
    assert not may_view_program_records("river", manager, on).allowed
    assert not may_record_attendance(series, on, manager, on).allowed


@pytest.mark.parametrize(
    ("closes", "latest", "refused"),
    [(0, 0, set()), (5, 299, set()), (-1, 0, {"H06"}), (5, 300, {"H07"}), (None, 0, {"H06"})],
)
def test_anybody_registers_a_child_while_the_program_lets_them(
    closes: int | None, latest: int, refused: set[str], on: date
) -> None:
    closes_on = None if closes is None else on + closes * _DAY
    registration = RegistrationFact("river", closes_on, latest)
    decision = may_register_child(registration, Actor.public(), on)
    assert {reason.code for reason in decision.refusals} == refused
    # Only a family that came in a full minute waits; a closed group never opens by waiting.
    assert must_wait_to_register(decision) is (refused == {"H07"})


@pytest.mark.parametrize(
    ("days", "latest", "emails", "refused"),
    [
        (0, 299, 2, set()),
        (7, 300, 3, {"H16", "H17"}),
        (-1, 0, 0, {"H15"}),
        (None, 0, 0, {"H15"}),
    ],
)
def test_anybody_continues_what_they_saved_until_its_last_day(
    days: int | None, latest: int, emails: int, refused: set[str], on: date
) -> None:
    expires_on = None if days is None else on + days * _DAY
    draft = RegistrationDraftFact(expires_on, latest, emails)
    public, registration = Actor.public(), RegistrationFact("river", on)

    def codes(*decisions: Decision) -> set[str]:
        return {reason.code for decision in decisions for reason in decision.refusals}

    emailed = may_email_registration_link(draft, public, on)
    saved = may_save_registration(registration, draft, public, on)
    assert codes(may_continue_registration(draft, public, on)) == refused & {"H15"}
    assert codes(emailed, saved) == refused
    closed = RegistrationFact("river", on - _DAY)
    assert "H06" in codes(may_save_registration(closed, draft, public, on))


def test_the_public_sees_and_changes_nothing(series: SessionSeriesFact, on: date) -> None:
    assert not may_view_program_records("river", Actor.public(), on).allowed
    assert not may_record_attendance(series, on, Actor.public(), on).allowed


@pytest.mark.parametrize(
    ("days", "refused"),
    [(0, set()), (-7, set()), (-1, {"H02"}), (7, {"H03"}), (-35, {"H01"}), (35, {"H01", "H03"})],
)
def test_the_days_on_which_attendance_is_taken(
    days: int, refused: set[str], series: SessionSeriesFact, acting: Acting, on: date
) -> None:
    staff = acting(Role.PROGRAM_STAFF, at="river")
    decision = may_record_attendance(series, on + days * _DAY, staff, on)
    assert {reason.code for reason in decision.refusals} == refused
    # That a group will not meet is known before the day.
    cancelled = may_cancel_session(series, on + days * _DAY, staff, on)
    assert {reason.code for reason in cancelled.refusals} == refused - {"H03"}


def test_a_child_is_enrolled_while_the_group_meets_and_has_a_place(
    series: SessionSeriesFact, acting: Acting, on: date
) -> None:
    staff = acting(Role.PROGRAM_STAFF, at="river")
    assert may_enroll_participant(series, on + 20 * _DAY, staff, on).allowed
    late = may_enroll_participant(series, on + 31 * _DAY, staff, on)
    assert {reason.code for reason in late.refusals} == {"H01"}
    full = replace(series, enrolled=2)
    refused = may_enroll_participant(full, on, staff, on)
    assert {reason.code for reason in refused.refusals} == {"H04"}
    assert may_enroll_participant(replace(full, capacity=None), on, staff, on).allowed
    endless = replace(series, last_day=None)
    assert may_enroll_participant(endless, on + 400 * _DAY, staff, on).allowed
    early = may_enroll_participant(endless, on - 31 * _DAY, staff, on)
    (problem,) = list_group_problems(early)
    assert f"It meets from {series.first_day} on." in problem
    assert "Choose another day" in problem
    stranger = may_enroll_participant(full, on, acting(Role.PROGRAM_STAFF, at="hills"), on)
    assert list_group_problems(stranger) == (), "a stranger learns nothing of the plan"


@pytest.mark.parametrize(
    ("is_listed", "is_barred", "days", "refused"),
    [
        (True, False, 0, set()),
        (False, False, 0, {"H13"}),
        (True, True, 0, {"H14"}),
        (False, True, -7, {"H12", "H13", "H14"}),
    ],
)
def test_with_whom_a_child_leaves(
    is_listed: bool,
    is_barred: bool,
    days: int,
    refused: set[str],
    series: SessionSeriesFact,
    acting: Acting,
    on: date,
) -> None:
    adult = PickUpFact(is_listed=is_listed, is_barred=is_barred)
    day = on + days * _DAY
    own = may_record_pick_up(series, day, adult, acting(Role.PROGRAM_STAFF, at="river"), on)
    assert {reason.code for reason in own.refusals} == refused
    assert len(list_group_problems(own)) == len(refused)
    stranger = acting(Role.PROGRAM_STAFF, at="hills")
    assert not may_record_pick_up(series, day, adult, stranger, on).allowed
    assert not may_record_pick_up(series, day, adult, Actor.public(), on).allowed
