"""Build the parts about parties, purposes, legal basis, shared data, term and promises."""

from typing import Final

from cairn.governance.agreements.documents.phrases import (
    LEGAL_BASIS_PHRASES,
    LEVEL_PHRASES,
    PARTY_ROLE_PHRASES,
    PURPOSE_PHRASES,
    RENEWAL_PHRASES,
)
from cairn.governance.agreements.documents.structure import (
    DocumentClause,
    DocumentPart,
    DocumentTable,
    format_day,
    format_day_count,
    join_words,
)
from cairn.policy.facts import (
    UNTIL_TERMINATED,
    AgreementFact,
    Population,
    RenewalTerm,
    describe_population,
)
from cairn.policy.law import BASIS_CRITERIA
from cairn.policy.vocabulary import LegalBasis, Level

__all__ = [
    "build_data_part",
    "build_legal_basis_part",
    "build_parties_part",
    "build_purpose_part",
    "build_term_part",
]


def build_parties_part(terms: AgreementFact) -> DocumentPart:
    """Build the part that names the parties and their roles.

    Args:
        terms: the agreement.

    Returns:
        The part.
    """
    return DocumentPart(
        "Who agrees",
        tuple(
            DocumentClause(f"{party.name} {PARTY_ROLE_PHRASES[party.role]}.")
            for party in terms.parties
        ),
    )


def build_access_part(terms: AgreementFact) -> DocumentPart:
    """Build the part about who may see the data, and which organizations may receive it onward.

    Cites 34 CFR 99.33 for the limits on redisclosure.

    Args:
        terms: the agreement.

    Returns:
        The part.
    """
    clauses = [
        DocumentClause("Nobody sees the data who does not need them for what they are used for.")
    ]
    tables = []
    if terms.access:
        rows = tuple(
            (
                _find_party_name(terms, access_term.organization),
                access_term.role,
                access_term.interest,
            )
            for access_term in terms.access
        )
        header = ("Organization", "Role", "Why this role needs the data")
        tables.append(DocumentTable("Who may see the data", header, rows))
    else:
        clauses = []
    if terms.onward:
        clauses.append(
            DocumentClause(
                "A party passes data on only to the organizations named here, after they have "
                "been put on the provider's record of disclosures.",
                "34 CFR 99.33(b)",
            )
        )
        onward = tuple(
            (_find_party_name(terms, recipient.organization), recipient.interest, recipient.clause)
            for recipient in terms.onward
        )
        header = ("Organization", "Its legitimate interest", "Clause")
        tables.append(DocumentTable("Who may receive the data onward", header, onward))
    elif terms.data:
        clauses.append(DocumentClause("Nobody passes the data on.", "34 CFR 99.33(a)"))
    return DocumentPart("Who may see the data", tuple(clauses), tuple(tables))


def _find_party_name(terms: AgreementFact, organization: str) -> str:
    names_by_slug = {party.organization: party.name for party in terms.parties}
    return names_by_slug.get(organization, organization)


_NO_DISCLOSURE = LegalBasis.NO_DISCLOSURE


def build_purpose_part(terms: AgreementFact) -> DocumentPart:
    """Build the part about the purposes of the data, the project's questions, and the limit to
    them.

    Args:
        terms: the agreement.

    Returns:
        The part.
    """
    purposes = sorted(terms.purposes)
    names_by_slug = {party.organization: party.name for party in terms.parties}
    clauses = []
    if purposes:
        purpose_phrases = join_words([PURPOSE_PHRASES[item] for item in purposes])
        limit = "and for nothing else" if len(purposes) == 1 else "and only for these purposes"
        clauses.append(
            DocumentClause(f"The data are used {purpose_phrases}, {limit}.", terms.purpose_clause)
        )
    if terms.project:
        clauses.append(
            DocumentClause(
                f"The project {terms.project.reference} asks: "
                + " ".join(map(_punctuate_question, terms.project.questions)),
                terms.project.clause,
            )
        )
        if terms.project.products:
            clauses.append(DocumentClause(f"It makes {join_words(list(terms.project.products))}."))
    clauses += [
        DocumentClause(
            f"{names_by_slug.get(item.organization, item.organization)} does this by "
            f"{format_day(item.by)}: {item.what}."
        )
        for item in terms.milestones
    ]
    return DocumentPart("What the data are for", tuple(clauses))


def build_legal_basis_part(terms: AgreementFact) -> DocumentPart:
    """Build the part about the legal basis and each criterion that the basis requires.

    Args:
        terms: the agreement.

    Returns:
        The part.
    """
    first = DocumentClause(
        f"The legal basis is {LEGAL_BASIS_PHRASES[terms.basis]}.", terms.basis_clause
    )
    names_by_slug = {party.organization: party.name for party in terms.parties}
    cards = BASIS_CRITERIA[terms.basis]
    criteria = [
        DocumentClause(f"{cards[key].statement} Here: {statement}", cards[key].citation)
        for key, statement in sorted(terms.criteria.items())
        if key in cards
    ]
    other_criteria = [
        DocumentClause(
            f"{key.replace('_', ' ').capitalize()}: "
            f"{names_by_slug.get(statement, statement.replace('_', ' '))}"
        )
        for key, statement in sorted(terms.criteria.items())
        if key not in cards
    ]
    closing_clauses = [] if terms.basis is _NO_DISCLOSURE else [_MAY_DECLINE_CLAUSE]
    return DocumentPart(
        "On which legal basis", (first, *criteria, *other_criteria, *closing_clauses)
    )


def build_data_part(terms: AgreementFact) -> DocumentPart:
    """Build the part about the shared data; the schedule itself is an exhibit.

    Args:
        terms: the agreement.

    Returns:
        The part.
    """
    if not terms.data:
        return DocumentPart("What is shared")
    clauses = [
        DocumentClause(f"What is shared are {LEVEL_PHRASES[terms.level]}."),
        DocumentClause(
            "Only the data elements of the schedule in Exhibit A are shared, and no other."
        ),
    ]
    if terms.population:
        clauses.append(
            DocumentClause(f"Only these children's records are shared: {terms.population}.")
        )
    if terms.children:
        clauses.append(_build_population_clause(terms.children))
    if terms.level in (Level.DE_IDENTIFIED, Level.POPULATION, Level.PROGRAM):
        clauses.append(
            DocumentClause("Nobody tries to find out who is behind a record or a figure.")
        )
    return DocumentPart("What is shared", tuple(clauses))


def _build_population_clause(population: Population) -> DocumentClause:
    """Build the clause with the population filter, in the words by which a decision cites it."""
    if not population.limits:
        sentence = "No grade, school, program, age or day of enrollment leaves a child out."
        return DocumentClause(sentence, population.clause)
    sentence = (
        f"Each of them must meet this: {describe_population(population)}. A child of whom it is "
        f"not known"
    )
    return DocumentClause(f"{sentence} is left out.", population.clause)


def _punctuate_question(text: str) -> str:
    return text if text.endswith(("?", ".")) else f"{text}?"


_MAY_DECLINE_CLAUSE = DocumentClause(
    "The law permits this sharing and compels nobody: a provider may decline any request.",
    "34 CFR 99.31(d)",
)

_PILOT_SENTENCE: Final = (
    "This is a pilot. Only synthetic data, about invented children, come under it; it opens no "
    "child's record, and nothing made under it is a figure about children. What is tried:"
)


def build_dependencies_part(terms: AgreementFact) -> DocumentPart:
    """Build the part about the agreements that this one depends on, amends or joins.

    Args:
        terms: the agreement.

    Returns:
        The part.
    """
    clauses = []
    if terms.under:
        above = join_words(list(terms.under))
        clauses.append(
            DocumentClause(f"This document rests on {above} and counts only while they do.")
        )
    if terms.amends:
        clauses.append(
            DocumentClause(f"It amends {terms.amends}; what it does not name stays as it was.")
        )
    if terms.joins:
        clauses.append(
            DocumentClause(
                f"By signing, the party joins {terms.joins} as it stands, with the same rights "
                "and duties as those who signed before. They sign nothing anew."
            )
        )
    return DocumentPart("What this rests on", tuple(clauses))


def build_changes_part(terms: AgreementFact) -> DocumentPart:
    """Build the part about what an amendment changes, term by term.

    Args:
        terms: the agreement.

    Returns:
        The part.
    """
    return DocumentPart(
        "What changes",
        tuple(
            DocumentClause(
                f"{change.term}: in place of “{change.was}” it says “{change.now}” from now on.",
                change.clause,
            )
            for change in terms.changes
        ),
    )


def build_term_part(terms: AgreementFact) -> DocumentPart:
    """Build the part about the first and last day of the agreement, and its renewal.

    Args:
        terms: the agreement.

    Returns:
        The part.
    """
    end_phrase = _describe_end(terms)
    clauses = [
        DocumentClause(f"This agreement counts from {format_day(terms.starts)} {end_phrase}.")
    ]
    if terms.pilot:
        clauses.insert(0, DocumentClause(f"{_PILOT_SENTENCE} {terms.pilot}"))
    if terms.renewal:
        clauses.append(DocumentClause(_describe_renewal(terms.renewal), terms.renewal.clause))
    if terms.amendment_clause:
        clauses.append(
            DocumentClause(
                "It is changed only in writing, signed by every party.", terms.amendment_clause
            )
        )
    return DocumentPart("From when to when", tuple(clauses))


def build_termination_part(terms: AgreementFact) -> DocumentPart:
    """Build the part about how a party ends the agreement before its last day, and what follows.

    Args:
        terms: the agreement.

    Returns:
        The part.
    """
    clauses = []
    notice = terms.termination_notice_days
    if notice is not None:
        clauses.append(
            DocumentClause(
                f"Any party may end this agreement in writing, with {format_day_count(notice)} "
                f"of notice.",
                terms.termination_clause,
            )
        )
    if terms.data:
        clauses.append(
            DocumentClause(
                "From its last day on nothing more is shared under it, and what was received is "
                "destroyed as said above."
            )
        )
    return DocumentPart("How it ends", tuple(clauses))


def build_promises_part(terms: AgreementFact) -> DocumentPart:
    """Build the part with the parties' other promises, in the order of the signed text.

    Args:
        terms: the agreement.

    Returns:
        The part.
    """
    names_by_slug = {party.organization: party.name for party in terms.parties}
    return DocumentPart(
        "What else the parties promise",
        tuple(
            DocumentClause(
                f"{clause.kind.value.replace('_', ' ').capitalize()}"
                f"{f' ({names_by_slug.get(clause.party, clause.party)})' if clause.party else ''}: "
                f"{clause.said.rstrip('.')}"
                f"{f', within {format_day_count(clause.days)}' if clause.days else ''}.",
                clause.ref,
            )
            for clause in terms.clauses
        ),
    )


def _describe_end(terms: AgreementFact) -> str:
    if terms.ends == UNTIL_TERMINATED:
        return "until a party ends it"
    if terms.ends is None:
        return "to a day that is not stated"
    return f"through {format_day(terms.ends)}"


def _describe_renewal(term: RenewalTerm) -> str:
    sentence = RENEWAL_PHRASES[term.kind]
    if term.months:
        sentence += f", for {term.months} months"
    if term.notice_days:
        sentence += f"; this is settled {format_day_count(term.notice_days)} before the last day"
    return f"{sentence}."
