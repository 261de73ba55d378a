"""A real browser against the real site, on this machine only."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from pytest_django.live_server_helper import LiveServer
from tests.journeys.visitor import PHONE, Visitor

_CHROMIUM = Path("/usr/bin/chromium")
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


_PATIENCE = 60_000
"""Milliseconds: a busy machine is no defect of a page."""


def _sign_in(window: BrowserContext, user: Any, url: str) -> None:
    """Brings the cookie of somebody who signed in; one journey walks through the form itself."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    window.add_cookies([{"name": name, "value": client.cookies[name].value, "url": url}])


@pytest.fixture
def chromium(live_server: LiveServer) -> Iterator[Browser]:
    """The machine's own Chromium, else the one that Playwright fetched.

    It ends before the server does. Playwright keeps an event loop in this thread, on which
    Django would refuse to reach a database; nothing here is asynchronous, so it may.
    """
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        path = _CHROMIUM if _CHROMIUM.exists() else None
        try:
            started = playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        except PlaywrightError as error:
            if path is None and "Executable doesn't exist" in str(error):
                pytest.skip("No browser here: install chromium, or run playwright install chromium")
            raise
        yield started
        started.close()


@pytest.fixture
def visitor(chromium: Browser, live_server: LiveServer) -> Callable[..., Visitor]:
    """Opens a browser window of its own, as one person: `visitor(user)` who has signed in before,
    or `visitor()` who has not; with `phone=True` on a phone that is set to Spanish."""

    def arrive(user: Any = None, *, phone: bool = False) -> Visitor:
        of_a_phone: dict[str, Any] = {"viewport": PHONE, "has_touch": True, "locale": "es-US"}
        window = chromium.new_context(
            base_url=live_server.url,
            reduced_motion="reduce",
            **(of_a_phone if phone else {}),
        )
        window.set_default_timeout(_PATIENCE)
        if user is not None:
            _sign_in(window, user, live_server.url)
        return Visitor(window.new_page(), phone=phone)

    return arrive
