"""Find and read a program's own record of one child, for the page of the child's family.

Which record is shown is decided by the caller, with `may_show_program_to_family`. Nothing is
decrypted: an organization's own record is found by the keyed hash of name and birth date.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q, QuerySet

from cairn.policy.engine import Permit
from cairn.policy.vocabulary import Action
from cairn.services.programs import models, participant_identity
from cairn.services.programs.dosage import MINUTES_PER_HOUR
from cairn.services.programs.models import Participant, Program, ProgramEnrollment
from cairn.services.programs.queries import read_attended_sessions
from cairn.services.programs.record_files import ProgramSpell, merge_spells
from cairn.warehouse.store import WrongPermit

__all__ = [
    "ChildProgram",
    "MonthAttendance",
    "ProgramTime",
    "find_child_programs",
    "list_record_programs",
    "read_program_times",
]

_READING_ACTIONS: Final = frozenset({Action.PARENT_VIEW, Action.RELEASE_COPY})


@dataclass(frozen=True, slots=True)
class ChildProgram:
    """A program with an enrollment of a record that has a child's name and birth date.

    Attributes:
        program: the program.
        participants: numbers of the organization's records with that name and birth date.
    """

    program: Program
    participants: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MonthAttendance:
    """How much one child attended a program in a month.

    Attributes:
        month: first day of the month.
        days: days on which the child was there.
        minutes: how long in all.
    """

    month: date
    days: int
    minutes: int

    @property
    def hours(self) -> float:
        """Hours in all, to one decimal."""
        return round(self.minutes / MINUTES_PER_HOUR, 1)


@dataclass(frozen=True, slots=True)
class ProgramTime:
    """One time of a child in a program, over all of its groups.

    Attributes:
        program: name of the program.
        organization: name of the organization that runs it.
        starts: first day.
        ends: last day; None while no end is set.
        months: attendance by month, the newest first.
    """

    program: str
    organization: str
    starts: date
    ends: date | None
    months: tuple[MonthAttendance, ...]

    @property
    def days(self) -> int:
        """Days attended in all."""
        return sum(month.days for month in self.months)

    @property
    def hours(self) -> float:
        """Hours attended in all, to one decimal."""
        return round(sum(month.minutes for month in self.months) / MINUTES_PER_HOUR, 1)


def find_child_programs(
    organizations: Collection[str], name: str, birth_date: date | None
) -> tuple[ChildProgram, ...]:
    """Find the programs of some organizations with an enrollment of a child, by its identity.

    Args:
        organizations: slugs of the organizations.
        name: full name of the child; spaces and letter case are ignored.
        birth_date: day of birth; None if unknown, and then nothing is found.

    Returns:
        The programs, by organization and name.
    """
    if birth_date is None or not name.strip():
        return ()
    details = participant_identity.ParticipantDetails(name, "", birth_date)
    lookups = [
        participant_identity.compute_participant_lookup(slug, details) for slug in organizations
    ]
    keys = models.ParticipantIdentity.objects.filter(lookup__in=lookups).values_list(
        "key", flat=True
    )
    own: defaultdict[int, list[int]] = defaultdict(list)
    rows = Participant.objects.filter(key__in=list(keys), organization__slug__in=organizations)
    for number, organization in rows.values_list("pk", "organization"):
        own[organization].append(number)
    found = {number for numbers in own.values() for number in numbers}
    programs = Program.objects.filter(
        pk__in=_select_enrollments(found).order_by().values("series__program")
    )
    return tuple(
        ChildProgram(program, tuple(own[program.organization_id]))
        for program in programs.select_related("organization").order_by("organization", "name")
    )


def list_record_programs(participant: Participant) -> tuple[ChildProgram, ...]:
    """List the programs with an enrollment of one record of an organization.

    Args:
        participant: the record.

    Returns:
        The programs, by name.
    """
    enrollments = _select_enrollments([participant.pk]).order_by()
    programs = Program.objects.filter(pk__in=enrollments.values("series__program"))
    rows = programs.select_related("organization").order_by("name")
    return tuple(ChildProgram(program, (participant.pk,)) for program in rows)


def read_program_times(
    permit: Permit, child_program: ChildProgram, on: date
) -> tuple[ProgramTime, ...]:
    """Read a child's times in one program, with the attendance by month.

    Args:
        permit: permit to show the program to the family, or to release a copy of the record.
        child_program: the program, with the one record of the child.
        on: the date of the request; an enrollment that begins later is left out.

    Returns:
        The times, the newest first.

    Raises:
        WrongPermit: it is for another action, or more than one record could be the child's.
    """
    if permit.action not in _READING_ACTIONS or len(child_program.participants) != 1:
        raise WrongPermit("A family reads one record with a permit for its own page, or a copy.")
    program = child_program.program
    enrollments = _select_enrollments(child_program.participants).filter(
        series__program=program, starts__lte=on
    )
    spells = [
        ProgramSpell(row.starts, row.find_last_day(on))
        for row in enrollments.order_by().select_related("series")
    ]
    minutes = _read_minutes_by_day(child_program)
    return tuple(
        ProgramTime(
            program.name,
            program.organization.name,
            spell.starts,
            spell.ends,
            tuple(
                MonthAttendance(month, len(days), sum(days.values()))
                for (month, days) in sorted(_group_by_month(minutes, spell).items(), reverse=True)
            ),
        )
        for spell in sorted(merge_spells(spells), key=lambda row: row.starts, reverse=True)
    )


def _select_enrollments(participants: Collection[int]) -> QuerySet[ProgramEnrollment]:
    rows = ProgramEnrollment.objects.filter(participant__in=participants)
    return rows.exclude(exit_reason=models.ExitReason.MISTAKE)


def _read_minutes_by_day(child_program: ChildProgram) -> dict[date, int]:
    """Read minutes by day on which the child was there."""
    minutes: defaultdict[date, int] = defaultdict(int)
    sessions = read_attended_sessions(
        Q(
            enrollment__participant__in=child_program.participants,
            enrollment__series__program=child_program.program,
        )
    )
    for session in sessions:
        if session.attended:
            minutes[session.day] += session.minutes
    return minutes


def _group_by_month(minutes: dict[date, int], spell: ProgramSpell) -> dict[date, dict[date, int]]:
    months: defaultdict[date, dict[date, int]] = defaultdict(dict)
    for day, length in minutes.items():
        if spell.starts <= day <= (spell.ends or date.max):
            months[day.replace(day=1)][day] = length
    return months
