"""The college-enrollment return and the workforce list.

The college return has the columns of a StudentTracker detail file. That layout has no birth
date: the county sends it along in the field that comes back unchanged.
"""

from pathlib import Path
from random import Random

from cairn.demo import canaries
from cairn.demo.college import COLLEGES, Job, Term
from cairn.demo.delimited import Delimited
from cairn.demo.households import Child
from cairn.demo.planned import PlannedDelivery, plan
from cairn.demo.schooling import Leaving
from cairn.demo.truth import Truth
from cairn.demo.writing import AGENCY, OFFICE, Written, plain, write

COLLEGE_SLUG, COLLEGE_AGREEMENT = "river-county-college-access", "RC-DSA-05"
WORK_SLUG, WORK_AGREEMENT = "tri-rivers-workforce-board", "RC-DSA-06"
RETURN = (
    "Your Unique Identifier", "First Name", "Middle Initial", "Last Name", "Name Suffix",
    "Requester Return Field", "Record Found Y/N", "High School Code", "High School Grad Date",
    "College Code/Branch", "College Name", "College State", "2-year / 4-year",
    "Public / Private", "Enrollment Begin", "Enrollment End", "Enrollment Status",
    "Graduated?", "Graduation Date", "Degree Title", "Major", "College Sequence",
    "Program Code",
)  # fmt: skip
WORK = ("CLIENT NAME", "BIRTH DT", "YR", "QTR", "EMPLOYED", "GROSS WAGES")


class CollegeReturn:
    """What came back for the county's graduates."""

    def __init__(self, deliveries: Path, truth: Truth) -> None:
        self._truth = truth
        self._sheet = Delimited(deliveries / COLLEGE_SLUG / "studenttracker_detail.csv", RETURN)

    def take(
        self, child: Child, leaving: Leaving, number: str, terms: list[Term], rng: Random
    ) -> None:
        """Write a graduate's academic years, or one line that nothing was found."""
        if leaving.day is None:
            return
        written = write(child, OFFICE, rng)
        born = written.birth.strftime("%Y%m%d") if written.birth else ""
        head = (
            number, plain(written.given).upper(), written.middle[:1], plain(written.family).upper(),
            written.suffix.upper(), born, "Y" if terms else "N", leaving.school.number,
            leaving.day.strftime("%Y%m%d"),
        )  # fmt: skip
        if not terms:
            self._add((*head, *[""] * 14), number, child.person)
        for term in terms:
            self._add((*head, *_term(term)), number, child.person)

    def _add(self, row: tuple[object, ...], number: str, person: str) -> None:
        line = self._sheet.add(row)
        source = (COLLEGE_SLUG, "college-enrollment", "2026")
        self._truth.record(source, self._sheet.path, line, number, person)

    def close(self) -> list[PlannedDelivery]:
        """Finish the file; returns the delivery."""
        self._sheet.close()
        feed = "college-enrollment"
        return [plan(COLLEGE_SLUG, COLLEGE_AGREEMENT, feed, "2026", self._sheet.path)]


def _term(term: Term) -> tuple[object, ...]:
    name, years, control = COLLEGES[term.college]
    ended = term.end.strftime("%Y%m%d")
    return (
        f"00{9000 + term.college}-00", name, "RV", years, control,
        term.begin.strftime("%Y%m%d"), ended, "F", "Y" if term.degree else "N",
        ended if term.degree else "", term.degree, "", "1", "",
    )  # fmt: skip


class WorkforceList:
    """Who worked in the fourth quarter of a year. The wage column stands in no agreement."""

    def __init__(self, deliveries: Path, truth: Truth) -> None:
        self._truth = truth
        self._sheet = Delimited(
            deliveries / WORK_SLUG / "youth_employment.txt", WORK, delimiter="|"
        )

    def take(self, child: Child, jobs: list[Job], rng: Random) -> None:
        """Write one line a year."""
        if not jobs:
            return
        written = write(child, AGENCY, rng)
        name = _one_line(written)
        born = written.birth.isoformat() if written.birth else ""
        source = (WORK_SLUG, "employment", "2023-25")
        for job in jobs:
            row = (name, born, job.year, 4, "Y" if job.employed else "N", canaries.WAGE)
            line = self._sheet.add(row)
            self._truth.record(source, self._sheet.path, line, "", child.person)

    def close(self) -> list[PlannedDelivery]:
        """Finish the file; returns the delivery."""
        self._sheet.close()
        return [
            plan(
                WORK_SLUG, WORK_AGREEMENT, "employment", "2023-25", self._sheet.path,
                expect="refused_columns", note="Wages stand in no agreement.",
            )
        ]  # fmt: skip


def _one_line(written: Written) -> str:
    family = f"{written.family} {written.suffix}".strip()
    return f"{family}, {written.given} {written.middle[:1]}".strip().upper()
