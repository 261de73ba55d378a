"""The twelve community programs: who takes part, and when they came."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from random import Random

from cairn.demo.delimited import Sheet
from cairn.demo.early_programs import EARLY_PROGRAMS
from cairn.demo.households import LAST_YEAR, Child, Home, Household
from cairn.demo.later_programs import LATER_PROGRAMS
from cairn.demo.participants import Layout, Participant, Program, Visit
from cairn.demo.planned import PlannedDelivery, plan
from cairn.demo.schooling import Pupil, grade_in
from cairn.demo.truth import Truth
from cairn.demo.writing import SIGN_IN_SHEET, write

PROGRAMS = (*EARLY_PROGRAMS, *LATER_PROGRAMS)
PERIOD = "2025-26"
CAME = 0.82  # of the sessions a participant was expected at
OUTSIDE_GROUP = 0.12  # how much a program for one group reaches the others
LEAVES_EARLY, COMES_LATE = 0.15, 0.4
CUT_SHORT = 0.2  # of visits, by a quarter of an hour
AGES = range(-2, 13)  # grades, from three years old on


class Programs:
    """The files of all twelve."""

    def __init__(self, deliveries: Path, truth: Truth) -> None:
        self._open = [
            _OpenProgram(program, f"RC-DSA-{place:02}", deliveries, truth)
            for place, program in enumerate(PROGRAMS, start=11)
        ]

    def take(
        self,
        child: Child,
        household: Household,
        pupils: Sequence[Pupil],
        local_ids: Mapping[str, str],
        rng: Random,
    ) -> None:
        """Let a child join the programs in her reach, by chance."""
        home = household.home(LAST_YEAR)
        grade = grade_in(child, LAST_YEAR)
        if home is None or grade not in AGES:
            return
        enrolled = pupils[-1] if pupils and pupils[-1].stints else None
        for program in self._open:
            if program.reaches(home, household, grade, rng):
                program.join(child, household, home, enrolled, local_ids, rng)

    def close(self) -> list[PlannedDelivery]:
        """Finish the files; returns the deliveries."""
        return [delivery for program in self._open for delivery in program.close()]


class _OpenProgram:
    """One program with its two files open."""

    def __init__(self, program: Program, agreement: str, deliveries: Path, truth: Truth) -> None:
        self._program = program
        self._agreement = agreement
        self._truth = truth
        self._days = program.days()
        folder = deliveries / program.slug
        self._roster = program.roster.open(folder, self._days)
        self._sheet = program.sheet.open(folder, self._days)
        self._joined = 0
        self._family: Household | None = None

    def reaches(self, home: Home, household: Household, grade: int, rng: Random) -> bool:
        """Whether a child in this home and grade takes part."""
        program = self._program
        if grade not in program.grades:
            return False
        if program.districts and home.district.slug not in program.districts:
            return False
        outside = program.group and household.group != program.group
        return rng.random() < program.share * (OUTSIDE_GROUP if outside else 1.0)

    def join(
        self,
        child: Child,
        household: Household,
        home: Home,
        enrolled: Pupil | None,
        local_ids: Mapping[str, str],
        rng: Random,
    ) -> None:
        """Write the child into the roster, and her visits into the sheet."""
        self._joined += 1
        begin = rng.randrange(len(self._days) // 3) if rng.random() < COMES_LATE else 0
        end = len(self._days)
        if rng.random() < LEAVES_EARLY:
            end = rng.randrange(begin + 1, end)
        participant = Participant(
            child=child,
            household=household,
            home=home,
            number=f"{self._program.prefix}{1000 + self._joined}",
            student_id=local_ids[enrolled.district.slug] if enrolled else "",
            school=enrolled.stints[-1].school.name if enrolled else "",
            grade=grade_in(child, LAST_YEAR),
            written=write(child, self._program.hand, rng),
            signed=write(child, SIGN_IN_SHEET, rng),
            first=self._days[begin],
            last=self._days[end - 1] if end < len(self._days) else None,
            eldest=household is not self._family,
        )
        self._family = household
        row = self._roster.add([value(participant) for _, value in self._program.roster.columns])
        self._record("roster", self._roster, row, participant)
        self._attend(participant, self._days[begin:end], rng)

    def _attend(self, participant: Participant, days: Sequence[date], rng: Random) -> None:
        layout, full = self._program.sheet, self._program.minutes
        visits = [
            Visit(day, full - 15 * (rng.random() < CUT_SHORT) if rng.random() < CAME else 0)
            for day in days
        ]
        visits = [visit for visit in visits if visit.minutes or layout.absences]
        head = [value(participant) for _, value in layout.columns]
        if layout.days_across:
            row = self._sheet.add([*head, *self._across(visits, layout)])
            self._record("attendance", self._sheet, row, participant)
            return
        for visit in visits:
            row = self._sheet.add([*head, *(value(visit) for _, value in layout.visit)])
            self._record("attendance", self._sheet, row, participant)

    def _across(self, visits: Sequence[Visit], layout: Layout) -> list[object]:
        cells = {visit.day: layout.cell(visit) for visit in visits}
        return [cells.get(day, "") for day in self._days]

    def _record(self, feed: str, sheet: Sheet, row: int, participant: Participant) -> None:
        source = (self._program.slug, feed, PERIOD)
        person = participant.child.person
        self._truth.record(source, sheet.path, row, participant.number, person)

    def close(self) -> list[PlannedDelivery]:
        """Finish the two files; returns their deliveries."""
        self._roster.close()
        self._sheet.close()
        slug, agreement = self._program.slug, self._agreement
        return [
            plan(slug, agreement, "roster", PERIOD, self._roster.path),
            plan(slug, agreement, "attendance", PERIOD, self._sheet.path),
        ]
