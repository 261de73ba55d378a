"""The error file: what is wrong in a sender's file, for the sender alone, and on the record."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.data.intake.conftest import AT

from cairn.data.intake.models import Delivery
from cairn.platform.audit.models import AuditLine
from cairn.policy.questions import may_download_error_file
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.deliveries import DeliveryState

pytestmark = pytest.mark.django_db


def _read(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_sender_downloads_the_errors_with_their_values(
    browser: Callable[..., Client], conformed: Delivery
) -> None:
    steward = browser(Role.STEWARD, at="river")
    address = reverse("intake:errors", args=[conformed.pk])
    page = steward.get(reverse("intake:delivery", args=[conformed.pk])).content.decode()
    assert address in page
    answer = steward.get(address)
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="roster-2026-27-errors.csv"'
    )
    assert answer.headers["Cache-Control"] == "no-store"
    (error,) = _read(answer.content)
    assert error == {
        "File": conformed.file_name,
        "Sheet": error["Sheet"],
        "Row": "4",
        "Column": "Born",
        "Data element": error["Data element"],
        "Value in the file": "not a date",
        "What is wrong": "This is not a date.",
        "What happened": "The value was left blank; the row was accepted.",
        "What to do": "Use month/day/year or year-month-day.",
    }
    assert b"ZZCANARY" not in answer.content
    line = AuditLine.objects.get(event="delivery.errors_downloaded")
    assert line.detail == {"organization": "river", "rows": 0}


@pytest.mark.parametrize(
    ("role", "at", "status"),
    [
        (Role.STEWARD, "lake", 404),
        (Role.DATA_MANAGER, "backbone", 403),
        (Role.REVIEWER, "river", 403),
        (Role.PROGRAM_STAFF, "river", 200),
    ],
)
def test_no_one_but_the_sender_downloads_it(
    browser: Callable[..., Client], conformed: Delivery, role: Role, at: str, status: int
) -> None:
    client = browser(role, at=at)
    address = reverse("intake:errors", args=[conformed.pk])
    assert client.get(address).status_code == status
    page = client.get(reverse("intake:delivery", args=[conformed.pk])).content.decode()
    assert (address in page) == (status == 200)
    assert AuditLine.objects.filter(event="delivery.errors_downloaded").exists() == (status == 200)


def test_without_errors_or_rows_there_is_none(
    browser: Callable[..., Client], conformed: Delivery
) -> None:
    steward = browser(Role.STEWARD, at="river")
    address = reverse("intake:errors", args=[conformed.pk])
    Delivery.objects.update(report={**conformed.report, "cells_blanked": 0})
    assert steward.get(address).status_code == 404
    Delivery.objects.update(report=conformed.report, state=DeliveryState.DESTROYED.value)
    assert steward.get(address).status_code == 404


def test_policy_names_the_sender(person: Callable[..., Any], manager: Any) -> None:
    from cairn.governance.partners.facts import load_actor

    decision = may_download_error_file("river", load_actor(manager), AT.date())
    assert "G34" in {reason.code for reason in decision.refusals}
    steward = person(Role.STEWARD, at="river")
    assert may_download_error_file("river", load_actor(steward), AT.date()).allowed
