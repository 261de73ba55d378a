"""Check what a recipient's people may do under an agreement: who may see data, what a processor
may do."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from cairn.policy.checks.agreements.agreement_validity import find_original_owners
from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import SENDING_ACTIONS, Actor, AgreementFact
from cairn.policy.law.cards.governance import access as access_cards
from cairn.policy.law.cards.governance import agreement as cards
from cairn.policy.vocabulary import RECIPIENT_ROLES, Action, PartyRole, label_code

__all__ = ["check_listed_access", "check_processor_limits", "check_recipient_not_barred"]

PROCESSOR_ACTIONS: Final = frozenset({Action.MATCH, Action.AGGREGATE})
"""What a processor does with the records of others: it links them and counts."""


@policy_check(cards.ACCESS_LISTED)
def check_listed_access(
    on: date, agreement: AgreementFact, actor: Actor, organizations: frozenset[str]
) -> Iterator[Reason]:
    """Check that an agreement that lists who may see the data lists this person.

    Args:
        on: date of the check.
        agreement: the agreement.
        actor: the person.
        organizations: recipients under the agreement that the person acts for here; the check
            says nothing where there is none.
    Returns:
        One reason; none where the agreement has no such list.
    """
    if not agreement.access or not organizations:
        return
    is_listed = any(
        affiliation.is_active(on)
        and affiliation.organization in organizations
        and affiliation.organization == term.organization
        and (not term.account_roles or affiliation.role in term.account_roles)
        for affiliation in actor.affiliations
        for term in agreement.access
    )
    listed = sorted(f"{term.role} of {term.organization}" for term in agreement.access)
    yield Reason.from_card(
        cards.ACCESS_LISTED, met=is_listed, agreement=agreement.reference, listed="; ".join(listed)
    ).at_clause(next((term.clause for term in agreement.access if term.clause), ""))


@policy_check(cards.PROCESSOR_LIMITS)
def check_processor_limits(
    on: date, agreement: AgreementFact, action: Action, acting_for: str, receiver: str
) -> Iterator[Reason]:
    """Check that an organization that only processes data does not use them itself.

    It links and counts records, and sends them to the organization that it works for.

    Args:
        on: date of the check.
        agreement: the agreement.
        action: action on the records.
        acting_for: slug of the organization that does it.
        receiver: slug of the organization that would have the records.
    Returns:
        One reason about a processor; none about any other party.
    """
    roles = {party.role for party in agreement.parties if party.organization == acting_for}
    if roles != {PartyRole.PROCESSOR}:
        return
    sends_to_other = action in SENDING_ACTIONS and receiver != acting_for
    yield Reason.from_card(
        cards.PROCESSOR_LIMITS,
        met=action in PROCESSOR_ACTIONS or sends_to_other,
        agreement=agreement.reference,
        organization=acting_for,
        action=label_code(action),
    )


@policy_check(access_cards.BARRED)
def check_recipient_not_barred(
    on: date, agreement: AgreementFact, actor: Actor
) -> Iterator[Reason]:
    """Check that a recipient that the actor acts for is not barred from the owner's records.

    A bar from everyone's records is checked with the clearance of the organization.

    Args:
        on: date of the check.
        agreement: the agreement.
        actor: the person.
    Returns:
        A refusal for each such recipient, where all of them are barred.
    """
    owners = find_original_owners(agreement)
    recipients = agreement.list_organizations(*RECIPIENT_ROLES)
    refusals: list[Reason] = []
    for organization in sorted(actor.list_organizations(on) & recipients):
        security = actor.find_security(organization)
        until = security.find_bar_end(owners, on) if security is not None else None
        if until is None:
            return
        refusals.append(
            Reason.from_card(
                access_cards.BARRED, met=False, organization=organization, until=until.isoformat()
            )
        )
    yield from refusals
