"""The machine's own Chromium, else the one that Playwright fetched."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Error as PlaywrightError

_CHROMIUM = Path("/usr/bin/chromium")
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def started() -> Iterator[Browser]:
    """A browser that ends with the block; where the machine has none, the test is skipped.

    Playwright keeps an event loop in this thread, on which Django would refuse to reach a
    database; nothing here is asynchronous, so it may.
    """
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        path = _CHROMIUM if _CHROMIUM.exists() else None
        try:
            browser = playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        except PlaywrightError as error:
            if path is None and "Executable doesn't exist" in str(error):
                pytest.skip("No browser here: install chromium, or run playwright install chromium")
            raise
        yield browser
        browser.close()
