"""Decide who may see and keep a program's own records: groups, enrollments and attendance.

Only people of the program's own organization see its participants. The backbone's data manager
sees none of another organization.
"""

from dataclasses import replace
from datetime import date
from typing import Final

from cairn.policy import checks
from cairn.policy.engine import (
    BoundCheck,
    Decision,
    PolicyRequest,
    decide_request,
    policy_question,
)
from cairn.policy.facts import (
    Actor,
    PickUpFact,
    RegistrationDraftFact,
    RegistrationFact,
    SessionSeriesFact,
)
from cairn.policy.law.cards.services import program as program_cards
from cairn.policy.law.cards.services import program_day as program_day_cards
from cairn.policy.law.cards.services import staff_assignment
from cairn.policy.questions.services.staff_assignments import (
    may_change_program_sites,
    may_reach_program_sites,
)
from cairn.policy.vocabulary import Action, Audience

__all__ = [
    "list_group_problems",
    "may_cancel_session",
    "may_change_program",
    "may_continue_registration",
    "may_email_registration_link",
    "may_enroll_participant",
    "may_record_attendance",
    "may_record_pick_up",
    "may_register_child",
    "may_save_registration",
    "may_view_program_records",
    "must_wait_to_register",
]


@policy_question
def may_view_program_records(organization: str, actor: Actor, on: date) -> Decision:
    """Decide whether a user may see all programs of an organization and their participants.

    Args:
        organization: slug of the organization that runs the programs.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    action = Action.VIEW_PROGRAM_RECORDS
    return may_reach_program_sites(action, organization, frozenset(), actor, on)


@policy_question
def may_change_program(organization: str, actor: Actor, on: date) -> Decision:
    """Decide whether a user may set up programs, and change all records of an organization's.

    Args:
        organization: slug of the organization that runs the programs.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_change_program_sites(organization, frozenset(), actor, on)


@policy_question
def may_enroll_participant(
    series: SessionSeriesFact, starts: date, actor: Actor, on: date
) -> Decision:
    """Decide whether a user may enroll a child in a group from a day on.

    Args:
        series: facts of the group, with the number of children enrolled on that day.
        starts: first day of the enrollment.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return decide_request(
        PolicyRequest(
            action=Action.CHANGE_PROGRAM,
            actor=actor,
            facts=(series, starts),
            access_checks=checks.require_program_access(
                Action.CHANGE_PROGRAM, actor, series.organization, series.sites
            ),
            outcome_checks=(
                checks.check_series_runs(series, starts),
                checks.check_free_place(series),
            ),
        ),
        on,
    )


@policy_question
def may_cancel_session(series: SessionSeriesFact, day: date, actor: Actor, on: date) -> Decision:
    """Decide whether a user may record that a group does not meet on a day, also a day to come.

    Args:
        series: facts of the group.
        day: the day of the session.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return decide_request(_build_session_request(series, day, actor), on)


@policy_question
def may_record_attendance(series: SessionSeriesFact, day: date, actor: Actor, on: date) -> Decision:
    """Decide whether a user may record or correct who attended a group's session on a day.

    Args:
        series: facts of the group.
        day: the day of the session.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = _build_session_request(series, day, actor)
    came = checks.check_attendance_day(day)
    return decide_request(replace(request, outcome_checks=(*request.outcome_checks, came)), on)


@policy_question
def may_record_pick_up(
    series: SessionSeriesFact, day: date, pick_up: PickUpFact, actor: Actor, on: date
) -> Decision:
    """Decide whether a user may sign a child out, who leaves with an adult.

    Args:
        series: facts of the group.
        day: the day of the session.
        pick_up: facts of the adult.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = _build_session_request(series, day, actor)
    adult = (
        checks.check_pick_up_day(day),
        checks.check_pick_up_adult(pick_up),
        checks.check_pick_up_order(pick_up),
    )
    request = replace(request, facts=(series, day, pick_up))
    return decide_request(replace(request, outcome_checks=(*request.outcome_checks, *adult)), on)


@policy_question
def may_register_child(registration: RegistrationFact, actor: Actor, on: date) -> Decision:
    """Decide whether a family may register a child online for a group, without an account.

    Args:
        registration: facts of the registration.
        actor: the person who registers the child; the public without a sign-in.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return decide_request(
        PolicyRequest(
            action=Action.REGISTER_CHILD,
            actor=actor,
            facts=(registration,),
            access_checks=checks.require_actor_access(Action.REGISTER_CHILD, actor),
            outcome_checks=(
                checks.check_registration_open(registration),
                checks.check_registration_pace(registration),
            ),
        ),
        on,
    )


def must_wait_to_register(decision: Decision) -> bool:
    """Tell whether a registration is refused only because many families register this minute.

    Args:
        decision: the decision of `may_register_child`.

    Returns:
        True if the same registration is allowed a little later.
    """
    codes = {reason.code for reason in decision.refusals}
    return codes == {program_cards.REGISTRATION_PACE.id}


@policy_question
def may_save_registration(
    registration: RegistrationFact, draft: RegistrationDraftFact, actor: Actor, on: date
) -> Decision:
    """Decide whether a family may save an unfinished registration, to continue it later.

    Args:
        registration: facts of the registration.
        draft: facts of the unfinished registration.
        actor: the person who registers the child; the public without a sign-in.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = _build_draft_request(draft, actor, checks.check_draft_pace(draft))
    is_open = checks.check_registration_open(registration)
    return decide_request(
        replace(
            request,
            facts=(registration, draft),
            outcome_checks=(is_open, *request.outcome_checks),
        ),
        on,
    )


@policy_question
def may_continue_registration(draft: RegistrationDraftFact, actor: Actor, on: date) -> Decision:
    """Decide whether a family may continue an unfinished registration; its code is the only key.

    Args:
        draft: facts of the unfinished registration.
        actor: the person with the code; the public without a sign-in.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return decide_request(_build_draft_request(draft, actor, checks.check_draft_open(draft)), on)


@policy_question
def may_email_registration_link(draft: RegistrationDraftFact, actor: Actor, on: date) -> Decision:
    """Decide whether the link to an unfinished registration may be emailed to an address.

    Args:
        draft: facts of the unfinished registration.
        actor: the person with the code; the public without a sign-in.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return decide_request(
        _build_draft_request(
            draft, actor, checks.check_draft_open(draft), checks.check_draft_emails(draft)
        ),
        on,
    )


def _build_draft_request(
    draft: RegistrationDraftFact, actor: Actor, *outcome_checks: BoundCheck
) -> PolicyRequest:
    return PolicyRequest(
        action=Action.REGISTER_CHILD,
        actor=actor,
        facts=(draft,),
        access_checks=checks.require_actor_access(Action.REGISTER_CHILD, actor),
        outcome_checks=outcome_checks,
    )


_GROUP_CODES: Final = frozenset(
    card.id
    for card in (
        *program_cards.ALL,
        *program_day_cards.ALL,
        staff_assignment.ASSIGNED_ROLE,
        staff_assignment.ASSIGNMENT_PERIOD,
    )
)


def list_group_problems(decision: Decision) -> tuple[str, ...]:
    """List why a group's own plan refuses an enrollment or a session, each with the next step.

    Args:
        decision: the decision about the enrollment or the session.

    Returns:
        Sentences for the program's staff; empty if the person was refused, not the plan.
    """
    return tuple(
        f"{reason.message_for(Audience.STEWARD)} {reason.next_step}"
        for reason in decision.refusals
        if reason.code in _GROUP_CODES
    )


def _build_session_request(series: SessionSeriesFact, day: date, actor: Actor) -> PolicyRequest:
    return PolicyRequest(
        action=Action.TAKE_ATTENDANCE,
        actor=actor,
        facts=(series, day),
        access_checks=checks.require_program_access(
            Action.TAKE_ATTENDANCE, actor, series.organization, series.sites
        ),
        outcome_checks=(
            checks.check_series_runs(series, day),
            checks.check_series_weekday(series, day),
        ),
    )
