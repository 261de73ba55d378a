"""Find at which programs and sites students on rosters and consents are enrolled.

Rosters and consents name a student by a name, a birth date and an ID. A program's own record has
the same three. The two are of one child if two of the three agree and no birth date contradicts:
a nickname or a missing birth date hides no child from the people who serve it.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from cairn.governance.consents.api import ChildLabel
from cairn.policy.facts import ProgramSite
from cairn.services.programs import facts
from cairn.services.programs.models import Participant, Program
from cairn.services.programs.participant_identity import (
    ParticipantDetails,
    load_participant_details,
)
from cairn.warehouse.schema import repair_id

__all__ = ["find_program_students"]

_Fields = tuple[str, date | None, str]
"""Name, birth date and ID of a child, as they are compared; empty or None if unknown."""


def find_student_sites(
    organizations: Collection[str], students: Mapping[str, ChildLabel], on: date
) -> Mapping[str, frozenset[ProgramSite]]:
    """Find the programs and sites of some organizations at which students are enrolled on a date.

    Args:
        organizations: slugs of the organizations.
        students: who the students are, by key.
        on: the date.

    Returns:
        Programs and sites by key; a student who is enrolled in none is absent.
    """
    is_current = Q(starts__lte=on) & (Q(ends=None) | Q(ends__gte=on))
    still_meets = Q(series__last_day=None) | Q(series__last_day__gte=on)
    rows = facts.select_actual_enrollments().filter(
        is_current, still_meets, participant__organization__slug__in=organizations
    )
    enrollments = list(rows.select_related("participant", "series").order_by())
    sites: defaultdict[str, set[ProgramSite]] = defaultdict(set)
    for row in enrollments:
        sites[row.participant.key] |= facts.list_series_sites(row.series)
    matched = _match_students({row.participant for row in enrollments}, students)
    return {
        student: frozenset().union(*(sites[key] for key in keys))
        for student, keys in matched.items()
    }


@dataclass(frozen=True, slots=True)
class ProgramStudents:
    """The participants of a program in a period, and those who are on a roster of students.

    Attributes:
        participants: number of children who were enrolled.
        keys: keys of the students among them.
    """

    participants: int
    keys: frozenset[str]


def find_program_students(
    program: Program, students: Mapping[str, ChildLabel], first: date, last: date
) -> ProgramStudents:
    """Find which students on a roster were enrolled in a program in a period.

    Args:
        program: the program.
        students: who the students are, by key.
        first: first day of the period.
        last: last day of the period.

    Returns:
        The students, and the number of all participants.
    """
    rows = facts.select_actual_enrollments().filter(
        Q(ends=None) | Q(ends__gte=first),
        Q(series__last_day=None) | Q(series__last_day__gte=first),
        series__program=program,
        starts__lte=last,
    )
    participants = {row.participant for row in rows.select_related("participant").order_by()}
    return ProgramStudents(len(participants), frozenset(_match_students(participants, students)))


def _match_students(
    participants: Collection[Participant], students: Mapping[str, ChildLabel]
) -> Mapping[str, set[str]]:
    """Find the records of the same child, by student; a student without any is absent."""
    details = load_participant_details(participants)
    records = {key: _read_record(item) for key, item in details.items() if not item.is_destroyed}
    keys_by_field = _index_fields(records)
    matched: dict[str, set[str]] = {}
    for student, label in students.items():
        wanted = _compare_as(label.name, label.birth_date, label.local_id)
        same = {
            key
            for field in enumerate(wanted)
            for key in keys_by_field.get(field, ())
            if _are_one_child(wanted, records[key])
        }
        if same:
            matched[student] = same
    return matched


def _read_record(details: ParticipantDetails) -> _Fields:
    return _compare_as(details.full_name, details.birth_date, details.own_id)


def _compare_as(name: str, born: date | None, local_id: str) -> _Fields:
    return "".join(name.casefold().split()), born, repair_id(local_id).casefold()


def _index_fields(records: Mapping[str, _Fields]) -> Mapping[tuple[int, Any], list[str]]:
    keys: defaultdict[tuple[int, Any], list[str]] = defaultdict(list)
    for key, fields in records.items():
        for field in enumerate(fields):
            keys[field].append(key)
    return keys


def _are_one_child(first: _Fields, second: _Fields) -> bool:
    equal = sum(1 for field, other in zip(first, second, strict=True) if field and field == other)
    contradicts = None not in (first[1], second[1]) and first[1] != second[1]
    return equal > 1 and not contradicts
