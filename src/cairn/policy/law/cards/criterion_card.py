"""Build the cards for criteria that the text of an agreement must meet."""

from typing import Final

from cairn.policy.law.cards.audience_messages import build_family_messages
from cairn.policy.law.rule_card import RuleCard

_NEXT_STEP: Final = (
    "Amend the agreement so that a clause says so, and write that clause under {key}."
)
_FAMILY_MESSAGE: Final = "The agreement behind this lacks something that the law asks for."


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
        others=build_family_messages(_FAMILY_MESSAGE),
        verified=verified,
    )
