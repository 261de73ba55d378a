"""Check the notice, the last day and the open duties of an agreement that ends."""

from collections.abc import Iterator
from datetime import date, timedelta

from cairn.policy.engine import Reason
from cairn.policy.facts import UNTIL_TERMINATED, Actor, AgreementFact
from cairn.policy.law.cards.governance import agreement_draft as cards
from cairn.policy.vocabulary import Outcome


def find_last_day_in_force(agreement: AgreementFact) -> date | None:
    """Find the last day on which an agreement is in force.

    The day before ``terminated_on`` or the end of the term, the earlier of the two.

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


def check_notice_period(
    agreement: AgreementFact, termination_day: date, on: date
) -> Iterator[Reason]:
    """Check that the notice period of the agreement is kept."""
    earliest = find_earliest_termination_day(agreement, on)
    facts = (
        ("agreement", agreement.reference),
        ("days", agreement.termination_notice_days or 0),
        ("earliest", earliest.isoformat()),
        ("day", termination_day.isoformat()),
    )
    effect = Outcome.ALLOW if termination_day >= earliest else Outcome.DENY
    yield Reason(cards.NOTICE, effect, facts, where=agreement.termination_clause)


def check_notice_giver(
    agreement: AgreementFact, organization: str, given_by: str, actor: Actor, on: date
) -> Iterator[Reason]:
    """Check that the party that gave the notice withdraws it, through one of its own people."""
    met = organization == given_by and organization in actor.organizations(on)
    facts = (("agreement", agreement.reference), ("given_by", given_by or "(not known)"))
    yield Reason(cards.NOTICE_GIVER, Outcome.ALLOW if met else Outcome.DENY, facts)


def check_termination_not_effective(agreement: AgreementFact, on: date) -> Iterator[Reason]:
    """Check that the termination has not taken effect yet."""
    if agreement.terminated_on is not None and agreement.terminated_on <= on:
        terminated_day = agreement.terminated_on.isoformat()
        facts = (("agreement", agreement.reference), ("day", terminated_day))
        yield Reason(cards.NOT_BEGUN, Outcome.DENY, facts)


def check_agreement_ended(agreement: AgreementFact, on: date) -> Iterator[Reason]:
    """Check that the last day of the agreement is over."""
    final_day = find_last_day_in_force(agreement)
    is_over = final_day is not None and final_day < on
    final_day_text = "not known" if final_day is None else final_day.isoformat()
    facts = (("agreement", agreement.reference), ("ends", final_day_text))
    yield Reason(cards.RUNNING, Outcome.ALLOW if is_over else Outcome.DENY, facts)


def check_destruction_finished(
    agreement: AgreementFact, open_duties: int | None, on: date
) -> Iterator[Reason]:
    """Check that no destruction duty under the agreement is open."""
    open_count = "An unknown number of" if open_duties is None else open_duties
    facts = (("agreement", agreement.reference), ("open", open_count))
    yield Reason(cards.DUTIES_DONE, Outcome.ALLOW if open_duties == 0 else Outcome.DENY, facts)
