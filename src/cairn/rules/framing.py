"""How a release is told: words that rank, label or measure people are found before it leaves.

An agreement's "no ranking" is kept without exception. What is only this partnership's policy may be
answered: the author says why, and reviewers and owners read the answer.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Final

from cairn.rules.agreement import Agreement
from cairn.rules.cards import framing as cards
from cairn.rules.citations import RuleCard
from cairn.rules.decide import Rule
from cairn.rules.decision import Reason
from cairn.rules.vocabulary import Outcome


@dataclass(frozen=True, slots=True)
class Telling:
    """What readers will read beside the figures.

    ``together`` is what the author says of groups that are counted as one; ``missing`` are groups
    (in words) of which the tables show nothing; ``answers`` the author's reasons by the code of the
    rule that asked.
    """

    title: str = ""
    story: str = ""
    together: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    answers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def text(self) -> str:
        """All of it."""
        return "\n".join((self.title, self.story, *self.together))


def told_fairly(telling: Telling, agreements: Iterable[Agreement]) -> Rule:
    """No words rank where an agreement forbids it, and every other question has its answer."""
    return partial(_told_fairly, telling, tuple(agreements))


def answered(framing: Mapping[str, str]) -> dict[str, str]:
    """The answers that say something, by the code of the rule that asked."""
    return {code: said.strip() for code, said in framing.items() if said.strip()}


def asked(telling: Telling) -> tuple[Reason, ...]:
    """What policy asks of the words, answered or not, each rule once, for the author's page."""
    found = {card.id: Reason(card, Outcome.DENY, facts) for card, facts in _questions(telling)}
    return tuple(found.values())


def _told_fairly(telling: Telling, agreements: tuple[Agreement, ...], on: date) -> Iterator[Reason]:
    yield from _ranking(telling, agreements)
    for card, facts in _questions(telling):
        answered = bool(telling.answers.get(card.id, "").strip())
        yield Reason(card, Outcome.ALLOW if answered else Outcome.DENY, facts)


def _ranking(telling: Telling, agreements: tuple[Agreement, ...]) -> Iterator[Reason]:
    found = _said(_RANKS, telling.text)
    for agreement in agreements:
        if agreement.disclosure.no_ranking:
            facts = (("words", found), ("agreement", agreement.reference))
            effect = Outcome.DENY if found else Outcome.ALLOW
            yield Reason(cards.NO_RANKING, effect, facts, where=agreement.disclosure.clause)


def _questions(telling: Telling) -> Iterator[tuple[RuleCard, tuple[tuple[str, str], ...]]]:
    """What policy asks about the words, each with its facts."""
    for label, instead in _LABELS.items():
        if words := _said(_pattern(label), telling.text):
            yield cards.PEOPLE_FIRST, (("words", words), ("instead", instead))
    if words := _said(_MEASURES, telling.text):
        yield cards.MEASURED_BY, (("words", words),)
    if (words := _said(_GAP, telling.text)) and not _said(_SYSTEM, telling.text):
        yield cards.SYSTEM_BESIDE_GAP, (("words", words),)
    if telling.missing:
        yield cards.MISSING_GROUPS, (("groups", ", ".join(telling.missing)),)


def _pattern(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(phrases)})\b", re.IGNORECASE)


def _said(pattern: re.Pattern[str], text: str) -> str:
    """The first words in a text that a pattern finds, or none."""
    found = pattern.search(text)
    return found[0] if found else ""


_RANKS: Final = _pattern(
    r"(?:the )?(?:best|worst|top|bottom|strongest|weakest)(?:[- ]\w+){0,2} "
    r"(?:schools?|districts?|programs?|partners?)",
    r"(?:top|bottom) (?:\d+|three|five|ten)",
    r"(?:highest|lowest|best|worst)[- ](?:performing|ranked|scoring)",
    r"out-?perform(?:s|ed|ing)?",
    r"rank(?:s|ed|ings?)?",
    r"league tables?",
    r"(?:failing|good|bad) schools?",
)
_MEASURES: Final = _pattern(
    r"(?:compared (?:with|to)|than|behind|relative to|as often as) (?:(?:their|its|the) )?"
    r"(?:white|wealthy|affluent|rich|male|native[- ]born|english[- ]speaking|general education|"
    r"non-?disabled|able[- ]bodied)",
)
_GAP: Final = _pattern(r"(?:achievement |opportunity )?gaps?", r"disparit(?:y|ies)", r"lag behind")
_SYSTEM: Final = _pattern(
    r"polic(?:y|ies)",
    r"rules?",
    r"staff(?:ing)?",
    r"teachers?",
    r"counselors?",
    r"fund(?:s|ing)",
    r"budgets?",
    r"transport(?:ation)?",
    r"bus(?:es)?",
    r"routes?",
    r"courses?",
    r"places",
    r"seats?",
    r"waiting lists?",
    r"schedules?",
    r"calendars?",
    r"suspensions?",
    r"screening",
    r"housing",
    r"access",
    r"program hours",
    r"curricul(?:um|a)",
    r"practices?",
)
_CHILDREN: Final = r" (?:students|kids|children|youth|families)"
_LABELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        r"the (?:disabled|handicapped)": "people with disabilities",
        rf"(?:disabled|handicapped|special[- ]ed(?:ucation)?){_CHILDREN}": "students with "
        "disabilities",
        rf"(?:homeless|unhoused){_CHILDREN}": "children experiencing homelessness",
        rf"at[- ]risk{_CHILDREN}": "children who face what you name",
        r"(?:illegal|undocumented) (?:aliens?|immigrants?|students|children)": "children of "
        "immigrant families",
        rf"(?:minorities|minority{_CHILDREN}|non-?whites?)": "the name of each group",
        rf"(?:poor|low[- ]income|disadvantaged){_CHILDREN}": "children of families with low "
        "incomes",
        rf"low[- ](?:performing|achieving){_CHILDREN}": "students who have not yet reached the "
        "standard",
        r"drop-?outs?": "students who left school",
        r"(?:inner[- ]city|ghetto|broken homes?)": "the name of the place",
        r"(?:truants?|delinquents?|juvenile offenders?)": "students who missed school",
        r"(?:addicts?|substance abusers?)": "people with a substance use disorder",
        rf"(?:lep|non-english[- ]speaking){_CHILDREN}": "students learning English",
    }
)
"""Labels → what to say instead; our own list, after the advice of the field's style guides."""
