"""Decide whether a partner may be asked for a file, and whether the link may take one."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from cairn.policy import checks
from cairn.policy.engine import Decision, PolicyRequest, decide_request, policy_question
from cairn.policy.facts import Actor, AgreementFact, DeliveryFact, DutyFact, FileRequestFact
from cairn.policy.law.cards.governance import agreement as agreement_cards
from cairn.policy.law.cards.governance import file_request as file_request_cards
from cairn.policy.questions.data.deliveries import build_submission_request
from cairn.policy.questions.governance.access import (
    OrganizationScope,
    find_organization_scope,
    may_open_page,
)
from cairn.policy.vocabulary import Action, Audience

__all__ = [
    "find_askable_organizations",
    "list_reasons_for_sender",
    "may_land_requested_file",
    "may_request_file",
    "may_send_requested_file",
    "may_withdraw_file_request",
]


@policy_question
def may_request_file(
    delivery: DeliveryFact,
    agreement: AgreementFact,
    actor: Actor,
    on: date,
    *,
    overdue: Iterable[DutyFact] | None,
) -> Decision:
    """Decide whether a user may ask a person of a partner for a file, by a one-time link.

    The file is received in the user's name. So everything is asked that would be asked if the
    named person handed in the file today.

    Args:
        delivery: facts of the file, brought by the named person; without elements.
        agreement: facts of the agreement.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.
        overdue: destruction duties of the recipient that are overdue; ``None`` if they were not
            looked up, which denies.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = build_submission_request(Action.REQUEST_FILE, delivery, agreement, actor, overdue)
    return decide_request(request, on)


@policy_question
def may_withdraw_file_request(organization: str, actor: Actor, on: date) -> Decision:
    """Decide whether a user may withdraw a request for a file of an organization.

    Args:
        organization: slug of the organization that was asked.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.REQUEST_FILE, actor, organization=organization, on=on)


def find_askable_organizations(actor: Actor, on: date) -> OrganizationScope:
    """Find which organizations a user may ask for files.

    Args:
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The scope of organizations; the same answer as ``may_withdraw_file_request`` for each.
    """
    return find_organization_scope(Action.REQUEST_FILE, actor, on)


@policy_question
def may_send_requested_file(request: FileRequestFact, actor: Actor, on: date) -> Decision:
    """Decide whether the link of a request takes a file; everything else is asked of the file.

    Args:
        request: facts of the request.
        actor: the person who follows the link; the public without a sign-in.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return decide_request(
        PolicyRequest(
            action=Action.SEND_REQUESTED_FILE,
            actor=actor,
            facts=(request,),
            access_checks=checks.require_actor_access(Action.SEND_REQUESTED_FILE, actor),
            outcome_checks=(checks.check_link_takes_file(request),),
        ),
        on,
    )


@policy_question
def may_land_requested_file(
    delivery: DeliveryFact,
    agreement: AgreementFact,
    actor: Actor,
    on: date,
    *,
    overdue: Iterable[DutyFact] | None,
) -> Decision:
    """Decide whether a file that came by a link may be imported without a person's confirmation.

    Its layout must have been confirmed before, which the caller knows.

    Args:
        delivery: facts of the file, brought by the named person.
        agreement: facts of the agreement.
        actor: the person who asked for the file, with roles and clearance.
        on: the day that the decision is for.
        overdue: destruction duties of the recipient that are overdue; ``None`` if they were not
            looked up, which denies.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = build_submission_request(Action.RECEIVE, delivery, agreement, actor, overdue)
    named = checks.check_sender_is_named(delivery, agreement)
    request = replace(request, authority_checks=(*request.authority_checks, named))
    return decide_request(request, on)


_READABLE_CODES = frozenset(
    card.id
    for card in (
        agreement_cards.STARTED,
        agreement_cards.ENDED,
        agreement_cards.TERMINATED,
        agreement_cards.SENDER,
        agreement_cards.CHANNEL,
        agreement_cards.CONTACT,
        agreement_cards.FILE_NAME,
        *file_request_cards.ALL,
    )
)


def list_reasons_for_sender(decision: Decision) -> tuple[str, ...]:
    """List why a link takes no file, as its sender may read it without a sign-in.

    They learn what concerns the agreement that their organization signed. What concerns another
    organization's security, or the person who asked, they learn nothing of.

    Args:
        decision: the decision about the link or the file.

    Returns:
        Sentences; empty if no reason is one for the sender.
    """
    return tuple(
        reason.message_for(Audience.STEWARD)
        for reason in decision.refusals
        if reason.code in _READABLE_CODES
    )
