"""A tutor with an assignment works with its program or site alone, while it is in force."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.formats import date_format
from tests.services.programs.reading_club import NOW, PLAN, TODAY, Club

from cairn.governance.partners.facts import load_actor
from cairn.platform.accounts.models import User
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.services.notes.models import ParticipantNote
from cairn.services.programs import actions as program_actions
from cairn.services.programs import queries
from cairn.services.programs.actions import ProgramConflict
from cairn.services.programs.incidents.actions import file_incident, write_incident
from cairn.services.programs.incidents.incident_records import (
    IncidentDetails,
    compute_draft_digest,
)
from cairn.services.programs.models import (
    AttendanceStatus,
    Incident,
    Program,
    SessionSeries,
    StaffAssignment,
    StaffPosition,
)
from cairn.services.programs.participant_identity import (
    ParticipantDetails,
    compute_details_digest,
    load_participant_details,
)
from cairn.services.programs.staff import actions, assignments, daily_tasks

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
_DAY = timedelta(days=1)


@pytest.fixture
def keeper(club: Club, person: Callable[..., User]) -> User:
    """The data steward of Maple Youth."""
    kind = OrganizationKind.COMMUNITY_PROGRAM
    return person(Role.STEWARD, at="maple", kind=kind, email="keeper@example.org")


@pytest.fixture
def other_site(club: Club) -> tuple[SessionSeries, Any]:
    """A group at another site, with a child of its own."""
    series = program_actions.create_session_series(
        program=club.series.program, plan=replace(PLAN, site="Oak Hall"), by=club.tutor, at=NOW
    )
    enrollment = program_actions.enroll_participant(
        series=series,
        participant=None,
        details=ParticipantDetails("Dora", "Quill", birth_date=date(2018, 2, 2)),
        starts=PLAN.first_day,
        by=club.tutor,
        at=NOW,
    )
    return series, enrollment


def assign(club: Club, keeper: User, **changes: Any) -> StaffAssignment:
    given: dict[str, Any] = {
        "organization": club.series.program.organization,
        "person": club.tutor,
        "position": StaffPosition.TUTOR,
        "program": club.series.program,
        "site": PLAN.site,
        "starts": TODAY,
        "ends": None,
        "by": keeper,
        "at": NOW,
    }
    return actions.assign_staff(**given | changes)


def write_report(keeper: User, program: Program, children: set[int], key: str) -> Incident:
    return write_incident(
        program=program,
        incident=None,
        occurred_at=NOW - _DAY,
        kind="injury",
        children=children,
        licensing_informed_at=None,
        details=IncidentDetails(happened="Fell", done="Ice"),
        seen="",
        key=key * 32,
        by=keeper,
        at=NOW,
    )


def _addresses(series: SessionSeries, enrollment: Any) -> dict[str, str]:
    day, child = TODAY.isoformat(), enrollment.participant_id
    places = {
        "programs:group": (series.pk,),
        "programs:attendance": (series.pk, day),
        "programs:pick_up": (series.pk, day),
        "programs:meals": (series.pk, day),
        "programs:sheet": (series.pk, day),
        "programs:offline_roster": (series.pk, day),
        "programs:enroll": (series.pk,),
        "programs:queue": (series.pk,),
        "programs:change_group": (series.pk,),
        "programs:participant": (child,),
        "programs:change_participant": (child,),
        "programs:end_enrollment": (enrollment.pk,),
        "notes:notes": (child,),
        "notes:new_note": (child,),
        "notes:contacts": (child,),
        "notes:group_contacts": (series.pk,),
    }
    return {name: reverse(name, args=args) for name, args in places.items()}


def test_every_page_of_another_site_is_closed_and_the_own_one_open(
    club: Club, keeper: User, other_site: tuple[SessionSeries, Any], tutor: Client
) -> None:
    own, other = _addresses(club.series, club.enrolled["Ana"]), _addresses(*other_site)
    assert {tutor.get(page).status_code for page in other.values()} == {200}
    assign(club, keeper)
    assert {tutor.get(page).status_code for page in own.values()} == {200}
    assert {name: tutor.get(page).status_code for name, page in other.items()} == dict.fromkeys(
        other, 403
    )
    refused = tutor.get(other["programs:group"]).content.decode()
    assert "You are assigned to: Reading club, Maple Library." in refused
    StaffAssignment.objects.update(starts=TODAY - 2 * _DAY, ends=TODAY - _DAY)
    assert {tutor.get(page).status_code for page in own.values()} == {403}
    ended = tutor.get(own["programs:participant"]).content.decode()
    assert "Your assignment to Reading club, Maple Library ended on" in ended


def test_lists_show_the_own_site_alone(
    club: Club, keeper: User, other_site: tuple[SessionSeries, Any], tutor: Client
) -> None:
    assert other_site[0].site == "Oak Hall"
    program = club.series.program
    detail = reverse("programs:detail", args=[program.pk])
    everything = tutor.get(detail).content.decode()
    assert "Oak Hall" in everything
    assert reverse("programs:funder_report", args=[program.pk]) in everything
    assign(club, keeper)
    with CaptureQueriesContext(connection) as few:
        page = tutor.get(detail).content.decode()
    assert "Oak Hall" not in page
    assert reverse("programs:funder_report", args=[program.pk]) not in page
    assert tutor.get(reverse("programs:funder_report", args=[program.pk])).status_code == 403
    assert tutor.get(reverse("programs:dosage", args=[program.pk])).status_code == 403
    assert tutor.get(reverse("programs:new")).status_code == 403
    home = tutor.get(reverse("programs:list")).content.decode()
    assert "Maple Library" in home
    assert "Oak Hall" not in home
    assert "Your assignments" in home
    known = queries.list_own_participants(program.organization, load_actor(club.tutor), TODAY)
    assert "Dora" not in {details.given_name for _row, details in known}
    enroll = tutor.get(reverse("programs:enroll", args=[club.series.pk])).content.decode()
    assert "Quill" not in enroll
    assert len(few) < 60


def test_actions_with_the_number_of_another_site_are_refused(
    club: Club, keeper: User, other_site: tuple[SessionSeries, Any], tutor: Client
) -> None:
    series, enrollment = other_site
    assign(club, keeper)
    given = {"by": club.tutor, "at": NOW}
    entry = program_actions.AttendanceEntry(AttendanceStatus.PRESENT)
    with pytest.raises(Refused):
        program_actions.record_session_attendance(
            series=series, day=TODAY, entries={enrollment.pk: entry}, reason="", **given
        )
    with pytest.raises(Refused):
        program_actions.end_enrollment(
            enrollment=enrollment, ends=TODAY, reason=program_actions.ExitReason.MOVED, **given
        )
    with pytest.raises(Refused):
        program_actions.create_session_series(
            program=series.program, plan=replace(PLAN, site="Oak Hall", name="New"), **given
        )
    assert club.take(Ana=AttendanceStatus.PRESENT).recorded == 1
    note = reverse("notes:new_note", args=[enrollment.participant_id])
    assert tutor.post(note, {"text": "A note"}).status_code == 403
    assert not ParticipantNote.objects.exists()


def test_a_report_of_two_sites_keeps_its_children_when_one_sites_tutor_changes_it(
    club: Club, keeper: User, other_site: tuple[SessionSeries, Any], tutor: Client
) -> None:
    both = {club.enrolled["Ana"].participant_id, other_site[1].participant_id}
    program = club.series.program
    new = reverse("programs:new_incident", args=[program.pk])
    assign(club, keeper)
    assert "Quill" not in tutor.get(new).content.decode()
    row, alone = (
        write_report(keeper, program, children, key)
        for key, children in (("a", both), ("b", {other_site[1].participant_id}))
    )
    page = tutor.get(reverse("programs:change_incident", args=[row.pk])).content.decode()
    assert page.count("checked") >= len(both)
    assert "Quill" in page
    assert tutor.get(reverse("programs:incident", args=[alone.pk])).status_code == 403
    listed = tutor.get(reverse("programs:incidents", args=[program.pk])).content.decode()
    assert reverse("programs:incident", args=[row.pk]) in listed
    assert reverse("programs:incident", args=[alone.pk]) not in listed


@pytest.fixture
def clinic(club: Club) -> SessionSeries:
    """A group of another program, Counseling, in which Ana of the reading club is enrolled too."""
    given: dict[str, Any] = {"by": club.tutor, "at": NOW}
    program = program_actions.create_program(
        organization=club.series.program.organization, name="Counseling", description="", **given
    )
    series = program_actions.create_session_series(
        program=program, plan=replace(PLAN, site="Clinic"), **given
    )
    program_actions.enroll_participant(
        series=series,
        participant=club.enrolled["Ana"].participant,
        details=None,
        starts=PLAN.first_day,
        **given,
    )
    return series


def test_a_report_of_another_program_about_an_own_child_is_closed(
    club: Club, keeper: User, clinic: SessionSeries, tutor: Client
) -> None:
    row = write_report(keeper, clinic.program, {club.enrolled["Ana"].participant_id}, "c")
    pages = [
        reverse(f"programs:{name}", args=[row.pk])
        for name in ("incident", "change_incident", "file_incident")
    ]
    child_page = reverse(
        "programs:child_incident", args=[row.pk, club.enrolled["Ana"].participant_id]
    )
    assign(club, keeper)
    assert {tutor.get(page).status_code for page in (*pages, child_page)} == {403}
    assert tutor.post(pages[0], {"text": "More"}).status_code == 403
    given: dict[str, Any] = {"incident": row, "by": club.tutor, "at": NOW}
    with pytest.raises(Refused):
        file_incident(seen=compute_draft_digest(row), **given)
    assign(club, keeper, program=clinic.program, site="Clinic")
    assert {tutor.get(page).status_code for page in (*pages, child_page)} == {200}
    file_incident(seen=compute_draft_digest(row), **given)
    row.refresh_from_db()
    assert row.state == "filed"


def test_the_list_of_reports_is_narrowed_by_its_own_program(
    club: Club, keeper: User, clinic: SessionSeries, tutor: Client
) -> None:
    """An assignment to another site of Counseling shows no report about Ana at the clinic."""
    program_actions.create_session_series(
        program=clinic.program, plan=replace(PLAN, site="Annex"), by=club.tutor, at=NOW
    )
    row = write_report(keeper, clinic.program, {club.enrolled["Ana"].participant_id}, "d")
    page, report = (
        reverse("programs:incidents", args=[clinic.program_id]),
        reverse("programs:incident", args=[row.pk]),
    )
    assign(club, keeper)
    assign(club, keeper, program=clinic.program, site="Annex")
    assert report not in tutor.get(page).content.decode()
    assert tutor.get(report).status_code == 403
    assign(club, keeper, program=clinic.program, site="Clinic")
    assert report in tutor.get(page).content.decode()


def test_the_page_of_a_child_offers_what_each_row_allows(
    club: Club, keeper: User, clinic: SessionSeries, tutor: Client
) -> None:
    ana = club.enrolled["Ana"].participant
    details = load_participant_details([ana])[ana.key]
    program_actions.change_participant_details(
        participant=ana,
        details=replace(details, barred_adults="Rex Reyes"),
        seen=compute_details_digest(details),
        by=club.tutor,
        at=NOW,
    )
    page = reverse("programs:participant", args=[ana.pk])
    own, other = (
        reverse("programs:end_enrollment", args=[row.pk])
        for row in (club.enrolled["Ana"], clinic.enrollments.get())
    )
    whole = tutor.get(page).content.decode()
    assign(club, keeper)
    part = tutor.get(page).content.decode()
    for text in (whole, part):
        assert "Rex Reyes" in text
        assert reverse("programs:change_participant", args=[ana.pk]) in text
        assert own in text
    assert other in whole
    assert other not in part
    given: dict[str, Any] = {"ends": TODAY, "reason": program_actions.ExitReason.MOVED}
    for row in (club.enrolled["Ana"], clinic.enrollments.get()):
        program_actions.end_enrollment(enrollment=row, **given, by=keeper, at=NOW)
    ended = tutor.get(page).content.decode()
    assert ended.count("Undo the end") == 1
    assert reverse("programs:reopen_enrollment", args=[club.enrolled["Ana"].pk]) in ended


def test_an_enrollment_by_mistake_opens_no_record(
    club: Club, keeper: User, other_site: tuple[SessionSeries, Any], tutor: Client
) -> None:
    dora = other_site[1].participant
    wrong = program_actions.enroll_participant(
        series=club.series,
        participant=dora,
        details=None,
        starts=PLAN.first_day,
        by=club.tutor,
        at=NOW,
    )
    assign(club, keeper)
    page = reverse("programs:participant", args=[dora.pk])

    def list_own() -> set[int]:
        who = load_actor(club.tutor)
        return {row.pk for row in queries.select_reachable_participants(who, TODAY)}

    assert tutor.get(page).status_code == 200
    assert dora.pk in list_own()
    for reason, status in (("moved", 200), ("mistake", 403)):
        program_actions.end_enrollment(
            enrollment=wrong,
            ends=TODAY,
            reason=program_actions.ExitReason(reason),
            by=club.tutor,
            at=NOW,
        )
        assert tutor.get(page).status_code == status
        assert (dora.pk in list_own()) == (status == 200)
        if reason == "moved":
            program_actions.reopen_enrollment(enrollment=wrong, by=club.tutor, at=NOW)
    assert tutor.get(reverse("notes:notes", args=[dora.pk])).status_code == 403
    new = reverse("programs:new_incident", args=[club.series.program_id])
    assert "Quill" not in tutor.get(new).content.decode()


def test_a_child_of_another_site_is_chosen_or_confirmed_by_the_name_as_entered(
    club: Club, keeper: User, other_site: tuple[SessionSeries, Any], tutor: Client
) -> None:
    dora = other_site[1].participant
    assign(club, keeper)
    page = reverse("programs:enroll", args=[club.series.pk])
    sent = {
        "given_name": "Dora",
        "family_name": "Quill",
        "birth_date": "2018-02-02",
        "starts": TODAY.isoformat(),
    }
    other_name = tutor.post(page, sent | {"given_name": "Dana", "participant": dora.pk})
    assert other_name.status_code == 422
    assert "02/02/2018" not in other_name.content.decode()
    asked = tutor.post(page, sent)
    assert asked.status_code == 422
    assert f'<option value="{dora.pk}">Quill, Dora, 02/02/2018</option>' in asked.content.decode()
    assert f'type="checkbox" name="other_than" value="{dora.pk}"' in " ".join(
        asked.content.decode().replace("<input", "").split()
    )
    assert club.series.enrollments.count() == len(club.enrolled)
    assert tutor.post(page, sent | {"participant": dora.pk}).status_code == 302
    assert club.series.enrollments.filter(participant=dora).count() == 1
    program_actions.end_enrollment(
        enrollment=club.enrolled["Ben"],
        ends=TODAY - _DAY,
        reason=program_actions.ExitReason.MOVED,
        by=keeper,
        at=NOW,
    )
    another = tutor.post(page, sent | {"other_than": [dora.pk]})
    assert another.status_code == 302
    newest = club.series.enrollments.latest("pk")
    assert newest.participant_id != dora.pk


def test_an_assignment_to_a_new_program_without_a_group_opens_it(
    club: Club, keeper: User, tutor: Client
) -> None:
    given: dict[str, Any] = {
        "organization": club.series.program.organization,
        "description": "",
        "by": keeper,
        "at": NOW,
    }
    chess, drama = (
        program_actions.create_program(name=name, **given) for name in ("Chess", "Drama")
    )
    assign(club, keeper, program=chess, site="")
    listed = tutor.get(reverse("programs:list")).content.decode()
    for program, status in ((chess, 200), (drama, 403)):
        page = reverse("programs:detail", args=[program.pk])
        assert (page in listed) == (status == 200)
        for address in (page, reverse("programs:new_group", args=[program.pk])):
            assert tutor.get(address).status_code == status
    series = program_actions.create_session_series(program=chess, plan=PLAN, by=club.tutor, at=NOW)
    assert tutor.get(reverse("programs:group", args=[series.pk])).status_code == 200


def test_an_assignment_to_all_programs_opens_everything_again(
    club: Club, keeper: User, other_site: tuple[SessionSeries, Any], tutor: Client
) -> None:
    page = reverse("programs:group", args=[other_site[0].pk])
    assign(club, keeper)
    assert tutor.get(page).status_code == 403
    assign(club, keeper, program=None, site="")
    assert tutor.get(page).status_code == 200
    assert tutor.get(reverse("programs:new")).status_code == 200


def test_the_steward_assigns_and_ends_in_the_browser(
    club: Club, keeper: User, tutor: Client, browser: Callable[..., Client]
) -> None:
    steward = browser(keeper)
    page = reverse("programs:staff", args=["maple"])
    assert page in steward.get(reverse("programs:list")).content.decode()
    empty = steward.get(page).content.decode()
    assert "No assignment yet" in empty
    assert "only people who work with all of them open and send these" in empty
    sent = {
        "person": club.tutor.pk,
        "position": "coach",
        "where": f"{club.series.program_id}:Maple Library",
        "starts": TODAY.isoformat(),
    }
    program_actions.create_session_series(
        program=club.series.program, plan=replace(PLAN, site="Annex"), by=club.tutor, at=NOW
    )
    for _ in range(2):
        assert steward.post(page, sent).status_code == 302
    row = StaffAssignment.objects.get()
    assert (row.position, row.site, row.assigned_by) == ("coach", "Maple Library", keeper)
    again = steward.post(page, sent | {"position": "tutor"})
    assert again.status_code == 422
    assert "assigned there at that time already" in again.content.decode()
    wrong = steward.post(page, sent | {"ends": (TODAY - _DAY).isoformat()})
    assert "at the earliest" in wrong.content.decode()
    (task,) = assignments.list_assignment_notices(load_actor(club.tutor), TODAY)
    day = date_format(TODAY)
    assert (task.count, task.detail) == (1, f"Coach, Reading club, Maple Library: from {day}")
    assert assignments.list_assignment_notices(load_actor(club.tutor), TODAY + 20 * _DAY) == []
    assert assignments.list_assignment_notices(load_actor(keeper), TODAY) == []
    end = reverse("programs:end_assignment", args=[row.pk])
    assert "assign the person again" in steward.get(end).content.decode()
    response = steward.post(end, {"ends": TODAY.isoformat()})
    assert "Last day saved" in str([*get_messages(response.wsgi_request)][-1])
    again = steward.post(end, {"ends": TODAY.isoformat()})
    assert "by that day already" in again.content.decode()
    same_day = steward.post(page, sent).content.decode()
    assert f"Choose a first day after {date_format(TODAY)}." in same_day
    undo = sent | {"starts": (TODAY + _DAY).isoformat()}
    assert steward.post(page, undo).status_code == 302
    events = AuditLine.objects.filter(event__startswith="program.staff")
    assert {line.event for line in events} == {
        "program.staff_assigned",
        "program.staff_assignment_ended",
    }
    for address in (page, end):
        assert tutor.get(address).status_code in {403, 404}
        assert tutor.post(address, sent).status_code in {403, 404}


@pytest.mark.parametrize("first", [TODAY, TODAY + 3 * _DAY])
def test_a_mistaken_assignment_is_ended_before_its_first_day(
    club: Club,
    keeper: User,
    tutor: Client,
    browser: Callable[..., Client],
    first: date,
) -> None:
    row = assign(club, keeper, starts=first)
    steward, own = browser(keeper), reverse("programs:group", args=[club.series.pk])
    assert tutor.get(own).status_code == (200 if first == TODAY else 403)
    end = reverse("programs:end_assignment", args=[row.pk])
    before = {"ends": (first - _DAY).isoformat()}
    too_early = steward.post(end, {"ends": (first - 2 * _DAY).isoformat()})
    assert "at the earliest" in too_early.content.decode()
    assert "then it is never in force" in steward.get(end).content.decode()
    assert steward.post(end, before).status_code == 302
    assert "by that day already" in steward.post(end, before).content.decode()
    assert tutor.get(own).status_code == 403
    assert "You are assigned to: nothing today." in tutor.get(own).content.decode()
    page = steward.get(reverse("programs:staff", args=["maple"])).content.decode()
    assert "never in force" in page
    assert "No assignment in force or ahead" in page
    assert end not in page
    assert "never in force" in tutor.get(reverse("programs:list")).content.decode()
    (task,) = assignments.list_assignment_notices(load_actor(club.tutor), TODAY)
    assert "never in force" in task.detail
    assign(club, keeper, starts=TODAY)
    assert tutor.get(own).status_code == 200


def test_only_program_staff_and_own_programs_are_assigned(
    club: Club, keeper: User, person: Callable[..., User]
) -> None:
    stranger = person(Role.PROGRAM_STAFF, at="oak", kind=OrganizationKind.COMMUNITY_PROGRAM)
    with pytest.raises(Refused, match="not program staff"):
        assign(club, keeper, person=stranger)
    with pytest.raises(Refused):
        assign(club, club.tutor)
    with pytest.raises(ProgramConflict, match="no group at this site"):
        assign(club, keeper, site="Elsewhere")
    oak = stranger.affiliations.get().organization
    foreign = program_actions.create_program(
        organization=oak, name="Chess", description="", by=stranger, at=NOW
    )
    with pytest.raises(ProgramConflict, match="not of your organization"):
        assign(club, keeper, program=foreign, site="")
    assert not StaffAssignment.objects.exists()


def _read_tasks(list_tasks: Callable[..., Any], who: Any, on: date = TODAY) -> list[Any]:
    return [(task.count, task.url, task.due) for task in list_tasks(who, on)]


def test_a_tutor_is_told_which_sessions_lack_attendance(
    club: Club, other_site: tuple[SessionSeries, Any], keeper: User, person: Callable[..., User]
) -> None:
    tutor, (other, _child) = load_actor(club.tutor), other_site
    week = timedelta(days=7)

    def locate(series: SessionSeries, day: date) -> str:
        return reverse("programs:attendance", args=[series.pk, day.isoformat()])

    club.take(TODAY - week, Ana=AttendanceStatus.PRESENT)
    program_actions.cancel_session(
        series=other, day=TODAY - week, reason="snow", by=club.tutor, at=NOW
    )
    here, there = (1, locate(club.series, TODAY), TODAY), (1, locate(other, TODAY), TODAY)
    missed = (2, locate(club.series, TODAY - 5 * _DAY), TODAY - 5 * _DAY)
    assert _read_tasks(daily_tasks.list_attendance_tasks, tutor) == [here, there, missed]
    club.take(Ana=AttendanceStatus.PRESENT, Ben=AttendanceStatus.ABSENT)
    assert "1 child" in daily_tasks.list_attendance_tasks(tutor, TODAY)[0].detail
    club.take(Cleo=AttendanceStatus.PRESENT)
    assert _read_tasks(daily_tasks.list_attendance_tasks, tutor)[0] == there
    # For a day before today one mark is enough: somebody took attendance.
    club.take(TODAY - 5 * _DAY, Cleo=AttendanceStatus.LATE)
    assert (1, locate(other, TODAY - 5 * _DAY), TODAY - 5 * _DAY) in _read_tasks(
        daily_tasks.list_attendance_tasks, tutor
    )
    assign(club, keeper, site=PLAN.site)
    limited = _read_tasks(daily_tasks.list_attendance_tasks, load_actor(club.tutor))
    assert limited == []
    for stranger in (person(Role.PROGRAM_STAFF, at="oak"), person(Role.DATA_MANAGER)):
        assert not daily_tasks.list_attendance_tasks(load_actor(stranger), TODAY)
        assert not daily_tasks.list_registration_tasks(load_actor(stranger), TODAY)


def test_a_tutor_of_many_groups_has_one_line(club: Club) -> None:
    for number in range(5):
        series = program_actions.create_session_series(
            program=club.series.program,
            plan=replace(PLAN, name=f"Group {number}"),
            by=club.tutor,
            at=NOW,
        )
        program_actions.enroll_participant(
            series=series,
            participant=None,
            details=ParticipantDetails("Dora", f"Quill {number}", birth_date=date(2018, 2, 2)),
            starts=TODAY,
            by=club.tutor,
            at=NOW,
        )
    tasks = daily_tasks.list_attendance_tasks(load_actor(club.tutor), TODAY)
    assert (tasks[0].count, tasks[0].url) == (6, reverse("programs:list"))
    # It is a line of the day, so it is never emailed; what was missed is, once for each session.
    assert [len(task.keys) for task in tasks] == [0, 2]
