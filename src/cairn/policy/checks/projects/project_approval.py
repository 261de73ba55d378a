"""Check that staff, owners, tribal nations and voting bodies approved a project version.

No check reads a stored "approved": each response is evaluated again for a date.
"""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Final

from cairn.policy.checks.projects.pilot import require_project_matches_agreements
from cairn.policy.checks.projects.project_requirements import (
    check_engagement,
    check_key_questions,
    check_nations_declared,
)
from cairn.policy.checks.projects.vote_count import (
    APPROVING_RESULTS,
    VoteResult,
    VoteTally,
    count_votes,
)
from cairn.policy.engine import Reason, Rule
from cairn.policy.facts import DeciderResponseFact, Hearing, ProjectFact
from cairn.policy.law import RuleCard
from cairn.policy.law.cards.governance import project as cards
from cairn.policy.vocabulary import Decider, Outcome, ProjectState, StepAnswer

_VOTING_BODIES: Final = (Decider.COMMITTEE, Decider.EXECUTIVE)


def require_project_approval(
    project: ProjectFact, owners: frozenset[str] = frozenset()
) -> tuple[Rule, ...]:
    """Build the rules under which a version is approved, before and after it is authorized."""
    rules = (
        check_key_questions,
        check_engagement,
        check_nations_declared,
        _check_staff_review,
        _check_nation_approval,
        _check_body_votes,
        _check_conditions_met,
    )
    return (
        *(partial(rule, project) for rule in rules),
        partial(_check_provider_approval, project, project.providers | owners),
        require_project_matches_agreements(project),
    )


def _check_staff_review(project: ProjectFact, on: date) -> Iterator[Reason]:
    """Check that staff passed the version at every staff-check step before its authorization."""
    steps = project.flow.until(project.flow.authorization) if project.flow else ()
    for step in steps:
        if step.state is ProjectState.STAFF_CHECK and Decider.STAFF in step.deciders:
            response = project.word(Decider.STAFF, "", on, step=step.name)
            yield _build_response_reason(project, cards.CHECKED, response)


def _check_provider_approval(
    project: ProjectFact, owners: frozenset[str], on: date
) -> Iterator[Reason]:
    if not owners:
        yield _build_approval_outcome(cards.AGREEMENTS, met=False, project=project.reference)
    for owner in sorted(owners):
        response = project.word(Decider.PROVIDERS, owner, on)
        if response is not None and response.answer is StepAnswer.DECLINE:
            version_facts: dict[str, str | int] = {
                "version": project.version,
                "project": project.reference,
            }
            yield _build_approval_outcome(cards.DECLINED, met=False, owner=owner, **version_facts)
        else:
            yield _build_approval_reason(project, cards.PROVIDER, Decider.PROVIDERS, owner, on)


def _check_nation_approval(project: ProjectFact, on: date) -> Iterator[Reason]:
    for nation in sorted(project.nations or ()):
        yield _build_approval_reason(project, cards.NATION, Decider.NATIONS, nation, on)


def _build_approval_reason(
    project: ProjectFact, card: RuleCard, decider: Decider, organization: str, on: date
) -> Reason:
    """Decide whether an owner or a nation approved by a date, by its last response."""
    role = "owner" if decider is Decider.PROVIDERS else "nation"
    response = project.word(decider, organization, on)
    return _build_response_reason(project, card, response, **{role: organization})


def _build_response_reason(
    project: ProjectFact, card: RuleCard, response: DeciderResponseFact | None, **whose: str
) -> Reason:
    is_approved = response is not None and response.answer is StepAnswer.APPROVE
    response_day = response.on.isoformat() if response is not None else ""
    facts = {"project": project.reference, "version": str(project.version), "on": response_day}
    return _build_approval_outcome(card, met=is_approved, **facts, **whose)


def _check_body_votes(project: ProjectFact, on: date) -> Iterator[Reason]:
    flow = project.flow
    if flow is None:
        yield _build_approval_outcome(cards.FLOW, met=False, fault="none is on record.")
        return
    required_deciders = flow.list_deciders_before(flow.authorization)
    for decider in _VOTING_BODIES:
        if decider in required_deciders:
            yield _build_vote_reason(project, decider, on)
    if not required_deciders & set(_VOTING_BODIES):
        yield _build_approval_outcome(cards.FLOW, met=False, fault="no body votes in it.")


def _build_vote_reason(project: ProjectFact, decider: Decider, on: date) -> Reason:
    decided_hearing = find_decided_hearing(project, decider, on)
    vote_tally = decided_hearing[1] if decided_hearing else VoteTally(0, 0, 0, VoteResult.OPEN)
    closed_on = decided_hearing[0].closed_on if decided_hearing else None
    return _build_approval_outcome(
        cards.BODY,
        met=vote_tally.result in APPROVING_RESULTS,
        body="executive body" if decider is Decider.EXECUTIVE else "committee",
        version=project.version,
        project=project.reference,
        result=vote_tally.result.value.replace("_", " "),
        cast=vote_tally.cast,
        in_favor=vote_tally.in_favor,
        on=closed_on.isoformat() if closed_on else "",
    )


def find_decided_hearing(
    project: ProjectFact, decider: Decider, on: date
) -> tuple[Hearing, VoteTally] | None:
    """Find the last hearing of this version by a body that closed by a date, with its vote
    count.
    """
    closed_hearings = [
        hearing
        for hearing in project.hearings
        if hearing.body.kind.value == decider.value
        and hearing.version == project.version
        and hearing.closed_on is not None
        and hearing.closed_on <= on
    ]
    return (closed_hearings[-1], count_votes(closed_hearings[-1], on)) if closed_hearings else None


def _check_conditions_met(project: ProjectFact, on: date) -> Iterator[Reason]:
    authorization = project.authorization
    for condition in dict.fromkeys(
        (*project.conditions, *(authorization.conditions if authorization else ()))
    ):
        facts = {"condition": condition.text, "on": on.isoformat()}
        yield _build_approval_outcome(cards.CONDITION, met=condition.met(on), **facts)


def _build_approval_outcome(card: RuleCard, *, met: bool, **facts: str | int) -> Reason:
    return Reason(card, Outcome.ALLOW if met else Outcome.DENY, tuple(facts.items()))
