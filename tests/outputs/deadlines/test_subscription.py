"""A person's own calendar reads their deadlines by a secret address, for as long as they may."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cairn.governance.partners.models import Assessment
from cairn.governance.training.models import Completion
from cairn.outputs.deadlines import views
from cairn.outputs.deadlines.icalendar import format_icalendar
from cairn.outputs.deadlines.models import CalendarFeed
from cairn.platform.audit.models import AuditLine
from cairn.platform.deadline_sources.api import Deadline, DeadlineKind
from cairn.policy.vocabulary.access import Role

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

AT = datetime(2026, 11, 27, 17, tzinfo=UTC)
WORDS = st.text("ab", max_size=2)
DEADLINES = st.builds(
    Deadline,
    on=st.sampled_from([date(2026, 12, 1), date(2026, 12, 2)]),
    what=WORDS,
    kind=st.sampled_from(["project", "consent"]),
    organization=WORDS,
    address=WORDS,
    detail=WORDS,
    key=WORDS,
)


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    cache.clear()


@pytest.fixture
def steward(person: Callable[..., Any]) -> Any:
    """The steward of River, with two deadlines."""
    user = person(Role.STEWARD, at="river")
    today = timezone.localdate()
    Completion.objects.filter(user=user).update(expires_on=today + timedelta(days=40))
    Assessment.objects.update(expires_on=today + timedelta(days=70))
    return user


def _subscribe(client: Client) -> str:
    page = client.post(reverse("deadlines:subscription")).content.decode()
    found = re.search(r"http://testserver(/deadlines/subscription/\S+?\.ics)", page)
    assert found
    return found[1]


def _uids(text: str) -> list[str]:
    return re.findall(r"^UID:(\S+)", text, re.MULTILINE)


def test_the_address_works_without_a_session_and_is_shown_once(
    steward: Any, browser: Callable[..., Client]
) -> None:
    client = browser(steward)
    assert (
        "You have no address yet." in client.get(reverse("deadlines:subscription")).content.decode()
    )
    address = _subscribe(client)
    answer = Client().get(address)
    text = answer.content.decode()
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert "SUMMARY:Training at River expires" in text.replace("\r\n ", "")
    token = address.rpartition("/")[2].removesuffix(".ics")
    assert token not in CalendarFeed.objects.get().token_hash
    assert token not in client.get(reverse("deadlines:subscription")).content.decode()
    # One line for making it, none for reading it.
    Client().get(address)
    events = AuditLine.objects.filter(event__startswith="calendar").values_list("event", flat=True)
    assert list(events) == ["calendar_feed.renewed"]
    assert Client().post(address).status_code == 405


def test_a_new_address_ends_the_old_one_and_a_person_can_end_it(
    steward: Any, browser: Callable[..., Client]
) -> None:
    client = browser(steward)
    first, second = _subscribe(client), _subscribe(client)
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    client.post(reverse("deadlines:subscription"), {"step": "end"})
    assert Client().get(second).status_code == 404
    assert AuditLine.objects.filter(event="calendar_feed.ended").count() == 1


def test_the_address_ends_when_the_person_leaves_and_shows_only_what_they_may_see(
    steward: Any, person: Callable[..., Any], browser: Callable[..., Client]
) -> None:
    address = _subscribe(browser(steward))
    elsewhere = _subscribe(browser(person(Role.STEWARD, at="hills")))
    assert "Security self-assessment of River" not in Client().get(elsewhere).content.decode()
    steward.affiliations.update(ends=timezone.localdate() - timedelta(days=1))
    assert Client().get(address).status_code == 404
    steward.affiliations.update(ends=None)
    assert Client().get(address).status_code == 200
    steward.is_active = False
    steward.save()
    assert Client().get(address).status_code == 404


def test_guesses_and_frequent_readers_are_turned_away(
    steward: Any, browser: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = _subscribe(browser(steward))
    monkeypatch.setattr(views, "MAX_FETCHES_AN_HOUR", 3)
    statuses = [Client().get(address).status_code for _fetch in range(4)]
    assert statuses == [200, 200, 200, 429]
    guess = reverse("deadlines:subscribed_feed", args=["guess"])
    statuses = [Client().get(guess).status_code for _fetch in range(4)]
    assert statuses == [404, 404, 404, 429]


@given(st.lists(DEADLINES, max_size=6))
def test_no_two_events_share_a_uid_and_each_keeps_its_own(deadlines: list[Deadline]) -> None:
    text = format_icalendar(deadlines, site="", created_at=AT)
    assert len(set(_uids(text))) == len(deadlines)
    again = format_icalendar(deadlines, site="https://other", created_at=AT + timedelta(days=1))
    assert _uids(again) == _uids(text)
    # Whatever else is due, the first of those alike keeps its UID.
    for deadline in deadlines:
        assert set(_uids(format_icalendar([deadline], site="", created_at=AT))) <= set(_uids(text))


def test_an_event_keeps_its_uid_when_the_number_in_its_words_changes() -> None:
    def make(what: str, organization: str = "river") -> str:
        birthday = Deadline(
            AT.date(), what, DeadlineKind.BIRTHDAY, organization, "/consents/", key="2026-11"
        )
        return format_icalendar([birthday], site="", created_at=AT)

    assert _uids(make("3 students turn 18")) == _uids(make("4 students turn 18"))
    assert _uids(make("3 students turn 18")) != _uids(make("3 students turn 18", "hills"))


def test_each_event_has_an_alarm_a_week_and_a_day_before() -> None:
    text = format_icalendar([Deadline(AT.date(), "Renewal", "renewal")], site="", created_at=AT)
    assert text.count("BEGIN:VALARM") == text.count("END:VALARM") == 2
    assert re.findall(r"TRIGGER:(\S+)", text) == ["-P6DT15H", "-PT15H"]
