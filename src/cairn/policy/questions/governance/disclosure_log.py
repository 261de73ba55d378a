"""Decide who may read the disclosure log, request its record, and answer such a request."""

from collections.abc import Iterable
from datetime import date

from cairn.policy.checks import check_request_unanswered, require_actor_access
from cairn.policy.engine import (
    Decision,
    PolicyRequest,
    decide_request,
    policy_question,
)
from cairn.policy.facts import Actor
from cairn.policy.questions.governance.access import may_open_page
from cairn.policy.vocabulary import Action

__all__ = [
    "may_answer_record_request",
    "may_open_disclosure_log",
    "may_request_disclosure_record",
    "may_view_disclosure_line",
]


@policy_question
def may_open_disclosure_log(actor: Actor, on: date) -> Decision:
    """Decide whether a user may open the disclosure log; each line in it is decided separately.

    Args:
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.VIEW_DISCLOSURES, actor, on=on)


@policy_question
def may_view_disclosure_line(parties: Iterable[str], actor: Actor, on: date) -> Decision:
    """Decide whether a user may read one line of the log: those who act for one of its parties.

    Only the hub's own staff may read a line without a party.

    Args:
        parties: slugs of the organizations that are parties to the disclosure.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    organizations = frozenset(parties)
    request = PolicyRequest(
        action=Action.VIEW_DISCLOSURES,
        actor=actor,
        facts=(organizations,),
        access_checks=require_actor_access(Action.VIEW_DISCLOSURES, actor, organizations),
    )
    return decide_request(request, on)


@policy_question
def may_request_disclosure_record(organization: str, actor: Actor, on: date) -> Decision:
    """Decide whether a user may request their organization's record of further disclosures.

    Args:
        organization: slug of the organization concerned.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.VIEW_DISCLOSURES, actor, organization=organization, on=on)


@policy_question
def may_answer_record_request(*, answered: bool, actor: Actor, on: date) -> Decision:
    """Decide whether a user may mark an owner's request for its record as answered, once.

    Args:
        answered: whether the request was answered before.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = PolicyRequest(
        action=Action.VERIFY,
        actor=actor,
        facts=(answered,),
        access_checks=require_actor_access(Action.VERIFY, actor),
        outcome_checks=(check_request_unanswered(answered),),
    )
    return decide_request(request, on)
