"""The machine's own Chromium, else the one that Playwright fetched.

The headless shell is Chromium without its window, and takes less of a processor. It lacks
background synchronization: what needs it has the mark `full_browser`.
"""

import os
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Error as PlaywrightError

_CHROMIUM = Path("/usr/bin/chromium")
_HEADLESS_SHELL = Path("/usr/bin/chromium-headless-shell")
# A full Chromium draws the pop-up of its address bar for each window, which costs a second of work
# and is never seen. The flag replaces that of Playwright, whose names come first.
_FEATURES_OFF = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "PreconnectToSearch",
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
)
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(_FEATURES_OFF)}",
)


class SharedBrowser:
    """One browser for the journeys of this process; each visitor has a window of their own.

    Playwright keeps an event loop in this thread, on which Django would refuse to reach a
    database; nothing here is asynchronous, so it may. Hence the browser ends after the last
    journey, before other tests begin.
    """

    def __init__(self, *choices: Path) -> None:
        self._choices = choices
        self._open = ExitStack()
        self._browser: Browser | None = None

    def start(self) -> Browser:
        """The browser, which starts if it must; without one the test is skipped."""
        if self._browser is None:
            patch = self._open.enter_context(pytest.MonkeyPatch.context())
            patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
            playwright = self._open.enter_context(sync_playwright())
            path = next((choice for choice in self._choices if choice.exists()), None)
            try:
                self._browser = playwright.chromium.launch(
                    executable_path=path, args=list(_ARGUMENTS)
                )
            except PlaywrightError as error:
                self.close()
                if path is None and "Executable doesn't exist" in str(error):
                    pytest.skip(
                        "No browser here: install chromium, or run playwright install chromium"
                    )
                raise
        return self._browser

    def close(self) -> None:
        """End the browser, if it runs."""
        if self._browser is not None:
            self._browser.close()
        self._browser = None
        self._open.close()


SHARED = SharedBrowser(_HEADLESS_SHELL, _CHROMIUM)
FULL = SharedBrowser(_CHROMIUM)
