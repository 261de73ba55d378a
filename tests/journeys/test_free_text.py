"""The partnership's data manager reads free text; the researcher finds it masked."""

import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.journeys.visitor import Visitor
from tests.outputs.extracts import sample_extracts

from cairn.outputs.extracts import actions
from cairn.policy.vocabulary.releases import ReviewVerdict

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]
NOTES = (
    "Ana Morales moved to her aunt in Rivertown, call 555-0134 after the fire",
    "everybody knows why she left: it was in the newspaper that spring",
)


def test_free_text_is_read_and_leaves_masked(
    visitor: Callable[..., Visitor], person: Callable[..., Any], organization: Callable[..., Any]
) -> None:
    world = sample_extracts.make(person, organization, NOTES)
    extract = world.prepared()
    reader = visitor(world.manager)
    reader.open("web:home")
    reader.follow("extract with free text to review")
    reader.follow("Start review")
    reader.look_over_in_the_dark()
    for _ in NOTES:
        reader.sees("Preview with saved marks")
        text = reader.page.locator(".text").inner_text()
        if "Rivertown" in text:
            word = reader.page.get_by_role("checkbox", name="Rivertown")
            expect(reader.page.get_by_role("checkbox", name="Ana")).to_be_checked()
            reader.page.get_by_role("checkbox", name="in", exact=True).focus()
            reader.page.keyboard.press("ArrowRight")
            expect(word).to_be_focused()
            reader.page.keyboard.press("Space")
            expect(word).to_be_checked()
            reader.press("Include with marked words masked")
        else:
            reader.press("Remove this text")
    reader.sees("All texts are reviewed")
    phone = visitor(world.manager, phone=True)
    phone.open("releases:extract_texts", extract.pk)
    phone.open("releases:extract_text", extract.pk, 1)
    world.prepared(extract)
    for one in world.reviewers:
        actions.review_extract(
            extract=extract, verdict=ReviewVerdict.APPROVE, comment="", by=one, at=world.at
        )
    actions.issue_extract(extract=extract, by=world.manager, at=world.at)
    researcher = visitor(world.analyst)
    researcher.open("releases:extract", extract.pk)
    researcher.sees("1 of 2 texts removed")
    researcher.follow("Download (once only)")
    researcher.choose(researcher.page.get_by_role("radio", name="CSV"))
    researcher.choose(researcher.page.get_by_role("checkbox"))
    with researcher.page.expect_download() as saved:
        researcher.page.get_by_role("button", name="Download file").click()
    told = zipfile.ZipFile(saved.value.path()).read("enrollment.csv").decode("utf-8-sig")
    assert "[NAME] moved to her aunt in [NAME], call [PHONE] after the fire" in told
    assert "newspaper" not in told
