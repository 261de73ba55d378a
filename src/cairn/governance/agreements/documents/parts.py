"""Build the parts about purposes, legal basis, shared data, term and termination."""

from typing import Final

from cairn.governance.agreements.documents.defined_terms import (
    build_parties_part,
    find_party_name,
    name_data,
    name_provider,
    name_recipient,
)
from cairn.governance.agreements.documents.phrases import (
    LEGAL_BASIS_PHRASES,
    LEVEL_PHRASES,
    PURPOSE_PHRASES,
    RENEWAL_PHRASES,
)
from cairn.governance.agreements.documents.structure import (
    DocumentClause,
    DocumentPart,
    capitalize_first,
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

_NO_DISCLOSURE: Final = LegalBasis.NO_DISCLOSURE

_PILOT_SENTENCES: Final = (
    "This Agreement is for a pilot. Only synthetic data about fictitious children may be submitted "
    "under it. It does not authorize access to the records of any actual child, and results made "
    "under it are not statistics about actual children. Purpose of the pilot:"
)


def build_purpose_part(terms: AgreementFact) -> DocumentPart:
    """Build the part about the purposes of the data, the project's questions, and the limit to
    them.

    Args:
        terms: the agreement.

    Returns:
        The part.
    """
    purposes = sorted(terms.purposes)
    clauses = []
    if purposes:
        purpose_phrases = join_words([PURPOSE_PHRASES[item] for item in purposes])
        limit = "no other purpose" if len(purposes) == 1 else "no other purposes"
        clauses.append(
            DocumentClause(
                f"The Parties shall use {name_data(terms)} only {purpose_phrases}, and for "
                f"{limit}.",
                terms.purpose_clause,
            )
        )
    if terms.project:
        clauses.append(
            DocumentClause(
                f"Project {terms.project.reference} shall answer these questions: "
                + " ".join(map(_punctuate_question, terms.project.questions)),
                terms.project.clause,
            )
        )
        if terms.project.products:
            clauses.append(
                DocumentClause(
                    f"The project shall produce {join_words(list(terms.project.products))}."
                )
            )
    clauses += [
        DocumentClause(
            f"{find_party_name(terms, item.organization)} shall complete the following by "
            f"{format_day(item.by)}: {item.what}."
        )
        for item in terms.milestones
    ]
    return DocumentPart("Purpose", tuple(clauses))


def build_legal_basis_part(terms: AgreementFact) -> DocumentPart:
    """Build the part about the legal basis and each criterion that the basis requires.

    Args:
        terms: the agreement.

    Returns:
        The part.
    """
    if terms.basis is _NO_DISCLOSURE:
        sentence = "This Agreement does not by itself authorize any disclosure of data."
    else:
        sentence = (
            f"The legal basis for disclosing {name_data(terms)} is "
            f"{LEGAL_BASIS_PHRASES[terms.basis]}."
        )
    cards = BASIS_CRITERIA[terms.basis]
    criteria = [
        DocumentClause(
            f"{cards[key].statement} This requirement is met as follows: {statement.rstrip('.')}.",
            cards[key].citation,
        )
        for key, statement in sorted(terms.criteria.items())
        if key in cards
    ]
    other_criteria = [
        DocumentClause(
            f"{key.replace('_', ' ').capitalize()}: "
            f"{find_party_name(terms, statement).replace('_', ' ')}."
        )
        for key, statement in sorted(terms.criteria.items())
        if key not in cards
    ]
    closing_clauses = []
    if terms.basis is not _NO_DISCLOSURE:
        provider = capitalize_first(name_provider(terms))
        closing_clauses = [
            DocumentClause(
                "The law permits this disclosure but does not require it. "
                f"{provider} may decline any request for data.",
                "34 CFR 99.31(d)",
            )
        ]
    first = DocumentClause(sentence, terms.basis_clause)
    return DocumentPart("Authority", (first, *criteria, *other_criteria, *closing_clauses))


def build_data_part(terms: AgreementFact) -> DocumentPart:
    """Build the part about the shared data; the schedule itself is an exhibit.

    Args:
        terms: the agreement.

    Returns:
        The part.
    """
    if not terms.data:
        return DocumentPart("Data to be shared")
    clauses = [
        DocumentClause(f"Type of data to be shared: {LEVEL_PHRASES[terms.level]}."),
        DocumentClause(
            f"{capitalize_first(name_provider(terms))} may disclose only the data elements listed "
            "in Exhibit A."
        ),
    ]
    if terms.population:
        clauses.append(
            DocumentClause(
                "This Agreement covers only the records of the following children: "
                f"{terms.population.rstrip('.')}."
            )
        )
    if terms.children:
        clauses.append(_build_population_clause(terms.children))
    if terms.level in (Level.DE_IDENTIFIED, Level.POPULATION, Level.PROGRAM):
        clauses.append(
            DocumentClause("No Party may attempt to identify any person from a record or a figure.")
        )
    return DocumentPart("Data to be shared", tuple(clauses))


def _build_population_clause(population: Population) -> DocumentClause:
    """Build the clause with the population filter, in the words by which a decision cites it."""
    if not population.limits:
        sentence = (
            "This Agreement covers all students, regardless of grade, school, program, age or "
            "enrollment date."
        )
        return DocumentClause(sentence, population.clause)
    return DocumentClause(
        "This Agreement covers only students who meet all of these criteria: "
        f"{describe_population(population)}. A student for whom this is not known is excluded.",
        population.clause,
    )


def _punctuate_question(text: str) -> str:
    return text if text.endswith(("?", ".")) else f"{text}?"


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
        are = "is" if len(terms.under) == 1 else "are"
        clauses.append(
            DocumentClause(
                f"This Agreement is subject to {above} and is in effect only while {above} {are} "
                "in effect."
            )
        )
    if terms.amends:
        clauses.append(
            DocumentClause(
                f"This Agreement amends {terms.amends}. Terms of {terms.amends} that it does not "
                "amend remain in effect."
            )
        )
    if terms.joins:
        clauses.append(
            DocumentClause(
                f"By signing, the joining Party becomes a party to {terms.joins} as now in effect, "
                "with the same rights and duties as the parties that signed before. Those parties "
                "are not required to sign again."
            )
        )
    return DocumentPart("Related agreements", tuple(clauses))


def build_changes_part(terms: AgreementFact) -> DocumentPart:
    """Build the part about what an amendment changes, term by term.

    Args:
        terms: the agreement.

    Returns:
        The part.
    """
    return DocumentPart(
        "Amended terms",
        tuple(
            DocumentClause(
                f"{capitalize_first(change.term.replace('_', ' '))}: “{change.was}” is replaced "
                f"with “{change.now}”.",
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
    clauses = [
        DocumentClause(
            f"This Agreement takes effect on {format_day(terms.starts)} and continues "
            f"{_describe_end(terms)}."
        )
    ]
    if terms.pilot:
        clauses.insert(0, DocumentClause(f"{_PILOT_SENTENCES} {terms.pilot}"))
    if terms.renewal:
        clauses.append(DocumentClause(_describe_renewal(terms.renewal), terms.renewal.clause))
    if terms.amendment_clause:
        clauses.append(
            DocumentClause(
                "This Agreement may be amended only in writing, signed by every Party.",
                terms.amendment_clause,
            )
        )
    return DocumentPart("Term and amendment", tuple(clauses))


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
                "Any Party may terminate this Agreement by giving written notice "
                f"{format_day_count(notice)} in advance.",
                terms.termination_clause,
            )
        )
    if terms.data:
        clauses.append(
            DocumentClause(
                "When this Agreement ends, no further data may be shared under it, and "
                f"{name_recipient(terms)} shall destroy {name_data(terms)} as stated under "
                "“Retention and destruction”."
            )
        )
    return DocumentPart("Termination", tuple(clauses))


def _describe_end(terms: AgreementFact) -> str:
    if terms.ends == UNTIL_TERMINATED:
        return "until a Party terminates it"
    if terms.ends is None:
        return "to a date that is not stated"
    return f"through {format_day(terms.ends)}"


def _describe_renewal(term: RenewalTerm) -> str:
    sentence = RENEWAL_PHRASES[term.kind]
    if term.months:
        sentence += f", for {term.months} months"
    if term.notice_days:
        sentence += (
            f". The Parties shall decide on renewal {format_day_count(term.notice_days)} before "
            "the last day"
        )
    return f"{sentence}."
