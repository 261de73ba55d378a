"""A district's dictionary with its dirt is read, and a person says what each element is."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.journeys.visitor import Visitor

from cairn.policy.vocabulary.access import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]
_FIELDS = b"""Element name,Definition,Type,Years
FIRST_NAME,First name,varchr,2010-
LUNCH_STS,Meal eligibility,char,2012-13 to 2018-19
X1,,,
"""


def test_guesses_wait_for_a_person(
    visitor: Callable[..., Visitor], person: Callable[..., Any], organization: Callable[..., Any]
) -> None:
    organization("river")
    steward = visitor(person(Role.STEWARD, at="river"))
    steward.open("dictionaries:list")
    steward.sees("No data dictionaries yet")
    steward.open("dictionaries:import")
    _choose(steward, "people.csv", b"Who,When\na,b\n")
    steward.press("Import dictionary")
    steward.sees("no column with the names of data elements")
    _choose(steward, "fields.csv", _FIELDS)
    steward.press("Import dictionary")
    steward.sees("3 data elements imported.", "Types corrected", "Blank definitions", "Suggested")
    steward.sees("Not classified. Treated as a direct identifier.", "the answer for 3 of them")
    steward.look_over_in_the_dark()
    steward.choose(steward.page.get_by_label("Suggestion is right: FIRST_NAME"))
    steward.press("Confirm checked classifications")
    steward.sees("the answer for 2 of them", "Confirmed")
    steward.follow("Edit X1")
    steward.sees("No suggestion: Cairn does not know this name")
    steward.look_over_in_the_dark()
    how = steward.page.get_by_role("group", name="Identifier type")
    steward.choose(how.get_by_role("radio").last)
    steward.press("Confirm classification")
    steward.sees("the answer for 1 of them")
    steward.follow("To be confirmed")
    steward.sees("LUNCH_STS", "Protected by:")


def _choose(steward: Visitor, name: str, content: bytes) -> None:
    file: Any = {"name": name, "mimeType": "text/csv", "buffer": content}
    steward.page.get_by_label("Dictionary", exact=True).set_input_files(file)
