"""Check a vote: seats, conflicts of interest, recusals, quorum, conditions."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from cairn.policy.checks.projects.project_workflow import list_awaited_deciders
from cairn.policy.checks.projects.vote_count import VoteResult, count_votes
from cairn.policy.engine import BoundCheck, Reason, policy_check
from cairn.policy.facts import Actor, BodyFact, ConflictOfInterest, Hearing, ProjectFact, SeatFact
from cairn.policy.law.cards.governance import committee as cards
from cairn.policy.vocabulary import STAFF_ROLES, Ballot, Role

__all__ = [
    "check_conditions_written",
    "check_no_conflict_of_interest",
    "check_project_awaits_body",
    "check_proxies_allowed",
    "check_proxy_given",
    "check_proxy_holder",
    "check_quorum",
    "check_vote_open",
    "require_voting_member",
]


def find_conflicts_of_interest(
    body: BodyFact,
    seat: SeatFact,
    works_for: frozenset[str],
    *,
    lead: str,
    receives: frozenset[str],
    people: frozenset[str],
) -> tuple[ConflictOfInterest, ...]:
    """Find why a member may not vote on a project, by the body's own rule; empty when they may.

    Args:
        body: the body with its conflict rules.
        seat: the member's seat.
        works_for: organizations that the member acts for outside the seat. A member who sits for a
            district and works for the recipient has the recipient's interest.
        lead: organization that requests the data.
        receives: organizations that would receive data.
        people: actor ids of those who would work on the project.
    Returns:
        The conflicts.
    """
    own_organizations = works_for | {seat.organization}
    present = {
        ConflictOfInterest.LEADS: lead in own_organizations,
        ConflictOfInterest.RECEIVES: bool(receives & own_organizations),
        ConflictOfInterest.WORKS_ON_IT: seat.person in people,
    }
    return tuple(
        conflict
        for conflict in ConflictOfInterest
        if present[conflict] and conflict in body.conflicts
    )


_CONFLICT_EXPLANATIONS: Final = {
    "leads": "their organization requests the data",
    "receives": "their organization would receive the data",
    "works_on_it": "they would work on the project",
}


@policy_check(cards.ON_AGENDA)
def check_project_awaits_body(on: date, project: ProjectFact, body: BodyFact) -> Reason:
    """Check that the project waits for this body.

    Args:
        project: the project.
        body: the body.
        on: date of the check.
    Returns:
        One reason.
    """
    awaited_kinds = {entry.decider.value for entry in list_awaited_deciders(project, on)}
    return Reason.from_card(cards.ON_AGENDA, met=body.kind.value in awaited_kinds, body=body.slug)


def require_voting_member(hearing: Hearing, actor: Actor) -> tuple[BoundCheck, ...]:
    """List the checks of a member: a seat, an open vote, no recusal.

    Args:
        hearing: the matter on the agenda.
        actor: the person.
    Returns:
        The checks.
    """
    return (
        check_committee_seat(hearing.body, actor),
        check_vote_open(hearing),
        check_not_recused(hearing, actor),
    )


@policy_check(cards.SEAT)
def check_committee_seat(on: date, body: BodyFact, actor: Actor) -> Reason:
    """Check that the person has an active seat on the body."""
    has_seat = body.find_seat(actor.id, on) is not None
    return Reason.from_card(cards.SEAT, met=has_seat, body=body.slug, on=on.isoformat())


@policy_check(cards.OPEN)
def check_vote_open(on: date, hearing: Hearing) -> Reason:
    """Check that the vote is not closed.

    Args:
        hearing: the matter on the agenda.
        on: date of the check.
    Returns:
        One reason.
    """
    closed = hearing.closed_on
    return Reason.from_card(
        cards.OPEN, met=closed is None, closed=closed.isoformat() if closed else ""
    )


@policy_check(cards.STEPPED_ASIDE)
def check_not_recused(on: date, hearing: Hearing, actor: Actor) -> Iterator[Reason]:
    """Check that the person is not recused from the matter."""
    if actor.id in hearing.recused:
        yield Reason.from_card(cards.STEPPED_ASIDE, met=False)


@policy_check(cards.ASIDE)
def check_no_conflict_of_interest(
    on: date, project: ProjectFact, body: BodyFact, actor: Actor
) -> Iterator[Reason]:
    """Check that the member has no conflict of interest under the body's own rule.

    Args:
        project: the project.
        body: the body.
        actor: the person.
        on: date of the check.
    Returns:
        One reason; none without a seat.
    """
    seat = body.find_seat(actor.id, on)
    if seat is None:
        return
    conflicts = find_conflicts_of_interest(
        body,
        seat,
        actor.list_organizations(on, *(STAFF_ROLES - {Role.COMMITTEE_MEMBER})),
        lead=project.lead,
        receives=project.organizations,
        people=project.staff | {project.requester},
    )
    explanation = "; ".join(_CONFLICT_EXPLANATIONS[conflict] for conflict in conflicts)
    yield Reason.from_card(cards.ASIDE, met=not conflicts, why=explanation, body=body.slug)


@policy_check(cards.PROXIES)
def check_proxies_allowed(on: date, hearing: Hearing) -> Reason:
    """Check that the body's own rules allow proxies.

    Args:
        hearing: the matter on the agenda.
        on: date of the check.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.PROXIES, met=hearing.body.proxies, body=hearing.body.slug)


@policy_check(cards.PROXY_HOLDER)
def check_proxy_holder(on: date, hearing: Hearing, absent: str, holder: str) -> Reason:
    """Check that another member who may vote holds the proxy, and holds no second one.

    Args:
        hearing: the matter on the agenda.
        absent: actor id of the absent member.
        holder: actor id of the member who is to vote for them.
        on: date of the check.
    Returns:
        One reason.
    """
    others = {proxy.absent for proxy in hearing.proxies} - {absent}
    is_free = not any(hearing.find_proxy_holder(other) == holder for other in others)
    may_vote = hearing.body.find_seat(holder, on) is not None and holder not in hearing.recused
    return Reason.from_card(
        cards.PROXY_HOLDER, met=holder != absent and may_vote and is_free, body=hearing.body.slug
    )


@policy_check(cards.PROXY_GIVEN)
def check_proxy_given(on: date, hearing: Hearing, absent: str, actor: Actor) -> Reason:
    """Check that the absent member chose this person to vote for them, and still has a seat.

    Args:
        hearing: the matter on the agenda.
        absent: actor id of the absent member.
        actor: the person who votes for them.
        on: date of the check.
    Returns:
        One reason.
    """
    has_seat = hearing.body.find_seat(absent, on) is not None and absent not in hearing.recused
    is_chosen = hearing.find_proxy_holder(absent) == actor.id
    return Reason.from_card(cards.PROXY_GIVEN, met=has_seat and is_chosen)


@policy_check(cards.QUORUM, cards.QUORUM_PRESENT, cards.FAMILY_SEAT)
def check_quorum(on: date, hearing: Hearing) -> Iterator[Reason]:
    """Check that enough seats have voted and a family seat is filled where the body requires it.

    Args:
        hearing: the matter on the agenda.
        on: date of the check.
    Returns:
        One reason per rule.
    """
    count = count_votes(replace(hearing, closed_on=on), on)
    body = hearing.body
    facts = {"seats": count.seats, "quorum": body.quorum}
    met = count.result is not VoteResult.NO_QUORUM
    if body.quorum_of_present:
        facts |= {"present": count.present, "cast": count.cast}
        yield Reason.from_card(cards.QUORUM_PRESENT, met=met, body=body.slug, **facts)
    else:
        yield Reason.from_card(cards.QUORUM, met=met, body=body.slug, cast=count.cast, **facts)
    has_family_seat = count.result is not VoteResult.NO_FAMILY_SEAT
    yield Reason.from_card(cards.FAMILY_SEAT, met=has_family_seat, body=body.slug)


@policy_check(cards.SAYS_WHAT)
def check_conditions_written(on: date, hearing: Hearing, conditions: int) -> Reason:
    """Check that conditions are written down when a member voted for conditions.

    Args:
        hearing: the matter on the agenda.
        conditions: number of conditions written down.
        on: date of the check.
    Returns:
        One reason.
    """
    needs_conditions = any(vote.ballot is Ballot.CONDITIONS for vote in hearing.votes)
    return Reason.from_card(cards.SAYS_WHAT, met=not needs_conditions or conditions > 0)
