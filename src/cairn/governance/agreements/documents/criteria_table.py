"""Write the criteria of the legal basis as a table: answer, clause, law and confirmation."""

from cairn.governance.agreements.documents.defined_terms import find_party_name
from cairn.governance.agreements.documents.phrases import CRITERION_PHRASES
from cairn.governance.agreements.documents.structure import (
    DocumentTable,
    capitalize_first,
    format_day,
    join_words,
)
from cairn.policy.facts import AgreementFact, CriterionFact
from cairn.policy.law import CriterionSpec, list_criterion_specs
from cairn.policy.vocabulary import CriterionType


def build_criteria_tables(terms: AgreementFact) -> tuple[DocumentTable, ...]:
    """Build the table of the criteria that are typed facts: answer, clause, law, confirmation.

    Args:
        terms: the agreement.

    Returns:
        One table; none where no criterion is a typed fact.
    """
    specs = list_criterion_specs(terms.basis)
    stated = [
        (specs[key], terms.criterion_facts[key]) for key in specs if key in terms.criterion_facts
    ]
    rows = tuple(
        (
            f"{label_criterion(spec.key)}. {spec.asks}",
            _write_answer(terms, spec, fact),
            fact.clause or "—",
            spec.card.citation if spec.card is not None else "—",
            _write_confirmation(terms, fact),
        )
        for spec, fact in stated
    )
    head = ("Requirement", "Answer", "Clause", "Law", "Confirmed by counsel")
    caption = "How this Agreement meets the requirements of its legal basis"
    return (DocumentTable(caption, head, rows),) if rows else ()


def _write_answer(terms: AgreementFact, spec: CriterionSpec, fact: CriterionFact) -> str:
    """Write the answer of a criterion with the words of its clause."""
    answer = describe_answer(terms, spec, fact)
    quotation = f"“{fact.quotation}”" if fact.quotation else ""
    return ": ".join(part for part in (answer, quotation) if part)


def describe_answer(terms: AgreementFact, spec: CriterionSpec, fact: CriterionFact) -> str:
    """Describe the answer of a criterion in words, without the quotation.

    Args:
        terms: the agreement.
        spec: what the criterion asks.
        fact: how the agreement meets it.

    Returns:
        The words of a choice, a period, or the names of organizations; empty if the clause is the
        answer.
    """
    if spec.type is CriterionType.ORGANIZATION:
        names = [find_party_name(terms, name.strip()) for name in fact.value.split(",")]
        return join_words(names)
    return capitalize_first(spec.describe_value(fact.value))


def _write_confirmation(terms: AgreementFact, fact: CriterionFact) -> str:
    if not fact.is_confirmed or fact.confirmed_on is None:
        return "Not yet confirmed"
    owner = find_party_name(terms, fact.confirmed_for)
    return f"{fact.confirmed_by}, counsel for {owner}, {format_day(fact.confirmed_on)}"


def label_criterion(key: str) -> str:
    """Find the heading of a criterion.

    Args:
        key: key of the criterion.

    Returns:
        The heading, such as "Direct control".
    """
    return CRITERION_PHRASES.get(key) or key.replace("_", " ").capitalize()
