"""Build the exhibits: the data schedule, the destruction request, consent, and named exhibits."""

from cairn.governance.agreements.documents.structure import (
    DocumentClause,
    DocumentPart,
    DocumentTable,
)
from cairn.policy.facts import AgreementFact, ConsentTerm, DataTerm

__all__ = ["build_data_schedule"]

_SCHEDULE_HEADER = ("Records", "Data elements", "School years", "What they are for", "Clause")


def build_exhibits(terms: AgreementFact) -> tuple[DocumentPart, ...]:
    """Build the exhibits in order; Exhibit A is the data schedule wherever data is shared.

    Args:
        terms: the agreement.

    Returns:
        The exhibits.
    """
    parts = []
    if terms.data:
        parts += [build_data_schedule(terms), _build_destruction_exhibit(terms)]
    if terms.consent:
        parts.append(_build_consent_exhibit(terms.consent))
    if terms.exhibits:
        rows = tuple(
            (exhibit.name, exhibit.title, "attached" if exhibit.attached else "not attached yet")
            for exhibit in terms.exhibits
        )
        table = DocumentTable("What the text refers to", ("Name", "Title", "Attached"), rows)
        parts.append(DocumentPart("Other exhibits", (), (table,)))
    return tuple(parts)


def build_data_schedule(terms: AgreementFact) -> DocumentPart:
    """Build the data schedule, which the public register shows too.

    It lists every element, the school years and the use of each.

    Args:
        terms: the agreement.

    Returns:
        Exhibit A.
    """
    names = {party.organization: party.name for party in terms.parties}
    rows = tuple(_build_schedule_row(term, names) for term in terms.data)
    return DocumentPart(
        "Schedule of data",
        (),
        (DocumentTable("Data elements that are shared", _SCHEDULE_HEADER, rows),),
    )


def _build_schedule_row(term: DataTerm, names: dict[str, str]) -> tuple[str, ...]:
    records = term.record.replace("_", " ")
    if term.data_set:
        records += f" ({term.data_set})"
    if term.provider:
        records += f", from {names.get(term.provider, term.provider)}"
    elements = ", ".join(element.replace("_", " ") for element in sorted(term.elements))
    years = f"{term.first_year} to {term.last_year}" if term.first_year else "not limited"
    return records, elements, years, term.used_for, term.clause


def _build_destruction_exhibit(terms: AgreementFact) -> DocumentPart:
    """Build the form by which a provider requests destruction and a recipient certifies it."""
    return DocumentPart(
        "Request to destroy, and certificate",
        (
            DocumentClause(
                "The provider asks the recipient to destroy: [ ] everything received under "
                "this agreement  [ ] these data: ____________________"
            ),
            DocumentClause("It is to be done by: ____________________ (a day)"),
            DocumentClause(
                "The recipient certifies that this was done on: ____________________, in this "
                "way: ____________________, backups and copies included."
            ),
            DocumentClause("Certified by (name and capacity): ____________________"),
        ),
    )


def _build_consent_exhibit(term: ConsentTerm) -> DocumentPart:
    clauses = [
        DocumentClause(f"The notice that families read: {term.notice}.", term.clause),
        DocumentClause(f"It is given in {', '.join(term.languages)}."),
        DocumentClause(
            f"It is signed by: {', '.join(signer.replace('_', ' ') for signer in term.signers)}."
        ),
        DocumentClause(
            "A yes is voluntary. It can be taken back at any time for what comes after."
        ),
    ]
    if term.lasts_days:
        clauses.append(DocumentClause(f"A yes lasts {term.lasts_days} days."))
    return DocumentPart("Consent of families", tuple(clauses))
