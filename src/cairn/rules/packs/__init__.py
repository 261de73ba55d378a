"""Law packs: data about one law each, which can only narrow what an agreement allows.

``element_reasons`` answers for one element under one agreement, ``request_rules`` for a whole use,
``obligations`` says what remains to do. The most restrictive pack wins.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from cairn.rules.decision import Obligation
from cairn.rules.packs import by_state, weighing
from cairn.rules.packs.by_state import request_rules
from cairn.rules.packs.states import STATES
from cairn.rules.packs.surroundings import Surroundings
from cairn.rules.packs.weighing import PACKS
from cairn.rules.packs.weighing import of_element as element_reasons
from cairn.rules.vocabulary import SpecialClass

__all__ = [
    "PACKS",
    "STATES",
    "Surroundings",
    "element_reasons",
    "obligations",
    "request_rules",
]


def obligations(
    classes: Iterable[SpecialClass], around: Surroundings, on: date
) -> Iterator[Obligation]:
    """What the laws of these special classes and of these states still ask for on a day."""
    yield from weighing.obligations(classes)
    yield from by_state.obligations(around, on)
