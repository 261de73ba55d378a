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
    analyst.press("Count, protect and check")
    analyst.sees("No withheld number could be worked out", "What children have, asked of")
    analyst.look_over_in_the_dark()
    analyst.follow("Change the words")
    analyst.type_into(analyst.page.get_by_label("Why is that so?").first, "Nobody of them is here.")
    analyst.press("Keep these words")
    analyst.press("Hand it to the reviewers")
    for reviewer in community.reviewers[:2]:
        _review(visitor(reviewer))
    manager = visitor(community.manager)
    _open(manager)
    manager.press("Send it to the data owners")
    for steward in community.stewards.values():
        _confirm(visitor(steward))
    _open(manager)
    manager.follow("Publish")
    manager.press("Publish")
    manager.sees("It is published.")
    _read(visitor())
    _ask(analyst)
    analyst.press("Count, protect and check")
    analyst.sees("already published another measure of these values", "Leave out this year")


def _ask(analyst: Visitor) -> None:
    analyst.open("releases:new")
    page = analyst.page
    analyst.type_into(page.get_by_label("Title"), _TITLE)
    analyst.choose(page.get_by_label("Days absent", exact=True))
    analyst.choose(page.get_by_role("radio", name="Mean", exact=True))
    analyst.type_into(page.get_by_label("The story behind the curve"), "A hard winter.")
    analyst.press("Keep this draft")
    analyst.sees("The draft is kept.")


def _open(who: Visitor) -> None:
    who.open("releases:list")
    who.follow(_TITLE)


def _review(reviewer: Visitor) -> None:
    _open(reviewer)
    reviewer.follow("Review it")
    reviewer.sees("Mean, days")
    reviewer.choose(reviewer.page.get_by_role("radio", name="Approve"))
    reviewer.press("Give this verdict")
    reviewer.sees("Your verdict is kept.")


def _confirm(steward: Visitor) -> None:
    _open(steward)
    steward.follow("Read and answer")
    steward.sees("Your own numbers", "Mean, days")
    steward.choose(steward.page.get_by_role("radio", name="Confirm"))
    steward.press("Send this answer")
    steward.sees("Your answer is recorded.")


def _read(reader: Visitor) -> None:
    """Without signing in: the mean, of how many, how it is rounded, and what is withheld."""
    reader.open("dashboards:index")
    reader.follow("Days absent")
    reader.sees("mean of 2,387 children", "Mean, days", "withheld", "Legal basis")
    for picture in reader.page.get_by_role("img").all():
        assert picture.evaluate("drawn => drawn.decode().then(() => drawn.naturalWidth)") > 0
    reader.look_over_in_the_dark()
    with reader.page.expect_download() as saved:
        reader.page.get_by_role("link", name="CSV, for every program").click()
    assert "rounded_to" in saved.value.path().read_text(encoding="utf-8")
