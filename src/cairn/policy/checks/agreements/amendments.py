"""Apply amendments to the agreements that they amend, from the day on which each begins.

An amendment names each changed term under ``[[changes]]`` and states the whole term as amended.
From its first day the agreement has that term and no longer the earlier one: an element, purpose
or recipient that the amendment leaves out may no longer be used.
"""

from collections.abc import Iterable
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
    agreement are among them. It then stays part of the agreement until it is terminated.

    Args:
        agreements: agreements as their own texts read.
        amendments: agreements among which the amendments are.
        on: the day.
    Returns:
        The agreements in order, each as amended.
    """
    by_amended: dict[str, list[AgreementFact]] = {}
    for amendment in amendments:
        if amendment.amends and amendment.changes:
            by_amended.setdefault(amendment.amends, []).append(amendment)
    return tuple(
        _amend(agreement, by_amended.get(agreement.reference, ()), on) for agreement in agreements
    )


def _amend(
    agreement: AgreementFact, amendments: Iterable[AgreementFact], on: date
) -> AgreementFact:
    begun = [amendment for amendment in amendments if _has_begun(amendment, agreement, on)]
    for amendment in sorted(begun, key=lambda begun_one: (begun_one.starts, begun_one.reference)):
        changed_terms = {change.term.partition(".")[0] for change in amendment.changes}
        changes: dict[str, Any] = {
            term: getattr(amendment, term) for term in AMENDABLE_TERMS if term in changed_terms
        }
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
