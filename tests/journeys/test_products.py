"""What published figures are used for: targets, own figures, and tables that readers compose."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from tests.journeys.visitor import Visitor

from cairn.policy.vocabulary.access import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]
_TO_BE_DONE = "Two bus routes come back."


@pytest.fixture
def community(
    person: Callable[..., Any], organization: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> Any:
    """Two districts whose figures are published today."""
    from tests.outputs.releases import community

    cache.clear()
    monkeypatch.setattr(community, "AT", timezone.localtime())
    made = community.make(person, organization)
    made.published()
    return made


def test_a_target_is_set_seen_ended_and_taken_up_again(
    visitor: Callable[..., Visitor], community: Any
) -> None:
    manager = visitor(community.manager)
    page = manager.page
    manager.open("figures:targets")
    manager.sees("No target yet. Select “Set target” to add one.")
    manager.follow("Set target")
    manager.type_into(page.get_by_label("Target percentage"), "90")
    manager.type_into(page.get_by_label("Agreed by"), "Data committee, minutes of October")
    manager.type_into(page.get_by_label("Agreed on"), "2026-10-01")
    manager.type_into(page.get_by_label("Planned actions"), _TO_BE_DONE)
    manager.press("Set target")
    manager.is_told_of_a_mistake()
    manager.sees("is not better than 63.4% in 2025-26", "a percentage that is lower")
    manager.type_into(page.get_by_label("Target percentage"), "50")
    manager.press("Set target")
    manager.sees("Target set.", "13.4 points from the target")
    reader = visitor()
    reader.open("dashboards:outcome", "chronic_absence")
    reader.sees("Target: 50%", _TO_BE_DONE, "Data committee, minutes of October")
    reader.look_over_in_the_dark()
    manager.follow("End target")
    manager.type_into(page.get_by_label("Reason for ending"), "There is a new plan.")
    manager.press("End target")
    manager.sees("Target ended.", "There is a new plan.")
    manager.enter(page.get_by_role("button", name="Resume target"))
    manager.sees("Target resumed.")


def test_leadership_sets_a_target_for_a_district(
    visitor: Callable[..., Visitor], community: Any, person: Callable[..., Any]
) -> None:
    leader = visitor(person(Role.COMMITTEE_MEMBER), phone=True)
    page = leader.page
    leader.open("figures:gaps")
    leader.sees("Largest gap: Chronic absence", "does not measure what a group of children can do")
    leader.open("figures:set_target", "chronic_absence")
    leader.pick(page.get_by_label("Children"), '[["district", "Oak"]]')
    leader.press("Choose")
    leader.type_into(page.get_by_label("Target percentage"), "20")
    leader.type_into(page.get_by_label("Agreed by"), "Oak and the data committee, October")
    leader.type_into(page.get_by_label("Agreed on"), "2026-10-01")
    leader.type_into(page.get_by_label("Planned actions"), _TO_BE_DONE)
    leader.press("Set target")
    leader.sees("Oak: 20% in")
    leader.open("figures:places")
    leader.look_over_in_the_dark()


def test_a_reader_sees_how_far_apart_groups_are(
    visitor: Callable[..., Visitor], community: Any
) -> None:
    reader = visitor(phone=True)
    reader.open("dashboards:outcome", "chronic_absence")
    reader.follow("Brechas entre grupos")
    reader.sees(
        "Por raza y etnia", "Newcombe", "34 CFR 300.647", "Dos revisores aprobaron estas cifras"
    )
    reader.look_over_in_the_dark()


def test_a_steward_compares_its_own_figures(
    visitor: Callable[..., Visitor], community: Any
) -> None:
    steward = visitor(community.stewards["oak"])
    steward.open("figures:own")
    steward.follow("Chronic absence")
    steward.sees(
        "This page shows small numbers of your own children",
        "1,233 of 1,237",
        "By gender: subtracting Oak's own numbers",
        "The disclosure log records that you opened this page",
    )
    steward.look_over_in_the_dark()
    steward.open("disclosures:list")
    steward.sees("Oak")


def test_a_resident_composes_a_table_and_the_committee_answers_another(
    visitor: Callable[..., Visitor], community: Any, person: Callable[..., Any]
) -> None:
    resident = visitor(phone=True, locale="en-US")
    page = resident.page
    resident.open("dashboards:index")
    resident.follow("Ask for a figure")
    resident.pick(page.get_by_label("Outcome"), "chronic_absence")
    resident.pick(page.get_by_label("One row for each", exact=True), "school")
    resident.pick(page.get_by_label("District", exact=True), "Elm")
    resident.press("Show the table")
    resident.sees("Chronic absence; one row for each: school; Elm", "Drake", "25%")
    # The values of the chart, by keyboard alone.
    page.get_by_role("group", name="By school").focus()
    page.keyboard.press("ArrowRight")
    resident.sees("Elm, Drake. Percent: 25%; Chronically absent: 50; Total children: 200")
    resident.look_over_in_the_dark()
    resident.pick(page.get_by_label("One row for each", exact=True), "home_language")
    resident.press("Show the table")
    resident.sees("This table is not public")
    resident.follow("Ask the data committee")
    resident.type_into(page.get_by_label("Your email"), "ana@reader.example")
    resident.press("Send the question")
    resident.is_told_of_a_mistake()
    resident.type_into(page.get_by_label("What would you like to know"), "Do buses come on time?")
    resident.press("Send the question")
    resident.sees("Your question was sent")

    member = visitor(person(Role.COMMITTEE_MEMBER))
    member.open("web:home")
    member.follow("question about a figure")
    member.follow("Chronic absence; one row for each: home language; Elm")
    member.sees("Do buses come on time?", "ana@reader.example")
    member.choose(member.page.get_by_role("radio", name="Declined"))
    member.type_into(member.page.get_by_label("What the person reads"), "No agreement covers it.")
    member.press("Send the answer")
    member.sees("Answer sent.", "No agreement covers it.")
    assert "ana@reader.example" not in member.page.content()
    member.look_over_in_the_dark()
