"""What a page looks like on paper: no menu, no button, nothing that is cut off or lies over its
words, and ink on white."""

from collections.abc import Iterator
from typing import Final

from playwright.sync_api import Page, ViewportSize
from tests.journeys.accessibility import OVERFLOW, find_barriers

# A letter sheet of 8.5 by 11 inches, less the margins of 16 mm, at 96 dots an inch.
_SHEET: Final[ViewportSize] = {"width": 695, "height": 935}
_FAULTS: Final = """least => {
  const shown = part => part.checkVisibility({ visibilityProperty: true });
  const screen = ".top nav, .who, .find, .skip, .foot, .banner, .crumbs, button, .button, .filters";
  const over = [...document.querySelectorAll("body *")]
    .filter(part => ["fixed", "sticky"].includes(getComputedStyle(part).position));
  const cut = [...document.querySelectorAll("body *")].filter(part =>
    part.clientWidth > 1 && part.scrollWidth > part.clientWidth + 1 &&
    getComputedStyle(part).overflowX !== "visible" &&
    !part.matches("input, select, textarea"));
  const words = document.querySelector("main").innerText.trim().length;
  return [
    ...[...document.querySelectorAll(screen)].filter(shown)
      .map(part => `is for the screen only: ${part.outerHTML.slice(0, 120)}`),
    ...over.filter(shown).map(part => `lies over the words: ${part.outerHTML.slice(0, 120)}`),
    ...cut.filter(shown).map(part => `is cut off: ${part.outerHTML.slice(0, 120)}`),
    ...(words > least ? [] : [`only ${words} letters`]),
  ];
}"""


def find_print_faults(page: Page, *, kept: bool) -> Iterator[str]:
    """Look at a page, which has axe, as it would be printed from a machine with dark colors; one
    that is `kept` says something, in ink that can be read. Of a form only its title is left."""
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size(_SHEET)
    yield from page.evaluate(_FAULTS, 100 if kept else 0)
    if too_wide := page.evaluate(OVERFLOW):
        yield f"wider than the sheet: {too_wide[:3]}"
    if kept:
        yield from find_barriers(page, words=False)
