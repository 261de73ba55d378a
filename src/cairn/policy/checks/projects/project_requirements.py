"""Check what a step of a project requires, and who approved the project version.

Each requirement gives a reason, met or missing. Staff, owners, tribal nations and voting bodies
approve. No check reads a stored "approved": each response is evaluated again for a date.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from cairn.policy.checks.projects.pilot import check_project_matches_agreements
from cairn.policy.checks.projects.vote_count import (
    APPROVING_RESULTS,
    VoteResult,
    VoteTally,
    count_votes,
)
from cairn.policy.engine import BoundCheck, Reason, policy_check
from cairn.policy.facts import DeciderResponseFact, EquityStepFact, Hearing, ProjectFact
from cairn.policy.law import RuleCard
from cairn.policy.law.cards.governance import project as cards
from cairn.policy.vocabulary import (
    Decider,
    KeyQuestion,
    Level,
    Principle,
    ProjectState,
    Purpose,
    StepAnswer,
    StepRequirement,
    label_code,
)

__all__ = ["is_unusual_level", "require_project_approval", "require_step_requirements"]

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
        purpose=label_code(project.purpose),
        usual=" or ".join(map(label_code, sorted(USUAL_LEVELS[project.purpose]))),
        level=label_code(project.level),
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


VOTING_BODIES: Final = (Decider.COMMITTEE, Decider.EXECUTIVE)


def require_project_approval(
    project: ProjectFact, owners: frozenset[str] = frozenset()
) -> tuple[BoundCheck, ...]:
    """List the checks by which a version is approved, before and after it is authorized.

    Args:
        project: the project version.
        owners: owners of the data that must approve, also those that the project does not list.
    Returns:
        The checks.
    """
    return (
        check_key_questions(project),
        check_engagement(project),
        check_nations_declared(project),
        check_staff_approved(project),
        check_nations_approved(project),
        check_bodies_approved(project),
        check_conditions_met(project),
        check_providers_approved(project, project.providers | owners),
        check_project_matches_agreements(project),
    )


@policy_check(cards.CHECKED)
def check_staff_approved(on: date, project: ProjectFact) -> Iterator[Reason]:
    """Check that staff passed the version at every staff-check step before its authorization."""
    steps = project.flow.list_steps_before(project.flow.authorization) if project.flow else ()
    for step in steps:
        if step.state is ProjectState.STAFF_CHECK and Decider.STAFF in step.deciders:
            response = project.find_response(Decider.STAFF, "", on, step=step.name)
            yield _build_response_reason(project, cards.CHECKED, response)


@policy_check(cards.AGREEMENTS, cards.DECLINED, cards.PROVIDER)
def check_providers_approved(
    on: date, project: ProjectFact, owners: frozenset[str]
) -> Iterator[Reason]:
    """Check that every owner of the data approved the version, by its last response."""
    if not owners:
        yield Reason.from_card(cards.AGREEMENTS, met=False, project=project.reference)
    for owner in sorted(owners):
        response = project.find_response(Decider.PROVIDERS, owner, on)
        if response is not None and response.answer is StepAnswer.DECLINE:
            yield Reason.from_card(
                cards.DECLINED,
                met=False,
                owner=owner,
                version=project.version,
                project=project.reference,
            )
        else:
            yield _build_response_reason(project, cards.PROVIDER, response, owner=owner)


@policy_check(cards.NATION)
def check_nations_approved(on: date, project: ProjectFact) -> Iterator[Reason]:
    """Check that every tribal nation concerned approved the version, by its last response."""
    for nation in sorted(project.nations or ()):
        response = project.find_response(Decider.NATIONS, nation, on)
        yield _build_response_reason(project, cards.NATION, response, nation=nation)


def _build_response_reason(
    project: ProjectFact, card: RuleCard, response: DeciderResponseFact | None, **decider: str
) -> Reason:
    is_approved = response is not None and response.answer is StepAnswer.APPROVE
    response_day = response.on.isoformat() if response is not None else ""
    facts = {"project": project.reference, "version": str(project.version), "on": response_day}
    return Reason.from_card(card, met=is_approved, **facts, **decider)


@policy_check(cards.FLOW, cards.BODY)
def check_bodies_approved(on: date, project: ProjectFact) -> Iterator[Reason]:
    """Check that each body voted for the version, at every step that the workflow gives it.

    A workflow without a vote is one that Cairn does not recommend; the law does not ask for a vote.
    """
    flow = project.flow
    if flow is None:
        yield Reason.from_card(cards.FLOW, met=False, fault="no workflow is on record.")
        return
    authorization_step = flow.find_step(flow.authorization)
    if authorization_step is None or authorization_step.state is not ProjectState.APPROVED:
        fault = "it does not name the step at which an approved project is authorized."
        yield Reason.from_card(cards.FLOW, met=False, fault=fault)
    for step in flow.list_steps_before(flow.authorization):
        for decider in VOTING_BODIES:
            if decider in step.deciders:
                yield _build_vote_reason(project, step.name, decider, on)


def _build_vote_reason(project: ProjectFact, step: str, decider: Decider, on: date) -> Reason:
    decided_hearing = find_decided_hearing(project, step, decider, on)
    vote_tally = decided_hearing[1] if decided_hearing else VoteTally(0, 0, 0, VoteResult.OPEN)
    closed_on = decided_hearing[0].closed_on if decided_hearing else None
    return Reason.from_card(
        cards.BODY,
        met=vote_tally.result in APPROVING_RESULTS,
        body="executive body" if decider is Decider.EXECUTIVE else "committee",
        version=project.version,
        project=project.reference,
        result=label_code(vote_tally.result),
        cast=vote_tally.cast,
        in_favor=vote_tally.in_favor,
        on=closed_on.isoformat() if closed_on else "",
    )


def find_decided_hearing(
    project: ProjectFact, step: str, decider: Decider, on: date
) -> tuple[Hearing, VoteTally] | None:
    """Find the last hearing of this version that a body closed by a date for a step, counted.

    Args:
        project: the project.
        step: name of the step; a body that decides at two steps votes twice.
        decider: the body.
        on: the date.
    Returns:
        The hearing with its count; ``None`` if there is none.
    """
    closed_hearings = [
        hearing
        for hearing in project.hearings
        if hearing.body.kind.value == decider.value
        and hearing.version == project.version
        and hearing.step in ("", step)
        and hearing.closed_on is not None
        and hearing.closed_on <= on
    ]
    return (closed_hearings[-1], count_votes(closed_hearings[-1], on)) if closed_hearings else None


@policy_check(cards.CONDITION)
def check_conditions_met(on: date, project: ProjectFact) -> Iterator[Reason]:
    """Check that every condition of the approval and of the authorization is met."""
    authorization = project.authorization
    for condition in dict.fromkeys(
        (*project.conditions, *(authorization.conditions if authorization else ()))
    ):
        facts = {"condition": condition.text, "on": on.isoformat()}
        yield Reason.from_card(cards.CONDITION, met=condition.is_met(on), **facts)
