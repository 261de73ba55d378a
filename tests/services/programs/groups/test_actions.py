"""A group's plan is changed, and a group continues in a new term with its children."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.services.programs.reading_club import NOW, PLAN, TODAY, Club

from cairn.platform.audit.models import AuditLine
from cairn.policy.engine import Refused
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.services.programs import actions
from cairn.services.programs.groups import actions as group_actions
from cairn.services.programs.models import AttendanceStatus, ProgramEnrollment, SessionSeries
from cairn.services.programs.record_files import build_roster_records

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
NEXT_YEAR = replace(PLAN, name="Grades 2 and 3", first_day=date(2027, 8, 16), last_day=None)


def _change(club: Club, plan: actions.SeriesPlan, seen: str = PLAN.digest) -> SessionSeries:
    return group_actions.change_session_series(
        series=club.series, plan=plan, seen=seen, by=club.tutor, at=NOW
    )


def _continue(club: Club, plan: actions.SeriesPlan, *names: str) -> SessionSeries:
    return group_actions.continue_group(
        series=club.series,
        plan=plan,
        participants=[club.enrolled[name].participant for name in names],
        by=club.tutor,
        at=NOW,
    )


def test_a_plan_is_changed_and_the_log_names_what(club: Club) -> None:
    club.take(Ana=AttendanceStatus.PRESENT)
    row = _change(club, replace(PLAN, weekdays=(4, 0), ends_at=time(16, 30), capacity=None))
    assert (row.weekdays, row.minutes, row.capacity) == ([0, 4], 90, None)
    assert club.enrolled["Ana"].attendance_marks.get().minutes == 120
    line = AuditLine.objects.get(event="program.group_changed")
    assert line.detail == {"changed": "weekdays, ends_at, capacity"}


def test_what_would_fall_out_of_the_plan_is_not_changed(club: Club) -> None:
    club.take(Ana=AttendanceStatus.PRESENT)
    with pytest.raises(actions.ProgramConflict, match="A child attended on"):
        _change(club, replace(PLAN, last_day=TODAY - timedelta(days=1)))
    with pytest.raises(actions.ProgramConflict, match="A child attended on"):
        _change(club, replace(PLAN, first_day=TODAY + timedelta(days=1)))
    with pytest.raises(actions.ProgramConflict, match="A child joins on"):
        _change(club, replace(PLAN, first_day=TODAY))
    assert _change(club, replace(PLAN, last_day=TODAY)).last_day == TODAY


def test_of_two_people_who_change_a_plan_the_second_is_asked_again(club: Club) -> None:
    _change(club, replace(PLAN, capacity=10))
    with pytest.raises(actions.ProgramConflict, match="in the meantime"):
        _change(club, replace(PLAN, capacity=12))


def test_two_groups_of_a_site_have_two_names(club: Club) -> None:
    other = replace(PLAN, name="Grade 3")
    actions.create_session_series(program=club.series.program, plan=other, by=club.tutor, at=NOW)
    with pytest.raises(actions.ProgramConflict, match="Choose another name"):
        _change(club, replace(PLAN, name="GRADE 3"))


def test_a_group_continues_with_the_children_who_were_chosen(club: Club) -> None:
    following = _continue(club, NEXT_YEAR, "Ana", "Ben")
    assert {row.starts for row in following.enrollments.all()} == {NEXT_YEAR.first_day}
    assert following.enrollments.count() == 2
    club.series.refresh_from_db()
    assert club.series.last_day == PLAN.last_day  # it had ended earlier
    with pytest.raises(actions.ProgramConflict, match="There is a group of this name"):
        _continue(club, NEXT_YEAR, "Ana", "Ben")
    assert ProgramEnrollment.objects.count() == 5


def test_a_group_without_an_end_ends_on_the_day_before(club: Club) -> None:
    _change(club, replace(PLAN, last_day=None))
    _continue(club, replace(NEXT_YEAR, first_day=date(2027, 1, 4)))
    club.series.refresh_from_db()
    assert club.series.last_day == date(2027, 1, 3)


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        (replace(NEXT_YEAR, first_day=PLAN.first_day), "after the first day of the group so far"),
        (replace(NEXT_YEAR, first_day=TODAY), "A child attended on"),
    ],
)
def test_a_new_term_that_cannot_be_changes_nothing(
    club: Club, plan: actions.SeriesPlan, why: str
) -> None:
    club.take(Ana=AttendanceStatus.PRESENT)
    with pytest.raises(actions.ProgramConflict, match=why):
        _continue(club, plan, "Ana")
    assert SessionSeries.objects.get().last_day == PLAN.last_day


def test_a_child_who_does_not_continue_left_with_the_group(club: Club) -> None:
    following = replace(NEXT_YEAR, first_day=TODAY + timedelta(days=1))
    _continue(club, following, "Ana")
    later = TODAY + timedelta(days=8)
    records = build_roster_records(club.series.program, "2026-27", later)
    last_days = {row["First name"]: row["Last day"] for row in records.rows}
    assert last_days == {"Ana": "", "Ben": TODAY.isoformat(), "Cleo": TODAY.isoformat()}
    assert build_roster_records(club.series.program, "2027-28", date(2027, 9, 1)).rows[0][
        "First name"
    ] == ("Ana")


def test_more_children_than_places_are_not_enrolled(club: Club) -> None:
    with pytest.raises(Refused, match="place"):
        _continue(club, replace(NEXT_YEAR, capacity=1), "Ana", "Ben")
    assert SessionSeries.objects.count() == 1


def _read_sent(form: Any) -> dict[str, Any]:
    """What a browser sends of a form that nobody filled in."""
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value}


def test_a_tutor_changes_a_group_and_continues_it(club: Club, tutor: Client) -> None:
    club.take(Ana=AttendanceStatus.PRESENT)
    pages = [
        reverse(f"programs:{name}", args=[club.series.pk])
        for name in ("change_group", "next_group")
    ]
    form = tutor.get(pages[0]).context["form"]
    sent = _read_sent(form) | {"capacity": "2"}
    assert tutor.post(pages[0], sent).status_code == 302
    answer = tutor.post(pages[0], sent)
    assert answer.status_code == 422
    assert "in the meantime" in answer.content.decode()
    form = tutor.get(pages[1]).context["form"]
    assert form["first_day"].value() == PLAN.last_day + timedelta(days=1)
    assert len(form["participants"].value()) == 3
    ben = club.enrolled["Ben"]
    ProgramEnrollment.objects.filter(pk=ben.pk).update(ends=TODAY)  # leaves, on the roster today
    form = tutor.get(pages[1]).context["form"]
    assert ben.participant_id not in form["participants"].value()
    assert "Ben Okafor (last day: Nov. 23, 2026)" in str(form["participants"])
    ProgramEnrollment.objects.filter(pk=ben.pk).update(ends=None)
    form = tutor.get(pages[1]).context["form"]
    assert form["name"].value() == "Grades 1 and 2, 2026-27"
    sent = _read_sent(form) | {"name": "Grades 2 and 3"}
    answer = tutor.post(pages[1], sent)
    assert answer.status_code == 422
    assert "2 places" in answer.content.decode()
    children = [club.enrolled[name].participant_id for name in ("Ana", "Cleo")]
    same = tutor.post(pages[1], sent | {"participants": children, "name": PLAN.name})
    assert "There is a group of this name" in same.content.decode()
    answer = tutor.post(pages[1], sent | {"participants": children}, follow=True)
    assert "Group added, with 2 children." in answer.content.decode()
    page = answer.content.decode()
    assert "Begins June 1, 2027. The roster is that of its first day." in page
    assert "Reyes" in page
    assert "Okafor" not in page
    detail = tutor.get(reverse("programs:detail", args=[club.series.program_id]))
    assert [enrolled for _group, enrolled in detail.context["groups"]] == [3, 2]
    SessionSeries.objects.filter(pk=club.series.pk).update(last_day=TODAY - timedelta(days=1))
    page = tutor.get(reverse("programs:group", args=[club.series.pk])).content.decode()
    assert "Ended Nov. 22, 2026" in page


def test_people_of_another_program_get_the_answer_of_an_unknown_group(
    club: Club, person: Callable[..., Any], browser: Callable[..., Client]
) -> None:
    kind = OrganizationKind.COMMUNITY_PROGRAM
    other = browser(person(Role.PROGRAM_STAFF, at="oak", kind=kind))
    for name in ("change_group", "next_group"):
        for pk in (club.series.pk, 999):
            assert other.post(reverse(f"programs:{name}", args=[pk]), {}).status_code == 404


OFFER = {
    "ages": "6-8",
    "fee": "0",
    "fee_period": "week",
    "languages": ["es", "en"],
    "outcome": "early_grade_reading",
}


def test_what_a_group_offers_is_shown_and_continues_in_a_new_term(
    club: Club, tutor: Client
) -> None:
    change = reverse("programs:change_group", args=[club.series.pk])
    plan = {
        "name": PLAN.name,
        "site": PLAN.site,
        "weekdays": ["0", "2"],
        "starts_at": "15:00",
        "ends_at": "17:00",
        "first_day": "2026-09-01",
        "last_day": "2027-05-31",
        "capacity": "4",
        "seen": PLAN.digest,
    }
    half = tutor.post(change, plan | OFFER | {"fee": "12.5", "fee_period": ""})
    assert "Choose what the fee is for" in half.content.decode()
    for wrong in ({"languages": ["xx"]}, {"outcome": "fame"}, {"fee": "-1"}):
        assert tutor.post(change, plan | OFFER | wrong).status_code == 422
    assert tutor.post(change, plan | OFFER).status_code == 302
    row = SessionSeries.objects.get(pk=club.series.pk)
    assert (row.fee, row.fee_period, row.languages) == (0, "", ["es", "en"])
    line = AuditLine.objects.get(event="program.group_changed")
    assert line.detail == {"changed": "ages, fee, languages, outcome"}
    for page in ("programs:group", "programs:detail"):
        number = row.pk if page == "programs:group" else row.program_id
        shown = tutor.get(reverse(page, args=[number])).content.decode()
        for text in (
            "Ages or grades: 6-8",
            "Fee: Free of charge",
            "Languages: Spanish, English",
            "Aims at: Reading at grade level, grade 3",
        ):
            assert text in shown
    form = tutor.get(reverse("programs:next_group", args=[row.pk])).context["form"]
    assert {name: form.initial[name] for name in ("ages", "languages", "outcome")} == {
        "ages": "6-8",
        "languages": ("es", "en"),
        "outcome": "early_grade_reading",
    }
    following = _continue(club, replace(NEXT_YEAR, ages="7-9", languages=("es",)))
    assert (following.ages, following.languages) == ("7-9", ["es"])
