"""Decide who may propose, change, score, authorize, revoke, withdraw or revise a project."""

from datetime import date
from typing import Final

from cairn.policy import checks
from cairn.policy.engine import BoundCheck, Decision, PolicyRequest, decide_request, policy_question
from cairn.policy.facts import Actor, AuthorizationFact, ProjectFact
from cairn.policy.lifecycles import DATA_USE_STATES
from cairn.policy.questions.governance.access import may_open_page
from cairn.policy.vocabulary import Action, Decider, ProjectState, StepAnswer

__all__ = [
    "decide_authorization_in_force",
    "may_add_project_agreements",
    "may_authorize_project",
    "may_change_project",
    "may_finish_project_step",
    "may_meet_project_condition",
    "may_propose_project",
    "may_respond_to_project",
    "may_revise_project",
    "may_revoke_authorization",
    "may_score_project",
    "may_withdraw_project",
]


@policy_question
def decide_authorization_in_force(project: ProjectFact, actor: Actor, on: date) -> Decision:
    """Decide whether the authorization of a project is valid on a date, element by element.

    The answer does not depend on who works with the data.

    A person who may see the project may ask.

    Args:
        project: the project.
        actor: the person who asks.
        on: the date.
    Returns:
        The decision.
    """
    authorization = project.authorization
    authorization_checks = (
        (checks.check_authorization_given(project),)
        if authorization is None
        else (
            checks.check_project_in_use(project),
            *checks.require_authorization_in_force(project, authorization),
        )
    )
    request = PolicyRequest(
        action=Action.VIEW_PROJECT,
        actor=actor,
        facts=(project,),
        access_checks=checks.require_actor_access(Action.VIEW_PROJECT, actor),
        authority_checks=(*checks.require_project_approval(project), *authorization_checks),
        elements=project.elements,
        element_checks=(checks.check_authorized_element(project),),
        purpose=project.purpose,
    )
    return decide_request(request, on)


CHANGEABLE_STATES: Final = (
    ProjectState.IDEA,
    ProjectState.FEEDBACK,
    ProjectState.NARROWED,
    ProjectState.RETURNED,
)

REVISABLE_STATES: Final = (
    *DATA_USE_STATES,
    ProjectState.APPROVED,
    ProjectState.CONDITIONS,
    ProjectState.REJECTED,
    ProjectState.WITHDRAWN,
)


@policy_question
def may_propose_project(organization: str, actor: Actor, on: date) -> Decision:
    """Decide whether a user may start a project for an organization.

    Args:
        organization: slug of the organization concerned.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.CHANGE_PROJECT, actor, organization=organization, on=on)


@policy_question
def may_change_project(project: ProjectFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may write the questions, elements and answers of this version.

    Args:
        project: facts of the project.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_on_project(
        Action.CHANGE_PROJECT,
        project,
        actor,
        on,
        authority_checks=(checks.check_project_state(project, CHANGEABLE_STATES, "change it"),),
    )


@policy_question
def may_finish_project_step(project: ProjectFact, actor: Actor, on: date) -> Decision:
    """Decide whether the requester may finish the present step.

    Its requirements are met, no other decider is awaited, and the workflow is valid.

    Args:
        project: facts of the project.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    present_step = checks.find_current_step(project)
    # A submitted requirement is not asked for again; until then every earlier one must hold.
    requirements = frozenset(present_step.needs if present_step else ())
    if project.flow is not None and project.state in CHANGEABLE_STATES:
        requirements = project.flow.list_needs_through(project.step)
    return _decide_on_project(
        Action.CHANGE_PROJECT,
        project,
        actor,
        on,
        authority_checks=(
            checks.check_decider_turn(project, Decider.REQUESTER),
            checks.check_flow_valid(project),
            *checks.require_step_requirements(tuple(sorted(requirements)), project),
            checks.check_no_decider_awaited(project),
        ),
    )


@policy_question
def may_respond_to_project(
    project: ProjectFact,
    decider: Decider,
    organization: str,
    answer: StepAnswer,
    actor: Actor,
    on: date,
) -> Decision:
    """Decide whether a user may respond at the present step.

    The user responds as staff (who also record public comments), or for the owner or nation that
    they act for.

    Args:
        project: facts of the project.
        decider: the role in which the user responds.
        organization: slug of the owner or nation; ignored for staff.
        answer: the response.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    is_external = decider in (Decider.PROVIDERS, Decider.NATIONS)
    action = Action.APPROVE_PROJECT if is_external else Action.CHECK_PROJECT
    present_step = checks.find_current_step(project)
    authority_checks: list[BoundCheck] = [checks.check_decider_turn(project, decider)]
    if is_external:
        authority_checks.append(checks.check_organization_concerned(project, decider, organization))
    if decider is Decider.STAFF:
        authority_checks.append(checks.check_not_requester(project, actor))
    if present_step is not None and answer is StepAnswer.APPROVE:
        authority_checks += checks.require_step_requirements(present_step.needs, project)
    authority_checks.append(checks.check_response_kind(project, answer))
    request = PolicyRequest(
        action=action,
        actor=actor,
        facts=(project, decider, organization, answer),
        access_checks=checks.require_actor_access(
            action, actor, frozenset({organization}) if is_external else None
        ),
        authority_checks=tuple(authority_checks),
        purpose=project.purpose,
    )
    return decide_request(request, on)


@policy_question
def may_score_project(project: ProjectFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may score the proposal: staff are due, and it is not the user's own.

    Args:
        project: facts of the project.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_on_project(
        Action.CHECK_PROJECT,
        project,
        actor,
        on,
        authority_checks=(
            checks.check_decider_turn(project, Decider.STAFF),
            checks.check_not_requester(project, actor),
        ),
        anywhere=True,
    )


@policy_question
def may_meet_project_condition(project: ProjectFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may record that a condition is met.

    Args:
        project: facts of the project.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_on_project(
        Action.CHECK_PROJECT,
        project,
        actor,
        on,
        authority_checks=(checks.check_project_event(project, "meet the last condition"),),
        anywhere=True,
    )


@policy_question
def may_add_project_agreements(
    project: ProjectFact, after: ProjectFact, actor: Actor, on: date
) -> Decision:
    """Decide whether agreements made since the reviews, such as a license, may be added.

    This is possible at the step that asks for a license; the agreements that the reviewers read
    remain.

    Args:
        project: facts of the project.
        after: facts of the project with the added agreements.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_on_project(
        Action.CHECK_PROJECT,
        project,
        actor,
        on,
        authority_checks=(
            checks.check_license_step(project),
            checks.check_project_matches_agreements(after),
        ),
        facts=(after,),
        anywhere=True,
    )


@policy_question
def may_authorize_project(
    project: ProjectFact, leave: AuthorizationFact, actor: Actor, on: date
) -> Decision:
    """Decide whether this authorization may be given.

    Everything is approved, the authorization goes no further than the request, and it names people,
    outputs and a last day.

    Args:
        project: facts of the project.
        leave: the authorization that would be given.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    present_step = checks.find_current_step(project)
    return _decide_on_project(
        Action.AUTHORIZE,
        project,
        actor,
        on,
        authority_checks=(
            checks.check_project_event(project, "authorize"),
            checks.check_at_authorization_step(project),
            checks.check_not_requester(project, actor),
            *checks.require_project_approval(project),
            *checks.require_step_requirements(present_step.needs if present_step else (), project),
            checks.check_authorization_complete(leave),
            checks.check_authorization_within_request(project, leave),
        ),
        facts=(leave,),
        anywhere=True,
    )


@policy_question
def may_revoke_authorization(project: ProjectFact, actor: Actor, on: date) -> Decision:
    """Decide whether the authorization may be revoked from today.

    Args:
        project: facts of the project.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_on_project(
        Action.AUTHORIZE,
        project,
        actor,
        on,
        authority_checks=(checks.check_project_event(project, "revoke"),),
        anywhere=True,
    )


@policy_question
def may_withdraw_project(project: ProjectFact, actor: Actor, on: date) -> Decision:
    """Decide whether the requester may withdraw a project before it uses data.

    Args:
        project: facts of the project.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_on_project(
        Action.CHANGE_PROJECT,
        project,
        actor,
        on,
        authority_checks=(checks.check_project_event(project, "withdraw"),),
    )


@policy_question
def may_revise_project(project: ProjectFact, actor: Actor, on: date) -> Decision:
    """Decide whether the next version may be started; this one stays until that is authorized.

    Args:
        project: facts of the project.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_on_project(
        Action.CHANGE_PROJECT,
        project,
        actor,
        on,
        authority_checks=(checks.check_project_state(project, REVISABLE_STATES, "revise it"),),
    )


def _decide_on_project(
    action: Action,
    project: ProjectFact,
    actor: Actor,
    on: date,
    *,
    authority_checks: tuple[BoundCheck, ...] = (),
    facts: tuple[object, ...] = (),
    anywhere: bool = False,
) -> Decision:
    """Decide a request about a project; ``anywhere`` marks an action of the hub."""
    organizations = None if anywhere else frozenset({project.lead})
    request = PolicyRequest(
        action=action,
        actor=actor,
        facts=(project, *facts),
        access_checks=checks.require_actor_access(action, actor, organizations),
        authority_checks=authority_checks,
        purpose=project.purpose,
    )
    return decide_request(request, on)
