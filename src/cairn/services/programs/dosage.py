"""Add up how long children attended, and put the hours in bands."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

__all__ = ["find_hour_band"]

MINUTES_PER_HOUR: Final = 60

_MOST_BANDS: Final = 10
_MOST_HOURS: Final = 2000


@dataclass(frozen=True, slots=True)
class HourBands:
    """Bands of hours in a period, by which a funder counts children.

    Attributes:
        hours: the first hour of each band but the lowest, which begins with 0.
    """

    hours: tuple[int, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """The bands in words, from the lowest."""
        if not self.hours:
            return ("any hours",)
        between = (f"{first} to {following - 1} hours" for first, following in pairwise(self.hours))
        return (f"less than {self.hours[0]} hours", *between, f"{self.hours[-1]} hours or more")

    def find_band(self, minutes: int) -> str:
        """Find the band of a number of minutes; a band begins with its first full hour."""
        return self.labels[sum(minutes >= hours * MINUTES_PER_HOUR for hours in self.hours)]

    def __str__(self) -> str:
        return ", ".join(str(hours) for hours in self.hours)


FEDERAL_BANDS: Final = HourBands((15, 45, 90, 180, 270))
"""The bands of the yearly performance report of the 21st Century Community Learning Centers (20
U.S.C. 7173(b)), since the school year 2021-22."""


def is_band_list(hours: Sequence[int]) -> bool:
    """Tell whether numbers are the first hours of bands: few, positive and rising.

    Args:
        hours: the numbers; none for the federal bands.

    Returns:
        True if they are.
    """
    rising = all(first < following for first, following in pairwise(hours))
    return rising and len(hours) <= _MOST_BANDS and all(0 < one <= _MOST_HOURS for one in hours)


def build_hour_bands(hours: Sequence[int]) -> HourBands:
    """Build a program's bands from its setting; without one, those of the federal report."""
    return HourBands(tuple(hours)) if hours else FEDERAL_BANDS


@dataclass(frozen=True, slots=True)
class AttendedSession:
    """One session that one child attended or missed.

    Attributes:
        participant: number of the participant.
        attended: whether the child was there, for all of the session or a part.
        minutes: how long.
        day: the day of the session.
        series: number of the group.
    """

    participant: int
    attended: bool
    minutes: int
    day: date
    series: int = 0


@dataclass(frozen=True, slots=True)
class ParticipantDosage:
    """What one child received in a period.

    Attributes:
        participant: number of the participant.
        sessions: sessions for which attendance was recorded.
        attended: those at which the child was.
        minutes: how long in all.
        bands: the bands of hours of the program.
    """

    participant: int
    sessions: int
    attended: int
    minutes: int
    bands: HourBands = FEDERAL_BANDS

    @property
    def hours(self) -> float:
        """Hours in all, to one decimal."""
        return round(self.minutes / MINUTES_PER_HOUR, 1)

    @property
    def band(self) -> str:
        """The band of the hours."""
        return self.bands.find_band(self.minutes)

    @property
    def rate(self) -> int:
        """Percent of the recorded sessions at which the child was."""
        return round(100 * self.attended / self.sessions) if self.sessions else 0


def find_hour_band(minutes: int) -> str:
    """Find the federal band of a number of minutes, the same for programs of all agencies.

    Args:
        minutes: minutes in all.

    Returns:
        The label of the band.
    """
    return FEDERAL_BANDS.find_band(minutes)


def compute_dosage(
    sessions: Iterable[AttendedSession], bands: HourBands = FEDERAL_BANDS
) -> tuple[ParticipantDosage, ...]:
    """Add up the sessions of each child.

    Args:
        sessions: the sessions of a period.
        bands: the bands of hours of the program.

    Returns:
        One row for each child that has a session, in the order of their numbers.
    """
    recorded, attended, minutes = Counter[int](), Counter[int](), Counter[int]()
    for session in sessions:
        recorded[session.participant] += 1
        attended[session.participant] += session.attended
        minutes[session.participant] += session.minutes
    return tuple(
        ParticipantDosage(child, recorded[child], attended[child], minutes[child], bands)
        for child in sorted(recorded)
    )


def count_by_band(
    dosages: Iterable[ParticipantDosage], bands: HourBands = FEDERAL_BANDS
) -> tuple[tuple[str, int], ...]:
    """Count the children who attended at all, by band; a band without children has 0."""
    counts = Counter(bands.find_band(dosage.minutes) for dosage in dosages if dosage.attended)
    return tuple((label, counts[label]) for label in bands.labels)
