"""Decide what a family session may do for its own child: view, answer forms, opt out."""

from datetime import date

from cairn.policy import checks
from cairn.policy.engine import Decision, PolicyRequest, decide_request, policy_question
from cairn.policy.facts import Actor, ConsentFormFact, PersonFact
from cairn.policy.questions.governance.access import may_open_family_page
from cairn.policy.vocabulary import Action, ConsentState, SignerRelation

__all__ = [
    "may_answer_consent_form",
    "may_answer_for_child",
    "may_change_own_consent",
    "may_end_own_opt_out",
    "may_opt_out_child",
    "may_view_family_page",
]


@policy_question
def may_answer_consent_form(
    form: ConsentFormFact, relation: SignerRelation, person: PersonFact, actor: Actor, on: date
) -> Decision:
    """Decide whether a family session may agree to a form or decline it, signing in this relation.

    Args:
        form: facts of the consent form.
        relation: relation of the signer to the child.
        person: facts of the child on that day.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = PolicyRequest(
        action=Action.FAMILY_ANSWER,
        actor=actor,
        facts=(form, relation, person),
        access_checks=checks.require_family_access(actor, person.id),
        authority_checks=(
            checks.check_form_offered(form),
            checks.check_signer_holds_rights(relation, person),
        ),
    )
    return decide_request(request, on)


@policy_question
def may_change_own_consent(
    event: str, state: ConsentState, child: str, actor: Actor, on: date
) -> Decision:
    """Decide whether a family session may apply an event to a consent of its child.

    Args:
        event: event of the consent lifecycle, such as "revoke".
        state: the present state of the consent.
        child: key of the child.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.

    Raises:
        LookupError: if the consent lifecycle has no such event.
    """
    request = PolicyRequest(
        action=checks.find_consent_event_action(event),
        actor=actor,
        facts=(event, state, child),
        access_checks=checks.require_family_access(actor, child),
        authority_checks=checks.require_consent_event(event, frozenset({state})),
    )
    return decide_request(request, on)


@policy_question
def may_opt_out_child(
    relation: SignerRelation, person: PersonFact, actor: Actor, on: date
) -> Decision:
    """Decide whether a family session may opt its child out, acting in this relation.

    Args:
        relation: relation of the signer to the child.
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
        access_checks=checks.require_family_access(actor, person.id),
        authority_checks=(checks.check_signer_holds_rights(relation, person),),
    )
    return decide_request(request, on)


@policy_question
def may_end_own_opt_out(
    made_by: str, signer: str, relation: SignerRelation, person: PersonFact, actor: Actor, on: date
) -> Decision:
    """Decide whether a family session may end an opt-out of its child.

    Args:
        made_by: opaque id of the person who opted out; empty if not on record.
        signer: opaque id of the person who wants to end it; empty if not on record.
        relation: relation of the signer to the child.
        person: facts of the child on that day.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = PolicyRequest(
        action=Action.FAMILY_ANSWER,
        actor=actor,
        facts=(made_by, signer, relation, person),
        access_checks=checks.require_family_access(actor, person.id),
        authority_checks=checks.require_opt_out_end_right(made_by, signer, relation, person),
    )
    return decide_request(request, on)


@policy_question
def may_view_family_page(child: str, actor: Actor, on: date) -> Decision:
    """Decide whether a session belongs to the family of this child.

    Args:
        child: key of the child.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_family_page(Action.PARENT_VIEW, actor, child=child, on=on)


@policy_question
def may_answer_for_child(child: str, actor: Actor, on: date) -> Decision:
    """Decide whether a family session may opt out or ask for a copy for this child.

    Args:
        child: key of the child.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_family_page(Action.FAMILY_ANSWER, actor, child=child, on=on)
