"""Simulate what follows grade 12: college enrollment, degrees and employment."""

from dataclasses import dataclass
from datetime import date
from random import Random

from cairn.demo.population.households import LAST_YEAR, Household, SimulatedChild
from cairn.demo.population.milestone_models import COLLEGE_MODEL, COMPLETION_MODEL, EMPLOYMENT_MODEL

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
    margin = COLLEGE_MODEL.standing(rng, child, household, tilt, child.cohort)
    if margin < -LATER_MARGIN:
        return []
    first_fall = child.cohort + (margin < 0)  # the fall right after school, or a year later
    college_index = rng.choices(range(len(COLLEGES)), COLLEGE_WEIGHTS)[0]
    years = int(COLLEGES[college_index][1])
    completes = COMPLETION_MODEL.standing(rng, child, household, 0.0, child.cohort) > 0
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
        EmploymentQuarter(year, EMPLOYMENT_MODEL.standing(rng, child, household, 0.0, year) > 0)
        for year in WORK_YEARS
        if child.cohort <= year
    ]
