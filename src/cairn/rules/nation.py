"""A tribal nation's own word on figures that would count its children.

Data about a nation's children are the nation's to decide about, whatever agreement a school has
made. A nation approves one release: what it counts, by which groups, for which years. It may ask
for something first, and may take its word back for everything that is made after.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from cairn.rules.cards import release as cards
from cairn.rules.cards import use
from cairn.rules.decide import Rule
from cairn.rules.decision import PEOPLE, PeopleAnswer, Reason
from cairn.rules.organization import OrganizationFact
from cairn.rules.vocabulary import NationAnswer, OrganizationKind, Outcome, ReleaseState


@dataclass(frozen=True, slots=True)
class NationWord:
    """What one nation said on a day, by a named person. ``condition`` is what it asks for first,
    empty where it asks for nothing."""

    nation: str
    answer: NationAnswer
    by: str
    on: date
    condition: str = ""


@dataclass(frozen=True, slots=True)
class MemberFact:
    """A linked person whom some school's record says to belong to these nations."""

    person: str
    nations: frozenset[str]


@dataclass(frozen=True, slots=True)
class Nations:
    """What nations have said of one use, in order, and the people who are theirs."""

    words: tuple[NationWord, ...] = ()
    members: tuple[MemberFact, ...] = ()


NO_NATIONS: Final = Nations()


def approving(words: Iterable[NationWord], on: date) -> frozenset[str]:
    """The nations that approve on a day, by their last word; in the order in which it was said."""
    return frozenset(n for n, word in _last(words, on).items() if _approves(word))


def members_left_out(members: Iterable[MemberFact], approved: frozenset[str]) -> PeopleAnswer:
    """Without the people of a nation that has not approved, whoever else sent rows of them."""
    out = sorted({m.person for m in members if not m.nations <= approved})
    if not out:
        return PeopleAnswer()
    n = (("n", len(out)),)
    reason = Reason(use.NATION, Outcome.DENY, n, about=PEOPLE, people=tuple(out))
    return PeopleAnswer(dict.fromkeys(out, Outcome.DENY), reasons=(reason,))


def still_approve(counted: frozenset[str], words: Iterable[NationWord]) -> Rule:
    """Each nation whose children may be in the figures approves today."""
    return partial(_still, counted, tuple(words))


def conditions_met(counted: frozenset[str], words: Iterable[NationWord]) -> Rule:
    """No nation whose children may be in the figures waits for something that it asked for."""
    return partial(_conditions, counted, tuple(words))


def is_a_nation(organization: OrganizationFact) -> Rule:
    """The organization is a tribal nation."""
    return partial(_is_a_nation, organization)


def not_withdrawn(state: ReleaseState) -> Rule:
    """There is something to answer about."""
    return partial(_not_withdrawn, state)


def _last(words: Iterable[NationWord], on: date) -> Mapping[str, NationWord]:
    return {word.nation: word for word in words if word.on <= on}


def _approves(word: NationWord | None) -> bool:
    """A word that nobody has put a name to is none."""
    return word is not None and word.answer is NationAnswer.APPROVE and bool(word.by.strip())


def _still(counted: frozenset[str], words: tuple[NationWord, ...], on: date) -> Iterator[Reason]:
    last = _last(words, on)
    for nation in sorted(counted):
        effect = Outcome.ALLOW if _approves(last.get(nation)) else Outcome.DENY
        yield Reason(cards.NATION_COUNTED, effect, (("nation", nation),))


def _conditions(
    counted: frozenset[str], words: tuple[NationWord, ...], on: date
) -> Iterator[Reason]:
    last = _last(words, on)
    for nation in sorted(counted & last.keys()):
        if condition := last[nation].condition.strip():
            facts = (("nation", nation), ("condition", condition))
            yield Reason(cards.NATION_CONDITION, Outcome.DENY, facts)


def _is_a_nation(organization: OrganizationFact, on: date) -> Iterator[Reason]:
    met = organization.kind is OrganizationKind.TRIBAL_NATION
    facts = (("organization", organization.name or organization.slug),)
    yield Reason(cards.NOT_A_NATION, Outcome.ALLOW if met else Outcome.DENY, facts)


def _not_withdrawn(state: ReleaseState, on: date) -> Iterator[Reason]:
    if state is ReleaseState.WITHDRAWN:
        yield Reason(cards.NATION_TOO_LATE, Outcome.DENY)
