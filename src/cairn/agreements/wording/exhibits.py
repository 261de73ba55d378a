"""The exhibits: the schedule of data, the request to destroy, and those that the text names."""

from cairn.agreements.wording.document import Clause, Part, Table
from cairn.rules.agreement import Agreement, DataTerm
from cairn.rules.terms import ConsentTerm

_SCHEDULE = ("Records", "Data elements", "School years", "What they are for", "Clause")


def exhibits(terms: Agreement) -> tuple[Part, ...]:
    """What is attached, in order: A is the schedule wherever data are shared."""
    found = []
    if terms.data:
        found += [schedule(terms), _destruction(terms)]
    if terms.consent:
        found.append(_consent(terms.consent))
    if terms.exhibits:
        rows = tuple(
            (one.name, one.title, "attached" if one.attached else "not attached yet")
            for one in terms.exhibits
        )
        table = Table("What the text refers to", ("Name", "Title", "Attached"), rows)
        found.append(Part("Other exhibits", (), (table,)))
    return tuple(found)


def schedule(terms: Agreement) -> Part:
    """The schedule of data, which the public register shows too: every element, for which years,
    for what."""
    """Exhibit A: each record with its elements, school years and what they are for."""
    names = {party.organization: party.name for party in terms.parties}
    rows = tuple(_row(term, names) for term in terms.data)
    return Part("Schedule of data", (), (Table("Data elements that are shared", _SCHEDULE, rows),))


def _row(term: DataTerm, names: dict[str, str]) -> tuple[str, ...]:
    records = term.record.replace("_", " ")
    if term.data_set:
        records += f" ({term.data_set})"
    if term.provider:
        records += f", from {names.get(term.provider, term.provider)}"
    elements = ", ".join(element.replace("_", " ") for element in sorted(term.elements))
    years = f"{term.first_year} to {term.last_year}" if term.first_year else "not limited"
    return records, elements, years, term.used_for, term.clause


def _destruction(terms: Agreement) -> Part:
    """The form by which a provider asks for destruction and a recipient certifies it."""
    return Part(
        "Request to destroy, and certificate",
        (
            Clause(
                "The provider asks the recipient to destroy: [ ] everything received under "
                "this agreement  [ ] these data: ____________________"
            ),
            Clause("It is to be done by: ____________________ (a day)"),
            Clause(
                "The recipient certifies that this was done on: ____________________, in this "
                "way: ____________________, backups and copies included."
            ),
            Clause("Certified by (name and capacity): ____________________"),
        ),
    )


def _consent(term: ConsentTerm) -> Part:
    clauses = [
        Clause(f"The notice that families read: {term.notice}.", term.clause),
        Clause(f"It is given in {', '.join(term.languages)}."),
        Clause(f"It is signed by: {', '.join(s.replace('_', ' ') for s in term.signers)}."),
        Clause("A yes is voluntary. It can be taken back at any time for what comes after."),
    ]
    if term.lasts_days:
        clauses.append(Clause(f"A yes lasts {term.lasts_days} days."))
    return Part("Consent of families", tuple(clauses))
