"""Apply amendments to the agreements that they amend, from the day on which each begins.

An amendment names each changed term under ``[[changes]]`` and states the whole term as amended.
From its first day the agreement has that term and no longer the earlier one: an element, purpose
or recipient that the amendment leaves out may no longer be used.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from cairn.policy.checks.agreements.agreement_validity import has_signed_text
from cairn.policy.facts import AgreementFact
from cairn.policy.vocabulary import AgreementState, PartyRole

__all__ = ["AMENDABLE_TERMS", "apply_amendments"]

AMENDABLE_TERMS: Final = (
    "access",
    "children",
    "data",
    "delivery",
    "disclosure",
    "ends",
    "giveback",
    "level",
    "onward",
    "penalties",
    "population",
    "purposes",
    "renewal",
    "retention",
    "security",
)
"""Terms that an amendment changes, by their key in the written form of an agreement."""

# The criteria of the same basis. Another basis needs a part or an agreement of its own (ADR 23).
_LEGAL_BASIS: Final = "legal_basis"
_BASIS_TERMS: Final = ("basis_clause", "criteria", "criterion_facts")

# Terms that each part of an agreement states for itself.
_EMPTY_TERMS: Final[Mapping[str, Any]] = {"data": (), "purposes": frozenset()}

_UNSIGNED_STATES: Final = (
    AgreementState.DRAFT,
    AgreementState.COUNSEL_REVIEW,
    AgreementState.OUT_FOR_SIGNATURE,
)


def apply_amendments(
    agreements: Iterable[AgreementFact], amendments: Iterable[AgreementFact], on: date
) -> tuple[AgreementFact, ...]:
    """Apply the amendments that have begun by a day; of two that change one term, the later counts.

    An amendment counts once every party of it has signed its text and the providers of the amended
    agreement are among them. It then stays part of the agreement until it is terminated. It also
    changes the earlier amendments of the same agreement, which would otherwise keep open what it
    strikes.

    Args:
        agreements: agreements as their own texts read.
        amendments: agreements among which the amendments are.
        on: the day.
    Returns:
        The agreements in order, each as amended.
    """
    in_order = sorted(
        (item for item in amendments if item.amends and item.changes), key=_get_amendment_order
    )
    amended_references = {item.reference: item.amends for item in in_order}
    return tuple(
        _amend(agreement, _select_amendments(agreement, in_order, amended_references), on)
        for agreement in agreements
    )


def _get_amendment_order(amendment: AgreementFact) -> tuple[date, str]:
    return amendment.starts, amendment.reference


def _select_amendments(
    agreement: AgreementFact,
    in_order: Iterable[AgreementFact],
    amended_references: Mapping[str, str],
) -> Iterator[AgreementFact]:
    """Yield the amendments that may change an agreement; an amendment is changed by later ones."""
    original = _find_original(agreement.reference, amended_references)
    for amendment in in_order:
        is_later = agreement.reference == original or _get_amendment_order(
            agreement
        ) < _get_amendment_order(amendment)
        amended = _find_original(amendment.amends, amended_references)
        # What an amendment changes for all parts at once, such as the last day, names the whole.
        if is_later and amended in {original, agreement.part_of} - {""}:
            yield amendment


def _find_original(reference: str, amended_references: Mapping[str, str]) -> str:
    """Find the agreement at the start of a chain of amendments; empty for a circle."""
    visited: set[str] = set()
    while reference in amended_references:
        if reference in visited:
            return ""
        visited.add(reference)
        reference = amended_references[reference]
    return reference


def _amend(
    agreement: AgreementFact, amendments: Iterable[AgreementFact], on: date
) -> AgreementFact:
    original = agreement
    for amendment in amendments:
        if _has_begun(amendment, original, on):
            changed_terms = {
                change.term.partition(".")[0]
                for change in amendment.changes
                if change.part == amendment.part_id
            }
            changes: dict[str, Any] = {
                term: getattr(amendment, term) for term in AMENDABLE_TERMS if term in changed_terms
            }
            if agreement.part_of and not amendment.part_of:
                # It does not say which part it changes: what it names closes in all of them.
                changes |= {term: empty for term, empty in _EMPTY_TERMS.items() if term in changes}
            elif _LEGAL_BASIS in changed_terms and amendment.basis is agreement.basis:
                changes |= {term: getattr(amendment, term) for term in _BASIS_TERMS}
            agreement = replace(agreement, **changes)
    return agreement


def _has_begun(amendment: AgreementFact, agreement: AgreementFact, on: date) -> bool:
    is_terminated = amendment.terminated_on is not None and amendment.terminated_on <= on
    if amendment.starts > on or is_terminated or amendment.state in _UNSIGNED_STATES:
        return False
    providers = agreement.list_organizations(PartyRole.PROVIDER)
    signed = {
        party.organization
        for party in amendment.parties
        if has_signed_text(party, amendment.text_digest, on)
    }
    return signed >= providers | {party.organization for party in amendment.parties}
