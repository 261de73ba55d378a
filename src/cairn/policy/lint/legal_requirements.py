"""Check what the declared legal basis and the type of document require of the text.

Also check what a basis cannot support. Types of documents are consent form, license, data plan, ...
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Final

from cairn.policy.coverage import check_element_coverage, check_legal_basis
from cairn.policy.facts import AgreementFact, ClauseKind, DataTerm
from cairn.policy.law import RuleSource
from cairn.policy.lint.findings import NOT_FOUND, LintFinding, LintInput, LintRule
from cairn.policy.vocabulary import (
    CONTRACTED_PURPOSES,
    FERPA_AGENCY_KINDS,
    AgreementTier,
    LegalBasis,
    Outcome,
    PartyRole,
    Purpose,
    label_code,
)

NOT_A_STUDY: Final = LintRule(
    "LB01",
    RuleSource.LAW,
    "34 CFR 99.31(a)(6)(i)",
    (
        "'{said}' is not an allowed purpose of a study. A study may develop tests, "
        "administer student aid or improve instruction."
    ),
    (
        "Remove this purpose, or share the data for it under consent or the school official "
        "exception."
    ),
)

NOT_AN_EVALUATION: Final = LintRule(
    "LB02",
    RuleSource.LAW,
    "34 CFR 99.35(a)(1)",
    "'{said}' is not an allowed purpose of an audit or evaluation.",
    "Remove this purpose, or use another legal basis for it.",
)

NOT_A_SERVICE: Final = LintRule(
    "LB03",
    RuleSource.LAW,
    "34 CFR 99.31(a)(1)(i)(B)(1)",
    "'{said}' is not a service that the school would otherwise use employees for.",
    "Remove this purpose, or make a studies agreement for it.",
)

NO_BASIS_PURPOSE: Final = LintRule(
    "LB04",
    RuleSource.PRACTICE,
    "StriveTogether data-sharing guide, 3.2, practice 1",
    "The agreement does not state the purposes of the data.",
    "Enter purposes = […] with the allowed uses of the data.",
)

ANOTHER_BASIS: Final = LintRule(
    "LB05",
    RuleSource.PRACTICE,
    "Cairn policy, agreements 10: one legal basis for each part of an agreement",
    "The legal basis '{basis}' does not support {about}. These do: {others}.",
    (
        "Remove it. Add a part for it on {others}, with its own purposes and data. If it needs its "
        "own dates, recipients or data destruction, write a second agreement for it, {under}."
    ),
)

# A study or an evaluation is not a service, and improves no product.
_PRODUCT_PURPOSES: Final = CONTRACTED_PURPOSES | {Purpose.PRODUCT_IMPROVEMENT}

# Purposes that a FERPA basis does not support, with the paragraph.
_UNSUPPORTED_PURPOSES: Final[Mapping[LegalBasis, tuple[LintRule, frozenset[Purpose]]]] = (
    MappingProxyType(
        {
            LegalBasis.STUDIES: (
                NOT_A_STUDY,
                frozenset({Purpose.SERVICE_COORDINATION, *_PRODUCT_PURPOSES}),
            ),
            LegalBasis.AUDIT_EVALUATION: (
                NOT_AN_EVALUATION,
                frozenset({Purpose.SERVICE_COORDINATION, Purpose.RESEARCH, *_PRODUCT_PURPOSES}),
            ),
            LegalBasis.SCHOOL_OFFICIAL: (NOT_A_SERVICE, frozenset({Purpose.RESEARCH})),
        }
    )
)

_BASES_FOR_SCHOOLS: Final = (
    LegalBasis.CONSENT,
    LegalBasis.SCHOOL_OFFICIAL,
    LegalBasis.STUDIES,
    LegalBasis.AUDIT_EVALUATION,
)

_BASES_FOR_OTHERS: Final = (LegalBasis.CONSENT, LegalBasis.OWN_RECORDS, LegalBasis.PART2_CONSENT)


def check_basis_criteria(lint_input: LintInput) -> Iterator[LintFinding]:
    """Report each criterion of the basis that the text does not meet, in the words of its own
    rule.
    """
    for reason in check_legal_basis(lint_input.agreement).run(lint_input.on):
        if reason.effect is not Outcome.ALLOW:
            clause = dict(reason.facts).get("said") or NOT_FOUND
            card = reason.card
            yield LintFinding(
                card.id, card.severity, card.citation, str(clause), reason.message, reason.next_step
            )


def check_supported_purposes(lint_input: LintInput) -> Iterator[LintFinding]:
    """Report each purpose that the basis cannot support."""
    agreement = lint_input.agreement
    if agreement.basis in _UNSUPPORTED_PURPOSES:
        lint_rule, unsupported = _UNSUPPORTED_PURPOSES[agreement.basis]
        for purpose in sorted(agreement.purposes & unsupported):
            purpose_text = label_code(purpose)
            yield lint_rule.make_finding(agreement.purpose_clause, purpose.value, said=purpose_text)
    if not agreement.purposes and agreement.basis is not LegalBasis.NO_DISCLOSURE:
        yield NO_BASIS_PURPOSE.make_finding()


def suggest_other_basis(lint_input: LintInput) -> Iterator[LintFinding]:
    """Report each element that this basis refuses and another supports with the words of this
    text.
    """
    agreement = lint_input.agreement
    if agreement.basis not in (*_BASES_FOR_SCHOOLS, *_BASES_FOR_OTHERS, LegalBasis.DIRECTORY):
        return
    agreements_above = ", ".join(agreement.under)
    reference_text = (
        f"with under = {list(agreement.under)}" if agreements_above else "under the same memorandum"
    )
    for element in sorted(agreement.elements):
        if _is_refused(agreement, element, lint_input.on) and (
            other_bases := _find_supporting_bases(lint_input, element)
        ):
            bases_text = " or ".join(label_code(other_basis) for other_basis in other_bases)
            clause = next(
                (term.clause for term in agreement.data if element in _list_term_elements(term)), ""
            )
            basis_text = label_code(agreement.basis)
            yield ANOTHER_BASIS.make_finding(
                clause, element, basis=basis_text, others=bases_text, under=reference_text
            )


def _find_supporting_bases(lint_input: LintInput, element: str) -> list[LegalBasis]:
    """Find the bases on which these providers could share the element."""
    agreement = lint_input.agreement
    providers = [party for party in agreement.parties if party.role is PartyRole.PROVIDER]
    are_schools = all(party.kind in FERPA_AGENCY_KINDS for party in providers)
    candidate_bases = _BASES_FOR_SCHOOLS if are_schools else _BASES_FOR_OTHERS
    alternatives = (
        (candidate, replace(agreement, basis=candidate))
        for candidate in candidate_bases
        if candidate is not agreement.basis
    )
    return [
        candidate
        for candidate, alternative in alternatives
        if not _is_refused(alternative, element, lint_input.on)
    ]


def _is_refused(agreement: AgreementFact, element: str, on: date) -> bool:
    reasons = check_element_coverage((agreement,)).run(element, on)
    return any(reason.effect is not Outcome.ALLOW for reason in reasons)


def _list_term_elements(term: DataTerm) -> frozenset[str]:
    return frozenset(f"{term.record}.{element}" for element in term.elements)


_DOCUMENTS: Final = "Cairn policy, agreement review 6"


def _build_law_rule(identifier: str, citation: str, message: str, instead: str) -> LintRule:
    return LintRule(identifier, RuleSource.LAW, citation, message, instead)


def _build_usage_rule(identifier: str, message: str, instead: str) -> LintRule:
    return LintRule(identifier, RuleSource.PRACTICE, _DOCUMENTS, message, instead)


NO_RECORDS: Final = _build_law_rule(
    "LL50",
    "34 CFR 99.30(b)(1)",
    "The consent form does not state which records may be disclosed.",
    "Add a [[data]] table for each record type.",
)

NO_PURPOSE: Final = _build_law_rule(
    "LL51",
    "34 CFR 99.30(b)(2)",
    "The consent form does not state the purpose of the disclosure.",
    "Enter purposes = […].",
)

NO_PARTY: Final = _build_law_rule(
    "LL52",
    "34 CFR 99.30(b)(3)",
    "The consent form does not state who receives the records.",
    "Add the recipient as a party.",
)

NO_SIGNER: Final = _build_law_rule(
    "LL53",
    "34 CFR 99.30(a)",
    "The consent form does not state who signs and dates it.",
    "Add [consent] with notice, languages and signers.",
)

NOT_CONSENT: Final = _build_usage_rule(
    "LC01",
    "A consent form must use consent as its legal basis, not '{about}'.",
    'Enter basis = "consent".',
)

NOT_VOLUNTARY: Final = _build_usage_rule(
    "LC02",
    "The form does not state that a family may decline, or may revoke its consent.",
    (
        'Add clauses of kind "voluntary" and "revocable". (Head Start requires both: 45 CFR '
        "1303.22.)"
    ),
)

NO_VERIFIER: Final = _build_usage_rule(
    "LC03",
    "The agreement does not state who verifies the signed forms.",
    "Enter verified_by under [consent]: the district that holds the records.",
)

ONE_LANGUAGE: Final = _build_usage_rule(
    "LC04",
    "The form is available in one language only.",
    "Add the languages that local families read.",
)

NO_USUAL_CLAUSE: Final = _build_usage_rule(
    "LC10",
    "A document of this kind ({tier}) must include {about}. This one does not.",
    'Add a clause of kind "{key}".',
)

NO_PROCESSOR: Final = _build_usage_rule(
    "LC11",
    "A vendor agreement needs a party with the role processor. This one has none.",
    "Give the vendor the role processor.",
)

NOT_ASSOCIATE: Final = _build_usage_rule(
    "LC12",
    "A business associate agreement must use its own legal basis, not '{about}'.",
    'Enter basis = "business_associate" with its criteria.',
)

NO_PROJECT: Final = _build_usage_rule(
    "LC13",
    "The data use license does not name a project.",
    "Add [project] with its reference and questions.",
)

RESTS_ON_NOTHING: Final = _build_usage_rule(
    "LC14",
    "A data use license must name the agreement it depends on. This one does not.",
    'Enter under = ["…"] with the memorandum or agreement.',
)

NO_STEPS: Final = _build_usage_rule(
    "LC15",
    "The plan has no steps.",
    "Add a [[milestones]] table for each step: what, who and by when.",
)

NO_CHANGE: Final = _build_usage_rule(
    "LC16",
    "The amendment does not state which agreement it amends, or what changes.",
    "Enter amends, and a [[changes]] table for each changed term.",
)

JOINS_NOTHING: Final = _build_usage_rule(
    "LC17",
    "The joinder does not state which agreement it joins.",
    "Enter joins.",
)

NOT_OPEN_TO_JOINDER: Final = _build_usage_rule(
    "LC18",
    "This joinder joins {about}, which does not allow others to join.",
    ('Amend {about} to add a clause of kind "joinder", or make an agreement with this party.'),
)

TERM_NOT_STATED: Final = _build_usage_rule(
    "LC19",
    "The amendment changes the data or the purposes, but does not state them as amended.",
    "Enter the whole [[data]] or purposes as amended. From the first day they replace the earlier "
    "ones, so that what is left out may no longer be shared.",
)

PART_NOT_NAMED: Final = _build_usage_rule(
    "LC20",
    "The amendment changes the data, purposes or legal basis of {about}, which has parts, but does "
    "not name the part.",
    "Enter part under [[changes]], and state the part as amended in a [[part]] table.",
)

_TERMS_OF_A_PART: Final = frozenset({"data", "purposes", "legal_basis"})

# The clauses that each type of document usually has in addition to its terms.
_USUAL_CLAUSES: Final[Mapping[AgreementTier, tuple[ClauseKind, ...]]] = {
    AgreementTier.MEMORANDUM: (ClauseKind.PARTNERSHIP, ClauseKind.GOVERNANCE),
    AgreementTier.CONFIDENTIALITY: (
        ClauseKind.CONFIDENTIALITY,
        ClauseKind.COMPELLED_DISCLOSURE,
        ClauseKind.BREACH_NOTICE,
        ClauseKind.RETURN_OF_DATA,
        ClauseKind.SURVIVAL,
    ),
    AgreementTier.VENDOR: (
        ClauseKind.SERVICES,
        ClauseKind.OWNERSHIP,
        ClauseKind.SUBCONTRACTORS,
        ClauseKind.BREACH_NOTICE,
        ClauseKind.RETURN_OF_DATA,
    ),
    AgreementTier.BUSINESS_ASSOCIATE: (ClauseKind.BOOKS_TO_SECRETARY, ClauseKind.ACCOUNTING),
    AgreementTier.TERMS_AND_CONDITIONS: (ClauseKind.ACCEPTABLE_USE, ClauseKind.SUSPENSION),
    AgreementTier.INTERAGENCY: (ClauseKind.AUTHORITY, ClauseKind.DUTIES),
}

_GapTest = Callable[[AgreementFact], bool]

_GAP_TESTS: Final[Mapping[AgreementTier, Mapping[LintRule, _GapTest]]] = {
    AgreementTier.CONSENT_FORM: {
        NO_RECORDS: lambda a: not a.data,
        NO_PURPOSE: lambda a: not a.purposes,
        NO_PARTY: lambda a: not a.list_organizations(PartyRole.RECIPIENT),
        NO_SIGNER: lambda a: a.consent is None,
        NOT_CONSENT: lambda a: a.basis is not LegalBasis.CONSENT,
        NOT_VOLUNTARY: lambda a: (
            not (a.find_clause(ClauseKind.VOLUNTARY) and a.find_clause(ClauseKind.REVOCABLE))
        ),
        NO_VERIFIER: lambda a: a.consent is not None and not a.consent.verified_by,
        ONE_LANGUAGE: lambda a: a.consent is not None and len(a.consent.languages) == 1,
    },
    AgreementTier.VENDOR: {NO_PROCESSOR: lambda a: not a.list_organizations(PartyRole.PROCESSOR)},
    AgreementTier.BUSINESS_ASSOCIATE: {
        NOT_ASSOCIATE: lambda a: a.basis is not LegalBasis.BUSINESS_ASSOCIATE
    },
    AgreementTier.DATA_USE_LICENSE: {
        NO_PROJECT: lambda a: a.project is None,
        RESTS_ON_NOTHING: lambda a: not a.under,
    },
    AgreementTier.DATA_PLAN: {
        NO_PROJECT: lambda a: a.project is None,
        NO_STEPS: lambda a: not a.milestones,
    },
    AgreementTier.AMENDMENT: {
        NO_CHANGE: lambda a: not (a.amends and a.changes),
        TERM_NOT_STATED: lambda a: any(
            change.term in ("data", "purposes") and not getattr(a, change.term)
            for change in a.changes
        ),
        PART_NOT_NAMED: lambda a: any(
            above.reference == a.amends
            and above.parts
            and any(not change.part and change.term in _TERMS_OF_A_PART for change in a.changes)
            for above in a.above
        ),
    },
    AgreementTier.JOINDER: {
        JOINS_NOTHING: lambda a: not a.joins,
        NOT_OPEN_TO_JOINDER: lambda a: any(
            b.reference == a.joins and not b.find_clause(ClauseKind.JOINDER) for b in a.above
        ),
    },
}


def check_document_type(lint_input: LintInput) -> Iterator[LintFinding]:
    """Report what a document of this type lacks."""
    agreement = lint_input.agreement
    for lint_rule, has_gap in _GAP_TESTS.get(agreement.tier, {}).items():
        if has_gap(agreement):
            subject = _find_gap_subject(agreement, lint_rule)
            yield lint_rule.make_finding(about=subject)
    tier = label_code(agreement.tier)
    for clause_kind in _USUAL_CLAUSES.get(agreement.tier, ()):
        if not agreement.find_clause(clause_kind):
            subject = label_code(clause_kind)
            yield NO_USUAL_CLAUSE.make_finding(about=subject, tier=tier, key=clause_kind.value)


def _find_gap_subject(agreement: AgreementFact, lint_rule: LintRule) -> str:
    if lint_rule is PART_NOT_NAMED:
        return agreement.amends
    return agreement.basis.value if "basis" in lint_rule.instead else agreement.joins


ALL: Final = (
    ANOTHER_BASIS,
    NOT_A_STUDY,
    NOT_AN_EVALUATION,
    NOT_A_SERVICE,
    NO_BASIS_PURPOSE,
    *dict.fromkeys(o for kind in _GAP_TESTS.values() for o in kind),
    NO_USUAL_CLAUSE,
)
