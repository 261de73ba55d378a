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
    researcher.follow("extract to fetch, once")
    researcher.sees("Waits for its recipient", "for you alone, and once")
    researcher.look_over_in_the_dark()
    researcher.follow("Fetch it, once")
    link = researcher.page.url
    researcher.sees("Nobody may try to find out who a child is", "Destroy it")
    researcher.choose(researcher.page.get_by_role("radio", name="Stata"))
    researcher.choose(researcher.page.get_by_role("checkbox"))
    button = researcher.page.get_by_role("button", name="Fetch the file")
    with researcher.page.expect_download() as saved:
        button.click()
    files = zipfile.ZipFile(saved.value.path()).namelist()
    assert {"student.dta", "codebook.csv", "TERMS.txt"} <= set(files)
    researcher.page.goto(link)
    expect(researcher.page.get_by_role("main")).to_contain_text("fetched")
    researcher.open("releases:extract", extract.pk)
    researcher.sees("has the one copy", "It is not fetched again")
    phone = visitor(world.analyst, phone=True)
    phone.open("releases:extract", extract.pk)


def test_a_reviewer_reads_what_was_done(visitor: Callable[..., Visitor], world: Any) -> None:
    extract = world.prepared()
    reviewer = visitor(world.reviewers[0])
    reviewer.open("releases:extract", extract.pk)
    reviewer.follow("Review it")
    reviewer.sees("What risk is left", "Made coarser", "It is free text")
    reviewer.choose(reviewer.page.get_by_role("radio", name="Approve"))
    reviewer.press("Give this verdict")
    reviewer.sees("Your verdict is kept.", "You cannot review it")
