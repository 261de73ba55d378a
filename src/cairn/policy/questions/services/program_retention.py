"""Decide how long a program's own records of children are kept, and when they are destroyed."""

from collections.abc import Collection
from datetime import date

from cairn.policy import checks
from cairn.policy.engine import BoundCheck, Decision, PolicyRequest, decide_request, policy_question
from cairn.policy.facts import Actor, ParticipantRecordFact, RetentionPeriodFact
from cairn.policy.vocabulary import Action

__all__ = ["may_choose_record_period", "may_destroy_participant_records"]


@policy_question
def may_choose_record_period(period: RetentionPeriodFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may choose how long an organization keeps records of its programs.

    Args:
        period: the period that is to be chosen.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return decide_request(
        PolicyRequest(
            action=Action.DESTROY_PROGRAM_RECORDS,
            actor=actor,
            facts=(period,),
            access_checks=_require_steward(period, actor),
            outcome_checks=(checks.check_federal_period(period),),
        ),
        on,
    )


@policy_question
def may_destroy_participant_records(
    period: RetentionPeriodFact,
    records: Collection[ParticipantRecordFact],
    actor: Actor,
    on: date,
) -> Decision:
    """Decide whether a user may destroy records that a program keeps of children.

    Args:
        period: the period on record.
        records: the records to be destroyed.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return decide_request(
        PolicyRequest(
            action=Action.DESTROY_PROGRAM_RECORDS,
            actor=actor,
            facts=(period, *records),
            access_checks=_require_steward(period, actor),
            outcome_checks=(
                checks.check_record_period_chosen(period),
                checks.check_record_period(period, tuple(records)),
                checks.check_record_holds(tuple(records)),
            ),
        ),
        on,
    )


def _require_steward(period: RetentionPeriodFact, actor: Actor) -> tuple[BoundCheck, ...]:
    return checks.require_actor_access(
        Action.DESTROY_PROGRAM_RECORDS, actor, frozenset({period.organization})
    )
