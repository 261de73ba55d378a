"""Write the agreement's other clauses, each in the section of the contract where a reader looks."""

from typing import Final

from cairn.governance.agreements.documents.defined_terms import rename_document
from cairn.governance.agreements.documents.phrases import CLAUSE_KIND_PHRASES, CRITERION_PHRASES
from cairn.governance.agreements.documents.structure import (
    DocumentClause,
    capitalize_first,
    format_day_count,
)
from cairn.policy.facts import AgreementClause, AgreementFact, ClauseKind

_DUTY_VERBS: Final = ("shall ", "may not ", "may ")

_TIME_LIMIT_PHRASES: Final = {
    ClauseKind.BREACH_NOTICE: "Notice is due within {} after the breach is discovered",
    ClauseKind.SUBCONTRACTORS: "The Provider may object to a new subcontractor for {} after notice "
    "of it",
    ClauseKind.COMPELLED_DISCLOSURE: "Notice is due within {} after the demand is received",
    ClauseKind.FAMILY_ACCESS: "A response is due within {} after the request",
    ClauseKind.RETURN_OF_DATA: "This shall be completed within {}",
    ClauseKind.SURVIVAL: "This duty continues for {} after this Agreement ends",
    ClauseKind.INSPECTION: "The period of notice is {}",
    ClauseKind.DISPUTES: "The time limit is {} after a Party requests it",
}

DEFINITION_KINDS: Final = (ClauseKind.DEFINITIONS,)
PURPOSE_KINDS: Final = (ClauseKind.PARTNERSHIP, ClauseKind.EDUCATIONAL_PURPOSE)
AUTHORITY_KINDS: Final = (ClauseKind.AUTHORITY, ClauseKind.LEGAL_BASIS)
ROLE_KINDS: Final = (
    ClauseKind.GOVERNANCE,
    ClauseKind.DUTIES,
    ClauseKind.SERVICES,
    ClauseKind.SERVICE_LEVEL,
    ClauseKind.FEES,
)
DATA_KINDS: Final = (ClauseKind.OWNERSHIP, ClauseKind.DATA_QUALITY)
USE_KINDS: Final = (
    ClauseKind.USE_LIMIT,
    ClauseKind.PERMITTED_USES,
    ClauseKind.LEGITIMATE_INTEREST,
    ClauseKind.PROJECT_AUTHORIZATION,
    ClauseKind.LINKING,
    ClauseKind.NO_IDENTIFICATION,
    ClauseKind.DE_IDENTIFICATION,
    ClauseKind.REFERRAL,
    ClauseKind.ACCEPTABLE_USE,
    ClauseKind.CONFIDENTIALITY,
    ClauseKind.TRAINING,
    ClauseKind.BACKGROUND_CHECK,
)
REDISCLOSURE_KINDS: Final = (
    ClauseKind.THIRD_PARTIES,
    ClauseKind.SUBCONTRACTORS,
    ClauseKind.COMPELLED_DISCLOSURE,
    ClauseKind.ACCOUNTING,
    ClauseKind.BOOKS_TO_SECRETARY,
)
SECURITY_KINDS: Final = (ClauseKind.SAFEGUARDS, ClauseKind.HOSTING, ClauseKind.INSPECTION)
RETENTION_KINDS: Final = (ClauseKind.RETURN_OF_DATA,)
PUBLICATION_KINDS: Final = (
    ClauseKind.PUBLICATION,
    ClauseKind.ATTRIBUTION,
    ClauseKind.INTELLECTUAL_PROPERTY,
)
FAMILY_KINDS: Final = (
    ClauseKind.FAMILY_NOTICE,
    ClauseKind.VOLUNTARY,
    ClauseKind.REVOCABLE,
    ClauseKind.COPY_TO_FAMILY,
    ClauseKind.FAMILY_ACCESS,
    ClauseKind.CONSENT_COLLECTION,
)
BREACH_KINDS: Final = (ClauseKind.BREACH_NOTICE,)
REMEDY_KINDS: Final = (ClauseKind.SUSPENSION,)
MISCELLANEOUS_KINDS: Final = (
    ClauseKind.NOTICES,
    ClauseKind.DISPUTES,
    ClauseKind.LIABILITY,
    ClauseKind.INDEMNITY,
    ClauseKind.INSURANCE,
    ClauseKind.WARRANTY,
    ClauseKind.JOINDER,
    ClauseKind.ASSIGNMENT,
    ClauseKind.SURVIVAL,
    ClauseKind.GOVERNING_LAW,
    ClauseKind.ENTIRE_AGREEMENT,
    ClauseKind.SEVERABILITY,
    ClauseKind.COUNTERPARTS,
    ClauseKind.COUNSEL_REVIEW,
)


def build_section_clauses(
    terms: AgreementFact, kinds: tuple[ClauseKind, ...], heading: str
) -> tuple[DocumentClause, ...]:
    """Build the clauses of these kinds, in the order of the signed text.

    Args:
        terms: the agreement.
        kinds: the kinds that belong in one section.
        heading: heading of the section, which a clause does not repeat.

    Returns:
        The clauses. One that is recorded under its own heading needs no other label.
    """
    names_by_slug = {party.organization: party.name for party in terms.parties}
    return tuple(
        DocumentClause(
            _write_clause(clause, terms, names_by_slug, heading),
            "" if clause.ref == _find_clause_heading(clause) else clause.ref,
        )
        for clause in terms.clauses
        if clause.kind in kinds
    )


_CRITERION_HEADINGS: Final = frozenset(CRITERION_PHRASES.values())


def _find_clause_heading(clause: AgreementClause) -> str:
    """Find the heading of a clause; one of the legal basis has that of its criterion."""
    if clause.kind is ClauseKind.LEGAL_BASIS and clause.ref in _CRITERION_HEADINGS:
        return clause.ref
    return CLAUSE_KIND_PHRASES[clause.kind]


def _write_clause(
    clause: AgreementClause,
    terms: AgreementFact,
    names_by_slug: dict[str, str],
    section_heading: str,
) -> str:
    """Write one clause: "Training. Hub shall train its staff. The time limit is 30 days."

    A text that begins with a duty ("shall notify") takes the party, or each Party, as its subject.
    """
    heading = _find_clause_heading(clause)
    text = clause.said.strip().rstrip(".")
    party = names_by_slug.get(clause.party, clause.party)
    if text.startswith(_DUTY_VERBS):
        sentences = [f"{party or 'Each Party'} {text}"]
    else:
        sentences = [capitalize_first(text)]
        if party and party not in text:
            sentences.append(f"This clause binds {party}")
    counts = (
        [f"{clause.hours:,} {'hour' if clause.hours == 1 else 'hours'}"] if clause.hours else []
    )
    counts += [format_day_count(clause.days)] if clause.days else []
    if counts:
        limit = _TIME_LIMIT_PHRASES.get(clause.kind, "The time limit is {}")
        count = ", and in any case ".join(counts)
        sentences.append(rename_document(limit.format(count), terms))
    if heading != section_heading:
        sentences.insert(0, heading)
    return " ".join(f"{sentence.rstrip('.')}." for sentence in sentences)
