"""Write the files of Alder Creek School District: comma-separated, one from an older system.

Its student file carries four columns that the agreement does not name: meal status, disability,
social security number and counselor's notes. Their values are markers (`canaries`).
"""

from pathlib import Path

from cairn.demo.planned_deliveries import PlannedDelivery, plan_delivery
from cairn.demo.population.households import LAST_YEAR
from cairn.demo.population.pathways import DistrictStudent, EnrollmentSpell, compute_scale_score
from cairn.demo.population.school_calendar import format_school_year, format_us_date
from cairn.demo.sources import canaries
from cairn.demo.sources.ground_truth import GroundTruth
from cairn.demo.sources.recording_errors import RecordedChild
from cairn.demo.sources.sheet_writers import DelimitedWriter

ALDER_CREEK_SLUG, AGREEMENT, PERIOD = "alder-creek-sd", "RC-DSA-01", "2021-26"
CONSENT_AGREEMENT = "RC-CON-02"
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


class AlderCreekFiles:
    """Write the six files of the district. The last, for this autumn, depends on families'
    consents.
    """

    slug = ALDER_CREEK_SLUG

    def __init__(self, deliveries: Path, truth: GroundTruth) -> None:
        folder = deliveries / ALDER_CREEK_SLUG
        self._truth = truth
        self._students = DelimitedWriter(folder / "students.csv", STUDENTS, encoding="utf-8-sig")
        self._enrollment = DelimitedWriter(folder / "enrollment.csv", ENROLLMENT)
        self._attendance = DelimitedWriter(
            folder / "attendance_totals.txt", ATTENDANCE, delimiter=";", encoding="cp1252"
        )
        self._tests = DelimitedWriter(folder / "state_tests.csv", TESTS)
        self._cohorts = DelimitedWriter(folder / "graduation_cohorts.csv", COHORTS)
        self._autumn = DelimitedWriter(folder / "autumn_absence.csv", AUTUMN)
        self._of_autumn = 0

    def make_student_number(self, count: int) -> str:
        """Make the district's own student number for its `count`-th student."""
        return str(400_000 + count * 7)

    def add_student(
        self, student: DistrictStudent, recorded: RecordedChild, local_id: str, state_id: str
    ) -> None:
        """Write everything that the district keeps about one student."""
        child, household, home = student.child, student.household, student.home
        row = self._students.add(
            (
                local_id, state_id, recorded.family, recorded.given, recorded.middle,
                recorded.suffix,
                child.called if child.called != child.given else "", format_us_date(recorded.birth),
                child.gender, RACES[household.group], household.language, home.street, home.city,
                home.postal, household.guardian, household.phone, household.email,
                canaries.MEAL_STATUS_CANARY, canaries.DISABILITY_CANARY,
                canaries.SOCIAL_SECURITY_CANARY, canaries.NOTES_CANARY,
            )
        )  # fmt: skip
        source = (ALDER_CREEK_SLUG, "students", PERIOD)
        self._truth.add_record(source, self._students.path, row, local_id, child.person)
        for spell in student.enrollments:
            self._write_year(local_id, spell)
        if student.enrollments:
            self._write_autumn_absence(local_id, student.enrollments[-1])
        for score in student.scores:
            level = next(name for floor, name in LEVELS if score.standing >= floor)
            self._tests.add(
                (
                    local_id, "State Assessment", "ELA" if score.subject == "reading" else "MATH",
                    GRADES[score.grade], format_school_year(score.year), format_us_date(score.day),
                    compute_scale_score(score.standing), level, "Y" if score.standing >= 0 else "N",
                )
            )  # fmt: skip
        if graduation := student.graduation:
            self._cohorts.add(
                (
                    local_id,
                    graduation.cohort,
                    graduation.school.number,
                    "Yes" if graduation.day else "No",
                    format_us_date(graduation.day),
                )
            )

    def _write_year(self, local_id: str, spell: EnrollmentSpell) -> None:
        self._enrollment.add(
            (
                local_id, format_school_year(spell.year), spell.school.number, spell.school.name,
                GRADES[spell.grade], format_us_date(spell.entry), format_us_date(spell.exit),
                EXITS[spell.exit_type], spell.days,
            )
        )  # fmt: skip
        self._attendance.add(
            (
                local_id, f"{spell.year - 1}/{spell.year}", spell.school.number,
                spell.school.name, spell.days, spell.absent,
            )
        )  # fmt: skip

    def _write_autumn_absence(self, local_id: str, last_spell: EnrollmentSpell) -> None:
        """Write the first weeks of the current year for some classes, at last year's rate of
        absence.
        """
        is_in_sample = (
            last_spell.year == LAST_YEAR
            and last_spell.grade in AUTUMN_CLASSES
            and not last_spell.exit_type
        )
        if is_in_sample and self._of_autumn < AUTUMN_CHILDREN:
            self._of_autumn += 1
            absent = round(last_spell.absent * AUTUMN_DAYS / last_spell.days)
            self._autumn.add((local_id, format_school_year(AUTUMN_YEAR), AUTUMN_DAYS, absent))

    def close(self) -> list[PlannedDelivery]:
        """Finish the files, and return the deliveries."""
        feeds = {
            "enrollment": self._enrollment,
            "attendance": self._attendance,
            "state-tests": self._tests,
            "graduation": self._cohorts,
        }
        for sheet in (self._students, *feeds.values(), self._autumn):
            sheet.close()
        return [
            plan_delivery(
                ALDER_CREEK_SLUG, AGREEMENT, "students", PERIOD, self._students.path,
                expect="refused_columns",
                note="Meal status, disability, SSN and notes stand in no agreement.",
            ),
            *(plan_delivery(ALDER_CREEK_SLUG, AGREEMENT, feed, PERIOD, sheet.path) for feed,
            sheet in feeds.items()),
            plan_delivery(
                ALDER_CREEK_SLUG, CONSENT_AGREEMENT, AUTUMN_FEED, format_school_year(AUTUMN_YEAR),
                self._autumn.path,
                note="Rows go on only of children whose families agreed.",
            ),
        ]  # fmt: skip
