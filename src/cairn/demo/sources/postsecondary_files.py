"""Write the college-enrollment file and the workforce list.

The college file has the columns of a StudentTracker detail file. That layout has no birth date:
the county sends it along in the field that comes back unchanged.
"""

from pathlib import Path
from random import Random

from cairn.demo.planned_deliveries import PlannedDelivery, plan_delivery
from cairn.demo.population.households import SimulatedChild
from cairn.demo.population.pathways import (
    COLLEGES,
    CollegeYear,
    EmploymentQuarter,
    GraduationResult,
)
from cairn.demo.sources import canaries, recording_errors
from cairn.demo.sources.ground_truth import GroundTruth
from cairn.demo.sources.recording_errors import RecordedChild
from cairn.demo.sources.sheet_writers import DelimitedWriter

COLLEGE_SLUG, COLLEGE_AGREEMENT = "river-county-college-access", "RC-DSA-05"
WORKFORCE_SLUG, WORKFORCE_AGREEMENT = "tri-rivers-workforce-board", "RC-DSA-06"

COLLEGE_COLUMNS = (
    "Your Unique Identifier", "First Name", "Middle Initial", "Last Name", "Name Suffix",
    "Requester Return Field", "Record Found Y/N", "High School Code", "High School Grad Date",
    "College Code/Branch", "College Name", "College State", "2-year / 4-year",
    "Public / Private", "Enrollment Begin", "Enrollment End", "Enrollment Status",
    "Graduated?", "Graduation Date", "Degree Title", "Major", "College Sequence",
    "Program Code",
)  # fmt: skip

WORKFORCE_COLUMNS = ("CLIENT NAME", "BIRTH DT", "YR", "QTR", "EMPLOYED", "GROSS WAGES")


class CollegeEnrollmentFile:
    """Write the college enrollment of the county's graduates."""

    def __init__(self, deliveries: Path, truth: GroundTruth) -> None:
        self._truth = truth
        self._sheet = DelimitedWriter(
            deliveries / COLLEGE_SLUG / "studenttracker_detail.csv", COLLEGE_COLUMNS
        )

    def add_graduate(
        self,
        child: SimulatedChild,
        graduation: GraduationResult,
        state_id: str,
        college_years: list[CollegeYear],
        rng: Random,
    ) -> None:
        """Write a graduate's academic years, or one line that no record was found."""
        if graduation.day is None:
            return
        recorded = recording_errors.record_child(child, recording_errors.OFFICE_ERRORS, rng)
        birth_text = recorded.birth.strftime("%Y%m%d") if recorded.birth else ""
        first_cells = (
            state_id, recording_errors.drop_accents(recorded.given).upper(), recorded.middle[:1],
            recording_errors.drop_accents(recorded.family).upper(),
            recorded.suffix.upper(), birth_text, "Y" if college_years else "N",
            graduation.school.number,
            graduation.day.strftime("%Y%m%d"),
        )  # fmt: skip
        if not college_years:
            self._add_line((*first_cells, *[""] * 14), state_id, child.person)
        for college_year in college_years:
            self._add_line(
                (*first_cells, *_format_college_year(college_year)), state_id, child.person
            )

    def _add_line(self, row: tuple[object, ...], state_id: str, person: str) -> None:
        line = self._sheet.add(row)
        source = (COLLEGE_SLUG, "college-enrollment", "2026")
        self._truth.add_record(source, self._sheet.path, line, state_id, person)

    def close(self) -> list[PlannedDelivery]:
        """Finish the file, and return the delivery."""
        self._sheet.close()
        feed = "college-enrollment"
        return [plan_delivery(COLLEGE_SLUG, COLLEGE_AGREEMENT, feed, "2026", self._sheet.path)]


def _format_college_year(college_year: CollegeYear) -> tuple[object, ...]:
    name, years, control = COLLEGES[college_year.college]
    ended = college_year.end.strftime("%Y%m%d")
    return (
        f"00{9000 + college_year.college}-00", name, "RV", years, control,
        college_year.begin.strftime("%Y%m%d"), ended, "F", "Y" if college_year.degree else "N",
        ended if college_year.degree else "", college_year.degree, "", "1", "",
    )  # fmt: skip


class WorkforceFile:
    """Write who worked in the fourth quarter of a year. No agreement names the wage column."""

    def __init__(self, deliveries: Path, truth: GroundTruth) -> None:
        self._truth = truth
        self._sheet = DelimitedWriter(
            deliveries / WORKFORCE_SLUG / "youth_employment.txt", WORKFORCE_COLUMNS, delimiter="|"
        )

    def add_employment(
        self, child: SimulatedChild, employment: list[EmploymentQuarter], rng: Random
    ) -> None:
        """Write one line a year."""
        if not employment:
            return
        recorded = recording_errors.record_child(child, recording_errors.AGENCY_ERRORS, rng)
        name = _format_full_name(recorded)
        birth_text = recorded.birth.isoformat() if recorded.birth else ""
        source = (WORKFORCE_SLUG, "employment", "2023-25")
        for quarter in employment:
            row = (
                name,
                birth_text,
                quarter.year,
                4,
                "Y" if quarter.employed else "N",
                canaries.WAGE_CANARY,
            )
            line = self._sheet.add(row)
            self._truth.add_record(source, self._sheet.path, line, "", child.person)

    def close(self) -> list[PlannedDelivery]:
        """Finish the file, and return the delivery."""
        self._sheet.close()
        return [
            plan_delivery(
                WORKFORCE_SLUG, WORKFORCE_AGREEMENT, "employment", "2023-25", self._sheet.path,
                expect="refused_columns", note="Wages stand in no agreement.",
            )
        ]  # fmt: skip


def _format_full_name(recorded: RecordedChild) -> str:
    family = f"{recorded.family} {recorded.suffix}".strip()
    return f"{family}, {recorded.given} {recorded.middle[:1]}".strip().upper()
