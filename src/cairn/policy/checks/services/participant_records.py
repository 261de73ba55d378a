"""Check that a program's own records of children may be destroyed."""

from collections.abc import Collection
from datetime import date
from typing import Final

from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import ParticipantRecordFact, RetentionPeriodFact
from cairn.policy.law.cards.services import program as cards

__all__ = [
    "check_federal_period",
    "check_record_holds",
    "check_record_period",
    "check_record_period_chosen",
]

_FEDERAL_YEARS: Final = 5
"""2 CFR 200.334 counts three years from the financial report, which follows a child's last day by
up to a budget year and 120 days."""


@policy_check(cards.RECORD_PERIOD_CHOSEN)
def check_record_period_chosen(on: date, period: RetentionPeriodFact) -> Reason:
    """Check that an organization has chosen how long it keeps records.

    Args:
        on: date of the check.
        period: the period on record.
    Returns:
        One reason.
    """
    years = period.years or 0
    return Reason.from_card(
        cards.RECORD_PERIOD_CHOSEN, met=period.years is not None, years=str(years)
    )


@policy_check(cards.RECORD_PERIOD)
def check_record_period(
    on: date, period: RetentionPeriodFact, records: Collection[ParticipantRecordFact]
) -> Reason:
    """Check that the period of each record is over.

    Args:
        on: date of the check.
        period: the period on record.
        records: the records to be destroyed.
    Returns:
        One reason, with the number of records that are still to be kept.
    """
    kept = sum(not period.is_over(record.last_day, on) for record in records)
    return Reason.from_card(cards.RECORD_PERIOD, met=not kept, count=str(kept))


@policy_check(cards.RECORD_HOLD)
def check_record_holds(on: date, records: Collection[ParticipantRecordFact]) -> Reason:
    """Check that no record is on hold.

    Args:
        on: date of the check.
        records: the records to be destroyed.
    Returns:
        One reason, with the number of records on hold.
    """
    held = sum(record.is_held for record in records)
    return Reason.from_card(cards.RECORD_HOLD, met=not held, count=str(held))


@policy_check(cards.FEDERAL_PERIOD)
def check_federal_period(on: date, period: RetentionPeriodFact) -> Reason:
    """Check that a period is long enough for a federal award.

    Args:
        on: date of the check.
        period: the period that is to be chosen.
    Returns:
        One reason.
    """
    years = period.years or 0
    return Reason.from_card(
        cards.FEDERAL_PERIOD,
        met=not period.has_federal_award or years >= _FEDERAL_YEARS,
        years=str(years),
    )
