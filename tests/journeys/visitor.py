"""One person at a browser, without a mouse, who sees to it that everyone can use each page."""

import re
from typing import Final

from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Locator, Page, ViewportSize, expect

PASSWORD: Final = "a long enough password"
"""Of every person that the fixture `person` makes."""
_DESK: Final[ViewportSize] = {"width": 1280, "height": 800}
PHONE: Final[ViewportSize] = {"width": 360, "height": 740}
RULES: Final = {
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
}
_AXE: Final = Axe()
_AXE_AGAIN: Final = Axe(axe_script="void 0")
"""For a page that has the script already: reading it takes longer than running it."""
OVERFLOW: Final = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  return [...document.querySelectorAll("body *")]
    .filter(part => part.getBoundingClientRect().right > wide + 1)
    .map(part => part.outerHTML.slice(0, 120));
}"""
# Of a date the browser itself marks the part that is typed into.
_WHERE: Final = """mine => {
  const here = document.activeElement;
  if (!here || here === document.body) return "";
  const style = getComputedStyle(here), box = here.getBoundingClientRect();
  if (here.type === "date") return here === mine ? "mine" : "";
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const inside = box.width > 1 && box.bottom > 0 && box.top < innerHeight;
  if (!ring || !inside) return "nobody sees the focus on " + here.outerHTML.slice(0, 120);
  return here === mine ? "mine" : here.name && here.name === mine.name ? "its group" : "";
}"""
_MANY_TABS: Final = 300


class Visitor:
    """A person's window. Every page that they come to is looked over before they go on."""

    def __init__(self, page: Page, *, phone: bool = False) -> None:
        self.page = page
        self._sizes = (_DESK, PHONE) if phone else (PHONE, _DESK)
        self.clicks = 0
        """Links, buttons, boxes, selects and files chosen so far, as with a mouse: typing in a
        field, and reading, is none."""
        self._refused: list[str] = []
        page.on("console", lambda message: self._heard(message.type, message.text))
        page.on("pageerror", lambda error: self._refused.append(str(error)))

    def _heard(self, kind: str, text: str) -> None:
        # The browser says here what our own Content-Security-Policy stopped.
        if kind == "error" and "status of 4" not in text:
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
        """With the Tab key alone. At every stop the focus can be seen; of radio buttons that
        belong together one is a stop, and the arrows go on from there."""
        for stop in range(_MANY_TABS):
            where = target.evaluate(_WHERE)
            assert not stop or "nobody sees" not in where, f"{self.page.url}: {where}"
            if where == "mine":
                return
            radio = where and target.get_attribute("type") == "radio"
            self.page.keyboard.press("ArrowDown" if radio else "Tab")
        raise AssertionError(f"the Tab key never comes to {target}")

    def type_into(self, target: Locator, text: str) -> None:
        """In place of what stands there. A day is typed as its field asks, month first."""
        self.tab_to(target)
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
        self.page.emulate_media(color_scheme="dark" if dark else "light")
        for size, axe in zip(self._sizes, (_AXE, _AXE_AGAIN), strict=True):
            self.page.set_viewport_size(size)
            where = f"{self.page.url} at {size['width']}{' dark' if dark else ''}"
            too_wide = self.page.evaluate(OVERFLOW)
            assert not too_wide, f"wider than the window: {where}\n" + "\n".join(too_wide)
            found = axe.run(self.page, options=RULES)
            assert not found.violations_count, f"{where}\n{found.generate_report()}"
        assert not self._refused, f"{self.page.url}: {self._refused}"

    def look_over_in_the_dark(self) -> None:
        """The same with dark colors."""
        self.look_over(dark=True)
        self.page.emulate_media(color_scheme="light")
