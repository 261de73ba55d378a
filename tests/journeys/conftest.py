"""A real browser against the real site, on this machine only."""

import threading
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test import Client
from playwright.sync_api import Browser, BrowserContext
from pytest_django.live_server_helper import LiveServer
from tests.journeys.accessibility import bring_axe
from tests.journeys.browser import FULL, SHARED
from tests.journeys.visitor import PHONE, Visitor, watch_the_keyboard

_HERE = Path(__file__).parent
_PATIENCE = 60_000
"""Milliseconds: a busy machine is no defect of a page."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> Generator[None, None, None]:
    """The browser ends with the last journey of this process."""
    yield
    if nextitem is None or _HERE not in nextitem.path.parents:
        SHARED.close()
    FULL.close()


def _sign_in(window: BrowserContext, user: Any, url: str) -> None:
    """Brings the cookie of somebody who signed in; one journey walks through the form itself."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    window.add_cookies([{"name": name, "value": client.cookies[name].value, "url": url}])


@pytest.fixture(autouse=True)
def one_request_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The threads of the test's server share one connection to a database in memory, which cannot
    have two transactions at once: on a busy machine a form that saves itself would meet its own
    button. A real server has a connection for each thread, and they wait for each other."""
    turn, answer = threading.RLock(), BaseHandler.get_response

    def answer_in_turn(self: BaseHandler, request: HttpRequest) -> HttpResponseBase:
        with turn:
            return answer(self, request)

    monkeypatch.setattr(BaseHandler, "get_response", answer_in_turn)


@pytest.fixture
def chromium(request: pytest.FixtureRequest) -> Browser:
    """The browser of the journeys, which may have ended since the one before."""
    if request.node.get_closest_marker("full_browser"):
        # Playwright runs once in a thread.
        SHARED.close()
        return FULL.start()
    return SHARED.start()


@pytest.fixture
def visitor(chromium: Browser, live_server: LiveServer) -> Iterator[Callable[..., Visitor]]:
    """Opens a browser window of its own, as one person: `visitor(user)` who has signed in before,
    or `visitor()` who has not; with `phone=True` on a phone, which is set to Spanish unless another
    `locale` is named."""
    windows: list[BrowserContext] = []

    def arrive(user: Any = None, *, phone: bool = False, locale: str = "es-US") -> Visitor:
        of_a_phone: dict[str, Any] = {"viewport": PHONE, "has_touch": True, "locale": locale}
        window = chromium.new_context(
            base_url=live_server.url,
            reduced_motion="reduce",
            **(of_a_phone if phone else {}),
        )
        windows.append(window)
        window.set_default_timeout(_PATIENCE)
        bring_axe(window)
        watch_the_keyboard(window)
        if user is not None:
            _sign_in(window, user, live_server.url)
        return Visitor(window.new_page(), phone=phone)

    yield arrive
    for window in windows:
        window.close()
