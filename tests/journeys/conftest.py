"""A real browser against the real site, on this machine only."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from pytest_django.live_server_helper import LiveServer
from tests.journeys.visitor import Visitor

_CHROMIUM = Path("/usr/bin/chromium")
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


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
    """Opens a browser window of its own, as one person: `visitor(user)`, or `visitor()`."""

    def arrive(user: Any = None) -> Visitor:
        window = chromium.new_context(base_url=live_server.url, reduced_motion="reduce")
        window.set_default_timeout(20_000)
        arrived = Visitor(window.new_page())
        if user is not None:
            arrived.sign_in(user.email)
        return arrived

    return arrive
