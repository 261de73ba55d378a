"""A partner sends encodings by the page: no columns to map, and kept apart from names."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.data.identity.encoded_deliveries import AGREEMENT
from tests.data.intake.confirmed_uploads import confirm_upload
from tests.matching.pprl.encoded_files import encoded
from tests.matching.rosters.roster_rows import children, csv_of

from cairn.data.intake.models import Delivery
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.deliveries import DeliveryState
from cairn.policy.vocabulary.organizations import OrganizationKind

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

TEN = children(10)


@pytest.fixture
def clinic(person: Callable[..., Any], client: Client) -> Client:
    """The clinic's steward, signed in; its agreement is in force."""
    from django.utils import timezone

    from cairn.governance.agreements.actions.signature_and_record import load_agreement

    manager = person(
        Role.DATA_MANAGER, at="river-county-partnership", kind=OrganizationKind.BACKBONE
    )
    text = AGREEMENT.format(number=0, slug="clinic", name="River Clinic")
    load_agreement(text=text, newcomers=["clinic"], by=manager, at=timezone.localtime())
    client.force_login(person(Role.STEWARD, at="clinic"))
    return client


def _send(client: Client, content: bytes, *, feed: str, name: str = "sent.parquet", **more: str):  # type: ignore[no-untyped-def]
    sent = client.post(
        reverse("intake:upload"),
        {
            "organization": "clinic",
            "agreement": "RC-DSA-90",
            "feed": feed,
            "period": "2025-26",
            "file": SimpleUploadedFile(name, content),
            **more,
        },
    )
    return confirm_upload(client, sent)


def test_encodings_need_no_mapping(clinic: Client) -> None:
    answer = _send(clinic, encoded(TEN), feed="encodings", record="student")
    row = Delivery.objects.get()
    assert (row.record, row.state, row.rows_kept) == ("encoded_child", DeliveryState.CONFORMED, 10)
    page = clinic.get(answer.url).content.decode()
    assert "Encoded file without names" in page
    assert reverse("intake:mapping", args=[row.pk]) not in page
    assert "Encodings of the project “summer”" in page
    for child in TEN:
        assert child["family_name"] not in page
    _send(clinic, encoded(TEN), feed="encodings")
    assert Delivery.objects.count() == 1


def test_names_and_encodings_are_not_sent_under_one_name(clinic: Client) -> None:
    _send(clinic, encoded(TEN), feed="encodings")
    names = _send(clinic, csv_of(TEN).encode(), feed="encodings", name="kids.csv")
    assert (names.status_code, "encode it first" in names.content.decode()) == (422, True)
    days = b"local id,program,date,present\nr1,swim,2026-07-01,yes\n"
    _send(clinic, days, feed="days", name="days.csv")
    bits = _send(clinic, encoded(TEN), feed="days")
    assert (bits.status_code, "kept apart" in bits.content.decode()) == (422, True)
    assert Delivery.objects.count() == 2


def test_what_only_says_that_it_is_encoded_is_set_aside(clinic: Client) -> None:
    rows = b"local_id,encoding,encoding_project,encoding_mark\nr1,Ada Lund,summer,1\n"
    _send(clinic, rows, feed="typed", name="typed.csv", record="encoded_child")
    row = Delivery.objects.get()
    assert row.rows_kept == 0
    (column,) = [one for one in row.report["columns"] if one["field"] == "encoding"]
    assert [problem["code"] for problem in column["problems"]] == ["not_an_encoding"]
