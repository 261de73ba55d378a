"""Describe a child in a community program, and the layouts in which programs keep their lists."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cairn.demo.population.households import HomeAddress, Household, SimulatedChild
from cairn.demo.sources.recording_errors import ErrorRates, RecordedChild
from cairn.demo.sources.sheet_writers import DelimitedWriter, PartnerWorkbook, RowWriter


@dataclass(slots=True)
class ProgramParticipant:
    """Hold one child in one program. `signed` is the child's name on the sign-in sheet."""

    child: SimulatedChild
    household: Household
    home: HomeAddress
    number: str
    student_id: str
    school: str
    grade: int
    written: RecordedChild
    signed: RecordedChild
    first: date
    last: date | None
    eldest: bool  # the first child of her family in this program


@dataclass(slots=True)
class ProgramVisit:
    """Hold one session at which a participant was expected; `minutes` is 0 when absent."""

    day: date
    minutes: int


@dataclass(frozen=True, slots=True)
class FileLayout:
    """Describe one file. With `days_across`, each session is a column that `cell` fills."""

    file: str
    columns: Sequence[tuple[str, Callable[[ProgramParticipant], object]]]
    visit: Sequence[tuple[str, Callable[[ProgramVisit], object]]] = ()
    days_across: Callable[[date], str] | None = None
    cell: Callable[[ProgramVisit], object] = lambda visit: visit.minutes
    absences: bool = False  # writes a line (or a mark) for an absent participant
    preface: tuple[tuple[str, ...], ...] = ()
    delimiter: str = ","
    encoding: str = "utf-8"
    sheet: str = "Sheet1"

    def open(self, folder: Path, days: Sequence[date]) -> RowWriter:
        """Start the file in a program's folder; `days` are all sessions of the season."""
        header = [name for name, _ in self.columns] + [name for name, _ in self.visit]
        if self.days_across:
            header += [self.days_across(day) for day in days]
        path = folder / self.file
        if path.suffix == ".xlsx":
            return PartnerWorkbook(path, header, sheet=self.sheet, preface=self.preface)
        return DelimitedWriter(
            path, header, delimiter=self.delimiter, encoding=self.encoding, preface=self.preface
        )


@dataclass(frozen=True, slots=True)
class CommunityProgram:
    """Describe a program: its participants, its sessions, and the layout of its two files."""

    slug: str
    prefix: str
    grades: range  # in 2025-26; 0 is kindergarten, below that preschool
    share: float  # of the children in reach who take part
    season: tuple[date, date]
    weekdays: tuple[int, ...]
    minutes: int
    error_rates: ErrorRates
    roster: FileLayout
    sheet: FileLayout
    districts: tuple[str, ...] = ()  # in reach; all when empty
    group: str = ""  # the children that it mostly serves

    def list_sessions(self) -> tuple[date, ...]:
        """List the sessions of the season."""
        first, last = (day.toordinal() for day in self.season)
        days = (date.fromordinal(number) for number in range(first, last + 1))
        return tuple(day for day in days if day.weekday() in self.weekdays)


def format_last_first(recorded: RecordedChild) -> str:
    """Format a name like “García López, Ana María”."""
    family = f"{recorded.family} {recorded.suffix}".strip()
    return f"{family}, {recorded.given} {recorded.middle}".strip()


def format_first_last(recorded: RecordedChild) -> str:
    """Format a name like “Ana García López”."""
    return f"{recorded.given} {recorded.family}"


def format_ordinal_grade(grade: int) -> str:
    """Format a grade: K, 1st, 2nd …"""
    if grade < 1:
        return "K" if grade == 0 else "Pre-K"
    return f"{grade}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(grade, 'th') }"


def format_day_month_year(day: date | None) -> str:
    """Format a date like “31/08/2019”."""
    return f"{day.day:02}/{day.month:02}/{day.year}" if day else ""


def format_iso_day(day: date | None) -> str:
    """Format a date like “2019-08-31”; an empty text for None."""
    return day.isoformat() if day else ""


def abbreviate_school(name: str) -> str:
    """Abbreviate a school's name as people write it: "Harbor Street Elem." """
    return (
        name.replace("Elementary", "Elem.")
        .replace("Middle School", "MS")
        .replace("High School", "HS")
    )


def format_hours_and_minutes(minutes: int) -> str:
    """Format minutes like “1:30”."""
    return f"{minutes // 60}:{minutes % 60:02}"
