"""A file of an unknown layout: a column and a code are mended, then the file lands."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from tests.journeys.visitor import Visitor

from cairn.data.intake.models import Delivery
from cairn.governance.agreements.actions.signature_and_record import load_agreement
from cairn.policy.vocabulary.access import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]
_AGREEMENT = Path(__file__).with_name("RV-DSA-01.toml")
_ROSTER = (
    b"Pupil,First,Last,Born,Sex\n"
    b"1,Ada,Bell,2015-03-04,Girlie\n"
    b"2,Ben,Boyd,2015-04-04,M\n"
    b"3,Cam,Cole,2015-05-04,M\n"
    b"4,Dee,Dunn,not a date,M\n"
)


def test_columns_and_codes_are_mended_before_anything_lands(
    visitor: Callable[..., Visitor], person: Callable[..., Any]
) -> None:
    by = person(Role.DATA_MANAGER)
    load_agreement(
        text=_AGREEMENT.read_text("utf-8"), newcomers=["river"], by=by, at=timezone.localtime()
    )
    steward = visitor(person(Role.STEWARD, at="river"), phone=True, locale="en-US")
    steward.open("intake:upload")
    page = steward.page
    page.get_by_label("Agreement", exact=True).select_option("RV-DSA-01")
    steward.type_into(page.get_by_label("Data set name"), "roster")
    page.get_by_label("Record type").select_option("student")
    steward.attach(page.get_by_label("File", exact=True), name="pupils.csv", content=_ROSTER)
    steward.press("Upload file")
    steward.sees("Nothing of this file was imported.", "“Girlie”")
    steward.press("Continue to the preview")
    steward.is_told_of_a_mistake()
    steward.pick(page.get_by_label("Sex: “Girlie”"), "F")
    steward.pick(page.get_by_label("Pupil", exact=True), "local_id")
    steward.press("Continue to the preview")
    steward.sees("Preview of the file", "4records in the file", "1value would be left blank")
    assert not Delivery.objects.exists()
    steward.press("Confirm and import")
    steward.sees("The file was uploaded.", "4rows accepted")


_GRID_TERMS = """
[[data]]
record = "session_attendance"
elements = ["local_id", "program", "date", "present", "hours"]
years = ["2020-21", "2030-31"]
clause = "Exhibit A, 3"

[retention]"""
_GRID = (
    b"Sign-in sheets of the fall,,,,\n"
    b"Kid no.,Offering,Mon 9/8,Tue 9/9,Days\n"
    b"1,Choir,P,Out,1\n"
    b"2,Choir,P,,1\n"
    b"3,Choir,A,P,1\n"
    b"Total,,2,1,3\n"
)
_FIVE_MINUTES = 300


def test_the_attendance_of_an_unknown_program_takes_less_than_five_minutes_by_keyboard(
    visitor: Callable[..., Visitor], person: Callable[..., Any]
) -> None:
    by = person(Role.DATA_MANAGER)
    text = _AGREEMENT.read_text("utf-8").replace("[retention]", _GRID_TERMS.strip(), 1)
    load_agreement(text=text, newcomers=["river"], by=by, at=timezone.localtime())
    steward = visitor(person(Role.STEWARD, at="river"), phone=True, locale="en-US")
    begun = time.monotonic()
    steward.open("intake:upload")
    page = steward.page
    page.get_by_label("Agreement", exact=True).select_option("RV-DSA-01")
    steward.type_into(page.get_by_label("Data set name"), "choir")
    page.get_by_label("Record type").select_option("session_attendance")
    steward.attach(page.get_by_label("File", exact=True), name="choir.csv", content=_GRID)
    steward.press("Upload file")
    steward.sees("What do the cells below the days say?", "Cells below the days: “Out”")
    steward.pick(page.get_by_label("Cells below the days: “Out”"), "no")
    steward.pick(page.get_by_label("Kid no.", exact=True), "local_id")
    steward.pick(page.get_by_label("Offering", exact=True), "program")
    steward.press("Continue to the preview")
    steward.sees("Preview of the file", "5rows would be accepted", "0rows would be set aside")
    steward.press("Confirm and import")
    steward.sees("The file was uploaded.", "5rows accepted")
    assert time.monotonic() - begun < _FIVE_MINUTES
    assert Delivery.objects.get().record == "session_attendance"
