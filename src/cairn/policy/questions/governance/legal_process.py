"""Decide who may take each step of legal process, and answer public-records requests."""

from datetime import date

from cairn.policy import checks
from cairn.policy.engine import Decision, PolicyRequest, decide_request, policy_question
from cairn.policy.facts import Actor, LegalProcessFact, PublicRequestFact
from cairn.policy.vocabulary import Action

__all__ = ["may_answer_public_request", "may_change_legal_process"]


@policy_question
def may_change_legal_process(
    event: str, process: LegalProcessFact, organization: str, actor: Actor, on: date
) -> Decision:
    """Decide whether a user may apply an event to legal process for a data owner's records.

    Args:
        event: event of the lifecycle: "comply", "contest", "notify", "disclose" or "withdraw".
        process: the legal process, with the effort to notify that is on record.
        organization: slug of the data owner.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.

    Raises:
        LookupError: if the lifecycle has no such event.
    """
    action = checks.find_legal_process_action(event)
    more_checks = {
        "comply": (checks.check_process_compels(process),),
        "disclose": (
            checks.check_process_compels(process),
            checks.check_notice_effort(process),
            checks.check_disclosed_students(process),
        ),
    }
    request = PolicyRequest(
        action=action,
        actor=actor,
        facts=(event, process, organization),
        access_checks=checks.require_actor_access(action, actor, frozenset({organization})),
        authority_checks=(
            checks.check_legal_process_event(event, process),
            *more_checks.get(event, ()),
        ),
    )
    return decide_request(request, on)


@policy_question
def may_answer_public_request(
    event: str, request: PublicRequestFact, organization: str, actor: Actor, on: date
) -> Decision:
    """Decide whether a user may release, deny or close a public-records request.

    Args:
        event: event of the lifecycle: "release", "deny" or "withdraw".
        request: the request with the planned answer.
        organization: slug of the data owner.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    action = Action.HANDLE_LEGAL_REQUEST
    policy_request = PolicyRequest(
        action=action,
        actor=actor,
        facts=(event, request, organization),
        access_checks=checks.require_actor_access(action, actor, frozenset({organization})),
        authority_checks=(checks.check_public_request_answer(event, request),),
    )
    return decide_request(policy_request, on)
