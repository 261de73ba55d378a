"""A researcher fetches an extract once."""

import zipfile
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
def world(person: Callable[..., Any], organization: Callable[..., Any]) -> Any:
    """A research project with its leave."""
    from tests.outputs.extracts import sample_extracts

    return sample_extracts.make(person, organization)


def test_a_researcher_fetches_once(visitor: Callable[..., Visitor], world: Any) -> None:
    extract = world.issued()
    researcher = visitor(world.analyst)
    researcher.open("web:home")
    researcher.follow("extract to download")
    researcher.sees("Ready to download", "Only you can use the link")
    researcher.look_over_in_the_dark()
    researcher.follow("Download (once only)")
    link = researcher.page.url
    researcher.sees("Do not try to identify any child", "destroy this extract")
    researcher.choose(researcher.page.get_by_role("radio", name="Stata"))
    researcher.choose(researcher.page.get_by_role("checkbox"))
    button = researcher.page.get_by_role("button", name="Download file")
    with researcher.page.expect_download() as saved:
        button.click()
    files = zipfile.ZipFile(saved.value.path()).namelist()
    assert {"student.dta", "codebook.csv", "TERMS.txt"} <= set(files)
    researcher.page.goto(link)
    expect(researcher.page.get_by_role("main")).to_contain_text("downloaded")
    researcher.open("releases:extract", extract.pk)
    researcher.sees("has the only copy", "Already downloaded")
    phone = visitor(world.analyst, phone=True)
    phone.open("releases:extract", extract.pk)


def test_a_reviewer_reads_what_was_done(visitor: Callable[..., Visitor], world: Any) -> None:
    extract = world.prepared()
    reviewer = visitor(world.reviewers[0])
    reviewer.open("releases:extract", extract.pk)
    reviewer.follow("Review")
    reviewer.sees("Remaining re-identification risk", "Less detailed", "This is free text")
    reviewer.choose(reviewer.page.get_by_role("radio", name="Approve"))
    reviewer.press("Submit decision")
    reviewer.sees("Decision recorded.", "You cannot review this")
