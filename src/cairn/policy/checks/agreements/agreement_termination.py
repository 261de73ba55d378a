"""Check the notice, the last day and the open duties of an agreement that ends."""

from collections.abc import Iterator
from datetime import date, timedelta

from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import UNTIL_TERMINATED, Actor, AgreementFact
from cairn.policy.law.cards.governance import agreement_draft as cards

__all__ = [
    "check_agreement_ended",
    "check_destruction_finished",
    "check_notice_giver",
    "check_notice_period",
    "check_termination_not_effective",
    "find_earliest_termination_day",
    "find_last_day_in_force",
]


def find_last_day_in_force(agreement: AgreementFact) -> date | None:
    """Find the last day on which an agreement is in force.

    The day before ``terminated_on`` or the end of the term, the earlier of the two. Retention
    counts from another day (`find_retention_base_date`).

    Args:
        agreement: facts of the agreement.

    Returns:
        The last day, included; ``None`` if the agreement runs until a party terminates it.
    """
    candidate_days = []
    if agreement.ends is not None and agreement.ends != UNTIL_TERMINATED:
        candidate_days.append(agreement.ends)
    if agreement.terminated_on is not None:
        candidate_days.append(agreement.terminated_on - timedelta(days=1))
    return min(candidate_days, default=None)


def find_earliest_termination_day(agreement: AgreementFact, on: date) -> date:
    """Find the first day on which a notice given today may end the agreement.

    Args:
        agreement: facts of the agreement.
        on: the day on which the notice is given.

    Returns:
        ``on`` plus the notice period of the agreement, in calendar days.
    """
    return on + timedelta(days=agreement.termination_notice_days or 0)


@policy_check(cards.NOTICE)
def check_notice_period(on: date, agreement: AgreementFact, termination_day: date) -> Reason:
    """Check that the notice period of the agreement is kept.

    Args:
        on: date of the check.
        agreement: facts of the agreement.
        termination_day: first day on which the agreement would no longer be in force.
    Returns:
        One reason.
    """
    earliest = find_earliest_termination_day(agreement, on)
    return Reason.from_card(
        cards.NOTICE,
        met=termination_day >= earliest,
        agreement=agreement.reference,
        days=agreement.termination_notice_days or 0,
        earliest=earliest.isoformat(),
        day=termination_day.isoformat(),
    ).at_clause(agreement.termination_clause)


@policy_check(cards.NOTICE_GIVER)
def check_notice_giver(
    on: date, agreement: AgreementFact, organization: str, given_by: str, actor: Actor
) -> Reason:
    """Check that the party that gave the notice withdraws it, through one of its own people.

    Args:
        on: date of the check.
        agreement: facts of the agreement.
        organization: slug of the organization concerned.
        given_by: slug of the party that gave the notice; empty if it is not known.
        actor: the person who asks.
    Returns:
        One reason.
    """
    met = organization == given_by and organization in actor.list_organizations(on)
    return Reason.from_card(
        cards.NOTICE_GIVER,
        met=met,
        agreement=agreement.reference,
        given_by=given_by or "(unknown)",
    )


@policy_check(cards.NOT_BEGUN)
def check_termination_not_effective(on: date, agreement: AgreementFact) -> Iterator[Reason]:
    """Check that the termination has not taken effect yet.

    Args:
        on: date of the check.
        agreement: facts of the agreement.
    Returns:
        A refusal if it has.
    """
    if agreement.terminated_on is not None and agreement.terminated_on <= on:
        terminated_day = agreement.terminated_on.isoformat()
        yield Reason.from_card(
            cards.NOT_BEGUN, met=False, agreement=agreement.reference, day=terminated_day
        )


@policy_check(cards.RUNNING)
def check_agreement_ended(on: date, agreement: AgreementFact) -> Reason:
    """Check that the last day of the agreement is over.

    Args:
        on: date of the check.
        agreement: facts of the agreement.
    Returns:
        One reason.
    """
    final_day = find_last_day_in_force(agreement)
    is_over = final_day is not None and final_day < on
    final_day_text = "unknown" if final_day is None else final_day.isoformat()
    return Reason.from_card(
        cards.RUNNING, met=is_over, agreement=agreement.reference, ends=final_day_text
    )


@policy_check(cards.DUTIES_DONE)
def check_destruction_finished(
    on: date, agreement: AgreementFact, open_duties: int | None
) -> Reason:
    """Check that no destruction duty under the agreement is open.

    Args:
        on: date of the check.
        agreement: facts of the agreement.
        open_duties: number of destruction duties that are open; ``None`` if it is not known.
    Returns:
        One reason.
    """
    open_count = "An unknown number of" if open_duties is None else open_duties
    return Reason.from_card(
        cards.DUTIES_DONE, met=open_duties == 0, agreement=agreement.reference, open=open_count
    )
