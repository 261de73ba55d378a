"""The steward of a district answers for its data before the public sees them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.journeys.visitor import Visitor

from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]
_PREVIEW_TASK = "ul.waits a[href*='releases']"
_CONDITION = "Read the story with our council first."
_WRONG = "Cork was closed for two weeks after the flood."


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


def test_a_steward_asks_for_a_correction(visitor: Callable[..., Visitor], asked: Any) -> None:
    steward = visitor(asked.stewards["oak"])
    _read(steward)
    steward.choose(steward.page.get_by_role("radio", name="Request a correction"))
    steward.press("Submit answer")
    expect(steward.page.get_by_role("alert")).to_contain_text("say here what is wrong")
    steward.type_into(steward.page.get_by_label("Comments"), _WRONG)
    steward.press("Submit answer")
    steward.sees("Answer recorded.")
    steward.open("web:home")
    expect(steward.page.locator(_PREVIEW_TASK)).to_have_count(0)
    author = visitor(asked.author)
    author.open("releases:list")
    author.follow("Chronic absence")
    author.sees("Returned to author", _WRONG)


def test_declining_asks_once_more(visitor: Callable[..., Visitor], asked: Any) -> None:
    steward = visitor(asked.stewards["elm"])
    _read(steward)
    _choose_to_decline(steward)
    steward.sees("returns to its author and is not published")
    steward.look_over_in_the_dark()
    steward.follow("Cancel")
    steward.sees("Preview of your data before publication")
    _choose_to_decline(steward)
    steward.press("Decline")
    steward.sees("Answer recorded.")
    manager = visitor(asked.manager)
    manager.open("releases:list")
    manager.follow("Chronic absence")
    manager.sees("Returned to author", "The data owner declined without giving a reason.")
    reader = visitor()
    reader.open("dashboards:index")
    reader.sees("No figures published yet")


def test_a_nation_approves_on_a_condition(
    visitor: Callable[..., Visitor], asked: Any, person: Callable[..., Any]
) -> None:
    kind = OrganizationKind.TRIBAL_NATION
    speaker = visitor(person(Role.STEWARD, at="sand-creek-nation", kind=kind))
    speaker.open("web:home")
    speaker.sees("needs your Tribal nation's decision")
    speaker.open("releases:list")
    speaker.follow("Chronic absence")
    speaker.follow("Answer for your Tribal nation")
    speaker.sees("its children are not counted")
    speaker.look_over_in_the_dark()
    speaker.press("Record decision")
    expect(speaker.page.get_by_role("alert")).to_contain_text("required")
    speaker.choose(speaker.page.get_by_role("radio", name="Approve: our children may be counted"))
    speaker.type_into(speaker.page.get_by_label("Condition"), _CONDITION)
    speaker.press("Record decision")
    speaker.sees("Tribal nations", _CONDITION)
    manager = visitor(asked.manager)
    manager.open("releases:list")
    manager.follow("Chronic absence")
    manager.sees("Sand Creek Nation", _CONDITION)


def _read(steward: Visitor) -> None:
    """Home says that it waits and until when; the table is as the public would see them."""
    steward.open("web:home")
    steward.look_over_in_the_dark()
    steward.sees("Due")
    steward.page.locator(_PREVIEW_TASK).first.focus()
    with steward.page.expect_navigation():
        steward.page.keyboard.press("Enter")
    steward.look_over()
    if steward.page.get_by_role("link", name="Preview and answer").count():
        steward.follow("Preview and answer")
    steward.sees("days left", "as the public would see them", "A hard winter.")
    steward.look_over_in_the_dark()
    steward.page.locator("details:has(> .years) > summary").last.press("Enter")
    steward.page.locator("details.years summary").filter(has_text="by school").last.press("Enter")
    withheld = steward.page.get_by_role("row").filter(has_text="Burr")
    expect(withheld.last).to_contain_text("suppressed", ignore_case=True)


def _choose_to_decline(steward: Visitor) -> None:
    steward.tab_to(steward.page.get_by_role("radio", name="Confirm"))
    steward.page.keyboard.press("ArrowUp")
    expect(steward.page.get_by_role("radio", name="Decline")).to_be_checked()
    steward.tab_to(steward.page.get_by_role("button", name="Submit answer"))
    with steward.page.expect_navigation():
        steward.page.keyboard.press("Enter")
    steward.look_over()
