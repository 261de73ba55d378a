"""Decide who may answer a family's requests about a record: a copy, and each step of an amendment.

Source: 34 CFR 99.10-99.12, 99.20-99.22.
"""

from collections.abc import Iterable
from datetime import date

from cairn.policy import checks
from cairn.policy.engine import Decision, PolicyRequest, decide_request, policy_question
from cairn.policy.facts import (
    Actor,
    AmendmentFact,
    FamilyReader,
    HearingFact,
    OrganizationFact,
    PersonFact,
)
from cairn.policy.vocabulary import Action, AmendmentState, CopyExclusion, SignerRelation

__all__ = [
    "may_answer_copy_request",
    "may_change_own_amendment",
    "may_decide_amendment",
    "may_decide_hearing",
    "may_record_amendment",
    "may_request_amendment",
    "may_schedule_hearing",
]


@policy_question
def may_request_amendment(
    relation: SignerRelation, person: PersonFact, actor: Actor, on: date
) -> Decision:
    """Decide whether a family session may ask to amend its child's record.

    Args:
        relation: relation of the requester to the child.
        person: facts of the child on that day.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = PolicyRequest(
        action=Action.FAMILY_ANSWER,
        actor=actor,
        facts=(relation, person),
        access_checks=checks.require_family_answer(actor, person.id),
        authority_checks=(checks.check_signer_holds_rights(relation, person),),
    )
    return decide_request(request, on)


@policy_question
def may_record_amendment(
    relation: SignerRelation,
    received_on: date,
    person: PersonFact,
    organization: str,
    actor: Actor,
    on: date,
) -> Decision:
    """Decide whether staff may enter a request that a family made on paper or by phone.

    Only the organization that keeps the record receives it (34 CFR 99.20(a)).

    Args:
        relation: relation of the requester to the child.
        received_on: day on which the organization received the request.
        person: facts of the child on that day.
        organization: slug of the organization that keeps the record.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    action = Action.DECIDE_AMENDMENT
    request = PolicyRequest(
        action=action,
        actor=actor,
        facts=(relation, received_on, person, organization),
        access_checks=checks.require_actor_access(action, actor, frozenset({organization})),
        authority_checks=(
            checks.check_signer_holds_rights(relation, person),
            checks.check_amendment_received(received_on),
        ),
    )
    return decide_request(request, on)


@policy_question
def may_change_own_amendment(
    event: str,
    amendment: AmendmentFact,
    reader: FamilyReader,
    person: PersonFact,
    actor: Actor,
    on: date,
) -> Decision:
    """Decide whether a family session may apply an event to its own request.

    Args:
        event: event of the amendment lifecycle, such as "request hearing".
        amendment: the request in its present state.
        reader: the person who acts.
        person: facts of the child on that day.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.

    Raises:
        LookupError: if the amendment lifecycle has no such event.
    """
    request = PolicyRequest(
        action=checks.find_amendment_event_action(event),
        actor=actor,
        facts=(event, amendment, reader, person),
        access_checks=checks.require_family_answer(actor, person.id),
        authority_checks=(
            checks.check_signer_holds_rights(reader.relation, person),
            checks.check_amendment_requester(amendment, reader, person),
            checks.check_amendment_event(event, amendment.state),
        ),
    )
    return decide_request(request, on)


@policy_question
def may_decide_amendment(
    event: str, state: AmendmentState, organization: str, actor: Actor, on: date
) -> Decision:
    """Decide whether a user may grant or refuse a family's request for its organization.

    Args:
        event: event of the amendment lifecycle, "amend" or "refuse".
        state: the present state of the request.
        organization: slug of the organization that keeps the record.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.

    Raises:
        LookupError: if the amendment lifecycle has no such event.
    """
    action = checks.find_amendment_event_action(event)
    request = PolicyRequest(
        action=action,
        actor=actor,
        facts=(event, state, organization),
        access_checks=checks.require_actor_access(action, actor, frozenset({organization})),
        authority_checks=(checks.check_amendment_event(event, state),),
    )
    return decide_request(request, on)


@policy_question
def may_schedule_hearing(
    state: AmendmentState, hearing: HearingFact, organization: str, actor: Actor, on: date
) -> Decision:
    """Decide whether a user may set the day and the officer of a hearing, or change them.

    Args:
        state: the present state of the request.
        hearing: the hearing that is planned.
        organization: slug of the organization that keeps the record.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    action = checks.find_amendment_event_action("schedule")
    request = PolicyRequest(
        action=action,
        actor=actor,
        facts=(state, hearing, organization),
        access_checks=checks.require_actor_access(action, actor, frozenset({organization})),
        authority_checks=(
            checks.check_amendment_event("schedule", state),
            checks.check_hearing_notice(hearing),
            checks.check_hearing_officer(hearing),
        ),
    )
    return decide_request(request, on)


@policy_question
def may_decide_hearing(
    event: str,
    state: AmendmentState,
    hearing: HearingFact,
    organization: str,
    actor: Actor,
    on: date,
) -> Decision:
    """Decide whether a user may record the decision after a hearing.

    Args:
        event: event of the amendment lifecycle, "amend after hearing" or "uphold".
        state: the present state of the request.
        hearing: the hearing as it was held.
        organization: slug of the organization that keeps the record.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.

    Raises:
        LookupError: if the amendment lifecycle has no such event.
    """
    action = checks.find_amendment_event_action(event)
    request = PolicyRequest(
        action=action,
        actor=actor,
        facts=(event, state, hearing, organization),
        access_checks=checks.require_actor_access(action, actor, frozenset({organization})),
        authority_checks=(
            checks.check_amendment_event(event, state),
            *checks.require_hearing_decision(hearing),
        ),
    )
    return decide_request(request, on)


@policy_question
def may_answer_copy_request(
    exclusions: Iterable[CopyExclusion],
    organization: OrganizationFact,
    has_court_order: bool,  # noqa: FBT001 - a fact, not a switch
    counsel: str,
    actor: Actor,
    on: date,
) -> Decision:
    """Decide whether a user may answer a family's request for a copy, with parts left out.

    Args:
        exclusions: the records left out of the copy.
        organization: the organization that keeps the record.
        has_court_order: whether an order that limits a parent is on record.
        counsel: name of the counsel who reviewed the copy; empty if none did.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    excluded = frozenset(exclusions)
    request = PolicyRequest(
        action=Action.ANSWER_FAMILY,
        actor=actor,
        facts=(excluded, organization, has_court_order, counsel),
        access_checks=checks.require_actor_access(
            Action.ANSWER_FAMILY, actor, frozenset({organization.slug})
        ),
        authority_checks=(
            checks.check_copy_exclusions(
                excluded, organization, has_court_order=has_court_order, counsel=counsel
            ),
        ),
    )
    return decide_request(request, on)
