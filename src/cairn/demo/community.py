"""Generate River County from a seed, family by family, and write the partners' files.

Memory does not grow with the number of children: a family is drawn, passed to every source that
knows its children, and dropped. The same seed and number make the same bytes.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from cairn.demo.planned_deliveries import Community, PlannedDelivery
from cairn.demo.population import households, pathways
from cairn.demo.population.households import LAST_YEAR, Household, SimulatedChild
from cairn.demo.population.pathways import DistrictStudent
from cairn.demo.sources import ground_truth, recording_errors
from cairn.demo.sources.alder_creek import AlderCreekFiles
from cairn.demo.sources.birchwood import BirchwoodFiles
from cairn.demo.sources.ground_truth import GroundTruth
from cairn.demo.sources.postsecondary_files import CollegeEnrollmentFile, WorkforceFile
from cairn.demo.sources.program_files import ProgramFiles
from cairn.demo.sources.readiness_screening import ReadinessFiles
from cairn.demo.sources.stony_ford import StonyFordFiles

GenerationProgress = Callable[[str, int, int], None]
REPORT_EVERY = 500


def generate_community(
    folder: Path,
    *,
    people: int = 20_000,
    seed: int = 2026,
    progress: GenerationProgress | None = None,
) -> Community:
    """Generate the community of `people` children in `folder`; existing files there are replaced.

    Args:
        folder: where the deliveries and the ground truth go.
        people: how many children, at least 1.
        seed: the seed of all random draws.
        progress: called now and then with ("children", children made, people).
    Returns:
        The community: its folder, its deliveries and the folder of the ground truth.
    Raises:
        ValueError: `people` is below one.
    """
    if people < 1:
        raise ValueError("A community needs at least one child: give --people 1 or more.")
    truth = GroundTruth(folder / "truth")
    sources = _DataSources(folder / "deliveries", truth)
    child_count = 0
    for number, (household, rng) in enumerate(households.generate_households(people, seed)):
        for child in household.children:
            truth.add_person(child, household, number)
            sources.add_child(child, household, rng)
        count_before, child_count = child_count, child_count + len(household.children)
        if progress and (
            child_count // REPORT_EVERY > count_before // REPORT_EVERY or child_count == people
        ):
            progress("children", child_count, people)
    deliveries = sources.close()
    truth.close()
    return Community(folder=folder, deliveries=tuple(deliveries), truth=truth.folder)


class _DataSources:
    """Pass each child to every organization that keeps records of the county's children."""

    def __init__(self, deliveries: Path, truth: GroundTruth) -> None:
        self._truth = truth
        districts = (AlderCreekFiles(deliveries, truth), BirchwoodFiles(deliveries, truth),
                     StonyFordFiles(deliveries, truth))  # fmt: skip
        self._districts = {district.slug: district for district in districts}
        self._students: Counter[str] = Counter()
        self._readiness = ReadinessFiles(deliveries, truth)
        self._programs = ProgramFiles(deliveries, truth)
        self._college = CollegeEnrollmentFile(deliveries, truth)
        self._work = WorkforceFile(deliveries, truth)

    def add_child(self, child: SimulatedChild, household: Household, rng: Random) -> None:
        """Pass one child to every source that knows them."""
        career = pathways.draw_school_career(child, household, rng)
        state_id = recording_errors.make_state_id(child.person)
        local_ids = {}
        for student in career.students:
            district_slug = student.district.slug
            self._students[district_slug] += 1
            local_ids[district_slug] = self._districts[district_slug].make_student_number(
                self._students[district_slug]
            )
            recorded = recording_errors.record_child(child, recording_errors.OFFICE_ERRORS, rng)
            self._districts[district_slug].add_student(
                student,
                recorded,
                local_ids[district_slug],
                recording_errors.record_state_id(state_id, rng),
            )
        if career.readiness:
            local_id = local_ids[career.readiness[1].district.slug]
            self._readiness.add_screening(
                career.readiness, local_id, recording_errors.record_state_id(state_id, rng), rng
            )
        ground_truth.count_school_outcomes(self._truth, career, household)
        self._programs.add_child(child, household, career.students, local_ids, rng)
        self._add_after_graduation(career.students, household, state_id, rng)

    def _add_after_graduation(
        self, students: Sequence[DistrictStudent], household: Household, state_id: str, rng: Random
    ) -> None:
        for student in students:
            if graduation := student.graduation:
                tilt = student.district.tilt + graduation.school.tilt
                college_years = (
                    pathways.draw_college_years(student.child, household, tilt, rng)
                    if graduation.day
                    else []
                )
                self._college.add_graduate(student.child, graduation, state_id, college_years, rng)
                ground_truth.count_college_outcomes(
                    self._truth, student, graduation, college_years, LAST_YEAR
                )
                employment = pathways.draw_employment(student.child, household, rng)
                self._work.add_employment(student.child, employment, rng)
                ground_truth.count_employment_outcomes(self._truth, student, employment)

    def close(self) -> list[PlannedDelivery]:
        """Finish every file, and return the deliveries in the order in which they arrive."""
        return [
            delivery
            for source in (
                *self._districts.values(), self._readiness, self._college, self._work,
                self._programs,
            )
            for delivery in source.close()
        ]  # fmt: skip
