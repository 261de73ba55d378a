"""The doors of programs."""

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from tests.entry_points.entry import Route

from cairn.governance.partners.models import Organization
from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import STAFF_ROLES, Role
from cairn.policy.vocabulary.actions import Action
from cairn.services.programs.incidents.incident_records import (
    IncidentDetails,
    build_incident_text,
)
from cairn.services.programs.models import (
    Incident,
    Participant,
    Program,
    ProgramEnrollment,
    ProgramFunding,
    RecordDestruction,
    RecordHold,
    Registration,
    RegistrationOffer,
    SessionSeries,
    StaffAssignment,
)
from cairn.services.programs.participant_identity import ParticipantDetails, build_identity
from cairn.services.programs.pick_up.pick_up_records import build_pick_up_identity
from cairn.services.programs.registration.place_offers import hash_offer_key
from cairn.services.programs.registration.registration_identity import (
    RegistrationDetails,
    build_registration_identity,
)

STAFF = {Role.STEWARD, Role.PROGRAM_STAFF}
STEWARD = {Role.STEWARD}
_VIEW, _CHANGE = (Action.VIEW_PROGRAM_RECORDS,), (Action.CHANGE_PROGRAM,)
_SEND = (Action.VIEW_PROGRAM_RECORDS, Action.RECEIVE)
_TAKE = (Action.TAKE_ATTENDANCE,)
_CLOSE = (Action.CLOSE_INCIDENT,)
_REPORT = (Action.REPORT_TO_FUNDER,)
_ASSIGN = (Action.ASSIGN_STAFF,)


def _recorder() -> User:
    return User.objects.get_or_create(email="recorder@example.org", name="Recorder")[0]


def _recorded() -> dict[str, Any]:
    return {"created_by": _recorder(), "created_at": timezone.now()}


def program() -> dict[str, Any]:
    """A program of the district that the roles of these tests act for."""
    district = Organization.objects.get_or_create(
        slug="district", defaults={"name": "District", "kind": "school_district"}
    )[0]
    row = Program.objects.create(organization=district, name="Reading club", **_recorded())
    return {"pk": row.pk}


def group() -> dict[str, Any]:
    """A group of it that meets each day."""
    row = SessionSeries.objects.create(
        program_id=program()["pk"],
        site="Library",
        name="Grades 1 and 2",
        weekdays=list(range(7)),
        starts_at=time(15),
        ends_at=time(17),
        first_day=date(2020, 1, 1),
        **_recorded(),
    )
    return {"pk": row.pk}


def session() -> dict[str, Any]:
    """A session of the group, today."""
    return group() | {"day": timezone.localdate().isoformat()}


def cancelled_session() -> dict[str, Any]:
    """A session that was cancelled."""
    place = session()
    SessionSeries.objects.get(pk=place["pk"]).cancelled_sessions.create(
        day=place["day"],
        reason="Snow",
        cancelled_by=_recorder(),
        cancelled_at=timezone.now(),
    )
    return place


def enrollment() -> dict[str, Any]:
    """A child in the group."""
    series = SessionSeries.objects.get(**group())
    now, user = timezone.now(), _recorder()
    child = Participant.objects.create(
        organization=series.program.organization, key="a" * 32, added_by=user, added_at=now
    )
    build_identity(child.key, "district", ParticipantDetails("Ana", "Reyes")).save()
    row = ProgramEnrollment.objects.create(
        participant=child,
        series=series,
        starts=date(2020, 1, 1),
        enrolled_by=user,
        enrolled_at=datetime(2020, 1, 1, tzinfo=now.tzinfo),
    )
    return {"pk": row.pk}


def ended_enrollment() -> dict[str, Any]:
    """A child who left the group."""
    found = enrollment()
    ProgramEnrollment.objects.filter(**found).update(ends=date(2020, 2, 1), exit_reason="moved")
    return found


def participant() -> dict[str, Any]:
    """The program's own record of a child."""
    return {"pk": ProgramEnrollment.objects.get(**enrollment()).participant_id}


def pick_up() -> dict[str, Any]:
    """A child who left today."""
    row = ProgramEnrollment.objects.get(**enrollment()).pick_ups.create(
        key="c" * 32,
        day=timezone.localdate(),
        recorded_by=_recorder(),
        recorded_at=timezone.now(),
    )
    build_pick_up_identity(row.key, "Rosa Reyes").save()
    return {"pk": row.pk}


def incident() -> dict[str, Any]:
    """A draft of an incident report."""
    row = Incident.objects.create(
        program_id=program()["pk"],
        key="d" * 32,
        occurred_at=timezone.now(),
        kind="injury",
        written_by=_recorder(),
        written_at=timezone.now(),
    )
    details = IncidentDetails(happened="A fall.", done="Ice.")
    build_incident_text(row.key, details).save()
    return {"pk": row.pk}


def filed_incident() -> dict[str, Any]:
    """A report that was filed."""
    found = incident()
    Incident.objects.filter(**found).update(state="filed", filed_at=timezone.now())
    return found


def child_incident() -> dict[str, Any]:
    """A report about one child."""
    child = participant()["pk"]
    row = Incident.objects.create(
        program=ProgramEnrollment.objects.get(participant=child).series.program,
        key="d" * 32,
        occurred_at=timezone.now(),
        kind="injury",
        written_by=_recorder(),
        written_at=timezone.now(),
    )
    row.children.add(child)
    build_incident_text(row.key, IncidentDetails(happened="A fall.")).save()
    return {"pk": row.pk, "child": child}


def open_group() -> dict[str, Any]:
    """The group, open for registration."""
    found = group()
    RegistrationOffer.objects.create(
        series_id=found["pk"],
        closes_on=date(2099, 1, 1),
        opened_by=_recorder(),
        opened_at=timezone.now(),
    )
    return found


def registration() -> dict[str, Any]:
    """A child whom a family registered for the group."""
    key = "b" * 32
    row = Registration.objects.create(
        series_id=open_group()["pk"],
        key=key,
        token="t" * 64,
        reference="ABCDEFGH",
        language="en",
        sent_at=timezone.now(),
    )
    details = RegistrationDetails(ParticipantDetails("Ana", "Reyes"))
    build_registration_identity(key, details).save()
    return {"pk": row.pk}


def waiting_group() -> dict[str, Any]:
    """A group for which a family waits."""
    return {"pk": Registration.objects.get(**registration()).series_id}


def offered_place() -> dict[str, Any]:
    """A family that was offered a place, with the key of its link."""
    Registration.objects.filter(**registration()).update(
        state="offered", offer_digest=hash_offer_key("secret"), offered_until=date(2099, 1, 1)
    )
    return {"key": "secret"}


def draft_code() -> dict[str, Any]:
    """A code that opens no unfinished registration."""
    return {"code": "ABCD-EFGH-JKMN-PQRS"}


def hold() -> dict[str, Any]:
    """A hold on the record of the child."""
    row = RecordHold.objects.create(
        participant_id=participant()["pk"],
        reason="audit",
        placed_by=_recorder(),
        placed_at=timezone.now(),
    )
    return {"pk": row.pk}


def organization() -> dict[str, Any]:
    """The organization that runs the program."""
    return {"slug": Program.objects.get(**program()).organization.slug}


def assignment() -> dict[str, Any]:
    """A staff member's assignment to the program."""
    place = Program.objects.get(**program())
    row = StaffAssignment.objects.create(
        organization=place.organization,
        person=_recorder(),
        position="tutor",
        program=place,
        starts=date(2020, 1, 1),
        assigned_by=_recorder(),
        assigned_at=timezone.now(),
    )
    return {"pk": row.pk}


def funding() -> dict[str, Any]:
    """The funding of the program by an organization."""
    row = ProgramFunding.objects.create(
        program_id=program()["pk"],
        funder=Organization.objects.create(slug="fund", name="Fund", kind="government"),
        starts=date(2020, 1, 1),
        recorded_by=_recorder(),
        recorded_at=timezone.now(),
    )
    return {"pk": row.pk}


def portfolio() -> dict[str, Any]:
    """A funder's page of one program."""
    funding()
    return {}


def certificate() -> dict[str, Any]:
    """A certificate of the organization."""
    found = organization()
    row = RecordDestruction.objects.create(
        organization=Organization.objects.get(**found),
        years=3,
        children=2,
        first_last_day=date(2019, 1, 1),
        latest_last_day=date(2020, 1, 1),
        destroyed_by=_recorder(),
        destroyed_at=timezone.now(),
    )
    return found | {"pk": row.pk}


_REGISTER = (Action.REGISTER_CHILD,)
_DESTROY = (Action.DESTROY_PROGRAM_RECORDS,)

ROUTES = {
    "programs:open_groups": Route(set(Role), "get", dict, _REGISTER),
    "programs:continue": Route(set(Role), "get", dict, _REGISTER),
    "programs:continue_link": Route(set(Role), "get", draft_code, _REGISTER),
    "programs:email_link": Route(set(Role), "get", dict, _REGISTER),
    "programs:register": Route(set(Role), "get", open_group, _REGISTER),
    "programs:answer_offer": Route(set(Role), "get", offered_place, _REGISTER),
    "programs:offer_place": Route(
        STAFF, "post", waiting_group, _CHANGE, ("program.place_offered",)
    ),
    "programs:enroll_accepted": Route(STAFF, "get", open_group, _CHANGE),
    "programs:offer": Route(STAFF, "get", group, _CHANGE),
    "programs:queue": Route(STAFF, "get", open_group, _CHANGE),
    "programs:registration": Route(STAFF, "get", registration, _CHANGE),
    "programs:list": Route(STAFF, "get", dict, _VIEW),
    "programs:new": Route(STAFF, "get", dict, _CHANGE),
    "programs:detail": Route(STAFF, "get", program, _VIEW),
    "programs:new_group": Route(STAFF, "get", program, _CHANGE),
    "programs:hour_bands": Route(STAFF, "get", program, _CHANGE),
    "programs:results": Route(STAFF, "get", program, _VIEW),
    "programs:dosage": Route(STAFF, "get", program, _VIEW),
    "programs:funder_report": Route(STAFF, "get", program, _REPORT),
    # Without a period the file is not made.
    "programs:funder_report_file": Route(STAFF, "post", program, _REPORT),
    "programs:delivery": Route(STAFF, "get", program, _SEND),
    "programs:nightly": Route(
        STAFF,
        "post",
        program,
        (*_SEND, Action.CHANGE_PROGRAM),
        ("program.nightly_delivery_stopped",),
    ),
    "programs:group": Route(STAFF, "get", group, _VIEW),
    "programs:change_group": Route(STAFF, "get", group, _CHANGE),
    "programs:next_group": Route(STAFF, "get", group, _CHANGE),
    "programs:enroll": Route(STAFF, "get", group, _CHANGE),
    "programs:attendance": Route(STAFF, "get", session, _TAKE),
    "programs:incidents": Route(STAFF, "get", program, _VIEW),
    "programs:new_incident": Route(STAFF, "get", program, _TAKE),
    # Without hours nothing is set.
    "programs:incident_deadline": Route(STEWARD, "post", program, _CLOSE),
    "programs:incident": Route(STAFF, "get", incident, _VIEW),
    "programs:change_incident": Route(STAFF, "get", incident, _TAKE),
    "programs:file_incident": Route(STAFF, "get", incident, _TAKE),
    "programs:close_incident": Route(STEWARD, "get", filed_incident, _CLOSE),
    "programs:child_incident": Route(STAFF, "get", child_incident, _VIEW),
    "programs:meals": Route(STAFF, "get", session, _TAKE),
    "programs:meal_month": Route(STAFF, "get", program, _VIEW),
    "programs:pick_up": Route(STAFF, "get", session, _TAKE),
    "programs:withdraw_pick_up": Route(
        STAFF, "post", pick_up, _TAKE, ("program.pick_up_withdrawn",)
    ),
    "programs:offline": Route(STAFF, "get", dict, _TAKE),
    "programs:offline_worker": Route(STAFF, "get", dict, _TAKE),
    "programs:offline_roster": Route(STAFF, "get", session, _TAKE),
    # Of the user who took the attendance, which these fields name nobody as.
    "programs:offline_marks": Route(STAFF, "post", session, _TAKE),
    "programs:sheet": Route(STAFF, "get", session, _VIEW),
    "programs:attendance_grid": Route(STAFF, "get", lambda: session() | {"span": "week"}, _TAKE),
    "programs:cancel_session": Route(STAFF, "get", session, _TAKE),
    "programs:restore_session": Route(
        STAFF,
        "post",
        cancelled_session,
        _TAKE,
        ("program.session_restored",),
    ),
    "programs:end_enrollment": Route(STAFF, "get", enrollment, _CHANGE),
    "programs:reopen_enrollment": Route(
        STAFF, "post", ended_enrollment, _CHANGE, ("program.enrollment_reopened",)
    ),
    "programs:change_participant": Route(STAFF, "get", participant, _CHANGE),
    "programs:records": Route({Role.STEWARD}, "get", organization, _DESTROY),
    "programs:destroy_records": Route({Role.STEWARD}, "get", organization, _DESTROY),
    "programs:certificate": Route({Role.STEWARD}, "get", certificate, _DESTROY),
    # Without a reason no hold is placed.
    "programs:hold_record": Route(STAFF, "post", participant, _CHANGE),
    "programs:end_hold": Route(
        {Role.STEWARD}, "post", hold, _DESTROY, ("program.record_hold_ended",)
    ),
    "programs:participant": Route(STAFF, "get", participant, _VIEW),
    "programs:staff": Route({Role.STEWARD}, "get", organization, _ASSIGN),
    "programs:funders": Route(STAFF, "get", program, _CHANGE),
    "programs:end_funding": Route(STAFF, "get", funding, _CHANGE),
    # Published figures alone; a funding shows no child.
    "programs:portfolio": Route(STAFF_ROLES, "get", portfolio, (Action.VIEW_DASHBOARDS,)),
    "programs:end_assignment": Route({Role.STEWARD}, "get", assignment, _ASSIGN),
}
