"""Record the ground truth: the person of each record, and the results of a perfect count.

It is written beside the deliveries for tests and benchmarks, and never delivered. Outcomes, years
and denominators are as in the warehouse's outcome measures.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from cairn.demo.population.households import Household, SimulatedChild
from cairn.demo.population.pathways import (
    CollegeYear,
    DistrictStudent,
    EmploymentQuarter,
    EnrollmentSpell,
    GraduationResult,
    SchoolCareer,
)
from cairn.demo.population.school_calendar import format_school_year
from cairn.demo.sources.sheet_writers import DelimitedWriter
from cairn.warehouse.schema import find_school_year

_Counted = tuple[SimulatedChild, str]
"""A child, and the group of race and ethnicity."""


class GroundTruth:
    """Write `people.csv`, `records.csv` and `outcomes.csv` in the folder `truth`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._people = DelimitedWriter(
            folder / "people.csv",
            (
                "person", "household", "given_name", "middle_name", "family_name", "birth_date",
                "gender", "race_ethnicity", "twin", "cohort",
            ),
        )  # fmt: skip
        self._records = DelimitedWriter(
            folder / "records.csv",
            ("organization", "feed", "period", "file", "row", "local_id", "person"),
        )
        self._counts: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0])
        self._program_days: dict[tuple[str, str], tuple[_Counted, set[date]]] = {}
        self._enrolled: list[tuple[_Counted, str, tuple[str, str]]] = []

    def add_person(self, child: SimulatedChild, household: Household, number: int) -> None:
        """Add one true child. Households are numbered in the order in which they were generated."""
        self._people.add(
            (
                child.person, number, child.given, child.middle, child.family,
                child.birth.isoformat(), child.gender, household.group,
                "yes" if child.twin else "no", child.cohort,
            )
        )  # fmt: skip

    def add_record(
        self, source: tuple[str, str, str], path: Path, row: int, local_id: str, person: str
    ) -> None:
        """Record that a row is about this person; `source` is organization, feed and period."""
        self._records.add((*source, path.name, row, local_id, person))

    def count_outcome(
        self,
        name: str,
        year: str,
        district_and_school: tuple[str, str],
        child: SimulatedChild,
        group: str,
        *,
        is_met: bool,
    ) -> None:
        """Count one child in an outcome's denominator, and in its numerator when `met`."""
        fraction = self._counts[(name, year, *district_and_school, group, child.gender)]
        fraction[0] += is_met
        fraction[1] += 1

    def add_program_days(self, child: SimulatedChild, group: str, days: Iterable[date]) -> None:
        """Add the days on which a child attended one program."""
        for day in days:
            _, attended = self._program_days.setdefault(
                (child.person, find_school_year(day)), ((child, group), set())
            )
            attended.add(day)

    def add_enrolled(
        self,
        child: SimulatedChild,
        group: str,
        year: str,
        district_and_school: tuple[str, str],
    ) -> None:
        """Add a student who was enrolled in a school year."""
        self._enrolled.append(((child, group), year, district_and_school))

    def _count_programs(self) -> None:
        """Count each child of any program once a year, and which enrolled students attended."""
        for (_, year), (counted, days) in self._program_days.items():
            is_met = len(days) >= PROGRAM_DAYS
            self.count_outcome("program_participation", year, ("", ""), *counted, is_met=is_met)
        years = {year for _, year in self._program_days}
        for counted, year, district_and_school in self._enrolled:
            if year in years:
                is_met = (counted[0].person, year) in self._program_days
                self.count_outcome(
                    "program_reach", year, district_and_school, *counted, is_met=is_met
                )

    def close(self) -> None:
        """Write the counts and finish the files."""
        self._count_programs()
        self._people.close()
        self._records.close()
        outcomes = DelimitedWriter(
            self.folder / "outcomes.csv",
            (
                "outcome", "year", "district", "school", "race_ethnicity", "gender",
                "numerator", "denominator",
            ),
        )  # fmt: skip
        for key, counts in sorted(self._counts.items()):
            outcomes.add((*key, *counts))
        outcomes.close()


DEGREE_YEARS = 6
PROGRAM_DAYS = 30
TEST_OUTCOMES = {("reading", 3): "early_grade_reading", ("math", 8): "middle_grade_math"}
CHRONIC_ABSENCE_SHARE = 0.10  # of enrolled days


def count_school_outcomes(truth: GroundTruth, career: SchoolCareer, household: Household) -> None:
    """Count readiness, grade 3 reading, grade 8 math, chronic absence and graduation of one
    child.
    """
    group = household.group
    if career.readiness:
        year, student, school, margin = career.readiness
        district_and_school = (student.district.slug, school.number)
        truth.count_outcome(
            "kindergarten_readiness", format_school_year(year), district_and_school,
            student.child, group,
            is_met=margin > 0,
        )  # fmt: skip
    _count_chronic_absence(truth, career, group)
    for student in career.students:
        _count_student(truth, student, group)


def _count_chronic_absence(truth: GroundTruth, career: SchoolCareer, group: str) -> None:
    """Count once a year, over all schools of the year, at the school with the most days."""
    spells_by_year: dict[int, list[tuple[EnrollmentSpell, DistrictStudent]]] = defaultdict(list)
    for student in career.students:
        for spell in student.enrollments:
            spells_by_year[spell.year].append((spell, student))
    for year, spells in spells_by_year.items():
        longest_spell, student = max(
            spells,
            key=lambda spell_of_student: (spell_of_student[0].days, spell_of_student[0].entry),
        )
        absent = sum(spell.absent for spell, _ in spells)
        is_met = absent >= CHRONIC_ABSENCE_SHARE * sum(spell.days for spell, _ in spells)
        district_and_school = (student.district.slug, longest_spell.school.number)
        truth.add_enrolled(student.child, group, format_school_year(year), district_and_school)
        truth.count_outcome(
            "chronic_absence",
            format_school_year(year),
            district_and_school,
            student.child,
            group,
            is_met=is_met,
        )


def _count_student(truth: GroundTruth, student: DistrictStudent, group: str) -> None:
    child, slug = student.child, student.district.slug
    schools = {spell.year: spell.school.number for spell in student.enrollments}
    for score in student.scores:
        if name := TEST_OUTCOMES.get((score.subject, score.grade)):
            district_and_school = (slug, schools[score.year])
            is_met = score.standing >= 0
            truth.count_outcome(
                name,
                format_school_year(score.year),
                district_and_school,
                child,
                group,
                is_met=is_met,
            )
    if graduation := student.graduation:
        district_and_school = (slug, graduation.school.number)
        year, is_met = format_school_year(graduation.cohort), graduation.day is not None
        truth.count_outcome(
            "high_school_graduation", year, district_and_school, child, group, is_met=is_met
        )


def count_college_outcomes(
    truth: GroundTruth,
    student: DistrictStudent,
    graduation: GraduationResult,
    college_years: list[CollegeYear],
    last_year: int,
) -> None:
    """Count the graduates of a year: enrolled by the fall a year later; a degree within six
    years.
    """
    if graduation.day is None:
        return
    district_and_school = (student.district.slug, graduation.school.number)
    child, group = student.child, student.household.group
    cohort, year = graduation.cohort, format_school_year(graduation.cohort)
    if cohort < last_year:
        is_met = any(college_year.begin.year <= cohort + 1 for college_year in college_years)
        truth.count_outcome(
            "postsecondary_enrollment", year, district_and_school, child, group, is_met=is_met
        )
    if cohort + DEGREE_YEARS <= last_year:
        latest_completion = graduation.day.replace(year=cohort + DEGREE_YEARS)
        is_met = any(
            college_year.degree and college_year.end <= latest_completion
            for college_year in college_years
        )
        truth.count_outcome(
            "postsecondary_success", year, district_and_school, child, group, is_met=is_met
        )


def count_employment_outcomes(
    truth: GroundTruth, student: DistrictStudent, employment: list[EmploymentQuarter]
) -> None:
    """Count the employment of those on the workforce list, by the district they came from."""
    for quarter in employment:
        truth.count_outcome(
            "workforce_success", str(quarter.year), (student.district.slug, ""), student.child,
            student.household.group, is_met=quarter.employed,
        )  # fmt: skip
