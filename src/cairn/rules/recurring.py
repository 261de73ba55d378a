"""How often something comes round, and when it comes next."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from cairn.rules.agreement import Agreement
from cairn.rules.terms import Frequency, GiveBack

_DAYS: Final[Mapping[Frequency, int]] = MappingProxyType({Frequency.DAILY: 1, Frequency.WEEKLY: 7})
_MONTHS: Final[Mapping[Frequency, int]] = MappingProxyType(
    {
        Frequency.MONTHLY: 1,
        Frequency.QUARTERLY: 3,
        Frequency.EACH_TERM: 6,
        Frequency.EACH_SEASON: 3,
        Frequency.TWICE_A_YEAR: 6,
        Frequency.YEARLY: 12,
    }
)


def comes_next(frequency: Frequency | None, last: date | None, starts: date) -> date | None:
    """The day by which something comes again; ``None`` where nothing is expected.

    Before the first time it is expected on the day the agreement starts. What comes once is done
    when it came; what comes on request is never expected by a day.
    """
    if frequency is None or frequency is Frequency.ON_REQUEST:
        return None
    if last is None:
        return starts
    if frequency in _DAYS:
        return last + timedelta(days=_DAYS[frequency])
    if frequency in _MONTHS:
        return _months_after(last, _MONTHS[frequency])
    return None


def next_delivery(agreement: Agreement, last: date | None) -> date | None:
    """The day by which the next delivery under an agreement is expected."""
    return comes_next(agreement.delivery.frequency, last, agreement.starts)


def next_give_back(
    give: GiveBack,
    agreement: Agreement,
    received: date | None,
    on: date,
    given: date | None = None,
) -> date | None:
    """The day by which something is given back: some days after the newest delivery, else by its
    own frequency, counted from the agreement's first day.

    What was ``given`` last is not due again for the same delivery, or for the same period: it
    counts for the first day that had not passed when it was given.
    """
    if give.within_days is not None:
        if received is None or (given is not None and given >= received):
            return None
        return received + timedelta(days=give.within_days)
    if give.frequency is None:
        return None
    day: date | None = agreement.starts
    settled = None if given is None else _first(give, agreement, given)
    while day is not None and (day < on or (settled is not None and day <= settled)):
        day = comes_next(give.frequency, day, day)
    return day


def _first(give: GiveBack, agreement: Agreement, since: date) -> date | None:
    """The first day of a frequency from a date on."""
    day: date | None = agreement.starts
    while day is not None and day < since:
        day = comes_next(give.frequency, day, day)
    return day


def _months_after(day: date, months: int) -> date:
    """The same day some months later; the last day of a month that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
