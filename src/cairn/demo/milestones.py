"""What a perfect count of the county would say, counted while the children are made.

Outcomes, years and denominators as in `cairn/warehouse/outcomes`.
"""

from collections import defaultdict

from cairn.demo.calendar import school_year
from cairn.demo.college import Job, Term
from cairn.demo.households import Household
from cairn.demo.schooling import Leaving, Pupil, Schooling, Stint
from cairn.demo.truth import Truth

COMPLETION_YEARS = 6
TESTS = {("reading", 3): "early_grade_reading", ("math", 8): "middle_grade_math"}
CHRONIC = 0.10  # of enrolled days


def count_schooling(truth: Truth, record: Schooling, household: Household) -> None:
    """Readiness, grade 3 reading, grade 8 math, chronic absence and graduation."""
    group = household.group
    if record.readiness:
        year, pupil, school, standing = record.readiness
        place = (pupil.district.slug, school.number)
        truth.outcome(
            "kindergarten_readiness", school_year(year), place, pupil.child, group,
            met=standing > 0,
        )  # fmt: skip
    _count_absence(truth, record, group)
    for pupil in record.pupils:
        _count_pupil(truth, pupil, group)


def _count_absence(truth: Truth, record: Schooling, group: str) -> None:
    """Once a year, over all schools of the year, at the school with the most days."""
    years: dict[int, list[tuple[Stint, Pupil]]] = defaultdict(list)
    for pupil in record.pupils:
        for stint in pupil.stints:
            years[stint.year].append((stint, pupil))
    for year, stays in years.items():
        most, pupil = max(stays, key=lambda stay: (stay[0].days, stay[0].entry))
        absent = sum(stint.absent for stint, _ in stays)
        met = absent >= CHRONIC * sum(stint.days for stint, _ in stays)
        place = (pupil.district.slug, most.school.number)
        truth.outcome("chronic_absence", school_year(year), place, pupil.child, group, met=met)


def _count_pupil(truth: Truth, pupil: Pupil, group: str) -> None:
    child, slug = pupil.child, pupil.district.slug
    schools = {stint.year: stint.school.number for stint in pupil.stints}
    for score in pupil.scores:
        if name := TESTS.get((score.subject, score.grade)):
            place = (slug, schools[score.year])
            met = score.standing >= 0
            truth.outcome(name, school_year(score.year), place, child, group, met=met)
    if leaving := pupil.leaving:
        place = (slug, leaving.school.number)
        year, met = school_year(leaving.cohort), leaving.day is not None
        truth.outcome("high_school_graduation", year, place, child, group, met=met)


def count_college(
    truth: Truth, pupil: Pupil, leaving: Leaving, terms: list[Term], last_year: int
) -> None:
    """Of a year's graduates: enrolled by the fall a year later; a degree within six years."""
    if leaving.day is None:
        return
    place = (pupil.district.slug, leaving.school.number)
    child, group = pupil.child, pupil.household.group
    cohort, year = leaving.cohort, school_year(leaving.cohort)
    if cohort < last_year:
        met = any(term.begin.year <= cohort + 1 for term in terms)
        truth.outcome("postsecondary_enrollment", year, place, child, group, met=met)
    if cohort + COMPLETION_YEARS <= last_year:
        limit = leaving.day.replace(year=cohort + COMPLETION_YEARS)
        met = any(term.degree and term.end <= limit for term in terms)
        truth.outcome("postsecondary_success", year, place, child, group, met=met)


def count_jobs(truth: Truth, pupil: Pupil, jobs: list[Job]) -> None:
    """Employment of those on the workforce list, by the district they came from."""
    for job in jobs:
        truth.outcome(
            "workforce_success", str(job.year), (pupil.district.slug, ""), pupil.child,
            pupil.household.group, met=job.employed,
        )  # fmt: skip
