"""What the declared basis asks of the text, and what it cannot carry."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from cairn.rules.basis import basis_holds
from cairn.rules.citations import Severity
from cairn.rules.lint.finding import NOT_FOUND, Finding, Objection, Text
from cairn.rules.vocabulary import LegalBasis, Outcome, Purpose

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


ALL: Final = (NOT_A_STUDY, NOT_AN_EVALUATION, NOT_A_SERVICE, NO_PURPOSE)
