"""A tutor's pages: from nothing to a roster, a session and the hours of each child."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.services.programs.reading_club import TODAY, Club

from cairn.outputs.dashboards.audiences.group_comparison import ComparedOutcome, ComparedYear
from cairn.platform.audit.models import AuditLine
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.services.programs.models import (
    AttendanceMark,
    AttendanceStatus,
    Participant,
    Program,
    SessionSeries,
)
from cairn.services.programs.views import programs

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
S = AttendanceStatus
_GROUP = {
    "name": "Grades 3 and 4",
    "site": "Maple Library",
    "weekdays": ["0", "1"],
    "starts_at": "15:00",
    "ends_at": "16:30",
    "first_day": "2026-09-01",
}
_CHILD = {"given_name": "Dee", "family_name": "Moss", "starts": "2026-11-23"}


def _text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def _session(club: Club, name: str = "attendance", days: int = 0) -> str:
    day = (TODAY + timedelta(days=days)).isoformat()
    return reverse(f"programs:{name}", args=[club.series.pk, day])


def _enroll(club: Club) -> str:
    return reverse("programs:enroll", args=[club.series.pk])


def test_results_are_own_attendance_beside_published_outcomes(
    club: Club, browser: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browser(club.tutor)
    address = reverse("programs:results", args=[club.series.program.pk])
    assert "No school outcome is published by this program" in _text(client.get(address))
    year = ComparedYear("2025-26", "60%", "50", "40%", "+20.0 points", is_suppressed=False)
    compared = ComparedOutcome(
        "chronic_absence",
        "Chronic absence",
        (year,),
        ("50% (2027-28): target met",),
        (TODAY,),
        "/public/chronic_absence/?group=program",
    )
    monkeypatch.setattr(programs, "list_program_outcomes", lambda _name, _on: [compared])
    page = _text(client.get(address))
    for words in (
        "?group=program",
        "+20.0 points",
        "target met",
        "does not show that the program caused it",
    ):
        assert words in page, words


def test_from_nothing_to_a_group(
    person: Callable[..., Any], browser: Callable[..., Client]
) -> None:
    tutor = person(Role.PROGRAM_STAFF, at="maple", kind=OrganizationKind.COMMUNITY_PROGRAM)
    client = browser(tutor)
    assert "No programs yet" in _text(client.get(reverse("programs:list")))
    organization = tutor.affiliations.get().organization.pk
    answer = client.post(
        reverse("programs:new"), {"organization": organization, "name": "Chess"}, follow=True
    )
    program = Program.objects.get()
    assert answer.redirect_chain[-1][0] == reverse("programs:new_group", args=[program.pk])
    again = client.post(reverse("programs:new"), {"organization": organization, "name": "CHESS"})
    assert "There is a program of this name" in _text(again)
    detail = reverse("programs:detail", args=[program.pk])
    assert "No groups yet" in _text(client.get(detail))
    wrong = {**_GROUP, "ends_at": "14:00", "last_day": "2026-08-01"}
    answer = client.post(reverse("programs:new_group", args=[program.pk]), wrong)
    assert answer.status_code == 422
    assert "after the session begins" in _text(answer)
    assert "after the first day" in _text(answer)
    for expected in ("Group added", "There is a group of this name"):
        answer = client.post(reverse("programs:new_group", args=[program.pk]), _GROUP, follow=True)
        assert expected in _text(answer)
    series = SessionSeries.objects.get()
    assert (series.weekdays, series.minutes, series.capacity) == ([0, 1], 90, None)
    assert "Monday, Tuesday" in _text(client.get(detail))
    group = _text(client.get(reverse("programs:group", args=[series.pk])))
    assert "No child is enrolled" in group


def test_a_child_is_enrolled_and_a_second_entry_is_noticed(club: Club, tutor: Client) -> None:
    answer = tutor.post(_enroll(club), {**_CHILD, "health": "Peanuts"}, follow=True)
    assert "Moss, Dee" in _text(answer)
    full = tutor.post(_enroll(club), {**_CHILD, "given_name": "Eli"})
    assert "All 4 places of this group are taken" in _text(full)
    SessionSeries.objects.update(capacity=None)
    again = _text(tutor.post(_enroll(club), _CHILD))
    assert "is on record here" in again
    assert "The new child is another one than" in again
    assert Participant.objects.count() == 4
    dee = Participant.objects.latest("pk").pk
    confirmed = {**_CHILD, "other_than": [str(dee)]}
    assert tutor.post(_enroll(club), confirmed).status_code == 302
    # Pressed twice, the second press has not seen the child of the first.
    assert "is on record here" in _text(tutor.post(_enroll(club), confirmed))
    assert Participant.objects.count() == 5
    chosen = {"participant": Participant.objects.first().pk, "starts": "2026-11-23"}
    assert "in this group already" in _text(tutor.post(_enroll(club), chosen))
    nameless = _text(tutor.post(_enroll(club), {"starts": "2026-11-23"}))
    assert "Enter the child" in nameless
    late = _text(tutor.post(_enroll(club), {**_CHILD, "given_name": "Eve", "starts": "2028-01-01"}))
    assert "This group does not meet on 2028-01-01" in late


def test_a_walk_in_goes_back_to_the_session(club: Club, tutor: Client) -> None:
    door = _enroll(club) + f"?day={TODAY}"
    assert "Present on Nov. 23, 2026" in _text(tutor.get(door))
    answer = tutor.post(door, {**_CHILD, "is_present": "on"}, follow=True)
    assert answer.redirect_chain == [(_session(club), 302)]
    assert "Child enrolled, and recorded as present." in _text(answer)
    assert "1 of 4 recorded: 1 present" in _text(answer)
    mark = AttendanceMark.objects.get()
    assert (mark.status, mark.day, mark.recorded_by) == ("present", TODAY, club.tutor)
    SessionSeries.objects.update(capacity=None)
    later = {"starts": (TODAY + timedelta(days=7)).isoformat(), "is_present": "on"}
    for changed, said in (({}, "Mark the child on this page."), (later, "Until then the child is")):
        child = {**_CHILD, "given_name": f"Kit {len(changed)}"} | changed
        assert said in _text(tutor.post(door, child, follow=True))
    assert AttendanceMark.objects.count() == 1
    assert "Present on" not in _text(tutor.get(_enroll(club)))


def test_a_session_is_taken_with_one_press_and_its_exceptions(club: Club, tutor: Client) -> None:
    home = _text(tutor.get(reverse("programs:list")))
    assert "0 of 3 recorded" in home
    ana, ben = club.enrolled["Ana"].pk, club.enrolled["Ben"].pk
    sent = {f"status-{ana}": "absent", f"status-{ben}": "late", f"minutes-{ben}": "30"}
    sent[f"seen-{ana}"] = "999"  # a mark that is not on the page, or never was
    answer = tutor.post(_session(club), {**sent, "others_present": "1"}, follow=True)
    assert "Saved: 3 children recorded." in _text(answer)
    marks = AttendanceMark.objects.order_by("enrollment").values_list("status", "minutes")
    assert list(marks) == [("absent", 0), ("late", 30), ("present", 120)]
    assert "3 of 3 recorded" in _text(tutor.get(reverse("programs:list")))
    unchanged = tutor.post(_session(club), sent, follow=True)
    assert "Nothing to save" in _text(unchanged)


def test_what_cannot_be_read_is_shown_again(club: Club, tutor: Client) -> None:
    ana = club.enrolled["Ana"].pk
    for sent, words in (
        ({f"status-{ana}": "late", f"minutes-{ana}": "half"}, "minutes of Ana Reyes as a number"),
        ({f"status-{ana}": "late", f"minutes-{ana}": "500"}, "The session has 120 minutes"),
        ({f"status-{ana}": "ill"}, "Choose how each child attended"),
    ):
        answer = tutor.post(_session(club), sent)
        assert answer.status_code == 422
        assert words in _text(answer)
    assert not AttendanceMark.objects.exists()
    assert 'value="500"' in _text(
        tutor.post(_session(club), {f"status-{ana}": "late", f"minutes-{ana}": "500"})
    )


def test_two_tutors_on_one_roster(club: Club, tutor: Client) -> None:
    ana = club.enrolled["Ana"].pk
    club.take(Ana=S.PRESENT)
    answer = tutor.post(_session(club), {f"status-{ana}": "absent", f"seen-{ana}": "0"})
    assert answer.status_code == 409
    assert "recorded present; you entered absent" in _text(answer)
    mark = AttendanceMark.objects.get()
    chosen = {f"status-{ana}": "absent", f"seen-{ana}": str(mark.pk)}
    assert "1 corrected" in _text(tutor.post(_session(club), chosen, follow=True))


def test_a_late_correction_asks_for_its_reason(club: Club, tutor: Client) -> None:
    ana = club.enrolled["Ana"].pk
    club.take(TODAY - timedelta(days=7), Ana=S.ABSENT)
    address = _session(club, days=-7)
    assert "Reason for a correction" in _text(tutor.get(address))
    mark = AttendanceMark.objects.get()
    sent = {f"status-{ana}": "present", f"seen-{ana}": str(mark.pk)}
    assert "Say why you correct" in _text(tutor.post(address, sent))
    tutor.post(address, {**sent, "reason": "Signed in at the desk"})
    record = _text(
        tutor.get(reverse("programs:participant", args=[club.enrolled["Ana"].participant_id]))
    )
    assert "<del>Absent</del> (corrected)" in record
    assert "Signed in at the desk" in record
    assert "Attended 1 of 1 recorded sessions, 2.0 hours." in record


def test_days_without_a_session(club: Club, tutor: Client) -> None:
    ahead = tutor.get(_session(club, days=7))
    assert "can be taken on that day, not before" in _text(ahead)
    assert tutor.post(_session(club, days=7), {}).status_code == 403
    assert (
        tutor.get(reverse("programs:attendance", args=[club.series.pk, "soon"])).status_code == 404
    )
    club.enrolled["Ana"].__class__.objects.all().update(starts=TODAY + timedelta(days=1))
    assert "No child is enrolled on this day" in _text(tutor.get(_session(club)))


def test_a_session_is_cancelled_and_restored(club: Club, tutor: Client) -> None:
    cancel = _session(club, "cancel_session")
    assert tutor.post(cancel, {"reason": ""}).status_code == 422
    assert "Session cancelled" in _text(tutor.post(cancel, {"reason": "Snow"}, follow=True))
    assert "cancelled already" in _text(tutor.post(cancel, {"reason": "Snow"}))
    assert "No session today: Snow" in _text(tutor.get(reverse("programs:list")))
    assert "No session on this day" in _text(tutor.get(_session(club)))
    ana = club.enrolled["Ana"].pk
    assert "Restore it" in _text(tutor.post(_session(club), {f"status-{ana}": "present"}))
    restore = _session(club, "restore_session")
    assert "Session restored" in _text(tutor.post(restore, follow=True))
    assert "was not cancelled" in _text(tutor.post(restore, follow=True))


def test_the_sheet_has_the_next_sessions(club: Club, tutor: Client) -> None:
    sheet = _text(tutor.get(_session(club, "sheet")))
    assert "1 Adams, Cleo" in sheet
    assert all(day in sheet for day in ("Nov 23", "Nov 25", "Nov 30", "Dec 2", "Dec 7"))
    SessionSeries.objects.update(last_day=TODAY)
    assert "Nov 25" not in _text(tutor.get(_session(club, "sheet", days=-2)))


def test_an_enrollment_ends(club: Club, tutor: Client) -> None:
    club.take(Ana=S.PRESENT)
    end = reverse("programs:end_enrollment", args=[club.enrolled["Ana"].pk])
    assert "End the enrollment of Ana Reyes" in _text(tutor.get(end))
    early = tutor.post(end, {"ends": "2026-11-01", "reason": "moved"})
    assert "attended on Nov. 23, 2026" in _text(early)
    answer = tutor.post(end, {"ends": "2026-11-23", "reason": "moved"}, follow=True)
    assert "Enrollment ended" in _text(answer)
    club.enrolled["Ana"].refresh_from_db()
    record = reverse("programs:participant", args=[club.enrolled["Ana"].participant_id])
    assert "moved away" in _text(tutor.get(record))


def test_the_end_of_an_enrollment_is_undone(club: Club, tutor: Client) -> None:
    ana = club.enrolled["Ana"]
    end = reverse("programs:end_enrollment", args=[ana.pk])
    tutor.post(end, {"ends": "2026-11-23", "reason": "moved"})
    undo = reverse("programs:reopen_enrollment", args=[ana.pk])
    assert undo in _text(tutor.get(reverse("programs:participant", args=[ana.participant_id])))
    assert "The child is enrolled again." in _text(tutor.post(undo, follow=True))
    ana.refresh_from_db()
    assert (ana.ends, ana.exit_reason) == (None, "")
    assert "This enrollment has not ended." in _text(tutor.post(undo, follow=True))


def test_a_place_that_was_given_away_is_not_taken_back(club: Club, tutor: Client) -> None:
    ana = club.enrolled["Ana"]
    tutor.post(
        reverse("programs:end_enrollment", args=[ana.pk]),
        {"ends": "2026-11-22", "reason": "moved"},
    )
    for given in ("Dee", "Eli"):
        tutor.post(_enroll(club), {**_CHILD, "given_name": given})
    undo = reverse("programs:reopen_enrollment", args=[ana.pk])
    assert "places of this group are taken" in _text(tutor.post(undo, follow=True))
    ana.refresh_from_db()
    assert ana.ends is not None


def _change(club: Club) -> str:
    return reverse("programs:change_participant", args=[club.enrolled["Ana"].participant_id])


def _read_form(page: Any) -> dict[str, str]:
    """What the form on the page would send."""
    form = page.context["form"]
    return {one.name: str(one.initial or "") for one in form}


def test_the_people_to_call_are_changed(club: Club, tutor: Client) -> None:
    sent = {**_read_form(tutor.get(_change(club))), "phone": "555-0199", "guardian": "Rosa Reyes"}
    page = _text(tutor.post(_change(club), sent, follow=True))
    assert "Changes saved." in page
    assert "555-0199" in page
    (line,) = AuditLine.objects.filter(event="program.participant_changed")
    assert line.detail == {"changed": "guardian, phone"}
    assert "555-0199" not in str(vars(line))


def test_of_two_people_who_change_a_record_the_second_is_told(club: Club, tutor: Client) -> None:
    first, second = (_read_form(tutor.get(_change(club))) for _ in range(2))
    tutor.post(_change(club), {**first, "phone": "555-0199"})
    answer = tutor.post(_change(club), {**second, "phone": "555-0000"})
    assert answer.status_code == 422
    assert "Someone changed this record in the meantime" in _text(answer)
    record = reverse("programs:participant", args=[club.enrolled["Ana"].participant_id])
    assert "555-0199" in _text(tutor.get(record))


def test_a_record_does_not_become_that_of_another_child(club: Club, tutor: Client) -> None:
    sent = _read_form(tutor.get(_change(club)))
    other = {**sent, "given_name": " BEN", "family_name": "Okafor"}
    answer = tutor.post(_change(club), other)
    assert "Another child on record here has this name and birth date." in _text(answer)
    renamed = tutor.post(_change(club), {**sent, "family_name": "Reyes Alba"}, follow=True)
    assert "Ana Reyes Alba" in _text(renamed)
    known = tutor.post(
        _enroll(club),
        {**_CHILD, "given_name": "Ana", "family_name": "Reyes Alba", "birth_date": "2018-05-04"},
    )
    assert "A child with this name and birth date is on record here." in _text(known)


def test_the_hours_of_each_child(club: Club, tutor: Client) -> None:
    dosage = reverse("programs:dosage", args=[club.series.program_id])
    assert "No attendance in these days" in _text(tutor.get(dosage))
    club.take(Ana=S.PRESENT, Ben=S.ABSENT)
    page = _text(tutor.get(dosage))
    assert "1 child attended from July 1, 2026 to June 30, 2027" in page
    assert "Reyes, Ana" in page
    assert "less than 15 hours" in page
    other = _text(tutor.get(dosage, {"first": "2026-01-01", "last": "2026-02-01"}))
    assert "No attendance in these days" in other
    wrong = tutor.get(dosage, {"first": "2026-02-01", "last": "2026-01-01"})
    assert wrong.status_code == 422


@pytest.mark.parametrize("role", [Role.PROGRAM_STAFF, Role.STEWARD])
def test_people_of_another_program_find_nothing(
    role: Role, club: Club, browser: Callable[..., Client]
) -> None:
    """Neither a child nor that there is one: the answer is that of an unknown number."""
    other = browser(role, at="birch", kind=OrganizationKind.COMMUNITY_PROGRAM)
    ana = club.enrolled["Ana"]
    addresses = [
        *(reverse("programs:detail", args=[pk]) for pk in (club.series.program_id, 999)),
        *(reverse("programs:group", args=[pk]) for pk in (club.series.pk, 999)),
        *(reverse("programs:participant", args=[pk]) for pk in (ana.participant_id, 999)),
        *(reverse("programs:end_enrollment", args=[pk]) for pk in (ana.pk, 999)),
        *(reverse("programs:change_participant", args=[pk]) for pk in (ana.participant_id, 999)),
        _session(club),
        _session(club, "sheet"),
    ]
    answers = [other.get(address) for address in addresses]
    assert {answer.status_code for answer in answers} == {404}
    assert other.post(_session(club), {f"status-{ana.pk}": "present"}).status_code == 404
    undo = reverse("programs:reopen_enrollment", args=[ana.pk])
    assert other.post(undo).status_code == 404
    assert "Reyes" not in "".join(_text(answer) for answer in answers)
    assert "Reading club" not in _text(other.get(reverse("programs:list")))


def test_the_audit_log_names_no_child(club: Club, tutor: Client) -> None:
    tutor.post(_enroll(club), _CHILD)
    kept = "".join(str(vars(line)) for line in AuditLine.objects.all())
    assert "Moss" not in kept
    assert "program.participant_enrolled" in kept
