"""What a program records becomes a data submission, once, and replaces exactly its own part."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.services.programs.program_agreements import (
    ConsentingFamilies,
    record_program_agreement,
)
from tests.services.programs.reading_club import NOW, PLAN, TODAY, Club, make_club

from cairn.data.intake import api as intake_api
from cairn.data.intake.models import Delivery, DeliveryStateConflict
from cairn.governance.partners.api import load_actor
from cairn.platform.schedule.declaration import JobFindingError
from cairn.platform.storage.api import open_file_store
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.services.programs import actions, queries
from cairn.services.programs.actions import AttendanceEntry
from cairn.services.programs.delivery import prepare_record_files, send_record_files
from cairn.services.programs.models import (
    ATTENDED,
    AttendanceStatus,
    ExitReason,
    NightlyDelivery,
    Participant,
    SessionSeries,
)
from cairn.services.programs.participant_identity import ParticipantDetails
from cairn.services.programs.record_files import (
    ProgramSpell,
    build_attendance_records,
    build_roster_records,
    choose_local_ids,
    list_record_years,
    merge_spells,
)
from cairn.services.programs.tasks import send_program_records
from cairn.warehouse.store.file_refs import FileRef

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
S = AttendanceStatus
_DAY = timedelta(days=1)
YEAR = "2026-27"


@pytest.fixture
def manager(person: Callable[..., Any]) -> Any:
    return person(Role.DATA_MANAGER)


@pytest.fixture
def agreement(manager: Any, club: Club) -> Any:
    return record_program_agreement(manager, club.tutor)


def _send(club: Club, agreement: Any, year: str = YEAR) -> list[Any]:
    program = club.series.program
    files = prepare_record_files(program, agreement, year, by=club.tutor, at=NOW)
    return send_record_files(files, by=club.tutor, at=NOW)


def _text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def _rows(feed: str) -> list[dict[str, str]]:
    """The rows that count now, in order."""
    store, rows = open_file_store(), []
    for delivery in Delivery.objects.filter(feed=feed, state="conformed"):
        rows += store.read(FileRef.parse(delivery.landed)).to_pylist()
    kept = [{k: v for k, v in row.items() if not k.startswith("_")} for row in rows]
    return sorted(kept, key=lambda row: sorted(row.items()))


def _read_accepted(delivery: Delivery) -> list[dict[str, Any]]:
    delivery.refresh_from_db()
    rows: list[dict[str, Any]] = (
        open_file_store().read(FileRef.parse(delivery.conformed)).to_pylist()
    )
    return rows


def test_minutes_of_the_warehouse_are_those_of_the_page(club: Club, agreement: Any) -> None:
    program = club.series.program
    second = actions.create_session_series(
        program=program,
        plan=actions.SeriesPlan(
            "Maple Library", "Chess", (0,), time(17), time(17, 50), PLAN.first_day
        ),
        by=club.tutor,
        at=NOW,
    )
    ana = club.enrolled["Ana"].participant
    chess = actions.enroll_participant(
        series=second, participant=ana, details=None, starts=PLAN.first_day, by=club.tutor, at=NOW
    )
    club.take(Ana=S.PRESENT, Ben=AttendanceEntry(S.LATE, 37), Cleo=S.EXCUSED)
    club.take(TODAY - 7 * _DAY, Ana=AttendanceEntry(S.LEFT_EARLY, 7), Ben=S.PRESENT)
    actions.record_session_attendance(
        series=second,
        day=TODAY,
        entries={chess.pk: AttendanceEntry(S.PRESENT)},
        reason="",
        by=club.tutor,
        at=NOW,
    )
    roster, attendance = _send(club, agreement)
    assert (roster.result, attendance.result) == ("new", "new")
    delivery = attendance.delivery
    assert (delivery.record, delivery.period) == ("session_attendance", YEAR)
    assert delivery.part == f"program-{program.pk}-reading-club"
    minutes: dict[str, int] = {}
    for row in _read_accepted(delivery):
        minutes[row["local_id"]] = minutes.get(row["local_id"], 0) + round(row["hours"] * 60)
    assert delivery.rows_kept == delivery.rows_in == 5
    page = queries.list_program_dosage(
        program, load_actor(club.tutor), TODAY, date(2026, 7, 1), date(2027, 6, 30)
    )
    keys = {row.participant.key: row.participant.pk for row in club.enrolled.values()}
    assert {keys[key]: total for key, total in minutes.items()} == {
        row.dosage.participant: row.dosage.minutes for row in page
    }
    assert sum(minutes.values()) == 120 + 50 + 37 + 7 + 120


def test_sent_twice_it_is_recognized_and_a_change_replaces_its_own_part(
    club: Club, agreement: Any
) -> None:
    other = actions.create_program(
        organization=club.series.program.organization,
        name="Chess club",
        description="",
        by=club.tutor,
        at=NOW,
    )
    series = actions.create_session_series(program=other, plan=PLAN, by=club.tutor, at=NOW)
    actions.enroll_participant(
        series=series,
        participant=club.enrolled["Ana"].participant,
        details=None,
        starts=PLAN.first_day,
        by=club.tutor,
        at=NOW,
    )
    chess = prepare_record_files(other, agreement, YEAR, by=club.tutor, at=NOW)
    send_record_files(chess, by=club.tutor, at=NOW)
    club.take(Ana=S.PRESENT)
    first = _send(club, agreement)
    assert _send(club, agreement) == []
    again = prepare_record_files(club.series.program, agreement, YEAR, by=club.tutor, at=NOW)
    assert [file.is_new for file in again] == [False, False]
    # What was prepared before somebody else sent it is recognized, too.
    club.take(Ben=S.PRESENT)
    late = prepare_record_files(club.series.program, agreement, YEAR, by=club.tutor, at=NOW)
    (replaced,) = _send(club, agreement)
    assert replaced.result == "replaced"
    assert replaced.delivery.supersedes == first[1].delivery
    (known,) = send_record_files(late, by=club.tutor, at=NOW)
    assert (known.result, known.delivery) == ("again", replaced.delivery)
    assert Delivery.objects.filter(state="conformed").count() == 3
    assert len(_rows("typed-roster")) == 3 + 1


def test_fewer_children_than_before_replace_the_earlier_ones(club: Club, agreement: Any) -> None:
    club.take(Ana=S.PRESENT, Ben=S.PRESENT, Cleo=S.PRESENT)
    _send(club, agreement)
    for name in ("Ben", "Cleo"):
        actions.end_enrollment(
            enrollment=club.enrolled[name],
            ends=TODAY,
            reason=ExitReason.MISTAKE,
            by=club.tutor,
            at=NOW,
        )
    (roster,) = _send(club, agreement)
    assert roster.result == "replaced"
    assert [row["First name"] for row in _rows("typed-roster")] == ["Ana"]


def test_after_the_agreement_ended_it_is_refused_and_recorded(club: Club, manager: Any) -> None:
    club.take(Ana=S.PRESENT)
    ended = record_program_agreement(manager, club.tutor, ends="2026-11-22")
    receipts = _send(club, ended)
    assert {receipt.result for receipt in receipts} == {"refused"}
    assert {row.state for row in Delivery.objects.all()} == {"refused"}


def test_an_agreement_about_one_kind_of_records_lets_only_that_in(club: Club, manager: Any) -> None:
    club.take(Ana=S.PRESENT)
    half = record_program_agreement(manager, club.tutor, record="referral")
    (receipt,) = _send(club, half)
    assert (receipt.result, receipt.delivery.record) == ("new", "participation")
    assert Delivery.objects.count() == 1


def test_a_child_whose_family_withdrew_is_left_out(
    person: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    families = ConsentingFamilies(person)
    club = make_club(families.steward)
    details = {
        name: ParticipantDetails(name, "Reyes", date(2018, 5, 4), own_id=own_id)
        for name, own_id in (("Dee", "100"), ("Eli", "101"), ("Fay", "999"))
    }
    SessionSeries.objects.update(capacity=None)
    enrolled = {
        name: actions.enroll_participant(
            series=club.series,
            participant=None,
            details=child,
            starts=PLAN.first_day,
            by=club.tutor,
            at=NOW,
        )
        for name, child in details.items()
    }
    club = replace(club, enrolled=club.enrolled | enrolled)
    club.take(Ana=S.PRESENT, Dee=S.PRESENT, Eli=S.PRESENT, Fay=S.PRESENT)
    club = replace(club, tutor=families.manager)
    files = prepare_record_files(
        club.series.program, families.agreement, YEAR, by=club.tutor, at=NOW
    )
    assert [file.preview.left_out for file in files if file.preview] == [4, 2]
    _send(club, families.agreement)
    assert {row["Student ID"] for row in _rows("typed-attendance")} == {"100", "101"}
    families.take_back("100")
    assert len(_send(club, families.agreement)) == 2
    assert {row["Student ID"] for row in _rows("typed-attendance")} == {"101"}
    assert {row["First name"] for row in _rows("typed-roster")} == {"Eli"}


def test_two_children_with_one_id_do_not_become_one_person(club: Club) -> None:
    details = [ParticipantDetails("A", "B", own_id=own_id) for own_id in ("7", " 7", "8", "")]
    children = [
        Participant(pk=number, organization=club.series.program.organization, key=f"key{number}")
        for number in range(4)
    ]
    known = {child.key: entry for child, entry in zip(children, details, strict=True)}
    assert choose_local_ids(children, known) == {0: "key0", 1: "key1", 2: "8", 3: "key3"}


_DAYS = st.dates(date(2026, 7, 1), date(2026, 8, 1))
_SPELLS = st.lists(
    st.tuples(_DAYS, st.integers(0, 9), st.booleans()).map(
        lambda drawn: ProgramSpell(drawn[0], None if drawn[2] else drawn[0] + drawn[1] * _DAY)
    ),
    max_size=6,
)


@given(_SPELLS, st.randoms())
def test_merged_times_hold_the_same_days(spells: list[ProgramSpell], order: Any) -> None:
    merged = list(merge_spells(spells))
    last = date(2026, 9, 1)

    def days(rows: list[ProgramSpell]) -> set[date]:
        return {
            row.starts + number * _DAY
            for row in rows
            for number in range(((row.ends or last) - row.starts).days + 1)
        }

    assert days(merged) == days(spells)
    for before, after in pairwise(merged):
        assert before.ends
        assert (after.starts - before.ends).days > 1
    order.shuffle(spells)
    assert list(merge_spells(spells)) == merged


_STEPS = st.lists(
    st.one_of(
        st.just("send"),
        st.tuples(
            st.sampled_from(["Ana", "Ben", "Cleo"]),
            st.sampled_from([TODAY, TODAY - 5 * _DAY, TODAY - 7 * _DAY]),
            st.sampled_from([S.PRESENT, S.ABSENT, S.LATE]),
            st.integers(1, 120),
        ),
        st.sampled_from(["cancel", "restore"]),
    ),
    min_size=1,
    max_size=6,
)


@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=_STEPS, order=st.permutations([0, 1]))
def test_sent_at_any_moments_in_any_order_the_rows_are_those_of_one_sending(
    steps: list[Any], order: list[int], club: Club, agreement: Any
) -> None:
    with transaction.atomic():
        program = club.series.program
        for step in steps:
            try:
                _take_step(club, step)
            except actions.ProgramConflict:
                continue  # such as a mark in a cancelled session
            if step == "send":
                files = prepare_record_files(program, agreement, YEAR, by=club.tutor, at=NOW)
                send_record_files([files[place] for place in order], by=club.tutor, at=NOW)
        files = prepare_record_files(program, agreement, YEAR, by=club.tutor, at=NOW)
        send_record_files(files, by=club.tutor, at=NOW)
        send_record_files(files, by=club.tutor, at=NOW)
        for file, feed in zip(files, ("typed-roster", "typed-attendance"), strict=True):
            sent = [
                {name: row[name] for name in row if name != "Attended"}
                for row in map(dict, file.records.rows)
            ]
            if sent:
                assert _rows(feed) == sorted(sent, key=lambda row: sorted(row.items()))
        transaction.set_rollback(True)


def _take_step(club: Club, step: Any) -> None:
    session: dict[str, Any] = {"series": club.series, "day": TODAY, "by": club.tutor, "at": NOW}
    if step == "cancel":
        actions.cancel_session(reason="Snow", **session)
    elif step == "restore":
        actions.restore_session(**session)
    elif step != "send":
        name, day, status, minutes = step
        mark = queries.load_current_marks([club.enrolled[name]], day).get(club.enrolled[name].pk)
        entry = AttendanceEntry(
            status, minutes if status in ATTENDED else None, seen=mark.pk if mark else 0
        )
        club.take(day, "Typing error", **{name: entry})


def _page(club: Club) -> str:
    return reverse("programs:delivery", args=[club.series.program_id])


def _read_seen(text: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', text)
    assert found
    return found[1]


def test_the_page_shows_what_would_be_sent_and_sends_it(
    club: Club, agreement: Any, tutor: Client
) -> None:
    club.take(Ana=S.PRESENT, Ben=S.PRESENT)
    detail = reverse("programs:detail", args=[club.series.program_id])
    assert _page(club) in tutor.get(detail).content.decode()
    page = _text(tutor.get(_page(club)))
    assert "Reading club, 2026-27" in page
    assert page.count("New.") == 2
    assert "Attended." in page, "the agreement does not cover it"
    chosen = {"year": YEAR, "agreement": agreement.reference, "seen": _read_seen(page)}
    club.take(Cleo=S.ABSENT)
    changed = _text(tutor.post(_page(club), chosen))
    assert "The records changed since you opened this page" in changed
    assert not Delivery.objects.exists()
    chosen["seen"] = _read_seen(changed)
    sent = _text(tutor.post(_page(club), chosen, follow=True))
    assert "2 data submissions sent." in sent
    assert sent.count("nothing changed since") == 2
    assert "Send these records" not in sent
    # Pressed twice, or after somebody else sent the same.
    again = _text(tutor.post(_page(club), chosen, follow=True))
    assert "The records changed since" in again
    club.take(TODAY - 7 * _DAY, Cleo=S.PRESENT)
    corrected = _text(tutor.get(_page(club)))
    assert "Replaces 3 rows sent on" in corrected
    chosen["seen"] = _read_seen(corrected)
    assert "1 data submission sent." in _text(tutor.post(_page(club), chosen, follow=True))
    assert "Reyes" not in sent + corrected


def test_the_page_says_that_no_agreement_covers_it_and_what_to_do(
    club: Club, tutor: Client, browser: Callable[..., Client], person: Callable[..., Any]
) -> None:
    club.take(Ana=S.PRESENT)
    assert "No agreement covers these records" in _text(tutor.get(_page(club)))
    steward = browser(person(Role.STEWARD, at="maple", kind=OrganizationKind.COMMUNITY_PROGRAM))
    assert reverse("agreements:begin") in _text(steward.get(_page(club)))
    stranger = browser(person(Role.STEWARD, at="river"))
    assert stranger.get(_page(club)).status_code == 404


def test_the_page_of_an_ended_agreement_says_why(club: Club, manager: Any, tutor: Client) -> None:
    club.take(Ana=S.PRESENT)
    record_program_agreement(manager, club.tutor, ends="2026-11-22")
    page = _text(tutor.get(_page(club)))
    assert "These records cannot be sent" in page
    assert "Send these records" not in page
    assert "Records are not sent each night." in page


def test_records_are_sent_each_night_until_a_refusal_which_is_recorded_once(
    club: Club, manager: Any, agreement: Any, tutor: Client
) -> None:
    nightly = reverse("programs:nightly", args=[club.series.program_id])
    unknown = _text(tutor.post(nightly, {"agreement": "RC-DSA-99"}, follow=True))
    assert "Choose an agreement of your organization" in unknown
    started = _text(tutor.post(nightly, {"agreement": agreement.reference}, follow=True))
    assert "What changed is sent each night under RC-DSA-13" in started
    assert send_program_records(NOW) == "Data submissions sent: 1."
    assert send_program_records(NOW) == "Data submissions sent: 0."
    club.take(Ana=S.PRESENT)
    assert send_program_records(NOW) == "Data submissions sent: 1."
    record_program_agreement(manager, club.tutor, ends="2026-11-23")
    club.take(Ben=S.PRESENT)
    later = NOW + timedelta(days=1)
    for _night in range(2):
        assert send_program_records(later) == "Data submissions sent: 0."
    assert Delivery.objects.filter(state="refused").count() == 2
    assert "It stopped on" in _text(tutor.get(_page(club)))


def test_a_person_stops_the_nights(club: Club, agreement: Any, tutor: Client) -> None:
    nightly = reverse("programs:nightly", args=[club.series.program_id])
    for _time in range(2):
        tutor.post(nightly, {"agreement": agreement.reference})
    assert NightlyDelivery.objects.filter(ended_at=None).count() == 1
    assert "no longer sent" in _text(tutor.post(nightly, follow=True))
    assert send_program_records(NOW) == "Data submissions sent: 0."
    assert not Delivery.objects.exists()


def test_facts_that_never_rest_are_reported_and_tried_the_next_night(
    club: Club, agreement: Any, tutor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def conflict(*_args: Any, **_given: Any) -> None:
        raise DeliveryStateConflict("Upload the file again.")

    tutor.post(
        reverse("programs:nightly", args=[club.series.program_id]),
        {"agreement": agreement.reference},
    )
    monkeypatch.setattr(intake_api, "receive_typed_records", conflict)
    with pytest.raises(JobFindingError, match="could not be saved: 1"):
        send_program_records(NOW)
    page = _text(tutor.get(_page(club)))
    chosen = {"year": YEAR, "agreement": agreement.reference, "seen": _read_seen(page)}
    assert "Upload the file again." in _text(tutor.post(_page(club), chosen, follow=True))


def test_last_year_is_a_submission_of_its_own(club: Club, agreement: Any) -> None:
    program = club.series.program
    assert list_record_years(program, TODAY) == (YEAR,)
    assert list_record_years(program, date(2028, 7, 1)) == ("2028-29", "2027-28", YEAR)
    club.take(Ana=S.PRESENT)
    assert build_attendance_records(program, "2027-28").rows == []
    next_year = ("2027-28", date(2027, 8, 1))
    assert build_roster_records(program, *next_year).rows == []  # the group ended in May
    program.series.update(last_day=None)
    assert len(build_roster_records(program, *next_year).rows) == 3
