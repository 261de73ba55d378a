"""Groups that an author asks to be counted as one: which, and what has to be said of it.

Two groups too small to be shown may be shown as one. That hides who is in it, so it is no matter
of arithmetic alone: the author says why, and reviewers and owners read it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from cairn.rules.cards import together as cards
from cairn.rules.decide import Rule
from cairn.rules.decision import Reason
from cairn.rules.vocabulary import Outcome

LEAST: Final = 2
MOST: Final = 5
"""A wider group is another question."""


@dataclass(frozen=True, slots=True)
class TogetherFact:
    """What is asked to be counted as one.

    ``chosen`` are codes of groups, ``why`` what the author says of it; ``groups`` are those that
    the tables tell apart (none: the release has no such breakdown), ``already`` those that are
    counted as one by now.
    """

    chosen: frozenset[str]
    why: str
    groups: frozenset[str]
    already: tuple[frozenset[str], ...] = ()


def one_group(fact: TogetherFact) -> Rule:
    """The groups can be counted as one."""
    return partial(_one_group, fact)


def said_why(fact: TogetherFact) -> Rule:
    """It is said why they are."""
    return partial(_said_why, fact)


def left_of(fact: TogetherFact) -> tuple[frozenset[str], ...]:
    """What else is counted as one then: whatever the new group does not take in."""
    return tuple(those for those in fact.already if not those <= fact.chosen)


def _one_group(fact: TogetherFact, on: date) -> Iterator[Reason]:
    because = tuple(_against(fact))
    for one in because:
        yield Reason(cards.ONE_GROUP, Outcome.DENY, (("because", one),))
    if not because:
        yield Reason(cards.ONE_GROUP, Outcome.ALLOW)


def _against(fact: TogetherFact) -> Iterator[str]:
    if not fact.groups:
        yield "no table of this release tells such groups apart"
    elif not fact.chosen <= fact.groups:
        yield "one of them is no group that the tables tell apart"
    if len(fact.chosen) < LEAST:
        yield "it takes two groups at least"
    if len(fact.chosen) > MOST:
        yield f"no more than {MOST} groups are counted as one"
    if any(those & fact.chosen and not those <= fact.chosen for those in fact.already):
        yield "one of them is counted together with another group that is not chosen"
    if fact.chosen in fact.already:
        yield "they are counted as one already"


def _said_why(fact: TogetherFact, on: date) -> Iterator[Reason]:
    said = Outcome.ALLOW if fact.why.strip() else Outcome.DENY
    yield Reason(cards.PEOPLE_ASKED, said)
