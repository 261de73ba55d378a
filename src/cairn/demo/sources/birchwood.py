"""Write the Excel workbooks of Birchwood Public Schools: Excel dates, codes spelled out."""

from pathlib import Path

from cairn.demo.planned_deliveries import PlannedDelivery, plan_delivery
from cairn.demo.population.pathways import DistrictStudent, EnrollmentSpell, compute_scale_score
from cairn.demo.sources.ground_truth import GroundTruth
from cairn.demo.sources.recording_errors import RecordedChild
from cairn.demo.sources.sheet_writers import PartnerWorkbook

BIRCHWOOD_SLUG, AGREEMENT, PERIOD = "birchwood-sd", "RC-DSA-02", "2021-26"
GENDERS = {"F": "Female", "M": "Male", "X": "Non-binary"}

RACES = {
    "white": "White (not Hispanic)", "black": "Black (not Hispanic)", "hispanic": "Hispanic",
    "asian": "Asian", "american_indian": "Native American", "pacific_islander": "Pacific Islander",
    "two_or_more": "Multiracial",
}  # fmt: skip

EXITS = {
    "": None, "transferred": "Transfer", "graduated": "Graduated", "completed": "Completer",
    "dropped_out": "Withdrawn",
}  # fmt: skip

TRANSFER_NOTES = (
    EXITS["transferred"],
    "Moved in with her grandmother in Stony Ford after the fire on Mill Street",
    "Mrs. Okafor called on 3/14: new job, the family leaves the county, phone 555-0142",
    "No reason was given, and nobody could be reached at home",
)
"""The reason why a child went to another school, as the office wrote it down."""

LEVELS = ((0.75, "Exceeds"), (0.0, "Meets"), (-0.8, "Approaching"), (-99.0, "Below"))

STUDENTS = (
    "ID", "SSID", "Student Last", "Student First", "Student Middle", "Suffix", "DOB", "Sex",
    "Ethnicity", "Language at home", "Address", "Town", "Postal", "Guardian 1", "Home phone",
)  # fmt: skip

ENROLLMENT = (
    "ID", "SY", "Campus", "Campus name", "Gr", "Start", "End", "Reason left", "Member days",
)  # fmt: skip

ATTENDANCE = ("ID", "SY", "Campus", "Member days", "Days missed")
TESTS = ("ID", "SY", "Test", "Content", "Gr", "Tested on", "Score", "Result", "On grade level?")
GRADUATES = ("ID", "Class of", "Campus", "Diploma?", "Diploma date")


class BirchwoodFiles:
    """Write the five workbooks of the district."""

    slug = BIRCHWOOD_SLUG

    def __init__(self, deliveries: Path, truth: GroundTruth) -> None:
        folder = deliveries / BIRCHWOOD_SLUG
        self._truth = truth
        self._transferred = 0
        self._students = PartnerWorkbook(folder / "Students.xlsx", STUDENTS, sheet="Students")
        self._enrollment = PartnerWorkbook(
            folder / "Enrollment 2022-2026.xlsx",
            ENROLLMENT,
            sheet="Enrollment",
            preface=(("Birchwood Public Schools",), ("Enrollment by school year",), ()),
        )
        self._attendance = PartnerWorkbook(folder / "Attendance.xlsx", ATTENDANCE, sheet="Totals")
        self._tests = PartnerWorkbook(folder / "State tests.xlsx", TESTS, sheet="Results")
        self._graduates = PartnerWorkbook(folder / "Class lists.xlsx", GRADUATES, sheet="Classes")

    def make_student_number(self, count: int) -> str:
        """Make the district's own student number for its `count`-th student."""
        return f"B{count * 3 + 10_000:06}"

    def add_student(
        self, student: DistrictStudent, recorded: RecordedChild, local_id: str, state_id: str
    ) -> None:
        """Write everything that the district keeps about one student."""
        child, household, home = student.child, student.household, student.home
        row = self._students.add(
            (
                local_id, state_id, recorded.family, recorded.given, recorded.middle,
                recorded.suffix,
                recorded.birth, GENDERS[child.gender], RACES[household.group], household.language,
                home.street, home.city, home.postal, household.guardian, household.phone,
            )
        )  # fmt: skip
        source = (BIRCHWOOD_SLUG, "students", PERIOD)
        self._truth.add_record(source, self._students.path, row, local_id, child.person)
        for spell in student.enrollments:
            self._write_year(local_id, spell)
        for score in student.scores:
            level = next(name for floor, name in LEVELS if score.standing >= floor)
            self._tests.add(
                (
                    local_id, score.year, "State test",
                    "Reading" if score.subject == "reading" else "Mathematics", score.grade,
                    score.day, compute_scale_score(score.standing), level,
                    "yes" if score.standing >= 0 else "no",
                )
            )  # fmt: skip
        if graduation := student.graduation:
            diploma = "Y" if graduation.day else "N"
            self._graduates.add(
                (local_id, graduation.cohort, graduation.school.number, diploma, graduation.day)
            )

    def _write_year(self, local_id: str, spell: EnrollmentSpell) -> None:
        reason = EXITS[spell.exit_type]
        if spell.exit_type == "transferred":
            reason = TRANSFER_NOTES[self._transferred % len(TRANSFER_NOTES)]
            self._transferred += 1
        self._enrollment.add(
            (
                local_id, spell.year, spell.school.number, spell.school.name, spell.grade or "K",
                spell.entry, spell.exit, reason, spell.days,
            )
        )  # fmt: skip
        self._attendance.add((local_id, spell.year, spell.school.number, spell.days, spell.absent))

    def close(self) -> list[PlannedDelivery]:
        """Finish the workbooks, and return the deliveries."""
        feeds = {
            "students": self._students,
            "enrollment": self._enrollment,
            "attendance": self._attendance,
            "state-tests": self._tests,
            "graduation": self._graduates,
        }
        for sheet in feeds.values():
            sheet.close()
        return [
            plan_delivery(BIRCHWOOD_SLUG, AGREEMENT, feed, PERIOD, sheet.path)
            for feed, sheet in feeds.items()
        ]
