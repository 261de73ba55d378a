"""From when to when it counts, what it rests on, how it changes and ends, and the other clauses."""

from typing import Final

from cairn.agreements.wording.document import Clause, Part, day, days, listed
from cairn.agreements.wording.words import RENEWAL
from cairn.rules.agreement import UNTIL_TERMINATED, Agreement
from cairn.rules.terms import RenewalTerm

_PILOT: Final = (
    "This is a pilot. Only synthetic data, about invented children, come under it; it opens no "
    "child's record, and nothing made under it is a figure about children. What is tried:"
)


def rests_on(terms: Agreement) -> Part:
    """The agreements above this one."""
    clauses = []
    if terms.under:
        above = listed(list(terms.under))
        clauses.append(Clause(f"This document rests on {above} and counts only while they do."))
    if terms.amends:
        clauses.append(Clause(f"It amends {terms.amends}; what it does not name stays as it was."))
    if terms.joins:
        clauses.append(
            Clause(
                f"By signing, the party joins {terms.joins} as it stands, with the same rights "
                "and duties as those who signed before. They sign nothing anew."
            )
        )
    return Part("What this rests on", tuple(clauses))


def changes(terms: Agreement) -> Part:
    """What an amendment changes, term by term."""
    return Part(
        "What changes",
        tuple(
            Clause(f"{c.term}: in place of “{c.was}” it says “{c.now}” from now on.", c.clause)
            for c in terms.changes
        ),
    )


def term(terms: Agreement) -> Part:
    """From when to when, and whether it goes on after that."""
    until = _until(terms)
    clauses = [Clause(f"This agreement counts from {day(terms.starts)} {until}.")]
    if terms.pilot:
        clauses.insert(0, Clause(f"{_PILOT} {terms.pilot}"))
    if terms.renewal:
        clauses.append(Clause(_renewal(terms.renewal), terms.renewal.clause))
    if terms.amendment_clause:
        clauses.append(
            Clause("It is changed only in writing, signed by every party.", terms.amendment_clause)
        )
    return Part("From when to when", tuple(clauses))


def ending(terms: Agreement) -> Part:
    """How a party ends it before its last day, and what follows."""
    clauses = []
    notice = terms.termination_notice_days
    if notice is not None:
        clauses.append(
            Clause(
                f"Any party may end this agreement in writing, with {days(notice)} of notice.",
                terms.termination_clause,
            )
        )
    if terms.data:
        clauses.append(
            Clause(
                "From its last day on nothing more is shared under it, and what was received is "
                "destroyed as said above."
            )
        )
    return Part("How it ends", tuple(clauses))


def clauses(terms: Agreement) -> Part:
    """What else the parties promise, in the order of the signed text."""
    named = {party.organization: party.name for party in terms.parties}
    return Part(
        "What else the parties promise",
        tuple(
            Clause(
                f"{one.kind.value.replace('_', ' ').capitalize()}"
                f"{f' ({named.get(one.party, one.party)})' if one.party else ''}: "
                f"{one.said.rstrip('.')}{f', within {days(one.days)}' if one.days else ''}.",
                one.ref,
            )
            for one in terms.clauses
        ),
    )


def _until(terms: Agreement) -> str:
    if terms.ends == UNTIL_TERMINATED:
        return "until a party ends it"
    if terms.ends is None:
        return "to a day that is not stated"
    return f"through {day(terms.ends)}"


def _renewal(term: RenewalTerm) -> str:
    said = RENEWAL[term.kind]
    if term.months:
        said += f", for {term.months} months"
    if term.notice_days:
        said += f"; this is settled {days(term.notice_days)} before the last day"
    return f"{said}."
