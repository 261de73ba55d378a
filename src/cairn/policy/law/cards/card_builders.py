"""Build the cards for criteria of an agreement's text, and for classes with a law of their own."""

from typing import Final

from cairn.policy.law.rule_card import (
    NOT_COVERED,
    UNMET_CONDITION,
    RuleCard,
    RuleSource,
    build_family_messages,
)

_NEXT_STEP: Final = "Amend the agreement to add this clause, and enter the clause under {key}."
_FAMILY_MESSAGE: Final = "The agreement for this use is missing something that the law requires."


def build_criterion_card(
    number: str, citation: str, statement: str, lacking: str, *, verified: bool = True
) -> RuleCard:
    """Build a card for one criterion of a legal basis.

    Its texts use placeholders for the agreement, the key and the wording of the clause.
    """
    return RuleCard(
        id=number,
        citation=citation,
        statement=statement,
        steward="{agreement}: " + lacking,
        next_step=_NEXT_STEP,
        met="{agreement}: {said}",
        withheld=UNMET_CONDITION,
        others=build_family_messages(_FAMILY_MESSAGE),
        verified=verified,
    )


_CLASS_MESSAGE: Final = "Another law protects these records, so they are not shared here."


def build_protected_class_card(
    number: str,
    citation: str,
    statement: str,
    *,
    instead: str = "",
    met: str = "{element}: {said}.",
    family: str = _CLASS_MESSAGE,
    severity: RuleSource = RuleSource.LAW,
    verified: bool = True,
) -> RuleCard:
    """Build a card for one law pack.

    Its placeholders are element, agreement, basis, key, conditions and the wording of the clause.

    ``instead`` suggests what often answers the same question without the element.
    """
    next_action = (
        "Enter the legal authority and its clause under {key}{conditions}, or leave out the column."
    )
    return RuleCard(
        id=number,
        citation=citation,
        statement=statement,
        steward=(
            "{element} needs its own legal authority; the basis '{basis}' of {agreement} is "
            "not enough."
        ),
        next_step=f"{next_action} {instead}".strip(),
        met=met,
        withheld=NOT_COVERED,
        others=build_family_messages(family),
        severity=severity,
        verified=verified,
    )
