"""One calendar of everything due: gathered, narrowed, filtered, and handed to other calendars."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.page_values import drop_random_values

from cairn.governance.consents.models.child import Child
from cairn.governance.consents.protected_identity import seal_fields
from cairn.governance.partners.models import Assessment
from cairn.governance.training.models import Completion
from cairn.outputs.deadlines.icalendar import format_icalendar
from cairn.outputs.deadlines.tables import DeadlineLine, DeadlineRow, DeadlineTable
from cairn.platform.deadline_sources.api import Deadline, DeadlineKind
from cairn.policy.vocabulary.access import Role

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def steward(person: Callable[..., Any], today: date) -> Any:
    """The steward of River, whose training runs out in 40 days and whose assessment in 70."""
    user = person(Role.STEWARD, at="river")
    Completion.objects.filter(user=user).update(expires_on=today + timedelta(days=40))
    Assessment.objects.update(expires_on=today + timedelta(days=70))
    return user


def _page(client: Client, **asked: str) -> str:
    return client.get(reverse("deadlines:list"), asked).content.decode()


def test_ones_own_deadlines_by_month_with_a_filter(
    steward: Any, browser: Callable[..., Client], today: date
) -> None:
    client = browser(steward)
    page = _page(client)
    assert "Training at River expires (people: 1)" in page
    assert "Security self-assessment of River expires" in page
    assert "Training at River" not in _page(client, kind="security")
    assert "Training at River" in _page(client, kind="nonsense")
    assert "No deadlines" in _page(client, organization="elsewhere")
    day = today + timedelta(days=40)
    month = client.get(reverse("deadlines:month", args=(day.year, day.month))).content.decode()
    assert "Training at River" in month
    assert client.get(reverse("deadlines:month", args=(2026, 13))).status_code == 404


def test_many_alike_on_one_day_are_one_row_that_opens(
    steward: Any, person: Callable[..., Any], browser: Callable[..., Client], today: date
) -> None:
    places = ("lake", "hills", "vale", "moor")
    for place in places[:-2]:
        person(Role.STEWARD, at=place)
    Assessment.objects.update(expires_on=today + timedelta(days=70))
    hub = browser(person(Role.DATA_MANAGER, at="river"))
    assert "<details><summary>" not in _page(hub, kind="security").partition("<main")[2]
    for place in places[-2:]:
        person(Role.STEWARD, at=place)
    Assessment.objects.update(expires_on=today + timedelta(days=70))
    page = _page(browser(person(Role.DATA_MANAGER)), kind="security")
    gathered = re.search(r"<summary>Security reviews: (\d+) on this day</summary>", page)
    assert gathered, page[page.index("<main") :]
    assert int(gathered[1]) > len(places)
    assert all(f"assessment of {place.title()} expires" in page for place in places)


def test_the_list_searches_keeps_its_filter_and_downloads(
    steward: Any, browser: Callable[..., Client]
) -> None:
    client = browser(steward)
    assert "Training at River" not in _page(client, q="self-assessment")
    assert "No row matches" in _page(client, q="nowhere")
    page = _page(client, kind="security", q="river")
    assert '<option value="security" selected>Security reviews</option>' in page
    assert '<input type="search" id="q" name="q" value="river">' in page
    answer = client.get(reverse("deadlines:list"), {"download": "csv", "kind": "security"})
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Deadline,Due date,Type,Responsible organization"
    assert [line.partition(",")[0] for line in lines[1:]] == [
        "Security self-assessment of River expires"
    ]
    assert lines[1].endswith(",Security reviews,River")


def test_another_organizations_deadlines_are_not_shown(
    steward: Any, person: Callable[..., Any], browser: Callable[..., Client]
) -> None:
    assert "River" not in _page(browser(person(Role.STEWARD, at="lake")))
    assert "River" in _page(browser(person(Role.DATA_MANAGER)))


def test_eighteenth_birthdays_are_counted_by_month_for_those_who_may(
    steward: Any, person: Callable[..., Any], browser: Callable[..., Client], today: date
) -> None:
    river = Assessment.objects.filter(organization__slug="river")[0].organization
    soon = (today.replace(day=1) + timedelta(days=70)).replace(day=10)
    for number, born in enumerate((soon, soon.replace(day=20), today - timedelta(days=1), None)):
        key = f"{number:064d}"
        day = born.replace(year=born.year - 18).isoformat() if born else ""
        sealed = seal_fields(key, {"local_id": "SECRET-7", "name": "Ada Lund", "born": day})
        Child.objects.create(organization=river, key=key, sealed=sealed)
    page = _page(browser(steward))
    assert "2 students of River turn 18 this month" in page
    assert "Ada" not in drop_random_values(page)
    assert "SECRET" not in page
    assert "turn 18" not in _page(browser(person(Role.STEWARD, at="lake")))
    assert "turn 18" not in _page(browser(person(Role.REVIEWER, at="river")))


def test_the_feed_is_a_calendar_file(
    steward: Any, browser: Callable[..., Client], today: date
) -> None:
    client = browser(steward)
    answer = client.get(reverse("deadlines:feed"), {"kind": "training"})
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert "no-store" in answer.headers["Cache-Control"]
    lines = answer.content.decode().split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 1
    assert f"DTSTART;VALUE=DATE:{today + timedelta(days=40):%Y%m%d}" in lines
    assert "URL:http://testserver/partners/river/clearance/" in lines


def test_what_is_due_is_explained_below_its_title_and_in_the_calendar_file() -> None:
    due = Deadline(
        date(2026, 12, 31),
        "Report under A-1",
        DeadlineKind.GIVE_BACK,
        "",
        "/a/",
        "tables, by school",
    )
    row = DeadlineRow((DeadlineLine(due, "reports to partners", "River"),))
    table = DeadlineTable([row])
    assert table.render_what(row) == (
        '<a href="/a/">Report under A-1</a><br><span class="small soft">tables, by school</span>'
    )
    assert row.what == "Report under A-1 (tables, by school)"
    made = datetime(2026, 11, 24, 12, tzinfo=UTC)
    text = format_icalendar([due], site="https://cairn.example", created_at=made)
    assert "DESCRIPTION:tables\\, by school\r\n" in text


def test_a_calendar_file_is_escaped_and_folded_inside_no_character() -> None:
    said = "Give back; a table, “größer” \\ than\nbefore " + "é" * 80
    due = Deadline(date(2026, 12, 31), said, DeadlineKind.GIVE_BACK)
    made = datetime(2026, 11, 24, 12, tzinfo=UTC)
    text = format_icalendar([due], site="https://cairn.example", created_at=made)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    whole = text.replace("\r\n ", "")
    assert "SUMMARY:Give back\\; a table\\, “größer” \\\\ than\\nbefore " + "é" * 80 in whole
    assert "DTEND;VALUE=DATE:20270101" in whole
    assert "URL" not in whole
    assert text == format_icalendar([due], site="https://cairn.example", created_at=made)


def test_nobody_else_has_deadlines(browser: Callable[..., Client]) -> None:
    for route in ("deadlines:list", "deadlines:feed"):
        assert browser(Role.PUBLIC).get(reverse(route)).status_code in (302, 403)
