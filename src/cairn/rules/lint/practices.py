"""The fifteen practices of drafting: what every agreement by which data go should say."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from cairn.rules.agreement import Agreement, ClauseKind
from cairn.rules.citations import Severity
from cairn.rules.lint.finding import Finding, Objection, Text
from cairn.rules.terms import SecurityCondition
from cairn.rules.vocabulary import AgreementState, LegalBasis, PartyRole, Tier

_GUIDE: Final = "StriveTogether data-sharing guide, 3.2, practice {}"


def _practice(number: int, message: str, instead: str, letter: str = "") -> Objection:
    cited = _GUIDE.format(number)
    return Objection(f"LP{number:02}{letter}", Severity.PRACTICE, cited, message, instead)


PURPOSE: Final = _practice(
    1,
    "No clause states what the data are shared for.",
    "Write purpose_clause with the clause that states the purpose, in words a parent follows.",
)
OWNER_SIGNS: Final = _practice(
    2,
    "{name}, whose data these are, has not signed.",
    "Get the signature of {name}: who, in what capacity, on what day.",
)
USE_LIMIT: Final = _practice(
    3,
    "No clause limits the use of the data to that purpose.",
    'Add a clause of kind "use_limit": used for this purpose and for no other.',
)
INTEREST: Final = _practice(
    4,
    "Nothing says who may see the data and why they need to.",
    "Add an [[access]] table for each role at each recipient, with its legitimate interest.",
)
DESTRUCTION: Final = _practice(
    5,
    "No clause says how long the data are kept and how they are then destroyed.",
    "Write period_days, method and clause under [retention].",
)
ON_DEMAND: Final = _practice(
    5,
    "Nothing lets the district have its data destroyed before the period is over.",
    "Write on_demand under [retention]: how the district asks, and within how many days.",
    "d",
)
PROJECT: Final = _practice(
    6,
    "Nothing asks for an authorization of each project: its elements, years, level and files.",
    'Add a clause of kind "project_authorization", or a [project] table for the one project.',
)
FREQUENCY: Final = _practice(
    7,
    "Nothing says how often data are delivered.",
    "Write frequency under [delivery].",
)
THIRD_PARTIES: Final = _practice(
    8,
    "No clause keeps the recipient from passing the data on.",
    'Add a clause of kind "third_parties"; name each one that may have them under [[onward]].',
)
DISSEMINATION: Final = _practice(
    9,
    "No clause says what may be published from the data.",
    "Write [disclosure] with its clause: smallest cell, days for the provider to look first.",
)
GIVE_BACK: Final = _practice(
    10,
    "Nothing is given back to the provider.",
    "Add a [[giveback]] table: what is learned, when, in what form.",
)
CONSEQUENCES: Final = _practice(
    11,
    "Nothing says what follows when a party does not keep to this.",
    "Add [[penalties]]: loss of access, damages, legal action.",
)
AMENDING: Final = _practice(
    12,
    "Nothing says how the agreement is amended.",
    "Write amendment_clause.",
)
ENDING: Final = _practice(
    12,
    "Nothing says how the agreement is terminated.",
    "Write termination_clause and termination_notice_days.",
    "t",
)
SECURITY: Final = _practice(
    13,
    "Nothing says that the data are {about}.",
    "Add {condition} to the conditions under [security].",
)
CONTACTS: Final = _practice(
    14,
    "Nobody is named who {about} the data.",
    "Write {key} under [delivery]: name and e-mail of each.",
)
BASIS_CLAUSE: Final = _practice(
    15,
    "No clause declares the legal basis and how its criteria are met.",
    "Write clause under [legal_basis], and a clause for each criterion.",
)

_Lacks = Callable[[Agreement], bool]


def _no_clause(*kinds: ClauseKind) -> _Lacks:
    return lambda agreement: not any(agreement.clause(kind) for kind in kinds)


# What stands anywhere in a text or does not: the objection, and whether the text lacks it.
_LACKING: Final[Mapping[Objection, _Lacks]] = {
    PURPOSE: lambda a: not a.purpose_clause and _no_clause(ClauseKind.EDUCATIONAL_PURPOSE)(a),
    USE_LIMIT: lambda a: not a.criteria.get("use_limit") and _no_clause(ClauseKind.USE_LIMIT)(a),
    INTEREST: lambda a: not a.access and _no_clause(ClauseKind.LEGITIMATE_INTEREST)(a),
    DESTRUCTION: lambda a: not (a.retention.clause and a.retention.method),
    PROJECT: lambda a: a.project is None and _no_clause(ClauseKind.PROJECT_AUTHORIZATION)(a),
    FREQUENCY: lambda a: a.delivery.frequency is None,
    THIRD_PARTIES: lambda a: not a.onward and _no_clause(ClauseKind.THIRD_PARTIES)(a),
    DISSEMINATION: lambda a: not a.disclosure.clause,
    GIVE_BACK: lambda a: not a.giveback,
    CONSEQUENCES: lambda a: not a.penalties,
    AMENDING: lambda a: not a.amendment_clause,
    ENDING: lambda a: not (a.termination_clause and a.termination_notice_days),
    BASIS_CLAUSE: lambda a: not a.basis_clause,
    ON_DEMAND: lambda a: a.basis is LegalBasis.SCHOOL_OFFICIAL and not a.retention.on_demand,
}
_SECURE: Final = (
    ("encrypted when they are sent", SecurityCondition.ENCRYPTED_TRANSFER),
    ("encrypted where they are kept", SecurityCondition.ENCRYPTED_STORAGE),
)


def practices(text: Text) -> Iterator[Finding]:
    """What an agreement by which data go lacks of the fifteen practices."""
    agreement = text.agreement
    if agreement.basis is LegalBasis.NO_DISCLOSURE or agreement.tier is Tier.JOINDER:
        return
    yield from (o.finding() for o, lacks in _LACKING.items() if lacks(agreement))
    yield from _owners(agreement)
    for about, condition in _SECURE:
        if condition not in agreement.security:
            yield SECURITY.finding(agreement.security_clause, about, condition=condition.value)
    for about, key in (("sends", "contacts"), ("receives", "receivers")):
        if not getattr(agreement.delivery, key):
            yield CONTACTS.finding(agreement.delivery.clause, about, key=key)


def _owners(agreement: Agreement) -> Iterator[Finding]:
    """A text that is still being written waits for its signatures, which is no finding."""
    if agreement.state is not AgreementState.SIGNED:
        return
    for party in agreement.parties:
        if party.role is PartyRole.PROVIDER and not (party.signed_by and party.signed_on):
            yield OWNER_SIGNS.finding(about=party.organization, name=party.name)


ALL: Final = (
    *_LACKING,
    OWNER_SIGNS,
    SECURITY,
    CONTACTS,
)
