"""A program of Maple Youth with one group and three children."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from cairn.platform.accounts.models import User
from cairn.services.programs import actions
from cairn.services.programs.models import ProgramEnrollment, SessionSeries
from cairn.services.programs.participant_identity import ParticipantDetails

TODAY = date(2026, 11, 23)  # a Monday
NOW = timezone.make_aware(datetime.combine(TODAY, time(15, 30)))
PLAN = actions.SeriesPlan(
    site="Maple Library",
    name="Grades 1 and 2",
    weekdays=(0, 2),
    starts_at=time(15),
    ends_at=time(17),
    first_day=date(2026, 9, 1),
    last_day=date(2027, 5, 31),
    capacity=4,
)
CHILDREN = (("Ana", "Reyes"), ("Ben", "Okafor"), ("Cleo", "Adams"))


@dataclass(frozen=True)
class Club:
    """A group with its tutor and its children, by first name."""

    series: SessionSeries
    tutor: User
    enrolled: dict[str, ProgramEnrollment]

    def take(self, day: date = TODAY, reason: str = "", **marks: Any) -> actions.SavedAttendance:
        """Record attendance: `take(Ana="present")`, or with an entry."""
        entries = {
            self.enrolled[name].pk: entry
            if isinstance(entry, actions.AttendanceEntry)
            else actions.AttendanceEntry(entry)
            for name, entry in marks.items()
        }
        return actions.record_session_attendance(
            series=self.series, day=day, entries=entries, reason=reason, by=self.tutor, at=NOW
        )


def make_club(tutor: User, plan: actions.SeriesPlan = PLAN, at: datetime = NOW) -> Club:
    """A program of the tutor's organization, with one group and its children."""
    program = actions.create_program(
        organization=tutor.affiliations.get().organization,
        name="Reading club",
        description="",
        by=tutor,
        at=at,
    )
    series = actions.create_session_series(program=program, plan=plan, by=tutor, at=at)
    enrolled = {
        given: actions.enroll_participant(
            series=series,
            participant=None,
            details=ParticipantDetails(given, family, birth_date=date(2018, 5, 4)),
            starts=plan.first_day,
            by=tutor,
            at=at,
        )
        for given, family in CHILDREN
    }
    return Club(series, tutor, enrolled)
