"""The rule cards, as data: one file a source. ``every_card`` is what the reference page prints."""

from cairn.rules.cards import access, agreement, ferpa, release, special
from cairn.rules.citations import RuleCard


def every_card() -> tuple[RuleCard, ...]:
    """All cards, by source and in the order of their numbers."""
    return access.ALL + agreement.ALL + ferpa.ALL + special.ALL + release.ALL
