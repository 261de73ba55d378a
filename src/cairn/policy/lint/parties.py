"""Check the parties: classes of recipients, missing owners, and signatures for both sides."""

import re
from collections.abc import Iterator
from typing import Final

from cairn.policy.facts import AgreementFact, ClauseKind
from cairn.policy.law import RuleSource
from cairn.policy.lint.agreement_texts import iterate_statements
from cairn.policy.lint.findings import LintFinding, LintInput, LintRule
from cairn.policy.lint.hint_phrases import list_known_recipients
from cairn.policy.vocabulary import RECIPIENT_ROLES, AgreementTier, LegalBasis, PartyRole

_PARTIES: Final = "Cairn policy, agreement review 2"

CLASS_OF_RECIPIENTS: Final = LintRule(
    "LA20",
    RuleSource.ANOMALY,
    _PARTIES,
    "'{about}' is a class of recipients, not a party.",
    "Add each organization as a separate party.",
)

CLASS_OF_ONWARD_RECIPIENTS: Final = LintRule(
    "LL20",
    RuleSource.LAW,
    "34 CFR 99.32(b)(1)",
    (
        "'{about}' may receive the data onward, but it is not a registered organization. The "
        "record must name each recipient, not a class of them."
    ),
    "Name each organization under [[onward]], with its own interest, and register it as a partner.",
)

RECIPIENT_IN_TEXT: Final = LintRule(
    "LP08t",
    RuleSource.PRACTICE,
    "StriveTogether data-sharing guide, 3.2, practice 8",
    "The text lets the data go to “{about}”, which the agreement does not name as a recipient.",
    "Name each organization as a party or under [[onward]], or remove the permission.",
)

OWNER_NOT_PARTY: Final = LintRule(
    "LA21",
    RuleSource.ANOMALY,
    _PARTIES,
    "{about} is named as a data owner but is not a provider under this agreement.",
    "Add {about} as a party with the role provider, and have it sign.",
)

NO_PARTY_IN_ROLE: Final = LintRule(
    "LA22",
    RuleSource.ANOMALY,
    _PARTIES,
    "The agreement has no {about}.",
    "Add a party with the role {about}.",
    blocks_use=True,
)

UNNAMED_SUBCONTRACTOR: Final = LintRule(
    "LP08s",
    RuleSource.PRACTICE,
    "StriveTogether data-sharing guide, 3.2, practice 8",
    "Subcontractors may have the data, but the agreement does not name any.",
    (
        "Name each as a party with the role processor, or under [[onward]]. Or prohibit "
        "subcontractors."
    ),
)

NO_OBJECTION_PERIOD: Final = LintRule(
    "LP08o",
    RuleSource.PRACTICE,
    "StriveTogether data-sharing guide, 3.2, practice 8",
    "The agreement does not state for how long the provider may object to a new subcontractor.",
    "Enter days in the clause on subcontractors, and give a new one no data until they are over.",
)

SAME_SIGNER: Final = LintRule(
    "LA23",
    RuleSource.ANOMALY,
    _PARTIES,
    "{about} signs for both sides.",
    "Have a different person sign for each side.",
)

NO_CAPACITY: Final = LintRule(
    "LA24",
    RuleSource.ANOMALY,
    _PARTIES,
    "{name} signed for {about}, but the agreement does not state in what capacity.",
    "Enter signed_capacity: the title or authority of {name} to sign for {about}.",
)

_VAGUE_PARTY: Final = re.compile(
    r"\b(partners|providers|agencies|affiliates|agents|vendors|contractors|subcontractors"
    r"|designees?|members|others|third part(?:y|ies)|any (?:organization|entity|school)"
    r"|assigns|successors|various|all (?:schools|districts|programs))\b",
    re.IGNORECASE,
)


_NO_SUBCONTRACTOR: Final = re.compile(
    r"\bno subcontractor|\b(?:may|shall|must|will) not (?:\w+ ){0,3}subcontract", re.IGNORECASE
)


def is_recipient_class(name: str) -> bool:
    """Report whether a name means a class ("service providers", "and its affiliates")."""
    spaced_name = name.replace("-", " ").strip()
    vague_ends = [match.end() for match in _VAGUE_PARTY.finditer(spaced_name)]
    class_word = re.search(r"\b(and|or|any|all|its|their|various)\b", spaced_name, re.IGNORECASE)
    return bool(vague_ends) and (class_word is not None or vague_ends[-1] == len(spaced_name))


def check_parties(lint_input: LintInput) -> Iterator[LintFinding]:
    """Check the parties, the owners of the data and further recipients."""
    agreement = lint_input.agreement
    for party in agreement.parties:
        if is_recipient_class(party.name):
            yield CLASS_OF_RECIPIENTS.make_finding("parties", party.name)
        if party.signed_by and not party.signed_capacity:
            yield NO_CAPACITY.make_finding("signatures", party.name, name=party.signed_by)
    for onward in agreement.onward:
        if not _is_known_recipient(lint_input, onward.organization):
            yield CLASS_OF_ONWARD_RECIPIENTS.make_finding(onward.clause, onward.organization)
    yield from _check_party_roles(agreement)
    yield from _check_signers(agreement)
    subcontractors = agreement.find_clause(ClauseKind.SUBCONTRACTORS)
    named_recipients = agreement.onward or agreement.list_organizations(PartyRole.PROCESSOR)
    if subcontractors and not _NO_SUBCONTRACTOR.search(subcontractors.said):
        if not named_recipients:
            yield UNNAMED_SUBCONTRACTOR.make_finding(subcontractors.ref)
        if subcontractors.limit_hours is None:
            yield NO_OBJECTION_PERIOD.make_finding(subcontractors.ref)


def _is_known_recipient(lint_input: LintInput, recipient: str) -> bool:
    """Report whether an onward recipient is one organization.

    The register of partners decides. Where it is not available, as for a plain file, the words of
    the name are a hint.
    """
    if lint_input.organizations is None:
        return not is_recipient_class(recipient)
    return recipient in lint_input.organizations


# "The hub may share the records with interpreters": a permission, its object and who receives.
_PERMISSION: Final = re.compile(
    r"\b(?:may|can|(?:is|are) (?:permitted|allowed) to)\s+(?:also\s+)?"
    r"(?:share|disclose|redisclose|provide|release|transfer|give|send|pass)\b"
    r"(?P<object>[^.;:]*?)\b(?:with|to)\s+(?P<recipient>[^.;:,()]+)",
    re.IGNORECASE,
)
_PHRASE_END: Final = re.compile(
    r"\s+(?:as|for|when|where|if|in|on|under|who|which|that|only|unless|by|before|after|so|but"
    r"|to|at|upon|within|without|through|solely)\b.*",
    re.IGNORECASE | re.DOTALL,
)
_ARTICLE: Final = re.compile(
    r"^(?:(?:the|a|an|each|any|all|its|their|our|other|that|this|such|of)\s+)+", re.IGNORECASE
)
_PHRASE_JOINT: Final = re.compile(r"\s+(?:and|or)\s+", re.IGNORECASE)

# Figures that identify no student pass the rules on publication instead.
_FIGURES: Final = re.compile(
    r"\b(?:aggregate\w*|de-?identified|results?|findings?|reports?|figures|statistics|tables?"
    r"|notices?|copy of this agreement)\b",
    re.IGNORECASE,
)


def check_recipients_in_text(lint_input: LintInput) -> Iterator[LintFinding]:
    """Report each recipient that a text permits in words, and the agreement does not name."""
    agreement = lint_input.agreement
    names = {party.name for party in agreement.parties} | {
        onward.organization for onward in agreement.onward
    }
    known = {*names, *(lint_input.organizations or {}).values()}
    known_names = {_normalize_name(name) for name in (*known, *(lint_input.organizations or {}))}
    for stated in iterate_statements(agreement):
        for match in _PERMISSION.finditer(stated.words):
            if _FIGURES.search(match["object"]):
                continue
            for phrase in _PHRASE_JOINT.split(_PHRASE_END.sub("", match["recipient"])):
                recipient = _ARTICLE.sub("", phrase.strip())
                name = _normalize_name(recipient)
                if (
                    name not in known_names
                    and name.rpartition(" ")[2] not in list_known_recipients()
                ):
                    yield RECIPIENT_IN_TEXT.make_finding(stated.clause, recipient)


def _normalize_name(name: str) -> str:
    return " ".join(_ARTICLE.sub("", name.replace("-", " ").strip()).casefold().split())


def _check_party_roles(agreement: AgreementFact) -> Iterator[LintFinding]:
    providers = agreement.list_organizations(PartyRole.PROVIDER)
    owners = {term.provider for term in agreement.data if term.provider}
    yield from (OWNER_NOT_PARTY.make_finding("data", owner) for owner in sorted(owners - providers))
    if agreement.tier is AgreementTier.JOINDER or agreement.basis is LegalBasis.NO_DISCLOSURE:
        return
    if not providers:
        yield NO_PARTY_IN_ROLE.make_finding("parties", "provider")
    if not agreement.list_organizations(*RECIPIENT_ROLES):
        yield NO_PARTY_IN_ROLE.make_finding("parties", "recipient")


def _check_signers(agreement: AgreementFact) -> Iterator[LintFinding]:
    """Report a person who signs for two organizations, which does not bind one to the other."""
    organizations_by_signer: dict[str, set[str]] = {}
    for party in agreement.parties:
        if party.signed_by:
            organizations_by_signer.setdefault(party.signed_by, set()).add(party.organization)
    repeated_signers = sorted(
        name for name, signs_for in organizations_by_signer.items() if len(signs_for) > 1
    )
    yield from (SAME_SIGNER.make_finding("signatures", name) for name in repeated_signers)


ALL: Final = (
    CLASS_OF_RECIPIENTS,
    CLASS_OF_ONWARD_RECIPIENTS,
    RECIPIENT_IN_TEXT,
    OWNER_NOT_PARTY,
    NO_PARTY_IN_ROLE,
    UNNAMED_SUBCONTRACTOR,
    NO_OBJECTION_PERIOD,
    SAME_SIGNER,
    NO_CAPACITY,
)
