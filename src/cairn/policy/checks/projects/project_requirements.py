"""Check what a step of a project requires; each requirement gives a reason, met or missing."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Final

from cairn.policy.engine import Reason, Rule
from cairn.policy.facts import EquityStepFact, ProjectFact
from cairn.policy.law import RuleCard
from cairn.policy.law.cards.governance import project as cards
from cairn.policy.vocabulary import KeyQuestion, Level, Outcome, Principle, Purpose, StepRequirement

# Purpose → its usual levels; another level has to be explained and is not refused.
USUAL_LEVELS: Final[Mapping[Purpose, frozenset[Level]]] = MappingProxyType(
    {
        Purpose.PUBLIC_REPORTING: frozenset({Level.POPULATION, Level.SYSTEMS}),
        Purpose.PROGRAM_EVALUATION: frozenset({Level.PROGRAM, Level.INDIVIDUAL}),
        Purpose.RESEARCH: frozenset({Level.POPULATION, Level.INDIVIDUAL}),
        Purpose.IMPROVE_INSTRUCTION: frozenset({Level.PROGRAM, Level.INDIVIDUAL}),
        Purpose.SERVICE_COORDINATION: frozenset({Level.INDIVIDUAL}),
    }
)


def require_step_requirements(
    needs: tuple[StepRequirement, ...], project: ProjectFact
) -> tuple[Rule, ...]:
    """Build a rule for each requirement of a step.

    Args:
        needs: requirements of the step.
        project: the project.
    Returns:
        The rules.
    """
    return tuple(partial(_REQUIREMENT_CHECKS[need], project) for need in needs)


def check_key_questions(project: ProjectFact, on: date) -> Iterator[Reason]:
    """Check that each of the five key questions has an answer.

    Args:
        project: the project.
        on: date of the check.
    Returns:
        One reason.
    """
    missing = [
        key_question.value
        for key_question in KeyQuestion
        if not project.five.get(key_question.value, "").strip()
    ]
    yield _requirement_reason(cards.FIVE, met=not missing, missing=", ".join(missing))


def check_engagement(project: ProjectFact, on: date) -> Iterator[Reason]:
    """Check that engagement at the beginning is on record by the date.

    Args:
        project: the project.
        on: date of the check.
    Returns:
        One reason.
    """
    yield _check_equity_step(cards.ENGAGED, project.engagement, on)


def check_reflection(project: ProjectFact, on: date) -> Iterator[Reason]:
    """Check that reflection at the end is on record by the date.

    Args:
        project: the project.
        on: date of the check.
    Returns:
        One reason.
    """
    yield _check_equity_step(cards.REFLECTED, project.reflection, on)


def check_nations_declared(project: ProjectFact, on: date) -> Iterator[Reason]:
    """Check that the tribal nations concerned, if any, are declared; undeclared does not mean none.

    Args:
        project: the project.
        on: date of the check.
    Returns:
        One reason.
    """
    nations = ", ".join(sorted(project.nations or ())) or "none"
    is_declared = project.nations is not None
    yield _requirement_reason(
        cards.NATIONS, met=is_declared, project=project.reference, nations=nations
    )


def is_unusual_level(purpose: Purpose, level: Level) -> bool:
    """Tell whether this level is not a usual one for this purpose.

    Args:
        purpose: purpose of the project.
        level: level of its data.
    Returns:
        True if the project has to explain the level.
    """
    return level not in USUAL_LEVELS[purpose]


def _requirement_reason(card: RuleCard, *, met: bool, **facts: str | int) -> Reason:
    return Reason(card, Outcome.ALLOW if met else Outcome.DENY, tuple(facts.items()))


def _check_equity_step(card: RuleCard, steps: tuple[EquityStepFact, ...], on: date) -> Reason:
    completed = [step for step in steps if step.on <= on and step.who.strip() and step.what.strip()]
    return _requirement_reason(
        card, met=bool(completed), on=completed[0].on.isoformat() if completed else ""
    )


def _check_principles(project: ProjectFact, on: date) -> Iterator[Reason]:
    missing = [
        principle.value
        for principle in Principle
        if not project.principles.get(principle.value, "").strip()
    ]
    missing_names = ", ".join(missing).replace("_", " ")
    yield _requirement_reason(cards.PRINCIPLES, met=not missing, missing=missing_names)


def _check_harm_statement(project: ProjectFact, on: date) -> Iterator[Reason]:
    if project.purpose is Purpose.PROGRAM_EVALUATION:
        yield _requirement_reason(cards.HARMS, met=bool(project.harms.strip()))


def _check_questions(project: ProjectFact, on: date) -> Iterator[Reason]:
    open_questions = [
        question
        for question in project.questions
        if question.dropped_on is None and question.asked_by.strip()
    ]
    yield _requirement_reason(cards.QUESTIONS, met=bool(open_questions), n=len(open_questions))


def _check_requested_elements(project: ProjectFact, on: date) -> Iterator[Reason]:
    yield _requirement_reason(
        cards.ELEMENTS, met=bool(project.question_of), n=len(project.question_of)
    )
    for element in sorted(project.question_of):
        questions = sorted(project.live_questions.intersection(project.question_of[element]))
        if not questions:
            yield _requirement_reason(cards.NO_QUESTION, met=False, element=element, questions="")
    first, last = project.first_year, project.last_year
    yield _requirement_reason(
        cards.YEARS, met=bool(first) and first <= last, first=first, last=last
    )


def _check_minimization(project: ProjectFact, on: date) -> Iterator[Reason]:
    open_challenges = project.challenges
    shown_count = "All" if open_challenges is None else open_challenges
    yield _requirement_reason(cards.CHALLENGES, met=open_challenges == 0, n=shown_count)


def _check_level_explained(project: ProjectFact, on: date) -> Iterator[Reason]:
    is_unusual = is_unusual_level(project.purpose, project.level)
    yield _requirement_reason(
        cards.LEVEL,
        met=not is_unusual or bool(project.level_why.strip()),
        purpose=project.purpose.value.replace("_", " "),
        usual=" or ".join(sorted(USUAL_LEVELS[project.purpose])),
        level=project.level.value,
    )


def _check_scores(project: ProjectFact, on: date) -> Iterator[Reason]:
    criteria = project.flow.criteria if project.flow else ()
    missing = ", ".join(criterion for criterion in criteria if criterion not in project.scores)
    yield _requirement_reason(cards.SCORED, met=not missing, missing=missing)


def _check_license(project: ProjectFact, on: date) -> Iterator[Reason]:
    agreements = ", ".join(project.agreements)
    facts = {"project": project.reference, "agreements": agreements}
    yield _requirement_reason(cards.AGREEMENTS, met=bool(agreements), **facts)


_REQUIREMENT_CHECKS: Final[
    Mapping[StepRequirement, Callable[[ProjectFact, date], Iterator[Reason]]]
] = MappingProxyType(
    {
        StepRequirement.FIVE_QUESTIONS: check_key_questions,
        StepRequirement.PRINCIPLES: _check_principles,
        StepRequirement.QUESTIONS: _check_questions,
        StepRequirement.ELEMENTS: _check_requested_elements,
        StepRequirement.MINIMIZATION: _check_minimization,
        StepRequirement.LEVEL: _check_level_explained,
        StepRequirement.NATIONS: check_nations_declared,
        StepRequirement.HARM_STATEMENT: _check_harm_statement,
        StepRequirement.ENGAGEMENT: check_engagement,
        StepRequirement.SCORES: _check_scores,
        StepRequirement.LICENSE: _check_license,
        StepRequirement.REFLECTION: check_reflection,
    }
)
