"""The committee meets: its members vote, one steps aside, and the minutes are written."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.journeys.visitor import Visitor

from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.policy.vocabulary.projects import Decider

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]
_QUESTION = "Do children who come to tutoring miss less school?"


@pytest.fixture
def world(person: Callable[..., Any], organization: Callable[..., Any]) -> Any:
    """A project that waits for the committee, whose three seats are filled."""
    from django.utils import timezone
    from tests.governance.projects.sample_projects import World

    council = OrganizationKind.GOVERNMENT
    made = World(
        manager=person(Role.DATA_MANAGER),
        analyst=person(Role.ANALYST, at="backbone"),
        steward=person(Role.STEWARD, at="river"),
        members=[person(Role.COMMITTEE_MEMBER, at="council", kind=council) for _ in range(3)],
        river=organization("river"),
        hub=organization("backbone"),
        at=timezone.localtime(),
    )
    made.say(made.to_owners(), Decider.PROVIDERS)
    made.body()
    return made


def test_members_vote_one_steps_aside_and_minutes_are_written(
    visitor: Callable[..., Visitor], world: Any
) -> None:
    manager = visitor(world.manager)
    manager.open("projects:bodies")
    manager.enter(manager.page.get_by_role("link", name="Committee", exact=True))
    manager.sees("That data serve children.", "families and young people", _QUESTION)
    manager.look_over_in_the_dark()
    manager.follow("Schedule a meeting")
    manager.type_into(manager.page.get_by_label("Date", exact=True), world.at.date().isoformat())
    manager.type_into(manager.page.get_by_label("Place"), "Library")
    manager.press("Schedule meeting")
    manager.sees("No projects on the agenda yet.")
    manager.press("Add to agenda")
    manager.sees("Voting open")
    manager.follow(_QUESTION)
    manager.sees("0 of 3 members have voted.", "Voting cannot be closed yet")
    matter = manager.page.url

    parent, kin, teacher = (visitor(member) for member in world.members)
    _open_waiting_vote(parent, matter)
    parent.look_over_in_the_dark()
    _vote(parent, "Approve")
    _open_waiting_vote(kin, matter)
    kin.follow("Recuse yourself")
    kin.type_into(kin.page.get_by_label("Reason"), "My sister tutors there.")
    kin.press("Recuse myself")
    kin.sees("You may not vote on this project")
    _open_waiting_vote(teacher, matter)
    _vote(teacher, "Approve with conditions")
    teacher.sees("Each vote is shown after voting closes.")

    manager.page.reload()
    manager.sees("2 of 2 members have voted.")
    manager.follow("Close voting")
    manager.type_into(
        manager.page.get_by_label("Conditions (one per line)"), "Families hear the result first"
    )
    manager.press("Close voting")
    manager.sees(
        "approved with conditions", "2 of 2 votes in favor", "recused", "Approve with conditions"
    )
    manager.look_over_in_the_dark()
    manager.enter(manager.page.get_by_label("You are here").get_by_role("link").last)
    manager.follow("Add minutes")
    manager.type_into(
        manager.page.get_by_label("Minutes"), "Heard the tutors. Approved on one condition."
    )
    manager.press("Save")
    manager.sees("Voting closed", "Approved on one condition.")
    parent.open("projects:detail", "P-2026-01", 1)
    parent.sees("Families hear the result first")


def _open_waiting_vote(member: Visitor, matter: str) -> None:
    """Home says that a vote waits, and leads to it."""
    member.open("web:home")
    member.skip_to_the_content()
    member.enter(member.page.locator(f"main a[href='/{matter.split('/', 3)[3]}']").first)
    member.sees(_QUESTION, "Your vote")


def _vote(member: Visitor, ballot: str) -> None:
    member.choose(member.page.get_by_role("radio", name=ballot, exact=True))
    member.press("Submit vote")
    member.sees("You voted:", ballot)
