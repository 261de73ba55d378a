"""Write the files of Stony Ford Unified: a OneRoster zip, and attendance as totals or events.

Until 2022-23 it has yearly totals. Since 2023-24, with a new system, it sends exceptions only (no
row means present) with a calendar of instructional days.
"""

from bisect import bisect_left, bisect_right
from pathlib import Path
from random import Random

from cairn.demo.planned_deliveries import PlannedDelivery, plan_delivery
from cairn.demo.population.geography import load_county
from cairn.demo.population.pathways import DistrictStudent, EnrollmentSpell, compute_scale_score
from cairn.demo.population.school_calendar import format_school_year, list_instructional_days
from cairn.demo.sources.ground_truth import GroundTruth
from cairn.demo.sources.one_roster import GRADES, OneRosterWriter
from cairn.demo.sources.recording_errors import RecordedChild
from cairn.demo.sources.sheet_writers import DelimitedWriter

STONY_FORD_SLUG, AGREEMENT, PERIOD = "stony-ford-sd", "RC-DSA-03", "2021-26"
YEARS = range(2022, 2027)
FIRST_EVENT_YEAR = 2024
ABSENCES = ("EXC", "UNX", "SUS")
ABSENCE_WEIGHTS = (58, 39, 3)
TARDY_SHARE = 0.93  # of the exceptions that are not absences; the rest are partial days
LEVELS = ((0.75, "L4"), (0.0, "L3"), (-0.8, "L2"), (-99.0, "L1"))
EVENTS = ("student_sourced_id", "school", "school_year", "event_date", "code", "portion")
TOTALS = ("student_sourced_id", "school", "school_year", "enrolled_days", "absent_days")
CALENDAR = ("school", "school_name", "school_year", "instructional_days")

TESTS = (
    "student_sourced_id", "test_name", "subject", "grade", "school_year", "test_date", "scale",
    "level",
)  # fmt: skip

COHORTS = ("student_sourced_id", "cohort", "school", "outcome", "diploma_date")


class StonyFordFiles:
    """Write the roster zip and the files beside it."""

    slug = STONY_FORD_SLUG

    def __init__(self, deliveries: Path, truth: GroundTruth) -> None:
        folder = deliveries / STONY_FORD_SLUG
        self._truth = truth
        self._district = next(d for d in load_county().districts if d.slug == STONY_FORD_SLUG)
        self._roster = OneRosterWriter(folder / "oneroster.zip", self._district, YEARS)
        self._events = DelimitedWriter(folder / "attendance_events.csv", EVENTS, newline="\n")
        self._totals = DelimitedWriter(folder / "attendance_before_2023.csv", TOTALS, newline="\n")
        self._calendar = DelimitedWriter(folder / "calendar.csv", CALENDAR, newline="\n")
        self._tests = DelimitedWriter(
            folder / "assessments.tsv", TESTS, delimiter="\t", newline="\n"
        )
        self._cohorts = DelimitedWriter(folder / "cohorts.csv", COHORTS, newline="\n")
        for year in YEARS:
            for school in self._district.schools.values():
                days = self._district.days
                self._calendar.add((school.number, school.name, format_school_year(year), days))

    def make_student_number(self, count: int) -> str:
        """Make the district's own student number for its `count`-th student."""
        return f"sf-{count * 11 + 70_000:07}"

    def add_student(
        self, student: DistrictStudent, recorded: RecordedChild, local_id: str, state_id: str
    ) -> None:
        """Write everything that the district keeps about one student."""
        row = self._roster.add_student(local_id, state_id, student, recorded)
        source = (STONY_FORD_SLUG, "students", PERIOD)
        self._truth.add_record(source, self._roster.path, row, local_id, student.child.person)
        for spell in student.enrollments:
            self._roster.add_enrollment(local_id, spell)
            if spell.year < FIRST_EVENT_YEAR:
                place = (spell.school.number, format_school_year(spell.year))
                self._totals.add((local_id, *place, spell.days, spell.absent))
            else:
                self._write_attendance_events(local_id, spell, student.rng)
        for score in student.scores:
            level = next(name for floor, name in LEVELS if score.standing >= floor)
            self._tests.add(
                (
                    local_id, "State Assessment", score.subject, GRADES[score.grade],
                    format_school_year(score.year), score.day,
                    compute_scale_score(score.standing), level,
                )
            )  # fmt: skip
        if graduation := student.graduation:
            outcome = "graduated" if graduation.day else "not graduated"
            self._cohorts.add(
                (local_id, graduation.cohort, graduation.school.number, outcome, graduation.day)
            )

    def _write_attendance_events(self, local_id: str, spell: EnrollmentSpell, rng: Random) -> None:
        """Write absences, and the tardy and partial days that are not absences."""
        days = list_instructional_days(spell.year, self._district.days)
        first, last = bisect_left(days, spell.entry), bisect_right(days, spell.exit)
        late_days = min(spell.days - spell.absent, int(rng.expovariate(0.4)))
        event_days = rng.sample(range(first, last), spell.absent + late_days)
        codes = rng.choices(ABSENCES, ABSENCE_WEIGHTS, k=spell.absent)
        codes += ["TDY" if rng.random() < TARDY_SHARE else "PAR" for _ in range(late_days)]
        add_event, school, year = (
            self._events.add,
            spell.school.number,
            format_school_year(spell.year),
        )
        for day, code in sorted(zip(event_days, codes, strict=True)):
            add_event((local_id, school, year, days[day], code, "0.5" if code == "PAR" else "1"))

    def close(self) -> list[PlannedDelivery]:
        """Finish the files, and return the deliveries. The zip holds two feeds."""
        self._roster.close()
        feeds = {
            "calendar": self._calendar,
            "attendance-events": self._events,
            "attendance-totals": self._totals,
            "state-tests": self._tests,
            "graduation": self._cohorts,
        }
        periods = {"attendance-events": "2023-26", "attendance-totals": "2021-23"}
        for sheet in feeds.values():
            sheet.close()
        return [
            plan_delivery(STONY_FORD_SLUG, AGREEMENT, "students", PERIOD, self._roster.path),
            plan_delivery(STONY_FORD_SLUG, AGREEMENT, "enrollment", PERIOD, self._roster.path),
            *(
                plan_delivery(
                    STONY_FORD_SLUG, AGREEMENT, feed, periods.get(feed, PERIOD), sheet.path
                )
                for feed, sheet in feeds.items()
            ),
        ]
