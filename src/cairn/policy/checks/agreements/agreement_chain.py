"""Follow agreements that rest on agreements: license under memorandum, amendment, joinder."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from cairn.policy.checks.agreements.agreement_signatures import has_signed_text
from cairn.policy.facts import AgreementFact, Party
from cairn.policy.vocabulary import RECIPIENT_ROLES, LegalBasis, PartyRole

__all__ = [
    "add_joined_parties",
    "find_agreement_circle",
    "list_referenced_agreements",
    "resolve_agreement_chain",
]


def list_referenced_agreements(agreement: AgreementFact) -> tuple[str, ...]:
    """List every other agreement that this one rests on, in the order of its text.

    Args:
        agreement: the agreement.
    Returns:
        References, each once.
    """
    mentioned = (*agreement.under, agreement.amends, agreement.joins)
    return tuple(dict.fromkeys(reference for reference in mentioned if reference))


def resolve_agreement_chain(
    agreement: AgreementFact, known: Mapping[str, AgreementFact], _path: tuple[str, ...] = ()
) -> AgreementFact:
    """Fill in the agreements that an agreement rests on, all the way up.

    An agreement that is missing stays out, and so does one that would close a circle: either way
    the agreement will not be in force.

    Args:
        agreement: the agreement.
        known: agreements by reference.
    Returns:
        The agreement with ``above`` filled.
    """
    visited = (*_path, agreement.reference)
    resolved_above = (
        known[name]
        for name in list_referenced_agreements(agreement)
        if name in known and name not in visited
    )
    return replace(
        agreement,
        above=tuple(resolve_agreement_chain(upper, known, visited) for upper in resolved_above),
    )


def find_agreement_circle(
    agreement: AgreementFact, known: Mapping[str, AgreementFact]
) -> tuple[str, ...]:
    """Find the references by which an agreement comes to rest on itself.

    Args:
        agreement: the agreement.
        known: agreements by reference.
    Returns:
        References of the circle, empty when there is none.
    """
    return next(_find_circles(agreement, known, ()), ())


def _find_circles(
    agreement: AgreementFact, known: Mapping[str, AgreementFact], visited: tuple[str, ...]
) -> Iterator[tuple[str, ...]]:
    path = (*visited, agreement.reference)
    for name in list_referenced_agreements(agreement):
        if circle := find_closed_circle(path, name):
            yield circle
        elif name in known:
            yield from _find_circles(known[name], known, path)


def find_closed_circle(path: tuple[str, ...], reference: str) -> tuple[str, ...]:
    """Find the circle that a path of references closes with one more; empty if it closes none."""
    return (*path[path.index(reference) :], reference) if reference in path else ()


def add_joined_parties(
    base: AgreementFact, joinders: Iterable[AgreementFact], on: date
) -> AgreementFact:
    """Add to an agreement the parties that have joined it by a date, each by its own signature.

    Those who signed before sign nothing again; a joinder without signatures adds no party.

    Args:
        base: the agreement that is joined.
        joinders: agreements that may join it.
        on: the date.
    Returns:
        The agreement with the new parties.
    """
    own_joinders = (
        joinder for joinder in joinders if joinder.joins == base.reference and joinder.starts <= on
    )
    signed_parties = (
        party
        for joinder in own_joinders
        for party in joinder.parties
        if has_signed_text(party, joinder.text_digest, on)
    )
    present = {(party.organization, party.role) for party in base.parties}
    newly_joined = {(party.organization, party.role): party for party in signed_parties}
    added = (
        _sign_base_text(base, party) for key, party in newly_joined.items() if key not in present
    )
    return replace(base, parties=(*base.parties, *added))


def _sign_base_text(base: AgreementFact, party: Party) -> Party:
    # The signer of a joinder signs the text that it joins.
    return replace(party, signed_digest=base.text_digest)


def find_original_owners(agreement: AgreementFact) -> frozenset[str]:
    """Find the owners of an agreement's data: providers that did not receive the data themselves.

    Args:
        agreement: the agreement, with ``above`` resolved.
    Returns:
        Slugs of the owners.
    """
    agreements_above = [item for upper in agreement.above for item in walk_agreement_chain(upper)]
    disclosing = [item for item in agreements_above if item.basis is not LegalBasis.NO_DISCLOSURE]
    receiving = frozenset(
        recipient for item in disclosing for recipient in item.organizations(*RECIPIENT_ROLES)
    )
    original = agreement.organizations(PartyRole.PROVIDER) - receiving
    return original.union(*(item.organizations(PartyRole.PROVIDER) for item in disclosing))


def walk_agreement_chain(agreement: AgreementFact) -> Iterator[AgreementFact]:
    """Yield an agreement and every agreement above it.

    Args:
        agreement: the agreement, with ``above`` resolved.
    Returns:
        The agreements, the given one first.
    """
    yield agreement
    for upper in agreement.above:
        yield from walk_agreement_chain(upper)
