"""What may stand in the place of a small number: nothing, a range, or another number near it.

Rounding and noise show a number where a rule says that none may be shown. They can be as safe as a
blank; that does not make them what the rule asks for, and no setting turns the rule off.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from cairn.rules.cards import release as cards
from cairn.rules.decision import Decision, Reason, conclude
from cairn.rules.question import question
from cairn.rules.vocabulary import Action, Outcome

NOBODY: Final = ""
"""Who asks on plain files, without a hub: nobody whom it knows."""


class InPlace(StrEnum):
    """What a way of protecting puts in the place of a small number."""

    NOTHING = "nothing"
    RANGE = "range"
    ANOTHER_NUMBER = "another_number"


@dataclass(frozen=True, slots=True)
class Demand:
    """What a rule of the field or an agreement asks of small numbers.

    Args:
        name: the rule's name, or the agreement's reference.
        citation: where it says so.
        minimum: a number of fewer people is withheld.
        percentages: whether it lets percentages alone be shown, and numbers of none.
    """

    name: str
    citation: str
    minimum: int
    percentages: bool = False


@question
def may_stand_in_place(in_place: InPlace, demands: Iterable[Demand], on: date) -> Decision:
    """Whether something may be shown where a number is small, under all that is demanded."""
    asked = tuple(demands)
    against = [reason for demand in asked for reason in _against(in_place, demand)]
    told = against or [Reason(cards.SMALL_WITHHELD, Outcome.ALLOW)]
    return conclude(Action.PROTECT, NOBODY, on, told, facts=(in_place, *asked))


def _against(in_place: InPlace, demand: Demand) -> Iterator[Reason]:
    facts = (("rule", demand.name), ("minimum", demand.minimum))
    if in_place is InPlace.ANOTHER_NUMBER:
        yield Reason(cards.SMALL_WITHHELD, Outcome.DENY, facts, where=demand.citation)
    if in_place is InPlace.RANGE and demand.percentages:
        yield Reason(cards.PERCENTAGES_ALONE, Outcome.DENY, facts, where=demand.citation)
