"""How long a page may be on a phone before anything is unfolded."""

from typing import Final
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Page

_MOST_SCREENS: Final = 3
LONG_PAGES: Final = {
    "linkage:question": "a reviewer compares every value that differs before deciding",
    "programs:attendance": "a whole roster is marked on one page, one line a child",
    "programs:offline": "the same roster, without a connection",
    "programs:attendance_grid": "a whole roster is typed on one grid",
    "programs:sheet": "a whole roster is printed on one sheet",
}
"""Pages that may be longer, each with its reason."""
# The page fits itself to a window before it is drawn. What the person unfolded is theirs,
# and a page with a summary of mistakes opens a section that has one.
_SCREENS: Final = """() => new Promise(requestAnimationFrame).then(() =>
  document.querySelector("[data-touched], main [role=alert]") ? 0 :
    document.documentElement.scrollHeight / innerHeight)"""


def find_excess_length(page: Page) -> str:
    """Say how long the page is in its window, if that is too long; empty if not."""
    screens: float = page.evaluate(_SCREENS)
    if screens <= _MOST_SCREENS or find_route(page) in LONG_PAGES:
        return ""
    return f"{screens:.1f} screens long on a phone"


def find_route(page: Page) -> str:
    """Name the route of the page; empty if its address is none of ours."""
    try:
        return resolve(urlsplit(page.url).path).view_name
    except Resolver404:
        return ""
