"""Public pages come from memory until something is recorded, and then from nowhere else."""

from collections.abc import Callable
from datetime import date
from gzip import decompress
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings
from tests.migrated_databases import FILES

from cairn.config import settings as fixed
from cairn.interfaces.web.serving.public_cache import UNRELATED_EVENTS
from cairn.platform.audit.api import record_audit_event
from cairn.platform.audit.event_labels import EVENT_SENTENCES
from cairn.platform.audit.models import AuditLine
from cairn.platform.audit.queries import AuditMark, find_newest_change
from cairn.policy.vocabulary.access import Role

pytestmark = pytest.mark.django_db(databases=list(FILES))

PAGE = "dashboards:index"


@pytest.fixture(autouse=True)
def with_cache(settings: Settings) -> None:
    settings.MIDDLEWARE = fixed.MIDDLEWARE


def count_queries(client: Client, path: str, **headers: str) -> tuple[int, Any]:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path, headers=headers)
    return len(queries), response


def record(event: str) -> None:
    record_audit_event(event, "release:1", by=None, at=timezone.now())


def test_a_page_is_made_once_until_something_is_recorded(client: Client) -> None:
    path = reverse(PAGE)
    first, made = count_queries(client, path)
    again, kept = count_queries(client, path)
    assert (first > 1, again) == (True, 1)
    assert kept.content == made.content
    assert not client.cookies
    record("release.withdrawn")
    assert count_queries(client, path)[0] == first


def test_reading_and_refusals_do_not_empty_the_cache(client: Client) -> None:
    path = reverse(PAGE)
    client.get(path)
    record("refused")
    assert count_queries(client, path)[0] == 1


def test_each_language_and_each_address_has_its_own_page(client: Client) -> None:
    path = reverse(PAGE)
    english = client.get(path)
    spanish = client.get(path, headers={"accept-language": "es"})
    assert spanish.headers["Content-Language"] == "es"
    assert spanish.content != english.content
    assert client.get(reverse("registers:list")).content != english.content
    client.post(reverse("web:language"), {"language": "es"})
    assert client.get(path).content == spanish.content


def test_a_page_is_another_on_another_day(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    path = reverse(PAGE)
    client.get(path)
    monkeypatch.setattr(timezone, "localdate", lambda *_: date(2031, 1, 1))
    assert count_queries(client, path)[0] > 1


def test_a_reader_with_the_page_gets_no_second_copy(client: Client) -> None:
    path = reverse(PAGE)
    plain = client.get(path)
    packed = client.get(path, headers={"accept-encoding": "gzip, br"})
    assert decompress(packed.content) == plain.content
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["ETag"] != plain.headers["ETag"]
    for response in (plain, packed):
        etag = response.headers["ETag"]
        headers = {"if-none-match": etag, "accept-encoding": "gzip"}
        expected = 304 if response is packed else 200
        assert client.get(path, headers=headers).status_code == expected
    assert "Content-Security-Policy" in packed.headers
    assert packed.headers["X-Frame-Options"] == "DENY"


def test_a_signed_in_reader_gets_their_own_page(
    client: Client, browser: Callable[..., Client]
) -> None:
    path = reverse(PAGE)
    anonymous = client.get(path)
    staff = browser(Role.DATA_MANAGER).get(path)
    assert "Sign out" in staff.text
    assert "Sign out" not in client.get(path).text
    assert client.get(path).content == anonymous.content
    assert staff.headers["Cache-Control"] != ""
    assert "ETag" not in staff.headers


def test_what_is_not_a_page_is_asked_for_anew(client: Client) -> None:
    missing = reverse("dashboards:outcome", args=["no-such-outcome"])
    assert [client.get(missing).status_code for _ in range(2)] == [404, 404]
    assert "ETag" not in client.get(missing).headers
    assert client.get(reverse(PAGE), headers={"hx-request": "true"}).headers.get("ETag") is None
    assert client.post(reverse(PAGE)).status_code == 405


def test_pages_with_a_choice_make_room_for_each_other_only(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = reverse(PAGE)
    size = len(client.get(path).content)
    monkeypatch.setattr("cairn.interfaces.web.serving.public_cache._MAX_CHOSEN_BYTES", size * 2)
    client = Client()
    client.get(path)
    for number in range(4):
        client.get(path, {"of": number})
    assert count_queries(client, f"{path}?of=3")[0] == 1
    assert count_queries(client, f"{path}?of=0")[0] > 1
    assert count_queries(client, path)[0] == 1


def test_figures_are_loaded_once_until_something_is_recorded(
    client: Client, browser: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[date] = []
    monkeypatch.setattr(
        "cairn.outputs.dashboards.queries.iterate_published_outcomes",
        lambda on: iter(loaded.append(on) or ()),
    )
    for number in range(3):
        client.get(reverse("dashboards:places"), {"of": number})
    assert len(loaded) == 1
    record("release.withdrawn")
    client.get(reverse("dashboards:places"))
    assert len(loaded) == 2
    staff = browser(Role.DATA_MANAGER)
    for _ in range(2):
        staff.get(reverse("dashboards:places"))
    assert len(loaded) == 4


def test_a_log_that_was_rolled_back_has_another_mark() -> None:
    assert find_newest_change(None, UNRELATED_EVENTS) == AuditMark()
    record("release.published")
    published = find_newest_change(None, UNRELATED_EVENTS)
    record("refused")
    refused = find_newest_change(published, UNRELATED_EVENTS)
    line = AuditLine.objects.get(event="release.published")
    assert (refused.change, refused.sequence) == (line.hash, line.sequence + 1)
    assert find_newest_change(refused, UNRELATED_EVENTS) == refused
    rolled_back = AuditMark(refused.sequence, "of another line", refused.change)
    assert find_newest_change(rolled_back, UNRELATED_EVENTS).change == refused.hash
    beyond = AuditMark(refused.sequence + 5, "of a line that is gone", "of a line before it")
    assert find_newest_change(beyond, UNRELATED_EVENTS).sequence == refused.sequence
    assert find_newest_change(published, frozenset()).change == refused.hash


def test_the_events_that_change_no_page_are_events() -> None:
    assert set(EVENT_SENTENCES) >= UNRELATED_EVENTS
