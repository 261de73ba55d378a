"""Check rules of a project proposal: its state, the decider due, the authorization."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from cairn.policy.checks.projects.project_workflow import (
    find_current_step,
    find_flow_faults,
    find_step_due_date,
    is_comment_step,
    list_awaited_deciders,
)
from cairn.policy.engine import Reason, Rule
from cairn.policy.facts import Actor, AuthorizationFact, ProjectFact
from cairn.policy.law import RuleCard
from cairn.policy.law.cards.governance import project as cards
from cairn.policy.lifecycles import PROJECT_TRANSITIONS, list_states_allowing
from cairn.policy.vocabulary import Decider, Outcome, ProjectState, StepAnswer, StepRequirement


def build_proposal_reason(card: RuleCard, *, met: bool, **facts: str | int) -> Reason:
    """Build a reason that allows if the rule is met and denies otherwise."""
    return Reason(card, Outcome.ALLOW if met else Outcome.DENY, tuple(facts.items()))


def _format_words(*states: ProjectState | Decider) -> str:
    return " or ".join(member.value.replace("_", " ") for member in states)


def require_project_state(
    states: tuple[ProjectState, ...], event: str, project: ProjectFact
) -> Rule:
    """Build the rule that the project is in one of these states."""
    return partial(check_project_state, states, event, project)


def require_project_event(event: str, project: ProjectFact) -> Rule:
    """Build the rule that the event is possible in the present state of the project."""
    possible_states = tuple(
        ProjectState(state) for state in list_states_allowing(PROJECT_TRANSITIONS, event)
    )
    return partial(check_project_state, possible_states, event, project)


def check_project_state(
    states: tuple[ProjectState, ...], event: str, project: ProjectFact, on: date
) -> Iterator[Reason]:
    """Check that the project is in one of these states."""
    facts = {
        "state": _format_words(project.state),
        "event": event,
        "allowed": _format_words(*states),
    }
    yield build_proposal_reason(cards.STATE, met=project.state in states, **facts)


def check_decider_turn(project: ProjectFact, decider: Decider, on: date) -> Iterator[Reason]:
    """Check that the present step awaits this decider."""
    present_step = find_current_step(project)
    title = present_step.title if present_step else _format_words(project.state)
    is_due = (
        present_step is not None
        and decider in present_step.deciders
        and _accepts_responses(project, decider)
    )
    yield build_proposal_reason(cards.TURN, met=is_due, step=title, decider=_format_words(decider))


def _accepts_responses(project: ProjectFact, decider: Decider) -> bool:
    """Report whether the project accepts responses from a decider.

    A returned project awaits its requester. A project that is on hold, finished or at its
    authorization
    step awaits no decider.
    """
    if project.state is ProjectState.RETURNED:
        return decider is Decider.REQUESTER
    is_at_authorization = project.flow is not None and project.step == project.flow.authorization
    is_waiting = project.state is ProjectState.CONDITIONS or is_at_authorization
    return not is_waiting and any(row.state is project.state for row in PROJECT_TRANSITIONS)


def check_flow_valid(project: ProjectFact, on: date) -> Iterator[Reason]:
    """Check that the workflow of the project is valid."""
    faults_found = find_flow_faults(project.flow) if project.flow else ("none is on record.",)
    for fault in faults_found:
        yield build_proposal_reason(cards.FLOW, met=False, fault=fault)


def check_no_decider_awaited(project: ProjectFact, on: date) -> Iterator[Reason]:
    """Check that no decider other than the requester is awaited."""
    present_step, last_day = find_current_step(project), find_step_due_date(project)
    awaited_deciders = [
        item for item in list_awaited_deciders(project, on) if item.decider is not Decider.REQUESTER
    ]
    yield build_proposal_reason(
        cards.WAITS,
        met=not awaited_deciders,
        who=", ".join(
            item.organization or _format_words(item.decider) for item in awaited_deciders
        ),
        due=last_day.isoformat() if last_day else "they answer",
        step=present_step.title if present_step else "",
    )


def check_organization_concerned(
    project: ProjectFact, decider: Decider, organization: str, on: date
) -> Iterator[Reason]:
    """Check that the organization is an owner or a nation of this project."""
    concerned = (
        project.providers if decider is Decider.PROVIDERS else project.nations or frozenset()
    )
    yield build_proposal_reason(
        cards.CONCERNED, met=organization in concerned, organization=organization
    )


def check_not_requester(project: ProjectFact, actor: Actor, on: date) -> Iterator[Reason]:
    """Check that the user is not the requester."""
    yield build_proposal_reason(cards.OTHER_PERSON, met=actor.id != project.requester)


def check_response_kind(project: ProjectFact, answer: StepAnswer, on: date) -> Iterator[Reason]:
    """Check that a comment step gets comments only; other steps take decisions and comments."""
    present_step = find_current_step(project)
    if (
        present_step is not None
        and is_comment_step(present_step)
        and answer is not StepAnswer.COMMENT
    ):
        yield build_proposal_reason(
            cards.TURN, met=False, step=present_step.title, decider=answer.value
        )


def check_at_authorization_step(project: ProjectFact, on: date) -> Iterator[Reason]:
    """Check that the project is at its authorization step."""
    present_step = find_current_step(project)
    is_at_authorization = (
        present_step is not None
        and project.flow is not None
        and present_step.name == project.flow.authorization
    )
    yield build_proposal_reason(
        cards.TURN,
        met=is_at_authorization,
        step=present_step.title if present_step else "",
        decider="the authorization",
    )


def check_license_step(project: ProjectFact, on: date) -> Iterator[Reason]:
    """Check that the present step asks for a license."""
    present_step = find_current_step(project)
    is_license_step = present_step is not None and StepRequirement.LICENSE in present_step.needs
    is_met = is_license_step and project.state is ProjectState.APPROVED
    yield build_proposal_reason(
        cards.TURN,
        met=is_met,
        step=present_step.title if present_step else "",
        decider="the license",
    )


def check_authorization_complete(authorization: AuthorizationFact, on: date) -> Iterator[Reason]:
    """Check that the authorization names people, outputs, agreements and a valid term."""
    missing = [
        name
        for name, is_given in (
            ("people", authorization.staff),
            ("organizations", authorization.organizations),
            ("outputs", authorization.outputs),
            ("agreements", authorization.agreements),
            (
                "a last day that is not over",
                authorization.starts <= authorization.ends and on <= authorization.ends,
            ),
        )
        if not is_given
    ]
    yield build_proposal_reason(cards.TERM, met=not missing, missing=", ".join(missing))


def check_authorization_within_request(
    project: ProjectFact, authorization: AuthorizationFact, on: date
) -> Iterator[Reason]:
    """Check that the authorization goes no further than the request."""
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
    yield build_proposal_reason(cards.WITHIN, met=not exceeded, beyond=", ".join(exceeded))


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
