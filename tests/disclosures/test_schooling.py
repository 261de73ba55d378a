"""“May I?” of children whom an agreement means by school, grade or days."""

from collections.abc import Iterator
from datetime import date

import pytest

from cairn.disclosures import schooling
from cairn.rules.people import PersonFact
from cairn.rules.population import Enrollment, Place, Population, place
from cairn.warehouse.meant import Known

ON = date(2026, 10, 1)
THIRD = Enrollment("s1", "3", "", "2026-27", date(2026, 8, 20), date(2027, 6, 1))
CLUB = Enrollment(program="tutors", starts=date(2026, 9, 1))
GRADE_3 = Population(grades=frozenset({"3"}))  # type: ignore[arg-type]


def stands(known: Known, year: str = "") -> Place:
    child = PersonFact("c1", enrollments=(CLUB, Enrollment()))
    whole = schooling.joined(child, known, year, ON)
    assert CLUB in (whole.enrollments or ())
    return place(GRADE_3, whole.birth_date, whole.enrollments)


@pytest.mark.parametrize(
    ("enrollments", "year", "where"),
    [
        ((THIRD,), "", Place.INSIDE),
        ((THIRD,), "2026-27", Place.INSIDE),
        ((Enrollment(grade="4", school_year="2026-27"),), "", Place.OUTSIDE),
        ((THIRD,), "2025-26", Place.UNKNOWN),
        ((Enrollment(grade="3", school_year="2025-26"),), "", Place.UNKNOWN),
        ((Enrollment(grade="3"),), "", Place.UNKNOWN),
        ((Enrollment(grade="3", starts=ON, ends=ON),), "", Place.INSIDE),
        ((Enrollment(grade="3", starts=ON, ends=date(2028, 1, 1)),), "", Place.UNKNOWN),
        ((Enrollment(program="river"),), "", Place.UNKNOWN),
        (None, "", Place.UNKNOWN),
    ],
)
def test_a_grade_is_that_of_the_year_whose_data_are_used(
    enrollments: tuple[Enrollment, ...] | None, year: str, where: Place
) -> None:
    assert stands(Known(None, enrollments), year) is where


def test_a_birth_date_on_record_is_not_overruled() -> None:
    child, row = PersonFact("c1", date(2016, 5, 4)), Known(date(2010, 1, 1))
    assert schooling.joined(child, row, "", ON).birth_date == date(2016, 5, 4)
    unsaid = PersonFact("c1")
    assert schooling.joined(unsaid, row, "", ON).birth_date == date(2010, 1, 1)


@pytest.fixture
def nobody_tells() -> Iterator[None]:
    kept = list(schooling._TELLS)
    schooling._TELLS.clear()
    yield
    schooling._TELLS[:] = kept


def test_where_nobody_tells_nothing_is_known(nobody_tells: None) -> None:
    assert schooling.told({"c1": "river"}) == {}
