"""What is shared, for which purpose, on which legal basis."""

from cairn.agreements.wording.document import Clause, Part, day, listed
from cairn.agreements.wording.words import BASIS, LEVEL, PURPOSE
from cairn.rules.agreement import Agreement
from cairn.rules.criteria import CRITERIA
from cairn.rules.population import Population, in_words
from cairn.rules.vocabulary import LegalBasis, Level

_BY_ITSELF_NOTHING = LegalBasis.NO_DISCLOSURE


def purpose(terms: Agreement) -> Part:
    """What the data are for, the questions behind them, and the limit to it."""
    said = sorted(terms.purposes)
    who = {party.organization: party.name for party in terms.parties}
    clauses = []
    if said:
        named = listed([PURPOSE[one] for one in said])
        limit = "and for nothing else" if len(said) == 1 else "and only for these purposes"
        clauses.append(Clause(f"The data are used {named}, {limit}.", terms.purpose_clause))
    if terms.project:
        clauses.append(
            Clause(
                f"The project {terms.project.reference} asks: "
                f"{' '.join(_question(q) for q in terms.project.questions)}",
                terms.project.clause,
            )
        )
        if terms.project.products:
            clauses.append(Clause(f"It makes {listed(list(terms.project.products))}."))
    clauses += [
        Clause(
            f"{who.get(one.organization, one.organization)} does this by {day(one.by)}: {one.what}."
        )
        for one in terms.milestones
    ]
    return Part("What the data are for", tuple(clauses))


def basis(terms: Agreement) -> Part:
    """The legal basis, and each criterion that it must meet in the words of this agreement."""
    first = Clause(f"The legal basis is {BASIS[terms.basis]}.", terms.basis_clause)
    who = {party.organization: party.name for party in terms.parties}
    cards = CRITERIA[terms.basis]
    criteria = [
        Clause(f"{cards[key].statement} Here: {said}", cards[key].citation)
        for key, said in sorted(terms.criteria.items())
        if key in cards
    ]
    more = [
        Clause(f"{key.replace('_', ' ').capitalize()}: {who.get(said, said.replace('_', ' '))}")
        for key, said in sorted(terms.criteria.items())
        if key not in cards
    ]
    never = [] if terms.basis is _BY_ITSELF_NOTHING else [_MAY_DECLINE]
    return Part("On which legal basis", (first, *criteria, *more, *never))


def data(terms: Agreement) -> Part:
    """What is shared; the schedule itself is an exhibit."""
    if not terms.data:
        return Part("What is shared")
    clauses = [
        Clause(f"What is shared are {LEVEL[terms.level]}."),
        Clause("Only the data elements of the schedule in Exhibit A are shared, and no other."),
    ]
    if terms.population:
        clauses.append(Clause(f"Only these children's records are shared: {terms.population}."))
    if terms.children:
        clauses.append(_whose(terms.children))
    if terms.level in (Level.DE_IDENTIFIED, Level.POPULATION, Level.PROGRAM):
        clauses.append(Clause("Nobody tries to find out who is behind a record or a figure."))
    return Part("What is shared", tuple(clauses))


def _whose(whose: Population) -> Clause:
    """The filter, in the words by which a decision cites it."""
    if not whose.limits:
        said = "No grade, school, program, age or day of enrollment leaves a child out."
        return Clause(said, whose.clause)
    said = f"Each of them must meet this: {in_words(whose)}. A child of whom it is not known"
    return Clause(f"{said} is left out.", whose.clause)


def _question(text: str) -> str:
    return text if text.endswith(("?", ".")) else f"{text}?"


_MAY_DECLINE = Clause(
    "The law permits this sharing and compels nobody: a provider may decline any request.",
    "34 CFR 99.31(d)",
)
