"""The kindergarten-readiness screening: one export of four years, and the newest, which is flawed.

The layout is that of the Kindergarten Readiness Assessment's export: a byte-order mark, padded
values, five headers without a name at the end.
"""

from datetime import date
from pathlib import Path
from random import Random

from cairn.demo.calendar import us_date
from cairn.demo.delimited import Delimited
from cairn.demo.flaws import spoil
from cairn.demo.households import LAST_YEAR
from cairn.demo.places import School
from cairn.demo.planned import PlannedDelivery, plan
from cairn.demo.schooling import Pupil
from cairn.demo.truth import Truth
from cairn.demo.writing import TESTING, write

SLUG, AGREEMENT, FEED = "river-county-early-learning", "RC-DSA-04", "kindergarten-readiness"
LEVELS = (
    (270, "Demonstrating Readiness"), (258, "Approaching Readiness"), (0, "Emerging Readiness"),
)  # fmt: skip
HEADER = (
    "SchoolYear", "DistrictCode", "SchoolCode", "Assessment", "PS_StudentID", "StudentSUNS",
    "FirstName", "LastName", "MiddleName", "DOB", "ManuallyEntered", "DateTaken",
    "TestAdministration", "OverallScore", "PerformanceLevelDescriptor", "Status", "SFScore",
    "LLScore", "MAScore", "PDScore", "ResultID", "", "", "", "",
)  # fmt: skip


class Readiness:
    """The screening's two exports."""

    def __init__(self, deliveries: Path, truth: Truth) -> None:
        folder = deliveries / SLUG
        self._truth = truth
        self._earlier = Delimited(folder / "KRA_2021-2024.csv", HEADER, encoding="utf-8-sig")
        self._latest = Delimited(folder / "KRA_2025.csv", HEADER, encoding="utf-8-sig")
        self._flaws = Delimited(truth.folder / "flaws.csv", ("file", "row", "flaw"))
        self._results = 0

    def take(
        self,
        screened: tuple[int, Pupil, School, float],
        local_id: str,
        state_id: str,
        rng: Random,
    ) -> None:
        """Write one child's screening."""
        year, pupil, school, standing = screened
        self._results += 1
        row = self._row(year, pupil, school, standing, local_id, state_id, rng)
        latest = year == LAST_YEAR
        sheet, period = (self._latest, "2025-26") if latest else (self._earlier, "2021-25")
        flaw, rows = spoil(row, rng) if latest else ("", [row])
        for written in rows:
            line = sheet.add(written)
            source = (SLUG, FEED, period)
            self._truth.record(source, sheet.path, line, local_id, pupil.child.person)
            if flaw:
                self._flaws.add((sheet.path.name, line, flaw))

    def _row(
        self,
        year: int,
        pupil: Pupil,
        school: School,
        standing: float,
        local_id: str,
        state_id: str,
        rng: Random,
    ) -> list[object]:
        written = write(pupil.child, TESTING, rng)
        score = max(202, min(298, round(269.5 + 14 * standing + (0.5 if standing > 0 else -0.5))))
        level = next(name for floor, name in LEVELS if score >= floor)
        parts = [max(202, min(298, score + rng.randrange(-12, 13))) for _ in range(4)]
        return [
            year, pupil.district.number, school.number, "KRA  ", local_id, state_id,
            written.given, written.family, written.middle, us_date(written.birth), 0,
            us_date(date(year - 1, 9, rng.randrange(2, 27))), year - 1, score, level, "Complete",
            *parts, f"K{self._results:07}", "", "", "", "",
        ]  # fmt: skip

    def close(self) -> list[PlannedDelivery]:
        """Finish the exports; returns the deliveries."""
        for sheet in (self._earlier, self._latest, self._flaws):
            sheet.close()
        return [
            plan(SLUG, AGREEMENT, FEED, "2021-25", self._earlier.path),
            plan(
                SLUG, AGREEMENT, FEED, "2025-26", self._latest.path, expect="flawed",
                note="Impossible dates, unknown levels, rows cut short: good rows are kept.",
            ),
        ]  # fmt: skip
