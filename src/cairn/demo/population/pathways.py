"""Simulate what becomes of a child: school, graduation, college and employment.

A `MilestoneModel` says how likely a child is to reach a milestone, with the county's disparities
and trends: how far the middle child is above its threshold, in standard deviations, and what moves
a child up or down. The figures are invented but lie where such figures usually lie. A school career
has enrollments, absences, test scores and graduation; after it come college, degrees and
employment.
"""

import math
from dataclasses import dataclass, field
from datetime import date
from random import Random

from cairn.demo.population.geography import CountyDistrict, CountySchool
from cairn.demo.population.households import LAST_YEAR, HomeAddress, Household, SimulatedChild
from cairn.demo.population.school_calendar import list_instructional_days

# Unequal chances by group, in standard deviations: the disparity that partners want to see.
GROUP_EFFECTS = {
    "white": 0.18,
    "asian": 0.30,
    "two_or_more": 0.0,
    "black": -0.30,
    "hispanic": -0.26,
    "pacific_islander": -0.25,
    "american_indian": -0.42,
}

CHILD_EFFECT_SCALE, NOISE_SCALE = (
    0.75,
    0.66,
)  # of the variance that group, school and year leave: the child's own share, and chance


@dataclass(frozen=True, slots=True)
class MilestoneModel:
    """Hold one milestone. `yearly_gain` is the county's gain per year, counted from spring 2022."""

    middle: float
    girls_effect: float
    yearly_gain: float
    gap: float = 1.0

    def draw_score(
        self, rng: Random, child: SimulatedChild, household: Household, tilt: float, year: int
    ) -> float:
        """Draw how far this child is above the threshold, in standard deviations; reached when
        positive.
        """
        mean = self.middle + self.gap * GROUP_EFFECTS[household.group] + tilt
        if child.gender == "F":
            mean += self.girls_effect
        return (
            mean
            + self.yearly_gain * (year - 2022)
            + CHILD_EFFECT_SCALE * child.thrive
            + NOISE_SCALE * rng.gauss(0.0, 1.0)
        )


READINESS_MODEL = MilestoneModel(-0.16, 0.18, 0.045)
READING_MODEL = MilestoneModel(-0.12, 0.16, 0.035)
MATH_MODEL = MilestoneModel(-0.45, -0.04, 0.04)
GRADUATION_MODEL = MilestoneModel(1.12, 0.15, 0.025)
COLLEGE_MODEL = MilestoneModel(-0.05, 0.22, -0.015)
COMPLETION_MODEL = MilestoneModel(-0.12, 0.18, 0.02)
EMPLOYMENT_MODEL = MilestoneModel(0.50, -0.03, 0.05, gap=0.7)
ATTENDANCE_MODEL = MilestoneModel(0.0, 0.02, 0.07)


def draw_absence_rate(
    rng: Random, child: SimulatedChild, household: Household, tilt: float, year: int
) -> float:
    """Draw the share of enrolled days that a child misses, at most 0.9."""
    attendance_margin = ATTENDANCE_MODEL.draw_score(rng, child, household, tilt, year)
    return min(0.9, 0.058 * math.exp(-0.73 * attendance_margin))


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
    margin = GRADUATION_MODEL.draw_score(rng, child, household, tilt, child.cohort)
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
        margin = READINESS_MODEL.draw_score(rng, child, household, tilt, year)
        record.readiness = (year, student, enrollment.school, margin)
    if grade in TESTED_GRADES and rng.random() < TESTED_SHARE:
        day = date(year, 4, 8 + rng.randrange(15))
        for subject, model in (("reading", READING_MODEL), ("math", MATH_MODEL)):
            margin = model.draw_score(rng, child, household, tilt, year)
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


# name, state, years, ownership: none of these exists
COLLEGES = (
    ("TRI-RIVERS COMMUNITY COLLEGE", "2", "Public"),
    ("UNIVERSITY OF THE LOWER VALLEY", "4", "Public"),
    ("ALDER STATE UNIVERSITY", "4", "Public"),
    ("ST. BRENNA COLLEGE", "4", "Private"),
    ("NORTHERN PLAINS TECHNICAL COLLEGE", "2", "Public"),
)

DEGREES = {2: "ASSOCIATE OF SCIENCE", 4: "BACHELOR OF ARTS"}
COLLEGE_WEIGHTS = (38, 22, 24, 7, 9)
LATER_MARGIN = 0.06  # below the bar by less than this: enrolls, but a year later
STAYED_SHARE = 0.7  # of those who left school, still in the state and on the list
WORK_YEARS = (2023, 2024, 2025)  # the fourth quarter of each


@dataclass(slots=True)
class CollegeYear:
    """Hold one academic year at a college; `degree` is on the last one of those who complete."""

    college: int
    begin: date
    end: date
    degree: str = ""


@dataclass(slots=True)
class EmploymentQuarter:
    """Hold whether a person worked in the fourth quarter of a year."""

    year: int
    employed: bool


def draw_college_years(
    child: SimulatedChild, household: Household, tilt: float, rng: Random
) -> list[CollegeYear]:
    """Draw the college years of a graduate up to June 2026, first to last."""
    margin = COLLEGE_MODEL.draw_score(rng, child, household, tilt, child.cohort)
    if margin < -LATER_MARGIN:
        return []
    first_fall = child.cohort + (margin < 0)  # the fall right after school, or a year later
    college_index = rng.choices(range(len(COLLEGES)), COLLEGE_WEIGHTS)[0]
    years = int(COLLEGES[college_index][1])
    completes = COMPLETION_MODEL.draw_score(rng, child, household, 0.0, child.cohort) > 0
    years_enrolled = years + rng.choice((0, 0, 0, 1, 1, 2)) if completes else rng.randint(1, years)
    college_years = [
        CollegeYear(college_index, date(fall, 8, 24), date(fall + 1, 5, 12))
        for fall in range(first_fall, min(first_fall + years_enrolled, LAST_YEAR))
    ]
    if completes and college_years and first_fall + years_enrolled <= LAST_YEAR:
        college_years[-1].degree = DEGREES[years]
    return college_years


def draw_employment(
    child: SimulatedChild, household: Household, rng: Random
) -> list[EmploymentQuarter]:
    """Draw the quarters that the workforce list has for a young adult who stayed in the state.

    The list is empty for others.
    """
    if not household.public or rng.random() >= STAYED_SHARE:
        return []
    return [
        EmploymentQuarter(year, EMPLOYMENT_MODEL.draw_score(rng, child, household, 0.0, year) > 0)
        for year in WORK_YEARS
        if child.cohort <= year
    ]
