"""The legal basis derived from its criteria: never a tick that says it is lawful."""

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from cairn.rules.agreement import UNTIL_TERMINATED, Agreement
from cairn.rules.cards import ferpa
from cairn.rules.cards.special import NOT_ONES_OWN
from cairn.rules.citations import RuleCard
from cairn.rules.decision import Reason
from cairn.rules.vocabulary import LegalBasis, OrganizationKind, Outcome, PartyRole, SpecialClass

RECIPIENTS: Final = (
    PartyRole.RECIPIENT,
    PartyRole.PROCESSOR,
    PartyRole.AUTHORIZED_REPRESENTATIVE,
)
FERPA_AGENCIES: Final = frozenset(
    {
        OrganizationKind.SCHOOL_DISTRICT,
        OrganizationKind.STATE_EDUCATION_AGENCY,
        OrganizationKind.POSTSECONDARY,
    }
)
STUDY_PURPOSES: Final = frozenset({"predictive_tests", "student_aid", "improve_instruction"})

# What the text must show, by basis: the key under [legal_basis.criteria] and its card.
CRITERIA: Final[Mapping[LegalBasis, Mapping[str, RuleCard]]] = MappingProxyType(
    {
        LegalBasis.CONSENT: {},
        LegalBasis.SCHOOL_OFFICIAL: {
            "institutional_service": ferpa.SERVICE,
            "direct_control": ferpa.CONTROL,
            "redisclosure_limits": ferpa.BOUND,
        },
        LegalBasis.STUDIES: {
            "on_behalf_of": ferpa.ON_BEHALF,
            "scope": ferpa.SCOPE,
            "use_limit": ferpa.USE_LIMIT,
            "no_identification": ferpa.NO_IDENTIFICATION,
            "destruction": ferpa.DESTRUCTION,
        },
        LegalBasis.AUDIT_EVALUATION: {
            "designation": ferpa.DESIGNATION,
            "activity": ferpa.ACTIVITY,
            "education_program": ferpa.EDUCATION_PROGRAM,
            "destruction": ferpa.EVALUATION_DESTRUCTION,
            "policies": ferpa.POLICIES,
        },
        LegalBasis.DIRECTORY: {
            "designation": ferpa.DIRECTORY,
            "annual_notice": ferpa.DIRECTORY_NOTICE,
            "opt_out_window": ferpa.OPT_OUT_WINDOW,
        },
        LegalBasis.OWN_RECORDS: {},
        LegalBasis.PUBLIC_DATA: {},
        LegalBasis.NO_DISCLOSURE: {},
    }
)


_MORE_KEYS: Final[Mapping[LegalBasis, frozenset[str]]] = MappingProxyType(
    {
        LegalBasis.STUDIES: frozenset({"study_purpose"}),
        LegalBasis.AUDIT_EVALUATION: frozenset({"program_operator"}),
    }
)


def authority_key(special: SpecialClass) -> str:
    """The key that names the authority of a special class, which no basis carries by itself."""
    return f"{special.value}_authority"


def criteria_keys(basis: LegalBasis) -> frozenset[str]:
    """The keys that [legal_basis.criteria] may hold for a basis; any other is a mistake."""
    authorities = frozenset(map(authority_key, SpecialClass))
    return frozenset(CRITERIA[basis]) | _MORE_KEYS.get(basis, frozenset()) | authorities


def basis_holds(agreement: Agreement, on: date) -> Iterator[Reason]:
    """Every criterion of the agreement's basis, met or lacking, each with its paragraph."""
    for key, card in CRITERIA[agreement.basis].items():
        said = agreement.criteria.get(key, "").strip()
        yield _reason(agreement, card, met=bool(said), key=key, said=said)
    if agreement.basis in _MORE:
        yield from _MORE[agreement.basis](agreement)


def _reason(agreement: Agreement, card: RuleCard, *, met: bool, **facts: str) -> Reason:
    effect = Outcome.ALLOW if met else Outcome.DENY
    told = (("agreement", agreement.reference), *sorted(facts.items()))
    return Reason(card, effect, told, where=agreement.basis_clause)


def _consent(agreement: Agreement) -> Iterator[Reason]:
    yield _reason(agreement, ferpa.CONSENT, met=False)


def _studies(agreement: Agreement) -> Iterator[Reason]:
    said = agreement.criteria.get("study_purpose", "").strip()
    yield _reason(agreement, ferpa.STUDY, met=said in STUDY_PURPOSES, said=said)
    lasts = agreement.ends is not None and agreement.ends != UNTIL_TERMINATED
    yield _reason(agreement, ferpa.DURATION, met=lasts, ends=str(agreement.ends))


def _audit_evaluation(agreement: Agreement) -> Iterator[Reason]:
    yield from _providers(agreement, ferpa.AUTHORITY, of=FERPA_AGENCIES)
    operator = agreement.criteria.get("program_operator", "").strip()
    other = bool(operator) and operator not in agreement.organizations(*RECIPIENTS)
    party = operator or "(nobody named)"
    yield _reason(agreement, ferpa.OWN_PROGRAM, met=other, party=party)


def _own_records(agreement: Agreement) -> Iterator[Reason]:
    others = frozenset(OrganizationKind) - FERPA_AGENCIES
    yield from _providers(agreement, NOT_ONES_OWN, of=others)


def _providers(
    agreement: Agreement, card: RuleCard, *, of: frozenset[OrganizationKind]
) -> Iterator[Reason]:
    """Whether every provider is of one of these kinds; each that is not, by name."""
    wrong = [p for p in agreement.parties if p.role is PartyRole.PROVIDER and p.kind not in of]
    for party in wrong:
        yield _reason(agreement, card, met=False, party=party.name)
    if not wrong:
        yield _reason(agreement, card, met=True)


_MORE: Final = {
    LegalBasis.CONSENT: _consent,
    LegalBasis.STUDIES: _studies,
    LegalBasis.AUDIT_EVALUATION: _audit_evaluation,
    LegalBasis.OWN_RECORDS: _own_records,
}
