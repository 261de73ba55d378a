"""A OneRoster zip lands: each enrollment is kept, set aside with a reason, or no student's."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.data.intake import one_roster_zip
from tests.data.intake.confirmed_uploads import confirm_preview
from tests.data.intake.conftest import AGREEMENT, AT

from cairn.data.intake.models import Delivery, ProposedFile
from cairn.data.intake.queries import find_data_sets_of_tables
from cairn.governance.agreements.actions.signature_and_record import load_agreement
from cairn.platform.storage.api import open_file_store
from cairn.policy.vocabulary.access import Role
from cairn.warehouse.readers import read_file
from cairn.warehouse.schema import ColumnMapping
from cairn.warehouse.store import FileRef

pytestmark = pytest.mark.django_db

ENROLLMENTS = """
[[data]]
record = "enrollment"
elements = ["local_id", "school_name", "grade", "school_year", "entry_date"]
years = ["2020-21", "2030-31"]
clause = "Exhibit A, 3"

[retention]"""
UNKNOWN_USERS = "Rows of “enrollments” that name a user who is not in users.csv."


@pytest.fixture
def steward(agreement: Any, manager: Any, browser: Callable[..., Client]) -> Client:
    text = AGREEMENT.replace("[retention]", ENROLLMENTS.strip())
    load_agreement(text=text, newcomers=[], by=manager, at=AT)
    return browser(Role.STEWARD, at="river")


def _text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_enrollments_that_name_no_user_are_set_aside_with_the_reason(steward: Client) -> None:
    file = SimpleUploadedFile("roster.zip", one_roster_zip.build_zip())
    form = {"organization": "river", "agreement": "RV-DSA-01", "feed": "roster"}
    uploaded = steward.post(reverse("intake:upload"), {**form, "period": "2026-27", "file": file})
    assert uploaded.status_code == 302, _text(uploaded)
    for waiting in ProposedFile.objects.order_by("feed"):
        address = reverse("intake:proposal", args=[waiting.pk])
        fields = steward.get(address).context["form"]
        chosen = {name: fields[name].value() or "" for name in fields.fields}
        confirm_preview(steward, steward.post(address, chosen).url)
    row = Delivery.objects.get(record="enrollment")
    assert (row.state, row.rows_in, row.rows_kept) == ("conformed", 4, 2)
    store = open_file_store()
    kept = store.read(FileRef.parse(row.conformed)).to_pylist()
    assert [line["source_row"] for line in kept] == one_roster_zip.KEPT_ROWS
    assert {line["local_id"] for line in kept} == {"u1", "u2"}
    page = _text(steward.get(reverse("intake:delivery", args=[row.pk])))
    assert UNKNOWN_USERS in page.partition("Rows set aside (2)")[0], "among the results"
    assert "Rows of people who are not students, such as teachers." in page
    answer = steward.get(reverse("intake:correction_csv", args=[row.pk]))
    lines = read_file("corrections.csv", answer.content)[0].table.to_pylist()
    assert [int(line["Cairn row"]) for line in lines] == one_roster_zip.SET_ASIDE_ROWS
    assert all("Nothing in the row identifies the child." in one["Problems"] for one in lines)
    corrected = answer.content.replace(b".,,2026", b".,u1,2026", 1)
    fixed = SimpleUploadedFile("fixed.csv", corrected)
    preview = steward.post(reverse("intake:correct", args=[row.pk]), {"file": fixed})
    steward.post(preview.url)
    newer = Delivery.objects.get(record="enrollment", state="conformed")
    assert (newer.rows_kept, newer.corrected_rows) == (3, 1)


def test_tables_that_were_joined_are_not_said_to_be_unread(steward: Client) -> None:
    file = SimpleUploadedFile("roster.zip", one_roster_zip.build_zip())
    form = {"organization": "river", "agreement": "RV-DSA-01", "feed": "roster"}
    steward.post(reverse("intake:upload"), {**form, "period": "2026-27", "file": file})
    for waiting in ProposedFile.objects.order_by("feed"):
        address = reverse("intake:proposal", args=[waiting.pk])
        page = steward.get(address)
        assert "Tables that are not read" not in _text(page)
        fields = page.context["form"]
        chosen = {name: fields[name].value() or "" for name in fields.fields}
        confirm_preview(steward, steward.post(address, chosen).url)
    rows = Delivery.objects.exclude(conformed="")
    assert {row.feed for row in rows} == {"roster-students", "roster-enrollments"}
    for row in rows:
        page = _text(steward.get(reverse("intake:delivery", args=[row.pk])))
        assert "The column mapping does not name this table." not in page
        assert "in tables that the column mapping does not name" not in page


def test_a_zip_without_users_has_no_data_set_of_its_terms(steward: Client) -> None:
    tables = {name: text for name, text in one_roster_zip.TABLES.items() if name != "users"}
    tables["academicSessions"] = (
        "sourcedId,title,type,startDate,endDate,schoolYear\n"
        "t1,2026-27,schoolYear,2026-08-20,2027-06-05,2027\n"
    )
    file = SimpleUploadedFile("roster.zip", one_roster_zip.build_zip(tables))
    form = {"organization": "river", "agreement": "RV-DSA-01", "feed": "roster"}
    steward.post(reverse("intake:upload"), {**form, "period": "2026-27", "file": file})
    (waiting,) = ProposedFile.objects.all()
    assert waiting.feed == "roster"
    assert ColumnMapping.parse(waiting.mapping).record == "enrollment"


def test_the_page_says_what_became_of_each_data_set_of_a_zip(steward: Client) -> None:
    def send(name: str, content: bytes) -> str:
        form = {"organization": "river", "agreement": "RV-DSA-01", "feed": "roster"}
        file = SimpleUploadedFile(name, content)
        sent = {**form, "period": "2026-27", "file": file}
        return _text(steward.post(reverse("intake:upload"), sent, follow=True))

    roster = one_roster_zip.build_zip()  # once: the clock is in the archive
    send("roster.zip", roster)
    for waiting in ProposedFile.objects.order_by("feed"):
        address = reverse("intake:proposal", args=[waiting.pk])
        fields = steward.get(address).context["form"]
        chosen = {name: fields[name].value() or "" for name in fields.fields}
        confirm_preview(steward, steward.post(address, chosen).url)
    again = send("roster.zip", roster)
    assert again.count("This file was already uploaded. Nothing changed.") == 1
    tables = dict(one_roster_zip.TABLES)
    tables["users"] = tables["users"].replace("Ana", "Anna")
    both = "“roster-enrollments”, “roster-students”"
    page = send("roster.zip", one_roster_zip.build_zip(tables))
    assert f"Uploaded, and replaces the earlier file: {both}." in page
    tables["users"] = tables["users"].replace("Anna", "Ane")
    page = send("other.zip", one_roster_zip.build_zip(tables))
    assert f"decide whether it replaces the earlier file: {both}." in page
    held = Delivery.objects.filter(state="held")
    assert find_data_sets_of_tables(held.get(feed="roster-students"), ["enrollments"]) == {
        "enrollments": "roster-enrollments"
    }
