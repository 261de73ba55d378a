"""Alder Creek School District sends comma-separated files; one comes from an older system.

Its student file carries four columns that the agreement does not name: meal status, disability,
social security number and counselor's notes. Their values are markers (`canaries`).
"""

from pathlib import Path

from cairn.demo import canaries
from cairn.demo.calendar import school_year, us_date
from cairn.demo.delimited import Delimited
from cairn.demo.households import LAST_YEAR
from cairn.demo.planned import PlannedDelivery, plan
from cairn.demo.schooling import Pupil, Stint, scale_score
from cairn.demo.truth import Truth
from cairn.demo.writing import Written

SLUG, AGREEMENT, PERIOD = "alder-creek-sd", "RC-DSA-01", "2021-26"
CONSENTED = "RC-CON-02"
GRADES = ("KG", *(f"{grade:02}" for grade in range(1, 13)))
RACES = {
    "white": "White", "black": "Black or African American", "hispanic": "Hispanic/Latino",
    "asian": "Asian", "american_indian": "American Indian or Alaska Native",
    "pacific_islander": "Native Hawaiian or Other Pacific Islander",
    "two_or_more": "Two or More Races",
}  # fmt: skip
EXITS = {"": "", "transferred": "T", "graduated": "G", "completed": "C", "dropped_out": "D"}
LEVELS = (
    (0.75, "4 - Advanced"), (0.0, "3 - Proficient"), (-0.8, "2 - Partial"), (-99, "1 - Minimal"),
)  # fmt: skip
STUDENTS = (
    "Student Number", "State Student ID", "Last Name", "First Name", "Middle Name", "Generation",
    "Preferred Name", "Birthdate", "Gender", "Race/Ethnicity", "Home Language", "Street", "City",
    "ZIP", "Parent/Guardian", "Phone", "Email",
    "Meal Status", "Disability", "SSN", "Counselor Notes",
)  # fmt: skip
ENROLLMENT = (
    "Student Number", "School Year", "School Number", "School", "Grade", "Entry Date", "Exit Date",
    "Exit Code", "Days Enrolled",
)  # fmt: skip
ATTENDANCE = ("Student", "Year", "School Nr", "School", "Days in membership", "Days absent")
TESTS = (
    "Student Number", "Test", "Subject", "Grade", "School Year", "Test Date", "Scale Score",
    "Level", "Proficient",
)  # fmt: skip
COHORTS = ("Student Number", "Cohort", "School Number", "Graduated", "Diploma Date")
AUTUMN_FEED = "autumn-absence"
AUTUMN = ("Student Number", "School Year", "Days in membership", "Days absent")
AUTUMN_YEAR, AUTUMN_DAYS = LAST_YEAR + 1, 58
AUTUMN_CLASSES, AUTUMN_CHILDREN = range(3, 6), 150


class AlderCreek:
    """The six files of the district. The last, of this autumn, waits for what families say."""

    slug = SLUG

    def __init__(self, deliveries: Path, truth: Truth) -> None:
        folder = deliveries / SLUG
        self._truth = truth
        self._students = Delimited(folder / "students.csv", STUDENTS, encoding="utf-8-sig")
        self._enrollment = Delimited(folder / "enrollment.csv", ENROLLMENT)
        self._attendance = Delimited(
            folder / "attendance_totals.txt", ATTENDANCE, delimiter=";", encoding="cp1252"
        )
        self._tests = Delimited(folder / "state_tests.csv", TESTS)
        self._cohorts = Delimited(folder / "graduation_cohorts.csv", COHORTS)
        self._autumn = Delimited(folder / "autumn_absence.csv", AUTUMN)
        self._of_autumn = 0

    def number(self, count: int) -> str:
        """The district's own student number for its `count`-th student."""
        return str(400_000 + count * 7)

    def take(self, pupil: Pupil, written: Written, local_id: str, state_id: str) -> None:
        """Write everything the district keeps about one student."""
        child, household, home = pupil.child, pupil.household, pupil.home
        row = self._students.add(
            (
                local_id, state_id, written.family, written.given, written.middle, written.suffix,
                child.called if child.called != child.given else "", us_date(written.birth),
                child.gender, RACES[household.group], household.language, home.street, home.city,
                home.postal, household.guardian, household.phone, household.email,
                canaries.MEAL, canaries.DISABILITY, canaries.SOCIAL_SECURITY, canaries.NOTES,
            )
        )  # fmt: skip
        source = (SLUG, "students", PERIOD)
        self._truth.record(source, self._students.path, row, local_id, child.person)
        for stint in pupil.stints:
            self._year(local_id, stint)
        if pupil.stints:
            self._since_summer(local_id, pupil.stints[-1])
        for score in pupil.scores:
            level = next(name for floor, name in LEVELS if score.standing >= floor)
            self._tests.add(
                (
                    local_id, "State Assessment", "ELA" if score.subject == "reading" else "MATH",
                    GRADES[score.grade], school_year(score.year), us_date(score.day),
                    scale_score(score.standing), level, "Y" if score.standing >= 0 else "N",
                )
            )  # fmt: skip
        if leaving := pupil.leaving:
            self._cohorts.add(
                (
                    local_id,
                    leaving.cohort,
                    leaving.school.number,
                    "Yes" if leaving.day else "No",
                    us_date(leaving.day),
                )
            )

    def _year(self, local_id: str, stint: Stint) -> None:
        self._enrollment.add(
            (
                local_id, school_year(stint.year), stint.school.number, stint.school.name,
                GRADES[stint.grade], us_date(stint.entry), us_date(stint.exit),
                EXITS[stint.exit_type], stint.days,
            )
        )  # fmt: skip
        self._attendance.add(
            (
                local_id, f"{stint.year - 1}/{stint.year}", stint.school.number,
                stint.school.name, stint.days, stint.absent,
            )
        )  # fmt: skip

    def _since_summer(self, local_id: str, last: Stint) -> None:
        """The first weeks of the year that runs now, of some classes, at last year's pace."""
        here = last.year == LAST_YEAR and last.grade in AUTUMN_CLASSES and not last.exit_type
        if here and self._of_autumn < AUTUMN_CHILDREN:
            self._of_autumn += 1
            absent = round(last.absent * AUTUMN_DAYS / last.days)
            self._autumn.add((local_id, school_year(AUTUMN_YEAR), AUTUMN_DAYS, absent))

    def close(self) -> list[PlannedDelivery]:
        """Finish the files; returns the deliveries."""
        feeds = {
            "enrollment": self._enrollment,
            "attendance": self._attendance,
            "state-tests": self._tests,
            "graduation": self._cohorts,
        }
        for sheet in (self._students, *feeds.values(), self._autumn):
            sheet.close()
        return [
            plan(
                SLUG, AGREEMENT, "students", PERIOD, self._students.path,
                expect="refused_columns",
                note="Meal status, disability, SSN and notes stand in no agreement.",
            ),
            *(plan(SLUG, AGREEMENT, feed, PERIOD, sheet.path) for feed, sheet in feeds.items()),
            plan(
                SLUG, CONSENTED, AUTUMN_FEED, school_year(AUTUMN_YEAR), self._autumn.path,
                note="Rows go on only of children whose families agreed.",
            ),
        ]  # fmt: skip
