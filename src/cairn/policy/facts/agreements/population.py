"""Define which children an agreement covers: a filter of terms that Cairn applies to each child.

Every term that is given must hold. An unknown fact is never assumed: then it is unknown whether the
agreement covers the child, and unknown denies. A text that gives its population only in words has
no filter (`AgreementFact.children` is ``None``): Cairn checks nothing, and instructs the requester
to see to it (ADR 0011).
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

__all__ = [
    "NO_SCHOOL_YEARS",
    "Enrollment",
    "Enrollments",
    "GradeLevel",
    "Population",
    "PopulationMatch",
    "SchoolYears",
    "build_population_matcher",
    "calculate_age",
    "describe_population",
    "match_population",
]

SchoolYears = tuple[str, str]
"""First and last school year of a use; empty where it names none."""

NO_SCHOOL_YEARS: Final[SchoolYears] = ("", "")


class GradeLevel(StrEnum):
    """Name the grades, as conformed data spell them."""

    PREKINDERGARTEN = "PK"
    KINDERGARTEN = "K"
    FIRST = "1"
    SECOND = "2"
    THIRD = "3"
    FOURTH = "4"
    FIFTH = "5"
    SIXTH = "6"
    SEVENTH = "7"
    EIGHTH = "8"
    NINTH = "9"
    TENTH = "10"
    ELEVENTH = "11"
    TWELFTH = "12"


class PopulationMatch(StrEnum):
    """Name whether an agreement covers a child."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Enrollment:
    """Describe where a child was enrolled: at a school in a grade, or in a program.

    The organization that delivers the rows states it.

    Attributes:
        school: the school's number with its own district; empty means unknown.
        grade: grade as conformed data spell it (``GradeLevel``); empty means unknown.
        program: slug of the organization that runs the program; empty means unknown, or no program.
        school_year: school year, such as "2025-26"; empty means that it may be any.
        starts: first day; None means that the days are unknown.
        ends: last day, included; None means that the enrollment goes on.
    """

    school: str = ""
    grade: str = ""
    program: str = ""
    school_year: str = ""
    starts: date | None = None
    ends: date | None = None


Enrollments = tuple[Enrollment, ...]


@dataclass(frozen=True, slots=True)
class Population:
    """Describe which children an agreement covers; every term that is given must hold.

    The text of the agreement states it. ``grades`` and ``schools`` must hold for one enrollment at
    a school, ``programs`` for one enrollment in a program (one of those named is enough), each
    within ``enrolled_from`` to ``enrolled_to`` where these are given. All ends are inclusive. An
    empty set or None means that the text does not give the term.

    Attributes:
        everyone: whether the agreement covers all children.
        grades: grades that it covers.
        schools: schools that it covers, each by its number with its own district.
        programs: slugs of the organizations that run the programs it covers.
        born_from: earliest date of birth.
        born_to: latest date of birth.
        age_from: youngest age, in full years on ``age_on``.
        age_to: oldest age, in full years on ``age_on``.
        age_on: day on which the ages count; ages without it are unknown for every child.
        enrolled_from: first day of the enrollments that count.
        enrolled_to: last day of the enrollments that count.
        clause: reference of the clause that says so; empty if the text gives none.
    """

    everyone: bool = False
    grades: frozenset[GradeLevel] = frozenset()
    schools: frozenset[str] = frozenset()
    programs: frozenset[str] = frozenset()
    born_from: date | None = None
    born_to: date | None = None
    age_from: int | None = None
    age_to: int | None = None
    age_on: date | None = None
    enrolled_from: date | None = None
    enrolled_to: date | None = None
    clause: str = ""

    @property
    def needed_facts(self) -> frozenset[str]:
        """Return the facts needed of a child: "birth date", "grade", "school", "program",
        "days".
        """
        birth_terms = (self.born_from, self.born_to, self.age_from, self.age_to)
        day_terms = (self.enrolled_from, self.enrolled_to)
        terms = {
            "birth date": any(term is not None for term in birth_terms),
            "grade": bool(self.grades),
            "school": bool(self.schools),
            "program": bool(self.programs),
            "days of enrollment": any(term is not None for term in day_terms),
        }
        return frozenset(name for name, is_given in terms.items() if is_given)

    @property
    def is_restrictive(self) -> bool:
        """Report whether the filter must be applied; an empty filter does not mean everyone."""
        return bool(self.needed_facts) or not self.everyone


def match_population(
    population: Population,
    birth_date: date | None,
    enrollments: Enrollments | None,
    school_years: SchoolYears = NO_SCHOOL_YEARS,
) -> PopulationMatch:
    """Decide whether an agreement covers one child.

    Args:
        population: the population filter of the agreement.
        birth_date: the child's date of birth; ``None`` if unknown.
        enrollments: the child's enrollments; ``None`` if they were not looked up.
        school_years: first and last school year of the use; enrollments of other years are
            ignored.

    Returns:
        Inside, outside or unknown.
    """
    if not population.is_restrictive:
        return PopulationMatch.INSIDE
    answers = {
        *_check_birth_terms(population, birth_date),
        *_check_enrollment_terms(population, enrollments, school_years),
    }
    if False in answers:
        return PopulationMatch.OUTSIDE
    return PopulationMatch.UNKNOWN if None in answers or not answers else PopulationMatch.INSIDE


def build_population_matcher(
    populations: Mapping[str, Population], school_years: SchoolYears
) -> Callable[[date | None, Enrollments | None], frozenset[tuple[str, PopulationMatch]]]:
    """Build a function that matches a child against the populations of several agreements.

    Children with the same facts are matched once.

    Args:
        populations: population by reference of the agreement.
        school_years: first and last school year of the use.
    Returns:
        A function of birth date and enrollments, which returns the match for each reference.
    """
    cache: dict[tuple[date | None, Enrollments | None], frozenset[tuple[str, PopulationMatch]]] = {}

    def match_child(
        birth_date: date | None, enrollments: Enrollments | None
    ) -> frozenset[tuple[str, PopulationMatch]]:
        key = (birth_date, enrollments)
        matches = cache.get(key)
        if matches is None:
            matches = cache[key] = frozenset(
                (reference, match_population(population, birth_date, enrollments, school_years))
                for reference, population in populations.items()
            )
        return matches

    return match_child


def calculate_age(birth_date: date, on: date) -> int:
    """Calculate full years on a day.

    A person born on February 29 turns a year older on March 1 in other years, as everywhere in
    these rules (`find_majority_date`).

    Args:
        birth_date: the person's date of birth.
        on: the day.

    Returns:
        The age in years.
    """
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def describe_population(population: Population) -> str:
    """Describe the filter as half a sentence: "grades 3 and 4; born from 2015-09-01".

    Args:
        population: the population filter of the agreement.

    Returns:
        The description.
    """
    return "; ".join(_describe_terms(population)) or (
        "everyone" if population.everyone else "no one named"
    )


def _check_birth_terms(terms: Population, birth_date: date | None) -> Iterator[bool | None]:
    """Check the birth date against each term about it."""
    if terms.born_from is not None or terms.born_to is not None:
        yield (
            None if birth_date is None else _is_between(birth_date, terms.born_from, terms.born_to)
        )
    if terms.age_from is not None or terms.age_to is not None:
        is_unknown = birth_date is None or terms.age_on is None
        yield None if is_unknown else _is_in_age_range(terms, birth_date, terms.age_on)


def _is_in_age_range(terms: Population, birth_date: date | None, on: date | None) -> bool:
    assert birth_date is not None and on is not None  # noqa: S101, PT018 - `_check_birth_terms` checked it
    age = calculate_age(birth_date, on)
    minimum_age = 0 if terms.age_from is None else terms.age_from
    return minimum_age <= age and (terms.age_to is None or age <= terms.age_to)


def _check_enrollment_terms(
    terms: Population, enrollments: Enrollments | None, school_years: SchoolYears
) -> Iterator[bool | None]:
    """Check the enrollments: one at a school, one in a program, or any within the days."""
    asks = terms.needed_facts
    in_years = (
        enrollments
        if enrollments is None
        else tuple(
            enrollment for enrollment in enrollments if _may_be_in_years(enrollment, school_years)
        )
    )
    if asks & {"grade", "school"}:
        yield _has_matching_enrollment(
            in_years, lambda enrollment: _is_at_school(terms, enrollment)
        )
    if "program" in asks:
        yield _has_matching_enrollment(
            in_years, lambda enrollment: _is_in_program(terms, enrollment)
        )
    if asks.isdisjoint({"grade", "school", "program"}) and "days of enrollment" in asks:
        yield _has_matching_enrollment(
            in_years, lambda enrollment: _overlaps_days(terms, enrollment)
        )


def _may_be_in_years(enrollment: Enrollment, school_years: SchoolYears) -> bool:
    """Report whether an enrollment may fall in these school years; one without a year may be in
    any.
    """
    first, last = school_years
    school_year = enrollment.school_year
    return not school_year or (
        (not first or first <= school_year) and (not last or school_year <= last)
    )


def _has_matching_enrollment(
    enrollments: Enrollments | None, holds: Callable[[Enrollment], bool | None]
) -> bool | None:
    """Report whether one enrollment meets the terms: yes, no, or unknown."""
    if enrollments is None:
        return None
    answers = {holds(enrollment) for enrollment in enrollments}
    if True in answers:
        return True
    return None if None in answers else False


def _is_at_school(terms: Population, enrollment: Enrollment) -> bool | None:
    if enrollment.program and not enrollment.school and not enrollment.grade:
        return False
    return _all_true(
        _is_one_of(enrollment.grade, terms.grades),
        _is_one_of(enrollment.school, terms.schools),
        _overlaps_days(terms, enrollment),
    )


def _is_in_program(terms: Population, enrollment: Enrollment) -> bool | None:
    if not enrollment.program:
        return False
    return _all_true(enrollment.program in terms.programs, _overlaps_days(terms, enrollment))


def _is_one_of(value: str, wanted: Collection[str]) -> bool | None:
    """Report whether a value is one of those wanted, where any are; an empty value is unknown."""
    if not wanted:
        return True
    return value in wanted if value else None


def _overlaps_days(terms: Population, enrollment: Enrollment) -> bool | None:
    """Report whether an enrollment overlaps the days that the agreement covers."""
    first, last = terms.enrolled_from, terms.enrolled_to
    if first is None and last is None:
        return True
    if first is not None and enrollment.ends is not None and enrollment.ends < first:
        return False
    if enrollment.starts is None:
        return (
            True
            if enrollment.ends is not None and (last is None or enrollment.ends <= last)
            else None
        )
    return last is None or enrollment.starts <= last


def _all_true(*answers: bool | None) -> bool | None:
    if False in answers:
        return False
    return None if None in answers else True


def _is_between(day: date, first: date | None, last: date | None) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)


def _describe_terms(terms: Population) -> Iterator[str]:
    if terms.grades:
        yield _describe_list(
            "grade", "grades", [grade.value for grade in GradeLevel if grade in terms.grades]
        )
    if terms.schools:
        yield _describe_list("school", "schools", sorted(terms.schools))
    if terms.programs:
        yield _describe_list("enrolled with", "enrolled with one of", sorted(terms.programs))
    yield from _describe_date_span("born", terms.born_from, terms.born_to)
    if terms.age_from is not None or terms.age_to is not None:
        yield f"{_describe_age_range(terms.age_from, terms.age_to)} years old on {terms.age_on}"
    yield from _describe_date_span("enrolled", terms.enrolled_from, terms.enrolled_to)


def _describe_age_range(first: int | None, last: int | None) -> str:
    if first is None or last is None:
        return f"at most {last}" if first is None else f"at least {first}"
    return f"{first}" if first == last else f"{first} to {last}"


def _describe_date_span(label: str, first: date | None, last: date | None) -> Iterator[str]:
    parts = [f"from {first}"] if first else []
    parts += [f"to {last}"] if last else []
    if parts:
        yield f"{label} {' '.join(parts)}"


def _describe_list(singular: str, plural: str, names: list[str]) -> str:
    if len(names) == 1:
        return f"{singular} {names[0]}"
    return f"{plural} {', '.join(names[:-1])} and {names[-1]}"
