"""Check what a step of a project requires; each requirement gives a reason, met or missing."""

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from cairn.policy.engine import BoundCheck, Reason, policy_check
from cairn.policy.facts import EquityStepFact, ProjectFact
from cairn.policy.law import RuleCard
from cairn.policy.law.cards.governance import project as cards
from cairn.policy.vocabulary import KeyQuestion, Level, Principle, Purpose, StepRequirement

__all__ = ["is_unusual_level", "require_step_requirements"]

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
) -> tuple[BoundCheck, ...]:
    """List the check of each requirement of a step.

    Args:
        needs: requirements of the step.
        project: the project.
    Returns:
        The checks.
    """
    checks = {
        StepRequirement.FIVE_QUESTIONS: check_key_questions(project),
        StepRequirement.PRINCIPLES: check_principles(project),
        StepRequirement.QUESTIONS: check_project_questions(project),
        StepRequirement.ELEMENTS: check_requested_elements(project),
        StepRequirement.MINIMIZATION: check_challenges_answered(project),
        StepRequirement.LEVEL: check_level_explained(project),
        StepRequirement.NATIONS: check_nations_declared(project),
        StepRequirement.HARM_STATEMENT: check_harm_statement(project),
        StepRequirement.ENGAGEMENT: check_engagement(project),
        StepRequirement.SCORES: check_scores_given(project),
        StepRequirement.LICENSE: check_project_agreements(project),
        StepRequirement.REFLECTION: check_reflection(project),
    }
    return tuple(checks[need] for need in needs)


@policy_check(cards.FIVE)
def check_key_questions(on: date, project: ProjectFact) -> Reason:
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
    return Reason.from_card(cards.FIVE, met=not missing, missing=", ".join(missing))


@policy_check(cards.ENGAGED)
def check_engagement(on: date, project: ProjectFact) -> Reason:
    """Check that engagement at the beginning is on record by the date.

    Args:
        project: the project.
        on: date of the check.
    Returns:
        One reason.
    """
    return _check_equity_step(cards.ENGAGED, project.engagement, on)


@policy_check(cards.REFLECTED)
def check_reflection(on: date, project: ProjectFact) -> Reason:
    """Check that reflection at the end is on record by the date.

    Args:
        project: the project.
        on: date of the check.
    Returns:
        One reason.
    """
    return _check_equity_step(cards.REFLECTED, project.reflection, on)


@policy_check(cards.NATIONS)
def check_nations_declared(on: date, project: ProjectFact) -> Reason:
    """Check that the tribal nations concerned, if any, are declared; undeclared does not mean none.

    Args:
        project: the project.
        on: date of the check.
    Returns:
        One reason.
    """
    nations = ", ".join(sorted(project.nations or ())) or "none"
    is_declared = project.nations is not None
    return Reason.from_card(
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


def _check_equity_step(card: RuleCard, steps: tuple[EquityStepFact, ...], on: date) -> Reason:
    completed = [step for step in steps if step.on <= on and step.who.strip() and step.what.strip()]
    return Reason.from_card(
        card, met=bool(completed), on=completed[0].on.isoformat() if completed else ""
    )


@policy_check(cards.PRINCIPLES)
def check_principles(on: date, project: ProjectFact) -> Reason:
    """Check that each equity principle has an answer."""
    missing = [
        principle.value
        for principle in Principle
        if not project.principles.get(principle.value, "").strip()
    ]
    missing_names = ", ".join(missing).replace("_", " ")
    return Reason.from_card(cards.PRINCIPLES, met=not missing, missing=missing_names)


@policy_check(cards.HARMS)
def check_harm_statement(on: date, project: ProjectFact) -> Iterator[Reason]:
    """Check that the evaluation of a program says what harm it could do."""
    if project.purpose is Purpose.PROGRAM_EVALUATION:
        yield Reason.from_card(cards.HARMS, met=bool(project.harms.strip()))


@policy_check(cards.QUESTIONS)
def check_project_questions(on: date, project: ProjectFact) -> Reason:
    """Check that at least one question is open, and names who asks it."""
    open_questions = [
        question
        for question in project.questions
        if question.dropped_on is None and question.asked_by.strip()
    ]
    return Reason.from_card(cards.QUESTIONS, met=bool(open_questions), n=len(open_questions))


@policy_check(cards.ELEMENTS, cards.YEARS, cards.NO_QUESTION)
def check_requested_elements(on: date, project: ProjectFact) -> Iterator[Reason]:
    """Check that elements are requested, each for an open question, and for school years."""
    yield Reason.from_card(
        cards.ELEMENTS, met=bool(project.question_of), n=len(project.question_of)
    )
    for element in sorted(project.question_of):
        questions = sorted(project.live_questions.intersection(project.question_of[element]))
        if not questions:
            yield Reason.from_card(cards.NO_QUESTION, met=False, element=element, questions="")
    first, last = project.first_year, project.last_year
    yield Reason.from_card(cards.YEARS, met=bool(first) and first <= last, first=first, last=last)


@policy_check(cards.CHALLENGES)
def check_challenges_answered(on: date, project: ProjectFact) -> Reason:
    """Check that no challenge to the requested elements is open."""
    open_challenges = project.challenges
    shown_count = "All" if open_challenges is None else open_challenges
    return Reason.from_card(cards.CHALLENGES, met=open_challenges == 0, n=shown_count)


@policy_check(cards.LEVEL)
def check_level_explained(on: date, project: ProjectFact) -> Reason:
    """Check that a level that is unusual for the purpose is explained."""
    is_unusual = is_unusual_level(project.purpose, project.level)
    return Reason.from_card(
        cards.LEVEL,
        met=not is_unusual or bool(project.level_why.strip()),
        purpose=project.purpose.value.replace("_", " "),
        usual=" or ".join(sorted(USUAL_LEVELS[project.purpose])),
        level=project.level.value,
    )


@policy_check(cards.SCORED)
def check_scores_given(on: date, project: ProjectFact) -> Reason:
    """Check that the proposal has a score for each criterion of the workflow."""
    criteria = project.flow.criteria if project.flow else ()
    missing = ", ".join(criterion for criterion in criteria if criterion not in project.scores)
    return Reason.from_card(cards.SCORED, met=not missing, missing=missing)


@policy_check(cards.AGREEMENTS)
def check_project_agreements(on: date, project: ProjectFact) -> Reason:
    """Check that the project names agreements."""
    agreements = ", ".join(project.agreements)
    facts = {"project": project.reference, "agreements": agreements}
    return Reason.from_card(cards.AGREEMENTS, met=bool(agreements), **facts)
