"""What a step of a project needs: each need answered with a reason, met or lacking."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Final

from cairn.rules.cards import project as cards
from cairn.rules.citations import RuleCard
from cairn.rules.decide import Rule
from cairn.rules.decision import Reason
from cairn.rules.flow import Need
from cairn.rules.project import EquityStep, KeyQuestion, Principle, ProjectFact
from cairn.rules.vocabulary import Level, Outcome, Purpose

# The level at which each use is usually made; another one is explained, not refused.
USUAL_LEVELS: Final[Mapping[Purpose, frozenset[Level]]] = MappingProxyType(
    {
        Purpose.PUBLIC_REPORTING: frozenset({Level.POPULATION, Level.SYSTEMS}),
        Purpose.PROGRAM_EVALUATION: frozenset({Level.PROGRAM, Level.INDIVIDUAL}),
        Purpose.RESEARCH: frozenset({Level.POPULATION, Level.INDIVIDUAL}),
        Purpose.IMPROVE_INSTRUCTION: frozenset({Level.PROGRAM, Level.INDIVIDUAL}),
        Purpose.SERVICE_COORDINATION: frozenset({Level.INDIVIDUAL}),
    }
)


def needed(needs: tuple[Need, ...], project: ProjectFact) -> tuple[Rule, ...]:
    """A rule for each need of a step."""
    return tuple(partial(_NEEDS[need], project) for need in needs)


def five_answered(project: ProjectFact, on: date) -> Iterator[Reason]:
    """The five key questions, each with an answer."""
    missing = [k.value for k in KeyQuestion if not project.five.get(k.value, "").strip()]
    yield _reason(cards.FIVE, met=not missing, missing=", ".join(missing))


def engaged(project: ProjectFact, on: date) -> Iterator[Reason]:
    """Engagement at the beginning, on record by the date."""
    yield _equity(cards.ENGAGED, project.engagement, on)


def reflected(project: ProjectFact, on: date) -> Iterator[Reason]:
    """Reflection at the end, on record by the date."""
    yield _equity(cards.REFLECTED, project.reflection, on)


def nations_named(project: ProjectFact, on: date) -> Iterator[Reason]:
    """Somebody has said which tribal nations it concerns, if any; not said is not none."""
    named = ", ".join(sorted(project.nations or ())) or "none"
    known = project.nations is not None
    yield _reason(cards.NATIONS, met=known, project=project.reference, nations=named)


def unusual_level(purpose: Purpose, level: Level) -> bool:
    """Whether this level is not the usual one for this use."""
    return level not in USUAL_LEVELS[purpose]


def _reason(card: RuleCard, *, met: bool, **facts: str | int) -> Reason:
    return Reason(card, Outcome.ALLOW if met else Outcome.DENY, tuple(facts.items()))


def _equity(card: RuleCard, steps: tuple[EquityStep, ...], on: date) -> Reason:
    by_then = [s for s in steps if s.on <= on and s.who.strip() and s.what.strip()]
    return _reason(card, met=bool(by_then), on=by_then[0].on.isoformat() if by_then else "")


def _principles(project: ProjectFact, on: date) -> Iterator[Reason]:
    missing = [p.value for p in Principle if not project.principles.get(p.value, "").strip()]
    told = ", ".join(missing).replace("_", " ")
    yield _reason(cards.PRINCIPLES, met=not missing, missing=told)


def _harms(project: ProjectFact, on: date) -> Iterator[Reason]:
    if project.purpose is Purpose.PROGRAM_EVALUATION:
        yield _reason(cards.HARMS, met=bool(project.harms.strip()))


def _questions(project: ProjectFact, on: date) -> Iterator[Reason]:
    standing = [q for q in project.questions if q.dropped_on is None and q.asked_by.strip()]
    yield _reason(cards.QUESTIONS, met=bool(standing), n=len(standing))


def _elements(project: ProjectFact, on: date) -> Iterator[Reason]:
    yield _reason(cards.ELEMENTS, met=bool(project.question_of), n=len(project.question_of))
    for element in sorted(project.question_of):
        asked = sorted(project.live_questions.intersection(project.question_of[element]))
        if not asked:
            yield _reason(cards.NO_QUESTION, met=False, element=element, questions="")
    first, last = project.first_year, project.last_year
    yield _reason(cards.YEARS, met=bool(first) and first <= last, first=first, last=last)


def _minimization(project: ProjectFact, on: date) -> Iterator[Reason]:
    open_still = project.challenges
    n = "All" if open_still is None else open_still
    yield _reason(cards.CHALLENGES, met=open_still == 0, n=n)


def _level(project: ProjectFact, on: date) -> Iterator[Reason]:
    unusual = unusual_level(project.purpose, project.level)
    yield _reason(
        cards.LEVEL,
        met=not unusual or bool(project.level_why.strip()),
        purpose=project.purpose.value.replace("_", " "),
        usual=" or ".join(sorted(USUAL_LEVELS[project.purpose])),
        level=project.level.value,
    )


def _scores(project: ProjectFact, on: date) -> Iterator[Reason]:
    wanted = project.flow.criteria if project.flow else ()
    missing = ", ".join(c for c in wanted if c not in project.scores)
    yield _reason(cards.SCORED, met=not missing, missing=missing)


def _license(project: ProjectFact, on: date) -> Iterator[Reason]:
    agreements = ", ".join(project.agreements)
    facts = {"project": project.reference, "agreements": agreements}
    yield _reason(cards.AGREEMENTS, met=bool(agreements), **facts)


_NEEDS: Final[Mapping[Need, Callable[[ProjectFact, date], Iterator[Reason]]]] = MappingProxyType(
    {
        Need.FIVE_QUESTIONS: five_answered,
        Need.PRINCIPLES: _principles,
        Need.QUESTIONS: _questions,
        Need.ELEMENTS: _elements,
        Need.MINIMIZATION: _minimization,
        Need.LEVEL: _level,
        Need.NATIONS: nations_named,
        Need.HARM_STATEMENT: _harms,
        Need.ENGAGEMENT: engaged,
        Need.SCORES: _scores,
        Need.LICENSE: _license,
        Need.REFLECTION: reflected,
    }
)
