"""Check that a project workflow keeps every safeguard that the law and policy require.

A partnership writes its own workflow as data; the law does not change with it. A workflow is
invalid if it reaches data without the owners' approval and an authorization. What Cairn recommends
beside that, such as a committee vote, is a finding.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from cairn.policy.checks.projects.project_requirements import VOTING_BODIES, find_decided_hearing
from cairn.policy.checks.projects.vote_count import APPROVING_RESULTS
from cairn.policy.facts import DeciderResponseFact, Flow, FlowStep, ProjectFact
from cairn.policy.lifecycles import PROJECT_TRANSITIONS
from cairn.policy.vocabulary import (
    Decider,
    NoResponseEffect,
    ProjectState,
    StepAnswer,
    StepRequirement,
    label_code,
)

__all__ = [
    "find_comment_due_date",
    "find_current_step",
    "find_flow_faults",
    "find_flow_findings",
    "find_next_position",
    "find_step_due_date",
    "is_comment_step",
    "list_awaited_deciders",
]

_LAST_STATE = ProjectState.CLOSED


@dataclass(frozen=True, slots=True)
class AwaitedDecider:
    """A decider that a step still waits for; ``organization`` is empty for staff and bodies."""

    decider: Decider
    organization: str = ""


@dataclass(frozen=True, slots=True)
class WorkflowPosition:
    """The position of a project: the name of its step, and its state there."""

    step: str
    state: ProjectState


def find_current_step(project: ProjectFact) -> FlowStep | None:
    """Find the current step of a project.

    Args:
        project: the project.
    Returns:
        The step, ``None`` where the project has ended or its flow is unknown.
    """
    return project.flow.find_step(project.step) if project.flow else None


def find_step_due_date(project: ProjectFact) -> date | None:
    """Find the last day for the deciders of the current step, where the flow sets days.

    Args:
        project: the project.
    Returns:
        The day, ``None`` without a limit.
    """
    step = find_current_step(project)
    if step is None or step.days is None or project.since is None:
        return None
    return project.since + timedelta(days=step.days)


def find_comment_due_date(project: ProjectFact, organization: str) -> date | None:
    """Find the last day on which an organization may comment in the current step.

    The days count from a delivered notice, so that an organization that never learned of the
    project does not lose its comment. The public, staff and bodies have no such notice: for them
    the days count from the day the project reached the step.

    Args:
        project: the project.
        organization: slug of the organization; empty for the public, staff and bodies.
    Returns:
        The day; ``None`` without a limit, and while no notice was delivered.
    """
    step = find_current_step(project)
    if step is None or step.days is None or project.since is None:
        return None
    first_day: date | None = project.since
    if organization and project.notices is not None:
        delivered = [notice.on for notice in project.notices if notice.organization == organization]
        first_day = max(project.since, min(delivered)) if delivered else None
    return first_day + timedelta(days=step.days) if first_day else None


def has_comment_period_ended(project: ProjectFact, on: date, organization: str = "") -> bool:
    """Tell whether the time for comments is over, in a step where no answer means no comment.

    Args:
        project: the project.
        on: the date.
        organization: slug of the organization; empty for the public, staff and bodies.
    Returns:
        True if the right to comment has lapsed.
    """
    step, last_day = find_current_step(project), find_comment_due_date(project, organization)
    return (
        step is not None
        and step.silence is NoResponseEffect.LAPSES
        and last_day is not None
        and last_day < on
    )


def list_awaited_deciders(project: ProjectFact, on: date) -> tuple[AwaitedDecider, ...]:
    """List the deciders that the current step still waits for on a date, with the requester.

    Args:
        project: the project.
        on: the date.
    Returns:
        The awaited deciders.
    """
    step = find_current_step(project)
    if step is None or not any(row.state is project.state for row in PROJECT_TRANSITIONS):
        return ()
    if project.state is ProjectState.RETURNED:
        return (AwaitedDecider(Decider.REQUESTER),)
    if project.state is ProjectState.CONDITIONS:
        return (AwaitedDecider(Decider.STAFF),)
    return tuple(_list_awaited_in_step(project, step, on))


def _list_awaited_in_step(
    project: ProjectFact, step: FlowStep, on: date
) -> Iterator[AwaitedDecider]:
    for decider in step.deciders:
        if decider is Decider.REQUESTER:
            yield AwaitedDecider(decider)
            continue
        if decider in VOTING_BODIES:
            hearing_result = find_decided_hearing(project, step.name, decider, on)
            if hearing_result is None or hearing_result[1].result not in APPROVING_RESULTS:
                yield AwaitedDecider(decider)
            continue
        for organization in _list_deciding_organizations(project, decider):
            if not has_comment_period_ended(project, on, organization) and not has_decider_answered(
                project, step, decider, organization, on
            ):
                yield AwaitedDecider(decider, organization)


def _list_deciding_organizations(project: ProjectFact, decider: Decider) -> tuple[str, ...]:
    if decider is Decider.PROVIDERS:
        return tuple(sorted(project.providers))
    if decider is Decider.NATIONS:
        return tuple(sorted(project.nations or ()))
    return ("",)


def has_decider_answered(
    project: ProjectFact, step: FlowStep, decider: Decider, organization: str, on: date
) -> bool:
    """Tell whether a decider gave an answer that lets this step go on.

    In a step that asks for comments any answer counts; in any other step the last answer must
    approve.

    Args:
        project: the project.
        step: the step.
        decider: kind of decider.
        organization: organization of the decider, empty for staff and bodies.
        on: the date.
    Returns:
        True if the decider is done.
    """
    answers: list[DeciderResponseFact] = [
        word
        for word in project.words
        if word.step == step.name
        and word.decider is decider
        and word.organization == organization
        and word.on <= on
    ]
    if is_comment_step(step):
        return bool(answers)
    decisions = [word for word in answers if word.answer is not StepAnswer.COMMENT]
    return bool(decisions) and decisions[-1].answer is StepAnswer.APPROVE


def is_comment_step(step: FlowStep) -> bool:
    """Tell whether a step asks for comments rather than approval.

    Args:
        step: the step.
    Returns:
        True for feedback steps and steps that only the public decides.
    """
    return step.state is ProjectState.FEEDBACK or set(step.deciders) == {Decider.PUBLIC}


def find_next_position(project: ProjectFact, on: date) -> WorkflowPosition | None:
    """Find the position after the current step.

    An approval with conditions that are not met yet waits in a state of its own.

    Args:
        project: the project.
        on: the date.
    Returns:
        The position, ``None`` where there is none or the lifecycle has no such transition.
    """
    step = find_current_step(project)
    if step is None or project.flow is None:
        return None
    next_step = project.flow.find_next_step(step.name)
    position = (
        WorkflowPosition(next_step.name, next_step.state)
        if next_step
        else WorkflowPosition(step.name, _LAST_STATE)
    )
    if _is_held_by_conditions(project, step, position, on):
        position = WorkflowPosition(position.step, ProjectState.CONDITIONS)
    if position.state is project.state:
        return position
    transitions = {(row.state, row.next_state) for row in PROJECT_TRANSITIONS}
    return position if (project.state, position.state) in transitions else None


def _is_held_by_conditions(
    project: ProjectFact, step: FlowStep, position: WorkflowPosition, on: date
) -> bool:
    is_leaving = step.state is ProjectState.COMMITTEE and position.state is ProjectState.APPROVED
    return is_leaving and any(not condition.is_met(on) for condition in project.conditions)


REQUIRED_BEFORE_DATA: Final = frozenset(
    {
        StepRequirement.QUESTIONS,
        StepRequirement.ELEMENTS,
        StepRequirement.LEVEL,
        StepRequirement.NATIONS,
        StepRequirement.LICENSE,
    }
)
"""What every workflow must require before the project uses data.

Purpose, information and a written agreement are what the law asks of a disclosure for a study (34
CFR 99.31(a)(6)(iii)(C)(1)); a Tribal nation decides about its members' data.
"""

RECOMMENDED_BEFORE_DATA: Final = frozenset(
    {
        StepRequirement.FIVE_QUESTIONS,
        StepRequirement.PRINCIPLES,
        StepRequirement.MINIMIZATION,
        StepRequirement.HARM_STATEMENT,
        StepRequirement.ENGAGEMENT,
    }
)
"""What Cairn recommends that a workflow requires before the project uses data."""

_DECIDERS_BEFORE_DATA: Final = (Decider.PROVIDERS, Decider.NATIONS)
_COMMENT_STATES: Final = (ProjectState.FEEDBACK,)


def find_flow_faults(flow: Flow) -> tuple[str, ...]:
    """Find why a workflow may not be used.

    Args:
        flow: the workflow of the partnership.

    Returns:
        One sentence for each fault; empty if the workflow is valid.
    """
    return tuple(_list_flow_faults(flow))


def _list_flow_faults(flow: Flow) -> Iterator[str]:
    names = [step.name for step in flow.steps]
    if not names:
        yield "It has no steps."
        return
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"Two steps are named '{name}'."
    if flow.steps[0].state is not ProjectState.IDEA:
        yield "The first step must be the idea."
    if flow.steps[-1].state is not ProjectState.CLOSING:
        yield "The last step must be the closing of the project."
    yield from _list_impossible_transitions(flow)
    yield from _list_missing_safeguards(flow)
    yield from _list_invalid_silences(flow)


def _list_impossible_transitions(flow: Flow) -> Iterator[str]:
    transitions = {(step.state, step.next_state) for step in PROJECT_TRANSITIONS}
    for current, following in pairwise(flow.steps):
        if (
            current.state is not following.state
            and (current.state, following.state) not in transitions
        ):
            transition_text = (
                f"'{current.title}' ({current.state}) to '{following.title}' ({following.state})"
            )
            yield f"A project cannot move from {transition_text}."


def _list_missing_safeguards(flow: Flow) -> Iterator[str]:
    """List how a project could reach data, or end, without a required safeguard."""
    authorization_step = flow.find_step(flow.authorization)
    if authorization_step is None or authorization_step.state is not ProjectState.APPROVED:
        yield "It must name the step at which an approved project is authorized."
        return
    deciders = _list_approving_deciders(flow)
    for decider in _DECIDERS_BEFORE_DATA:
        if decider not in deciders:
            yield f"No step before the authorization is decided by: {label_code(decider)}."
    for need in sorted(REQUIRED_BEFORE_DATA - flow.list_needs_through(authorization_step.name)):
        yield f"No step before the authorization requires: {label_code(need)}."
    for step in flow.list_steps_before(authorization_step.name):
        if step.state in (ProjectState.ACTIVE, ProjectState.ANALYSIS):
            yield f"'{step.title}' would use data before the authorization."


def find_flow_findings(flow: Flow) -> tuple[str, ...]:
    """Find what Cairn recommends for a workflow and the workflow does not have.

    A workflow with findings may be used: partnerships publish their own, and the law does not ask
    for these steps.

    Args:
        flow: the workflow of the partnership.

    Returns:
        One sentence for each recommendation; empty if the workflow has them all.
    """
    return tuple(_list_flow_findings(flow))


def _list_flow_findings(flow: Flow) -> Iterator[str]:
    steps = flow.list_steps_before(flow.authorization)
    is_checked = any(
        step.state is ProjectState.STAFF_CHECK and Decider.STAFF in step.deciders for step in steps
    )
    if not is_checked:
        yield "A staff review before the authorization is recommended."
    if not _list_approving_deciders(flow) & set(VOTING_BODIES):
        yield "A committee vote before the authorization is recommended."
    for need in sorted(RECOMMENDED_BEFORE_DATA - flow.list_needs_through(flow.authorization)):
        yield f"Before the authorization, this is recommended: {label_code(need)}."
    if not any(StepRequirement.REFLECTION in step.needs for step in flow.steps[-1:]):
        yield "A reflection at the last step is recommended."


def _list_approving_deciders(flow: Flow) -> frozenset[Decider]:
    """Return who decides before the authorization, without those who only comment."""
    return frozenset(
        decider
        for step in flow.list_steps_before(flow.authorization)
        if step.state is not ProjectState.FEEDBACK
        for decider in step.deciders
    )


def _list_invalid_silences(flow: Flow) -> Iterator[str]:
    for step in flow.steps:
        if step.silence is NoResponseEffect.LAPSES and not _may_step_lapse(step):
            yield (
                f"'{step.title}' may not pass without a response. Each data owner must "
                "approve the use of its data."
            )
        if step.silence is NoResponseEffect.LAPSES and step.days is None:
            yield f"'{step.title}' passes without a response, but the number of days is missing."


def _may_step_lapse(step: FlowStep) -> bool:
    return step.state in _COMMENT_STATES or set(step.deciders) == {Decider.PUBLIC}
