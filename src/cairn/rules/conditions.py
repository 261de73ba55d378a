"""What each legal basis asks of the facts beyond its clauses: who, for what, until when."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from cairn.rules.agreement import UNTIL_TERMINATED, Agreement
from cairn.rules.cards import audit_evaluation as audit
from cairn.rules.cards import consent as consents
from cairn.rules.cards import exceptions as cards
from cairn.rules.cards import health, record_code, special, studies
from cairn.rules.citations import RuleCard
from cairn.rules.decision import Reason
from cairn.rules.vocabulary import (
    FERPA_AGENCIES,
    RECIPIENTS,
    LegalBasis,
    OrganizationKind,
    Outcome,
    PartyRole,
)

STUDY_PURPOSES: Final = frozenset({"predictive_tests", "student_aid", "improve_instruction"})
_NOT_FERPA: Final = frozenset(OrganizationKind) - FERPA_AGENCIES


def reason(agreement: Agreement, card: RuleCard, *, met: bool, **facts: str) -> Reason:
    """One card about an agreement's basis, at the clause of the basis."""
    effect = Outcome.ALLOW if met else Outcome.DENY
    told = (("agreement", agreement.reference), *sorted(facts.items()))
    return Reason(card, effect, told, where=agreement.basis_clause)


def said(agreement: Agreement, key: str) -> str:
    """What the agreement's criteria say under a key; empty where they say nothing."""
    return agreement.criteria.get(key, "").strip()


def _consent(agreement: Agreement) -> Iterator[Reason]:
    yield reason(agreement, consents.CONSENT, met=True)


def _studies(agreement: Agreement) -> Iterator[Reason]:
    purpose = said(agreement, "study_purpose")
    yield reason(agreement, studies.STUDY, met=purpose in STUDY_PURPOSES, said=purpose)
    lasts = agreement.ends is not None and agreement.ends != UNTIL_TERMINATED
    yield reason(agreement, studies.DURATION, met=lasts, ends=str(agreement.ends))
    yield _period(agreement, studies.PERIOD)


def _audit_evaluation(agreement: Agreement) -> Iterator[Reason]:
    yield from _providers(agreement, audit.AUTHORITY, of=FERPA_AGENCIES)
    operator = said(agreement, "program_operator")
    other = bool(operator) and operator not in agreement.organizations(*RECIPIENTS)
    party = operator or "(nobody named)"
    yield reason(agreement, audit.OWN_PROGRAM, met=other, party=party)
    yield reason(agreement, audit.INFORMATION, met=bool(agreement.elements))
    yield _period(agreement, audit.PERIOD)


def _subpoena(agreement: Agreement) -> Iterator[Reason]:
    told = said(agreement, "notified") or said(agreement, "sealed_order")
    yield reason(agreement, cards.NOTIFIED_FIRST, met=bool(told), said=told)


def _emergency(agreement: Agreement) -> Iterator[Reason]:
    yield reason(agreement, cards.STANDING_EXCHANGE, met=False)


def _de_identified(agreement: Agreement) -> Iterator[Reason]:
    """A record code may be attached where nobody who receives it learns how it was made."""
    kept = said(agreement, "code_method_kept")
    coded = said(agreement, "record_code") != "none"
    yield reason(agreement, record_code.METHOD_KEPT, met=bool(kept) or not coded, said=kept)


def _health(agreement: Agreement) -> Iterator[Reason]:
    yield from _providers(agreement, health.EDUCATION_RECORDS, of=_NOT_FERPA)


def _own_records(agreement: Agreement) -> Iterator[Reason]:
    yield from _providers(agreement, special.NOT_ONES_OWN, of=_NOT_FERPA)


def _period(agreement: Agreement, card: RuleCard) -> Reason:
    days = agreement.retention.period_days
    return reason(agreement, card, met=days is not None, days=str(days))


def _providers(
    agreement: Agreement, card: RuleCard, *, of: frozenset[OrganizationKind]
) -> Iterator[Reason]:
    """Whether every provider is of one of these kinds; each that is not, by name."""
    wrong = [p for p in agreement.parties if p.role is PartyRole.PROVIDER and p.kind not in of]
    for party in wrong:
        yield reason(agreement, card, met=False, party=party.name)
    if not wrong:
        yield reason(agreement, card, met=True)


CHECKS: Final[Mapping[LegalBasis, Callable[[Agreement], Iterator[Reason]]]] = MappingProxyType(
    {
        LegalBasis.CONSENT: _consent,
        LegalBasis.STUDIES: _studies,
        LegalBasis.AUDIT_EVALUATION: _audit_evaluation,
        LegalBasis.SUBPOENA: _subpoena,
        LegalBasis.EMERGENCY: _emergency,
        LegalBasis.DE_IDENTIFIED: _de_identified,
        LegalBasis.HIPAA_AUTHORIZATION: _health,
        LegalBasis.BUSINESS_ASSOCIATE: _health,
        LegalBasis.LIMITED_DATA_SET: _health,
        LegalBasis.OWN_RECORDS: _own_records,
    }
)
