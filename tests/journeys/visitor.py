"""One person at a browser, without a mouse, who sees to it that everyone can use each page."""

import re
from typing import Final, Literal

from django.urls import reverse
from playwright.sync_api import BrowserContext, Locator, Page, ViewportSize, expect
from tests.journeys.accessibility import OVERFLOW, LookedAt
from tests.journeys.page_length import find_excess_length

PASSWORD: Final = "a long enough password"
"""Of every person that the fixture `person` makes."""
DESK: Final[ViewportSize] = {"width": 1280, "height": 800}
PHONE: Final[ViewportSize] = {"width": 360, "height": 740}
# At each press of Tab the browser notes where the focus was, if nobody could see it there. Of a
# date the browser itself marks the part that is typed into.
_WATCH: Final = """(() => {
  const unseen = here => {
    if (!here || here === document.body || here.type === "date") return "";
    const style = getComputedStyle(here), box = here.getBoundingClientRect();
    const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    const inside = box.width > 1 && box.bottom > 0 && box.top < innerHeight;
    return ring && inside ? "" : "nobody sees the focus on " + here.outerHTML.slice(0, 120);
  };
  const watch = { unseen, faults: [], begun: false };
  addEventListener("keydown", event => {
    if (event.key !== "Tab") return;
    if (watch.begun) watch.faults.push(unseen(document.activeElement));
    watch.begun = true;
  }, true);
  window.watchOfTheKeyboard = watch;
})()"""
# How many stops the Tab key is away: the stops in the order of the page, of which the radio
# buttons of a group are one. A guess where a widget has stops of its own; the next look mends it.
_AWAY: Final = """(mine, begins) => {
  const watch = watchOfTheKeyboard, here = document.activeElement;
  if (begins) [watch.faults, watch.begun] = [[], false];
  const faults = [...watch.faults, watch.begun ? watch.unseen(here) : ""].filter(Boolean);
  const name = part => part.type === "radio" && part.name ? part.name : part;
  const [names, parts] = [[], []];
  const most = "a[href], button, input, select, textarea, summary, [tabindex]";
  for (const part of document.querySelectorAll(most)) {
    if (part.disabled || part.tabIndex < 0 || names.includes(name(part))) continue;
    if (!part.checkVisibility({ visibilityProperty: true })) continue;
    names.push(name(part));
    parts.push(part);
  }
  const at = names.indexOf(name(here)), to = names.indexOf(name(mine));
  const behind = part => here.compareDocumentPosition(part) & Node.DOCUMENT_POSITION_PRECEDING;
  const ahead = at < 0 ? to - parts.filter(behind).length + 1 : to - at;
  return {
    fault: faults[0] ?? "",
    there: here === mine,
    grouped: here !== mine && name(here) === name(mine),
    fresh: here === document.body && !!mine.closest("main") && !!document.querySelector("a.skip"),
    steps: to < 0 ? 1 : ahead || 1,
  };
}"""
_IS_FOLDED: Final = """part => {
  const summary = part.closest("summary");
  const around = summary ? summary.parentElement.parentElement : part.parentElement;
  return !!around.closest("details:not([open])");
}"""
_CLOSED_AROUND: Final = "xpath=ancestor::details[not(@open)]/summary"
_MANY_TABS: Final = 300
_STEPS_PAST_THE_MENU: Final = 4
_LOOKED_AT: Final = LookedAt()


def watch_the_keyboard(window: BrowserContext) -> None:
    """Have the browser note each stop of the Tab key at which the focus cannot be seen."""
    window.add_init_script(_WATCH)


class Visitor:
    """A person's window. Every page that they come to is looked over before they go on."""

    def __init__(self, page: Page, *, phone: bool = False) -> None:
        self.page = page
        self._sizes = (DESK, PHONE) if phone else (PHONE, DESK)
        self.clicks = 0
        """Links, buttons, boxes, selects and files chosen so far, as with a mouse: typing in a
        field, and reading, is none."""
        self.pages = 0
        """Pages that they came to."""
        self.typed = 0
        """Characters typed."""
        self._refused: list[str] = []
        self._scheme: Literal["dark", "light"] = "light"
        page.on("console", lambda message: self._heard(message.type, message.text))
        page.on("pageerror", lambda error: self._refused.append(str(error)))

    def _heard(self, kind: str, text: str) -> None:
        # The browser says here what our own Content-Security-Policy stopped. A journey that takes
        # the connection away sees that, too.
        expected = ("status of 4", "net::ERR_INTERNET_DISCONNECTED", "net::ERR_FAILED")
        if kind == "error" and not any(words in text for words in expected):
            self._refused.append(text)

    def sign_in(self, email: str) -> None:
        """By the form."""
        self.page.goto(reverse("account_login"))
        self.type_into(self.page.get_by_label("Email"), email)
        self.type_into(self.page.get_by_label("Password", exact=True), PASSWORD)
        self._press_enter()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text("Welcome")
        self.look_over()

    def open(self, route: str, *arguments: object) -> None:
        """By its address, as from a bookmark."""
        answer = self.page.goto(reverse(route, args=arguments))
        assert answer is not None
        assert answer.ok, f"{self.page.url}: {answer.status}"
        self.look_over()

    def reload(self) -> None:
        """The page again, as somebody does who waits for another person."""
        self.clicks += 1
        self.page.reload()
        self.look_over()

    def follow(self, name: str) -> None:
        """A link of the page itself, by its words."""
        self.enter(self.page.get_by_role("main").get_by_role("link", name=name).first)

    def press(self, name: str) -> None:
        """A button, by its words."""
        self.enter(self.page.get_by_role("button", name=name, exact=True))

    def enter(self, target: Locator) -> None:
        """A link or a button that leads to another page."""
        self.tab_to(target)
        self._press_enter()
        self.look_over()

    def _press_enter(self) -> None:
        self.clicks += 1
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def tab_to(self, target: Locator) -> None:
        """With the Tab key alone, back where that is nearer, and past the menu of a new page by its
        first link. At every stop the focus can be seen; of radio buttons that belong together one
        is a stop, and the arrows go on from there. What is folded around it is opened first."""
        while target.evaluate(_IS_FOLDED):
            self.unfold_around(target)
        pressed = 0
        while pressed < _MANY_TABS:
            way = target.evaluate(_AWAY, not pressed)
            assert not way["fault"], f"{self.page.url}: {way['fault']}"
            if way["there"]:
                return
            steps = 1 if way["grouped"] else min(abs(way["steps"]), _MANY_TABS)
            pressed += steps
            if way["fresh"] and steps > _STEPS_PAST_THE_MENU:
                self.skip_to_the_content()
            elif way["grouped"]:
                self.page.keyboard.press("ArrowDown")
            else:
                for _ in range(steps):
                    self.page.keyboard.press("Tab" if way["steps"] > 0 else "Shift+Tab")
        raise AssertionError(f"the Tab key never comes to {target}")

    def type_into(self, target: Locator, text: str) -> None:
        """In place of what stands there. A day is typed as its field asks, month first."""
        self.tab_to(target)
        self.typed += len(text)
        if target.get_attribute("type") == "date":
            year, month, day = text.split("-")
            self.page.keyboard.type(f"{month}{day}{year}")
            return
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)

    def choose(self, target: Locator, *, yes: bool = True) -> None:
        """A radio button or a check box."""
        self.clicks += 1
        self.tab_to(target)
        if target.is_checked() is not yes:
            self.page.keyboard.press("Space")
        expect(target).to_be_checked(checked=yes)

    def pick(self, target: Locator, value: str) -> None:
        """The option of a select that has this value."""
        self.clicks += 1
        self.tab_to(target)
        self.page.keyboard.press("Home")
        for _ in range(target.locator("option").count()):
            if target.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{target} has no {value}")

    def attach(self, target: Locator, *, name: str, content: bytes) -> None:
        """A file from the person's own machine."""
        self.clicks += 1
        file = {"name": name, "mimeType": "text/csv", "buffer": content}
        target.set_input_files(file)  # type: ignore[arg-type]

    def unfold_around(self, target: Locator) -> None:
        """The outermost closed section that holds it."""
        self.tab_to(target.locator(_CLOSED_AROUND).first)
        self.page.keyboard.press("Enter")

    def open_all_sections(self) -> None:
        """With one button, which then closes them."""
        self.clicks += 1
        closed = self.page.locator(".folds details.fold:not([open])")
        expect(closed).not_to_have_count(0)
        self.tab_to(self.page.get_by_role("button", name="Open all sections"))
        self.page.keyboard.press("Enter")
        expect(closed).to_have_count(0)
        expect(self.page.get_by_role("button", name="Close all sections")).to_be_focused()

    def unfold(self, words: str | re.Pattern[str]) -> None:
        """What stands folded under these words."""
        self.clicks += 1
        self.tab_to(self.page.locator("summary").filter(has_text=words).first)
        self.page.keyboard.press("Enter")

    def skip_to_the_content(self) -> None:
        """Past the menu, by the first link of every page, which is seen once it has the focus."""
        self.page.keyboard.press("Tab")
        skip = self.page.locator("a.skip")
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport()
        self.page.keyboard.press("Enter")
        expect(self.page.locator("main")).to_be_focused()

    def is_told_of_a_mistake(self) -> None:
        """The focus is on the summary of the mistakes, whose first link leads to its field."""
        summary = self.page.locator("main [role=alert]").first
        expect(summary).to_be_focused()
        self.tab_to(summary.get_by_role("link").first)
        self.page.keyboard.press("Enter")
        expect(self.page.locator(".wrong :focus")).to_have_count(1)

    def sees(self, *texts: str | re.Pattern[str]) -> None:
        """Waits until the page says each of these."""
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(text)

    def look_over(self, *, dark: bool = False) -> None:
        """At a desk and on a phone: no barrier that axe knows, nothing that sticks out.

        The window stays as large as the person's own.
        """
        self.pages += 1
        scheme: Literal["dark", "light"] = "dark" if dark else "light"
        if scheme != self._scheme:
            self.page.emulate_media(color_scheme=scheme)
            self._scheme = scheme
        for size in self._sizes:
            self.page.set_viewport_size(size)
            where = f"{self.page.url} at {size['width']} {scheme}"
            too_wide = self.page.evaluate(OVERFLOW)
            assert not too_wide, f"wider than the window: {where}\n" + "\n".join(too_wide)
            barriers = _LOOKED_AT.find_new_barriers(
                self.page, scheme=scheme, own_size=size is self._sizes[-1]
            )
            assert not barriers, f"{where}\n" + "\n".join(barriers)
            if size is PHONE:
                assert not (fault := find_excess_length(self.page)), f"{where}: {fault}"
        assert not self._refused, f"{self.page.url}: {self._refused}"

    def look_over_in_the_dark(self) -> None:
        """The same with dark colors."""
        self.look_over(dark=True)
