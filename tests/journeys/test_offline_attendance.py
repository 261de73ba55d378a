"""Attendance on a phone without a connection: the tab is closed and opened again, nothing is lost,
each mark is recorded once, and what another phone recorded in the meantime is not overwritten."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from tests.journeys.visitor import Visitor
from tests.services.programs.reading_club import PLAN, Club, make_club

from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.services.programs.models import AttendanceMark, OfflineMark

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]
# All that the device keeps in plain text: addresses and bodies of the cache storage, the records of
# both databases without the key, and what a script gets when it asks for the key itself.
_KEPT: Final = """async () => {
  const kept = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys())
      kept.push(request.url, await (await cache.match(request)).text());
  }
  const finish = request => new Promise(done => {
    request.onsuccess = () => done(request.result);
  });
  for (const { name } of await indexedDB.databases()) {
    const db = await finish(indexedDB.open(name));
    for (const store of db.objectStoreNames) {
      const rows = await finish(db.transaction(store).objectStore(store).getAll());
      for (const row of rows) {
        if (row instanceof CryptoKey) {
          const reading = crypto.subtle.exportKey("raw", row);
          kept.push(await reading.then(() => "the key can be read", error => error.name));
        } else kept.push(JSON.stringify(row), new TextDecoder().decode(row.sealed));
      }
    }
    db.close();
  }
  return kept;
}"""
_NAMES: Final = ("Ana", "Reyes", "Okafor", "Cleo", "Grades 1 and 2")


@pytest.fixture
def club(person: Callable[..., Any]) -> Club:
    user = person(Role.PROGRAM_STAFF, at="maple", kind=OrganizationKind.COMMUNITY_PROGRAM)
    today = timezone.localdate()
    plan = replace(
        PLAN,
        weekdays=tuple(range(7)),
        first_day=today - timedelta(days=30),
        last_day=today + timedelta(days=30),
    )
    return make_club(user, plan, timezone.now())


def _choose(page: Page, child: str, label: str) -> None:
    page.get_by_role("group", name=child).get_by_role("radio", name=label).check()


def test_attendance_without_a_connection(
    visitor: Callable[..., Visitor], club: Club, person: Callable[..., Any]
) -> None:
    session = reverse("programs:attendance", args=[club.series.pk, timezone.localdate()])
    phone = visitor(club.tutor, phone=True, locale="en-US")
    page, window = phone.page, phone.page.context
    page.goto(session)
    expect(page.locator("[data-kept]")).to_be_visible()
    phone.look_over()
    kept = page.evaluate(_KEPT)
    assert "InvalidAccessError" in kept
    assert "the key can be read" not in kept

    # The connection is gone when the page is saved: the choices are kept, and the phone says so.
    window.set_offline(True)
    _choose(page, "Cleo Adams", "Present")
    _choose(page, "Ana Reyes", "Absent")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Attendance without a connection")
    expect(page.locator("[data-queue] [data-count]")).to_have_text("2")
    phone.look_over()

    # The tab is closed, and the page opened again: from the bookmark of the session.
    page.close()
    page = window.new_page()
    page.goto(session)
    expect(page.get_by_role("group", name="Cleo Adams").get_by_label("Present")).to_be_checked()
    expect(page.locator("[data-queue] [data-count]")).to_have_text("2")
    _choose(page, "Ben Okafor", "Late")
    page.get_by_role("group", name="Ben Okafor").get_by_label("Minutes").fill("45")
    page.keyboard.press("Tab")
    expect(page.locator("[data-queue] [data-count]")).to_have_text("3")
    assert not AttendanceMark.objects.exists()
    kept = "\n".join(page.evaluate(_KEPT))
    assert not [name for name in _NAMES if name in kept]
    assert "Ana" not in page.url

    colleague = person(Role.PROGRAM_STAFF, at="maple", kind=OrganizationKind.COMMUNITY_PROGRAM)
    _record_on_another_phone(visitor(colleague, phone=True, locale="en-US").page, session)

    # The connection is back: two marks are sent, and of Ana a person chooses.
    window.set_offline(False)
    expect(page.locator("[data-told]")).to_contain_text("Sent and recorded: 2")
    returned = page.locator("[data-returned] li")
    expect(returned).to_contain_text("Ana Reyes: on record Excused")
    assert AttendanceMark.objects.count() == 3
    Visitor(page, phone=True).look_over()
    returned.get_by_role("button", name=re.compile("Use this device")).click()
    expect(page.locator("[data-queue]")).to_be_hidden()
    marks = AttendanceMark.objects.filter(replaced_by=None).order_by("enrollment")
    assert list(marks.values_list("status", "minutes")) == [
        ("absent", 0),
        ("late", 45),
        ("present", 120),
    ]
    assert OfflineMark.objects.count() == 3
    _sign_out_before_it_is_sent(page, club)


def _record_on_another_phone(page: Page, session: str) -> None:
    page.goto(session)
    _choose(page, "Ana Reyes", "Excused")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("main")).to_contain_text("1 child recorded")


def _sign_out_before_it_is_sent(page: Page, club: Club) -> None:
    """The names go, the mark stays, and is sent when the same person is back."""
    window = page.context
    window.set_offline(True)
    _choose(page, "Cleo Adams", "Excused")
    expect(page.locator("[data-queue] [data-count]")).to_have_text("1")
    # The page sends as soon as it is connected, so sending is blocked first.
    window.route("**/marks/", lambda route: route.abort())
    window.set_offline(False)
    desk = window.new_page()
    desk.goto(reverse("programs:list"))
    desk.get_by_role("button", name="Sign out").click()
    expect(desk.get_by_role("banner").get_by_role("link", name="Sign in")).to_be_visible()
    expect(page.locator("[data-empty]")).to_be_visible()
    window.unroute_all()
    page.reload()
    expect(page.locator("[data-queue]")).to_contain_text("Sign in as the same person")
    assert "Cleo" not in page.locator("body").inner_text()
    assert _names_kept(page) == 0
    Visitor(desk, phone=True).sign_in(club.tutor.email)
    desk.goto(reverse("programs:list"))
    expect(desk.locator("[data-sent]")).to_contain_text("sent just now: 1")
    assert AttendanceMark.objects.filter(replaced_by=None, status="excused").count() == 1


@pytest.mark.full_browser
def test_marks_are_sent_when_no_page_is_open(visitor: Callable[..., Visitor], club: Club) -> None:
    """The browser starts the service worker when there is a connection (Background Sync)."""
    session = reverse("programs:attendance", args=[club.series.pk, timezone.localdate()])
    page = visitor(club.tutor, phone=True, locale="en-US").page
    window = page.context
    page.goto(session)
    expect(page.locator("[data-kept]")).to_be_visible()
    browser = window.new_cdp_session(page)
    registrations: list[dict[str, Any]] = []
    browser.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.extend(event["registrations"]),
    )
    browser.send("ServiceWorker.enable")
    window.set_offline(True)
    _choose(page, "Cleo Adams", "Present")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("[data-queue] [data-count]")).to_have_text("1")
    assert page.evaluate("navigator.serviceWorker.ready.then(worker => worker.sync.getTags())") == [
        "cairn-attendance"
    ]
    elsewhere = window.new_page()
    idle = window.new_cdp_session(elsewhere)
    idle.send("ServiceWorker.enable")
    page.close()
    assert [one.url for one in window.pages] == ["about:blank"]
    window.set_offline(False)
    assert not AttendanceMark.objects.exists()
    kept = next(one for one in registrations if one["scopeURL"].endswith("/programs/groups/"))
    origin = kept["scopeURL"].removesuffix("/programs/groups/")
    for _time in range(2):
        idle.send(
            "ServiceWorker.dispatchSyncEvent",
            {
                "origin": origin,
                "registrationId": kept["registrationId"],
                "tag": "cairn-attendance",
                "lastChance": False,
            },
        )
        for _wait in range(100):
            if OfflineMark.objects.exists():
                break
            elsewhere.wait_for_timeout(100)
    assert AttendanceMark.objects.get().status == "present"
    assert OfflineMark.objects.count() == 1


def _names_kept(page: Page) -> int:
    return int(
        page.evaluate(
            """async () => {
              const names = (await indexedDB.databases()).map(one => one.name);
              return names.includes("cairn-roster") ? (await cairnOffline.listRosters()).length : 0;
            }"""
        )
    )
