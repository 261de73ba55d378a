"""Check what each type of document must contain: consent form, license, data plan, ..."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from cairn.policy.facts import AgreementFact, ClauseKind
from cairn.policy.law import RuleSource
from cairn.policy.lint.findings import LintFinding, LintInput, LintRule
from cairn.policy.vocabulary import AgreementTier, LegalBasis, PartyRole

_DOCUMENTS: Final = "Cairn policy, reading 6"


def _build_law_rule(identifier: str, citation: str, message: str, instead: str) -> LintRule:
    return LintRule(identifier, RuleSource.LAW, citation, message, instead)


def _build_usage_rule(identifier: str, message: str, instead: str) -> LintRule:
    return LintRule(identifier, RuleSource.PRACTICE, _DOCUMENTS, message, instead)


NO_RECORDS: Final = _build_law_rule(
    "LL50",
    "34 CFR 99.30(b)(1)",
    "The consent form does not say which records may be disclosed.",
    "Add a [[data]] table for each record type.",
)

NO_PURPOSE: Final = _build_law_rule(
    "LL51",
    "34 CFR 99.30(b)(2)",
    "The consent form does not say what the disclosure is for.",
    "Write purposes = […].",
)

NO_PARTY: Final = _build_law_rule(
    "LL52",
    "34 CFR 99.30(b)(3)",
    "The consent form does not say to whom the records go.",
    "Name the recipient as a party.",
)

NO_SIGNER: Final = _build_law_rule(
    "LL53",
    "34 CFR 99.30(a)",
    "The consent form does not say who signs and dates it.",
    "Add [consent] with notice, languages and signers.",
)

NOT_CONSENT: Final = _build_usage_rule(
    "LC01",
    "A consent form rests on consent, but its legal basis is '{about}'.",
    'Write basis = "consent".',
)

NOT_VOLUNTARY: Final = _build_usage_rule(
    "LC02",
    "The form does not say that a family may decline, or take its yes back.",
    'Add clauses of kind "voluntary" and "revocable" (Head Start asks for both: 45 CFR 1303.22).',
)

NO_VERIFIER: Final = _build_usage_rule(
    "LC03",
    "Nobody verifies the forms that come back.",
    "Write verified_by under [consent]: the district whose records these are.",
)

ONE_LANGUAGE: Final = _build_usage_rule(
    "LC04",
    "The form exists in one language only.",
    "Name the languages that families here read.",
)

NO_USUAL_CLAUSE: Final = _build_usage_rule(
    "LC10",
    "A document of this kind ({tier}) promises {about}; this one does not.",
    'Add a clause of kind "{key}".',
)

NO_PROCESSOR: Final = _build_usage_rule(
    "LC11",
    "A vendor's agreement has a processor; here nobody is one.",
    "Give the vendor the role processor.",
)

NOT_ASSOCIATE: Final = _build_usage_rule(
    "LC12",
    "A business associate agreement rests on its own basis, not on '{about}'.",
    'Write basis = "business_associate" with its criteria.',
)

NO_PROJECT: Final = _build_usage_rule(
    "LC13",
    "It is for no project.",
    "Add [project] with its reference and questions.",
)

RESTS_ON_NOTHING: Final = _build_usage_rule(
    "LC14",
    "A license rests on an agreement above it; this one names none.",
    'Write under = ["…"] with the memorandum or agreement above.',
)

NO_STEPS: Final = _build_usage_rule(
    "LC15",
    "The plan has no steps.",
    "Add a [[milestones]] table for each: what, by whom, by when.",
)

NO_CHANGE: Final = _build_usage_rule(
    "LC16",
    "It does not say what it amends, or what changes.",
    "Write amends, and a [[changes]] table for each term.",
)

JOINS_NOTHING: Final = _build_usage_rule(
    "LC17",
    "It does not say which agreement it joins.",
    "Write joins.",
)

NOT_OPEN_TO_JOINDER: Final = _build_usage_rule(
    "LC18",
    "{about}, which it joins, does not say that others may join.",
    'Amend {about} with a clause of kind "joinder", or make an agreement with this party.',
)

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
        NO_PARTY: lambda a: not a.organizations(PartyRole.RECIPIENT),
        NO_SIGNER: lambda a: a.consent is None,
        NOT_CONSENT: lambda a: a.basis is not LegalBasis.CONSENT,
        NOT_VOLUNTARY: lambda a: (
            not (a.clause(ClauseKind.VOLUNTARY) and a.clause(ClauseKind.REVOCABLE))
        ),
        NO_VERIFIER: lambda a: a.consent is not None and not a.consent.verified_by,
        ONE_LANGUAGE: lambda a: a.consent is not None and len(a.consent.languages) == 1,
    },
    AgreementTier.VENDOR: {NO_PROCESSOR: lambda a: not a.organizations(PartyRole.PROCESSOR)},
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
    AgreementTier.AMENDMENT: {NO_CHANGE: lambda a: not (a.amends and a.changes)},
    AgreementTier.JOINDER: {
        JOINS_NOTHING: lambda a: not a.joins,
        NOT_OPEN_TO_JOINDER: lambda a: any(
            b.reference == a.joins and not b.clause(ClauseKind.JOINDER) for b in a.above
        ),
    },
}


def check_document_type(lint_input: LintInput) -> Iterator[LintFinding]:
    """Report what a document of this type lacks."""
    agreement = lint_input.agreement
    for lint_rule, has_gap in _GAP_TESTS.get(agreement.tier, {}).items():
        if has_gap(agreement):
            subject = agreement.basis.value if "basis" in lint_rule.instead else agreement.joins
            yield lint_rule.finding(about=subject)
    tier = agreement.tier.value.replace("_", " ")
    for clause_kind in _USUAL_CLAUSES.get(agreement.tier, ()):
        if not agreement.clause(clause_kind):
            subject = clause_kind.value.replace("_", " ")
            yield NO_USUAL_CLAUSE.finding(about=subject, tier=tier, key=clause_kind.value)


ALL: Final = (*dict.fromkeys(o for kind in _GAP_TESTS.values() for o in kind), NO_USUAL_CLAUSE)
