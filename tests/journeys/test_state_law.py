"""Counsel of a district clears the law of a state for which Cairn has no pack."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.journeys.visitor import Visitor

from cairn.governance.partners.models import Organization
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]


def test_counsel_answers_the_questionnaire_once(
    visitor: Callable[..., Visitor], person: Callable[..., Any]
) -> None:
    lawyer = person(Role.COUNSEL, at="river", kind=OrganizationKind.SCHOOL_DISTRICT)
    Organization.objects.filter(slug="river").update(state="OH", is_educational_agency=True)
    counsel = visitor(lawyer)
    counsel.open("web:home")
    counsel.follow("review of the law of Ohio")
    counsel.sees("Cairn does not have the law of Ohio")
    counsel.look_over_in_the_dark()
    counsel.follow("Record counsel's review")
    counsel.press("Save review")
    counsel.is_told_of_a_mistake()
    counsel.type_into(counsel.page.get_by_label("Name of counsel"), "Carla Counsel")
    counsel.type_into(
        counsel.page.get_by_label("Statutes and rules that counsel read"), "Student records act, 1"
    )
    counsel.choose(counsel.page.get_by_label("Studies exception"))
    counsel.choose(counsel.page.get_by_label("Program evaluation"))
    counsel.open_all_sections()
    leave = counsel.page.get_by_role("group", name="May student-level records leave")
    counsel.choose(leave.get_by_label("No", exact=True))
    kept = counsel.page.get_by_role("group", name="Must an agreement on consent")
    counsel.choose(kept.get_by_label("No", exact=True))
    custody = counsel.page.get_by_role("group", name="Of divorced or separated parents")
    counsel.choose(custody.get_by_label("No", exact=True))
    sharing = counsel.page.locator("summary").filter(has_text="Sharing and consent")
    expect(sharing).to_contain_text("3 of 3 answered")
    counsel.press("Save review")
    counsel.sees("Review saved.", "studies exception", "Student records act, 1")
    counsel.open("web:home")
    assert "review of the law of Ohio" not in counsel.page.content()
