"""A file of an unknown layout: a column and a code are mended, then the file lands."""

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
