"""Define the facts of tribal nations: their decisions about a use, and their members."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from cairn.policy.vocabulary import NationAnswer

__all__ = ["NO_NATION_FACTS", "MemberFact", "NationDecisionFact", "NationFacts"]


@dataclass(frozen=True, slots=True)
class NationDecisionFact:
    """Record what one nation decided on a day, by a named person.

    Attributes:
        nation: slug of the nation.
        answer: the answer; the last one of a nation counts.
        by: name or actor id of the person who answered for it.
        on: day of the answer.
        condition: what it asks for first, in words; empty if it asks for nothing.
    """

    nation: str
    answer: NationAnswer
    by: str
    on: date
    condition: str = ""


@dataclass(frozen=True, slots=True)
class MemberFact:
    """Record that a school lists a linked person as a member of these nations."""

    person: str
    nations: frozenset[str]


@dataclass(frozen=True, slots=True)
class NationFacts:
    """Hold the decisions of nations about one use, in order, and the people who are their members.

    Attributes:
        words: decisions of the nations, oldest first; empty if none has answered.
        members: linked people that a school lists as members of a nation; empty if there are none.
    """

    words: tuple[NationDecisionFact, ...] = ()
    members: tuple[MemberFact, ...] = ()


NO_NATION_FACTS: Final = NationFacts()
