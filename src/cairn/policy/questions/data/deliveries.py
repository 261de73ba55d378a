"""Decide whether a delivery may be received, conformed, viewed, remapped or withdrawn."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Final

from cairn.policy import checks
from cairn.policy.coverage import (
    check_any_element,
    check_element_coverage,
    list_terms_for_element,
)
from cairn.policy.engine import (
    BoundCheck,
    DecidePeople,
    Decision,
    PolicyRequest,
    decide_request,
    policy_question,
)
from cairn.policy.facts import (
    Actor,
    AgreementFact,
    DeliveryFact,
    DisclosureContext,
    DutyFact,
    RowsFact,
)
from cairn.policy.questions.governance.access import (
    OrganizationScope,
    find_organization_scope,
    may_open_page,
)
from cairn.policy.vocabulary import Action, Outcome, SpecialClass

__all__ = [
    "find_importable_elements",
    "find_viewable_deliveries",
    "may_accept_held_delivery",
    "may_cancel_held_delivery",
    "may_change_column_mapping",
    "may_conform_delivery",
    "may_download_correction_file",
    "may_download_error_file",
    "may_open_landed_delivery",
    "may_receive_delivery",
    "may_submit_delivery",
    "may_view_delivery",
    "may_withdraw_delivery",
]


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

    Every check of ``may_receive_delivery`` runs that needs no row of the file, so that a file that
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
    request = build_submission_request(Action.RECEIVE, delivery, agreement, actor, overdue)
    return decide_request(request, on)


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
    request = _build_request_before_reading(Action.CONFORM, delivery, agreement, actor)
    return decide_request(request, on)


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
    request = _build_delivery_request(Action.RECEIVE, delivery, agreement, actor, rows)
    request = replace(
        request,
        facts=(delivery, agreement, overdue_duties, *(rows or ())),
        authority_checks=(
            *request.authority_checks,
            checks.check_no_overdue_destruction(overdue_duties),
            checks.check_delivery_receivers(delivery, agreement),
        ),
        element_checks=(
            *request.element_checks,
            checks.check_withholding_declared(agreement, delivery.organization, rows),
        ),
    )
    return decide_request(request, on)


@policy_question
def may_accept_held_delivery(
    delivery: DeliveryFact,
    agreement: AgreementFact,
    overdue: Iterable[DutyFact] | None,
    rows: Iterable[RowsFact] | None,
    actor: Actor,
    on: date,
) -> Decision:
    """Decide whether a held file may replace the earlier one, or be added as a part.

    It is asked as if the file arrived today, brought by the person who decides.

    Args:
        delivery: facts of the delivery.
        agreement: facts of the agreement.
        overdue: destruction duties of the recipient that are overdue; ``None`` if they were not
            looked up, which denies.
        rows: the children in the rows, as for ``may_receive_delivery``.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_receive_delivery(delivery, agreement, actor, on, overdue=overdue, rows=rows)


@policy_question
def may_cancel_held_delivery(organization: str, actor: Actor, on: date) -> Decision:
    """Decide whether a user may cancel a held file, which destroys it before it counts.

    Args:
        organization: slug of the organization concerned.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.CANCEL_DELIVERY, actor, organization=organization, on=on)


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
    request = _build_delivery_request(Action.CONFORM, delivery, agreement, actor, rows)
    return decide_request(request, on)


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
    """Find the senders of deliveries that a user may see: the organizations in the scope.

    Args:
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The scope of organizations; the same answer as ``may_view_delivery`` for each.
    """
    return find_organization_scope(Action.VIEW_DELIVERY, actor, on)


_NO_CLASSES: Final[Mapping[str, frozenset[SpecialClass]]] = MappingProxyType({})


def find_importable_elements(
    agreement: AgreementFact,
    provider: str,
    on: date,
    classes: Mapping[str, frozenset[SpecialClass]] = _NO_CLASSES,
) -> frozenset[str]:
    """Find the elements that a file of a provider may bring, whichever person sends it.

    The answer describes a file before there is one; each file is asked about when it arrives.

    Args:
        agreement: facts of the agreement.
        provider: slug of the sender.
        on: the day that the answer is for.
        classes: special classes that the provider's data dictionary gives to elements.

    Returns:
        The elements (``record.field``) that the agreement names for this provider and that are
        lawful under it.
    """
    check = check_element_coverage((agreement,), DisclosureContext(classes=classes))
    return frozenset(
        element
        for element in agreement.elements
        if any(list_terms_for_element(agreement, element, provider))
        and all(reason.effect is Outcome.ALLOW for reason in check.run(element, on))
    )


@policy_question
def may_download_error_file(organization: str, actor: Actor, on: date) -> Decision:
    """Decide whether a user acts for the sender of a file, who may see the errors with its values.

    The partnership's data manager, who may send a file for a partner, may not: the values are for
    the sender, who corrects them.

    Args:
        organization: slug of the sender.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = PolicyRequest(
        action=Action.RECEIVE,
        actor=actor,
        facts=(organization,),
        access_checks=checks.require_submission_access(
            Action.RECEIVE, actor, frozenset({organization})
        ),
        outcome_checks=(checks.check_error_file_reader(actor, organization),),
    )
    return decide_request(request, on)


@policy_question
def may_download_correction_file(
    delivery: DeliveryFact, agreement: AgreementFact, actor: Actor, on: date
) -> Decision:
    """Decide whether a user may download the rows with problems of a file, to correct them.

    The agreement must allow the delivery on that day, and the user must act for the sender. The
    permit names the elements that the agreement covers: other columns are not in the file.

    Args:
        delivery: facts of the delivery.
        agreement: facts of the agreement.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = _build_request_before_reading(Action.RECEIVE, delivery, agreement, actor)
    request = replace(
        request,
        outcome_checks=(checks.check_error_file_reader(actor, delivery.organization),),
    )
    return decide_request(request, on)


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


def _build_delivery_request(
    action: Action,
    delivery: DeliveryFact,
    agreement: AgreementFact,
    actor: Actor,
    rows: Iterable[RowsFact] | None,
) -> PolicyRequest:
    """Build the request about a delivery: its agreement, its file, its elements and its rows."""
    request = _build_request_before_reading(action, delivery, agreement, actor)
    row_checks: tuple[BoundCheck, ...] = ()
    has_students = checks.has_student_elements(delivery.elements)
    if has_students:
        row_checks = (
            checks.check_consents_known((agreement,), rows),
            checks.check_student_named(agreement, rows),
            checks.check_opt_outs_comparable(delivery, agreement, rows),
        )
    return replace(
        request,
        facts=(*request.facts, *(rows or ())),
        authority_checks=(
            *request.authority_checks,
            check_any_element(delivery.elements),
            *row_checks,
        ),
        people=_decide_intake_rows(delivery, agreement, rows) if has_students else None,
        obligations=lambda day: checks.list_delivery_obligations(delivery, agreement, day),
    )


def build_submission_request(
    action: Action,
    delivery: DeliveryFact,
    agreement: AgreementFact,
    actor: Actor,
    overdue: Iterable[DutyFact] | None,
) -> PolicyRequest:
    """Build the request about a file that a sender would hand in, before anything in it is read."""
    overdue_duties = None if overdue is None else tuple(overdue)
    request = _build_request_before_reading(action, delivery, agreement, actor)
    return replace(
        request,
        facts=(*request.facts, overdue_duties),
        authority_checks=(
            *request.authority_checks,
            checks.check_no_overdue_destruction(overdue_duties),
            checks.check_delivery_receivers(delivery, agreement),
        ),
    )


def _build_request_before_reading(
    action: Action, delivery: DeliveryFact, agreement: AgreementFact, actor: Actor
) -> PolicyRequest:
    """Build the request about a file that was not read: its agreement, its sender, its elements."""
    return PolicyRequest(
        action=action,
        actor=actor,
        facts=(delivery, agreement),
        access_checks=checks.require_submission_access(
            action, actor, frozenset({delivery.organization})
        ),
        authority_checks=(
            *checks.require_valid_agreement(agreement),
            checks.check_delivery_agreement(delivery, agreement),
            checks.check_delivery_matches_pilot(agreement, delivery.synthetic),
            checks.check_delivery_sender(delivery, agreement),
            checks.check_delivery_channel(delivery, agreement),
            checks.check_delivery_contact(delivery, agreement),
            checks.check_delivery_file_name(delivery, agreement),
            checks.check_delivery_notice_given(delivery, agreement),
            checks.check_official_notice(
                None if delivery.synthetic else delivery.notices, agreement
            ),
        ),
        elements=delivery.elements,
        element_checks=(
            check_element_coverage((agreement,), checks.build_delivery_surroundings(delivery)),
            checks.check_element_listed(delivery, agreement),
            checks.check_delivery_notice(delivery, agreement),
        ),
        lineage=checks.summarize_lineage((agreement,)),
    )


def _decide_intake_rows(
    delivery: DeliveryFact, agreement: AgreementFact, rows: Iterable[RowsFact] | None
) -> DecidePeople:
    row_use = replace(
        checks.build_intake_use(agreement),
        opt_outs=checks.does_delivery_need_notice(delivery, agreement),
    )
    return lambda elements, day: checks.decide_row_access(
        {agreement.reference: row_use}, (agreement,), rows, elements, day
    )
