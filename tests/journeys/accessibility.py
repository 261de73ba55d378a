"""What axe and the eye of a browser find wrong with a page."""

from typing import Final

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import BrowserContext, Page
from tests.journeys.page_length import find_route

_TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_COLOR_RULES: Final = ["color-contrast", "link-in-text-block"]
"""The rules that look at colors, which take most of axe's time."""
_ALL: Final = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": _TAGS}}
_COLORS: Final = _ALL | {"runOnly": {"type": "rule", "values": _COLOR_RULES}}
_NO_COLORS: Final = _ALL | {"rules": {rule: {"enabled": False} for rule in _COLOR_RULES}}

OVERFLOW: Final = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  return [...document.querySelectorAll("body *")]
    .filter(part => part.getBoundingClientRect().right > wide + 1)
    .map(part => part.outerHTML.slice(0, 120));
}"""
# Only what is told: axe's own answer names every rule, and takes longer to send than to find.
_BARRIERS: Final = """options => axe.run(document, options).then(found => found.violations.flatMap(
  one => one.nodes.map(node => `${one.id} (${one.impact}): ${one.help}\\n  ${node.html}\\n  ` +
    `${node.target.join(" ")}: ${node.failureSummary}`)))"""
# Of the skeleton of a page: its parts, with the classes and states from which the stylesheet gives
# them their looks, without words; of many alike side by side, one. And whether it tells a mistake.
_FINGERPRINT: Final = """() => {
  const hash = text => {
    let [high, low] = [0xdeadbeef, 0x41c6ce57];
    for (let place = 0; place < text.length; place++) {
      const letter = text.charCodeAt(place);
      high = Math.imul(high ^ letter, 2654435761);
      low = Math.imul(low ^ letter, 1597334677);
    }
    return `${text.length} ${high >>> 0} ${low >>> 0}`;
  };
  const states = ["class", "type", "aria-current", "aria-sort", "tabindex"];
  const skeleton = part => {
    const bones = new Set();
    for (const inner of part.childNodes) {
      if (inner.nodeType === Node.TEXT_NODE && inner.data.trim()) bones.add("words");
      if (inner.nodeType === Node.ELEMENT_NODE) bones.add(skeleton(inner));
    }
    const names = part.getAttributeNames().map(
      name => states.includes(name) ? `${name}=${part.getAttribute(name)}` : name);
    return `<${part.tagName} ${names.join(" ")}>${[...bones].join("")}</>`;
  };
  return [hash(skeleton(document.documentElement)), !!document.querySelector("main [role=alert]")];
}"""


def bring_axe(window: BrowserContext) -> None:
    """Have axe in each page of this window as it opens: a script sent again with each look is slow,
    and what the page's own policy stops is not stopped here."""
    window.add_init_script(path=AXE_FILE_PATH)


def find_barriers(page: Page, *, colors: bool = True, words: bool = True) -> list[str]:
    """Ask axe, which must be in the page, about colors, or about all but colors, or about both."""
    rules = _ALL if colors and words else _COLORS if colors else _NO_COLORS
    found: list[str] = page.evaluate(_BARRIERS, rules)
    return found


class LookedAt:
    """What axe found no barrier in, in this process: it is half of a journey's time.

    The first page of a route, and its first with a mistake, is asked about in full, in each size.
    Another page of the route is asked about in the person's own size, all but colors, if its
    skeleton is another.
    """

    def __init__(self) -> None:
        self._kinds: set[tuple[str, bool, int, str]] = set()
        self._skeletons: set[tuple[str, int]] = set()

    def find_new_barriers(self, page: Page, *, scheme: str, own_size: bool) -> list[str]:
        """Ask axe what was not asked about such a page at this size in these colors."""
        size = page.viewport_size
        assert size
        skeleton, tells_mistake = page.evaluate(_FINGERPRINT)
        kind = (find_route(page), tells_mistake, size["width"], scheme)
        shape = (skeleton, size["width"])
        is_new = kind not in self._kinds
        if not is_new and (shape in self._skeletons or not own_size):
            return []
        found = find_barriers(page, colors=is_new)
        if not found:
            self._kinds.add(kind)
            self._skeletons.add(shape)
        return found
