"""Compute when a recurring delivery or report under an agreement is next due."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from cairn.policy.facts import AgreementFact, GiveBackTerm
from cairn.policy.vocabulary import Frequency

__all__ = ["find_next_delivery_date", "find_next_partner_report_date"]

_PERIOD_DAYS: Final[Mapping[Frequency, int]] = MappingProxyType(
    {Frequency.DAILY: 1, Frequency.WEEKLY: 7}
)

_PERIOD_MONTHS: Final[Mapping[Frequency, int]] = MappingProxyType(
    {
        Frequency.MONTHLY: 1,
        Frequency.QUARTERLY: 3,
        Frequency.EACH_TERM: 6,
        Frequency.EACH_SEASON: 3,
        Frequency.TWICE_A_YEAR: 6,
        Frequency.YEARLY: 12,
    }
)


def find_next_due_date(frequency: Frequency | None, last: date | None, starts: date) -> date | None:
    """Find the day by which a recurring item is next due.

    The first one is due on the day the agreement starts. A one-time item is done when it came; an
    item on request is never due by a day.

    Args:
        frequency: how often it is due.
        last: day of the last one, ``None`` before the first.
        starts: first day of the agreement.
    Returns:
        The due date, ``None`` where nothing is due.
    """
    if frequency is None or frequency is Frequency.ON_REQUEST:
        return None
    if last is None:
        return starts
    if frequency in _PERIOD_DAYS:
        return last + timedelta(days=_PERIOD_DAYS[frequency])
    if frequency in _PERIOD_MONTHS:
        return _add_months(last, _PERIOD_MONTHS[frequency])
    return None


def find_next_delivery_date(agreement: AgreementFact, last: date | None) -> date | None:
    """Find the day by which the next delivery under an agreement is due.

    Args:
        agreement: the agreement.
        last: day of the last delivery.
    Returns:
        The due date, ``None`` where nothing is due.
    """
    return find_next_due_date(agreement.delivery.frequency, last, agreement.starts)


def find_next_partner_report_date(
    give: GiveBackTerm,
    agreement: AgreementFact,
    received: date | None,
    on: date,
    given: date | None = None,
) -> date | None:
    """Find the day by which a report to the partner is due.

    It is due some days after the newest delivery, else by its own frequency from the agreement's
    first day. A report is not due again for the same delivery or period: it counts for the first
    due date that had not passed when it was given.

    Args:
        give: the term about the report.
        agreement: the agreement.
        received: day of the newest delivery.
        on: today.
        given: day of the last report.
    Returns:
        The due date, ``None`` where nothing is due.
    """
    if give.within_days is not None:
        if received is None or (given is not None and given >= received):
            return None
        return received + timedelta(days=give.within_days)
    if give.frequency is None:
        return None
    day: date | None = agreement.starts
    covered_date = None if given is None else _find_first_due_date(give, agreement, given)
    while day is not None and (day < on or (covered_date is not None and day <= covered_date)):
        day = find_next_due_date(give.frequency, day, day)
    return day


def _find_first_due_date(give: GiveBackTerm, agreement: AgreementFact, since: date) -> date | None:
    """Find the first due date of a frequency on or after a date."""
    day: date | None = agreement.starts
    while day is not None and day < since:
        day = find_next_due_date(give.frequency, day, day)
    return day


def _add_months(day: date, months: int) -> date:
    """Add months to a date; in a shorter month, use its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
