"""Stony Ford Unified sends a OneRoster zip, and attendance as events since its new system came.

Until 2022-23 it has yearly totals; since 2023-24 it sends exceptions only (no row means
present) with a calendar of instructional days.
"""

from bisect import bisect_left, bisect_right
from pathlib import Path
from random import Random

from cairn.demo.calendar import instructional_days, school_year
from cairn.demo.delimited import Delimited
from cairn.demo.one_roster import GRADES, OneRoster
from cairn.demo.places import county
from cairn.demo.planned import PlannedDelivery, plan
from cairn.demo.schooling import Pupil, Stint, scale_score
from cairn.demo.truth import Truth
from cairn.demo.writing import Written

SLUG, AGREEMENT, PERIOD = "stony-ford-sd", "RC-DSA-03", "2021-26"
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


class StonyFord:
    """The roster zip and the files beside it."""

    slug = SLUG

    def __init__(self, deliveries: Path, truth: Truth) -> None:
        folder = deliveries / SLUG
        self._truth = truth
        self._district = next(d for d in county().districts if d.slug == SLUG)
        self._roster = OneRoster(folder / "oneroster.zip", self._district, YEARS)
        self._events = Delimited(folder / "attendance_events.csv", EVENTS, newline="\n")
        self._totals = Delimited(folder / "attendance_before_2023.csv", TOTALS, newline="\n")
        self._calendar = Delimited(folder / "calendar.csv", CALENDAR, newline="\n")
        self._tests = Delimited(folder / "assessments.tsv", TESTS, delimiter="\t", newline="\n")
        self._cohorts = Delimited(folder / "cohorts.csv", COHORTS, newline="\n")
        for year in YEARS:
            for school in self._district.schools.values():
                days = self._district.days
                self._calendar.add((school.number, school.name, school_year(year), days))

    def number(self, count: int) -> str:
        """The district's own student number for its `count`-th student."""
        return f"sf-{count * 11 + 70_000:07}"

    def take(self, pupil: Pupil, written: Written, local_id: str, state_id: str) -> None:
        """Write everything the district keeps about one student."""
        row = self._roster.student(local_id, state_id, pupil, written)
        source = (SLUG, "students", PERIOD)
        self._truth.record(source, self._roster.path, row, local_id, pupil.child.person)
        for stint in pupil.stints:
            self._roster.enroll(local_id, stint)
            if stint.year < FIRST_EVENT_YEAR:
                place = (stint.school.number, school_year(stint.year))
                self._totals.add((local_id, *place, stint.days, stint.absent))
            else:
                self._exceptions(local_id, stint, pupil.luck)
        for score in pupil.scores:
            level = next(name for floor, name in LEVELS if score.standing >= floor)
            self._tests.add(
                (
                    local_id, "State Assessment", score.subject, GRADES[score.grade],
                    school_year(score.year), score.day, scale_score(score.standing), level,
                )
            )  # fmt: skip
        if leaving := pupil.leaving:
            outcome = "graduated" if leaving.day else "not graduated"
            self._cohorts.add(
                (local_id, leaving.cohort, leaving.school.number, outcome, leaving.day)
            )

    def _exceptions(self, local_id: str, stint: Stint, rng: Random) -> None:
        """Absences, and the tardy and partial days that are not absences."""
        days = instructional_days(stint.year, self._district.days)
        first, last = bisect_left(days, stint.entry), bisect_right(days, stint.exit)
        late = min(stint.days - stint.absent, int(rng.expovariate(0.4)))
        chosen = rng.sample(range(first, last), stint.absent + late)
        codes = rng.choices(ABSENCES, ABSENCE_WEIGHTS, k=stint.absent)
        codes += ["TDY" if rng.random() < TARDY_SHARE else "PAR" for _ in range(late)]
        add, school, year = self._events.add, stint.school.number, school_year(stint.year)
        for day, code in sorted(zip(chosen, codes, strict=True)):
            add((local_id, school, year, days[day], code, "0.5" if code == "PAR" else "1"))

    def close(self) -> list[PlannedDelivery]:
        """Finish the files; returns the deliveries. The zip holds two feeds."""
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
            plan(SLUG, AGREEMENT, "students", PERIOD, self._roster.path),
            plan(SLUG, AGREEMENT, "enrollment", PERIOD, self._roster.path),
            *(
                plan(SLUG, AGREEMENT, feed, periods.get(feed, PERIOD), sheet.path)
                for feed, sheet in feeds.items()
            ),
        ]
