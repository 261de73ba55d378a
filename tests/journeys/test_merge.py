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
    author.sees("What else could be done", "4 more")
    author.follow("Count Asian, Black as one group")
    author.sees("4 more numbers are shown.")
    author.press("See what that brings")
    author.is_told_of_a_mistake()
    author.type_into(author.page.get_by_label("Why they may stand together"), _WHY)
    author.press("See what that brings")
    author.sees(f"Count “{_NAME}” as one group?", "4 more numbers are shown.", _WHY)
    author.look_over_in_the_dark()
    author.press("Count them as one")
    author.sees("They are counted as one.")
    author.press("Count, protect and check")
    author.sees("No withheld number could be worked out", _NAME, "numbers were shown before")
    author.press("Hand it to the reviewers")
    reviewer = visitor(checked.reviewers[0])
    reviewer.open("releases:list")
    reviewer.follow("Chronic absence")
    reviewer.follow("Review it")
    reviewer.sees(_NAME, _WHY)


def test_and_tells_them_apart_again(visitor: Callable[..., Visitor], checked: Any) -> None:
    author = visitor(checked.author)
    author.open("releases:list")
    author.follow("Chronic absence")
    author.follow("Count groups as one")
    for group in ("Asian", "Black"):
        author.choose(author.page.get_by_role("checkbox", name=group, exact=True))
    author.type_into(author.page.get_by_label("Why they may stand together"), _WHY)
    author.press("See what that brings")
    author.press("Count them as one")
    author.follow("Count groups as one")
    author.press(f"Tell apart again: {_NAME}")
    author.sees("They are told apart again.")
    expect(author.page.get_by_role("main")).not_to_contain_text(_WHY)
