"""An analyst defines an indicator, the data committee approves it, everyone reads its figure."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.utils import timezone
from tests.journeys.visitor import Visitor

from cairn.policy.vocabulary.access import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]
_TITLE = "Fifteen days missed"
_DEFINITION = """\
id = "fifteen_days"
direction = "lower"
period = "school_year"
breakdowns = ["district", "school", "zip", "program"]
title = { en = "Fifteen days missed", es = "Quince días perdidos" }
why = { en = "Days add up.", es = "Los días suman." }

[denominator]
record = "school_attendance_year"
dated_by = "school_year"
text = { en = "Students on record.", es = "Estudiantes registrados." }

[numerator]
where = "days_abcent >= 15"
heading = { en = "Missed 15 days", es = "Perdieron 15 días" }
text = { en = "Students who missed 15 days.", es = "Estudiantes que perdieron 15 días." }
"""


@pytest.fixture
def community(
    person: Callable[..., Any], organization: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> Any:
    """Two districts and a program, whose files are linked today."""
    from tests.outputs.releases import community as made

    monkeypatch.setattr(made, "AT", timezone.localtime())
    community = made.make(person, organization)
    made.share_program(community, person, since=date(2026, 3, 2))
    return community


def test_from_a_definition_to_a_public_figure(
    visitor: Callable[..., Visitor], person: Callable[..., Any], community: Any
) -> None:
    from cairn.outputs.releases.models import Release

    analyst = visitor(community.author, phone=True, locale="en-US")
    _define(analyst)
    member = visitor(person(Role.COMMITTEE_MEMBER, at="oak"))
    member.open("indicators:list")
    member.follow(_TITLE)
    member.sees("2025-26", "rounded to tens", "Students who missed 15 days.")
    member.look_over_in_the_dark()
    member.follow("Approve")
    member.sees("cannot be changed after that")
    member.press("Approve")
    member.sees("Approved. Releases may count it.")

    _count(analyst)
    release = Release.objects.get(title=_TITLE)
    community.carried(release)
    reader = visitor()
    reader.open("dashboards:index")
    reader.follow(_TITLE)
    reader.sees("Students who missed 15 days.", "Legal basis")
    page = reader.page.content()
    shown = ("97301", "Riverside Readers", "In the program")
    assert not [words for words in shown if words not in page]


def _define(analyst: Visitor) -> None:
    """A wrong name is answered with the right one; then the draft is counted."""
    analyst.open("indicators:list")
    analyst.sees("Chronic absence")
    analyst.follow("Define an indicator")
    page = analyst.page
    analyst.attach(
        page.get_by_label("Or import a file"), name="a.toml", content=_DEFINITION.encode()
    )
    analyst.press("Save the draft")
    analyst.sees("Did you mean “days_absent”?")
    analyst.attach(
        page.get_by_label("Or import a file"),
        name="a.toml",
        content=_DEFINITION.replace("abcent", "absent").encode(),
    )
    analyst.press("Save the draft")
    analyst.sees("Saved as a draft.", "was not counted yet")
    analyst.press("Preview on data")
    analyst.sees("2025-26", "Counted")


def _count(analyst: Visitor) -> None:
    analyst.open("releases:new")
    page = analyst.page
    analyst.type_into(page.get_by_label("Title"), _TITLE)
    analyst.choose(page.get_by_label(_TITLE, exact=True))
    analyst.choose(page.get_by_label("By race and gender"), yes=False)
    analyst.choose(page.get_by_label("By ZIP code"))
    analyst.choose(page.get_by_label("By program “Riverside Readers”"))
    analyst.type_into(page.get_by_label("The story behind the numbers"), "A hard winter.")
    analyst.press("Save draft")
    analyst.sees("Draft saved.")
