"""Check that staff, owners, tribal nations and voting bodies approved a project version.

No check reads a stored "approved": each response is evaluated again for a date.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from cairn.policy.checks.projects.pilot import check_project_matches_agreements
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
from cairn.policy.engine import BoundCheck, Reason, policy_check
from cairn.policy.facts import DeciderResponseFact, Hearing, ProjectFact
from cairn.policy.law import RuleCard
from cairn.policy.law.cards.governance import project as cards
from cairn.policy.vocabulary import Decider, ProjectState, StepAnswer

__all__ = ["require_project_approval"]

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
    steps = project.flow.until(project.flow.authorization) if project.flow else ()
    for step in steps:
        if step.state is ProjectState.STAFF_CHECK and Decider.STAFF in step.deciders:
            response = project.word(Decider.STAFF, "", on, step=step.name)
            yield _build_response_reason(project, cards.CHECKED, response)


@policy_check(cards.AGREEMENTS, cards.DECLINED, cards.PROVIDER)
def check_providers_approved(
    on: date, project: ProjectFact, owners: frozenset[str]
) -> Iterator[Reason]:
    """Check that every owner of the data approved the version, by its last response."""
    if not owners:
        yield Reason.from_card(cards.AGREEMENTS, met=False, project=project.reference)
    for owner in sorted(owners):
        response = project.word(Decider.PROVIDERS, owner, on)
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
        response = project.word(Decider.NATIONS, nation, on)
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
    """Check that each body that the workflow names voted for the version."""
    flow = project.flow
    if flow is None:
        yield Reason.from_card(cards.FLOW, met=False, fault="none is on record.")
        return
    required_deciders = flow.list_deciders_before(flow.authorization)
    for decider in VOTING_BODIES:
        if decider in required_deciders:
            yield _build_vote_reason(project, decider, on)
    if not required_deciders & set(VOTING_BODIES):
        yield Reason.from_card(cards.FLOW, met=False, fault="no body votes in it.")


def _build_vote_reason(project: ProjectFact, decider: Decider, on: date) -> Reason:
    decided_hearing = find_decided_hearing(project, decider, on)
    vote_tally = decided_hearing[1] if decided_hearing else VoteTally(0, 0, 0, VoteResult.OPEN)
    closed_on = decided_hearing[0].closed_on if decided_hearing else None
    return Reason.from_card(
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
    """Find the last hearing of this version that a body closed by a date, and its count."""
    closed_hearings = [
        hearing
        for hearing in project.hearings
        if hearing.body.kind.value == decider.value
        and hearing.version == project.version
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
        yield Reason.from_card(cards.CONDITION, met=condition.met(on), **facts)
