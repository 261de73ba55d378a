"""Write a program's enrollments and attendance of a school year as records to be sent.

The same records are the same rows in the same order, at any time and by any author.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Min, Q

from cairn.data.intake.api import TypedRecords
from cairn.governance.consents.api import compute_school_year
from cairn.services.programs import participant_identity, queries
from cairn.services.programs.dosage import AttendedSession
from cairn.services.programs.models import ExitReason, Participant, Program, ProgramEnrollment
from cairn.warehouse.schema import repair_id

__all__ = ["find_school_year_days"]

ROSTER_FEED: Final = "typed-roster"
ATTENDANCE_FEED: Final = "typed-attendance"

_ROSTER_COLUMNS: Final = {
    "Student ID": "local_id",
    "First name": "given_name",
    "Last name": "family_name",
    "Birth date": "birth_date",
    "Program": "program",
    "First day": "start_date",
    "Last day": "end_date",
}
_ATTENDANCE_COLUMNS: Final = {
    "Student ID": "local_id",
    "Program": "program",
    "Session date": "date",
    "Minutes": "hours:minutes",
    "Attended": "present",
}
_JULY: Final = 7


@dataclass(frozen=True, slots=True)
class ProgramSpell:
    """The time of one child in a program, over all of its groups.

    Attributes:
        starts: first day.
        ends: last day; None while no end is set.
    """

    starts: date
    ends: date | None


def find_school_year_days(year: str) -> tuple[date, date]:
    """Find the first and the last day of a school year, July 1 and June 30.

    Args:
        year: the school year, such as "2026-27".

    Returns:
        The two days.
    """
    first = date(int(year[:4]), _JULY, 1)
    return first, date(first.year + 1, _JULY - 1, 30)


def list_record_years(program: Program, today: date) -> tuple[str, ...]:
    """List the school years with records of a program, the newest first.

    Args:
        program: the program.
        today: the day of the request; its school year is in the list in any case.

    Returns:
        The school years, such as "2026-27".
    """
    rows = ProgramEnrollment.objects.filter(series__program=program)
    first = min(rows.aggregate(day=Min("starts"))["day"] or today, today)
    days = [date(year, _JULY, 1) for year in range(first.year - 1, today.year + 1)]
    years = {compute_school_year(day) for day in days}
    oldest, newest = compute_school_year(first), compute_school_year(today)
    return tuple(sorted((year for year in years if oldest <= year <= newest), reverse=True))


def build_roster_records(program: Program, year: str, today: date) -> TypedRecords:
    """Build the records of the children who were enrolled in a program in a school year.

    A child of several groups has one record for each time in the program. An enrollment by mistake
    is left out.

    Args:
        program: the program.
        year: the school year.
        today: the day; an enrollment that begins later is left out.

    Returns:
        The records, of the type "participation".
    """
    first, last = find_school_year_days(year)
    rows = ProgramEnrollment.objects.filter(series__program=program, starts__lte=min(last, today))
    rows = rows.exclude(exit_reason=ExitReason.MISTAKE).exclude(ends__lt=first)
    spells: dict[int, list[ProgramSpell]] = defaultdict(list)
    for row in rows.order_by().select_related("series"):
        last_day = row.find_last_day(today)
        if last_day is None or last_day >= first:
            spells[row.participant_id].append(ProgramSpell(row.starts, last_day))
    children = _load_children(program, spells)
    return TypedRecords(
        "participation",
        _ROSTER_COLUMNS,
        [
            {
                "Student ID": local_id,
                "First name": details.given_name,
                "Last name": details.family_name,
                "Birth date": _write_day(details.birth_date),
                "Program": program.name,
                "First day": _write_day(spell.starts),
                "Last day": _write_day(spell.ends),
            }
            for child, (local_id, details) in children.items()
            for spell in merge_spells(spells[child])
        ],
    )


def build_attendance_records(program: Program, year: str) -> TypedRecords:
    """Build the records of who attended the sessions of a program in a school year.

    A child has one record for each day: minutes of two groups on one day are added up, so that the
    minutes are those of the page of hours.

    Args:
        program: the program.
        year: the school year.

    Returns:
        The records, of the type "session_attendance".
    """
    days = find_school_year_days(year)
    sessions = queries.read_attended_sessions(
        Q(enrollment__series__program=program, day__range=days)
    )
    minutes, came = add_up_days(sessions)
    children = _load_children(program, {child for child, _day in minutes})
    return TypedRecords(
        "session_attendance",
        _ATTENDANCE_COLUMNS,
        [
            {
                "Student ID": children[child][0],
                "Program": program.name,
                "Session date": _write_day(day),
                "Minutes": str(minutes[child, day]),
                "Attended": "yes" if came[child, day] else "no",
            }
            for child, day in sorted(
                (pair for pair in minutes if pair[0] in children),
                key=lambda pair: (children[pair[0]][0], pair[1]),
            )
        ],
    )


def merge_spells(spells: Iterable[ProgramSpell]) -> Iterator[ProgramSpell]:
    """Merge the times of one child that overlap or follow each other on the next day.

    Args:
        spells: the times, in any order.

    Yields:
        The merged times, the earliest first.
    """
    current: ProgramSpell | None = None
    for spell in sorted(spells, key=lambda row: (row.starts, row.ends or date.max)):
        if current is None:
            current = spell
        elif current.ends is None or (spell.starts - current.ends).days <= 1:
            open_end = current.ends is None or spell.ends is None
            ends = None if open_end else max(current.ends or date.min, spell.ends or date.min)
            current = ProgramSpell(current.starts, ends)
        else:
            yield current
            current = spell
    if current is not None:
        yield current


def add_up_days(
    sessions: Iterable[AttendedSession],
) -> tuple[Counter[tuple[int, date]], Counter[tuple[int, date]]]:
    """Add up the sessions of each child on each day.

    Args:
        sessions: the sessions.

    Returns:
        Minutes, and the number of sessions at which the child was, by participant and day.
    """
    minutes, came = Counter[tuple[int, date]](), Counter[tuple[int, date]]()
    for session in sessions:
        minutes[session.participant, session.day] += session.minutes
        came[session.participant, session.day] += session.attended
    return minutes, came


def choose_local_ids(
    participants: Iterable[Participant],
    details: Mapping[str, participant_identity.ParticipantDetails],
) -> Mapping[int, str]:
    """Choose the ID by which each participant's records are known outside of these pages.

    It is the organization's own ID, by which consents are recorded. A child without one, or with
    the same one as another child, has the random key: two children must not become one person.

    Args:
        participants: all participants of the organization.
        details: who they are, by key.

    Returns:
        Number of the participant → ID.
    """
    rows = list(participants)
    own = {row.pk: details[row.key].own_id.strip() for row in rows}
    read = {number: repair_id(own_id).casefold() for number, own_id in own.items()}
    uses = Counter(read.values())
    return {
        row.pk: own[row.pk] if read[row.pk] and uses[read[row.pk]] == 1 else row.key for row in rows
    }


def _load_children(
    program: Program, numbers: Iterable[int]
) -> Mapping[int, tuple[str, participant_identity.ParticipantDetails]]:
    """Load ID and details of children, in the order of their IDs."""
    rows = list(Participant.objects.filter(organization=program.organization, destruction=None))
    details = participant_identity.load_participant_details(rows)
    local_ids = choose_local_ids(rows, details)
    wanted = set(numbers)
    chosen = {row.pk: (local_ids[row.pk], details[row.key]) for row in rows if row.pk in wanted}
    return dict(sorted(chosen.items(), key=lambda item: item[1][0]))


def _write_day(day: date | None) -> str:
    return day.isoformat() if day else ""
