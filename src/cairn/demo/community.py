"""River County from a seed: children drawn family by family, deliveries written as they grow.

Memory does not grow with the number of children: a family is drawn, handed to every source
that knows its children, and forgotten. The same seed and number make the same bytes.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from cairn.demo.after_school_years import CollegeReturn, WorkforceList
from cairn.demo.alder_creek import AlderCreek
from cairn.demo.birchwood import Birchwood
from cairn.demo.college import college, work
from cairn.demo.households import LAST_YEAR, Child, Household, households
from cairn.demo.milestones import count_college, count_jobs, count_schooling
from cairn.demo.planned import Community, PlannedDelivery
from cairn.demo.programs import Programs
from cairn.demo.readiness import Readiness
from cairn.demo.schooling import Pupil, schooling
from cairn.demo.state_number import as_written, state_number
from cairn.demo.stony_ford import StonyFord
from cairn.demo.truth import Truth
from cairn.demo.writing import OFFICE, write

Progress = Callable[[str, int, int], None]
REPORT_EVERY = 500

__all__ = ["Community", "PlannedDelivery", "Progress", "generate"]


def generate(
    folder: Path, *, people: int = 20_000, seed: int = 2026, progress: Progress | None = None
) -> Community:
    """Make the community of `people` children in `folder` (files there are replaced).

    `progress` is called now and then with ("children", made, people). Raises ValueError for a
    number of people below one.
    """
    if people < 1:
        raise ValueError("A community needs at least one child: give --people 1 or more.")
    truth = Truth(folder / "truth")
    sources = _Sources(folder / "deliveries", truth)
    made = 0
    for number, (household, rng) in enumerate(households(people, seed)):
        for child in household.children:
            truth.person(child, household, number)
            sources.take(child, household, rng)
        before, made = made, made + len(household.children)
        if progress and (made // REPORT_EVERY > before // REPORT_EVERY or made == people):
            progress("children", made, people)
    deliveries = sources.close()
    truth.close()
    return Community(folder=folder, deliveries=tuple(deliveries), truth=truth.folder)


class _Sources:
    """Everybody who keeps records of the county's children."""

    def __init__(self, deliveries: Path, truth: Truth) -> None:
        self._truth = truth
        districts = (AlderCreek(deliveries, truth), Birchwood(deliveries, truth),
                     StonyFord(deliveries, truth))  # fmt: skip
        self._districts = {district.slug: district for district in districts}
        self._students: Counter[str] = Counter()
        self._readiness = Readiness(deliveries, truth)
        self._programs = Programs(deliveries, truth)
        self._college = CollegeReturn(deliveries, truth)
        self._work = WorkforceList(deliveries, truth)

    def take(self, child: Child, household: Household, rng: Random) -> None:
        """Hand one child to every source that knows her."""
        record = schooling(child, household, rng)
        state_id = state_number(child.person)
        local_ids = {}
        for pupil in record.pupils:
            slug = pupil.district.slug
            self._students[slug] += 1
            local_ids[slug] = self._districts[slug].number(self._students[slug])
            written = write(child, OFFICE, rng)
            self._districts[slug].take(pupil, written, local_ids[slug], as_written(state_id, rng))
        if record.readiness:
            local_id = local_ids[record.readiness[1].district.slug]
            self._readiness.take(record.readiness, local_id, as_written(state_id, rng), rng)
        count_schooling(self._truth, record, household)
        self._programs.take(child, household, record.pupils, local_ids, rng)
        self._later_life(record.pupils, household, state_id, rng)

    def _later_life(
        self, pupils: Sequence[Pupil], household: Household, state_id: str, rng: Random
    ) -> None:
        for pupil in pupils:
            if leaving := pupil.leaving:
                tilt = pupil.district.tilt + leaving.school.tilt
                terms = college(pupil.child, household, tilt, rng) if leaving.day else []
                self._college.take(pupil.child, leaving, state_id, terms, rng)
                count_college(self._truth, pupil, leaving, terms, LAST_YEAR)
                jobs = work(pupil.child, household, rng)
                self._work.take(pupil.child, jobs, rng)
                count_jobs(self._truth, pupil, jobs)

    def close(self) -> list[PlannedDelivery]:
        """Finish every file; returns the deliveries in the order they would arrive."""
        return [
            delivery
            for source in (
                *self._districts.values(), self._readiness, self._college, self._work,
                self._programs,
            )
            for delivery in source.close()
        ]  # fmt: skip
