"""What a written agreement lacks: read before anyone relies on it."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from cairn.rules.agreement import Agreement
from cairn.rules.citations import Severity
from cairn.rules.dictionary import DataDictionary
from cairn.rules.lint import (
    bases,
    children,
    days,
    documents,
    elements,
    keeping,
    parties,
    practices,
    wording,
)
from cairn.rules.lint.finding import Check, Finding, Objection, Text, run

__all__ = ["OBJECTIONS", "Finding", "Objection", "beyond_rules", "lint"]

# What a decision refuses by rules of its own, told here in their words.
_TOLD_BY_RULES: Final[tuple[Check, ...]] = (bases.criteria, elements.protected)
# What only reading finds: some of it of law, and the rest advice.
_OF_LAW: Final[tuple[Check, ...]] = (
    bases.purposes,
    parties.parties,
    elements.elements,
    documents.documents,
)
_ADVICE: Final[tuple[Check, ...]] = (
    days.days,
    children.children,
    keeping.keeping,
    practices.practices,
    wording.wording,
    bases.another_basis,
)

OBJECTIONS: Final[tuple[Objection, ...]] = (
    *bases.ALL,
    *days.ALL,
    *parties.ALL,
    *elements.ALL,
    *children.ALL,
    *keeping.ALL,
    *documents.ALL,
    *practices.ALL,
    *wording.ALL,
)
"""Every kind of finding that is not a rule's own, for the reference page."""


def lint(
    agreement: Agreement, dictionaries: Iterable[DataDictionary] | None, on: date
) -> tuple[Finding, ...]:
    """Every objection to an agreement's text, those of law first.

    ``dictionaries`` are its providers' data dictionaries, ``None`` where they are not at hand.
    """
    held = None if dictionaries is None else tuple(dictionaries)
    found = run((*_TOLD_BY_RULES, *_OF_LAW, *_ADVICE), Text(agreement, held, on))
    order = list(Severity)
    return tuple(sorted(found, key=lambda finding: order.index(finding.severity)))


def beyond_rules(agreement: Agreement, on: date) -> tuple[Finding, ...]:
    """The findings of law that no other rule of a decision tells by itself.

    What a basis lacks, and an element of a protected class, are answered by their own rules.
    """
    found = run(_OF_LAW, Text(agreement, None, on))
    return tuple(finding for finding in found if finding.severity is Severity.LAW)
