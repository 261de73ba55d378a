"""What the declared basis asks of the text, and what it cannot carry."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Final

from cairn.rules.agreement import Agreement, DataTerm
from cairn.rules.basis import basis_holds
from cairn.rules.citations import Severity
from cairn.rules.element import covered
from cairn.rules.lint.finding import NOT_FOUND, Finding, Objection, Text
from cairn.rules.vocabulary import (
    FERPA_AGENCIES,
    LegalBasis,
    Outcome,
    PartyRole,
    Purpose,
)

NOT_A_STUDY: Final = Objection(
    "LB01",
    Severity.LAW,
    "34 CFR 99.31(a)(6)(i)",
    "A study cannot be for '{said}': it develops tests, administers aid or improves instruction.",
    "Take this purpose out, or share for it on consent or as a school official.",
)
NOT_AN_EVALUATION: Final = Objection(
    "LB02",
    Severity.LAW,
    "34 CFR 99.35(a)(1)",
    "An audit or evaluation cannot be for '{said}'.",
    "Take this purpose out, or share for it on a basis of its own.",
)
NOT_A_SERVICE: Final = Objection(
    "LB03",
    Severity.LAW,
    "34 CFR 99.31(a)(1)(i)(B)(1)",
    "'{said}' is no service for which the school would otherwise use its own employees.",
    "Take this purpose out, or make a studies agreement for it.",
)
NO_PURPOSE: Final = Objection(
    "LB04",
    Severity.PRACTICE,
    "StriveTogether data-sharing guide, 3.2, practice 1",
    "The data have no purpose.",
    "Write purposes = […] with what the data may be used for.",
)

ANOTHER_BASIS: Final = Objection(
    "LB05",
    Severity.PRACTICE,
    "Cairn policy, agreements 10: one agreement rests on one basis",
    "{about} cannot rest on {basis}, and could on {others}.",
    "Take it out and write a second agreement for it on {others}, {under}; both may be signed in "
    "one sitting. Each basis then keeps its own purposes, days and destruction.",
)

# What a basis of FERPA cannot carry, and the paragraph that says so.
_CANNOT: Final[Mapping[LegalBasis, tuple[Objection, frozenset[Purpose]]]] = MappingProxyType(
    {
        LegalBasis.STUDIES: (NOT_A_STUDY, frozenset({Purpose.SERVICE_COORDINATION})),
        LegalBasis.AUDIT_EVALUATION: (
            NOT_AN_EVALUATION,
            frozenset({Purpose.SERVICE_COORDINATION, Purpose.RESEARCH}),
        ),
        LegalBasis.SCHOOL_OFFICIAL: (NOT_A_SERVICE, frozenset({Purpose.RESEARCH})),
    }
)

_OF_SCHOOLS: Final = (
    LegalBasis.CONSENT,
    LegalBasis.SCHOOL_OFFICIAL,
    LegalBasis.STUDIES,
    LegalBasis.AUDIT_EVALUATION,
)
_OF_OTHERS: Final = (LegalBasis.CONSENT, LegalBasis.OWN_RECORDS, LegalBasis.PART2_CONSENT)


def criteria(text: Text) -> Iterator[Finding]:
    """Each criterion of the basis that the text does not meet, in the words of its own rule."""
    for reason in basis_holds(text.agreement, text.on):
        if reason.effect is not Outcome.ALLOW:
            where = dict(reason.facts).get("said") or NOT_FOUND
            card = reason.card
            yield Finding(
                card.id, card.severity, card.citation, str(where), reason.message, reason.next_step
            )


def purposes(text: Text) -> Iterator[Finding]:
    """Each purpose that the basis cannot carry."""
    agreement = text.agreement
    if agreement.basis in _CANNOT:
        objection, cannot = _CANNOT[agreement.basis]
        for purpose in sorted(agreement.purposes & cannot):
            said = purpose.value.replace("_", " ")
            yield objection.finding(agreement.purpose_clause, purpose.value, said=said)
    if not agreement.purposes and agreement.basis is not LegalBasis.NO_DISCLOSURE:
        yield NO_PURPOSE.finding()


def another_basis(text: Text) -> Iterator[Finding]:
    """Each element that this basis refuses and another carries with the words that are here."""
    agreement = text.agreement
    if agreement.basis not in (*_OF_SCHOOLS, *_OF_OTHERS, LegalBasis.DIRECTORY):
        return
    above = ", ".join(agreement.under)
    under = f"with under = {list(agreement.under)}" if above else "under the same memorandum"
    for element in sorted(agreement.elements):
        if _refuses(agreement, element, text.on) and (others := _carrying(text, element)):
            named = " or ".join(_words(one) for one in others)
            clause = next((t.clause for t in agreement.data if element in _named(t)), "")
            basis = _words(agreement.basis)
            yield ANOTHER_BASIS.finding(clause, element, basis=basis, others=named, under=under)


def _carrying(text: Text, element: str) -> list[LegalBasis]:
    """The bases on which these providers could share it."""
    agreement = text.agreement
    providers = [p for p in agreement.parties if p.role is PartyRole.PROVIDER]
    schools = all(p.kind in FERPA_AGENCIES for p in providers)
    among = _OF_SCHOOLS if schools else _OF_OTHERS
    on = ((one, replace(agreement, basis=one)) for one in among if one is not agreement.basis)
    return [one for one, other in on if not _refuses(other, element, text.on)]


def _refuses(agreement: Agreement, element: str, on: date) -> bool:
    reasons = (r for rule in covered((agreement,)) for r in rule(element, on))
    return any(reason.effect is not Outcome.ALLOW for reason in reasons)


def _named(term: DataTerm) -> frozenset[str]:
    return frozenset(f"{term.record}.{element}" for element in term.elements)


def _words(basis: LegalBasis) -> str:
    return basis.value.replace("_", " ")


ALL: Final = (ANOTHER_BASIS, NOT_A_STUDY, NOT_AN_EVALUATION, NOT_A_SERVICE, NO_PURPOSE)
