"""A child in a community program, and the ways in which programs write about her."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cairn.demo.delimited import Delimited, Sheet
from cairn.demo.excel import Workbook
from cairn.demo.households import Child, Home, Household
from cairn.demo.writing import Hand, Written


@dataclass(slots=True)
class Participant:
    """One child in one program. `signed` is her name as it stands on the sign-in sheet."""

    child: Child
    household: Household
    home: Home
    number: str
    student_id: str
    school: str
    grade: int
    written: Written
    signed: Written
    first: date
    last: date | None
    eldest: bool  # the first child of her family in this program


@dataclass(slots=True)
class Visit:
    """One session on which a participant was expected; `minutes` is 0 when she did not come."""

    day: date
    minutes: int


@dataclass(frozen=True, slots=True)
class Layout:
    """How one file looks. With `days_across`, each session is a column and `cell` fills it."""

    file: str
    columns: Sequence[tuple[str, Callable[[Participant], object]]]
    visit: Sequence[tuple[str, Callable[[Visit], object]]] = ()
    days_across: Callable[[date], str] | None = None
    cell: Callable[[Visit], object] = lambda visit: visit.minutes
    absences: bool = False  # writes a line (or a mark) when somebody did not come
    preface: tuple[tuple[str, ...], ...] = ()
    delimiter: str = ","
    encoding: str = "utf-8"
    sheet: str = "Sheet1"

    def open(self, folder: Path, days: Sequence[date]) -> Sheet:
        """Start the file in a program's folder; `days` are all sessions of the season."""
        header = [name for name, _ in self.columns] + [name for name, _ in self.visit]
        if self.days_across:
            header += [self.days_across(day) for day in days]
        path = folder / self.file
        if path.suffix == ".xlsx":
            return Workbook(path, header, sheet=self.sheet, preface=self.preface)
        return Delimited(
            path, header, delimiter=self.delimiter, encoding=self.encoding, preface=self.preface
        )


@dataclass(frozen=True, slots=True)
class Program:
    """A program: whom it serves, when it meets, and how its two files look."""

    slug: str
    prefix: str
    grades: range  # in 2025-26; 0 is kindergarten, below that preschool
    share: float  # of the children in reach who take part
    season: tuple[date, date]
    weekdays: tuple[int, ...]
    minutes: int
    hand: Hand
    roster: Layout
    sheet: Layout
    districts: tuple[str, ...] = ()  # in reach; all when empty
    group: str = ""  # whom it mostly serves

    def days(self) -> tuple[date, ...]:
        """The sessions of the season."""
        first, last = (day.toordinal() for day in self.season)
        days = (date.fromordinal(number) for number in range(first, last + 1))
        return tuple(day for day in days if day.weekday() in self.weekdays)


def last_first(written: Written) -> str:
    """Like “García López, Ana María”."""
    family = f"{written.family} {written.suffix}".strip()
    return f"{family}, {written.given} {written.middle}".strip()


def first_last(written: Written) -> str:
    """Like “Ana García López”."""
    return f"{written.given} {written.family}"


def ordinal_grade(grade: int) -> str:
    """K, 1st, 2nd …"""
    if grade < 1:
        return "K" if grade == 0 else "Pre-K"
    return f"{grade}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(grade, 'th') }"


def day_month_year(day: date | None) -> str:
    """Like “31/08/2019”."""
    return f"{day.day:02}/{day.month:02}/{day.year}" if day else ""


def iso(day: date | None) -> str:
    """Like “2019-08-31”."""
    return day.isoformat() if day else ""


def short_school(name: str) -> str:
    """A school as people write it: "Harbor Street Elem." """
    return (
        name.replace("Elementary", "Elem.")
        .replace("Middle School", "MS")
        .replace("High School", "HS")
    )


def hours_and_minutes(minutes: int) -> str:
    """Like “1:30”."""
    return f"{minutes // 60}:{minutes % 60:02}"
