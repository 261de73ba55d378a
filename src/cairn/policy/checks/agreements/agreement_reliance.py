"""Check that the agreements behind a use may be relied on by the actor for the purpose."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType

from cairn.policy.checks.agreements.agreement_validity import require_valid_agreement
from cairn.policy.checks.agreements.commercial_use import check_commercial_use
from cairn.policy.checks.agreements.recipient_limits import (
    check_listed_access,
    check_recipient_not_barred,
)
from cairn.policy.checks.projects.pilot import check_agreements_unmixed
from cairn.policy.engine import AgreementLineage, BoundCheck, Reason, policy_check
from cairn.policy.facts import UNTIL_TERMINATED, Actor, AgreementFact, DataTerm, Population
from cairn.policy.law.cards.governance import agreement as cards
from cairn.policy.law.cards.legal_bases import redisclosure as redisclosure_cards
from cairn.policy.vocabulary import RECIPIENT_ROLES, Purpose, label_code

__all__ = ["list_population_filters", "require_agreement_reliance", "summarize_lineage"]


def require_agreement_reliance(
    agreements: Iterable[AgreementFact], actor: Actor, purpose: Purpose | None = None
) -> tuple[BoundCheck, ...]:
    """List the checks of all agreements behind a use.

    Each is in force, all are pilot agreements or none is, the actor is a recipient of each who is
    not barred from the data owner's records, and each allows the purpose.

    Args:
        agreements: agreements behind the use.
        actor: the person.
        purpose: purpose of the use; ``None`` skips that check.
    Returns:
        The checks.
    """
    listed = tuple(agreements)
    checks = [check_any_agreement(listed), check_agreements_unmixed(listed)]
    for agreement in listed:
        checks += require_valid_agreement(agreement)
        checks.append(check_actor_is_recipient(agreement, actor))
        checks.append(check_recipient_not_barred(agreement, actor))
        checks.append(
            check_listed_access(agreement, actor, agreement.list_organizations(*RECIPIENT_ROLES))
        )
        if purpose is not None:
            checks += [
                check_agreement_purpose(agreement, purpose),
                check_commercial_use(agreement, purpose),
            ]
    return tuple(checks)


def summarize_lineage(agreements: Iterable[AgreementFact]) -> AgreementLineage:
    """Combine the strictest terms of agreements: the largest minimum cell, the earliest last day.

    Args:
        agreements: agreements behind the use.
    Returns:
        Their combined terms.
    """
    listed = tuple(agreements)
    bases = {item.basis for item in listed}
    ends = [item.ends for item in listed if item.ends is not None and item.ends != UNTIL_TERMINATED]
    return AgreementLineage(
        references=tuple(sorted(item.reference for item in listed)),
        basis=bases.pop() if len(bases) == 1 else None,
        minimum_cell=max((item.disclosure.minimum_cell for item in listed), default=None),
        ends_on=min(ends, default=None),
        years=MappingProxyType(_list_year_limits(listed)),
        populations=list_population_filters(listed),
    )


def list_population_filters(agreements: Iterable[AgreementFact]) -> Mapping[str, Population]:
    """List the population filters of agreements by reference: those that leave a child out.

    An agreement that gives its population in words alone has no filter (ADR 0011).

    Args:
        agreements: agreements behind the use.
    Returns:
        Population filter by reference.
    """
    return MappingProxyType(
        {
            item.reference: item.children
            for item in agreements
            if item.children is not None and item.children.is_restrictive
        }
    )


def _list_year_limits(agreements: Iterable[AgreementFact]) -> dict[str, tuple[str, str]]:
    """Return the first and last school year of the terms for each record type.

    A record type with a term that names no years is not limited.
    """
    terms: dict[str, list[DataTerm]] = {}
    for agreement in agreements:
        for term in agreement.data:
            terms.setdefault(term.record, []).append(term)
    return {
        record: (
            min(entry.first_year for entry in record_terms),
            max(entry.last_year for entry in record_terms),
        )
        for record, record_terms in sorted(terms.items())
        if all(entry.first_year and entry.last_year for entry in record_terms)
    }


@policy_check(cards.NONE)
def check_any_agreement(on: date, agreements: tuple[AgreementFact, ...]) -> Iterator[Reason]:
    """Check that a use rests on an agreement at all."""
    if not agreements:
        yield Reason.from_card(cards.NONE, met=False)


@policy_check(redisclosure_cards.RECIPIENT)
def check_actor_is_recipient(on: date, agreement: AgreementFact, actor: Actor) -> Reason:
    """Check that the actor acts for a recipient under the agreement."""
    recipients = agreement.list_organizations(*RECIPIENT_ROLES)
    own_recipients = actor.list_organizations(on) & recipients
    return Reason.from_card(
        redisclosure_cards.RECIPIENT,
        met=bool(own_recipients),
        agreement=agreement.reference,
        recipients=", ".join(sorted(recipients)),
    )


@policy_check(cards.PURPOSE)
def check_agreement_purpose(on: date, agreement: AgreementFact, purpose: Purpose) -> Reason:
    """Check that the agreement allows the purpose."""
    allowed = ", ".join(map(label_code, sorted(agreement.purposes))) or "none"
    return Reason.from_card(
        cards.PURPOSE,
        met=purpose in agreement.purposes,
        agreement=agreement.reference,
        purpose=label_code(purpose),
        allowed=allowed,
    )
