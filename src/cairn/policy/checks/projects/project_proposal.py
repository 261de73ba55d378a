"""Check a project proposal: its state, the decider due, the authorization."""

from collections.abc import Iterator
from datetime import date

from cairn.policy.checks.projects.project_workflow import (
    find_comment_due_date,
    find_current_step,
    find_flow_faults,
    is_comment_step,
    list_awaited_deciders,
)
from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import Actor, AuthorizationFact, ProjectFact
from cairn.policy.law.cards.governance import project as cards
from cairn.policy.lifecycles import PROJECT_TRANSITIONS, list_states_allowing
from cairn.policy.vocabulary import (
    Decider,
    NoResponseEffect,
    ProjectState,
    StepAnswer,
    StepRequirement,
    label_code,
)

__all__ = [
    "check_at_authorization_step",
    "check_authorization_complete",
    "check_authorization_within_request",
    "check_decider_turn",
    "check_flow_valid",
    "check_license_step",
    "check_no_decider_awaited",
    "check_not_requester",
    "check_organization_concerned",
    "check_project_event",
    "check_project_state",
    "check_response_kind",
]


def _format_words(*states: ProjectState | Decider) -> str:
    return " or ".join(label_code(member) for member in states)


@policy_check(cards.STATE)
def check_project_state(
    on: date, project: ProjectFact, states: tuple[ProjectState, ...], event: str
) -> Reason:
    """Check that the project is in one of these states.

    Args:
        on: date of the check.
        project: facts of the project.
        states: the states in which that is possible.
        event: what the user wants to do, in words.
    Returns:
        One reason.
    """
    return _build_state_reason(project, states, event)


@policy_check(cards.STATE)
def check_project_event(on: date, project: ProjectFact, event: str) -> Reason:
    """Check that an event is possible in the present state of the project.

    Args:
        on: date of the check.
        project: facts of the project.
        event: event of the project lifecycle, such as "authorize".
    Returns:
        One reason.
    """
    possible_states = tuple(
        ProjectState(state) for state in list_states_allowing(PROJECT_TRANSITIONS, event)
    )
    return _build_state_reason(project, possible_states, event)


def _build_state_reason(
    project: ProjectFact, states: tuple[ProjectState, ...], event: str
) -> Reason:
    return Reason.from_card(
        cards.STATE,
        met=project.state in states,
        state=_format_words(project.state),
        event=event,
        allowed=_format_words(*states),
    )


@policy_check(cards.TURN)
def check_decider_turn(on: date, project: ProjectFact, decider: Decider) -> Reason:
    """Check that the present step awaits this decider.

    Args:
        on: date of the check.
        project: facts of the project.
        decider: kind of decider.
    Returns:
        One reason.
    """
    present_step = find_current_step(project)
    title = present_step.title if present_step else _format_words(project.state)
    is_due = (
        present_step is not None
        and decider in present_step.deciders
        and _accepts_responses(project, decider)
    )
    return Reason.from_card(cards.TURN, met=is_due, step=title, decider=_format_words(decider))


def _accepts_responses(project: ProjectFact, decider: Decider) -> bool:
    """Report whether the project accepts responses from a decider.

    A returned project awaits its requester. A project that is on hold, finished or at its
    authorization step awaits no decider.
    """
    if project.state is ProjectState.RETURNED:
        return decider is Decider.REQUESTER
    is_at_authorization = project.flow is not None and project.step == project.flow.authorization
    is_waiting = project.state is ProjectState.CONDITIONS or is_at_authorization
    return not is_waiting and any(row.state is project.state for row in PROJECT_TRANSITIONS)


@policy_check(cards.FLOW)
def check_flow_valid(on: date, project: ProjectFact) -> Iterator[Reason]:
    """Check that the workflow of the project is valid.

    Args:
        on: date of the check.
        project: facts of the project.
    Returns:
        A refusal for each fault.
    """
    faults_found = (
        find_flow_faults(project.flow) if project.flow else ("no workflow is on record.",)
    )
    for fault in faults_found:
        yield Reason.from_card(cards.FLOW, met=False, fault=fault)


@policy_check(cards.WAITS, cards.NOTICE)
def check_no_decider_awaited(on: date, project: ProjectFact) -> Iterator[Reason]:
    """Check that no decider other than the requester is awaited.

    Args:
        on: date of the check.
        project: facts of the project.
    Returns:
        One reason, and a refusal if a comment period has not begun, because no notice was
        delivered.
    """
    present_step = find_current_step(project)
    awaited_deciders = [
        item for item in list_awaited_deciders(project, on) if item.decider is not Decider.REQUESTER
    ]
    last_days = [find_comment_due_date(project, item.organization) for item in awaited_deciders]
    known_days = [day for day in last_days if day is not None]
    yield Reason.from_card(
        cards.WAITS,
        met=not awaited_deciders,
        who=", ".join(
            item.organization or _format_words(item.decider) for item in awaited_deciders
        ),
        due=max(known_days).isoformat()
        if known_days and len(known_days) == len(last_days)
        else "they respond",
        step=present_step.title if present_step else "",
    )
    if present_step is not None and present_step.silence is NoResponseEffect.LAPSES:
        unnotified = [
            item.organization
            for item, day in zip(awaited_deciders, last_days, strict=True)
            if item.organization and day is None
        ]
        if unnotified:
            yield Reason.from_card(cards.NOTICE, met=False, who=", ".join(unnotified))


@policy_check(cards.CONCERNED)
def check_organization_concerned(
    on: date, project: ProjectFact, decider: Decider, organization: str
) -> Reason:
    """Check that the organization is an owner or a nation of this project.

    Args:
        on: date of the check.
        project: facts of the project.
        decider: kind of decider.
        organization: slug of the owner or nation.
    Returns:
        One reason.
    """
    concerned = (
        project.providers if decider is Decider.PROVIDERS else project.nations or frozenset()
    )
    return Reason.from_card(
        cards.CONCERNED, met=organization in concerned, organization=organization
    )


@policy_check(cards.OTHER_PERSON)
def check_not_requester(on: date, project: ProjectFact, actor: Actor) -> Reason:
    """Check that the user is not the requester.

    Args:
        on: date of the check.
        project: facts of the project.
        actor: the person who asks.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.OTHER_PERSON, met=actor.id != project.requester)


@policy_check(cards.TURN)
def check_response_kind(on: date, project: ProjectFact, answer: StepAnswer) -> Iterator[Reason]:
    """Check that a comment step gets comments only; other steps take decisions and comments.

    Args:
        on: date of the check.
        project: facts of the project.
        answer: the response.
    Returns:
        A refusal of a decision in a comment step.
    """
    present_step = find_current_step(project)
    if (
        present_step is not None
        and is_comment_step(present_step)
        and answer is not StepAnswer.COMMENT
    ):
        yield Reason.from_card(
            cards.TURN, met=False, step=present_step.title, decider="a decision, only for comments"
        )


@policy_check(cards.TURN)
def check_at_authorization_step(on: date, project: ProjectFact) -> Reason:
    """Check that the project is at its authorization step.

    Args:
        on: date of the check.
        project: facts of the project.
    Returns:
        One reason.
    """
    present_step = find_current_step(project)
    is_at_authorization = (
        present_step is not None
        and project.flow is not None
        and present_step.name == project.flow.authorization
    )
    return Reason.from_card(
        cards.TURN,
        met=is_at_authorization,
        step=present_step.title if present_step else "",
        decider="the authorization",
    )


@policy_check(cards.TURN)
def check_license_step(on: date, project: ProjectFact) -> Reason:
    """Check that the present step asks for a license.

    Args:
        on: date of the check.
        project: facts of the project.
    Returns:
        One reason.
    """
    present_step = find_current_step(project)
    is_license_step = present_step is not None and StepRequirement.LICENSE in present_step.needs
    is_met = is_license_step and project.state is ProjectState.APPROVED
    return Reason.from_card(
        cards.TURN,
        met=is_met,
        step=present_step.title if present_step else "",
        decider="the license",
    )


@policy_check(cards.TERM)
def check_authorization_complete(on: date, authorization: AuthorizationFact) -> Reason:
    """Check that the authorization names people, outputs, agreements and a valid term.

    Args:
        on: date of the check.
        authorization: the authorization that would be given.
    Returns:
        One reason.
    """
    missing = [
        name
        for name, is_given in (
            ("people", authorization.staff),
            ("organizations", authorization.organizations),
            ("outputs", authorization.outputs),
            ("agreements", authorization.agreements),
            (
                "an end date in the future",
                authorization.starts <= authorization.ends and on <= authorization.ends,
            ),
        )
        if not is_given
    ]
    return Reason.from_card(cards.TERM, met=not missing, missing=", ".join(missing))


@policy_check(cards.WITHIN)
def check_authorization_within_request(
    on: date, project: ProjectFact, authorization: AuthorizationFact
) -> Reason:
    """Check that the authorization goes no further than the request.

    Args:
        on: date of the check.
        project: facts of the project.
        authorization: the authorization that would be given.
    Returns:
        One reason.
    """
    exceeded = [
        name
        for name, is_within in (
            ("elements", authorization.elements <= project.elements),
            ("purpose", authorization.purpose is project.purpose),
            ("level", authorization.level is project.level),
            ("first year", project.first_year <= authorization.first_year),
            ("last year", authorization.last_year <= project.last_year),
            ("file names", _has_narrower_files(project, authorization)),
            ("agreements", set(authorization.agreements) <= set(project.agreements)),
            ("people", authorization.staff <= project.staff),
            ("organizations", authorization.organizations <= project.organizations),
            ("questions", _has_narrower_questions(project, authorization)),
        )
        if not is_within
    ]
    return Reason.from_card(cards.WITHIN, met=not exceeded, beyond=", ".join(exceeded))


def _has_narrower_files(project: ProjectFact, authorization: AuthorizationFact) -> bool:
    """Report whether the authorization names no file beyond the requested ones."""
    return not project.file_names or (
        bool(authorization.file_names) and set(authorization.file_names) <= set(project.file_names)
    )


def _has_narrower_questions(project: ProjectFact, authorization: AuthorizationFact) -> bool:
    return all(
        set(questions_asked) <= set(project.question_of.get(element, ()))
        for element, questions_asked in authorization.question_of.items()
    )
