"""Who agrees, and who of them may see the data."""

from cairn.agreements.wording.document import Clause, Part, Table
from cairn.agreements.wording.words import ROLE
from cairn.rules.agreement import Agreement


def parties(terms: Agreement) -> Part:
    """The parties and what each is here."""
    return Part(
        "Who agrees",
        tuple(Clause(f"{party.name} {ROLE[party.role]}.") for party in terms.parties),
    )


def access(terms: Agreement) -> Part:
    """Who may see the data at the organizations that receive them, and who may receive onward."""
    clauses = [Clause("Nobody sees the data who does not need them for what they are used for.")]
    tables = []
    if terms.access:
        rows = tuple((_name(terms, a.organization), a.role, a.interest) for a in terms.access)
        head = ("Organization", "Role", "Why this role needs the data")
        tables.append(Table("Who may see the data", head, rows))
    else:
        clauses = []
    if terms.onward:
        clauses.append(
            Clause(
                "A party passes data on only to the organizations named here, after they have "
                "been put on the provider's record of disclosures.",
                "34 CFR 99.33(b)",
            )
        )
        onward = tuple((_name(terms, o.organization), o.interest, o.clause) for o in terms.onward)
        head = ("Organization", "Its legitimate interest", "Clause")
        tables.append(Table("Who may receive the data onward", head, onward))
    elif terms.data:
        clauses.append(Clause("Nobody passes the data on.", "34 CFR 99.33(a)"))
    return Part("Who may see the data", tuple(clauses), tuple(tables))


def _name(terms: Agreement, organization: str) -> str:
    named = {party.organization: party.name for party in terms.parties}
    return named.get(organization, organization)
