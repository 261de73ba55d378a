"""Decide whether a delivery may be received, conformed, viewed, remapped or withdrawn."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial

from cairn.policy.checks import (
    build_delivery_surroundings,
    build_intake_use,
    check_delivery_agreement,
    check_delivery_channel,
    check_delivery_contact,
    check_delivery_file_name,
    check_delivery_sender,
    check_element_listed,
    decide_row_access,
    has_student_elements,
    list_delivery_obligations,
    require_actor_access,
    require_declaration_for_rows,
    require_known_consents,
    require_matching_delivery,
    require_named_student,
    require_no_overdue_destruction,
    require_valid_agreement,
    summarize_lineage,
)
from cairn.policy.coverage import require_any_element, require_element_coverage
from cairn.policy.engine import (
    Decision,
    ElementRule,
    PolicyRequest,
    Rule,
    decide_request,
    policy_question,
)
from cairn.policy.facts import Actor, AgreementFact, DeliveryFact, DutyFact, RowsFact
from cairn.policy.questions.governance.access import (
    OrganizationScope,
    find_organization_scope,
    may_open_page,
)
from cairn.policy.vocabulary import Action


@policy_question
def may_submit_delivery(
    delivery: DeliveryFact,
    agreement: AgreementFact,
    actor: Actor,
    on: date,
    *,
    overdue: Iterable[DutyFact] | None,
) -> Decision:
    """Decide whether a sender may hand in a file, before anything in the file is read.

    Every rule of ``may_receive_delivery`` runs that needs no row of the file, so that a file that
    is certain to be refused is never parsed. Its permit lands nothing: that takes the other
    question, with the students in the rows.

    Args:
        delivery: facts of the delivery; without elements where its columns are not known yet.
        agreement: facts of the agreement.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.
        overdue: destruction duties of the recipient that are overdue; ``None`` if they were not
            looked up, which denies.

    Returns:
        The decision, with one reason for each check that ran.
    """
    overdue_duties = None if overdue is None else tuple(overdue)
    added = _AddedRules(
        facts=(overdue_duties,), rules=(require_no_overdue_destruction(overdue_duties),)
    )
    return _decide_before_reading(Action.RECEIVE, delivery, agreement, actor, on, added)


@policy_question
def may_open_landed_delivery(
    delivery: DeliveryFact, agreement: AgreementFact, actor: Actor, on: date
) -> Decision:
    """Decide whether a landed file may be opened, to find the students in it before its check.

    Args:
        delivery: facts of the delivery.
        agreement: facts of the agreement.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_before_reading(Action.CONFORM, delivery, agreement, actor, on, _AddedRules())


@policy_question
def may_receive_delivery(
    delivery: DeliveryFact,
    agreement: AgreementFact,
    actor: Actor,
    on: date,
    *,
    overdue: Iterable[DutyFact] | None,
    rows: Iterable[RowsFact] | None = None,
) -> Decision:
    """Decide whether a delivery may be received; the permit names the elements that are covered.

    Args:
        delivery: facts of the delivery.
        agreement: facts of the agreement.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.
        overdue: destruction duties of the recipient that are overdue; ``None`` if they were not
            looked up, which denies.
        rows: the children in the rows, by agreement, and what their school declared about all
            of them. An agreement that rests on written consent needs them; elements that a
            school may keep back are not written before it declares.

    Returns:
        The decision, with one reason for each check that ran.
    """
    overdue_duties = None if overdue is None else tuple(overdue)
    receipt_rules = _AddedRules(
        facts=(overdue_duties,),
        rules=(require_no_overdue_destruction(overdue_duties),),
        of_elements=(require_declaration_for_rows(agreement, delivery.organization, rows),),
    )
    return _decide_on_delivery(Action.RECEIVE, delivery, agreement, actor, on, rows, receipt_rules)


@policy_question
def may_conform_delivery(
    delivery: DeliveryFact,
    agreement: AgreementFact,
    actor: Actor,
    on: date,
    *,
    rows: Iterable[RowsFact] | None = None,
) -> Decision:
    """Decide whether a landed delivery may be typed and checked.

    The decision is made again for the day of the work and for each child. Rows that the school no
    longer declares are set aside: they were written while it did.

    Args:
        delivery: facts of the delivery.
        agreement: facts of the agreement.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.
        rows: the children in the rows, by agreement; ``None`` if they were not looked up, which
            denies under an agreement on written consent.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_on_delivery(Action.CONFORM, delivery, agreement, actor, on, rows, _AddedRules())


@policy_question
def may_view_delivery(organization: str, actor: Actor, on: date) -> Decision:
    """Decide whether a user may see the report of an organization's delivery, never the rows.

    Args:
        organization: slug of the organization concerned.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.VIEW_DELIVERY, actor, organization=organization, on=on)


def find_viewable_deliveries(actor: Actor, on: date) -> OrganizationScope:
    """Find whose deliveries a user may see: those that the organizations in the scope sent.

    Args:
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The scope of organizations; the same answer as ``may_view_delivery`` for each.
    """
    return find_organization_scope(Action.VIEW_DELIVERY, actor, on)


@policy_question
def may_change_column_mapping(organization: str, actor: Actor, on: date) -> Decision:
    """Decide whether a user may map an organization's columns to data elements.

    Args:
        organization: slug of the organization concerned.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.CHANGE_MAPPING, actor, organization=organization, on=on)


@policy_question
def may_withdraw_delivery(organization: str, actor: Actor, on: date) -> Decision:
    """Decide whether a user may take a delivery out of use, or restore it.

    Args:
        organization: slug of the organization concerned.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.WITHDRAW_DELIVERY, actor, organization=organization, on=on)


@dataclass(frozen=True, slots=True)
class _AddedRules:
    """Hold the rules that one question adds to the shared ones: of the whole and of each
    element.
    """

    facts: tuple[object, ...] = ()
    rules: tuple[Rule, ...] = ()
    of_elements: tuple[ElementRule, ...] = ()


def _decide_on_delivery(
    action: Action,
    delivery: DeliveryFact,
    agreement: AgreementFact,
    actor: Actor,
    on: date,
    rows: Iterable[RowsFact] | None,
    added: _AddedRules,
) -> Decision:
    delivery_rules = (
        *_require_agreed_delivery(delivery, agreement),
        require_any_element(delivery.elements),
    )
    people = None
    if has_student_elements(delivery.elements):
        delivery_rules += (
            require_known_consents((agreement,), rows),
            require_named_student(agreement, rows),
        )
        people = partial(
            decide_row_access,
            {agreement.reference: build_intake_use(agreement)},
            (agreement,),
            rows,
        )
    request = PolicyRequest(
        action=action,
        actor=actor,
        facts=(delivery, agreement, *added.facts, *(rows or ())),
        who=require_actor_access(action, actor, frozenset({delivery.organization})),
        authority=require_valid_agreement(agreement) + delivery_rules + added.rules,
        elements=delivery.elements,
        element_rules=(*_require_listed_elements(delivery, agreement), *added.of_elements),
        people=people,
        obligations=partial(list_delivery_obligations, delivery, agreement),
        lineage=summarize_lineage((agreement,)),
    )
    return decide_request(request, on)


def _decide_before_reading(
    action: Action,
    delivery: DeliveryFact,
    agreement: AgreementFact,
    actor: Actor,
    on: date,
    added: _AddedRules,
) -> Decision:
    request = PolicyRequest(
        action=action,
        actor=actor,
        facts=(delivery, agreement, *added.facts),
        who=require_actor_access(action, actor, frozenset({delivery.organization})),
        authority=(
            *require_valid_agreement(agreement),
            *_require_agreed_delivery(delivery, agreement),
            *added.rules,
        ),
        elements=delivery.elements,
        element_rules=_require_listed_elements(delivery, agreement),
        lineage=summarize_lineage((agreement,)),
    )
    return decide_request(request, on)


def _require_agreed_delivery(delivery: DeliveryFact, agreement: AgreementFact) -> tuple[Rule, ...]:
    """Build the rules about how a file comes: by what agreement, from whom, and in what way."""
    return (
        partial(check_delivery_agreement, delivery, agreement),
        require_matching_delivery(agreement, delivery.synthetic),
        partial(check_delivery_sender, delivery, agreement),
        partial(check_delivery_channel, delivery, agreement),
        partial(check_delivery_contact, delivery, agreement),
        partial(check_delivery_file_name, delivery, agreement),
    )


def _require_listed_elements(
    delivery: DeliveryFact, agreement: AgreementFact
) -> tuple[ElementRule, ...]:
    """Build the rules about each element: the agreement lists it, for this sender and file."""
    return (
        *require_element_coverage((agreement,), build_delivery_surroundings(delivery)),
        partial(check_element_listed, delivery, agreement),
    )
