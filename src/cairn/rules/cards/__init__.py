"""The rule cards, as data: one file a source. ``CARDS`` is what the reference page prints."""

from typing import Final

from cairn.rules.cards import access, agreement, ferpa, minimization, release, retention, special

CARDS: Final = (
    access.ALL
    + agreement.ALL
    + ferpa.ALL
    + special.ALL
    + release.ALL
    + minimization.ALL
    + retention.ALL
)
