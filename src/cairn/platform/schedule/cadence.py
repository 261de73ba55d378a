"""Work out when a recurring job is due, also on days when the clocks change."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

__all__ = ["Cadence", "EveryDay", "EveryMinutes"]

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class Cadence(Protocol):
    """How often a job runs."""

    def find_last_due(self, at: datetime, zone: ZoneInfo) -> datetime:
        """Return the latest due time that is not after a moment, in UTC."""
        ...

    def find_next_due(self, at: datetime, zone: ZoneInfo) -> datetime:
        """Return the earliest due time after a moment, in UTC."""
        ...

    def count_due(self, after: datetime, until: datetime, zone: ZoneInfo) -> int:
        """Count the due times after one moment, up to and including another."""
        ...


@dataclass(frozen=True, slots=True)
class EveryMinutes:
    """Run every so many minutes. Elapsed time counts, so a clock change moves nothing.

    Args:
        minutes: the interval; a divisor of 1,440, so that the times are the same each day.
    """

    minutes: int

    def find_last_due(self, at: datetime, zone: ZoneInfo) -> datetime:
        """Return the latest due time that is not after a moment, in UTC."""
        return _EPOCH + (at - _EPOCH) // self._interval * self._interval

    def find_next_due(self, at: datetime, zone: ZoneInfo) -> datetime:
        """Return the earliest due time after a moment, in UTC."""
        return self.find_last_due(at, zone) + self._interval

    def count_due(self, after: datetime, until: datetime, zone: ZoneInfo) -> int:
        """Count the due times after one moment, up to and including another."""
        last = self.find_last_due(until, zone)
        return max(0, (last - self.find_last_due(after, zone)) // self._interval)

    @property
    def _interval(self) -> timedelta:
        return timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class EveryDay:
    """Run once a day, at a time of the installation's time zone.

    A time that a clock change skips (2:30 on the second Sunday of March in the United States) comes
    at the moment that it would have been without the change. A time that comes twice counts the
    first time only.

    Args:
        at: the time of the day.
    """

    at: time

    def find_last_due(self, at: datetime, zone: ZoneInfo) -> datetime:
        """Return the latest due time that is not after a moment, in UTC."""
        due = self._find_due_on_day(at, zone, 0)
        return due if due <= at else self._find_due_on_day(at, zone, -1)

    def find_next_due(self, at: datetime, zone: ZoneInfo) -> datetime:
        """Return the earliest due time after a moment, in UTC."""
        due = self._find_due_on_day(at, zone, 0)
        return due if due > at else self._find_due_on_day(at, zone, 1)

    def count_due(self, after: datetime, until: datetime, zone: ZoneInfo) -> int:
        """Count the due times after one moment, up to and including another."""
        first = self.find_last_due(after, zone).astimezone(zone).date()
        last = self.find_last_due(until, zone).astimezone(zone).date()
        return max(0, (last - first).days)

    def _find_due_on_day(self, at: datetime, zone: ZoneInfo, days: int) -> datetime:
        day = at.astimezone(zone).date() + timedelta(days=days)
        return datetime.combine(day, self.at, tzinfo=zone).astimezone(UTC)
