"""A child's way through school: where she was enrolled, what she missed, what she scored."""

from dataclasses import dataclass, field
from datetime import date
from random import Random

from cairn.demo.calendar import instructional_days
from cairn.demo.chances import GRADUATION, MATH, READINESS, READING, absence_rate
from cairn.demo.households import LAST_YEAR, Child, Home, Household
from cairn.demo.places import District, School

FIRST_SCHOOL_YEAR = 2022  # enrollment, attendance and tests reach back to 2021-22
LAST_GRADE = 12
TESTED_GRADES, TESTED_SHARE = range(3, 9), 0.96
DROPOUT_MARGIN = 0.2  # below the bar by more than this: left before grade 12
MOVE, GAP = 0.5, 0.02  # a move in January: half a year, and a few days between the schools
LATE_SHARE = 0.03  # came weeks after the year began


@dataclass(slots=True)
class Stint:
    """One enrollment: a school, a grade (0 = kindergarten), and the days of one school year."""

    year: int
    school: School
    grade: int
    entry: date
    exit: date
    exit_type: str
    days: int
    absent: int


@dataclass(slots=True)
class Score:
    """A state test in spring. `standing` is the distance from "proficient"."""

    year: int
    subject: str
    grade: int
    day: date
    standing: float


@dataclass(frozen=True, slots=True)
class Leaving:
    """How grade 12 ended for a member of a cohort; `day` is the diploma's, None without one."""

    cohort: int
    school: School
    day: date | None


@dataclass(slots=True)
class Pupil:
    """One child in one district. `luck` draws what a district notes day by day."""

    child: Child
    household: Household
    district: District
    home: Home
    luck: Random
    stints: list[Stint] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)
    leaving: Leaving | None = None


@dataclass(slots=True)
class Schooling:
    """Everything the districts and the kindergarten screening know of one child."""

    pupils: list[Pupil] = field(default_factory=list)
    readiness: tuple[int, Pupil, School, float] | None = None

    def pupil(self, child: Child, household: Household, home: Home, luck: Random) -> Pupil:
        """The child in this home's district; made when she comes there first."""
        for pupil in self.pupils:
            if pupil.district is home.district:
                pupil.home = home
                return pupil
        self.pupils.append(Pupil(child, household, home.district, home, luck))
        return self.pupils[-1]


def grade_in(child: Child, year: int) -> int:
    """Her grade in a school year (0 = kindergarten); below 0 or above 12 she is not in school."""
    return LAST_GRADE - (child.cohort - year)


def schooling(child: Child, household: Household, rng: Random) -> Schooling:
    """Draw a child's schooling in the county, empty for those who never came to a district."""
    record = Schooling()
    if not household.public:
        return record
    last_year, last_exit = _graduation(child, household, rng, record)
    for year in range(FIRST_SCHOOL_YEAR, min(LAST_YEAR, last_year) + 1):
        home = household.home(year)
        if home is None or not 0 <= grade_in(child, year) <= LAST_GRADE:
            continue
        stint = _enroll(child, household, rng, record, home, year)
        if year == last_year and last_exit:
            stint.exit_type = last_exit
    return record


def _graduation(
    child: Child, household: Household, rng: Random, record: Schooling
) -> tuple[int, str]:
    """How grade 12 ends: the last school year in which she is enrolled, and how she leaves it."""
    home = household.home(child.cohort)
    if home is None or child.cohort > LAST_YEAR:
        return LAST_YEAR, ""
    school = home.district.school(home.neighborhood, LAST_GRADE)
    tilt = home.district.tilt + school.tilt
    standing = GRADUATION.standing(rng, child, household, tilt, child.cohort)
    day = date(child.cohort, 6, 4) if standing > 0 else None
    record.pupil(child, household, home, rng).leaving = Leaving(child.cohort, school, day)
    if standing < -DROPOUT_MARGIN:
        return child.cohort - 1, "dropped_out"
    return child.cohort, "graduated" if day else "completed"


def _enroll(
    child: Child, household: Household, rng: Random, record: Schooling, home: Home, year: int
) -> Stint:
    """One school year: its enrollment (two for a move in January) and its tests."""
    grade, span = grade_in(child, year), (0.0, 1.0)
    before = household.home(year - 1)
    if household.midyear and grade and before and before.district is not home.district:
        half = _stint(child, household, rng, before, year, (0.0, MOVE))
        record.pupil(child, household, before, rng).stints.append(half)
        span = (MOVE + GAP, 1.0)
    stint = _stint(child, household, rng, home, year, span)
    pupil = record.pupil(child, household, home, rng)
    pupil.stints.append(stint)
    tilt = home.district.tilt + stint.school.tilt
    if grade == 0:
        standing = READINESS.standing(rng, child, household, tilt, year)
        record.readiness = (year, pupil, stint.school, standing)
    if grade in TESTED_GRADES and rng.random() < TESTED_SHARE:
        day = date(year, 4, 8 + rng.randrange(15))
        for subject, bar in (("reading", READING), ("math", MATH)):
            standing = bar.standing(rng, child, household, tilt, year)
            pupil.scores.append(Score(year, subject, grade, day, standing))
    return stint


def _stint(
    child: Child,
    household: Household,
    rng: Random,
    home: Home,
    year: int,
    span: tuple[float, float],
) -> Stint:
    """An enrollment over a part of the school year's instructional days."""
    grade = grade_in(child, year)
    school = home.district.school(home.neighborhood, grade)
    days = instructional_days(year, home.district.days)
    first, end = (int(part * len(days)) for part in span)
    if span == (0.0, 1.0) and rng.random() < LATE_SHARE:
        first = rng.randrange(5, 60)
    enrolled = end - first
    rate = absence_rate(rng, child, household, home.district.tilt + school.tilt, year)
    absent = min(enrolled, max(0, round(rate * enrolled + rng.gauss(0.0, 1.5))))
    exit_type = "" if end == len(days) else "transferred"
    return Stint(year, school, grade, days[first], days[end - 1], exit_type, enrolled, absent)


def scale_score(standing: float) -> int:
    """The state's scale, on which 500 is proficient."""
    return max(300, min(700, round(500 + 45 * standing)))
