"""From a signed agreement to leave for a project, with one element kept back and refused."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.journeys.visitor import Visitor

from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.warehouse.schema import describe_element
from cairn.warehouse.schema.elements import load_element_catalogue

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]
_KEPT_BACK, _GIVEN = "attendance_total.days_absent", "enrollment.grade"
_ATTENDANCE = """
[[data]]
record = "attendance_total"
elements = ["days_absent"]
years = ["2021-22", "2025-26"]
clause = "Exhibit A"
used_for = "who misses school"

[retention]"""

_FIELDS = b"""Element name,Definition,Type,Years
enrollment.grade,Grade level,text,2015-
attendance_total.days_absent,Days absent in the year,integer,2015-
"""


@pytest.fixture
def world(person: Callable[..., Any], organization: Callable[..., Any]) -> Any:
    """Elm's agreement with the hub was signed on pages; a project of the hub's is written."""
    from tests.governance.agreements import draft_steps
    from tests.governance.projects.sample_projects import World

    from cairn.governance.dictionaries.actions import import_dictionary

    writing = draft_steps.make(person, organization)
    writing.elm.state = "UT"
    writing.elm.save()
    import_dictionary(
        organization=writing.elm,
        name="elm.csv",
        content=_FIELDS,
        by=writing.steward,
        at=draft_steps.now(),
    )
    writing.signed(draft_steps.DRAFT.replace("\n[retention]", _ATTENDANCE))
    council = OrganizationKind.GOVERNMENT
    return World(
        manager=writing.manager,
        analyst=person(Role.ANALYST, at="hub", kind=OrganizationKind.BACKBONE),
        steward=writing.steward,
        members=[person(Role.COMMITTEE_MEMBER, at="council", kind=council) for _ in range(3)],
        river=writing.elm,
        hub=writing.hub,
        at=draft_steps.now(),
    )


def test_an_owner_keeps_one_element_back_and_it_is_refused(
    visitor: Callable[..., Visitor], world: Any
) -> None:
    from cairn.policy.facts.projects.committee import BodyKind

    version = world.propose()
    here = (version.project.reference, version.number)
    analyst = visitor(world.analyst)
    analyst.open("projects:detail", *here)
    analyst.sees("Next actions", _KEPT_BACK)
    analyst.look_over_in_the_dark()
    analyst.follow("Edit data owners and recipients")
    analyst.choose(analyst.page.get_by_label("N-1: Sharing: Elm and the hub"))
    users = "Authorized users (people who will use the data)"
    people = analyst.page.get_by_role("group", name=users)
    analyst.choose(people.get_by_label(world.manager.name))
    analyst.press("Save")
    analyst.sees("N-1")
    analyst.follow("Edit data elements")
    analyst.sees("Data elements for each question")
    analyst.look_over_in_the_dark()
    world.review(version)

    steward = visitor(world.steward)
    steward.open("projects:detail", *here)
    steward.follow("Respond for Elm")
    steward.choose(steward.page.get_by_role("radio", name="Approve"))
    steward.choose(steward.page.get_by_label(_KEPT_BACK, exact=True))
    steward.type_into(
        steward.page.get_by_label("Reason for withholding"), "Counted in another way since May"
    )
    steward.look_over_in_the_dark()
    steward.press("Submit response")
    steward.sees("Withholds")
    world.vote(version)
    world.vote(version, kind=BodyKind.EXECUTIVE)

    manager, today = visitor(world.manager), world.at.date()
    manager.open("projects:detail", *here)
    manager.follow("Authorize project")
    manager.sees("Not authorized, because a data owner withholds it:")
    manager.look_over_in_the_dark()
    manager.type_into(manager.page.get_by_label("First day"), today.isoformat())
    manager.type_into(
        manager.page.get_by_label("Last day (included)"), (today + timedelta(days=300)).isoformat()
    )
    manager.press("Authorize project")
    manager.sees("Authorized to use data today", "Counted in another way since May")
    manager.look_over_in_the_dark()
    _may_i(manager, here[0])


def _may_i(manager: Visitor, project: str) -> None:
    """One of those named in the authorization asks before counting for a page."""
    manager.open("disclosures:may_i")
    page = manager.page
    manager.skip_to_the_content()
    manager.press("Check this use")
    manager.is_told_of_a_mistake()
    manager.pick(page.get_by_label("Your organization", exact=True), "hub")
    manager.pick(page.get_by_label("Planned action"), "release")
    manager.pick(page.get_by_label("Purpose"), "program_evaluation")
    manager.pick(page.get_by_label("Project (optional)"), project)
    manager.pick(page.get_by_label("Level of data"), "individual")
    for name in (_GIVEN, _KEPT_BACK):
        record, _point, _field = name.partition(".")
        choice = page.locator(f"input[name=elements][value='{name}']")
        if not choice.is_visible():
            manager.unfold(re.compile(f"^{load_element_catalogue()[record].title}$"))
        manager.choose(choice)
    manager.press("Check this use")
    answers = page.get_by_role("row")
    expect(answers.filter(has_text=describe_element(_GIVEN))).to_contain_text("Yes")
    expect(answers.filter(has_text=describe_element(_KEPT_BACK))).to_contain_text("No")
    manager.sees(f"withholds {describe_element(_KEPT_BACK)}: Counted in another way since May")
    manager.sees("34 CFR 99.31(d)", "What to do:")
    manager.look_over_in_the_dark()
