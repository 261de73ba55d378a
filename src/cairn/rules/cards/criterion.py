"""The shape of a card for what the text of an agreement has to say."""

from typing import Final

from cairn.rules.cards.voice import families
from cairn.rules.citations import RuleCard

_FIX: Final = "Amend the agreement so that a clause says so, and write that clause under {key}."
_FAMILY: Final = "The agreement behind this lacks something that the law asks for."


def criterion(
    number: str, citation: str, statement: str, lacking: str, *, verified: bool = True
) -> RuleCard:
    """A card for one criterion of a legal basis: placeholders agreement, key and said."""
    return RuleCard(
        id=number,
        citation=citation,
        statement=statement,
        steward="{agreement}: " + lacking,
        next_step=_FIX,
        met="{agreement}: {said}",
        others=families(_FAMILY),
        verified=verified,
    )
