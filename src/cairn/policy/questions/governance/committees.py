"""Answer who may manage bodies, put projects on the agenda, vote, recuse and close a vote."""

from datetime import date

from cairn.policy import checks
from cairn.policy.engine import BoundCheck, Decision, PolicyRequest, decide_request, policy_question
from cairn.policy.facts import Actor, BodyFact, Hearing, ProjectFact
from cairn.policy.questions.governance.access import may_open_page
from cairn.policy.vocabulary import Action

__all__ = [
    "may_appoint_proxy",
    "may_change_committee",
    "may_close_vote",
    "may_put_project_on_agenda",
    "may_recuse_from_vote",
    "may_view_committees",
    "may_vote_as_proxy",
    "may_vote_on_project",
]


@policy_question
def may_view_committees(actor: Actor, on: date) -> Decision:
    """Decide whether a person may see bodies, their agenda and minutes.

    Args:
        actor: the person.
        on: date of the request.
    Returns:
        The decision.
    """
    return may_open_page(Action.VIEW_COMMITTEE, actor, on=on)


@policy_question
def may_change_committee(actor: Actor, on: date) -> Decision:
    """Decide whether a person may create bodies, fill seats, call meetings and write minutes.

    Args:
        actor: the person.
        on: date of the request.
    Returns:
        The decision.
    """
    return may_open_page(Action.CHANGE_COMMITTEE, actor, on=on)


@policy_question
def may_put_project_on_agenda(
    project: ProjectFact, body: BodyFact, actor: Actor, on: date
) -> Decision:
    """Decide whether a project may go on a body's agenda: it must wait for that body.

    Args:
        project: the project.
        body: the body.
        actor: the person.
        on: date of the request.
    Returns:
        The decision.
    """
    return _decide_on_vote(
        Action.CHANGE_COMMITTEE,
        (project, body),
        actor,
        on,
        authority_checks=(checks.check_project_awaits_body(project, body),),
    )


@policy_question
def may_vote_on_project(project: ProjectFact, hearing: Hearing, actor: Actor, on: date) -> Decision:
    """Decide whether a person may vote: a seat, no conflict of interest, an open matter.

    Args:
        project: the project.
        hearing: the matter on the agenda.
        actor: the person.
        on: date of the request.
    Returns:
        The decision.
    """
    return _decide_on_vote(
        Action.VOTE,
        (project, hearing),
        actor,
        on,
        authority_checks=(
            checks.check_project_awaits_body(project, hearing.body),
            *checks.require_voting_member(hearing, actor),
            checks.check_no_conflict_of_interest(project, hearing.body, actor),
        ),
    )


@policy_question
def may_recuse_from_vote(
    project: ProjectFact, hearing: Hearing, actor: Actor, on: date
) -> Decision:
    """Decide whether a person may record their recusal. No reason is required.

    Args:
        project: the project.
        hearing: the matter on the agenda.
        actor: the person.
        on: date of the request.
    Returns:
        The decision.
    """
    return _decide_on_vote(
        Action.VOTE,
        (project, hearing),
        actor,
        on,
        authority_checks=checks.require_voting_member(hearing, actor),
    )


@policy_question
def may_appoint_proxy(
    project: ProjectFact, hearing: Hearing, holder: str, actor: Actor, on: date
) -> Decision:
    """Decide whether a member may have another member vote for them on one matter.

    Args:
        project: the project.
        hearing: the matter on the agenda.
        holder: actor id of the member who is to vote.
        actor: the member who will be absent.
        on: date of the request.
    Returns:
        The decision.
    """
    return _decide_on_vote(
        Action.VOTE,
        (project, hearing, holder),
        actor,
        on,
        authority_checks=(
            *checks.require_voting_member(hearing, actor),
            checks.check_no_conflict_of_interest(project, hearing.body, actor),
            checks.check_proxies_allowed(hearing),
            checks.check_proxy_holder(hearing, actor.id, holder),
        ),
    )


@policy_question
def may_vote_as_proxy(
    project: ProjectFact, hearing: Hearing, absent: str, actor: Actor, on: date
) -> Decision:
    """Decide whether a member may vote for an absent member who chose them.

    Args:
        project: the project.
        hearing: the matter on the agenda.
        absent: actor id of the absent member.
        actor: the member who votes.
        on: date of the request.
    Returns:
        The decision.
    """
    return _decide_on_vote(
        Action.VOTE,
        (project, hearing, absent),
        actor,
        on,
        authority_checks=(
            checks.check_project_awaits_body(project, hearing.body),
            *checks.require_voting_member(hearing, actor),
            checks.check_no_conflict_of_interest(project, hearing.body, actor),
            checks.check_proxies_allowed(hearing),
            checks.check_proxy_given(hearing, absent, actor),
        ),
    )


@policy_question
def may_close_vote(
    project: ProjectFact, hearing: Hearing, conditions: int, actor: Actor, on: date
) -> Decision:
    """Decide whether a vote may be closed: a quorum, a filled family seat, conditions written down.

    Args:
        project: the project.
        hearing: the matter on the agenda.
        conditions: number of conditions written down.
        actor: the person.
        on: date of the request.
    Returns:
        The decision.
    """
    return _decide_on_vote(
        Action.CHANGE_COMMITTEE,
        (project, hearing, conditions),
        actor,
        on,
        authority_checks=(
            checks.check_project_awaits_body(project, hearing.body),
            checks.check_vote_open(hearing),
            checks.check_quorum(hearing),
            checks.check_conditions_written(hearing, conditions),
        ),
    )


def _decide_on_vote(
    action: Action,
    facts: tuple[object, ...],
    actor: Actor,
    on: date,
    *,
    authority_checks: tuple[BoundCheck, ...] = (),
) -> Decision:
    request = PolicyRequest(
        action=action,
        actor=actor,
        facts=facts,
        access_checks=checks.require_actor_access(action, actor),
        authority_checks=authority_checks,
    )
    return decide_request(request, on)
