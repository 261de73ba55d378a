"""A school that has not said what it keeps back: where its children live is never written."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.data.intake.conftest import AGREEMENT, AT, STUDENTS
from tests.school_statements import say

from cairn.data.intake.actions import conformance
from cairn.data.intake.actions.receipt import ReceiptResult
from cairn.data.intake.models import Delivery
from cairn.governance.consents.actions import children
from cairn.governance.consents.models.child import Says, Subject
from cairn.governance.partners.models import Organization
from cairn.platform.storage.api import open_file_store
from cairn.policy.vocabulary.access import Role
from cairn.warehouse.schema.column_mapping import ColumnMapping
from cairn.warehouse.store.file_refs import FileRef

pytestmark = pytest.mark.django_db
LIVES: ColumnMapping = replace(STUDENTS, columns={**STUDENTS.columns, "Street": "street"})
FILE = (
    b"ID,First,Last,Born,Sex,Lunch,Street\n"
    b"1,Ada,Ames,2015-03-01,F,no,1 ZZCANARY Lane\n"
    b"2,Ben,Boyd,2015-04-02,M,no,2 ZZCANARY Lane\n"
)


@pytest.fixture
def agreement(manager: Any) -> Any:
    """The district's agreement, which covers the street too."""
    from cairn.governance.agreements.actions.signature_and_record import load_agreement

    text = AGREEMENT.replace('"gender"]', '"gender", "street"]')
    return load_agreement(text=text, newcomers=["river"], by=manager, at=AT)


@pytest.fixture
def deliver(send: Callable[..., Any]) -> Callable[[], Any]:
    return lambda: send(content=FILE, mapping=LIVES)


def _streets(row: Delivery) -> list[str | None]:
    table = open_file_store().read(FileRef.parse(row.conformed))
    found: list[str | None] = table.column("street").to_pylist()
    return found


def _text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_it_is_in_no_file_and_the_page_says_what_is_missing_and_whose_word(
    deliver: Callable[[], Any], manager: Any, browser: Callable[..., Client]
) -> None:
    row = deliver().delivery
    row = conformance.check_delivery(delivery=row, by=manager, at=AT)
    store = open_file_store()
    for manifest in store.manifests():
        table = store.read(FileRef.parse(manifest.name))
        assert "ZZCANARY" not in str(table.to_pydict())
    address = reverse("intake:delivery", args=[row.pk])
    own = _text(browser(Role.STEWARD, at="river").get(address))
    assert "River District must complete its statement about its records" in own
    assert "Waiting for the school&#x27;s statement about its records" in own
    assert "under Withheld data" in own
    assert reverse("consents:state") in own
    hub = _text(browser(Role.DATA_MANAGER).get(address))
    assert "Ask the data steward of River District to complete it" in hub
    assert reverse("consents:state") not in hub


def test_once_it_is_said_the_same_file_brings_it(
    deliver: Callable[[], Any], manager: Any, browser: Callable[..., Client]
) -> None:
    deliver()
    say("river", by=manager, at=AT)
    again = deliver()
    assert again.result is ReceiptResult.REPLACED
    row = conformance.check_delivery(delivery=again.delivery, by=manager, at=AT)
    assert _streets(row) == ["1 ZZCANARY Lane", "2 ZZCANARY Lane"]
    address = reverse("intake:delivery", args=[row.pk])
    page = _text(browser(Role.STEWARD, at="river").get(address))
    assert "must complete its statement" not in page
    assert deliver().result is ReceiptResult.AGAIN


def test_what_is_unsaid_between_landing_and_check_is_set_aside(
    deliver: Callable[[], Any], manager: Any, person: Callable[..., Any]
) -> None:
    say("river", by=manager, at=AT)
    row = deliver().delivery
    children.record_school_statement(
        organization=Organization.objects.get(slug="river"),
        subject=Subject.WITHHELD,
        says=Says.NOT_KNOWN,
        by=person(Role.STEWARD, at="river", trained=False),
        at=AT,
    )
    row = conformance.check_delivery(delivery=row, by=manager, at=AT)
    assert (row.rows_in, row.rows_kept) == (2, 2)
    assert _streets(row) == [None, None]
