"""Decide who may record, verify, revoke and view consents and opt-outs.

Staff do so for an organization; a family session views, answers forms and opts out for its own
child. Whether a use may rest on a consent is decided elsewhere, per child, element, purpose and
recipient.
"""

from collections.abc import Iterable
from datetime import date

from cairn.policy import checks
from cairn.policy.engine import Decision, PolicyRequest, decide_request, policy_question
from cairn.policy.facts import Actor, ConsentFormFact, PersonFact, ProgramSite
from cairn.policy.questions.governance.access import may_open_family_page, may_open_page
from cairn.policy.vocabulary import Action, ConsentState, SignerRelation

__all__ = [
    "may_answer_consent_form",
    "may_answer_for_child",
    "may_change_consents",
    "may_change_own_consent",
    "may_decide_consent_conflict",
    "may_end_own_opt_out",
    "may_opt_out_child",
    "may_record_consents",
    "may_record_opt_out",
    "may_record_opt_out_end",
    "may_record_tax_dependency",
    "may_view_family_page",
    "may_view_opt_outs",
]


@policy_question
def may_record_opt_out(organization: str, actor: Actor, on: date) -> Decision:
    """Decide whether a user may record or undo a family's opt-out at an organization.

    Args:
        organization: slug of the organization concerned.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.RECORD_OPT_OUT, actor, organization=organization, on=on)


@policy_question
def may_view_opt_outs(organization: str, actor: Actor, on: date) -> Decision:
    """Decide whether a user may see that an organization has opt-outs, and how many.

    Args:
        organization: slug of the organization concerned.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.VIEW_OPT_OUTS, actor, organization=organization, on=on)


@policy_question
def may_record_consents(form: ConsentFormFact, collector: str, actor: Actor, on: date) -> Decision:
    """Decide whether a user may record signed paper forms that an organization collected.

    Args:
        form: facts of the consent form.
        collector: slug of the organization that collected the forms.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = PolicyRequest(
        action=Action.RECORD_CONSENT,
        actor=actor,
        facts=(form, collector),
        access_checks=checks.require_actor_access(
            Action.RECORD_CONSENT, actor, frozenset({collector})
        ),
        authority_checks=(
            checks.check_form_collector(form, collector),
            checks.check_form_offered(form),
        ),
    )
    return decide_request(request, on)


@policy_question
def may_change_consents(
    event: str,
    states: Iterable[ConsentState],
    organizations: Iterable[str],
    students: Iterable[frozenset[ProgramSite]],
    actor: Actor,
    on: date,
) -> Decision:
    """Decide whether a user may apply an event to consents in these states.

    Args:
        event: event of the consent lifecycle, such as "verify" or "revoke".
        states: the states of the consents concerned.
        organizations: slugs of the organizations concerned; a role at any one of them is
            enough.
        students: programs and sites at which each student of the consents is enrolled on the day,
            for staff with assignments.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.

    Raises:
        LookupError: if the consent lifecycle has no such event.
    """
    consent_states, concerned = frozenset(states), frozenset(organizations)
    enrolled = tuple(students)
    action = checks.find_consent_event_action(event)
    request = PolicyRequest(
        action=action,
        actor=actor,
        facts=(event, consent_states, concerned, enrolled),
        access_checks=(
            *checks.require_actor_access(action, actor, concerned),
            checks.check_assigned_students(action, actor, concerned, enrolled),
        ),
        authority_checks=checks.require_consent_event(event, consent_states),
    )
    return decide_request(request, on)


@policy_question
def may_decide_consent_conflict(
    organization: str, *, disagree: bool, actor: Actor, on: date
) -> Decision:
    """Decide whether a user may settle a conflict between two signers about a child.

    Args:
        organization: slug of the child's organization.
        disagree: whether the two signers disagree.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = PolicyRequest(
        action=Action.ANSWER_FAMILY,
        actor=actor,
        facts=(organization, disagree),
        access_checks=checks.require_actor_access(
            Action.ANSWER_FAMILY, actor, frozenset({organization})
        ),
        authority_checks=(checks.check_signers_disagree(disagree),),
    )
    return decide_request(request, on)


@policy_question
def may_record_opt_out_end(
    made_by: str,
    signer: str,
    relation: SignerRelation,
    person: PersonFact,
    organization: str,
    actor: Actor,
    on: date,
) -> Decision:
    """Decide whether staff of the child's organization may record that a family ends an opt-out.

    Args:
        made_by: opaque id of the person who opted out; empty if not on record.
        signer: opaque id of the person who wants to end it; empty if not on record.
        relation: relation of the signer to the child.
        person: facts of the child on that day.
        organization: slug of the organization concerned.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = PolicyRequest(
        action=Action.RECORD_OPT_OUT,
        actor=actor,
        facts=(made_by, signer, relation, person, organization),
        access_checks=checks.require_actor_access(
            Action.RECORD_OPT_OUT, actor, frozenset({organization})
        ),
        authority_checks=checks.require_opt_out_end_right(made_by, signer, relation, person),
    )
    return decide_request(request, on)


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
        access_checks=checks.require_family_answer(actor, person.id),
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
        access_checks=checks.require_family_answer(actor, child),
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
        access_checks=checks.require_family_answer(actor, person.id),
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
        access_checks=checks.require_family_answer(actor, person.id),
        authority_checks=checks.require_opt_out_end_right(made_by, signer, relation, person),
    )
    return decide_request(request, on)


@policy_question
def may_record_tax_dependency(
    tax_year: int, person: PersonFact, organization: str, actor: Actor, on: date
) -> Decision:
    """Decide whether staff may record that a parent claims an eligible student as a dependent.

    Args:
        tax_year: tax year of the return that the parent showed.
        person: facts of the student on that day.
        organization: slug of the student's organization.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    action = Action.VERIFY_CONSENT
    request = PolicyRequest(
        action=action,
        actor=actor,
        facts=(tax_year, person, organization),
        access_checks=checks.require_actor_access(action, actor, frozenset({organization})),
        authority_checks=(
            checks.check_tax_year(tax_year),
            checks.check_dependent_eligible(person),
        ),
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
