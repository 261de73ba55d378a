"""After grade 12: college enrollment and degrees, and work."""

from dataclasses import dataclass
from datetime import date
from random import Random

from cairn.demo.chances import COLLEGE, COMPLETION, EMPLOYMENT
from cairn.demo.households import LAST_YEAR, Child, Household

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
class Term:
    """One academic year at a college; `degree` on the last one of those who complete."""

    college: int
    begin: date
    end: date
    degree: str = ""


@dataclass(slots=True)
class Job:
    """Whether somebody worked in the fourth quarter of a year."""

    year: int
    employed: bool


def college(child: Child, household: Household, tilt: float, rng: Random) -> list[Term]:
    """The college years of a graduate up to June 2026, first to last."""
    standing = COLLEGE.standing(rng, child, household, tilt, child.cohort)
    if standing < -LATER_MARGIN:
        return []
    begins = child.cohort + (standing < 0)  # the fall right after school, or a year later
    where = rng.choices(range(len(COLLEGES)), COLLEGE_WEIGHTS)[0]
    years = int(COLLEGES[where][1])
    completes = COMPLETION.standing(rng, child, household, 0.0, child.cohort) > 0
    stays = years + rng.choice((0, 0, 0, 1, 1, 2)) if completes else rng.randint(1, years)
    terms = [
        Term(where, date(fall, 8, 24), date(fall + 1, 5, 12))
        for fall in range(begins, min(begins + stays, LAST_YEAR))
    ]
    if completes and terms and begins + stays <= LAST_YEAR:
        terms[-1].degree = DEGREES[years]
    return terms


def work(child: Child, household: Household, rng: Random) -> list[Job]:
    """What the workforce list says of a young adult who stayed in the state; empty for others."""
    if not household.public or rng.random() >= STAYED_SHARE:
        return []
    return [
        Job(year, EMPLOYMENT.standing(rng, child, household, 0.0, year) > 0)
        for year in WORK_YEARS
        if child.cohort <= year
    ]
