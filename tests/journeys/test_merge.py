"""An analyst whose groups are too small to be shown has two of them counted as one, sees what that
brings, and tells them apart again."""

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
_WHY = "The councils of both asked for it in May."
_NAME = "Asian + Black"


@pytest.fixture
def checked(
    person: Callable[..., Any], organization: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> Any:
    """A community whose analyst has had a release checked; the check found what merging brings."""
    from tests.outputs.releases import community

    monkeypatch.setattr(community, "AT", timezone.localtime())
    made = community.make(person, organization)
    release = made.checked()
    release.certificate[-1]["ways"]["merges"] = [
        {"dim": "race_ethnicity", "values": ["asian", "black"], "cells": 4, "share": 93}
    ]
    release.save()
    return made


def test_an_analyst_takes_the_offer_and_a_reviewer_reads_why(
    visitor: Callable[..., Visitor], checked: Any
) -> None:
    author = visitor(checked.author)
    author.open("releases:list")
    author.follow("Chronic absence")
    author.sees("Methods compared", "4 more")
    author.unfold("Options for exact counts")
    author.follow("Combine Asian, Black")
    author.sees("4 more numbers can be shown.")
    author.press("Preview the effect")
    author.is_told_of_a_mistake()
    author.type_into(
        author.page.get_by_label("Reason, and the people from these groups you consulted"), _WHY
    )
    author.press("Preview the effect")
    author.sees(f"Combine “{_NAME}” into one group?", "4 more numbers can be shown.", _WHY)
    author.look_over_in_the_dark()
    author.press("Combine groups")
    author.sees("Groups combined.")
    author.press("Run disclosure check")
    author.sees("Passed: no suppressed number could be calculated", _NAME, "Numbers shown:")
    author.press("Submit for review")
    reviewer = visitor(checked.reviewers[0])
    reviewer.open("releases:list")
    reviewer.follow("Chronic absence")
    reviewer.follow("Review")
    reviewer.sees(_NAME, _WHY)


def test_and_tells_them_apart_again(visitor: Callable[..., Visitor], checked: Any) -> None:
    author = visitor(checked.author)
    author.open("releases:list")
    author.follow("Chronic absence")
    author.follow("Combine groups")
    for group in ("Asian", "Black"):
        author.choose(author.page.get_by_role("checkbox", name=group, exact=True))
    author.type_into(
        author.page.get_by_label("Reason, and the people from these groups you consulted"), _WHY
    )
    author.press("Preview the effect")
    author.press("Combine groups")
    author.follow("Combine groups")
    author.press(f"Separate: {_NAME}")
    author.sees("Groups separated.")
    expect(author.page.get_by_role("main")).not_to_contain_text(_WHY)
