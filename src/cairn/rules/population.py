"""Which children an agreement is about: its population filter, in terms held up to each child.

All terms that are given must hold. What is not known of a child is not taken for granted: it is
unknown whether the child is meant, and unknown denies. A text that gives its population in words
alone has no filter (`Agreement.children` is ``None``): nothing is checked then, and whoever is
allowed is told to see to it (ADR 0011).
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

Periods = tuple[str, str]
"""First and last school year of a use; empty where it names none."""

NO_YEARS: Final[Periods] = ("", "")


class Grade(StrEnum):
    """The grades, as conformed data spell them."""

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


class Place(StrEnum):
    """Whether a child is one of those whom an agreement is about."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Enrollment:
    """Where a child was enrolled: at a school in a grade, or in a program.

    ``school`` is the school's number with its own district, ``program`` the short name of the
    organization that runs it; empty is not known. ``starts`` and ``ends`` are inclusive; without
    an end it goes on, without a start its days are not known.
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
    """Whose records an agreement is about; every term that is given must hold.

    ``everyone`` says that nobody is left out. ``grades`` and ``schools`` hold of one enrollment
    at a school, ``programs`` of one in a program (one of those named is enough), each within
    ``enrolled_from`` to ``enrolled_to`` where these are given. Ages are full years on ``age_on``.
    All ends are inclusive. ``clause`` is where the text says so.
    """

    everyone: bool = False
    grades: frozenset[Grade] = frozenset()
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
    def asks(self) -> frozenset[str]:
        """What has to be known of a child: "birth date", "grade", "school", "program", "days"."""
        born = (self.born_from, self.born_to, self.age_from, self.age_to)
        days = (self.enrolled_from, self.enrolled_to)
        given = {
            "birth date": any(one is not None for one in born),
            "grade": bool(self.grades),
            "school": bool(self.schools),
            "program": bool(self.programs),
            "days of enrollment": any(one is not None for one in days),
        }
        return frozenset(name for name, said in given.items() if said)

    @property
    def limits(self) -> bool:
        """Whether there is anything to hold up to a child. A filter that says nothing at all is
        not everyone's: it is unknown whom it means."""
        return bool(self.asks) or not self.everyone


def place(
    population: Population,
    born: date | None,
    enrollments: Enrollments | None,
    years: Periods = NO_YEARS,
) -> Place:
    """Where one child stands. ``enrollments`` is ``None`` where nobody looked; those of other
    school years than ``years`` say nothing about this use."""
    if not population.limits:
        return Place.INSIDE
    answers = {*_born(population, born), *_enrolled(population, enrollments, years)}
    if False in answers:
        return Place.OUTSIDE
    return Place.UNKNOWN if None in answers or not answers else Place.INSIDE


def placing(
    populations: Mapping[str, Population], years: Periods
) -> Callable[[date | None, Enrollments | None], frozenset[tuple[str, Place]]]:
    """Where a child stands under each of several agreements (by reference), asked many times:
    children of whom the same is known are looked at once."""
    kept: dict[tuple[date | None, Enrollments | None], frozenset[tuple[str, Place]]] = {}

    def placed(born: date | None, enrollments: Enrollments | None) -> frozenset[tuple[str, Place]]:
        key = (born, enrollments)
        found = kept.get(key)
        if found is None:
            found = kept[key] = frozenset(
                (reference, place(terms, born, enrollments, years))
                for reference, terms in populations.items()
            )
        return found

    return placed


def years_old(born: date, on: date) -> int:
    """Full years on a day. Somebody born on 29 February is a year older on 1 March where there is
    no such day, as everywhere in these rules (`rights.majority`)."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def in_words(population: Population) -> str:
    """The filter as half a sentence: "grades 3 and 4; born from 2015-09-01"."""
    return "; ".join(_words(population)) or ("everyone" if population.everyone else "nobody named")


def _born(terms: Population, born: date | None) -> Iterator[bool | None]:
    """What the birth date answers, for each term about it."""
    if terms.born_from is not None or terms.born_to is not None:
        yield None if born is None else _between(born, terms.born_from, terms.born_to)
    if terms.age_from is not None or terms.age_to is not None:
        unknown = born is None or terms.age_on is None
        yield None if unknown else _aged(terms, born, terms.age_on)


def _aged(terms: Population, born: date | None, on: date | None) -> bool:
    assert born is not None and on is not None  # noqa: S101, PT018 - `_born` has looked
    age = years_old(born, on)
    least = 0 if terms.age_from is None else terms.age_from
    return least <= age and (terms.age_to is None or age <= terms.age_to)


def _enrolled(
    terms: Population, enrollments: Enrollments | None, years: Periods
) -> Iterator[bool | None]:
    """What the enrollments answer: one at a school, one in a program, or any within the days."""
    asks = terms.asks
    here = enrollments if enrollments is None else tuple(e for e in enrollments if _of(e, years))
    if asks & {"grade", "school"}:
        yield _one_of(here, lambda e: _at_school(terms, e))
    if "program" in asks:
        yield _one_of(here, lambda e: _in_program(terms, e))
    if asks.isdisjoint({"grade", "school", "program"}) and "days of enrollment" in asks:
        yield _one_of(here, lambda e: _on_days(terms, e))


def _of(enrollment: Enrollment, years: Periods) -> bool:
    """Whether an enrollment may be of these school years; one that names none may be of any."""
    first, last = years
    when = enrollment.school_year
    return not when or ((not first or first <= when) and (not last or when <= last))


def _one_of(
    enrollments: Enrollments | None, holds: Callable[[Enrollment], bool | None]
) -> bool | None:
    """Whether one enrollment meets the terms: surely, surely not, or nobody can say."""
    if enrollments is None:
        return None
    answers = {holds(one) for one in enrollments}
    if True in answers:
        return True
    return None if None in answers else False


def _at_school(terms: Population, one: Enrollment) -> bool | None:
    if one.program and not one.school and not one.grade:
        return False
    return _all(
        _named(one.grade, terms.grades), _named(one.school, terms.schools), _on_days(terms, one)
    )


def _in_program(terms: Population, one: Enrollment) -> bool | None:
    if not one.program:
        return False
    return _all(one.program in terms.programs, _on_days(terms, one))


def _named(said: str, wanted: Collection[str]) -> bool | None:
    """Whether what is said is one of those wanted, where any are; empty is not known."""
    if not wanted:
        return True
    return said in wanted if said else None


def _on_days(terms: Population, one: Enrollment) -> bool | None:
    """Whether an enrollment touches the days from and to which the children are meant."""
    first, last = terms.enrolled_from, terms.enrolled_to
    if first is None and last is None:
        return True
    if first is not None and one.ends is not None and one.ends < first:
        return False
    if one.starts is None:
        return True if one.ends is not None and (last is None or one.ends <= last) else None
    return last is None or one.starts <= last


def _all(*answers: bool | None) -> bool | None:
    if False in answers:
        return False
    return None if None in answers else True


def _between(day: date, first: date | None, last: date | None) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)


def _words(terms: Population) -> Iterator[str]:
    if terms.grades:
        yield _listed("grade", "grades", [g.value for g in Grade if g in terms.grades])
    if terms.schools:
        yield _listed("school", "schools", sorted(terms.schools))
    if terms.programs:
        yield _listed("enrolled with", "enrolled with one of", sorted(terms.programs))
    yield from _span("born", terms.born_from, terms.born_to)
    if terms.age_from is not None or terms.age_to is not None:
        yield f"{_ages(terms.age_from, terms.age_to)} years old on {terms.age_on}"
    yield from _span("enrolled", terms.enrolled_from, terms.enrolled_to)


def _ages(first: int | None, last: int | None) -> str:
    if first is None or last is None:
        return f"at most {last}" if first is None else f"at least {first}"
    return f"{first}" if first == last else f"{first} to {last}"


def _span(what: str, first: date | None, last: date | None) -> Iterator[str]:
    said = [f"from {first}"] if first else []
    said += [f"to {last}"] if last else []
    if said:
        yield f"{what} {' '.join(said)}"


def _listed(one: str, many: str, names: list[str]) -> str:
    if len(names) == 1:
        return f"{one} {names[0]}"
    return f"{many} {', '.join(names[:-1])} and {names[-1]}"
