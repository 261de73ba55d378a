"""A district that may not send names sends encodings, and its figures say what that costs."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.journeys.river_files import YEAR, attendance, roster
from tests.journeys.upload_steps import confirm_columns
from tests.journeys.visitor import Visitor
from tests.matching.pprl.encoded_files import encoded
from tests.school_statements import say

from cairn.policy.vocabulary.access import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]
_AGREEMENT = Path(__file__).with_name("RV-DSA-01.toml")
_ENCODED = """
[[data]]
record = "encoded_child"
elements = ["local_id", "encoding", "encoding_project", "encoding_mark"]
clause = "Exhibit A, 3"

[retention]
"""


def test_encodings_are_sent_linked_and_counted_with_what_that_costs(
    visitor: Callable[..., Visitor], person: Callable[..., Any]
) -> None:
    from cairn.governance.agreements.actions.signature_and_record import load_agreement

    dana = person(Role.DATA_MANAGER)
    text = _AGREEMENT.read_text("utf-8").replace("\n[retention]\n", _ENCODED)
    now = timezone.localtime()
    load_agreement(text=text, newcomers=["river"], by=dana, at=now)
    say("river", by=dana, at=now)
    steward = visitor(person(Role.STEWARD, at="river"))
    _send(steward, "encodings.parquet", _bits())
    steward.sees("Encoded file without names", "Encodings of the project “summer”")
    expect(steward.page.get_by_role("link", name="Column mapping")).to_have_count(0)
    _send(steward, "attendance.csv", attendance())
    manager = visitor(dana)
    manager.open("linkage:summary")
    manager.press("Run record matching")
    manager.sees("Students without names", "Cairn compares encoded records only")
    manager.sees(re.compile(r"14\d people have encoded records only"))
    manager.sees("Accuracy of matching without names", "twins matched to their twin")
    manager.look_over_in_the_dark()
    _draft(manager)
    manager.press("Run disclosure check")
    manager.sees("Some of these students have encoded records without names")


def _bits() -> bytes:
    """The roster as the district encodes it at home, by its own numbers."""
    head, *lines = roster().decode().splitlines()
    assert head.startswith("Student ID,First Name,Last Name,Date of Birth,Gender")
    children = {}
    for number, given, family, born, sex, *_ in (line.split(",") for line in lines):
        if number and born != "02/30/2014":
            month, day, year = born.split("/")
            children[number] = {
                "record_id": number,
                "given_name": given,
                "family_name": family,
                "birth_date": f"{year}-{month}-{day}",
                "sex": sex,
            }
    return encoded(children.values())


def _send(steward: Visitor, name: str, content: bytes) -> None:
    steward.open("intake:upload")
    steward.page.get_by_label("Organization that provides the data").select_option("river")
    steward.page.get_by_label("Agreement", exact=True).select_option("RV-DSA-01")
    steward.type_into(steward.page.get_by_label("Data set name"), name.partition(".")[0])
    steward.type_into(steward.page.get_by_label("Period"), YEAR)
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    steward.page.get_by_label("File", exact=True).set_input_files(file)  # type: ignore[arg-type]
    steward.press("Upload file")
    if name.endswith(".csv"):
        confirm_columns(steward)
    steward.sees("The file was uploaded.", re.compile(r"\d+\s*rows accepted"))


def _draft(manager: Visitor) -> None:
    manager.open("releases:list")
    manager.follow("New release")
    page = manager.page
    manager.type_into(page.get_by_label("Title"), "Chronic absence in River District")
    manager.choose(page.get_by_label("Chronic absence", exact=True))
    manager.choose(page.get_by_label("Exact counts, small groups hidden"))
    manager.choose(page.get_by_label("By race and gender"), yes=False)
    manager.type_into(page.get_by_label("The story behind the numbers"), "The bus line closed.")
    manager.press("Save draft")
    manager.sees("Draft saved.")
