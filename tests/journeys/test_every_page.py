"""Every page that anyone of River County can come to, on a phone: nothing sticks out, axe finds no
barrier in light or dark, the Tab key is enough, it prints, it weighs little, every link opens, it
says where its data come from, and no page talks in codes."""

from collections.abc import Callable, Iterator
from functools import cache

import pytest
from playwright.sync_api import Browser, BrowserContext
from tests.journeys.browser import SHARED
from tests.journeys.page_crawler import Walk, walk
from tests.journeys.river_county import County, served
from tests.journeys.unlinked_pages import NOT_REACHED
from tests.journeys.visitor import PHONE
from tests.test_every_entry_point import ROUTES, every_route

from cairn.demo.governance.staff import DEMO_PASSWORD, list_shown_members

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PUBLIC, FAMILY, FAMILIA = "the public", "a family", "una familia"
PATIENCE = 60_000
EVERYONE = [PUBLIC, FAMILY, FAMILIA, *(member.email for member in list_shown_members())]


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    with served(tmp_path_factory.mktemp("every-page") / "river") as made:
        yield made


@pytest.fixture(scope="module")
def walks(county: County) -> Callable[[str], Walk]:
    """Each person's walk, made once."""
    known: set[str] = set()

    @cache
    def of(who: str) -> Walk:
        window = _window(SHARED.start(), county, who)
        seen = walk(window, _enter(window, county, who), known)
        window.close()
        return seen

    return of


def _window(chromium: Browser, county: County, who: str) -> BrowserContext:
    window = chromium.new_context(
        base_url=county.address,
        viewport=PHONE,
        reduced_motion="reduce",
        locale="es-US" if who == FAMILIA else "en-US",
    )
    window.set_default_timeout(PATIENCE)
    return window


def _enter(window: BrowserContext, county: County, who: str) -> list[str]:
    """Through the door of whoever it is; where their walk begins."""
    if who == PUBLIC:
        return ["/", "/family/"]  # a family types the second from its letter
    page = window.new_page()
    if who in (FAMILY, FAMILIA):
        page.goto("/family/")
        page.locator("main input:not([type=hidden])").fill(county.letter)
    else:
        page.goto("/account/login/")
        page.get_by_label("Email").fill(who)
        page.get_by_label("Password", exact=True).fill(DEMO_PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    path = str(page.evaluate("location.pathname"))
    page.close()
    return [path]


@pytest.mark.parametrize("who", EVERYONE)
def test_every_page_of(who: str, walks: Callable[[str], Walk]) -> None:
    assert walks(who).wrong == []


def test_no_page_is_forgotten(walks: Callable[[str], Walk]) -> None:
    """Every route of the site was reached by somebody, ends a form, or is named with a reason."""
    reached = set[str]().union(*(walks(who).routes for who in EVERYONE))
    forms = {name for name, route in ROUTES.items() if route.method == "post"}
    assert set(every_route()) - reached - forms == set(NOT_REACHED)
