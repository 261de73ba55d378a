"""An analyst asks what children have, and everyone reads the mean that may leave."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from tests.journeys.visitor import Visitor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]
_TITLE = "Days absent in two districts"


@pytest.fixture
def community(
    person: Callable[..., Any], organization: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> Any:
    """Two districts whose files are linked today."""
    from tests.outputs.releases import community as made

    monkeypatch.setattr(made, "AT", timezone.localtime())
    return made.make(person, organization)


def test_from_the_question_to_a_published_mean(
    visitor: Callable[..., Visitor], community: Any
) -> None:
    analyst = visitor(community.author)
    _ask(analyst)
    analyst.press("Run disclosure check")
    analyst.sees("Passed: no suppressed number could be calculated", "Values tested for")
    analyst.look_over_in_the_dark()
    analyst.follow("Edit text")
    analyst.type_into(analyst.page.get_by_label("Explain").first, "Nobody of them is here.")
    analyst.press("Save text")
    analyst.press("Submit for review")
    for reviewer in community.reviewers[:2]:
        _review(visitor(reviewer))
    manager = visitor(community.manager)
    _open(manager)
    manager.follow("Send to data owners")
    manager.press("Send to data owners")
    for steward in community.stewards.values():
        _confirm(visitor(steward))
    _open(manager)
    manager.follow("Publish")
    manager.press("Publish")
    manager.sees("Release published.")
    _read(visitor())
    _ask(analyst)
    analyst.press("Run disclosure check")
    analyst.sees("already published another measure of these values", "Leave out this year")


def _ask(analyst: Visitor) -> None:
    analyst.open("releases:new")
    page = analyst.page
    analyst.type_into(page.get_by_label("Title"), _TITLE)
    analyst.choose(page.get_by_label("Days absent", exact=True))
    analyst.choose(page.get_by_label("Mean", exact=True))
    analyst.type_into(page.get_by_label("The story behind the numbers"), "A hard winter.")
    analyst.press("Save draft")
    analyst.sees("Draft saved.")


def _open(who: Visitor) -> None:
    who.open("releases:list")
    who.follow(_TITLE)


def _review(reviewer: Visitor) -> None:
    _open(reviewer)
    reviewer.follow("Review")
    reviewer.sees("Mean, days")
    reviewer.choose(reviewer.page.get_by_role("radio", name="Approve"))
    reviewer.press("Submit decision")
    reviewer.sees("Decision recorded.")


def _confirm(steward: Visitor) -> None:
    _open(steward)
    steward.follow("Preview and answer")
    steward.sees("Your own numbers", "Mean, days")
    steward.choose(steward.page.get_by_role("radio", name="Confirm"))
    steward.press("Submit answer")
    steward.sees("Answer recorded.")


def _read(reader: Visitor) -> None:
    """Without signing in: the mean, of how many, how it is rounded, and what is withheld."""
    reader.open("dashboards:index")
    reader.follow("Days absent")
    reader.sees("mean of 2,387 children", "Mean, days", "suppressed", "Legal basis")
    for picture in reader.page.get_by_role("img").all():
        assert picture.evaluate("drawn => drawn.decode().then(() => drawn.naturalWidth)") > 0
    reader.look_over_in_the_dark()
    reader.unfold("Download the data, or embed a chart")
    with reader.page.expect_download() as saved:
        reader.page.get_by_role("link", name="CSV").click()
    assert "rounded_to" in saved.value.path().read_text(encoding="utf-8")
