"""Everything that one person can come to by links, looked at on a phone, page by page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve
from playwright.sync_api import BrowserContext, Page, Response
from playwright.sync_api import Error as PlaywrightError
from tests.journeys.visitor import OVERFLOW, RULES

_LEAVES: Final = frozenset({"web:language", "account_logout", "families:leave"})
_OF_ITS_STATE: Final = frozenset({"agreements:draft", "projects:detail", "releases:detail"})
"""Pages whose links depend on how far their subject has come: each is opened, not one of them."""
_CODED: Final = {
    "a day written for machines": re.compile(r"\b\d{4}-\d{2}-\d{2}\b"),
    "one of them in the plural": re.compile(r"(?<![\d.,-])\b1 (?:children|students|days|rows)\b"),
    "a value of the program": re.compile(r"\b(?:None|True|False|Decimal|datetime)\b(?=[,)\]]|$)"),
}
_LINKS: Final = "() => [...document.querySelectorAll('a[href]')].map(link => link.href)"
_AXE: Final = Axe()
_AXE_AGAIN: Final = Axe(axe_script="void 0")
_CONTRAST: Final = {**RULES, "runOnly": {"type": "rule", "values": ["color-contrast"]}}


@dataclass(slots=True)
class Walk:
    """The routes that were reached, and what was wrong with them: empty when nothing was."""

    routes: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)


def walk(window: BrowserContext, starts: list[str], known: set[str]) -> Walk:
    """From these pages on along every link, one page of each route.

    axe looks at a page of a route that is not `known` yet, and makes it known.
    """
    page, seen, ahead, opened = window.new_page(), Walk(), [*starts], set[str]()
    page.on("pageerror", lambda error: seen.wrong.append(f"{page.url}: {error}"))
    page.on("console", lambda said: seen.wrong.extend(_refused(page, said.type, said.text)))
    while ahead:
        path = ahead.pop(0)
        route = _route(path)
        if path in opened or route in _LEAVES or route in seen.routes - _OF_ITS_STATE:
            continue
        opened.add(path)
        seen.routes.add(route)
        answer = _open(page, path)
        if answer is None:
            continue
        where = f"{route} at {path}"
        if not answer.ok:
            seen.wrong.append(f"{where}: a link leads here and it says {answer.status}")
        if "html" in answer.headers.get("content-type", ""):
            seen.wrong += [f"{where}: {one}" for one in _looked_over(page)]
            if route not in known:
                known.add(route)
                seen.wrong += [f"{where}: {one}" for one in _barriers(page)]
            ahead += list(_links(page))
    page.close()
    return seen


def _refused(page: Page, kind: str, text: str) -> list[str]:
    return [f"{page.url}: {text}"] if kind == "error" and "status of 4" not in text else []


def _route(path: str) -> str:
    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return f"nothing at {path}"


def _open(page: Page, path: str) -> Response | None:
    """What the server answered; nothing if it was a file, which a browser begins to keep."""
    try:
        return page.goto(path)
    except PlaywrightError as error:
        if "Download is starting" in str(error):
            return None
        raise


def _links(page: Page) -> Iterator[str]:
    here = urlsplit(page.url).netloc
    for link in page.evaluate(_LINKS):
        parts = urlsplit(link)
        if parts.netloc == here:
            yield f"{parts.path}?{parts.query}" if parts.query else parts.path


def _looked_over(page: Page) -> Iterator[str]:
    if too_wide := page.evaluate(OVERFLOW):
        yield f"wider than the window: {too_wide[:3]}"
    if page.locator("h1").count() != 1:
        yield "not one heading of the first rank"
    words = page.locator("body").inner_text()
    for what, pattern in _CODED.items():
        if found := pattern.search(words):
            yield f"{what}: {words[max(0, found.start() - 40) : found.end() + 20]!r}"


def _barriers(page: Page) -> Iterator[str]:
    found = _AXE.run(page, options=RULES)
    if found.violations_count:
        yield found.generate_report()
    page.emulate_media(color_scheme="dark")
    found = _AXE_AGAIN.run(page, options=_CONTRAST)
    if found.violations_count:
        yield f"in the dark: {found.generate_report()}"
    page.emulate_media(color_scheme="light")
