"""Write the kindergarten-readiness screening: an export of four years, and a flawed one.

The layout is that of the Kindergarten Readiness Assessment's export: a byte-order mark, padded
values, five headers without a name at the end. The flaws are those of a screening export on a bad
day; good rows must survive, and each flaw names what Cairn should find.
"""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from random import Random

from cairn.demo.planned_deliveries import PlannedDelivery, plan_delivery
from cairn.demo.population.geography import CountySchool
from cairn.demo.population.households import LAST_YEAR
from cairn.demo.population.pathways import DistrictStudent
from cairn.demo.population.school_calendar import format_us_date
from cairn.demo.sources.ground_truth import GroundTruth
from cairn.demo.sources.recording_errors import TESTING_ERRORS, record_child
from cairn.demo.sources.sheet_writers import DelimitedWriter

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


class ReadinessFiles:
    """Write the two exports of the screening."""

    def __init__(self, deliveries: Path, truth: GroundTruth) -> None:
        folder = deliveries / SLUG
        self._truth = truth
        self._earlier = DelimitedWriter(folder / "KRA_2021-2024.csv", HEADER, encoding="utf-8-sig")
        self._latest = DelimitedWriter(folder / "KRA_2025.csv", HEADER, encoding="utf-8-sig")
        self._flaws = DelimitedWriter(truth.folder / "flaws.csv", ("file", "row", "flaw"))
        self._results = 0

    def add_screening(
        self,
        screened: tuple[int, DistrictStudent, CountySchool, float],
        local_id: str,
        state_id: str,
        rng: Random,
    ) -> None:
        """Write the screening of one child."""
        year, student, school, margin = screened
        self._results += 1
        row = self._build_row(year, student, school, margin, local_id, state_id, rng)
        latest = year == LAST_YEAR
        sheet, period = (self._latest, "2025-26") if latest else (self._earlier, "2021-25")
        flaw, rows = introduce_flaw(row, rng) if latest else ("", [row])
        for flawed_row in rows:
            line_number = sheet.add(flawed_row)
            source = (SLUG, FEED, period)
            self._truth.add_record(source, sheet.path, line_number, local_id, student.child.person)
            if flaw:
                self._flaws.add((sheet.path.name, line_number, flaw))

    def _build_row(
        self,
        year: int,
        student: DistrictStudent,
        school: CountySchool,
        margin: float,
        local_id: str,
        state_id: str,
        rng: Random,
    ) -> list[object]:
        recorded = record_child(student.child, TESTING_ERRORS, rng)
        score = max(202, min(298, round(269.5 + 14 * margin + (0.5 if margin > 0 else -0.5))))
        level = next(name for floor, name in LEVELS if score >= floor)
        parts = [max(202, min(298, score + rng.randrange(-12, 13))) for _ in range(4)]
        return [
            year, student.district.number, school.number, "KRA  ", local_id, state_id,
            recorded.given, recorded.family, recorded.middle, format_us_date(recorded.birth), 0,
            format_us_date(date(year - 1, 9, rng.randrange(2, 27))), year - 1, score, level,
            "Complete",
            *parts, f"K{self._results:07}", "", "", "", "",
        ]  # fmt: skip

    def close(self) -> list[PlannedDelivery]:
        """Finish the exports, and return the deliveries."""
        for sheet in (self._earlier, self._latest, self._flaws):
            sheet.close()
        return [
            plan_delivery(SLUG, AGREEMENT, FEED, "2021-25", self._earlier.path),
            plan_delivery(
                SLUG, AGREEMENT, FEED, "2025-26", self._latest.path, expect="flawed",
                note="Impossible dates, unknown levels, rows cut short: good rows are kept.",
            ),
        ]  # fmt: skip


ScreeningRow = list[object]
FLAW_SHARE = 0.06

COLUMN_INDEXES: Mapping[str, int] = {
    "local_id": 4, "state_id": 5, "first": 6, "last": 7, "born": 9, "taken": 11, "score": 13,
    "level": 14,
}  # fmt: skip


def _make_replacement(column: str, value: object) -> Callable[[ScreeningRow], list[ScreeningRow]]:
    def change(row: ScreeningRow) -> list[ScreeningRow]:
        changed = list(row)
        changed[COLUMN_INDEXES[column]] = value
        return [changed]

    return change


def _remove_identifiers(row: ScreeningRow) -> list[ScreeningRow]:
    """Remove ids and names, so that the score belongs to no child."""
    changed = list(row)
    for column in ("local_id", "state_id", "first", "last", "born"):
        changed[COLUMN_INDEXES[column]] = ""
    return [changed]


def _repeat_result_number(row: ScreeningRow) -> list[ScreeningRow]:
    """Use the same result number on two different rows."""
    other = list(row)
    other[COLUMN_INDEXES["score"]] = 200
    return [row, other]


FLAWS: Mapping[str, Callable[[ScreeningRow], list[ScreeningRow]]] = {
    "a birth date that does not exist": _make_replacement("born", "2/30/2020"),
    "a birth date in month 13": _make_replacement("born", "13/45/2019"),
    "a birth date in the future": _make_replacement("born", "7/4/2919"),
    "a test date that does not exist": _make_replacement("taken", "9/31/2025"),
    "a level nobody defined": _make_replacement("level", "Level 9"),
    "a score that is no number": _make_replacement("score", "see paper form"),
    "a row about nobody": _remove_identifiers,
    "a result number used twice": _repeat_result_number,
    "a row cut short": lambda row: [row[:9]],
    "a row with too many cells": lambda row: [[*row, "moved?", "ask Ms. R.", "x"]],
}


def introduce_flaw(row: ScreeningRow, rng: Random) -> tuple[str, list[ScreeningRow]]:
    """Return the name of a flaw and the rows with it; "" and the row itself for most rows."""
    if rng.random() >= FLAW_SHARE:
        return "", [row]
    flaw = rng.choice(list(FLAWS))
    return flaw, FLAWS[flaw](row)
