"""Who is taken to try to find out about a child, and whether the check of a release asked them all.

What nobody thought of when a release was checked is thought of later. A certificate proves what it
was asked, so a release that an attacker was not asked about is checked again before it goes on
(34 CFR 99.31(b)(1): taking into account other reasonably available information).
"""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Final

from cairn.rules.cards import release as cards
from cairn.rules.decide import Rule
from cairn.rules.decision import Reason
from cairn.rules.vocabulary import Outcome


class Attacker(StrEnum):
    """Who tries, in the order in which they were thought of. Whoever adds one has every release
    that has not left yet checked again."""

    OUTSIDER = "outsider"
    PARTICIPANT = "participant"
    CONTRIBUTOR = "contributor"
    COMPARER = "comparer"


WHO: Final = {
    Attacker.OUTSIDER: "an outsider who has read everything published",
    Attacker.PARTICIPANT: "somebody who is counted and knows one record",
    Attacker.CONTRIBUTOR: "a district that takes its own children away from every number",
    Attacker.COMPARER: "whoever reads an earlier release of fewer or more children anew",
}
"""Who each of them is, in plain words."""


def asked_them_all(asked: frozenset[Attacker] | None) -> Rule:
    """The check asked everyone who is taken to try. Before the first check (``None``) nothing is
    said: it will ask them."""
    return partial(_asked, asked)


def unasked(asked: frozenset[Attacker]) -> tuple[str, ...]:
    """Those whom the check did not ask, in plain words."""
    return tuple(WHO[one] for one in Attacker if one not in asked)


def _asked(asked: frozenset[Attacker] | None, on: date) -> Iterator[Reason]:
    if asked is None:
        return
    missing = "; ".join(unasked(asked))
    effect = Outcome.DENY if missing else Outcome.ALLOW
    yield Reason(cards.NOT_ASKED_ALL, effect, (("attackers", missing),))
