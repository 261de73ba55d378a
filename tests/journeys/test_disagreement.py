"""Two reviewers who do not know each other's verdict disagree; the release is mended and comes
again."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.journeys.visitor import Visitor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]
_FOR = "The figures are those of the district's own report."
_AGAINST = "Say that Cork was closed for two weeks after the flood."
_STORY = "A hard winter, and Cork was closed for two weeks after the flood."


@pytest.fixture
def in_review(
    person: Callable[..., Any], organization: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> Any:
    """A community whose release waits for its two reviewers."""
    from tests.outputs.releases import community

    monkeypatch.setattr(community, "AT", timezone.localtime())
    made = community.make(person, organization)
    made.in_review()
    return made


def test_reviewers_disagree_and_the_release_is_mended(
    visitor: Callable[..., Visitor], in_review: Any
) -> None:
    first, second = (visitor(reviewer) for reviewer in in_review.reviewers[:2])
    author = visitor(in_review.author)
    _give(first, "Approve", _FOR)
    first.sees(_FOR)
    _open(author)
    author.sees("Two reviewers", "Not ready for data-owner preview", "1 of 2 reviewers has decided")
    _hears_nothing(author)
    _open(second)
    _hears_nothing(second)
    _refuse_without_a_reason(second)
    second.sees("Returned to author", _FOR, _AGAINST)
    _open(first)
    first.sees(_FOR, _AGAINST)
    _revise_release(author)
    # The new round begins blind: nobody is shown what was said in the one before.
    for reader in (first, second):
        _open(reader)
        _hears_nothing(reader)
        reader.sees(_STORY)
        _verdict(reader, "Approve", "")
    _open(author)
    author.follow("Send to data owners")
    author.press("Send to data owners")
    author.sees("Sent to the data owners for preview.")


def _open(person: Visitor) -> None:
    person.open("releases:list")
    person.follow("Chronic absence")


def _hears_nothing(person: Visitor) -> None:
    for said in (_FOR, _AGAINST, "Requested changes"):
        expect(person.page.get_by_role("main")).not_to_contain_text(said)


def _give(reviewer: Visitor, verdict: str, comment: str) -> None:
    """Home says that it waits."""
    reviewer.open("web:home")
    reviewer.follow("release to review")
    _verdict(reviewer, verdict, comment)


def _verdict(reviewer: Visitor, verdict: str, comment: str) -> None:
    reviewer.follow("Review")
    reviewer.choose(reviewer.page.get_by_role("radio", name=verdict))
    reviewer.type_into(reviewer.page.get_by_label("Why"), comment)
    reviewer.press("Submit decision")
    reviewer.sees("Decision recorded.")


def _refuse_without_a_reason(reviewer: Visitor) -> None:
    reviewer.follow("Review")
    reviewer.choose(reviewer.page.get_by_role("radio", name="Request changes"))
    reviewer.press("Submit decision")
    reviewer.is_told_of_a_mistake()
    reviewer.type_into(reviewer.page.get_by_label("Why"), _AGAINST)
    reviewer.press("Submit decision")
    reviewer.sees("Decision recorded.")


def _revise_release(author: Visitor) -> None:
    """Home says that it came back; the author reads why, changes the words, has it checked and
    hands it on again."""
    author.open("web:home")
    author.follow("release of yours that needs a disclosure check")
    author.sees("Returned to author", _AGAINST, _FOR)
    author.look_over_in_the_dark()
    author.follow("Edit text")
    author.type_into(author.page.get_by_label("The story behind the numbers"), _STORY)
    author.press("Save text")
    author.press("Run disclosure check again")
    author.sees("Passed: no suppressed number could be calculated")
    author.press("Submit for review")
    author.sees("Submitted for review.")
