"""A superintendent on a phone reads the district's own numbers and corrects one."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.journeys.visitor import PHONE, Visitor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]
# What a finger must hit: everything to press, and each link that stands alone. Links in a
# sentence are as high as its words (WCAG 2.5.8).
_SMALL: Final = """() => [...document.querySelectorAll(
    "main button, main a.button, main a.touch, main input:not([type=hidden]), main select, " +
    "main summary, main label:has(input[type=radio])")]
  .map(part => [part, part.getBoundingClientRect()])
  .filter(([part, box]) => box.width && !["radio", "checkbox"].includes(part.type))
  .filter(([part, box]) => box.height < 44 || box.width < 44)
  .map(([part, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ` +
    part.outerHTML.slice(0, 100))"""


@pytest.fixture
def asked(
    person: Callable[..., Any], organization: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> Any:
    """A community whose release was sent back to its two districts today."""
    from tests.outputs.releases import community

    monkeypatch.setattr(community, "AT", timezone.localtime())
    made = community.make(person, organization)
    made.sent_back()
    return made


def test_a_superintendent_corrects_a_figure(visitor: Callable[..., Visitor], asked: Any) -> None:
    phone = visitor(asked.stewards["oak"], phone=True, locale="en-US")
    assert phone.page.viewport_size == PHONE
    phone.open("web:home")
    phone.page.locator("ul.waits a[href*='releases']").first.tap()
    phone.sees(
        "Preview of your data before publication", "10 business days left", "Your own numbers"
    )
    _fits_a_finger(phone)
    for tables in phone.page.locator("details:has(> .years) > summary").all():
        tables.tap()
    phone.page.locator("details.years summary").filter(has_text="by school").last.tap()
    burr = phone.page.get_by_role("row").filter(has_text="Burr")
    expect(burr.first).to_contain_text("1,233")
    expect(burr.last).to_contain_text("suppressed")
    phone.page.get_by_role("link", name="Report as wrong Oak Burr").first.tap()
    phone.sees("enter what it should be")
    expect(phone.page.get_by_role("heading", level=2)).to_have_text(
        "Chronic absence, 2025-26, Oak, Burr"
    )
    _fits_a_finger(phone)
    phone.page.get_by_role("button", name="Add to my answer").tap()
    phone.is_told_of_a_mistake()
    phone.page.get_by_label("Correct number").fill("1171")
    phone.page.get_by_label("Evidence").fill("Our list of September says so.")
    phone.page.get_by_role("button", name="Add to my answer").tap()
    phone.sees("It will be sent with your answer", "Figures you reported as wrong", "1,171")
    phone.page.get_by_role("link", name="Go to your answer").tap()
    phone.page.get_by_role("radio", name="Request a correction").tap()
    _fits_a_finger(phone)
    phone.page.get_by_role("button", name="Submit answer").tap()
    phone.sees("Answer recorded.")
    phone.look_over()
    author = visitor(asked.author)
    author.open("releases:list")
    author.follow("Chronic absence")
    author.sees(
        "Returned to author", "Figures that data owners reported as wrong", "Oak, Burr", "1,171"
    )
    author.look_over_in_the_dark()


def _fits_a_finger(phone: Visitor) -> None:
    phone.look_over()
    assert phone.page.evaluate(_SMALL) == []
