"""Derive the legal basis of an agreement from its criteria and from facts beyond its clauses.

The facts are: parties, purpose, term and retention period.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from cairn.policy.engine import Reason
from cairn.policy.facts import UNTIL_TERMINATED, AgreementFact
from cairn.policy.law import BASIS_CRITERIA, RuleCard
from cairn.policy.law.cards.legal_bases import audit_evaluation as audit
from cairn.policy.law.cards.legal_bases import consent as consents
from cairn.policy.law.cards.legal_bases import exceptional_bases as cards
from cairn.policy.law.cards.legal_bases import health_records as health_records_cards
from cairn.policy.law.cards.legal_bases import record_code as record_code_cards
from cairn.policy.law.cards.legal_bases import special_classes as special_classes_cards
from cairn.policy.law.cards.legal_bases import studies as studies_cards
from cairn.policy.vocabulary import (
    FERPA_AGENCY_KINDS,
    RECIPIENT_ROLES,
    LegalBasis,
    OrganizationKind,
    Outcome,
    PartyRole,
)


def check_legal_basis(agreement: AgreementFact, on: date) -> Iterator[Reason]:
    """Check every criterion of the agreement's legal basis, each with its paragraph.

    The basis is derived from criteria that the text shows; no checkbox declares it lawful.

    Args:
        agreement: the agreement.
        on: date of the check.
    Returns:
        One reason per criterion, met or missing.
    """
    for key, card in BASIS_CRITERIA[agreement.basis].items():
        text = _find_criterion(agreement, key)
        yield _basis_reason(agreement, card, met=bool(text), key=key, said=text)
    if agreement.basis in _BASIS_CHECKS:
        yield from _BASIS_CHECKS[agreement.basis](agreement)


STUDY_PURPOSES: Final = frozenset({"predictive_tests", "student_aid", "improve_instruction"})
_NON_FERPA_KINDS: Final = frozenset(OrganizationKind) - FERPA_AGENCY_KINDS


def _basis_reason(agreement: AgreementFact, card: RuleCard, *, met: bool, **facts: str) -> Reason:
    """Build the reason for one card about an agreement's basis, at the clause of the basis."""
    effect = Outcome.ALLOW if met else Outcome.DENY
    details = (("agreement", agreement.reference), *sorted(facts.items()))
    return Reason(card, effect, details, where=agreement.basis_clause)


def _find_criterion(agreement: AgreementFact, key: str) -> str:
    """Return what the agreement's criteria state under a key; empty where they state nothing."""
    return agreement.criteria.get(key, "").strip()


def _check_consent_basis(agreement: AgreementFact) -> Iterator[Reason]:
    yield _basis_reason(agreement, consents.CONSENT, met=True)


def _check_studies_basis(agreement: AgreementFact) -> Iterator[Reason]:
    purpose = _find_criterion(agreement, "study_purpose")
    yield _basis_reason(agreement, studies_cards.STUDY, met=purpose in STUDY_PURPOSES, said=purpose)
    has_last_day = agreement.ends is not None and agreement.ends != UNTIL_TERMINATED
    yield _basis_reason(
        agreement, studies_cards.DURATION, met=has_last_day, ends=str(agreement.ends)
    )
    yield _check_retention_period(agreement, studies_cards.PERIOD)


def _check_audit_basis(agreement: AgreementFact) -> Iterator[Reason]:
    yield from _check_provider_kinds(agreement, audit.AUTHORITY, allowed_kinds=FERPA_AGENCY_KINDS)
    operator = _find_criterion(agreement, "program_operator")
    is_other_party = bool(operator) and operator not in agreement.organizations(*RECIPIENT_ROLES)
    party = operator or "(nobody named)"
    yield _basis_reason(agreement, audit.OWN_PROGRAM, met=is_other_party, party=party)
    yield _basis_reason(agreement, audit.INFORMATION, met=bool(agreement.elements))
    yield _check_retention_period(agreement, audit.PERIOD)


def _check_subpoena_basis(agreement: AgreementFact) -> Iterator[Reason]:
    notice = _find_criterion(agreement, "notified") or _find_criterion(agreement, "sealed_order")
    yield _basis_reason(agreement, cards.NOTIFIED_FIRST, met=bool(notice), said=notice)


def _check_emergency_basis(agreement: AgreementFact) -> Iterator[Reason]:
    yield _basis_reason(agreement, cards.STANDING_EXCHANGE, met=False)


def _check_deidentified_basis(agreement: AgreementFact) -> Iterator[Reason]:
    """Check the record code: it may be attached where no recipient learns how it was made."""
    method_clause = _find_criterion(agreement, "code_method_kept")
    has_code = _find_criterion(agreement, "record_code") != "none"
    yield _basis_reason(
        agreement,
        record_code_cards.METHOD_KEPT,
        met=bool(method_clause) or not has_code,
        said=method_clause,
    )


def _check_health_basis(agreement: AgreementFact) -> Iterator[Reason]:
    yield from _check_provider_kinds(
        agreement, health_records_cards.EDUCATION_RECORDS, allowed_kinds=_NON_FERPA_KINDS
    )


def _check_own_records_basis(agreement: AgreementFact) -> Iterator[Reason]:
    yield from _check_provider_kinds(
        agreement, special_classes_cards.NOT_ONES_OWN, allowed_kinds=_NON_FERPA_KINDS
    )


def _check_retention_period(agreement: AgreementFact, card: RuleCard) -> Reason:
    days = agreement.retention.period_days
    return _basis_reason(agreement, card, met=days is not None, days=str(days))


def _check_provider_kinds(
    agreement: AgreementFact, card: RuleCard, *, allowed_kinds: frozenset[OrganizationKind]
) -> Iterator[Reason]:
    """Check that every provider is of one of these kinds; name each one that is not."""
    other_kinds = [
        provider
        for provider in agreement.parties
        if provider.role is PartyRole.PROVIDER and provider.kind not in allowed_kinds
    ]
    for party in other_kinds:
        yield _basis_reason(agreement, card, met=False, party=party.name)
    if not other_kinds:
        yield _basis_reason(agreement, card, met=True)


_BASIS_CHECKS: Final[Mapping[LegalBasis, Callable[[AgreementFact], Iterator[Reason]]]] = (
    MappingProxyType(
        {
            LegalBasis.CONSENT: _check_consent_basis,
            LegalBasis.STUDIES: _check_studies_basis,
            LegalBasis.AUDIT_EVALUATION: _check_audit_basis,
            LegalBasis.SUBPOENA: _check_subpoena_basis,
            LegalBasis.EMERGENCY: _check_emergency_basis,
            LegalBasis.DE_IDENTIFIED: _check_deidentified_basis,
            LegalBasis.HIPAA_AUTHORIZATION: _check_health_basis,
            LegalBasis.BUSINESS_ASSOCIATE: _check_health_basis,
            LegalBasis.LIMITED_DATA_SET: _check_health_basis,
            LegalBasis.OWN_RECORDS: _check_own_records_basis,
        }
    )
)
