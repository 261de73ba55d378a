"""Build the exhibits: the data schedule, the destruction request, consent, and named exhibits."""

from cairn.governance.agreements.documents.defined_terms import name_data
from cairn.governance.agreements.documents.phrases import MODE_PHRASES
from cairn.governance.agreements.documents.structure import (
    DocumentClause,
    DocumentPart,
    DocumentTable,
    capitalize_first,
    fill_blank,
    format_day_count,
    join_words,
)
from cairn.policy.facts import AgreementFact, ClauseKind, ConsentTerm, DataTerm
from cairn.warehouse.schema import UnknownElement, get_element, load_element_catalogue

__all__ = ["build_data_schedule"]

_VOLUNTARY_KINDS = frozenset({ClauseKind.VOLUNTARY, ClauseKind.REVOCABLE})
_EXHIBIT_PREFIX = "Exhibit "
_SCHEDULE_HEADER = ("Records", "Data elements", "School years", "Used for", "Clause")


def build_exhibits(terms: AgreementFact) -> tuple[DocumentPart, ...]:
    """Build the exhibits in order; Exhibit A is the data schedule wherever data is shared.

    Args:
        terms: the agreement.

    Returns:
        The exhibits.
    """
    parts = []
    if terms.data:
        # Each part of an agreement has a schedule of its own (`build_schedules_by_part`).
        parts += [] if terms.parts else [build_data_schedule(terms)]
        parts.append(_build_destruction_exhibit(terms))
    if terms.consent:
        parts.append(_build_consent_exhibit(terms, terms.consent))
    taken = list_taken_letters(terms)
    other_exhibits = [
        item
        for item in terms.exhibits
        if not parts or item.name.removeprefix(_EXHIBIT_PREFIX) in taken
    ]
    if other_exhibits:
        rows = tuple(
            (exhibit.name, exhibit.title, "Yes" if exhibit.attached else "Not yet")
            for exhibit in other_exhibits
        )
        table = DocumentTable(
            "Exhibits named in this Agreement", ("Exhibit", "Title", "Attached"), rows
        )
        parts.append(DocumentPart("Other exhibits", (), (table,)))
    return tuple(parts)


def list_taken_letters(terms: AgreementFact) -> frozenset[str]:
    """List the letters of the exhibits that the text names and that are no schedule of data.

    Exhibit A is a schedule wherever data is shared. In an agreement with parts, so is each other
    exhibit that a data table names as its clause.

    Args:
        terms: the agreement.

    Returns:
        The letters.
    """
    named = {exhibit.name.removeprefix(_EXHIBIT_PREFIX) for exhibit in terms.exhibits}
    if not terms.stated_data:
        return frozenset(named)
    clauses = [term.clause for part in terms.parts for term in part.data]
    schedules = {
        letter
        for letter in named
        if any(f"{clause},".startswith(f"{_EXHIBIT_PREFIX}{letter},") for clause in clauses)
    }
    return frozenset(named - schedules - {"A"})


def build_data_schedule(terms: AgreementFact) -> DocumentPart:
    """Build the data schedule, which the public register shows too.

    It lists every element, the school years and the use of each.

    Args:
        terms: the agreement.

    Returns:
        Exhibit A; empty for a document under which no data are shared.
    """
    if not terms.data:
        return DocumentPart("Schedule of data")
    names = {party.organization: party.name for party in terms.parties}
    rows = tuple(_build_schedule_row(term, names) for term in terms.data)
    return DocumentPart(
        "Schedule of data",
        (),
        (DocumentTable("Data elements to be shared", _SCHEDULE_HEADER, rows),),
    )


def _build_schedule_row(term: DataTerm, names: dict[str, str]) -> tuple[str, ...]:
    catalogue = load_element_catalogue()
    records = (
        catalogue[term.record].title if term.record in catalogue else _name_by_code(term.record)
    )
    if term.data_set:
        records += f" ({term.data_set})"
    if term.provider:
        records += f", from {names.get(term.provider, term.provider)}"
    if term.mode:
        records += f"; each file {MODE_PHRASES[term.mode]}"
    elements = ", ".join(sorted(_label_element(term.record, name) for name in term.elements))
    records, elements = fill_blank(records, "record type"), fill_blank(elements, "data elements")
    years = f"{term.first_year} to {term.last_year}" if term.first_year else "All years"
    if term.retention_days is not None:
        elements = f"{elements} (kept for at most {format_day_count(term.retention_days)})"
    return records, elements, years, fill_blank(term.used_for, "use"), term.clause


def _label_element(record: str, name: str) -> str:
    try:
        return get_element(f"{record}.{name}").label
    except UnknownElement:
        return _name_by_code(name)


def _name_by_code(code: str) -> str:
    return capitalize_first(code.replace("_", " "))


def _build_destruction_exhibit(terms: AgreementFact) -> DocumentPart:
    """Build the form by which a provider requests destruction and a recipient certifies it."""
    data = name_data(terms)
    return DocumentPart(
        "Request for and certificate of destruction",
        (
            DocumentClause(
                "Request. The Provider that signs this request, ____________________, requests "
                f"that the Recipient destroy: [ ] all of its {data} received under this Agreement  "
                f"[ ] only the following {data}: ____________________"
            ),
            DocumentClause(f"The {data} shall be destroyed no later than: ____________________"),
            DocumentClause(
                "Certificate. The Recipient that signs this certificate, ____________________, "
                f"certifies that the {data}, including all copies and backups, was destroyed on: "
                "____________________, by this method: ____________________"
            ),
            DocumentClause("Certified by (name, title and date): ____________________"),
        ),
    )


def _build_consent_exhibit(terms: AgreementFact, term: ConsentTerm) -> DocumentPart:
    clauses = [
        DocumentClause(
            f"Version of the notice given to families: {fill_blank(term.notice, 'version')}.",
            term.clause,
        ),
        DocumentClause(f"Languages of the notice: {join_words(list(term.languages))}."),
        DocumentClause(
            "Who may sign: "
            f"{join_words([signer.replace('_', ' ') for signer in term.signers], 'or')}."
        ),
    ]
    if not {item.kind for item in terms.clauses} >= _VOLUNTARY_KINDS:
        clauses.append(
            DocumentClause(
                "Consent is voluntary. A family may revoke it at any time. Revocation applies to "
                "data not yet shared."
            )
        )
    if term.lasts_days:
        clauses.append(DocumentClause(f"Consent is valid for {format_day_count(term.lasts_days)}."))
    return DocumentPart("Family consent", tuple(clauses))
