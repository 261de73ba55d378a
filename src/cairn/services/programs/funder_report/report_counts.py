"""Count what a program did in a period, as the yearly report to its funder asks for it.

The counts are those of the annual performance report of the 21st Century Community Learning Centers
(20 U.S.C. 7175(b)): participants by band of hours and by grade, each child once over all groups,
and units of service by group. No database here.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from cairn.sdc.protect import protect_tables
from cairn.sdc.tables import ALL, CellCounts, SuppressionRule, TableRequest
from cairn.services.programs import dosage
from cairn.services.programs.participant_identity import GRADES

__all__ = ["GOAL_HOURS"]

UNKNOWN_GRADE: Final = "not recorded"
GOAL_HOURS: Final = 45
"""Hours from which the strip of results counts a child as reached: the third band of the report."""

_BAND, _GRADE = "band", "grade"
_RULE: Final = SuppressionRule()


@dataclass(frozen=True, slots=True)
class CountRow:
    """One line of the report.

    Attributes:
        label: the band of hours, or the grade.
        children: number of children; None where it is suppressed.
    """

    label: str
    children: int | None

    @property
    def is_small(self) -> bool:
        """Whether the line is about 1 to 9 children, who could be recognized."""
        return self.children is not None and 0 < self.children < _RULE.minimum


@dataclass(frozen=True, slots=True)
class ServiceUnits:
    """What one group gave in the period.

    Attributes:
        group: name and site of the group.
        children: children who attended, each once.
        sessions: sessions with recorded attendance; None where it is suppressed.
        minutes: how long they lasted in all; None where it is suppressed.
        child_minutes: minutes of all children together; None in a version for publication.
    """

    group: str
    children: int
    sessions: int | None
    minutes: int | None
    child_minutes: int | None

    @property
    def hours(self) -> float | None:
        """Hours that the group met, to one decimal."""
        return _convert_to_hours(self.minutes)

    @property
    def child_hours(self) -> float | None:
        """Hours of all children together, to one decimal."""
        return _convert_to_hours(self.child_minutes)


@dataclass(frozen=True, slots=True)
class FunderCounts:
    """The counts of a report.

    Attributes:
        first: first day of the period.
        last: last day of the period.
        participants: children who attended at all, each once; None where it is suppressed.
        bands: children by band of hours.
        grades: children by grade.
        session_days: days on which at least one group met; None where it is suppressed.
        attendance_days: days of attendance, added up over the children; None in a version for
            publication.
        units: what each group gave.
        staff: people who recorded attendance.
        cross: children by band and grade, from which a version for publication is made.
        hour_bands: the bands of hours.
    """

    first: date
    last: date
    participants: int | None
    bands: tuple[CountRow, ...]
    grades: tuple[CountRow, ...]
    session_days: int | None
    attendance_days: int | None
    units: tuple[ServiceUnits, ...]
    staff: int
    cross: Mapping[tuple[str, ...], int]
    hour_bands: dosage.HourBands

    @property
    def smallest_shown(self) -> int | None:
        """The smallest group of children above 0; None if there is none."""
        units = (row.children for row in self.units if row.sessions is not None)
        rows = (row.children for row in (*self.bands, *self.grades))
        shown = (self.participants, *rows, *units)
        return min((number for number in shown if number), default=None)


@dataclass(frozen=True, slots=True)
class SeriesLength:
    """Name of a group, and how many minutes one of its sessions lasts."""

    group: str
    minutes: int


@dataclass(frozen=True, slots=True)
class ResultStrip:
    """How much a program did and how well, as results-based accountability asks.

    Attributes:
        children: children who attended.
        sessions: sessions with recorded attendance.
        child_hours: hours of all children together, in full hours.
        rate: percent of the recorded marks at which the child was there.
        reached: percent of the children who reached `GOAL_HOURS`.
    """

    children: int
    sessions: int
    child_hours: int
    rate: int
    reached: int


def count_for_funder(
    sessions: Iterable[dosage.AttendedSession],
    grades: Mapping[int, str],
    series: Mapping[int, SeriesLength],
    period: tuple[date, date],
    staff: int,
    hour_bands: dosage.HourBands = dosage.FEDERAL_BANDS,
) -> FunderCounts:
    """Count the children, days and units of service of a period.

    Args:
        sessions: the sessions of the period.
        grades: number of the participant → grade; empty if it is not known.
        series: number of the group → its name and the length of a session.
        period: first and last day.
        staff: people who recorded attendance.
        hour_bands: the bands of hours.

    Returns:
        The counts, exact.
    """
    came = [session for session in sessions if session.attended]
    cross: Counter[tuple[str, ...]] = Counter(
        (row.band, grades.get(row.participant) or UNKNOWN_GRADE)
        for row in dosage.compute_dosage(came, hour_bands)
    )
    return FunderCounts(
        first=period[0],
        last=period[1],
        participants=cross.total(),
        bands=_count_rows(hour_bands.labels, cross, 0),
        grades=_count_rows(_list_grades(cross), cross, 1),
        session_days=len({session.day for session in came}),
        attendance_days=len({(session.participant, session.day) for session in came}),
        units=_count_units(came, series),
        staff=staff,
        cross=cross,
        hour_bands=hour_bands,
    )


def suppress_small_groups(counts: FunderCounts) -> FunderCounts:
    """Make the version for publication: small groups, and what they follow from, are suppressed.

    Bands and grades are protected together, because both add up to the same children. Hours and
    days of children are left out, since a group of one child would have those of that child. For
    the same reason the sessions and hours of a small group are suppressed.

    Args:
        counts: the exact counts.

    Returns:
        The counts for publication.
    """
    grades = [row.label for row in counts.grades]
    cells: dict[tuple[str, ...], int] = {
        (band.label, grade): counts.cross.get((band.label, grade), 0)
        for band in counts.bands
        for grade in grades
    }
    request = TableRequest(CellCounts((_BAND, _GRADE), cells), ((_BAND,), (_GRADE,)))
    published = protect_tables(request, _RULE)
    shown = {cell.key: cell.n for cell in published.cells}
    return replace(
        counts,
        participants=shown[ALL, ALL],
        bands=tuple(CountRow(row.label, shown[row.label, ALL]) for row in counts.bands),
        grades=tuple(CountRow(row.label, shown[ALL, row.label]) for row in counts.grades),
        session_days=counts.session_days if sum(counts.cross.values()) >= _RULE.minimum else None,
        attendance_days=None,
        units=tuple(_suppress_units(row) for row in counts.units),
        cross={},
    )


def summarize_results(sessions: Collection[dosage.AttendedSession]) -> ResultStrip | None:
    """Summarize how much a program did and how well; None without recorded attendance.

    Args:
        sessions: the sessions of a period.

    Returns:
        The summary.
    """
    dosages = [row for row in dosage.compute_dosage(sessions) if row.attended]
    if not dosages:
        return None
    reached = sum(row.minutes >= GOAL_HOURS * dosage.MINUTES_PER_HOUR for row in dosages)
    came = sum(session.attended for session in sessions)
    return ResultStrip(
        children=len(dosages),
        sessions=len({(session.series, session.day) for session in sessions}),
        child_hours=sum(row.minutes for row in dosages) // dosage.MINUTES_PER_HOUR,
        rate=round(100 * came / len(sessions)),
        reached=round(100 * reached / len(dosages)),
    )


def _suppress_units(row: ServiceUnits) -> ServiceUnits:
    if row.children < _RULE.minimum:
        return replace(row, sessions=None, minutes=None, child_minutes=None)
    return replace(row, child_minutes=None)


def _convert_to_hours(minutes: int | None) -> float | None:
    return None if minutes is None else round(minutes / dosage.MINUTES_PER_HOUR, 1)


def _list_grades(cross: Mapping[tuple[str, ...], int]) -> list[str]:
    present = {grade for _band, grade in cross}
    return [grade for grade in (*GRADES, UNKNOWN_GRADE) if grade in present]


def _count_rows(
    labels: Iterable[str], cross: Mapping[tuple[str, ...], int], part: int
) -> tuple[CountRow, ...]:
    counts = Counter[str]()
    for key, number in cross.items():
        counts[key[part]] += number
    return tuple(CountRow(label, counts[label]) for label in labels)


def _count_units(
    came: Iterable[dosage.AttendedSession], series: Mapping[int, SeriesLength]
) -> tuple[ServiceUnits, ...]:
    days: dict[int, set[date]] = defaultdict(set)
    children: dict[int, set[int]] = defaultdict(set)
    minutes = Counter[int]()
    for session in came:
        days[session.series].add(session.day)
        children[session.series].add(session.participant)
        minutes[session.series] += session.minutes
    rows = (
        ServiceUnits(
            series[number].group,
            len(children[number]),
            len(days[number]),
            len(days[number]) * series[number].minutes,
            minutes[number],
        )
        for number in days
    )
    return tuple(sorted(rows, key=lambda row: row.group.casefold()))
