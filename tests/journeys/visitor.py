"""One person at a browser, who sees to it that each page can be used by everyone."""

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
_FOCUSED: Final = "mine => mine === document.activeElement"
_MANY_TABS: Final = 80


class Visitor:
    """A person's window. Every page that they come to is looked over before they go on."""

    def __init__(self, page: Page, *, phone: bool = False) -> None:
        self.page = page
        self._sizes = (_DESK, PHONE) if phone else (PHONE, _DESK)
        self._refused: list[str] = []
        page.on("console", lambda message: self._heard(message.type, message.text))
        page.on("pageerror", lambda error: self._refused.append(str(error)))

    def _heard(self, kind: str, text: str) -> None:
        # The browser says here what our own Content-Security-Policy stopped.
        if kind == "error" and "status of 4" not in text:
            self._refused.append(text)

    def sign_in(self, email: str) -> None:
        """By the form, with the keyboard alone."""
        self.page.goto(reverse("account_login"))
        self.type_into(self.page.get_by_label("Email"), email)
        self.type_into(self.page.get_by_label("Password", exact=True), PASSWORD)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("heading", level=1)).to_contain_text("Good to see you")
        self.look_over()

    def open(self, route: str, *arguments: object) -> None:
        """By its address, as from a bookmark."""
        answer = self.page.goto(reverse(route, args=arguments))
        assert answer is not None
        assert answer.ok, f"{self.page.url}: {answer.status}"
        self.look_over()

    def follow(self, name: str) -> None:
        """A link of the page itself, by its words."""
        with self.page.expect_navigation():
            self.page.get_by_role("main").get_by_role("link", name=name).first.click()
        self.look_over()

    def press(self, name: str) -> None:
        """A button, by its words."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).click()
        self.look_over()

    def tab_to(self, target: Locator) -> None:
        """With the Tab key alone, as someone without a mouse would."""
        for _ in range(_MANY_TABS):
            if target.evaluate(_FOCUSED):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the Tab key never comes to {target}")

    def type_into(self, target: Locator, text: str) -> None:
        """With the keyboard alone."""
        self.tab_to(target)
        self.page.keyboard.type(text)

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
