"""What was published is taken back: its page says so, its files are gone, and so is its figure in
somebody else's page; who fetched rows is told."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect
from tests.journeys.visitor import Visitor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]
_WHY = "A file of the winter was counted twice. We are sorry."
_PAGE = ("dashboards:outcome", "chronic_absence")


def test_a_release_is_withdrawn(
    visitor: Callable[..., Visitor],
    person: Callable[..., Any],
    organization: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from tests.outputs.releases import community

    monkeypatch.setattr(community, "AT", timezone.localtime())
    world = community.make(person, organization)
    world.published()
    reader, manager = visitor(), visitor(world.manager)
    reader.open(*_PAGE)
    reader.unfold("Download the data, or embed a chart")
    reader.look_over()
    _takes_the_package(reader)
    reader.follow("Preview “By school”")
    reader.sees("Chronic absence: By school", "Data from Elm, Oak.")
    reader.look_over_in_the_dark()
    framed = reader.page.url
    _withdraw(manager)
    # A browser asks again after a minute; this one has not been here before.
    reader = visitor()
    reader.page.goto(framed)
    reader.sees("These figures were withdrawn", _WHY)
    reader.look_over()
    reader.follow("See all figures, definitions")
    reader.sees("These figures were withdrawn", _WHY, "Please do not use copies of these figures.")
    reader.look_over_in_the_dark()
    for form in ("csv", "xlsx", "json", "zip"):
        gone = reader.page.request.get(reverse("dashboards:file", args=["chronic_absence", form]))
        assert gone.status == 404, form
    reader.follow("See published figures")
    reader.sees("Withdrawn", _WHY)
    steward = visitor(world.stewards["oak"])
    steward.open("releases:list")
    steward.follow("Chronic absence")
    steward.sees("Withdrawn", _WHY)


def test_a_second_release_is_withdrawn_and_the_first_stays(
    visitor: Callable[..., Visitor],
    person: Callable[..., Any],
    organization: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from tests.outputs.releases import community

    monkeypatch.setattr(community, "AT", timezone.localtime())
    world = community.make(person, organization)
    world.published()
    second = world.carried(world.draft(title="By gender", tables=[["district", "gender"]]))
    reader, manager = visitor(), visitor(world.manager)
    reader.open(*_PAGE)
    reader.sees("63%", "By school")
    reader.look_over()
    manager.open("releases:withdraw", second.pk)
    manager.sees(
        "No longer shown: Chronic absence by district and gender",
        "Stays, because another release shows it",
    )
    manager.type_into(manager.page.get_by_label("Reason"), _WHY)
    manager.press("Withdraw")
    reader = visitor()
    reader.open(*_PAGE)
    reader.sees("63%", "By school", "Some figures were withdrawn", _WHY)
    reader.look_over()


def test_who_fetched_an_extract_is_told_that_it_was_withdrawn(
    visitor: Callable[..., Visitor], person: Callable[..., Any], organization: Callable[..., Any]
) -> None:
    from tests.outputs.extracts import sample_extracts

    world = sample_extracts.make(person, organization)
    extract = world.issued()
    world.fetched(extract)
    manager = visitor(world.manager)
    manager.open("releases:extract", extract.pk)
    manager.follow("Withdraw")
    manager.type_into(manager.page.get_by_label("Reason"), _WHY)
    manager.press("Withdraw")
    manager.sees("Withdrawn", _WHY)
    researcher = visitor(world.analyst)
    researcher.open("web:home")
    researcher.follow("extract you downloaded was withdrawn")
    researcher.sees(_WHY, "Stop using your copy and destroy it now")
    researcher.look_over_in_the_dark()


def _takes_the_package(reader: Visitor) -> None:
    with reader.page.expect_download() as saved:
        reader.page.get_by_role("link", name="Data package").click()
    assert saved.value.suggested_filename == "chronic_absence.zip"


def _withdraw(manager: Visitor) -> None:
    """Asked once more, with a reason that readers will read."""
    manager.open("releases:list")
    manager.follow("Chronic absence")
    manager.follow("Withdraw")
    manager.sees("The public page will show that it was withdrawn")
    manager.press("Withdraw")
    expect(manager.page.get_by_role("alert")).to_contain_text("required")
    manager.type_into(manager.page.get_by_label("Reason"), _WHY)
    manager.press("Withdraw")
    manager.sees("Withdrawn.", _WHY)
