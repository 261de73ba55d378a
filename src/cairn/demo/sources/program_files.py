"""Write the files of the twelve community programs: participants and attendance."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from random import Random

from cairn.demo.planned_deliveries import PlannedDelivery, plan_delivery
from cairn.demo.population.households import LAST_YEAR, HomeAddress, Household, SimulatedChild
from cairn.demo.population.pathways import DistrictStudent, compute_grade
from cairn.demo.sources.early_programs import EARLY_PROGRAMS
from cairn.demo.sources.ground_truth import GroundTruth
from cairn.demo.sources.later_programs import LATER_PROGRAMS
from cairn.demo.sources.program_layouts import (
    CommunityProgram,
    FileLayout,
    ProgramParticipant,
    ProgramVisit,
)
from cairn.demo.sources.recording_errors import SIGN_IN_SHEET_ERRORS, record_child
from cairn.demo.sources.sheet_writers import RowWriter

PROGRAMS = (*EARLY_PROGRAMS, *LATER_PROGRAMS)
PERIOD = "2025-26"
ATTENDED_SHARE = 0.82  # of the sessions a participant was expected at
OUTSIDE_GROUP_FACTOR = 0.12  # how much a program for one group reaches the others
LEAVES_EARLY_SHARE, COMES_LATE_SHARE = 0.15, 0.4
CUT_SHORT_SHARE = 0.2  # of visits, by a quarter of an hour
PROGRAM_GRADES = range(-2, 13)  # grades, from three years old on


class ProgramFiles:
    """Write the files of all twelve programs."""

    def __init__(self, deliveries: Path, truth: GroundTruth) -> None:
        self._open = [
            _ProgramWriter(program, f"RC-DSA-{place:02}", deliveries, truth)
            for place, program in enumerate(PROGRAMS, start=11)
        ]

    def add_child(
        self,
        child: SimulatedChild,
        household: Household,
        students: Sequence[DistrictStudent],
        local_ids: Mapping[str, str],
        rng: Random,
    ) -> None:
        """Let a child join, by chance, the programs that they can reach."""
        home = household.find_home(LAST_YEAR)
        grade = compute_grade(child, LAST_YEAR)
        if home is None or grade not in PROGRAM_GRADES:
            return
        enrolled = students[-1] if students and students[-1].enrollments else None
        for program in self._open:
            if program.has_participant(home, household, grade, rng):
                program.add_participant(child, household, home, enrolled, local_ids, rng)

    def close(self) -> list[PlannedDelivery]:
        """Finish the files, and return the deliveries."""
        return [delivery for program in self._open for delivery in program.close()]


class _ProgramWriter:
    """Write the two files of one program."""

    def __init__(
        self, program: CommunityProgram, agreement: str, deliveries: Path, truth: GroundTruth
    ) -> None:
        self._program = program
        self._agreement = agreement
        self._truth = truth
        self._days = program.list_sessions()
        folder = deliveries / program.slug
        self._roster = program.roster.open(folder, self._days)
        self._sheet = program.sheet.open(folder, self._days)
        self._joined = 0
        self._family: Household | None = None

    def has_participant(
        self, home: HomeAddress, household: Household, grade: int, rng: Random
    ) -> bool:
        """Decide by chance whether a child in this home and grade takes part."""
        program = self._program
        if grade not in program.grades:
            return False
        if program.districts and home.district.slug not in program.districts:
            return False
        is_outside_group = program.group and household.group != program.group
        return rng.random() < program.share * (OUTSIDE_GROUP_FACTOR if is_outside_group else 1.0)

    def add_participant(
        self,
        child: SimulatedChild,
        household: Household,
        home: HomeAddress,
        enrolled: DistrictStudent | None,
        local_ids: Mapping[str, str],
        rng: Random,
    ) -> None:
        """Write the child into the roster, and the child's visits into the attendance sheet."""
        self._joined += 1
        begin_index = rng.randrange(len(self._days) // 3) if rng.random() < COMES_LATE_SHARE else 0
        end_index = len(self._days)
        if rng.random() < LEAVES_EARLY_SHARE:
            end_index = rng.randrange(begin_index + 1, end_index)
        participant = ProgramParticipant(
            child=child,
            household=household,
            home=home,
            number=f"{self._program.prefix}{1000 + self._joined}",
            student_id=local_ids[enrolled.district.slug] if enrolled else "",
            school=enrolled.enrollments[-1].school.name if enrolled else "",
            grade=compute_grade(child, LAST_YEAR),
            written=record_child(child, self._program.error_rates, rng),
            signed=record_child(child, SIGN_IN_SHEET_ERRORS, rng),
            first=self._days[begin_index],
            last=self._days[end_index - 1] if end_index < len(self._days) else None,
            eldest=household is not self._family,
        )
        self._family = household
        row = self._roster.add([value(participant) for _, value in self._program.roster.columns])
        self._record_truth("roster", self._roster, row, participant)
        self._write_visits(participant, self._days[begin_index:end_index], rng)

    def _write_visits(
        self, participant: ProgramParticipant, days: Sequence[date], rng: Random
    ) -> None:
        layout, session_minutes = self._program.sheet, self._program.minutes
        visits = [
            ProgramVisit(
                day,
                session_minutes - 15 * (rng.random() < CUT_SHORT_SHARE)
                if rng.random() < ATTENDED_SHARE
                else 0,
            )
            for day in days
        ]
        self._truth.add_program_days(
            participant.child,
            participant.household.group,
            (visit.day for visit in visits if visit.minutes),
        )
        visits = [visit for visit in visits if visit.minutes or layout.absences]
        first_cells = [value(participant) for _, value in layout.columns]
        if layout.days_across:
            row = self._sheet.add([*first_cells, *self._fill_day_columns(visits, layout)])
            self._record_truth("attendance", self._sheet, row, participant)
            return
        for visit in visits:
            row = self._sheet.add([*first_cells, *(value(visit) for _, value in layout.visit)])
            self._record_truth("attendance", self._sheet, row, participant)

    def _fill_day_columns(self, visits: Sequence[ProgramVisit], layout: FileLayout) -> list[object]:
        cells = {visit.day: layout.cell(visit) for visit in visits}
        return [cells.get(day, "") for day in self._days]

    def _record_truth(
        self, feed: str, sheet: RowWriter, row: int, participant: ProgramParticipant
    ) -> None:
        source = (self._program.slug, feed, PERIOD)
        person = participant.child.person
        self._truth.add_record(source, sheet.path, row, participant.number, person)

    def close(self) -> list[PlannedDelivery]:
        """Finish the two files, and return their deliveries."""
        self._roster.close()
        self._sheet.close()
        slug, agreement = self._program.slug, self._agreement
        return [
            plan_delivery(slug, agreement, "roster", PERIOD, self._roster.path),
            plan_delivery(slug, agreement, "attendance", PERIOD, self._sheet.path),
        ]
