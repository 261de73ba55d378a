"""A reading club of Lanterns, with a child of the district on its roster."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from tests.governance.consents.sample_consents import BORN, World

from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.data_use import SpecialClass
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.services.families.program_timeline.actions import state_program_access
from cairn.services.programs import actions
from cairn.services.programs.models import (
    AttendanceStatus,
    Program,
    ProgramEnrollment,
    SessionSeries,
)
from cairn.services.programs.participant_identity import ParticipantDetails

EVERY_DAY = tuple(range(7))
FIRST = date(2026, 9, 1)


def make_group(world: World, name: str = "Reading club", first_day: date = FIRST) -> SessionSeries:
    """A group that meets every day for 90 minutes."""
    now = timezone.now()
    program, _made = Program.objects.get_or_create(
        organization=world.lanterns,
        name=name,
        defaults={"created_by": world.tutor, "created_at": now},
    )
    plan = actions.SeriesPlan(
        site="Library",
        name=f"Group {program.series.count() + 1}",
        weekdays=EVERY_DAY,
        starts_at=time(15),
        ends_at=time(16, 30),
        first_day=first_day,
        last_day=None,
        capacity=None,
    )
    return actions.create_session_series(program=program, plan=plan, by=world.tutor, at=now)


def enroll(
    series: SessionSeries,
    world: World,
    given: str = "Child",
    family: str = "S-1",
    born: date | None = BORN,
    starts: date | None = None,
    **choice: Any,
) -> ProgramEnrollment:
    """The program's own record of a child, who has a place from a day."""
    chosen: dict[str, Any] = {
        "participant": None,
        "details": ParticipantDetails(given, family, birth_date=born),
    }
    return actions.enroll_participant(
        series=series,
        starts=starts or series.first_day,
        by=world.tutor,
        at=timezone.now(),
        **(chosen | choice),
    )


def attend(
    enrollment: ProgramEnrollment, world: World, *days: date, status: str = "present"
) -> None:
    """The child was there on these days."""
    for day in days:
        actions.record_session_attendance(
            series=enrollment.series,
            day=day,
            entries={enrollment.pk: actions.AttendanceEntry(AttendanceStatus(status))},
            reason="",
            by=world.tutor,
            at=timezone.make_aware(datetime.combine(day, time(17))),
        )


def make_lantern_steward(person: Callable[..., User]) -> User:
    """The data steward of Lanterns, who answers for its records."""
    return person(Role.STEWARD, at="lanterns", kind=OrganizationKind.COMMUNITY_PROGRAM)


def show(
    series: SessionSeries, by: User, *, shown: bool = True, service: SpecialClass | None = None
) -> None:
    """The organization states what families read of the program."""
    state_program_access(
        program=series.program, shown=shown, service=service, by=by, at=timezone.now()
    )
