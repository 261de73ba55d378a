"""Where children go to school: told by the room above, which holds what partners delivered."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from cairn.consents.season import school_year
from cairn.rules.people import PersonFact
from cairn.rules.population import Enrollment, Enrollments
from cairn.warehouse.meant import Known

Tells = Callable[[Mapping[str, str]], Mapping[str, Known]]
"""Children by their keys, each with its organization (slug) → what that one's rows say of them."""

_TELLS: list[Tells] = []


def register(tells: Tells) -> None:
    """Enters whoever knows; the last one counts."""
    _TELLS[:] = [tells]


def told(children: Mapping[str, str]) -> Mapping[str, Known]:
    """What is known of these children; nothing where nobody tells, and unknown denies."""
    return _TELLS[0](children) if _TELLS else {}


def joined(person: PersonFact, known: Known, year: str, on: date) -> PersonFact:
    """A child with what its organization's rows say of it, for a use of one school year (none
    named: the year of ``on``). Where they say neither school nor grade for that year, an enrollment
    stays of which nothing is known."""
    programs = tuple(e for e in person.enrollments or () if e.program)
    schooling = _in(known.enrollments or (), year or school_year(on))
    return replace(
        person,
        birth_date=person.birth_date or known.born,
        enrollments=(*programs, *(schooling or (Enrollment(),))),
    )


def _in(enrollments: Enrollments, year: str) -> Enrollments:
    """Those at a school in a year; one that names no year says so by its days alone."""
    at_school = (e for e in enrollments if e.school or e.grade)
    return tuple(e for e in at_school if (e.school_year or _year_of(e)) == year)


def _year_of(one: Enrollment) -> str:
    """The school year of an enrollment's days, where they lie in one."""
    if one.starts is None or one.ends is None:
        return ""
    first, last = school_year(one.starts), school_year(one.ends)
    return first if first == last else ""
