"""A public table on the first day, without any agreement, becomes figures with a source."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.journeys.visitor import Visitor

from cairn.policy.vocabulary.access import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]
_CARD = (
    b"School Year,Division Name,Subgroup,Percent,Comment\n"
    b"2022 - 2023,Oak County,All Students,17.7,x\n"
    b"2022 - 2023,Oak County,Asian,<5,x\n"
    b"2022 - 2023,Oak County,Black,PS,x\n"
)

_NEWER_CARD = _CARD.replace(b"17.7", b"18.1") + b"2023 - 2024,Oak County,All Students,16.2,x\n"


def test_a_published_table_on_the_first_day(
    visitor: Callable[..., Visitor], person: Callable[..., Any]
) -> None:
    manager = visitor(person(Role.DATA_MANAGER), phone=True)
    manager.open("public_sources:list")
    manager.sees("No published tables yet", "You need no agreement.")
    manager.follow("Add a published table")
    page = manager.page
    manager.attach(page.get_by_label("File"), name="absence.csv", content=_CARD)
    for label, text in (
        ("Title of the table", "Chronic absence"),
        ("Published by", "State of Oak"),
        ("Web address of the table", "https://oak.example/absence"),
        ("License or terms of use", "Public domain"),
        ("Figures as of", "2023-06-30"),
        ("Area", "Oak County"),
    ):
        manager.type_into(page.get_by_label(label), text)
    manager.pick(page.get_by_label("What is one row about?"), "district")
    manager.pick(page.get_by_label("A higher figure is"), "worse")
    manager.press("Upload and check columns")
    manager.sees("Check what each column is.", "Rows in the table")
    manager.unfold("5 columns")
    manager.pick(page.get_by_label("Comment"), "ignored")
    manager.press("Preview again")
    manager.press("Add the table")
    manager.sees("3 figures added.", "State of Oak", "2 of 3 figures", "<5", "PS")
    manager.unfold("Source, license and area")
    manager.sees("Public domain", "https://oak.example/absence")
    manager.follow("Show to the public")
    manager.sees("Anyone can read and download the 3 figures", "Public domain")
    manager.choose(page.get_by_label("I have read the license or terms of use"))
    manager.press("Show to the public")
    manager.sees("The public sees this table now.")

    # Anyone, without an account, from the public figures.
    reader = visitor(phone=True, locale="en-US")
    reader.open("dashboards:index")
    reader.follow("Chronic absence")
    reader.sees("State of Oak", "<5", "PS", "2 of 3 figures", "The publisher gives no margins")
    reader.unfold("Source, license and area")
    reader.sees("https://oak.example/absence", "Public domain")

    # A year later, a newer edition: what differs comes before anything is replaced.
    manager.follow("Add a newer edition")
    manager.attach(page.get_by_label("File"), name="absence-24.csv", content=_NEWER_CARD)
    manager.type_into(page.get_by_label("Figures as of"), "2024-06-30")
    manager.press("Upload and check columns")
    manager.sees("What differs from the edition of June 30, 2023", "Figures changed")
    manager.press("Replace the earlier edition")
    manager.sees("4 figures added.", "2 editions")
    reader.reload()
    reader.sees("A newer edition replaced this one.")
    reader.follow("See the edition as of")
    reader.sees("18.1", "16.2")
