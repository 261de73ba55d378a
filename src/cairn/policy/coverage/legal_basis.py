"""Derive the legal basis of an agreement from its criteria and from facts beyond its clauses.

The facts are: parties, purpose, term and retention period.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import UNTIL_TERMINATED, AgreementFact
from cairn.policy.law import BASIS_CRITERIA, RuleCard, list_criterion_specs
from cairn.policy.law.cards.legal_bases import consent as consent_cards
from cairn.policy.law.cards.legal_bases import exceptional_bases as cards
from cairn.policy.law.cards.legal_bases import ferpa_exceptions as ferpa_exceptions_cards
from cairn.policy.law.cards.legal_bases import special_classes as special_classes_cards
from cairn.policy.law.cards.outputs import extract as extract_cards
from cairn.policy.vocabulary import (
    EDUCATION_AUTHORITY_KINDS,
    FERPA_AGENCY_KINDS,
    RECIPIENT_ROLES,
    LegalBasis,
    OrganizationKind,
    PartyRole,
)

__all__ = ["check_legal_basis"]

_BASIS_CARDS: Final = (
    *(card for criteria in BASIS_CRITERIA.values() for card in criteria.values()),
    consent_cards.CONSENT,
    ferpa_exceptions_cards.STUDY,
    ferpa_exceptions_cards.STUDY_DURATION,
    ferpa_exceptions_cards.STUDY_PERIOD,
    ferpa_exceptions_cards.EVALUATION_AUTHORITY,
    ferpa_exceptions_cards.EVALUATION_OWN_PROGRAM,
    ferpa_exceptions_cards.EVALUATION_INFORMATION,
    ferpa_exceptions_cards.EVALUATION_PERIOD,
    cards.NOTIFIED_FIRST,
    cards.STANDING_EXCHANGE,
    extract_cards.METHOD_KEPT,
    cards.JUVENILE_OFFICIALS,
    special_classes_cards.EDUCATION_RECORDS,
    special_classes_cards.HEALTH_CARE_PROVIDERS,
    special_classes_cards.IMMUNIZATION_SCHOOL,
    special_classes_cards.NOT_ONES_OWN,
)


@policy_check(*_BASIS_CARDS)
def check_legal_basis(on: date, agreement: AgreementFact) -> Iterator[Reason]:
    """Check every criterion of the agreement's legal basis, each with its paragraph.

    The basis is derived from criteria that the text shows; no checkbox declares it lawful. A typed
    answer that denies what the law asks ("also for other purposes", a period "as needed") does not
    meet its criterion.

    Args:
        agreement: the agreement.
        on: date of the check.
    Returns:
        One reason per criterion, met or missing.
    """
    for key, card in BASIS_CRITERIA[agreement.basis].items():
        text = _find_criterion(agreement, key)
        met = bool(text) and not _is_denied(agreement, key)
        yield _build_basis_reason(agreement, card, met=met, key=key, said=text)
    yield from _check_beyond_criteria(agreement)
    if agreement.basis in _RECIPIENT_KINDS:
        card, kinds = _RECIPIENT_KINDS[agreement.basis]
        yield from _check_party_kinds(agreement, card, RECIPIENT_ROLES, kinds)


def _check_beyond_criteria(agreement: AgreementFact) -> Iterator[Reason]:
    """Check what the basis requires of parties, purpose, term and retention period."""
    match agreement.basis:
        case LegalBasis.CONSENT:
            yield _build_basis_reason(agreement, consent_cards.CONSENT, met=True)
        case LegalBasis.STUDIES:
            yield from _check_studies_basis(agreement)
        case LegalBasis.AUDIT_EVALUATION:
            yield from _check_audit_basis(agreement)
        case LegalBasis.SUBPOENA:
            yield _check_subpoena_basis(agreement)
        case LegalBasis.EMERGENCY:
            yield _build_basis_reason(agreement, cards.STANDING_EXCHANGE, met=False)
        case LegalBasis.DE_IDENTIFIED:
            yield _check_deidentified_basis(agreement)
        case _ if agreement.basis in _HIPAA_BASES:
            yield from _check_provider_kinds(
                agreement, special_classes_cards.EDUCATION_RECORDS, allowed_kinds=_NON_FERPA_KINDS
            )
        case LegalBasis.OWN_RECORDS:
            yield from _check_provider_kinds(
                agreement, special_classes_cards.NOT_ONES_OWN, allowed_kinds=_NON_FERPA_KINDS
            )


_SHORT_NAME: Final = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
STUDY_PURPOSES: Final = frozenset({"predictive_tests", "student_aid", "improve_instruction"})
_NON_FERPA_KINDS: Final = frozenset(OrganizationKind) - FERPA_AGENCY_KINDS
_AUTHORITY_KINDS: Final = frozenset(
    {OrganizationKind.GOVERNMENT, OrganizationKind.TRIBAL_NATION, *EDUCATION_AUTHORITY_KINDS}
)
_HIPAA_BASES: Final = frozenset(
    {
        LegalBasis.HIPAA_AUTHORIZATION,
        LegalBasis.BUSINESS_ASSOCIATE,
        LegalBasis.LIMITED_DATA_SET,
        LegalBasis.TREATMENT,
        LegalBasis.IMMUNIZATION_PROOF,
        LegalBasis.RESEARCH_WAIVER,
    }
)

# What the recipient under a basis must be: card and kinds.
_RECIPIENT_KINDS: Final[Mapping[LegalBasis, tuple[RuleCard, frozenset[OrganizationKind]]]] = {
    LegalBasis.JUVENILE_JUSTICE: (cards.JUVENILE_OFFICIALS, _AUTHORITY_KINDS),
    LegalBasis.TREATMENT: (
        special_classes_cards.HEALTH_CARE_PROVIDERS,
        frozenset({OrganizationKind.HEALTH}),
    ),
    LegalBasis.IMMUNIZATION_PROOF: (special_classes_cards.IMMUNIZATION_SCHOOL, FERPA_AGENCY_KINDS),
}


def _build_basis_reason(
    agreement: AgreementFact, card: RuleCard, *, met: bool, **facts: str
) -> Reason:
    """Build the reason for one card about an agreement's basis, at the clause of the basis."""
    ordered_facts = dict(sorted(facts.items()))
    return Reason.from_card(
        card, met=met, agreement=agreement.reference, **ordered_facts
    ).at_clause(agreement.basis_clause)


def _find_criterion(agreement: AgreementFact, key: str) -> str:
    """Return what the agreement's criteria state under a key; empty where they state nothing."""
    return agreement.criteria.get(key, "").strip()


def _is_denied(agreement: AgreementFact, key: str) -> bool:
    """Report whether the typed answer to a criterion says that the agreement does not meet it."""
    fact = agreement.criterion_facts.get(key)
    return fact is not None and list_criterion_specs(agreement.basis)[key].is_denied_by(fact.value)


def _check_studies_basis(agreement: AgreementFact) -> Iterator[Reason]:
    purpose = _find_criterion(agreement, "study_purpose")
    yield _build_basis_reason(
        agreement,
        ferpa_exceptions_cards.STUDY,
        met=purpose in STUDY_PURPOSES,
        said=purpose.replace("_", " "),
    )
    has_last_day = agreement.ends is not None and agreement.ends != UNTIL_TERMINATED
    yield _build_basis_reason(
        agreement, ferpa_exceptions_cards.STUDY_DURATION, met=has_last_day, ends=str(agreement.ends)
    )
    yield _check_retention_period(agreement, ferpa_exceptions_cards.STUDY_PERIOD)


def _check_audit_basis(agreement: AgreementFact) -> Iterator[Reason]:
    yield from _check_provider_kinds(
        agreement,
        ferpa_exceptions_cards.EVALUATION_AUTHORITY,
        allowed_kinds=EDUCATION_AUTHORITY_KINDS,
    )
    operator = _find_criterion(agreement, "program_operator")
    operators = [name.strip() for name in operator.split(",")]
    # Short names of organizations; a text of another form would never match a recipient.
    are_named = all(_SHORT_NAME.fullmatch(name) for name in operators)
    is_other_party = are_named and agreement.list_organizations(*RECIPIENT_ROLES).isdisjoint(
        operators
    )
    party = operator or "(no one named)"
    yield _build_basis_reason(
        agreement, ferpa_exceptions_cards.EVALUATION_OWN_PROGRAM, met=is_other_party, party=party
    )
    yield _build_basis_reason(
        agreement, ferpa_exceptions_cards.EVALUATION_INFORMATION, met=bool(agreement.elements)
    )
    yield _check_retention_period(agreement, ferpa_exceptions_cards.EVALUATION_PERIOD)


def _check_subpoena_basis(agreement: AgreementFact) -> Reason:
    notice = _find_criterion(agreement, "notified") or _find_criterion(agreement, "sealed_order")
    return _build_basis_reason(agreement, cards.NOTIFIED_FIRST, met=bool(notice), said=notice)


def _check_deidentified_basis(agreement: AgreementFact) -> Reason:
    """Check the record code: it may be attached where no recipient learns how it was made."""
    method_clause = _find_criterion(agreement, "code_method_kept")
    has_code = _find_criterion(agreement, "record_code") != "none"
    return _build_basis_reason(
        agreement,
        extract_cards.METHOD_KEPT,
        met=bool(method_clause) or not has_code,
        said=method_clause,
    )


def _check_retention_period(agreement: AgreementFact, card: RuleCard) -> Reason:
    days = agreement.retention.period_days
    return _build_basis_reason(agreement, card, met=days is not None, days=str(days))


def _check_provider_kinds(
    agreement: AgreementFact, card: RuleCard, *, allowed_kinds: frozenset[OrganizationKind]
) -> Iterator[Reason]:
    """Check that every provider is of one of these kinds; name each one that is not."""
    yield from _check_party_kinds(agreement, card, (PartyRole.PROVIDER,), allowed_kinds)


def _check_party_kinds(
    agreement: AgreementFact,
    card: RuleCard,
    roles: tuple[PartyRole, ...],
    allowed_kinds: frozenset[OrganizationKind],
) -> Iterator[Reason]:
    """Check that every party in a role is of one of these kinds; name each one that is not."""
    other_kinds = [
        party
        for party in agreement.parties
        if party.role in roles and party.kind not in allowed_kinds
    ]
    for party in other_kinds:
        yield _build_basis_reason(agreement, card, met=False, party=party.name)
    if not other_kinds:
        yield _build_basis_reason(agreement, card, met=True)
