"""Build the parts about purposes, legal basis, shared data, term and termination."""

from datetime import date
from typing import Final

from cairn.governance.agreements.documents import phrases
from cairn.governance.agreements.documents.criteria_table import (
    build_criteria_tables,
    label_criterion,
)
from cairn.governance.agreements.documents.defined_terms import (
    build_definitions_part,
    build_parties_part,
    find_party_name,
    name_data,
    name_provider,
    name_recipient,
)
from cairn.governance.agreements.documents.structure import (
    DocumentClause,
    DocumentPart,
    capitalize_first,
    fill_blank,
    format_day,
    format_day_count,
    join_words,
)
from cairn.policy.facts import (
    UNTIL_TERMINATED,
    AgreementFact,
    ClauseKind,
    Population,
    RenewalTerm,
    describe_population,
)
from cairn.policy.law import BASIS_CRITERIA
from cairn.policy.vocabulary import LegalBasis, Level

__all__ = [
    "build_data_part",
    "build_definitions_part",
    "build_legal_basis_part",
    "build_parties_part",
    "build_purpose_part",
    "build_term_part",
]

_NO_DISCLOSURE: Final = LegalBasis.NO_DISCLOSURE
_LEVELS_WITHOUT_NAMES: Final = (Level.DE_IDENTIFIED, Level.POPULATION, Level.PROGRAM)

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
        purpose_phrases = join_words([phrases.PURPOSE_PHRASES[item] for item in purposes])
        clauses.append(
            DocumentClause(
                f"The Parties may use {name_data(terms)} only {purpose_phrases}.",
                terms.purpose_clause,
            )
        )
    if terms.project:
        clauses.append(
            DocumentClause(
                f"Project {fill_blank(terms.project.reference, 'reference')} shall answer these "
                "questions: "
                + fill_blank(
                    " ".join(_punctuate_question(text) for text in terms.project.questions if text),
                    "questions",
                ),
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
            f"{_format_known_day(item.by, 'due date')}: {item.what}."
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
        basis = phrases.LEGAL_BASIS_PHRASES[terms.basis].replace(
            "the provider", name_provider(terms)
        )
        sentence = f"The legal basis for disclosing {name_data(terms)} is {basis}."
    cards = BASIS_CRITERIA[terms.basis]
    criteria = [
        DocumentClause(_write_criterion(key, statement), cards[key].citation)
        for key, statement in sorted(terms.criteria.items())
        if key in cards and key not in terms.criterion_facts
    ]
    other_criteria = [
        DocumentClause(_write_other_criterion(terms, key, statement))
        for key, statement in sorted(terms.criteria.items())
        if key not in cards and key not in terms.criterion_facts
    ]
    closing_clauses = []
    if terms.basis is not _NO_DISCLOSURE:
        provider = capitalize_first(name_provider(terms))
        closing_clauses = [
            DocumentClause(
                "The law permits this disclosure but does not require it. "
                f"{provider} may decline to disclose {name_data(terms)}.",
                "34 CFR 99.31(d)",
            )
        ]
    first = DocumentClause(sentence, terms.basis_clause)
    clauses = (first, *criteria, *other_criteria, *closing_clauses)
    return DocumentPart("Authority", clauses, build_criteria_tables(terms))


def _write_criterion(key: str, statement: str) -> str:
    """Write how the agreement meets a criterion: "Direct control. The Provider controls …"."""
    text = capitalize_first(fill_blank(statement.rstrip("."), "statement"))
    return f"{label_criterion(key)}. {text}."


def _write_other_criterion(terms: AgreementFact, key: str, statement: str) -> str:
    """Write what the agreement states beside the criteria, such as who operates the program."""
    names = [find_party_name(terms, name.strip()) for name in statement.split(",")]
    is_list = key == "program_operator"
    text = join_words(names) if is_list else find_party_name(terms, statement)
    text = fill_blank(text, "statement").rstrip(".")
    sentence = phrases.STATEMENT_PHRASES.get(key)
    if sentence is None:
        return f"{key.replace('_', ' ').capitalize()}. {capitalize_first(text.replace('_', ' '))}."
    return sentence.format(capitalize_first(phrases.STATEMENT_VALUE_PHRASES.get(statement, text)))


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
        DocumentClause(f"{name_data(terms)} consists of {phrases.LEVEL_PHRASES[terms.level]}."),
        DocumentClause(
            f"{capitalize_first(name_provider(terms))} may disclose only the data elements listed "
            "in Exhibit A."
        ),
    ]
    if terms.population:
        clauses.append(
            DocumentClause(
                "This Agreement covers only the records of these students: "
                f"{terms.population.rstrip('.')}."
            )
        )
    if terms.children:
        clauses.append(_build_population_clause(terms.children))
    has_own_clause = any(item.kind is ClauseKind.NO_IDENTIFICATION for item in terms.clauses)
    if terms.level in _LEVELS_WITHOUT_NAMES and not has_own_clause:
        clauses.append(
            DocumentClause("No Party may attempt to identify any person from a record or a figure.")
        )
    return DocumentPart("Data to be shared", tuple(clauses))


def _build_population_clause(population: Population) -> DocumentClause:
    """Build the clause with the population filter, in the words by which a decision cites it."""
    if not population.is_restrictive:
        sentence = (
            "This Agreement covers all students, regardless of grade, school, program, age or "
            "enrollment date."
        )
        return DocumentClause(sentence, population.clause)
    return DocumentClause(
        "This Agreement covers only students who meet all of these criteria: "
        f"{describe_population(population)}. If it is not known whether a student meets them, the "
        "student is not covered.",
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
        they_are = "that agreement is" if len(terms.under) == 1 else "those agreements are"
        clauses.append(
            DocumentClause(
                f"This Agreement is subject to {above}. It is in effect only while {they_are} in "
                "effect."
            )
        )
    if terms.amends:
        clauses.append(
            DocumentClause(
                f"This Agreement amends {terms.amends}. All other terms of {terms.amends} remain "
                "in effect."
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
                f"{fill_blank(capitalize_first(change.term.replace('_', ' ')), 'term')}: "
                f"“{fill_blank(change.was, 'present text')}” is replaced with "
                f"“{fill_blank(change.now, 'new text')}”.",
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
            f"This Agreement takes effect on {_format_known_day(terms.starts, 'start date')} and "
            f"continues {_describe_end(terms)}."
        )
    ]
    clauses += [
        DocumentClause(f"{party.name} approved this Agreement on {format_day(party.approved_on)}.")
        for party in terms.parties
        if party.approved_on is not None
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
                "Any Party may terminate this Agreement by giving every other Party written notice "
                f"at least {format_day_count(notice)} in advance.",
                terms.termination_clause,
            )
        )
    if terms.data:
        data = name_data(terms)
        clauses.append(
            DocumentClause(
                f"When this Agreement ends, {name_provider(terms)} shall stop disclosing {data} "
                f"under it, and {name_recipient(terms)} shall destroy {data} as Section “Retention "
                "and destruction” requires."
            )
        )
    return DocumentPart("Termination", tuple(clauses))


def _describe_end(terms: AgreementFact) -> str:
    if terms.ends == UNTIL_TERMINATED:
        return "until a Party terminates it"
    if terms.ends is None:
        return "through [end date]"
    return f"through {format_day(terms.ends)}"


def _format_known_day(value: date, what: str) -> str:
    """Format a date; a draft that does not state it yet has a marked blank."""
    return fill_blank("" if value == date.max else format_day(value), what)


def _describe_renewal(term: RenewalTerm) -> str:
    months = f" for {term.months} months" if term.months else ""
    by = (
        f" at least {format_day_count(term.notice_days)} before its last day"
        if term.notice_days
        else ""
    )
    return f"{phrases.RENEWAL_PHRASES[term.kind].format(months=months, by=by)}."
