"""A release beside what is out already: whoever kept an earlier one can compare the two.

A number that is safe alone may follow from two releases together, so nothing leaves that was not
examined with every earlier release of the same outcome and year (34 CFR 99.31(b)(1): taking into
account other reasonably available information, whether through single or multiple releases).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Final

from cairn.rules.cards import release as cards
from cairn.rules.decide import Rule
from cairn.rules.decision import Reason
from cairn.rules.vocabulary import Outcome

Counted = tuple[str, str]
"""An outcome and a school year."""


class Meeting(StrEnum):
    """How an earlier release stops a new one."""

    TELLS_OF_FEW = "tells_of_few"
    OTHER_CHILDREN = "other_children"
    ANOTHER_FIGURE = "another_figure"


@dataclass(frozen=True, slots=True)
class MetFact:
    """What the attack found of one outcome and year: the earlier releases (by their names) beside
    which the new figures cannot stand."""

    outcome: str
    school_year: str
    how: Meeting
    releases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OutFact:
    """A release that came out, withdrawn since or not, and what it counts; ``figures`` are the
    measures of which it told a mean, a median or a sum, and of which year."""

    id: str
    name: str
    counts: frozenset[Counted]
    figures: frozenset[Counted] = frozenset()


@dataclass(frozen=True, slots=True)
class Beside:
    """A release and what is out: what its check counted, every release that came out, the ids of
    those with which it was attacked (``None``: nobody wrote them down), and what it met."""

    counts: frozenset[Counted] = frozenset()
    out: tuple[OutFact, ...] = ()
    attacked: frozenset[str] | None = None
    met: tuple[MetFact, ...] = ()


NOTHING_BESIDE: Final = Beside()


def another_figure(measure: str, school_year: str, out: Iterable[OutFact]) -> MetFact | None:
    """Whether what these children have was told already, and by which releases.

    Two figures of the same values narrow each other: a mean beside a median, or the same mean for
    other groups or after a correction, can give one child's value to whoever knows the others. No
    program here attacks two of them together, so the second does not leave (34 CFR 99.31(b)(1):
    through single or multiple releases).
    """
    met = tuple(one.name for one in out if (measure, school_year) in one.figures)
    return MetFact(measure, school_year, Meeting.ANOTHER_FIGURE, met) if met else None


def stands_beside(beside: Beside) -> Rule:
    """The last check met no earlier release beside which these figures cannot stand."""
    return partial(_stands, beside)


def saw_what_is_out(beside: Beside) -> Rule:
    """The check attacked it together with everything of the same outcome and year that is out."""
    return partial(_saw, beside)


def unseen(beside: Beside) -> tuple[OutFact, ...]:
    """What is out of the same outcome and year, and the check did not attack."""
    seen = beside.attacked or frozenset()
    return tuple(one for one in beside.out if one.counts & beside.counts and one.id not in seen)


_MEETS: Final = {
    Meeting.TELLS_OF_FEW: cards.TELLS_OF_FEW,
    Meeting.OTHER_CHILDREN: cards.OTHER_CHILDREN,
    Meeting.ANOTHER_FIGURE: cards.ANOTHER_FIGURE,
}


def _stands(beside: Beside, on: date) -> Iterator[Reason]:
    for met in beside.met:
        facts = (
            ("outcome", met.outcome),
            ("year", met.school_year),
            ("earlier", ", ".join(met.releases)),
        )
        yield Reason(_MEETS[met.how], Outcome.DENY, facts)
    if not beside.met:
        yield Reason(cards.TELLS_OF_FEW, Outcome.ALLOW)


def _saw(beside: Beside, on: date) -> Iterator[Reason]:
    earlier = ", ".join(one.name for one in unseen(beside))
    yield Reason(
        cards.CHECK_TOO_OLD, Outcome.DENY if earlier else Outcome.ALLOW, (("earlier", earlier),)
    )
