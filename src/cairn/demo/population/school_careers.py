"""Simulate a child's school career: enrollments, absences, test scores and graduation."""

from dataclasses import dataclass, field
from datetime import date
from random import Random

from cairn.demo.population.geography import CountyDistrict, CountySchool
from cairn.demo.population.households import LAST_YEAR, HomeAddress, Household, SimulatedChild
from cairn.demo.population.milestone_models import (
    GRADUATION_MODEL,
    MATH_MODEL,
    READINESS_MODEL,
    READING_MODEL,
    draw_absence_rate,
)
from cairn.demo.population.school_calendar import list_instructional_days

FIRST_SCHOOL_YEAR = 2022  # enrollment, attendance and tests reach back to 2021-22
LAST_GRADE = 12
TESTED_GRADES, TESTED_SHARE = range(3, 9), 0.96
DROPOUT_MARGIN = 0.2  # below the bar by more than this: left before grade 12
MOVE_POINT, MOVE_GAP = (
    0.5,
    0.02,
)  # a move in January: half a year, and a few days between the schools
LATE_SHARE = 0.03  # came weeks after the year began


@dataclass(slots=True)
class EnrollmentSpell:
    """Hold one enrollment: a school, a grade (0 = kindergarten), and the days of one school
    year.
    """

    year: int
    school: CountySchool
    grade: int
    entry: date
    exit: date
    exit_type: str
    days: int
    absent: int


@dataclass(slots=True)
class TestScore:
    """Hold a state test in spring. The score's distance from "proficient" is in standard
    deviations.
    """

    year: int
    subject: str
    grade: int
    day: date
    standing: float


@dataclass(frozen=True, slots=True)
class GraduationResult:
    """Hold how grade 12 ended for a member of a cohort; `day` is the diploma's, None without
    one.
    """

    cohort: int
    school: CountySchool
    day: date | None


@dataclass(slots=True)
class DistrictStudent:
    """Hold one child in one district. `rng` draws what a district records day by day."""

    child: SimulatedChild
    household: Household
    district: CountyDistrict
    home: HomeAddress
    rng: Random
    enrollments: list[EnrollmentSpell] = field(default_factory=list)
    scores: list[TestScore] = field(default_factory=list)
    graduation: GraduationResult | None = None


@dataclass(slots=True)
class SchoolCareer:
    """Hold everything that the districts and the kindergarten screening know about one child."""

    students: list[DistrictStudent] = field(default_factory=list)
    readiness: tuple[int, DistrictStudent, CountySchool, float] | None = None

    def find_or_add_student(
        self, child: SimulatedChild, household: Household, home: HomeAddress, rng: Random
    ) -> DistrictStudent:
        """Find the child in this home's district; add the child when they first come there."""
        for student in self.students:
            if student.district is home.district:
                student.home = home
                return student
        self.students.append(DistrictStudent(child, household, home.district, home, rng))
        return self.students[-1]


def compute_grade(child: SimulatedChild, year: int) -> int:
    """Compute the grade in a school year (0 = kindergarten); below 0 or above 12 is not in
    school.
    """
    return LAST_GRADE - (child.cohort - year)


def draw_school_career(child: SimulatedChild, household: Household, rng: Random) -> SchoolCareer:
    """Draw a child's school career in the county; empty for children who never come to a
    district.
    """
    record = SchoolCareer()
    if not household.public:
        return record
    last_year, last_exit = _draw_graduation(child, household, rng, record)
    for year in range(FIRST_SCHOOL_YEAR, min(LAST_YEAR, last_year) + 1):
        home = household.find_home(year)
        if home is None or not 0 <= compute_grade(child, year) <= LAST_GRADE:
            continue
        enrollment = _draw_school_year(child, household, rng, record, home, year)
        if year == last_year and last_exit:
            enrollment.exit_type = last_exit
    return record


def _draw_graduation(
    child: SimulatedChild, household: Household, rng: Random, record: SchoolCareer
) -> tuple[int, str]:
    """Draw how grade 12 ends: the last school year of enrollment, and the exit type."""
    home = household.find_home(child.cohort)
    if home is None or child.cohort > LAST_YEAR:
        return LAST_YEAR, ""
    school = home.district.find_school(home.neighborhood, LAST_GRADE)
    tilt = home.district.tilt + school.tilt
    margin = GRADUATION_MODEL.standing(rng, child, household, tilt, child.cohort)
    day = date(child.cohort, 6, 4) if margin > 0 else None
    record.find_or_add_student(child, household, home, rng).graduation = GraduationResult(
        child.cohort, school, day
    )
    if margin < -DROPOUT_MARGIN:
        return child.cohort - 1, "dropped_out"
    return child.cohort, "graduated" if day else "completed"


def _draw_school_year(
    child: SimulatedChild,
    household: Household,
    rng: Random,
    record: SchoolCareer,
    home: HomeAddress,
    year: int,
) -> EnrollmentSpell:
    """Draw one school year: its enrollment (two for a move in January) and its tests."""
    grade, span = compute_grade(child, year), (0.0, 1.0)
    previous_home = household.find_home(year - 1)
    if (
        household.midyear
        and grade
        and previous_home
        and previous_home.district is not home.district
    ):
        first_enrollment = _draw_enrollment(
            child, household, rng, previous_home, year, (0.0, MOVE_POINT)
        )
        record.find_or_add_student(child, household, previous_home, rng).enrollments.append(
            first_enrollment
        )
        span = (MOVE_POINT + MOVE_GAP, 1.0)
    enrollment = _draw_enrollment(child, household, rng, home, year, span)
    student = record.find_or_add_student(child, household, home, rng)
    student.enrollments.append(enrollment)
    tilt = home.district.tilt + enrollment.school.tilt
    if grade == 0:
        margin = READINESS_MODEL.standing(rng, child, household, tilt, year)
        record.readiness = (year, student, enrollment.school, margin)
    if grade in TESTED_GRADES and rng.random() < TESTED_SHARE:
        day = date(year, 4, 8 + rng.randrange(15))
        for subject, model in (("reading", READING_MODEL), ("math", MATH_MODEL)):
            margin = model.standing(rng, child, household, tilt, year)
            student.scores.append(TestScore(year, subject, grade, day, margin))
    return enrollment


def _draw_enrollment(
    child: SimulatedChild,
    household: Household,
    rng: Random,
    home: HomeAddress,
    year: int,
    span: tuple[float, float],
) -> EnrollmentSpell:
    """Draw an enrollment over a part of the school year's instructional days."""
    grade = compute_grade(child, year)
    school = home.district.find_school(home.neighborhood, grade)
    days = list_instructional_days(year, home.district.days)
    first_index, end_index = (int(part * len(days)) for part in span)
    if span == (0.0, 1.0) and rng.random() < LATE_SHARE:
        first_index = rng.randrange(5, 60)
    enrolled = end_index - first_index
    rate = draw_absence_rate(rng, child, household, home.district.tilt + school.tilt, year)
    absent = min(enrolled, max(0, round(rate * enrolled + rng.gauss(0.0, 1.5))))
    exit_type = "" if end_index == len(days) else "transferred"
    return EnrollmentSpell(
        year, school, grade, days[first_index], days[end_index - 1], exit_type, enrolled, absent
    )


def compute_scale_score(margin: float) -> int:
    """Compute a score on the state's scale, on which 500 is proficient."""
    return max(300, min(700, round(500 + 45 * margin)))
