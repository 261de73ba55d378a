"""What each kind of document has to hold: a consent form is not a license, nor a plan."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from cairn.rules.agreement import Agreement, ClauseKind
from cairn.rules.citations import Severity
from cairn.rules.lint.finding import Finding, Objection, Text
from cairn.rules.vocabulary import LegalBasis, PartyRole, Tier

_DOCUMENTS: Final = "Cairn policy, reading 6"


def _law(identifier: str, citation: str, message: str, instead: str) -> Objection:
    return Objection(identifier, Severity.LAW, citation, message, instead)


def _usual(identifier: str, message: str, instead: str) -> Objection:
    return Objection(identifier, Severity.PRACTICE, _DOCUMENTS, message, instead)


NO_RECORDS: Final = _law(
    "LL50",
    "34 CFR 99.30(b)(1)",
    "The consent form does not say which records may be disclosed.",
    "Add a [[data]] table for each record type.",
)
NO_PURPOSE: Final = _law(
    "LL51",
    "34 CFR 99.30(b)(2)",
    "The consent form does not say what the disclosure is for.",
    "Write purposes = […].",
)
NO_PARTY: Final = _law(
    "LL52",
    "34 CFR 99.30(b)(3)",
    "The consent form does not say to whom the records go.",
    "Name the recipient as a party.",
)
NO_SIGNER: Final = _law(
    "LL53",
    "34 CFR 99.30(a)",
    "The consent form does not say who signs and dates it.",
    "Add [consent] with notice, languages and signers.",
)
NOT_CONSENT: Final = _usual(
    "LC01",
    "A consent form rests on consent, but its legal basis is '{about}'.",
    'Write basis = "consent".',
)
NOT_VOLUNTARY: Final = _usual(
    "LC02",
    "The form does not say that a family may decline, or take its yes back.",
    'Add clauses of kind "voluntary" and "revocable" (Head Start asks for both: 45 CFR 1303.22).',
)
NO_VERIFIER: Final = _usual(
    "LC03",
    "Nobody verifies the forms that come back.",
    "Write verified_by under [consent]: the district whose records these are.",
)
ONE_LANGUAGE: Final = _usual(
    "LC04",
    "The form exists in one language only.",
    "Name the languages that families here read.",
)
UNPROMISED: Final = _usual(
    "LC10",
    "A document of this kind ({tier}) promises {about}; this one does not.",
    'Add a clause of kind "{key}".',
)
NO_PROCESSOR: Final = _usual(
    "LC11",
    "A vendor's agreement has a processor; here nobody is one.",
    "Give the vendor the role processor.",
)
NOT_ASSOCIATE: Final = _usual(
    "LC12",
    "A business associate agreement rests on its own basis, not on '{about}'.",
    'Write basis = "business_associate" with its criteria.',
)
NO_PROJECT: Final = _usual(
    "LC13",
    "It is for no project.",
    "Add [project] with its reference and questions.",
)
RESTS_ON_NOTHING: Final = _usual(
    "LC14",
    "A license rests on an agreement above it; this one names none.",
    'Write under = ["…"] with the memorandum or agreement above.',
)
NO_STEPS: Final = _usual(
    "LC15",
    "The plan has no steps.",
    "Add a [[milestones]] table for each: what, by whom, by when.",
)
NO_CHANGE: Final = _usual(
    "LC16",
    "It does not say what it amends, or what changes.",
    "Write amends, and a [[changes]] table for each term.",
)
JOINS_NOTHING: Final = _usual(
    "LC17",
    "It does not say which agreement it joins.",
    "Write joins.",
)
NOT_OPEN: Final = _usual(
    "LC18",
    "{about}, which it joins, does not say that others may join.",
    'Amend {about} with a clause of kind "joinder", or make an agreement with this party.',
)

# What each kind of document promises beside its terms, one kind of clause each.
_PROMISES: Final[Mapping[Tier, tuple[ClauseKind, ...]]] = {
    Tier.MEMORANDUM: (ClauseKind.PARTNERSHIP, ClauseKind.GOVERNANCE),
    Tier.CONFIDENTIALITY: (
        ClauseKind.CONFIDENTIALITY,
        ClauseKind.COMPELLED_DISCLOSURE,
        ClauseKind.BREACH_NOTICE,
        ClauseKind.RETURN_OF_DATA,
        ClauseKind.SURVIVAL,
    ),
    Tier.VENDOR: (
        ClauseKind.SERVICES,
        ClauseKind.OWNERSHIP,
        ClauseKind.SUBCONTRACTORS,
        ClauseKind.BREACH_NOTICE,
        ClauseKind.RETURN_OF_DATA,
    ),
    Tier.BUSINESS_ASSOCIATE: (ClauseKind.BOOKS_TO_SECRETARY, ClauseKind.ACCOUNTING),
    Tier.TERMS_AND_CONDITIONS: (ClauseKind.ACCEPTABLE_USE, ClauseKind.SUSPENSION),
    Tier.INTERAGENCY: (ClauseKind.AUTHORITY, ClauseKind.DUTIES),
}

_Lacks = Callable[[Agreement], bool]
_LACKING: Final[Mapping[Tier, Mapping[Objection, _Lacks]]] = {
    Tier.CONSENT_FORM: {
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
    Tier.VENDOR: {NO_PROCESSOR: lambda a: not a.organizations(PartyRole.PROCESSOR)},
    Tier.BUSINESS_ASSOCIATE: {
        NOT_ASSOCIATE: lambda a: a.basis is not LegalBasis.BUSINESS_ASSOCIATE
    },
    Tier.DATA_USE_LICENSE: {
        NO_PROJECT: lambda a: a.project is None,
        RESTS_ON_NOTHING: lambda a: not a.under,
    },
    Tier.DATA_PLAN: {
        NO_PROJECT: lambda a: a.project is None,
        NO_STEPS: lambda a: not a.milestones,
    },
    Tier.AMENDMENT: {NO_CHANGE: lambda a: not (a.amends and a.changes)},
    Tier.JOINDER: {
        JOINS_NOTHING: lambda a: not a.joins,
        NOT_OPEN: lambda a: any(
            b.reference == a.joins and not b.clause(ClauseKind.JOINDER) for b in a.above
        ),
    },
}


def documents(text: Text) -> Iterator[Finding]:
    """What a document of this kind lacks."""
    agreement = text.agreement
    for objection, lacks in _LACKING.get(agreement.tier, {}).items():
        if lacks(agreement):
            about = agreement.basis.value if "basis" in objection.instead else agreement.joins
            yield objection.finding(about=about)
    tier = agreement.tier.value.replace("_", " ")
    for kind in _PROMISES.get(agreement.tier, ()):
        if not agreement.clause(kind):
            about = kind.value.replace("_", " ")
            yield UNPROMISED.finding(about=about, tier=tier, key=kind.value)


ALL: Final = (*dict.fromkeys(o for kind in _LACKING.values() for o in kind), UNPROMISED)
