"""One use, asked about by five roles, and on the day before and the day of an amendment."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.governance.consents import sample_consents as made
from tests.journeys.visitor import Visitor

from cairn.governance.agreements.actions.signature_and_record import load_agreement
from cairn.governance.partners.models import Organization
from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]
_ATTENDANCE, _GENDER = "attendance.event", "student.gender"


@pytest.fixture
def world(person: Callable[..., User], organization: Callable[..., Organization]) -> made.World:
    """Twelve children of a district on a program's roster, by agreement and consent."""
    world = made.make(person, organization)
    made.agree(person, world.river, world.steward)
    world.verified(*(made.paper(f"S-{n}") for n in range(1, 13)))
    return world


def _ask(
    asker: Visitor, *, acting_for: str, action: str, recipient: str = "", on: str = ""
) -> None:
    """Ask whether attendance and gender of the program's roster may be used to serve it."""
    page = asker.page
    asker.open("disclosures:may_i")
    wanted = {
        "acting_for": acting_for,
        "action": action,
        "recipient": recipient,
        "purpose": "service_coordination",
        "level": "individual",
        "people": "roster",
    }
    for name, value in wanted.items():
        page.locator(f"select[name={name}]").select_option(value)
    for element in (_ATTENDANCE, _GENDER):
        asker.choose(page.locator(f'input[value="{element}"]'))
    if on:
        page.get_by_label("Date of use").fill(on)
    if recipient:
        page.locator("summary").filter(has_text="School year and file transfer").click()
        page.get_by_label("How would the data be sent?").select_option("upload")
    asker.press("Check this use")


def _answers(asker: Visitor) -> list[str]:
    """Yes or no for each element, by the element's name."""
    table = asker.page.get_by_role("table", name="Each data element by itself")
    return [cell.strip() for cell in table.locator("tbody td").all_inner_texts()]


def test_one_use_is_asked_about_by_five_roles(
    world: made.World, visitor: Callable[..., Visitor], person: Callable[..., Any]
) -> None:
    district = OrganizationKind.SCHOOL_DISTRICT
    tutor = visitor(world.tutor)
    _ask(tutor, acting_for="lanterns", action="list")
    tutor.sees("This is allowed", "Children checked: 12. Allowed: 12.", "RC-DSA-09")
    assert _answers(tutor) == ["Yes", "Yes"]

    steward = visitor(world.steward)
    _ask(steward, acting_for="river", action="refer", recipient="lanterns")
    steward.sees("This is allowed", "Children checked: 12. Allowed: 12.")

    for role, at, kind in (
        (Role.COUNSEL, "river", district),
        (Role.ANALYST, "backbone", OrganizationKind.BACKBONE),
        (Role.COMMITTEE_MEMBER, "backbone", OrganizationKind.BACKBONE),
    ):
        asker = visitor(person(role, at=at, kind=kind))
        _ask(asker, acting_for=at, action="refer", recipient="lanterns")
        asker.sees("This is not allowed", "Who can help:", "What to do:")
        expect(asker.page.get_by_role("main")).not_to_contain_text("Child S-")


def test_an_amendment_that_strikes_an_element_takes_effect_on_its_day(
    world: made.World, visitor: Callable[..., Visitor], person: Callable[..., Any]
) -> None:
    today = timezone.localdate()
    tomorrow = today + timedelta(days=1)
    head, _, rest = made.AGREEMENT.partition('[[data]]\nrecord = "student"')
    text = (head + rest.partition("\n\n")[2]).replace(
        'reference = "RC-DSA-09"',
        'reference = "RC-DSA-09-A1"\namends = "RC-DSA-09"\namendment_clause = "§12"',
    )
    text = text.replace('tier = "data_sharing_agreement"', 'tier = "amendment"')
    text = text.replace("starts = 2024-07-01", f"starts = {tomorrow.isoformat()}")
    text += '\n[[changes]]\nterm = "data"\nwas = "attendance, gender"\nnow = "attendance"\n'
    load_agreement(text=text, by=person(Role.DATA_MANAGER), at=timezone.localtime())

    tutor = visitor(world.tutor)
    _ask(tutor, acting_for="lanterns", action="list")
    assert _answers(tutor) == ["Yes", "Yes"]
    _ask(tutor, acting_for="lanterns", action="list", on=tomorrow.isoformat())
    assert _answers(tutor) == ["Yes", "No"]
