"""An agreement from a template to the last signature, with its findings beside it, by keyboard."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.journeys.visitor import Visitor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]


@pytest.fixture
def writing(person: Callable[..., Any], organization: Callable[..., Any], db: None) -> Any:
    from tests.governance.agreements import draft_steps

    return draft_steps.make(person, organization)


def test_from_a_template_to_in_force(visitor: Callable[..., Visitor], writing: Any) -> None:
    from tests.governance.agreements.draft_steps import DRAFT

    manager = visitor(writing.manager)
    manager.open("agreements:begin")
    manager.skip_to_the_content()
    manager.press("Begin")
    manager.is_told_of_a_mistake()
    manager.type_into(manager.page.get_by_label("Reference"), "N-1")
    manager.type_into(manager.page.get_by_label("Title"), "Sharing: Elm and the hub")
    manager.pick(
        manager.page.get_by_label("Begin with"), "template:02-data-sharing-audit-evaluation"
    )
    manager.press("Begin")
    manager.sees("What is missing")
    expect(manager.page.locator("#beside")).to_contain_text("“starts” is missing")
    # The change is kept and the findings follow without leaving the page.
    manager.type_into(manager.page.get_by_label(re.compile("^Starts")), "2026-01-01")
    following = manager.page.locator(":focus")
    expect(manager.page.locator("#beside")).to_contain_text("Kept as version 2.")
    expect(following).to_be_focused()
    expect(manager.page.locator("#beside")).not_to_contain_text("“starts” is missing")
    manager.press("Keep and go on")
    manager.sees("Parties, number 1", "One more")
    manager.follow("See the whole")
    manager.follow("The text itself")
    manager.type_into(manager.page.get_by_label("The draft's text"), DRAFT)
    manager.press("Keep")
    manager.follow("See the whole")
    manager.press("Hand it to counsel")
    manager.follow("Versions and changes")
    manager.sees("Every version", "It said")

    counsel = visitor(writing.counsel)
    counsel.open("web:home")
    counsel.open("agreements:drafts")
    counsel.follow("N-1")
    counsel.follow("Read as counsel")
    counsel.sees("Data are destroyed at the latest 365 days after each delivery.")
    counsel.press("No objection")

    manager.open("agreements:drafts")
    manager.follow("N-1")
    manager.press("Send out for signature")
    _sign(visitor(writing.steward), writing.steward.name)
    _sign(manager, writing.manager.name)
    manager.sees("Everyone has signed. The agreement is on record.", "In force today")
    manager.open("agreements:terminate", "N-1")
    manager.sees("A notice given today")


def _sign(signer: Visitor, name: str) -> None:
    signer.open("agreements:drafts")
    signer.follow("N-1")
    signer.follow("Sign")
    here = signer.page.locator("form", has=signer.page.get_by_role("heading", name="Sign here"))
    signer.type_into(here.get_by_label("Your full name"), name)
    signer.type_into(here.get_by_label("In what capacity"), "Director")
    signer.press("I sign this text")
