"""Lay out a school's list of its students: the programs of each, and how much, in one school year.

Only programs that may be named count. A student without one reads "no program on record that may
be shown", for any reason.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from cairn.data.records.api import EVENT_COUNT, RecordLine
from cairn.sdc.protect import protect_tables
from cairn.sdc.tables import ALL, CellCounts, SuppressionRule, TableRequest
from cairn.services.programs.api import find_hour_band
from cairn.warehouse.schema import find_school_year, get_record_type

LIST_RECORDS: Final = frozenset({"enrollment", "participation", "session_attendance"})
"""The record types of the list."""

SMALLEST_COUNT: Final = SuppressionRule().minimum
"""The smallest number that is shown where no agreement states one."""

_ATTENDANCE: Final = "session_attendance"
_ROSTER: Final = "participation"
_MISSED: Final = "no"
_MINUTES_PER_HOUR: Final = 60
_WITH, _WITHOUT = "with", "without"


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a student is enrolled.

    Attributes:
        school: name of the school; empty if it is not shared.
        grade: grade level; empty if it is not shared.
    """

    school: str = ""
    grade: str = ""


@dataclass(frozen=True, slots=True, order=True)
class ProgramDosage:
    """One student in one program in a school year.

    Attributes:
        program: name of the program.
        organization: slug of the organization that runs it.
        days: days attended; None if they are not shared.
        minutes: minutes attended; None if they are not shared.
    """

    program: str
    organization: str
    days: int | None
    minutes: int | None

    @property
    def band(self) -> str:
        """The band of the hours; empty if they are not shared."""
        return "" if self.minutes is None else find_hour_band(self.minutes)


@dataclass(frozen=True, slots=True)
class ProgramCount:
    """How many of a school's students a program serves, after disclosure control.

    Attributes:
        program: name of the program.
        students: number of students; None if it is suppressed.
        bands: number of students by band of hours; None where it is suppressed.
    """

    program: str
    students: int | None
    bands: tuple[tuple[str, int | None], ...]


@dataclass(frozen=True, slots=True)
class RosterCount:
    """Students with and without a program, after disclosure control; None is suppressed."""

    students: int
    with_program: int | None
    without_program: int | None


def find_newest_school_year(lines: Iterable[RecordLine], countable: Collection[str]) -> str:
    """Find the newest school year of the records of programs.

    Args:
        lines: rows of all students.
        countable: slugs of the organizations with programs that may be named.

    Returns:
        The school year, such as "2026-27"; empty if there is none.
    """
    return max((line.year for line in _select_program_lines(lines, countable)), default="")


def list_program_dosages(
    lines: Iterable[RecordLine], countable: Collection[str], names: Mapping[str, str], year: str
) -> tuple[ProgramDosage, ...]:
    """List the programs of one student in a school year, each once.

    Args:
        lines: rows of the student.
        countable: slugs of the organizations with programs that may be named.
        names: name of each organization by its slug, for rows that name no program.
        year: the school year.

    Returns:
        The programs, by name.
    """
    lines_by_program: dict[tuple[str, str], list[RecordLine]] = {}
    for line in _select_program_lines(lines, countable):
        if _is_in_year(line, year):
            program = str(line.values.get("program") or names[line.organization])
            lines_by_program.setdefault((program, line.organization), []).append(line)
    return tuple(
        sorted(
            (
                ProgramDosage(program, slug, *_add_up_attendance(found))
                for (program, slug), found in lines_by_program.items()
            ),
            key=lambda item: (item.program.casefold(), item.organization),
        )
    )


def find_placement(lines: Iterable[RecordLine], organization: str) -> Placement:
    """Find the school and the grade of a student in the newest year of the school's own rows.

    Args:
        lines: rows of the student.
        organization: slug of the school's own organization.

    Returns:
        The placement; empty texts where nothing is shared.
    """
    own = [
        line for line in lines if (line.record, line.organization) == ("enrollment", organization)
    ]
    newest = max(
        own, key=lambda line: (line.year, str(line.values.get("entry_date", ""))), default=None
    )
    if newest is None:
        return Placement()
    grade = str(newest.values.get("grade", ""))
    codes = get_record_type("enrollment").fields["grade"].codes
    label = codes[grade].label if grade in codes else grade
    return Placement(str(newest.values.get("school_name", "")), label)


def count_students(with_program: int, students: int, minimum: int) -> RosterCount:
    """Count students with and without a program, and suppress small numbers.

    Args:
        with_program: students with a program.
        students: all students on the roster, which the school knows.
        minimum: the smallest number that is shown.

    Returns:
        The counts.
    """
    shown = _protect(
        ("kind",), {(_WITH,): with_program, (_WITHOUT,): students - with_program}, minimum
    )
    return RosterCount(students, shown[(_WITH,)], shown[(_WITHOUT,)])


def count_programs(dosages: Iterable[ProgramDosage], minimum: int) -> tuple[ProgramCount, ...]:
    """Count the students of each program by band of hours, and suppress small numbers.

    Args:
        dosages: one for each student and program.
        minimum: the smallest number that is shown.

    Returns:
        The counts, by name of the program.
    """
    counts: Counter[tuple[str, ...]] = Counter((item.program, item.band) for item in dosages)
    if not counts:
        return ()
    shown = _protect(("program", "band"), counts, minimum)
    order = {find_hour_band(hours * _MINUTES_PER_HOUR): hours for hours in range(0, 301, 15)}
    keys = sorted(counts, key=lambda key: (key[0].casefold(), key[0], order.get(key[1], -1)))
    return tuple(
        ProgramCount(
            program, shown[program, ALL], tuple((key[1], shown[key]) for key in found if key[1])
        )
        for program, found in groupby(keys, key=lambda key: key[0])
    )


def _protect(
    dimensions: tuple[str, ...], counts: Mapping[tuple[str, ...], int], minimum: int
) -> Mapping[tuple[str, ...], int | None]:
    published = protect_tables(
        TableRequest(CellCounts(dimensions, dict(counts)), (dimensions,)),
        SuppressionRule(minimum=minimum),
    )
    return {cell.key: cell.n for cell in published.cells}


def _select_program_lines(
    lines: Iterable[RecordLine], countable: Collection[str]
) -> Iterator[RecordLine]:
    """Yield the rows about programs that may be named, with a known school year."""
    return (
        line
        for line in lines
        if line.record in (_ROSTER, _ATTENDANCE) and line.organization in countable and line.year
    )


def _is_in_year(line: RecordLine, year: str) -> bool:
    """Tell whether a row is about a school year; a time in a program lasts until its end."""
    if line.record == _ATTENDANCE:
        return line.year == year and _attended(line)
    end = str(line.values.get("end_date") or "")
    has_ended = bool(end) and find_school_year(date.fromisoformat(end)) < year
    return line.year <= year and not has_ended


def _attended(line: RecordLine) -> bool:
    return line.values.get("present") != _MISSED and line.values.get("hours") != 0


def _add_up_attendance(lines: Iterable[RecordLine]) -> tuple[int | None, int | None]:
    """Add up the days and the minutes of a student in one program; None if they are not shared."""
    attended = [line.values for line in lines if line.record == _ATTENDANCE]
    days, hours = (
        [value for values in attended if isinstance(value := values.get(name), float)]
        for name in (EVENT_COUNT, "hours")
    )
    return (
        round(sum(days)) if days else None,
        round(sum(hours) * _MINUTES_PER_HOUR) if hours else None,
    )
