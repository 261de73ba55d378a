"""“May I?” of children whom an agreement means by school, grade or days."""

from collections.abc import Iterator
from datetime import date

import pytest

from cairn.governance.consents import providers
from cairn.policy.facts.agreements.population import (
    Enrollment,
    Population,
    PopulationMatch,
    match_population,
)
from cairn.policy.facts.students.student import PersonFact
from cairn.warehouse.pipeline.row_filters import KnownStudent

ON = date(2026, 10, 1)
THIRD = Enrollment("s1", "3", "", "2026-27", date(2026, 8, 20), date(2027, 6, 1))
CLUB = Enrollment(program="tutors", starts=date(2026, 9, 1))
GRADE_3 = Population(grades=frozenset({"3"}))  # type: ignore[arg-type]


def match_provider_population(known: KnownStudent, year: str = "") -> PopulationMatch:
    child = PersonFact("c1", enrollments=(CLUB, Enrollment()))
    whole = providers.add_schooling_to_person(child, known, year, ON)
    assert CLUB in (whole.enrollments or ())
    return match_population(GRADE_3, whole.birth_date, whole.enrollments)


@pytest.mark.parametrize(
    ("enrollments", "year", "where"),
    [
        ((THIRD,), "", PopulationMatch.INSIDE),
        ((THIRD,), "2026-27", PopulationMatch.INSIDE),
        ((Enrollment(grade="4", school_year="2026-27"),), "", PopulationMatch.OUTSIDE),
        ((THIRD,), "2025-26", PopulationMatch.UNKNOWN),
        ((Enrollment(grade="3", school_year="2025-26"),), "", PopulationMatch.UNKNOWN),
        ((Enrollment(grade="3"),), "", PopulationMatch.UNKNOWN),
        ((Enrollment(grade="3", starts=ON, ends=ON),), "", PopulationMatch.INSIDE),
        ((Enrollment(grade="3", starts=ON, ends=date(2028, 1, 1)),), "", PopulationMatch.UNKNOWN),
        ((Enrollment(program="river"),), "", PopulationMatch.UNKNOWN),
        (None, "", PopulationMatch.UNKNOWN),
    ],
)
def test_a_grade_is_that_of_the_year_whose_data_are_used(
    enrollments: tuple[Enrollment, ...] | None, year: str, where: PopulationMatch
) -> None:
    assert match_provider_population(KnownStudent(None, enrollments), year) is where


def test_a_birth_date_on_record_is_not_overruled() -> None:
    child, row = PersonFact("c1", date(2016, 5, 4)), KnownStudent(date(2010, 1, 1))
    assert providers.add_schooling_to_person(child, row, "", ON).birth_date == date(2016, 5, 4)
    unsaid = PersonFact("c1")
    assert providers.add_schooling_to_person(unsaid, row, "", ON).birth_date == date(2010, 1, 1)


@pytest.fixture
def nobody_tells() -> Iterator[None]:
    kept = list(providers._SCHOOLING_PROVIDERS)
    providers._SCHOOLING_PROVIDERS.clear()
    yield
    providers._SCHOOLING_PROVIDERS[:] = kept


def test_where_nobody_tells_nothing_is_known(nobody_tells: None) -> None:
    assert providers.load_schooling({"c1": "river"}) == {}
