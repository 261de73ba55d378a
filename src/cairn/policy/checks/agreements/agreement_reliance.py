"""Check that the agreements behind a use may be relied on by the actor for the purpose."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from types import MappingProxyType

from cairn.policy.checks.agreements.agreement_validity import require_valid_agreement
from cairn.policy.checks.projects import pilot
from cairn.policy.engine import AgreementLineage, Reason, Rule
from cairn.policy.facts import UNTIL_TERMINATED, Actor, AgreementFact, DataTerm, Population
from cairn.policy.law.cards.governance import agreement as cards
from cairn.policy.law.cards.legal_bases import redisclosure as redisclosure_cards
from cairn.policy.vocabulary import RECIPIENT_ROLES, Outcome, Purpose


def require_agreement_reliance(
    agreements: Iterable[AgreementFact], actor: Actor, purpose: Purpose | None = None
) -> tuple[Rule, ...]:
    """Build the rules for all agreements behind a use.

    Each is in force, all are pilot agreements or none is, the actor is a recipient of each, and
    each
    allows the purpose.

    Args:
        agreements: agreements behind the use.
        actor: the person.
        purpose: purpose of the use; ``None`` skips that rule.
    Returns:
        The rules.
    """
    listed = tuple(agreements)
    rules: list[Rule] = (
        [pilot.require_unmixed_agreements(listed)] if listed else [_deny_without_agreement]
    )
    for agreement in listed:
        rules += require_valid_agreement(agreement)
        rules.append(partial(_check_actor_is_recipient, agreement, actor))
        if purpose is not None:
            rules.append(partial(_check_agreement_purpose, agreement, purpose))
    return tuple(rules)


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
            if item.children is not None and item.children.limits
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


def _deny_without_agreement(on: date) -> Iterator[Reason]:
    yield Reason(cards.NONE, Outcome.DENY)


def _check_actor_is_recipient(agreement: AgreementFact, actor: Actor, on: date) -> Iterator[Reason]:
    recipients = agreement.organizations(*RECIPIENT_ROLES)
    own_recipients = actor.organizations(on) & recipients
    facts = (("agreement", agreement.reference), ("recipients", ", ".join(sorted(recipients))))
    yield Reason(
        redisclosure_cards.RECIPIENT, Outcome.ALLOW if own_recipients else Outcome.DENY, facts
    )


def _check_agreement_purpose(
    agreement: AgreementFact, purpose: Purpose, on: date
) -> Iterator[Reason]:
    allowed = ", ".join(sorted(agreement.purposes)) or "none"
    facts = (("agreement", agreement.reference), ("purpose", purpose), ("allowed", allowed))
    effect = Outcome.ALLOW if purpose in agreement.purposes else Outcome.DENY
    yield Reason(cards.PURPOSE, effect, facts)
