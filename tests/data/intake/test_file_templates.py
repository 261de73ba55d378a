"""A file made from the template of its agreement lands without a question about its columns."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.data.intake.conftest import AGREEMENT, AT

from cairn.data.intake.models import Delivery, ProposedFile
from cairn.governance.agreements.actions.signature_and_record import load_agreement
from cairn.policy.vocabulary.access import Role
from cairn.warehouse.exporters import ExcelWorkbook

pytestmark = pytest.mark.django_db

ROWS = (
    {"local_id": "007", "given_name": "Ada", "family_name": "Ames", "birth_date": "2015-03-01"},
    {"local_id": "008", "given_name": "=Ben", "family_name": "Boyd", "birth_date": "2015-04-02"},
)


@pytest.fixture
def steward(browser: Callable[..., Client], agreement: Any) -> Client:
    return browser(Role.STEWARD, at="river")


def _download(client: Client, form: str, record: str = "student") -> bytes:
    response = client.get(reverse("agreements:file_template", args=["RV-DSA-01", record, form]))
    assert response.status_code == 200
    assert f"RV-DSA-01-{record}." in response["Content-Disposition"]
    return bytes(response.content)


def _fill_csv(empty: bytes, **changed: str) -> bytes:
    (header,) = csv.reader(io.StringIO(empty.decode("utf-8-sig")))
    text = io.StringIO()
    writer = csv.DictWriter(text, header)
    writer.writeheader()
    writer.writerows({"gender": "F", **row, **changed} for row in ROWS)
    return text.getvalue().encode()


def _fill_workbook(empty: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(empty)) as parts:
        header = re.findall("<t>(.*?)</t>", parts.read("xl/sharedStrings.xml").decode())
    content = io.BytesIO()
    book = ExcelWorkbook(content, header, sheet="student")
    for row in ROWS:
        book.add([row.get(name, "F") for name in header])
    book.close()
    return content.getvalue()


def _upload(client: Client, content: bytes, name: str = "roster.csv", **changed: str) -> Any:
    form = {"organization": "river", "agreement": "RV-DSA-01", "feed": "roster"}
    form |= {"period": "2026-27", "record": "", **changed}
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("intake:upload"), {**form, "file": file})


def test_a_filled_template_is_accepted_at_once(steward: Client) -> None:
    _upload(steward, _fill_csv(_download(steward, "csv")))
    row = Delivery.objects.get()
    assert (row.state, row.record, row.rows_kept) == ("conformed", "student", 2)
    assert not row.report["dropped"]
    assert not ProposedFile.objects.exists()
    _upload(steward, _fill_csv(_download(steward, "csv")))
    assert Delivery.objects.count() == 1
    _upload(steward, _fill_workbook(_download(steward, "excel")), "r.xlsx", feed="second")
    second = Delivery.objects.get(feed="second")
    assert (second.state, second.rows_kept) == ("conformed", 2)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"gender": "Girlie"}, "New codes in the column “gender”: Girlie."),
        ({"birth_date": "soon"}, "The column “birth_date” no longer fits"),
    ],
)
def test_cells_that_do_not_fit_wait_for_a_person(
    steward: Client, changed: dict[str, str], why: str
) -> None:
    response = _upload(steward, _fill_csv(_download(steward, "csv"), **changed))
    assert "/waiting/" in response.url
    assert why in ProposedFile.objects.get().proposal["changes"][0]
    assert not Delivery.objects.exists()


def test_a_column_more_or_another_layout_of_the_data_set_is_a_question(steward: Client) -> None:
    filled = _fill_csv(_download(steward, "csv"))
    more = filled.replace(b"gender\r", b"gender,Note\r").replace(b"F\r", b"F,x\r")
    assert "/waiting/" in _upload(steward, more).url
    _upload(steward, filled, feed="known")
    attendance = b"local_id,date,event\n007,2026-09-03,absent\n"
    response = _upload(steward, attendance, feed="known")
    assert "/waiting/" in response.url
    assert "not those of the data set" in ProposedFile.objects.first().proposal["changes"][0]


def test_the_pages_say_what_the_agreement_says(steward: Client) -> None:
    listed = steward.get(reverse("agreements:file_rules", args=["RV-DSA-01"]))
    assert [r.template.record.name for r in listed.context["rules"]] == ["attendance", "student"]
    page = steward.get(reverse("agreements:record_rules", args=["RV-DSA-01", "student"]))
    text = " ".join(page.content.decode().split())
    assert "Race and ethnicity" in text.partition("Columns that are never imported")[2]
    assert "2030-31" in text
    assert "Yearly" in text
    assert reverse("agreements:file_rules", args=["RV-DSA-01"]) in (
        steward.get(reverse("intake:upload")).content.decode()
    )
    schema = json.loads(_download(steward, "schema"))
    names = {"local_id", "given_name", "family_name", "birth_date", "gender"}
    assert {field["name"] for field in schema["fields"]} == names
    for record, form in (("student", "word"), ("discipline", "csv")):
        address = reverse("agreements:file_template", args=["RV-DSA-01", record, form])
        assert steward.get(address).status_code == 404


def test_strangers_see_no_rules(steward: Client, browser: Callable[..., Client]) -> None:
    stranger = browser(Role.STEWARD, at="lake")
    for name, args in (
        ("file_rules", ["RV-DSA-01"]),
        ("record_rules", ["RV-DSA-01", "student"]),
        ("file_template", ["RV-DSA-01", "student", "csv"]),
    ):
        assert stranger.get(reverse(f"agreements:{name}", args=args)).status_code == 403


def test_each_provider_has_its_own_columns(manager: Any, browser: Callable[..., Client]) -> None:
    lake = AGREEMENT[AGREEMENT.index("[[parties]]") : AGREEMENT.index("[[parties]]", 200)]
    text = AGREEMENT.replace(lake, lake + lake.replace("river", "lake").replace("River", "Lake"))
    text = text.replace('record = "student"', 'record = "student"\nprovider = "lake"')
    load_agreement(text=text, newcomers=["river", "lake"], by=manager, at=AT)
    steward = browser(Role.STEWARD, at="river")
    listed = steward.get(reverse("agreements:file_rules", args=["RV-DSA-01"])).context["rules"]
    found = [(rules.provider.organization, rules.template.record.name) for rules in listed]
    assert found == [("lake", "attendance"), ("lake", "student"), ("river", "attendance")]
    address = reverse("agreements:record_rules", args=["RV-DSA-01", "student"])
    assert steward.get(address).status_code == 200
    assert steward.get(address, {"provider": "river"}).status_code == 404
    response = _upload(steward, _fill_csv(b"local_id,given_name,family_name,birth_date,gender\n"))
    assert "/waiting/" in response.url


def test_after_the_agreement_ended_a_template_lands_nothing(
    manager: Any, browser: Callable[..., Client]
) -> None:
    ended = AGREEMENT.replace("ends = 2031-06-30", "ends = 2025-06-30")
    load_agreement(text=ended, newcomers=["river"], by=manager, at=AT)
    steward = browser(Role.STEWARD, at="river")
    filled = _fill_csv(_download(steward, "csv"))
    page = steward.get(reverse("agreements:record_rules", args=["RV-DSA-01", "student"]))
    assert "not in force" in page.content.decode()
    _upload(steward, filled)
    assert Delivery.objects.get().state == "refused"
