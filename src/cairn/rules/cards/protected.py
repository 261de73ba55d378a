"""The shape of a card for a class of elements that a law of its own protects."""

from typing import Final

from cairn.rules.cards.voice import NOT_COVERED, families
from cairn.rules.citations import RuleCard, Severity

_FAMILY: Final = "A law of its own protects these records, so they are not shared here."


def protected(
    number: str,
    citation: str,
    statement: str,
    *,
    instead: str = "",
    met: str = "{element}: {said}.",
    family: str = _FAMILY,
    severity: Severity = Severity.LAW,
    verified: bool = True,
) -> RuleCard:
    """A card for one pack: placeholders element, agreement, basis, key, conditions and said.

    ``instead`` is what often answers the same question without the element.
    """
    write = "Write the authority and its clause under {key}{conditions}, or leave the column out."
    return RuleCard(
        id=number,
        citation=citation,
        statement=statement,
        steward="{element} cannot ride on the basis '{basis}' of {agreement} alone.",
        next_step=f"{write} {instead}".strip(),
        met=met,
        withheld=NOT_COVERED,
        others=families(family),
        severity=severity,
        verified=verified,
    )
