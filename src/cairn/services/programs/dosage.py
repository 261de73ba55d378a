"""Add up how long children attended, and put the hours in bands."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

__all__ = ["find_hour_band"]

MINUTES_PER_HOUR: Final = 60

HOUR_BANDS: Final = (
    (0, "less than 15 hours"),
    (15, "15 to 44 hours"),
    (45, "45 to 89 hours"),
    (90, "90 to 179 hours"),
    (180, "180 to 269 hours"),
    (270, "270 hours or more"),
)
"""Bands of hours in a year or a summer, each from its first hour on.

Those of the yearly performance report of the 21st Century Community Learning Centers (20 U.S.C.
7173(b)), since the school year 2021-22.
"""


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
    """

    participant: int
    sessions: int
    attended: int
    minutes: int

    @property
    def hours(self) -> float:
        """Hours in all, to one decimal."""
        return round(self.minutes / MINUTES_PER_HOUR, 1)

    @property
    def band(self) -> str:
        """The band of the hours."""
        return find_hour_band(self.minutes)

    @property
    def rate(self) -> int:
        """Percent of the recorded sessions at which the child was."""
        return round(100 * self.attended / self.sessions) if self.sessions else 0


def find_hour_band(minutes: int) -> str:
    """Find the band of a number of minutes; a band begins with its first full hour.

    Args:
        minutes: minutes in all.

    Returns:
        The label of the band.
    """
    reached = [label for hours, label in HOUR_BANDS if minutes >= hours * MINUTES_PER_HOUR]
    return reached[-1]


def compute_dosage(sessions: Iterable[AttendedSession]) -> tuple[ParticipantDosage, ...]:
    """Add up the sessions of each child.

    Args:
        sessions: the sessions of a period.

    Returns:
        One row for each child that has a session, in the order of their numbers.
    """
    recorded, attended, minutes = Counter[int](), Counter[int](), Counter[int]()
    for session in sessions:
        recorded[session.participant] += 1
        attended[session.participant] += session.attended
        minutes[session.participant] += session.minutes
    return tuple(
        ParticipantDosage(child, recorded[child], attended[child], minutes[child])
        for child in sorted(recorded)
    )


def count_by_band(dosages: Iterable[ParticipantDosage]) -> tuple[tuple[str, int], ...]:
    """Count the children who attended at all, by band; a band without children has 0."""
    counts = Counter(dosage.band for dosage in dosages if dosage.attended)
    return tuple((label, counts[label]) for _hours, label in HOUR_BANDS)
