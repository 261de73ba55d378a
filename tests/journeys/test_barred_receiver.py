"""A receiver that is barred from a district's records gets no file, until the bar is lifted."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from tests.journeys.upload_steps import confirm_columns
from tests.journeys.visitor import Visitor

from cairn.governance.agreements.actions.signature_and_record import load_agreement
from cairn.policy.vocabulary.access import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]
_AGREEMENT = Path(__file__).with_name("RV-DSA-01.toml")
_ROSTER = b"ID,First,Last,Born\n1,Ada,Bell,2015-03-04\n"


def test_a_barred_receiver_is_refused_at_upload(
    visitor: Callable[..., Visitor], person: Callable[..., Any]
) -> None:
    by = person(Role.DATA_MANAGER)
    load_agreement(
        text=_AGREEMENT.read_text("utf-8"), newcomers=["river"], by=by, at=timezone.localtime()
    )
    manager = visitor(by)
    steward = visitor(person(Role.STEWARD, at="river"))
    manager.open("partners:security", "backbone")
    manager.follow("Bar this organization")
    manager.page.get_by_label("Records of").select_option(label="River District")
    manager.type_into(manager.page.get_by_label("Barred through"), "2031-12-31")
    manager.type_into(manager.page.get_by_label("Finding"), "Letter of the Department, 3 May")
    manager.press("Bar organization")
    manager.sees("From the records of River District")
    _upload(steward)
    steward.sees("Rejected", "Backbone is barred from education records")
    manager.follow("Lift bar")
    manager.type_into(manager.page.get_by_label("Reason"), "The finding was withdrawn")
    manager.press("Lift bar")
    _upload(steward)
    confirm_columns(steward)
    steward.sees("The file was uploaded.")


def _upload(steward: Visitor) -> None:
    steward.open("intake:deliveries")
    steward.follow("Upload a file")
    steward.page.get_by_label("Agreement", exact=True).select_option("RV-DSA-01")
    steward.type_into(steward.page.get_by_label("Data set name"), "roster")
    file = {"name": "roster.csv", "mimeType": "text/csv", "buffer": _ROSTER}
    steward.page.get_by_label("File", exact=True).set_input_files(file)  # type: ignore[arg-type]
    steward.press("Upload file")
