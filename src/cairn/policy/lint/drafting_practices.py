"""Check the 15 drafting practices of the StriveTogether data-sharing guide, section 3.2.

Also check for placeholders that were left in the text, and for exhibits that are missing.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from cairn.policy.facts import AgreementFact, ClauseKind
from cairn.policy.law import RuleSource
from cairn.policy.lint.agreement_texts import iterate_texts
from cairn.policy.lint.findings import LintFinding, LintInput, LintRule
from cairn.policy.vocabulary import (
    AgreementState,
    AgreementTier,
    LegalBasis,
    PartyRole,
    SecurityCondition,
)

_GUIDE: Final = "StriveTogether data-sharing guide, 3.2, practice {}"


def _build_practice_rule(number: int, message: str, instead: str, letter: str = "") -> LintRule:
    citation = _GUIDE.format(number)
    return LintRule(f"LP{number:02}{letter}", RuleSource.PRACTICE, citation, message, instead)


PURPOSE: Final = _build_practice_rule(
    1,
    "No clause states the purpose of sharing the data.",
    (
        "Enter purpose_clause: the clause that states the purpose in words that a parent can "
        "understand."
    ),
)

OWNER_SIGNS: Final = _build_practice_rule(
    2,
    "{name} owns these data and has not signed.",
    "Ask {name} to sign, and record the signer's name, title and date.",
)

USE_LIMIT: Final = _build_practice_rule(
    3,
    "No clause limits the use of the data to the stated purpose.",
    'Add a clause of kind "use_limit": the data may be used only for this purpose.',
)

INTEREST: Final = _build_practice_rule(
    4,
    "The agreement does not state who may see the data and why they need to.",
    "Add an [[access]] table for each role at each recipient, with its legitimate interest.",
)

DESTRUCTION: Final = _build_practice_rule(
    5,
    "No clause states how long the data are kept and how they are destroyed.",
    "Enter period_days, method and clause under [retention].",
)

ON_DEMAND: Final = _build_practice_rule(
    5,
    ("No clause allows the district to require data destruction before the retention period ends."),
    ("Enter on_demand under [retention]: how the district requests it, and within how many days."),
    "d",
)

PROJECT: Final = _build_practice_rule(
    6,
    (
        "The agreement does not require an authorization for each project that states its "
        "elements, years, level and files."
    ),
    (
        'Add a clause of kind "project_authorization", or a [project] table if there is only '
        "one project."
    ),
)

FREQUENCY: Final = _build_practice_rule(
    7,
    "The agreement does not state how often data are delivered.",
    "Enter frequency under [delivery].",
)

THIRD_PARTIES: Final = _build_practice_rule(
    8,
    "No clause prohibits the recipient from redisclosing the data.",
    (
        'Add a clause of kind "third_parties". Name each permitted onward recipient under '
        "[[onward]]."
    ),
)

DISSEMINATION: Final = _build_practice_rule(
    9,
    "No clause states what may be published from the data.",
    (
        "Enter [disclosure] and its clause: the smallest cell, and the provider's days to "
        "review first."
    ),
)

GIVE_BACK: Final = _build_practice_rule(
    10,
    "The provider gets no report on what is learned from its data.",
    "Add a [[giveback]] table: what the provider receives, when and in what form.",
)

CONSEQUENCES: Final = _build_practice_rule(
    11,
    "The agreement does not state the consequences of a breach.",
    "Add [[penalties]], such as loss of access, damages or legal action.",
)

NO_AMENDMENT_CLAUSE: Final = _build_practice_rule(
    12,
    "The agreement does not state how it may be amended.",
    "Enter amendment_clause.",
)

NO_TERMINATION_CLAUSE: Final = _build_practice_rule(
    12,
    "The agreement does not state how it may be terminated.",
    "Enter termination_clause and termination_notice_days.",
    "t",
)

SECURITY: Final = _build_practice_rule(
    13,
    "The agreement does not require the data to be {about}.",
    "Add {condition} to the conditions under [security].",
)

CONTACTS: Final = _build_practice_rule(
    14,
    "The agreement does not name the people who {about} the data.",
    "Enter {key} under [delivery]: each person's name and e-mail address.",
)

BASIS_CLAUSE: Final = _build_practice_rule(
    15,
    "No clause states the legal basis and how its requirements are met.",
    "Enter clause under [legal_basis], and a clause for each criterion.",
)

_HasGap = Callable[[AgreementFact], bool]


def _lacks_clause(*kinds: ClauseKind) -> _HasGap:
    return lambda agreement: not any(agreement.find_clause(kind) for kind in kinds)


# Each rule, with a test of whether the text lacks what it asks for.
_PRACTICE_GAP_TESTS: Final[Mapping[LintRule, _HasGap]] = {
    PURPOSE: lambda a: not a.purpose_clause and _lacks_clause(ClauseKind.EDUCATIONAL_PURPOSE)(a),
    USE_LIMIT: lambda a: not a.criteria.get("use_limit") and _lacks_clause(ClauseKind.USE_LIMIT)(a),
    INTEREST: lambda a: not a.access and _lacks_clause(ClauseKind.LEGITIMATE_INTEREST)(a),
    DESTRUCTION: lambda a: not (a.retention.clause and a.retention.method),
    PROJECT: lambda a: a.project is None and _lacks_clause(ClauseKind.PROJECT_AUTHORIZATION)(a),
    FREQUENCY: lambda a: a.delivery.frequency is None,
    THIRD_PARTIES: lambda a: not a.onward and _lacks_clause(ClauseKind.THIRD_PARTIES)(a),
    DISSEMINATION: lambda a: not a.disclosure.clause,
    GIVE_BACK: lambda a: not a.giveback,
    CONSEQUENCES: lambda a: not a.penalties,
    NO_AMENDMENT_CLAUSE: lambda a: not a.amendment_clause,
    NO_TERMINATION_CLAUSE: lambda a: not (a.termination_clause and a.termination_notice_days),
    BASIS_CLAUSE: lambda a: not a.basis_clause,
    ON_DEMAND: lambda a: a.basis is LegalBasis.SCHOOL_OFFICIAL and not a.retention.on_demand,
}

_ENCRYPTION_CONDITIONS: Final = (
    ("encrypted in transit", SecurityCondition.ENCRYPTED_TRANSFER),
    ("encrypted at rest", SecurityCondition.ENCRYPTED_STORAGE),
)


def check_drafting_practices(lint_input: LintInput) -> Iterator[LintFinding]:
    """Report which of the 15 practices an agreement that shares data does not follow."""
    agreement = lint_input.agreement
    if agreement.basis is LegalBasis.NO_DISCLOSURE or agreement.tier is AgreementTier.JOINDER:
        return
    yield from (
        lint_rule.make_finding()
        for lint_rule, has_gap in _PRACTICE_GAP_TESTS.items()
        if has_gap(agreement)
    )
    yield from _check_owner_signatures(agreement)
    for subject, condition in _ENCRYPTION_CONDITIONS:
        if condition not in agreement.security:
            yield SECURITY.make_finding(
                agreement.security_clause, subject, condition=condition.value
            )
    for subject, key in (("sends", "contacts"), ("receives", "receivers")):
        if not getattr(agreement.delivery, key):
            yield CONTACTS.make_finding(agreement.delivery.clause, subject, key=key)


def _check_owner_signatures(agreement: AgreementFact) -> Iterator[LintFinding]:
    """Report owners that have not signed; a draft waits for its signatures, which is not a
    finding.
    """
    if agreement.state is not AgreementState.SIGNED:
        return
    for party in agreement.parties:
        if party.role is PartyRole.PROVIDER and not (party.signed_by and party.signed_on):
            yield OWNER_SIGNS.make_finding(about=party.organization, name=party.name)


_TEXT: Final = "Cairn policy, agreement review 5"

PLACEHOLDER: Final = LintRule(
    "LA50",
    RuleSource.ANOMALY,
    _TEXT,
    "The placeholder '{said}' is still in {about}.",
    "Replace it with the final text.",
)

EXHIBIT_NOT_LISTED: Final = LintRule(
    "LA51",
    RuleSource.ANOMALY,
    _TEXT,
    "The text refers to {about}, which is not listed as an exhibit.",
    "Add an [[exhibits]] table for {about}, or remove the reference.",
)

EXHIBIT_NOT_ATTACHED: Final = LintRule(
    "LA52",
    RuleSource.ANOMALY,
    _TEXT,
    "{about} is not attached.",
    "Attach it before anyone signs.",
)

_PLACEHOLDER_PATTERN: Final = re.compile(
    r"\[[^\]]*(?:tbd|insert|name|date|fill|todo|x{2,})[^\]]*\]|\btb[dc]\b|_{3,}|\bx{3,}\b"
    r"|<[a-z ]+>|\{\{.*?\}\}|\$\{.*?\}|lorem ipsum|\?{3,}|\.{5,}",
    re.IGNORECASE,
)

_EXHIBIT_PATTERN: Final = re.compile(
    r"\b((?:Exhibit|Schedule|Appendix|Attachment|Annex) (?:[A-Z]\b|\d+|[IVX]+\b))"
)


def check_placeholders(lint_input: LintInput) -> Iterator[LintFinding]:
    """Report placeholders, and exhibits that the text names without attaching them."""
    agreement = lint_input.agreement
    texts = tuple(iterate_texts(agreement))
    for place, content in texts:
        if match := _PLACEHOLDER_PATTERN.search(content):
            yield PLACEHOLDER.make_finding(place, place, said=match[0])
    listed_exhibits = {exhibit.name.casefold() for exhibit in agreement.exhibits}
    named_exhibits = dict.fromkeys(
        name for _, content in texts for name in _EXHIBIT_PATTERN.findall(content)
    )
    for name in named_exhibits:
        if name.casefold() not in listed_exhibits:
            yield EXHIBIT_NOT_LISTED.make_finding(about=name)
    for exhibit in agreement.exhibits:
        if not exhibit.attached:
            yield EXHIBIT_NOT_ATTACHED.make_finding("exhibits", exhibit.name)


ALL: Final = (
    *_PRACTICE_GAP_TESTS,
    OWNER_SIGNS,
    SECURITY,
    CONTACTS,
    PLACEHOLDER,
    EXHIBIT_NOT_LISTED,
    EXHIBIT_NOT_ATTACHED,
)
