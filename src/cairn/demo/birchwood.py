"""Birchwood Public Schools sends Excel workbooks, dates as Excel dates, codes spelled out."""

from pathlib import Path

from cairn.demo.excel import Workbook
from cairn.demo.planned import PlannedDelivery, plan
from cairn.demo.schooling import Pupil, Stint, scale_score
from cairn.demo.truth import Truth
from cairn.demo.writing import Written

SLUG, AGREEMENT, PERIOD = "birchwood-sd", "RC-DSA-02", "2021-26"
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
NOTES = (
    EXITS["transferred"],
    "Moved in with her grandmother in Stony Ford after the fire on Mill Street",
    "Mrs. Okafor called on 3/14: new job, the family leaves the county, phone 555-0142",
    "No reason was given, and nobody could be reached at home",
)
"""Why a child went to another school, as whoever was in the office wrote it down."""
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


class Birchwood:
    """The five workbooks of the district."""

    slug = SLUG

    def __init__(self, deliveries: Path, truth: Truth) -> None:
        folder = deliveries / SLUG
        self._truth = truth
        self._transferred = 0
        self._students = Workbook(folder / "Students.xlsx", STUDENTS, sheet="Students")
        self._enrollment = Workbook(
            folder / "Enrollment 2022-2026.xlsx",
            ENROLLMENT,
            sheet="Enrollment",
            preface=(("Birchwood Public Schools",), ("Enrollment by school year",), ()),
        )
        self._attendance = Workbook(folder / "Attendance.xlsx", ATTENDANCE, sheet="Totals")
        self._tests = Workbook(folder / "State tests.xlsx", TESTS, sheet="Results")
        self._graduates = Workbook(folder / "Class lists.xlsx", GRADUATES, sheet="Classes")

    def number(self, count: int) -> str:
        """The district's own student number for its `count`-th student."""
        return f"B{count * 3 + 10_000:06}"

    def take(self, pupil: Pupil, written: Written, local_id: str, state_id: str) -> None:
        """Write everything the district keeps about one student."""
        child, household, home = pupil.child, pupil.household, pupil.home
        row = self._students.add(
            (
                local_id, state_id, written.family, written.given, written.middle, written.suffix,
                written.birth, GENDERS[child.gender], RACES[household.group], household.language,
                home.street, home.city, home.postal, household.guardian, household.phone,
            )
        )  # fmt: skip
        source = (SLUG, "students", PERIOD)
        self._truth.record(source, self._students.path, row, local_id, child.person)
        for stint in pupil.stints:
            self._year(local_id, stint)
        for score in pupil.scores:
            level = next(name for floor, name in LEVELS if score.standing >= floor)
            self._tests.add(
                (
                    local_id, score.year, "State test",
                    "Reading" if score.subject == "reading" else "Mathematics", score.grade,
                    score.day, scale_score(score.standing), level,
                    "yes" if score.standing >= 0 else "no",
                )
            )  # fmt: skip
        if leaving := pupil.leaving:
            diploma = "Y" if leaving.day else "N"
            self._graduates.add(
                (local_id, leaving.cohort, leaving.school.number, diploma, leaving.day)
            )

    def _year(self, local_id: str, stint: Stint) -> None:
        reason = EXITS[stint.exit_type]
        if stint.exit_type == "transferred":
            reason = NOTES[self._transferred % len(NOTES)]
            self._transferred += 1
        self._enrollment.add(
            (
                local_id, stint.year, stint.school.number, stint.school.name, stint.grade or "K",
                stint.entry, stint.exit, reason, stint.days,
            )
        )  # fmt: skip
        self._attendance.add((local_id, stint.year, stint.school.number, stint.days, stint.absent))

    def close(self) -> list[PlannedDelivery]:
        """Finish the workbooks; returns the deliveries."""
        feeds = {
            "students": self._students,
            "enrollment": self._enrollment,
            "attendance": self._attendance,
            "state-tests": self._tests,
            "graduation": self._graduates,
        }
        for sheet in feeds.values():
            sheet.close()
        return [plan(SLUG, AGREEMENT, feed, PERIOD, sheet.path) for feed, sheet in feeds.items()]
