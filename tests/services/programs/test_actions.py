"""What a program records stays, is never doubled, and is corrected with the old value kept."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, time, timedelta
from typing import Any

import pytest
from tests.services.programs.reading_club import NOW, PLAN, TODAY, Club

from cairn.platform.audit.models import AuditLine
from cairn.policy.engine import Refused
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.services.programs import actions, queries
from cairn.services.programs.actions import AttendanceEntry
from cairn.services.programs.models import (
    AttendanceMark,
    AttendanceStatus,
    ExitReason,
    Participant,
    ParticipantIdentity,
    Program,
)
from cairn.services.programs.participant_identity import (
    ParticipantDetails,
    compute_details_digest,
    compute_participant_lookup,
    find_same_participants,
    load_participant_details,
)

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
_DAY = timedelta(days=1)
_LAST_MONDAY = TODAY - 7 * _DAY
S = AttendanceStatus


def _marks(club: Club, name: str) -> list[tuple[str, int]]:
    rows = club.enrolled[name].attendance_marks.order_by("pk")
    return [(row.status, row.minutes) for row in rows]


def test_attendance_is_recorded_with_the_minutes_of_the_session(club: Club) -> None:
    saved = club.take(
        Ana=S.PRESENT, Ben=AttendanceEntry(S.LATE, 45), Cleo=AttendanceEntry(S.ABSENT, 30)
    )
    assert (saved.recorded, saved.corrected, saved.conflicts) == (3, 0, ())
    assert _marks(club, "Ana") == [("present", 120)]
    assert _marks(club, "Ben") == [("late", 45)]
    assert _marks(club, "Cleo") == [("absent", 0)]
    line = AuditLine.objects.latest("sequence")
    assert line.event == "program.attendance_recorded"
    assert "Reyes" not in str(vars(line))


def test_sent_twice_nothing_is_doubled(club: Club) -> None:
    club.take(Ana=S.PRESENT, Ben=S.ABSENT)
    again = club.take(Ana=S.PRESENT, Ben=S.ABSENT)
    assert (again.recorded, again.corrected, again.conflicts) == (0, 0, ())
    assert AttendanceMark.objects.count() == 2


def test_of_two_people_at_once_the_second_chooses(club: Club) -> None:
    """Both saw an empty page; the second learns what the first recorded, and nothing is lost."""
    club.take(Ana=S.PRESENT)
    saved = club.take(Ana=S.ABSENT, Ben=S.PRESENT)
    assert saved.recorded == 1
    (conflict,) = saved.conflicts
    assert conflict.enrollment == club.enrolled["Ana"].pk
    assert (conflict.entered.status, conflict.recorded.status) == (S.ABSENT, S.PRESENT)
    assert _marks(club, "Ana") == [("present", 120)]
    chosen = AttendanceEntry(S.ABSENT, seen=conflict.recorded.pk)
    assert club.take(Ana=chosen).corrected == 1
    assert _marks(club, "Ana") == [("present", 120), ("absent", 0)]


def test_a_late_correction_asks_why_and_keeps_the_old_value(club: Club) -> None:
    club.take(_LAST_MONDAY, Ana=S.ABSENT)
    first = AttendanceMark.objects.get()
    entry = AttendanceEntry(S.PRESENT, seen=first.pk)
    with pytest.raises(actions.ProgramConflict, match="why you correct"):
        club.take(_LAST_MONDAY, Ana=entry)
    saved = club.take(_LAST_MONDAY, reason="Came in at the back", Ana=entry)
    assert saved.corrected == 1
    first.refresh_from_db()
    assert first.status == "absent"
    assert first.replaced_by.reason == "Came in at the back"
    same_day = club.take(Ana=S.PRESENT)
    mark = AttendanceMark.objects.get(day=TODAY)
    assert same_day.recorded == 1
    assert club.take(Ana=AttendanceEntry(S.LATE, 60, seen=mark.pk)).corrected == 1


@pytest.mark.parametrize(
    ("day", "code"),
    [(TODAY + 7 * _DAY, "H03"), (TODAY - _DAY, "H02"), (date(2026, 8, 31), "H01")],
)
def test_attendance_of_other_days_is_refused_with_the_reason(
    day: date, code: str, club: Club
) -> None:
    with pytest.raises(Refused) as refused:
        club.take(day, Ana=S.PRESENT)
    assert code in {reason.code for reason in refused.value.decision.refusals}
    assert not AttendanceMark.objects.exists()


def test_the_day_of_a_correction_is_the_local_one(club: Club) -> None:
    """At half past seven in the evening of the session it is the next day in UTC."""
    club.take(Ana=S.PRESENT)
    mark = AttendanceMark.objects.get()
    evening = (NOW + timedelta(hours=4)).astimezone(UTC)
    assert evening.date() > TODAY
    saved = actions.record_session_attendance(
        series=club.series,
        day=TODAY,
        entries={club.enrolled["Ana"].pk: AttendanceEntry(S.ABSENT, seen=mark.pk)},
        reason="",
        by=club.tutor,
        at=evening,
    )
    assert saved.corrected == 1


def test_minutes_are_no_longer_than_the_session(club: Club) -> None:
    with pytest.raises(actions.ProgramConflict, match="120 minutes"):
        club.take(Ana=AttendanceEntry(S.LATE, 121))


def test_a_child_who_left_is_on_no_later_roster(club: Club, person: Callable[..., Any]) -> None:
    ana = club.enrolled["Ana"]
    end = {"ends": TODAY - _DAY, "reason": ExitReason.MOVED, "by": club.tutor, "at": NOW}
    actions.end_enrollment(enrollment=ana, **end)
    with pytest.raises(actions.ProgramConflict, match="left the group"):
        club.take(Ana=S.PRESENT, Ben=S.PRESENT)
    assert not AttendanceMark.objects.exists()
    assert club.take(_LAST_MONDAY, Ana=S.PRESENT).recorded == 1
    with pytest.raises(actions.ProgramConflict, match="ended already"):
        actions.end_enrollment(enrollment=ana, **end)


def test_the_end_is_not_undone_once_the_child_came_back(club: Club) -> None:
    ana = club.enrolled["Ana"]
    end = {"ends": TODAY - _DAY, "reason": ExitReason.MOVED, "by": club.tutor, "at": NOW}
    actions.end_enrollment(enrollment=ana, **end)
    again = actions.enroll_participant(
        series=club.series,
        participant=ana.participant,
        details=None,
        starts=TODAY,
        by=club.tutor,
        at=NOW,
    )
    with pytest.raises(actions.ProgramConflict, match="enrolled in the group again"):
        actions.reopen_enrollment(enrollment=ana, by=club.tutor, at=NOW)
    assert list(ana.participant.enrollments.filter(ends=None)) == [again]


def test_a_change_of_what_was_not_seen_is_not_saved(club: Club) -> None:
    child = club.enrolled["Ana"].participant
    seen = load_participant_details([child])[child.key]
    digest = compute_details_digest(seen)
    said = {"participant": child, "by": club.tutor, "at": NOW}
    actions.change_participant_details(details=replace(seen, phone="555-0199"), seen=digest, **said)
    for stale in (digest, ""):
        with pytest.raises(actions.ProgramConflict, match="in the meantime"):
            actions.change_participant_details(details=replace(seen, phone=""), seen=stale, **said)
    assert load_participant_details([child])[child.key].phone == "555-0199"


def test_an_enrollment_does_not_end_before_what_was_attended(club: Club) -> None:
    club.take(Ana=S.PRESENT)
    end = {"reason": ExitReason.COMPLETED, "by": club.tutor, "at": NOW}
    for ends, message in ((_LAST_MONDAY, "attended on"), (date(2026, 8, 1), "before the first")):
        with pytest.raises(actions.ProgramConflict, match=message):
            actions.end_enrollment(enrollment=club.enrolled["Ana"], ends=ends, **end)
    actions.end_enrollment(enrollment=club.enrolled["Ana"], ends=TODAY, **end)


def test_the_same_child_is_enrolled_once(club: Club) -> None:
    ana = club.enrolled["Ana"].participant
    given = {"series": club.series, "details": None, "by": club.tutor, "at": NOW}
    with pytest.raises(actions.ProgramConflict, match="in this group already"):
        actions.enroll_participant(participant=ana, starts=TODAY, **given)
    plan = replace(PLAN, name="Grades 3 and 4")
    other = actions.create_session_series(
        program=club.series.program, plan=plan, by=club.tutor, at=NOW
    )
    given["series"] = other
    actions.enroll_participant(participant=ana, starts=TODAY + _DAY, **given)
    with pytest.raises(actions.ProgramConflict, match="on a later day"):
        actions.enroll_participant(participant=ana, starts=TODAY, **given)


def test_a_group_has_no_more_children_than_places(club: Club) -> None:
    given = {"series": club.series, "participant": None, "by": club.tutor, "at": NOW}
    actions.enroll_participant(details=ParticipantDetails("Dee", "Moss"), starts=TODAY, **given)
    with pytest.raises(Refused) as refused:
        actions.enroll_participant(details=ParticipantDetails("Eli", "Hart"), starts=TODAY, **given)
    assert {reason.code for reason in refused.value.decision.refusals} == {"H04"}
    assert Participant.objects.count() == ParticipantIdentity.objects.count() == 4


def test_a_record_of_another_organization_is_not_taken(
    club: Club, person: Callable[..., Any]
) -> None:
    """Even its number tells nothing: the message is that of an unknown child."""
    other = person(Role.PROGRAM_STAFF, at="birch", kind=OrganizationKind.COMMUNITY_PROGRAM)
    organization = other.affiliations.get().organization
    program = actions.create_program(
        organization=organization, name="Chess", description="", by=other, at=NOW
    )
    series = actions.create_session_series(program=program, plan=PLAN, by=other, at=NOW)
    ana = club.enrolled["Ana"].participant
    with pytest.raises(actions.ProgramConflict, match="not on record here"):
        actions.enroll_participant(
            series=series, participant=ana, details=None, starts=TODAY, by=other, at=NOW
        )
    same = ParticipantDetails("Ana", "Reyes", birth_date=date(2018, 5, 4))
    assert find_same_participants("maple", same)
    assert not find_same_participants("birch", same)
    for refused in (
        lambda: replace(club, tutor=other).take(Ana=S.PRESENT),
        lambda: actions.create_program(
            organization=club.series.program.organization,
            name="Theirs",
            description="",
            by=other,
            at=NOW,
        ),
    ):
        with pytest.raises(Refused):
            refused()


def test_a_cancelled_session_counts_for_nothing_until_it_is_restored(club: Club) -> None:
    club.take(Ana=S.PRESENT)
    given = {"series": club.series, "day": TODAY, "by": club.tutor, "at": NOW}
    actions.cancel_session(reason="Snow", **given)
    who, program = _actor(club), club.series.program
    period = (date(2026, 9, 1), TODAY)
    assert queries.list_program_dosage(program, who, TODAY, *period) == []
    with pytest.raises(actions.ProgramConflict, match="cancelled already"):
        actions.cancel_session(reason="Snow", **given)
    with pytest.raises(actions.ProgramConflict, match="was cancelled"):
        club.take(Ben=S.PRESENT)
    actions.restore_session(**given)
    (row,) = queries.list_program_dosage(program, who, TODAY, *period)
    assert (row.details.full_name, row.dosage.minutes) == ("Ana Reyes", 120)
    with pytest.raises(actions.ProgramConflict, match="not cancelled"):
        actions.restore_session(**given)


def test_names_are_used_once(club: Club) -> None:
    program = club.series.program
    with pytest.raises(actions.ProgramConflict, match="program of this name"):
        actions.create_program(
            organization=program.organization,
            name="reading CLUB",
            description="",
            by=club.tutor,
            at=NOW,
        )
    with pytest.raises(actions.ProgramConflict, match="group of this name"):
        actions.create_session_series(program=program, plan=PLAN, by=club.tutor, at=NOW)
    assert Program.objects.count() == 1


def test_names_of_children_are_kept_encrypted(club: Club) -> None:
    details = ParticipantDetails(
        "Noël", "Ortiz Díaz", date(2019, 1, 2), "42", "Rosa", "555-0100", "Rosa, Luis", "Peanuts"
    )
    row = actions.enroll_participant(
        series=club.series,
        participant=None,
        details=details,
        starts=TODAY,
        by=club.tutor,
        at=NOW,
    )
    assert load_participant_details([row.participant])[row.participant.key] == details
    sealed = ParticipantIdentity.objects.get(key=row.participant.key).sealed
    assert b"Ortiz" not in bytes(sealed)
    spelled = replace(details, given_name=" noël ", family_name="ORTIZ DÍAZ")
    lookups = {compute_participant_lookup("maple", one) for one in (details, spelled)}
    assert len(lookups) == 1
    assert compute_participant_lookup("birch", details) not in lookups


def test_the_clock_change_leaves_a_session_as_long_as_it_is(club: Club) -> None:
    """On November 1, 2026 clocks go back at 2 a.m.; the session has the minutes of its plan."""
    night = replace(PLAN, name="Sleepover", weekdays=(6,), starts_at=time(0, 30), ends_at=time(3))
    series = actions.create_session_series(
        program=club.series.program, plan=night, by=club.tutor, at=NOW
    )
    assert series.minutes == 150


def _actor(club: Club) -> Any:
    from cairn.governance.partners.api import load_actor

    return load_actor(club.tutor)
