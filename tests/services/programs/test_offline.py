"""Marks that a device sends after it had no connection: each counts once, none overwrites."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from tests.services.programs.reading_club import NOW, TODAY, Club, make_club

from cairn.platform.audit.models import AuditLine
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.services.programs import actions
from cairn.services.programs.models import (
    AttendanceMark,
    AttendanceStatus,
    OfflineMark,
    ProgramEnrollment,
    SessionSeries,
)
from cairn.services.programs.offline.roster import compute_child_reference, compute_user_reference
from cairn.services.programs.offline.sent_marks import MOST_MARKS

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
S = AttendanceStatus


def _address(club: Club, name: str = "offline_marks", days: int = 0) -> str:
    day = (TODAY + timedelta(days=days)).isoformat()
    return reverse(f"programs:{name}", args=[club.series.pk, day])


def _mark(club: Club, child: str, status: str, **other: Any) -> dict[str, Any]:
    """A mark as the page writes it."""
    reference = compute_child_reference(club.enrolled[child])
    return {"id": str(uuid4()), "child": reference, "status": status, "seen": 0, **other}


def _send(
    club: Club, client: Client, *marks: dict[str, Any], days: int = 0, **other: str
) -> dict[str, dict[str, Any]]:
    """What became of each mark, by its key."""
    sent = {"user": compute_user_reference(club.tutor), "marks": json.dumps(marks), **other}
    answer = client.post(_address(club, days=days), sent)
    assert answer.status_code == 200, answer.content
    return {result["id"]: result for result in answer.json()["results"]}


def _current(club: Club, child: str) -> str:
    mark = AttendanceMark.objects.get(enrollment=club.enrolled[child], replaced_by=None)
    return str(mark.status)


def test_a_roster_for_a_device_names_children_and_no_health(club: Club, tutor: Client) -> None:
    club.take(Ana=S.ABSENT)
    answer = tutor.get(_address(club, "offline_roster"))
    assert "no-store" in answer.headers["Cache-Control"]
    roster = answer.json()
    assert (roster["is_today"], roster["problems"], roster["minutes"]) == (True, [], 120)
    assert [row["name"] for row in roster["rows"]] == ["Cleo Adams", "Ben Okafor", "Ana Reyes"]
    seen = AttendanceMark.objects.get().pk
    ana = roster["rows"][2]
    assert (ana["status"], ana["seen"]) == ("absent", seen)
    assert set(ana) == {"child", "number", "name", "status", "minutes", "seen"}
    assert tutor.get(_address(club, "offline_roster", days=1)).json()["problems"]


def test_marks_are_recorded_by_the_clock_of_the_server(club: Club, tutor: Client) -> None:
    of_the_device = 1_000_000_000_000  # in 2001: the clock of the device is wrong
    ana = _mark(club, "Ana", "late", minutes="30", at=of_the_device)
    ben = _mark(club, "Ben", "absent", at="soon")
    results = _send(club, tutor, ana, ben)
    assert {one["outcome"] for one in results.values()} == {"stored"}
    mark = AttendanceMark.objects.get(enrollment=club.enrolled["Ana"])
    assert (mark.status, mark.minutes, mark.day) == ("late", 30, TODAY)
    assert (mark.recorded_at, mark.recorded_by) == (NOW, club.tutor)
    remark = OfflineMark.objects.get(key=ana["id"])
    assert (remark.device_time.year, remark.received_at) == (2001, NOW)
    assert OfflineMark.objects.get(key=ben["id"]).device_time is None
    page = tutor.get(reverse("programs:participant", args=[club.enrolled["Ana"].participant_id]))
    assert "The clock of the device said Sept" in page.content.decode()
    (line,) = AuditLine.objects.filter(event="program.offline_marks_received")
    assert line.detail == {"day": "2026-11-23", "stored": 2, "conflicts": 0, "refused": 0}


def test_sent_twice_it_is_recorded_once(club: Club, tutor: Client) -> None:
    ana = _mark(club, "Ana", "present")
    for _ in range(2):
        assert _send(club, tutor, ana, ana)[ana["id"]]["outcome"] == "stored"
    assert AttendanceMark.objects.count() == OfflineMark.objects.count() == 1
    # Somebody corrects it, and only then the device learns that it was received.
    club.take(Ana=actions.AttendanceEntry(S.ABSENT, seen=AttendanceMark.objects.get().pk))
    assert _send(club, tutor, ana)[ana["id"]]["outcome"] == "stored"
    assert _current(club, "Ana") == "absent"


def test_a_change_on_the_device_is_no_conflict_with_itself(club: Club, tutor: Client) -> None:
    """The answer to the first mark was lost; the person then chose again, without a connection."""
    first = _mark(club, "Ana", "present")
    _send(club, tutor, first)
    second = _mark(club, "Ana", "absent", earlier=[first["id"]])
    assert _send(club, tutor, second)[second["id"]]["outcome"] == "stored"
    assert _current(club, "Ana") == "absent"


def test_out_of_order_the_newest_counts(club: Club, tutor: Client) -> None:
    first = _mark(club, "Ana", "present")
    second = _mark(club, "Ana", "absent", earlier=[first["id"]])
    _send(club, tutor, second)
    assert _send(club, tutor, first)[first["id"]]["outcome"] == "stored"
    assert _current(club, "Ana") == "absent"
    assert AttendanceMark.objects.count() == 1


def test_two_devices_on_one_roster(club: Club, tutor: Client) -> None:
    one, other = _mark(club, "Ana", "present"), _mark(club, "Ana", "absent")
    ben = _mark(club, "Ben", "present")
    _send(club, tutor, one)
    results = _send(club, tutor, other, ben)
    conflict = results[other["id"]]
    assert conflict["outcome"] == "conflict"
    assert conflict["recorded"]["status"] == "present"
    assert results[ben["id"]]["outcome"] == "stored"
    assert _current(club, "Ana") == "present"
    # The person chooses what the device has, having seen the record.
    chosen = {**other, "seen": conflict["recorded"]["seen"]}
    assert _send(club, tutor, chosen)[other["id"]]["outcome"] == "stored"
    assert _current(club, "Ana") == "absent"


def test_the_same_choice_on_two_devices_is_no_conflict(club: Club, tutor: Client) -> None:
    one, other = _mark(club, "Ana", "present"), _mark(club, "Ana", "present")
    _send(club, tutor, one)
    assert _send(club, tutor, other)[other["id"]]["outcome"] == "stored"
    assert AttendanceMark.objects.count() == 1


def test_two_marks_of_a_child_in_one_message(club: Club, tutor: Client) -> None:
    one, other = _mark(club, "Ana", "present"), _mark(club, "Ana", "absent")
    results = _send(club, tutor, one, other)
    assert [results[mark["id"]]["outcome"] for mark in (one, other)] == ["stored", "later"]


def test_a_key_of_another_mark_is_refused(club: Club, tutor: Client) -> None:
    ana = _mark(club, "Ana", "present")
    _send(club, tutor, ana)
    ben = {**_mark(club, "Ben", "present"), "id": ana["id"]}
    assert "belongs to another one" in _send(club, tutor, ben)[ana["id"]]["message"]
    # Nor does it make a mark of Ben a change of Ana's.
    club.take(Ben=S.ABSENT)
    later = _mark(club, "Ben", "present", earlier=[ana["id"]])
    assert _send(club, tutor, later)[later["id"]]["outcome"] == "conflict"


def test_another_person_on_the_same_device(
    club: Club, tutor: Client, person: Callable[..., Any], browser: Callable[..., Client]
) -> None:
    colleague = person(Role.PROGRAM_STAFF, at="maple", kind=OrganizationKind.COMMUNITY_PROGRAM)
    sent = {
        "user": compute_user_reference(club.tutor),
        "marks": json.dumps([_mark(club, "Ana", "present")]),
    }
    answer = browser(colleague).post(_address(club), sent)
    assert answer.status_code == 409
    assert "waits until they sign in" in answer.json()["problem"]
    assert not AttendanceMark.objects.exists()


def test_after_the_sign_in_ended_nothing_is_recorded(club: Club, tutor: Client) -> None:
    sent = {"user": compute_user_reference(club.tutor), "marks": "[]"}
    tutor.logout()
    assert tutor.post(_address(club), sent).status_code == 403
    assert tutor.get(_address(club, "offline_roster")).status_code == 403
    assert tutor.get(reverse("programs:offline")).status_code == 403


def test_another_organizations_child_is_unknown(
    club: Club, tutor: Client, person: Callable[..., Any]
) -> None:
    oak = person(Role.PROGRAM_STAFF, at="oak", kind=OrganizationKind.COMMUNITY_PROGRAM)
    other = make_club(oak)
    reference = compute_child_reference(other.enrolled["Ana"])
    stranger = {**_mark(club, "Ana", "present"), "child": reference}
    result = _send(club, tutor, stranger)[stranger["id"]]
    assert (result["outcome"], result["name"]) == ("refused", "")
    sent = {"user": compute_user_reference(club.tutor), "marks": json.dumps([stranger])}
    assert tutor.post(_address(other), sent).status_code == 404
    assert not AttendanceMark.objects.exists()


def test_a_cancelled_session_gives_the_marks_back(club: Club, tutor: Client) -> None:
    actions.cancel_session(series=club.series, day=TODAY, reason="Snow", by=club.tutor, at=NOW)
    ana, ben = _mark(club, "Ana", "present"), _mark(club, "Ben", "absent")
    results = _send(club, tutor, ana, ben)
    for mark in (ana, ben):
        assert results[mark["id"]]["outcome"] == "refused"
        assert "This session was cancelled" in results[mark["id"]]["message"]
    assert results[ana["id"]]["name"] == "Ana Reyes"
    actions.restore_session(series=club.series, day=TODAY, by=club.tutor, at=NOW)
    assert _send(club, tutor, ana)[ana["id"]]["outcome"] == "stored"


def test_a_child_who_left_holds_up_no_other_one(club: Club, tutor: Client) -> None:
    ProgramEnrollment.objects.filter(pk=club.enrolled["Ana"].pk).update(
        ends=TODAY - timedelta(days=1), exit_reason="moved"
    )
    ana, ben = _mark(club, "Ana", "present"), _mark(club, "Ben", "late", minutes="500")
    cleo = _mark(club, "Cleo", "present")
    results = _send(club, tutor, ana, ben, cleo)
    assert "left the group in the meantime" in results[ana["id"]]["message"]
    assert "The session has 120 minutes" in results[ben["id"]]["message"]
    assert results[cleo["id"]]["outcome"] == "stored"


def test_a_group_that_ended_says_so_and_takes_nothing(club: Club, tutor: Client) -> None:
    SessionSeries.objects.update(last_day=TODAY - timedelta(days=7))
    (problem,) = tutor.get(_address(club, "offline_roster")).json()["problems"]
    assert "does not meet on 2026-11-23" in problem
    sent = {
        "user": compute_user_reference(club.tutor),
        "marks": json.dumps([_mark(club, "Ana", "present")]),
    }
    assert tutor.post(_address(club), sent).status_code == 403
    assert tutor.post(_address(club, days=7), sent).status_code == 403
    assert not AttendanceMark.objects.exists()


def test_a_correction_of_an_earlier_day_needs_its_reason(club: Club, tutor: Client) -> None:
    week = TODAY - timedelta(days=7)
    club.take(week, Ana=S.ABSENT)
    seen = AttendanceMark.objects.get().pk
    ana, ben = _mark(club, "Ana", "present", seen=seen), _mark(club, "Ben", "present")
    results = _send(club, tutor, ana, ben, days=-7)
    assert "Say why you correct" in results[ana["id"]]["message"]
    assert results[ben["id"]]["outcome"] == "stored"
    results = _send(club, tutor, ana, days=-7, reason="Came late")
    assert results[ana["id"]]["outcome"] == "stored"


@pytest.mark.parametrize(
    "marks",
    [
        *("", "{}", "[1]", "[" * 100_000, '[{"id": 5}]', '[{"id": "Ana Reyes"}]'),
        json.dumps([{"id": str(uuid4()), "earlier": "x"}]),
        json.dumps([{"id": str(uuid4())}] * (MOST_MARKS + 1)),
    ],
    ids=["nothing", "object", "numbers", "deep", "number", "name", "earlier", "many"],
)
def test_a_message_that_cannot_be_read(club: Club, tutor: Client, marks: str) -> None:
    sent = {"user": compute_user_reference(club.tutor), "marks": marks}
    answer = tutor.post(_address(club), sent)
    assert answer.status_code == 422
    assert answer.json()["problem"]


@pytest.mark.parametrize("wrong", [{"status": "ill"}, {"status": "late", "minutes": "half"}])
def test_a_mark_that_cannot_be_read_is_given_back(
    club: Club, tutor: Client, wrong: dict[str, str]
) -> None:
    ana = {**_mark(club, "Ana", "present"), **wrong, "seen": "x", "at": -1}
    ben = _mark(club, "Ben", "late", minutes=" ")
    results = _send(club, tutor, ana, ben)
    assert "minutes as a number" in results[ana["id"]]["message"]
    assert results[ben["id"]]["outcome"] == "stored"


def test_the_kept_page_and_its_worker_have_no_data(club: Club, tutor: Client) -> None:
    page = tutor.get(reverse("programs:offline")).content.decode()
    worker = tutor.get(reverse("programs:offline_worker"))
    assert worker.headers["Content-Type"].startswith("text/javascript")
    script = worker.content.decode()
    for text in (page, script):
        assert not any(word in text for word in ("Reyes", "Reading club", club.tutor.name))
    first = script.splitlines()[0]
    kept = json.loads(first.removeprefix("const SHELL = ").removesuffix(";"))
    assert all(address in page or address in script for address in kept["assets"])
    assert f"v={kept['version']}" in page
