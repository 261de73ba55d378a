"""Decide who may record lessons in a pilot and create the real project from it."""

from datetime import date

from cairn.policy import checks
from cairn.policy.engine import BoundCheck, Decision, PolicyRequest, decide_request, policy_question
from cairn.policy.facts import Actor, ProjectFact
from cairn.policy.vocabulary import Action

__all__ = ["may_create_project_from_pilot", "may_record_pilot_lesson", "may_resolve_pilot_lesson"]


@policy_question
def may_record_pilot_lesson(project: ProjectFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user who takes part in a pilot may record a lesson learned.

    Args:
        project: facts of the project.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_on_pilot(
        Action.VIEW_PROJECT,
        project,
        actor,
        on,
        outcome_checks=(checks.check_takes_part_in_pilot(project, actor),),
    )


@policy_question
def may_resolve_pilot_lesson(project: ProjectFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may record the result of a finding or of a requested change.

    Args:
        project: facts of the project.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_on_pilot(Action.CHANGE_PROJECT, project, actor, on)


@policy_question
def may_create_project_from_pilot(
    project: ProjectFact, lessons: int, actor: Actor, on: date
) -> Decision:
    """Decide whether the real project may be created from a pilot; all approvals start over.

    Args:
        project: facts of the project.
        lessons: number of lessons recorded in the pilot.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_on_pilot(
        Action.CHANGE_PROJECT,
        project,
        actor,
        on,
        outcome_checks=(checks.check_pilot_tried(project, lessons),),
        facts=(lessons,),
    )


def _decide_on_pilot(
    action: Action,
    project: ProjectFact,
    actor: Actor,
    on: date,
    *,
    outcome_checks: tuple[BoundCheck, ...] = (),
    facts: tuple[object, ...] = (),
) -> Decision:
    organizations = None if action is Action.VIEW_PROJECT else frozenset({project.lead})
    request = PolicyRequest(
        action=action,
        actor=actor,
        facts=(project, *facts),
        access_checks=checks.require_actor_access(action, actor, organizations),
        outcome_checks=(checks.check_project_is_pilot(project), *outcome_checks),
    )
    return decide_request(request, on)
