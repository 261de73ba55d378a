"""Everything that one person can come to by links, looked at on a phone, page by page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from django.urls import Resolver404, resolve
from playwright.sync_api import BrowserContext, Page, Response
from playwright.sync_api import Error as PlaywrightError
from tests.journeys.accessibility import OVERFLOW, find_barriers
from tests.journeys.page_kinds import DATA_PAGES, PRINTED_PAGES
from tests.journeys.page_length import find_excess_length
from tests.journeys.paper import find_print_faults
from tests.journeys.visitor import PHONE

_LEAVES: Final = frozenset({"web:language", "account_logout", "families:leave"})
_OF_ITS_STATE: Final = frozenset(
    {"agreements:draft", "projects:detail", "releases:detail", "surveys:survey"}
)
"""Pages whose links depend on how far their subject has come: each is opened, not one of them."""
_HEAVIEST: Final = 250_000
"""Bytes of a first visit, with everything that the page brings: a phone on a slow line."""
_CODED: Final = {
    "a day written for machines": re.compile(r"\b\d{4}-\d{2}-\d{2}\b"),
    "one of them in the plural": re.compile(r"(?<![\d.,-])\b1 (?:children|students|days|rows)\b"),
    "a value of the program": re.compile(r"\b(?:None|True|False|Decimal|datetime)\b(?=[,)\]]|$)"),
}
# In one call: each takes longer to be sent than to be answered. What the browser has kept from a
# page before counts as if it came anew. In a sample of a file a day is written for machines.
_PAGE: Final = f"""() => ({{
  wide: ({OVERFLOW})(),
  headings: document.querySelectorAll("h1").length,
  words: [...document.querySelectorAll("pre, samp")].reduce(
    (words, sample) => words.replace(sample.innerText, ""), document.body.innerText),
  links: [...document.querySelectorAll("a[href]")].map(link => link.href),
  bytes: performance.getEntries().reduce((sum, one) => sum + (one.encodedBodySize ?? 0), 0),
  sources: [...document.querySelectorAll(".provenance")].map(box =>
    [...box.querySelectorAll("dt")].map(dt => [dt.textContent, dt.nextElementSibling.textContent])),
}})"""
_SOURCE: Final = (
    {"Legal basis", "Base legal"},
    {"As of", "Con datos al"},
    {"Suppressed", "Suprimido", "Not shown", "No se muestra"},
)
"""What a page of data says about them, in both languages."""
# The first stop of Tab is the link past the menu, which leads to the words of the page. Then each
# part that can have the focus gets it, and is seen: after a key, the browser marks the focus.
# Not a page that stands in another one, nor one that opens with the focus on a mistake.
_HAS_MENU: Final = "!!document.querySelector('.top') && document.activeElement === document.body"
_SKIP: Final = """() => {
  const here = document.activeElement, box = here.getBoundingClientRect();
  return here.matches("a.skip") && box.top >= 0 && box.bottom > 0;
}"""
_UNREACHED: Final = """() =>
  [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter(part => !part.disabled && part.checkVisibility({ visibilityProperty: true }))
    .filter(part => part.tabIndex !== 0)
    .map(part => part.outerHTML.slice(0, 120))"""
_UNSEEN: Final = """() => {
  const parts = "a[href], button, input, select, textarea, summary, [tabindex]";
  return [...document.querySelectorAll(parts)].filter(part => {
    if (part.disabled || part.tabIndex < 0 || part.type === "date") return false;
    if (!part.checkVisibility({ visibilityProperty: true })) return false;
    part.focus();
    if (document.activeElement !== part) return true;
    const style = getComputedStyle(part), box = part.getBoundingClientRect();
    const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    return !ring || box.width <= 1 || box.bottom <= 0 || box.top >= innerHeight;
  }).map(part => part.outerHTML.slice(0, 120));
}"""


@dataclass(slots=True)
class Walk:
    """The routes that were reached, and what was wrong with them: empty when nothing was."""

    routes: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)


def walk(window: BrowserContext, starts: list[str], known: set[str]) -> Walk:
    """From these pages on along every link, one page of each route.

    axe, the keyboard and paper are tried on a page of a route that is not `known` yet, which makes
    it known.
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
            told = page.evaluate(_PAGE)
            seen.wrong += [f"{where}: {one}" for one in _looked_over(route, told)]
            if too_long := find_excess_length(page):
                seen.wrong.append(f"{where}: {too_long}")
            if route not in known:
                known.add(route)
                seen.wrong += [f"{where}: {one}" for one in _tried(page, route)]
            ahead += _links(page, told["links"])
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


def _links(page: Page, links: list[str]) -> Iterator[str]:
    here = urlsplit(page.url).netloc
    for link in links:
        parts = urlsplit(link)
        if parts.netloc == here:
            yield f"{parts.path}?{parts.query}" if parts.query else parts.path


def _looked_over(route: str, told: dict[str, Any]) -> Iterator[str]:
    if told["wide"]:
        yield f"wider than the window: {told['wide'][:3]}"
    if told["headings"] != 1:
        yield "not one heading of the first rank"
    if told["bytes"] > _HEAVIEST:
        yield f"{told['bytes']} bytes on a first visit"
    yield from _find_codes(told["words"])
    if route in DATA_PAGES and not told["sources"]:
        yield "shows data, and does not say where they come from"
    for source in map(dict, told["sources"]):
        for labels in _SOURCE:
            said = "".join(source.get(label, "") for label in labels)
            if not re.search(r"\w", said):
                yield f"the source does not say: {min(labels)}"


def _find_codes(words: str) -> Iterator[str]:
    for what, pattern in _CODED.items():
        if found := pattern.search(words):
            yield f"{what}: {words[max(0, found.start() - 40) : found.end() + 20]!r}"


def _tried(page: Page, route: str) -> Iterator[str]:
    """By axe in light and dark, with the Tab key, and as it would be printed."""
    has_menu = page.evaluate(_HAS_MENU)
    page.evaluate(AXE_SCRIPT)
    yield from find_barriers(page)
    page.emulate_media(color_scheme="dark")
    yield from (f"in the dark: {one}" for one in find_barriers(page, words=False))
    kept = route in PRINTED_PAGES
    yield from (f"on paper: {one}" for one in find_print_faults(page, kept=kept))
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="light", media="screen")
    page.keyboard.press("Tab")
    if has_menu:
        if not page.evaluate(_SKIP):
            yield "the first stop of the Tab key is not the link past the menu"
        page.keyboard.press("Enter")
        if not page.evaluate("document.activeElement.matches('main')"):
            yield "the link past the menu does not lead to the words of the page"
    yield from (f"not in the order of the Tab key: {one}" for one in page.evaluate(_UNREACHED))
    yield from (f"nobody sees the focus on {one}" for one in page.evaluate(_UNSEEN))
