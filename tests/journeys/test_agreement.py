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


_CRITERIA = (
    "Designation",
    "Audit or evaluation",
    "Education program",
    "Destruction of records",
    "Policies and procedures",
    "Operator of the program",
)


@pytest.fixture
def writing(person: Callable[..., Any], organization: Callable[..., Any], db: None) -> Any:
    from tests.governance.agreements import draft_steps

    return draft_steps.make(person, organization)


def test_from_a_template_to_in_force(visitor: Callable[..., Visitor], writing: Any) -> None:
    from tests.governance.agreements.draft_steps import DRAFT

    manager = visitor(writing.manager)
    manager.open("agreements:begin")
    manager.skip_to_the_content()
    manager.press("Create draft")
    manager.is_told_of_a_mistake()
    manager.type_into(manager.page.get_by_label("Reference"), "N-1")
    manager.type_into(manager.page.get_by_label("Title"), "Sharing: Elm and the hub")
    manager.pick(
        manager.page.get_by_label("Starting point"), "template:02-data-sharing-audit-evaluation"
    )
    manager.press("Create draft")
    manager.sees("Checks of this step")
    expect(manager.page.locator("#beside")).to_contain_text("“starts” is missing")
    manager.enter(manager.page.locator("#beside a", has_text="The agreement").first)
    manager.sees("Term")
    # The change is kept and the findings follow without leaving the page.
    manager.type_into(manager.page.get_by_label(re.compile("^Start date")), "2026-01-01")
    following = manager.page.locator(":focus")
    expect(manager.page.locator("#beside")).to_contain_text("Saved as version 2.")
    expect(following).to_be_focused()
    expect(manager.page.locator("#beside")).not_to_contain_text("“starts” is missing")
    manager.press("Save and continue: Clauses and exhibits")
    manager.press("Save and continue: Criteria")
    manager.sees("Does a clause designate")
    manager.follow("View draft")
    manager.follow("Edit as text")
    manager.type_into(manager.page.get_by_label("Text of the draft (TOML)"), DRAFT)
    manager.press("Save")
    manager.follow("View draft")
    manager.press("Submit for counsel review")
    manager.follow("Versions and changes")
    manager.sees("All versions", "Before")

    counsel = visitor(writing.counsel)
    counsel.open("web:home")
    counsel.open("agreements:drafts")
    counsel.follow("Sharing: Elm and the hub")
    counsel.follow("Review as counsel")
    counsel.sees("no later than 365 days (1 year)")
    for label in _CRITERIA:
        counsel.choose(counsel.page.get_by_label(label))
    counsel.press("Confirm selected criteria")
    counsel.follow("Review as counsel")
    counsel.press("Approve for signature")

    manager.open("agreements:drafts")
    manager.follow("Sharing: Elm and the hub")
    manager.press("Send for signature")
    _sign(visitor(writing.steward), writing.steward.name)
    _sign(manager, writing.manager.name)
    manager.sees(
        "Every party has signed. The agreement is complete.", "This agreement is in force today"
    )
    manager.open("agreements:terminate", "N-1")
    manager.sees("If you give notice today")


def _sign(signer: Visitor, name: str) -> None:
    signer.open("agreements:drafts")
    signer.follow("Sharing: Elm and the hub")
    signer.follow("Review and sign")
    here = signer.page.locator(
        "form", has=signer.page.get_by_role("heading", name="Sign electronically")
    )
    signer.type_into(here.get_by_label("Your full name"), name)
    signer.type_into(here.get_by_label("Title"), "Director")
    signer.press("Sign agreement")
