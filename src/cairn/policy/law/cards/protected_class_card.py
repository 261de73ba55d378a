"""Build the cards for classes of elements that have a law of their own."""

from typing import Final

from cairn.policy.law.cards.audience_messages import NOT_COVERED, build_family_messages
from cairn.policy.law.rule_card import RuleCard, RuleSource

_FAMILY_MESSAGE: Final = "A law of its own protects these records, so they are not shared here."


def build_protected_class_card(
    number: str,
    citation: str,
    statement: str,
    *,
    instead: str = "",
    met: str = "{element}: {said}.",
    family: str = _FAMILY_MESSAGE,
    severity: RuleSource = RuleSource.LAW,
    verified: bool = True,
) -> RuleCard:
    """Build a card for one law pack.

    Its placeholders are element, agreement, basis, key, conditions and the wording of the clause.

    ``instead`` suggests what often answers the same question without the element.
    """
    next_action = (
        "Write the authority and its clause under {key}{conditions}, or leave the column out."
    )
    return RuleCard(
        id=number,
        citation=citation,
        statement=statement,
        steward="{element} cannot ride on the basis '{basis}' of {agreement} alone.",
        next_step=f"{next_action} {instead}".strip(),
        met=met,
        withheld=NOT_COVERED,
        others=build_family_messages(family),
        severity=severity,
        verified=verified,
    )
