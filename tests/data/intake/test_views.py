"""The pages of what arrived, in a browser's eyes."""

import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
import pyzipper
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.data.intake.confirmed_uploads import confirm_preview, confirm_upload
from tests.data.intake.conftest import AGREEMENT, AT

from cairn.data.intake import upload_recognition
from cairn.data.intake.actions import conformance, mapping_versions
from cairn.data.intake.forms import UploadForm
from cairn.data.intake.models import Delivery, ProposedFile, SavedMapping
from cairn.data.intake.tables import DeliveryTable
from cairn.governance.agreements.actions.signature_and_record import load_agreement
from cairn.governance.agreements.api import list_visible_agreements
from cairn.governance.agreements.models import Agreement
from cairn.governance.partners.facts import load_actor
from cairn.platform.audit.models import Work
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.deliveries import DeliveryState
from cairn.warehouse.layouts import load_layouts
from cairn.warehouse.readers import child_process, contains_encodings
from cairn.warehouse.schema.column_mapping import ColumnMapping

pytestmark = pytest.mark.django_db


def _upload(client: Client, content: bytes, **changed: str) -> Any:
    form = {
        "organization": "river",
        "agreement": "RV-DSA-01",
        "feed": "roster",
        "period": "2026-27",
        "record": "",
    }
    file = SimpleUploadedFile("roster.csv", content)
    return client.post(reverse("intake:upload"), {**form, **changed, "file": file})


def _send(client: Client, content: bytes, **changed: str) -> Any:
    """Uploads a file, and confirms its columns where they are new."""
    return confirm_upload(client, _upload(client, content, **changed))


def _text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_nothing_has_arrived_yet(browser: Callable[..., Client], agreement: Any) -> None:
    page = _text(browser(Role.STEWARD, at="river").get(reverse("intake:deliveries")))
    assert "No data submissions yet" in page
    assert reverse("intake:upload") in page


def test_the_list_is_narrowed_to_the_asker(
    browser: Callable[..., Client], conformed: Delivery
) -> None:
    address = reverse("intake:deliveries")
    own, stranger = browser(Role.STEWARD, at="river"), browser(Role.STEWARD, at="lake")
    assert "roster, 2026-27" in _text(own.get(address))
    assert "roster, 2026-27" not in _text(stranger.get(address))
    assert stranger.get(reverse("intake:delivery", args=[conformed.pk])).status_code == 404
    assert stranger.get(reverse("intake:mapping", args=[conformed.pk])).status_code == 404
    assert Client().get(address).status_code == 403


def test_the_day_of_an_evening_is_that_of_the_office(
    browser: Callable[..., Client], conformed: Delivery
) -> None:
    Delivery.objects.update(received_at=datetime(2026, 11, 28, 1, 30, tzinfo=UTC))
    client = browser(Role.STEWARD, at="river")
    page = _text(client.get(reverse("intake:delivery", args=[conformed.pk])))
    assert "<dt>As of</dt><dd>Nov. 27, 2026</dd>" in page
    assert "Nov. 28" not in page
    found = _text(client.get(reverse("web:search"), {"q": "roster"}))
    assert ", Nov. 27, 2026" in found
    assert "Nov. 28" not in found


@pytest.mark.parametrize(("show", "seen"), [("aside", 0), ("due", 0), ("refused", 1), ("", 2)])
def test_the_list_can_be_narrowed(
    show: str,
    seen: int,
    browser: Callable[..., Client],
    conformed: Delivery,
    send: Callable[..., Any],
) -> None:
    send(mapping=ColumnMapping(record="workforce", columns={"ID": "local_id", "Lunch": "employed"}))
    response = browser(Role.STEWARD, at="river").get(reverse("intake:deliveries"), {"show": show})
    assert response.context["table"].page.paginator.count == seen
    assert seen or "No data submissions found" in _text(response)


def test_a_long_list_has_pages(browser: Callable[..., Client], conformed: Delivery) -> None:
    copies = []
    for number in range(60):
        copy = Delivery.objects.get(pk=conformed.pk)
        copy.pk, copy.period = None, str(number)
        copies.append(copy)
    Delivery.objects.bulk_create(copies)
    client = browser(Role.STEWARD, at="river")
    assert "Next" in _text(client.get(reverse("intake:deliveries")))
    assert "Previous" in _text(client.get(reverse("intake:deliveries"), {"page": 2}))


def test_a_file_with_rows_set_aside_asks_for_attention(
    browser: Callable[..., Client], conformed: Delivery
) -> None:
    client = browser(Role.STEWARD, at="river")
    address = reverse("intake:deliveries")
    assert '<span class="badge good">Accepted</span>' in _text(client.get(address))
    Delivery.objects.filter(pk=conformed.pk).update(rows_kept=conformed.rows_in - 1)
    for page in (address, reverse("intake:delivery", args=[conformed.pk])):
        assert '<span class="badge warm">Partially accepted</span>' in _text(client.get(page))
    Delivery.objects.filter(pk=conformed.pk).update(rows_kept=0)
    for page in (address, reverse("intake:delivery", args=[conformed.pk])):
        assert '<span class="badge warm">No rows accepted</span>' in _text(client.get(page))


def test_the_list_has_filters_links_and_a_download(
    browser: Callable[..., Client],
    conformed: Delivery,
    send: Callable[..., Any],
) -> None:
    send(mapping=ColumnMapping(record="workforce", columns={"ID": "local_id", "Lunch": "employed"}))
    client, address = browser(Role.STEWARD, at="river"), reverse("intake:deliveries")
    response = client.get(address, {"status": "Rejected", "agreement": "RV-DSA-01"})
    assert response.context["table"].page.paginator.count == 1
    page = _text(client.get(address))
    assert reverse("web:partner", args=["river"]) in page
    assert reverse("agreements:detail", args=["RV-DSA-01"]) in page
    lines = client.get(address, {"download": "csv"}).content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Data submission,Organization,Agreement,Status,Rows accepted")
    assert any(line.startswith('"roster, 2026-27",River District,RV-DSA-01,') for line in lines)
    stranger = browser(Role.STEWARD, at="lake").get(address, {"download": "csv"})
    assert "roster" not in stranger.content.decode()


@pytest.mark.parametrize(
    ("at", "exact", "shown"),
    [
        ("backbone", frozenset(), "fewer than 10"),
        ("backbone", frozenset({"RV-DSA-01"}), "3"),
        ("river", frozenset(), "3"),
    ],
)
def test_under_consent_only_the_owner_sees_few_rows_set_aside(
    at: str,
    exact: frozenset[str],
    shown: str,
    conformed: Delivery,
    person: Callable[..., Any],
) -> None:
    conformed.rows_in, conformed.rows_kept = 8, 5
    role = Role.DATA_MANAGER if at == "backbone" else Role.STEWARD
    table = DeliveryTable(
        [conformed],
        requester=load_actor(person(role, at=at)),
        on=timezone.localdate(),
        exact_agreements=exact,
    )
    (row,) = table.rows
    assert row.get_cell_value("set_aside") == shown
    assert shown in list(table.as_values())[1]


def test_a_file_is_sent_by_the_page_and_checked(
    browser: Callable[..., Client],
    agreement: Any,
    roster: bytes,
    students: ColumnMapping,
    manager: Any,
) -> None:
    mapping_versions.change_column_mapping(
        organization=agreement.parties.get(slug="river"),
        feed="roster",
        mapping=students,
        by=manager,
        at=timezone.localtime(),
    )
    client = browser(Role.STEWARD, at="river")
    assert "What happens to your file" in _text(client.get(reverse("intake:upload")))
    response = _send(client, roster)
    row = Delivery.objects.get()
    assert response.url == reverse("intake:delivery", args=[row.pk])
    assert row.state == DeliveryState.CONFORMED
    page = _text(client.get(response.url))
    assert "The file was uploaded." in page
    assert "Not covered by RV-DSA-01" in page
    assert "Exhibit A, 1" in page
    assert "Counselor" in page
    assert "This is not a date" in page
    assert "ZZCANARY" not in page
    assert "Ames" not in page
    again = _text(client.get(_send(client, roster).url))
    assert "This file was already uploaded" in again
    newer = _text(client.get(_send(client, roster + b"4,Dee,Dunn,2015-06-01,F,,\n").url))
    assert "It replaces the earlier file" in newer
    assert "A newer file replaced this one" in _text(client.get(response.url))


def test_columns_are_guessed_for_a_new_feed(browser: Callable[..., Client], agreement: Any) -> None:
    client = browser(Role.STEWARD, at="river")
    content = b"Student ID,First Name,Last Name,Date of Birth\n1,Ada,Ames,2015-01-02\n"
    _send(client, content)
    assert Delivery.objects.get().record == "student"


def test_columns_that_do_not_tell_need_a_person(
    browser: Callable[..., Client], agreement: Any
) -> None:
    client = browser(Role.STEWARD, at="river")
    response = _send(client, b"Student ID,Color\n1,red\n")
    assert response.status_code == 422
    assert "choose that record type" in _text(response)
    assert "did not recognize any column name" in _text(_send(client, b"Color\nred\n"))
    assert "is empty" in _text(_send(client, b""))
    assert Delivery.objects.count() == 0


def test_a_refused_file_has_a_page_with_every_reason(
    browser: Callable[..., Client], agreement: Any
) -> None:
    client = browser(Role.STEWARD, at="river")
    response = _send(client, b"Student ID,Employed\n1,yes\n", record="workforce", feed="jobs")
    page = _text(client.get(response.url))
    assert "Why the file was rejected" in page
    assert "Upload a file" in page
    assert "What to do:" in page
    assert "34 CFR" in page
    assert Delivery.objects.get().state == DeliveryState.REFUSED


def test_a_refused_file_names_organizations_and_states_no_period(
    browser: Callable[..., Client], agreement: Any, organization: Callable[..., Any]
) -> None:
    lake = organization("lake")
    lake.name = "Lake District"
    lake.save()
    client = browser(Role.DATA_MANAGER, at="backbone")
    response = _send(client, b"Student ID,Last\n1,Fern\n", record="student", organization="lake")
    page = _text(client.get(response.url))
    assert "Lake District is not a data provider under RV-DSA-01." in page
    assert "The agreement states no date" not in page
    assert "Nothing of this file. There is nothing to destroy." in page


def test_program_staff_read_who_may_upload_under_the_agreement(
    browser: Callable[..., Client], manager: Any, roster: bytes
) -> None:
    named = '[delivery]\ncontacts = [{ name = "Jo Ames", email = "jo@river.example" }]\n'
    load_agreement(
        text=AGREEMENT.replace("[delivery]\n", named), newcomers=["river"], by=manager, at=AT
    )
    client = browser(Role.PROGRAM_STAFF, at="river")
    page = _text(client.get(_send(client, roster, record="student").url))
    assert "Only the people that RV-DSA-01 names may upload files under it: Jo Ames." in page
    assert "Ask one of them to upload the file" in page
    assert "This is not available to you" not in page


def test_a_file_without_rows_is_not_called_complete(
    browser: Callable[..., Client], send: Callable[..., Any], manager: Any
) -> None:
    header = b"ID,First,Last,Born,Sex,Lunch,Counselor\n"
    row = conformance.check_delivery(
        delivery=send(content=header).delivery, by=manager, at=timezone.now()
    )
    page = _text(browser(Role.STEWARD, at="river").get(reverse("intake:delivery", args=[row.pk])))
    assert "The file has column headings but no rows." in page
    assert "All rows and columns were accepted" not in page


@pytest.mark.parametrize("header", [b"ID,First,Last,Born,Sex\n", b"One,Two,Three\n"])
def test_a_file_with_headings_alone_is_refused_at_once(
    browser: Callable[..., Client], agreement: Any, header: bytes
) -> None:
    answer = _upload(browser(Role.STEWARD, at="river"), header)
    assert answer.status_code == 422
    columns = header.decode().strip().replace(",", ", ")
    assert f"column headings and no rows of data. Its columns: {columns}. Nothing was" in _text(
        answer
    )
    assert not Delivery.objects.exists()
    assert not ProposedFile.objects.exists()


def test_a_file_with_headings_alone_leaves_the_earlier_rows(
    browser: Callable[..., Client], agreement: Any, roster: bytes, manager: Any
) -> None:
    steward, header = browser(Role.STEWARD, at="river"), roster.split(b"\n")[0] + b"\n"
    _send(steward, roster)
    row = Delivery.objects.get()
    assert _upload(steward, header).status_code == 422
    assert Delivery.objects.get() == row
    # Files of changes may have none, and so may files of which the agreement says what they do.
    assert _upload(steward, header, changes_as_of="2026-09-30").status_code == 302
    text = AGREEMENT.replace('record = "student"', 'record = "student"\nmode = "full"')
    load_agreement(text=text, newcomers=[], by=manager, at=timezone.now())
    assert _upload(steward, header).status_code == 302
    row.refresh_from_db()
    assert row.is_current, "an empty file replaces nothing until a person decides"


def test_a_workbook_with_headings_alone_is_refused(
    browser: Callable[..., Client], agreement: Any
) -> None:
    steward = browser(Role.STEWARD, at="river")
    book = _write_workbook(Students=_STUDENT_SHEET[:1], Attendance=_ATTENDANCE_SHEET[:1])
    answer = _text(_upload(steward, book))
    assert "column headings and no rows of data. Its columns: Student ID" in answer
    one = _write_workbook(Students=[("ID", "First", "Last", "Born", "Sex")])
    assert "Its columns: ID, First, Last, Born, Sex. Nothing was" in _text(_upload(steward, one))
    row = _write_workbook(Students=[("1001", "Ana", "2015-03-02")])
    answer = _text(_upload(steward, row))
    assert "The file has one row. Its first row looks like data" in answer
    assert "2015-03-02" not in answer
    assert not ProposedFile.objects.exists()
    book = _write_workbook(Students=_STUDENT_SHEET, Attendance=_ATTENDANCE_SHEET[:1])
    assert _upload(steward, book).status_code == 302


def test_rows_that_are_no_records_are_counted_on_the_page(
    browser: Callable[..., Client], send: Callable[..., Any], manager: Any, roster: bytes
) -> None:
    twin = b"1,Zed,Zu,2012-09-09,F,x,y\n"
    content = roster + twin + b"Total,,,3,,,\nPrinted on 11/3/2026,,,,,,\n"
    row = conformance.check_delivery(
        delivery=send(content=content).delivery, by=manager, at=timezone.now()
    )
    page = _text(browser(Role.STEWARD, at="river").get(reverse("intake:delivery", args=[row.pk])))
    assert "<h2>Rows of the file</h2>" in page
    assert '<td class="number" data-label="Rows in the file">7</td>' in page
    assert "Some rows were set aside because they have errors." in page
    assert "ID: Rows with this student ID have different names or birth dates" in page
    assert "1: Lines with totals, subtotals or averages." in page
    assert "in tables that the column mapping does not name" not in page


def test_tables_that_were_not_read_are_named_on_the_page(
    browser: Callable[..., Client], send: Callable[..., Any], manager: Any, roster: bytes
) -> None:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("roster.csv", roster)
        made.writestr("colors.csv", b"Color\nred\nblue\n")
    row = conformance.check_delivery(
        delivery=send(name="all.zip", content=file.getvalue()).delivery,
        by=manager,
        at=timezone.now(),
    )
    page = _text(browser(Role.STEWARD, at="river").get(reverse("intake:delivery", args=[row.pk])))
    assert (
        "2 of the 5 records in the file are in tables that the column mapping does not name."
        in page
    )
    assert '<th scope="row">colors</th>' in page


def test_agreements_under_which_one_sends_come_first_and_pilots_alone_ask_for_a_seed(
    browser: Callable[..., Client], agreement: Any, manager: Any
) -> None:
    swapped = AGREEMENT.replace("RV-DSA-01", "AA-DSA-00").replace('"river"', '"lake"')
    load_agreement(text=swapped, newcomers=["lake"], by=manager, at=AT)
    page = _text(browser(Role.DATA_MANAGER, at="backbone").get(reverse("intake:upload")))
    assert "Pilots only" not in page
    form = UploadForm(
        organizations=agreement.parties.filter(slug="river"),
        agreements=list_visible_agreements(load_actor(manager), timezone.localdate()),
    )
    assert [value for value, _ in form.fields["agreement"].choices] == ["RV-DSA-01", "AA-DSA-00"]


def test_the_agreement_that_fits_comes_first(
    browser: Callable[..., Client], agreement: Any, manager: Any, roster: bytes
) -> None:
    ended = AGREEMENT.replace("RV-DSA-01", "AA-DSA-00").replace("2031-06-30", "2025-06-30")
    load_agreement(text=ended, newcomers=[], by=manager, at=AT)
    other = AGREEMENT.replace("RV-DSA-01", "ZZ-DSA-99")
    load_agreement(text=other, newcomers=[], by=manager, at=AT)
    consents = re.sub(r"\[legal_basis\.criteria\](\n.+)+", "", AGREEMENT)
    consents = consents.replace("audit_evaluation", "consent").replace("RV-DSA-01", "BB-CON-01")
    load_agreement(text=consents, newcomers=[], by=manager, at=AT)
    steward = browser(Role.STEWARD, at="river")

    def list_agreements() -> list[str]:
        form = steward.get(reverse("intake:upload")).context["form"]
        return [value for value, _ in form.fields["agreement"].choices]

    assert list_agreements() == ["RV-DSA-01", "ZZ-DSA-99", "BB-CON-01", "AA-DSA-00"]
    named = AGREEMENT.replace("RV-DSA-01", "AA-DSA-01").replace(
        'frequency = "yearly"',
        'frequency = "yearly"\ncontacts = [{ name = "Jo Ames", email = "jo@river.example" }]',
    )
    load_agreement(text=named, newcomers=[], by=manager, at=AT)
    assert list_agreements()[:2] == ["RV-DSA-01", "ZZ-DSA-99"], "only Jo Ames uploads under it"
    _send(steward, roster, agreement="ZZ-DSA-99")
    of_others = ["AA-DSA-00", "AA-DSA-01"]
    assert list_agreements() == ["ZZ-DSA-99", "RV-DSA-01", "BB-CON-01", *of_others]
    _upload(steward, roster, agreement="AA-DSA-00", feed="other")
    assert Delivery.objects.latest("pk").state == "refused"
    assert list_agreements()[0] == "ZZ-DSA-99", "what was refused fits no better"


def test_a_file_of_no_use_says_what_to_change(
    browser: Callable[..., Client], agreement: Any
) -> None:
    client = browser(Role.STEWARD, at="river")
    response = _send(client, b"Gender,Student ID\nF,1\n", record="assessment", feed="x")
    assert "34 CFR" in _text(client.get(response.url))


def test_someone_elses_organization_cannot_be_chosen(
    browser: Callable[..., Client], agreement: Any, organization: Callable[..., Any], roster: bytes
) -> None:
    organization("lake")
    response = _send(browser(Role.STEWARD, at="river"), roster, organization="lake")
    assert response.status_code == 422


def test_the_delivery_page_shows_work_and_offers_to_ask_again(
    browser: Callable[..., Client], send: Callable[..., Any]
) -> None:
    row = send().delivery
    client = browser(Role.STEWARD, at="river")
    address = reverse("intake:delivery", args=[row.pk])
    assert "Check the rows now" in _text(client.get(address))
    now = timezone.localtime()
    Work.objects.create(
        kind="conform", subject=f"delivery:{row.pk}", step="Reading", started=now, updated=now
    )
    page = _text(client.get(address))
    assert "Reading" in page
    assert "Check the rows now" not in page
    client.post(reverse("intake:check", args=[row.pk]))
    row.refresh_from_db()
    assert row.state == DeliveryState.CONFORMED


def test_a_delivery_is_withdrawn_after_a_question(
    browser: Callable[..., Client], conformed: Delivery, send: Callable[..., Any], roster: bytes
) -> None:
    newer = send(content=roster + b"4,Dee,Dunn,2015-06-01,F,,\n").delivery
    client = browser(Role.STEWARD, at="river")
    address = reverse("intake:withdraw", args=[newer.pk])
    assert "The file that it replaced will be used again" in _text(client.get(address))
    newer.refresh_from_db()
    assert newer.is_current
    client.post(address)
    newer.refresh_from_db()
    conformed.refresh_from_db()
    assert (newer.state, conformed.state) == ("withdrawn", "conformed")


def test_columns_are_mapped_on_a_page(browser: Callable[..., Client], conformed: Delivery) -> None:
    client = browser(Role.STEWARD, at="river")
    address = reverse("intake:mapping", args=[conformed.pk])
    response = client.get(address)
    page = _text(response)
    assert "not covered" in page
    assert "Counselor" in page
    columns = [column.name for column, _field in response.context["rows"]]
    chosen = {
        f"column-{i}": {"ID": "local_id", "First": "given_name", "Last": "family_name"}.get(n, "")
        for i, n in enumerate(columns)
    }
    chosen[f"column-{columns.index('Born')}"] = "birth_date"
    saved = client.post(address, chosen, follow=True)
    assert "The column mapping was saved" in _text(saved)
    assert SavedMapping.objects.first().version == 2
    conformed.refresh_from_db()
    assert conformed.state == DeliveryState.CONFORMED
    assert "gender" not in {column["field"] for column in conformed.report["columns"]}


def test_a_column_that_was_dropped_needs_the_file_again(
    browser: Callable[..., Client], send: Callable[..., Any], students: ColumnMapping, manager: Any
) -> None:
    without = {k: v for k, v in students.columns.items() if k != "Sex"}
    row = send(mapping=ColumnMapping(record="student", columns=without)).delivery
    conformance.check_delivery(delivery=row, by=manager, at=timezone.localtime())
    client = browser(Role.STEWARD, at="river")
    address = reverse("intake:mapping", args=[row.pk])
    rows = client.get(address).context["rows"]
    chosen = {f"column-{i}": column.target for i, (column, _field) in enumerate(rows)}
    index = next(i for i, (column, _field) in enumerate(rows) if column.name == "Sex")
    saved = client.post(address, chosen | {f"column-{index}": "gender"}, follow=True)
    assert "Upload the file again to import them: Sex" in _text(saved)
    assert "Upload the file again to import it" in _text(client.get(address))


def test_two_columns_for_one_field_are_a_mistake(
    browser: Callable[..., Client], conformed: Delivery
) -> None:
    client = browser(Role.STEWARD, at="river")
    address = reverse("intake:mapping", args=[conformed.pk])
    response = client.post(address, {"column-0": "local_id", "column-1": "local_id"})
    assert response.status_code == 422
    assert "both map to “Local student ID”" in _text(response)


def test_a_feed_that_was_never_read_has_no_columns(
    browser: Callable[..., Client], send: Callable[..., Any]
) -> None:
    outside = ColumnMapping(record="workforce", columns={"ID": "local_id", "Lunch": "employed"})
    row = send(mapping=outside).delivery
    client = browser(Role.STEWARD, at="river")
    page = client.get(reverse("intake:mapping", args=[row.pk]), follow=True)
    assert "No file with this data set name has been read yet" in _text(page)


@pytest.mark.parametrize("is_over", [True, False])
def test_an_upload_is_read_only_where_its_sender_may_send(
    browser: Callable[..., Client],
    agreement: Any,
    roster: bytes,
    monkeypatch: pytest.MonkeyPatch,
    is_over: bool,
) -> None:
    """Even the columns are recognized only after the agreement was found to be in force."""
    if is_over:
        Agreement.objects.update(state="terminated", terminated_on="2026-01-01")
    parsed: list[str] = []
    read = upload_recognition.read_file_by_known_layout

    def watched(name: str, content: bytes) -> Any:
        parsed.append(name)
        return read(name, content)

    monkeypatch.setattr(upload_recognition, "read_file_by_known_layout", watched)
    monkeypatch.setattr(
        upload_recognition,
        "contains_encodings",
        lambda content: parsed.append("sniffed") or contains_encodings(content),
    )
    client = browser(Role.STEWARD, at="river")
    response = _send(client, roster)
    row = Delivery.objects.get()
    assert response.status_code == 302
    page = client.get(response.url)
    assert page.status_code == 200
    if is_over:
        assert (row.state, row.record, parsed) == (DeliveryState.REFUSED, "", [])
        assert "terminated" in _text(page).lower()
    else:
        assert row.record == "student"
        assert parsed == ["sniffed", "roster.csv"]


@pytest.mark.child_process
@pytest.mark.usefixtures("parses_nothing")
@pytest.mark.parametrize("saved", [False, True], ids=["a guessed mapping", "a saved mapping"])
def test_an_upload_is_read_in_a_child_process(
    browser: Callable[..., Client],
    agreement: Any,
    roster: bytes,
    students: ColumnMapping,
    manager: Any,
    *,
    saved: bool,
) -> None:
    if saved:
        mapping_versions.change_column_mapping(
            organization=agreement.parties.get(slug="river"),
            feed="roster",
            mapping=students,
            by=manager,
            at=timezone.localtime(),
        )
    assert _send(browser(Role.STEWARD, at="river"), roster, record="student").status_code == 302
    assert Delivery.objects.get().rows_in


@pytest.mark.child_process
def test_an_upload_that_ends_its_reader_is_refused_on_the_page(
    browser: Callable[..., Client], agreement: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child_process, "_CHILD_ARGUMENTS", ("-c", "import os; os.abort()"))
    response = _send(browser(Role.STEWARD, at="river"), b"ID\n1\n", record="student")
    assert response.status_code == 422
    assert "roster.csv cannot be read" in _text(response)
    assert not Delivery.objects.exists()


def test_another_kind_of_file_waits_and_says_how_it_differs(
    browser: Callable[..., Client], conformed: Delivery
) -> None:
    client = browser(Role.STEWARD, at="river")
    scores = b"ID,First,Last,Assessment,Test date,Subject,Score\n1,A,B,MAP,2026-09-20,Reading,210\n"
    page = client.get(_upload(client, scores).url)
    assert "The file differs from earlier ones" in _text(page)
    assert "Expected columns: ID, First, Last, Born, Sex, Lunch" in _text(page)
    chosen = _upload(client, b"Zz,Yy\n1,Ada\n", record="student")
    assert chosen.status_code == 302  # no heading is known: a person maps the columns
    unmapped = client.get(chosen.url)
    assert "The file differs from earlier ones" in _text(unmapped)
    form = unmapped.context["form"]
    kept = client.post(chosen.url, {name: form[name].value() or "" for name in form.fields})
    assert "Choose a data element for at least one column." in _text(kept)
    assert list(Delivery.objects.values_list("pk", "state")) == [(conformed.pk, "conformed")]


def test_the_record_type_that_the_sender_chooses_decides_over_the_columns(
    browser: Callable[..., Client], conformed: Delivery, roster: bytes
) -> None:
    more = b"Assessment,Test date,Subject,Score,Grade,Form,Tool,Scale score"
    content = roster.replace(b"Counselor", more)
    client = browser(Role.STEWARD, at="river")
    assert _send(client, content, record="student").status_code == 302


def test_an_upload_names_its_part(
    browser: Callable[..., Client], agreement: Any, roster: bytes
) -> None:
    client = browser(Role.STEWARD, at="river")
    assert "Leave blank if the file holds everything" in _text(client.get(reverse("intake:upload")))
    for name in ("North High", "south"):
        content = roster.replace(b"Ada", name.encode())
        assert _send(client, content, part=name, record="student").status_code == 302
    current = Delivery.objects.order_by("part").exclude(state=DeliveryState.REFUSED)
    assert list(current.values_list("part", flat=True)) == ["north-high", "south"]
    page = _text(client.get(reverse("intake:delivery", args=[current[0].pk])))
    assert "roster, 2026-27, north-high" in page
    Delivery.objects.update(file_name="of a site.csv")
    unclear = _send(client, roster)
    assert unclear.status_code == 422
    assert "are parts: north-high, south" in _text(unclear)
    assert _send(client, roster, part="-").status_code == 422
    Delivery.objects.filter(part="south").update(part="")
    both = client.post(
        reverse("intake:upload"),
        {
            "organization": "river",
            "agreement": "RV-DSA-01",
            "feed": "roster",
            "period": "2026-27",
            "record": "",
            "part": "east",
            "file": SimpleUploadedFile("e.csv", roster),
        },
        follow=True,
    )
    assert "count side by side" in _text(both)


def test_a_held_file_says_how_it_differs(
    browser: Callable[..., Client], conformed: Delivery, send: Callable[..., Any], roster: bytes
) -> None:
    client = browser(Role.STEWARD, at="river")
    other = roster.replace(b"Ada", b"Ava").replace(b"Counselor", b"Advisor")
    send(content=other, name="advisors.csv")
    held = Delivery.objects.get(state=DeliveryState.HELD)
    page = _text(client.get(reverse("intake:delivery", args=[held.pk])))
    assert f"The earlier file has another name, “{conformed.file_name}”." in page
    assert "The earlier file has other columns." in page
    assert "read in another way" not in page


def test_a_held_file_is_decided_on_its_page(
    browser: Callable[..., Client], conformed: Delivery, send: Callable[..., Any]
) -> None:
    one_row = b"ID,First,Last,Born,Sex,Lunch,Counselor\n9,Zoe,Zorn,2015-09-09,F,x,y\n"
    client, stranger = browser(Role.STEWARD, at="river"), browser(Role.STEWARD, at="lake")
    sent = _send(client, one_row, record="student")
    held = Delivery.objects.get(state=DeliveryState.HELD)
    assert sent.url == reverse("intake:delivery", args=[held.pk])
    page = _text(client.get(sent.url))
    assert "1 row would replace 3 rows received on Oct. 1, 2026" in page
    assert "not in this one: 3" in page
    assert client.get(reverse("intake:deliveries"), {"show": "held"}).status_code == 200
    for name in ("replace", "part", "cancel"):
        address = reverse(f"intake:{name}", args=[held.pk])
        assert stranger.post(address, {"part": "x"}).status_code == 404
    unnamed = client.post(reverse("intake:part", args=[held.pk]), {"part": "-"}, follow=True)
    assert "letters or digits" in _text(unnamed)
    Delivery.objects.filter(pk=conformed.pk).update(state="withdrawn")
    assert "would replace nothing" in _text(client.get(sent.url))
    Delivery.objects.filter(pk=conformed.pk).update(state="conformed")
    asked = _text(client.get(reverse("intake:cancel", args=[held.pk])))
    assert "Cancel this data submission?" in asked
    added = client.post(reverse("intake:part", args=[held.pk]), {"part": "9"}, follow=True)
    assert "added as the part “9”" in _text(added)
    for name in ("replace", "part", "cancel"):
        address = reverse(f"intake:{name}", args=[held.pk])
        assert "“Accepted”" in _text(client.post(address, {"part": "9"}, follow=True))


def test_a_held_file_replaces_or_is_canceled_on_its_page(
    browser: Callable[..., Client], conformed: Delivery, send: Callable[..., Any], roster: bytes
) -> None:
    one_row = b"ID,First,Last,Born,Sex,Lunch,Counselor\n9,Zoe,Zorn,2015-09-09,F,x,y\n"
    client = browser(Role.STEWARD, at="river")
    first = send(content=one_row).delivery
    canceled = client.post(reverse("intake:cancel", args=[first.pk]), follow=True)
    assert "canceled and destroyed" in _text(canceled)
    held = send(content=one_row).delivery
    send(content=roster.replace(b"Ada", b"Eve"))
    address = reverse("intake:replace", args=[held.pk])
    assert "the numbers changed" in _text(client.post(address, follow=True))
    assert "Rows now: 1. Rows before: 3." in _text(client.post(address, follow=True))
    held.refresh_from_db()
    assert held.state == DeliveryState.CONFORMED


def test_a_file_of_fixed_width_comes_with_its_layout(
    browser: Callable[..., Client], agreement: Any
) -> None:
    client = browser(Role.STEWARD, at="river")
    people = (("1", "Ada", "Ames", "2015-03-01"), ("2", "Ben", "Boyd", "2015-04-02"))
    lines = "".join(f"{a:<8}{b:<20}{c:<22}{d:<10}\n" for a, b, c, d in people).encode()
    unread = _upload(client, lines)
    assert unread.status_code == 422
    assert "Layout of a file of fixed width" in _text(unread)
    table = b"Field,Start,End\nID,1,8\nFirst,9,28\nLast,29,50\nBorn,51,60\n"
    wrong = _upload(client, lines, layout_file=SimpleUploadedFile("layout.csv", b"Field\nID\n"))
    assert "layout.csv: The layout needs a row for each column" in _text(wrong)
    sent = _send(client, lines, layout_file=SimpleUploadedFile("layout.csv", table))
    assert sent.status_code == 302
    assert Delivery.objects.get().rows_in == 2
    later = _upload(client, lines.replace(b"Ben", b"Bea"))
    assert "/waiting/" not in later.url


def test_a_data_set_with_a_saved_mapping_recognizes_a_shipped_layout_of_fixed_width(
    browser: Callable[..., Client], agreement: Any, roster: bytes
) -> None:
    client = browser(Role.STEWARD, at="river")
    _send(client, roster, record="student")
    shipped = load_layouts()["cogat_fixed_width"].mapping
    cells = {"Student_ID": "1", "Student_First_Name": "Ada", "Date_Tested": "09082026"}
    line = ""
    for column in shipped.fixed_width:
        text = cells.get(column.name, "").ljust(column.length)
        line = f"{line:<{column.start - 1}}{text}"
    answer = _upload(client, f"{line}\n{line}\n".encode())
    assert answer.status_code == 302, _text(answer)
    proposed = ProposedFile.objects.get(outcome="")
    mapping = ColumnMapping.parse(proposed.mapping)
    assert (mapping.record, mapping.fixed_width) == ("assessment", shipped.fixed_width)
    page = _text(client.get(answer.url))
    assert "The columns of this file are not those of the data set “roster”" in page


def test_the_password_of_a_zip_is_used_once_and_kept_nowhere(
    browser: Callable[..., Client],
    agreement: Any,
    roster: bytes,
    caplog: pytest.LogCaptureFixture,
    settings: Any,
) -> None:
    client, secret = browser(Role.STEWARD, at="river"), "zzcanary old key"
    protected = BytesIO()
    with pyzipper.AESZipFile(protected, "w", encryption=pyzipper.WZ_AES) as made:
        made.setpassword(secret.encode())
        made.writestr("roster.csv", roster)
    unasked = _upload(client, protected.getvalue())
    assert unasked.status_code == 422
    assert "The zip file has a password. Upload it on the page" in _text(unasked)
    wrong = _upload(client, protected.getvalue(), zip_password=secret + "!")
    assert "does not open the zip file" in _text(wrong)
    assert secret not in _text(wrong)
    sent = _send(client, protected.getvalue(), zip_password=secret, record="student")
    assert sent.status_code == 302
    assert Delivery.objects.get().rows_in == 3
    again = _upload(client, protected.getvalue(), zip_password=secret, record="student")
    assert "/waiting/" not in again.url
    assert Delivery.objects.count() == 1
    assert secret not in caplog.text
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - our own tables
            assert secret not in str(cursor.fetchall())
    files = [path for path in settings.CAIRN_DATA.rglob("*") if path.is_file()]
    assert not [path for path in files if secret.encode() in path.read_bytes()]


def _write_workbook(**sheets: list[list[str]]) -> bytes:
    """A workbook with these sheets, each by its rows."""
    file = BytesIO()
    with xlsxwriter.Workbook(file) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return file.getvalue()


_STUDENT_SHEET = [
    ["Student ID", "First Name", "Last Name", "Birthdate"],
    *([str(n), f"Ada{n}", "Bell", f"2015-03-0{n}"] for n in range(1, 4)),
]
_ATTENDANCE_SHEET = [
    ["Student ID", "Attendance Date", "Attendance Code"],
    *([str(n), f"2026-09-0{n}", "present"] for n in range(1, 4)),
]
_NOTE_SHEET = [["Note"], ["Exported on Monday."]]


def test_a_file_with_several_kinds_of_records_becomes_a_data_set_for_each(
    browser: Callable[..., Client], agreement: Any
) -> None:
    steward = browser(Role.STEWARD, at="river")
    book = _write_workbook(Students=_STUDENT_SHEET, Attendance=_ATTENDANCE_SHEET, Notes=_NOTE_SHEET)
    answer = _upload(steward, book, feed="export")
    assert (answer.status_code, answer.url) == (302, reverse("intake:deliveries"))
    page = _text(steward.get(answer.url))
    assert "Confirm each of them below" in page
    waiting = {proposed.feed: proposed for proposed in ProposedFile.objects.filter(outcome="")}
    assert waiting.keys() == {"export-students", "export-attendance"}
    assert not Delivery.objects.exists(), "nothing lands on a guess"
    for proposed in waiting.values():
        address = reverse("intake:proposal", args=[proposed.pk])
        columns = steward.get(address)
        assert columns.context["unread_tables"] == [["Notes", 0]], "others are data sets"
        form = columns.context["form"]
        steward.post(address, {name: form[name].value() or "" for name in form.fields})
        confirm_preview(steward, f"{address}preview/")
    students = Delivery.objects.get(feed="export-students")
    landed = _text(steward.get(reverse("intake:delivery", args=[students.pk])))
    assert "3. They are in the data set “export-attendance”." in landed
    assert "in tables that the column mapping does not name" not in landed
    records = {row.feed: (row.record, row.rows_kept) for row in Delivery.objects.all()}
    assert records == {"export-students": ("student", 3), "export-attendance": ("attendance", 3)}

    # Sent once more, with a new row: both layouts are known, and land by themselves.
    newer = [*_STUDENT_SHEET, ["4", "Cam", "Cole", "2015-04-04"]]
    book = _write_workbook(Students=newer, Attendance=_ATTENDANCE_SHEET, Notes=_NOTE_SHEET)
    answer = _upload(steward, book, feed="export")
    assert answer.url == reverse("intake:deliveries")
    assert not ProposedFile.objects.filter(outcome="").exists()
    current = Delivery.objects.filter(state=DeliveryState.CONFORMED)
    assert {row.feed: row.rows_kept for row in current} == {
        "export-students": 4,
        "export-attendance": 3,
    }
    again = _text(steward.get(_upload(steward, book, feed="export").url))
    assert again.count("This file was already uploaded. Nothing changed.") == 1


def test_the_one_table_that_the_agreement_covers_is_read(
    browser: Callable[..., Client], agreement: Any
) -> None:
    steward = browser(Role.STEWARD, at="river")
    shots = [["Student ID", "Vaccine", "Date Given"], ["1", "MMR", "2016-01-02"]]
    book = _write_workbook(Notes=_NOTE_SHEET, Students=_STUDENT_SHEET, Shots=shots)
    answer = _upload(steward, book)
    assert "/waiting/" in answer.url
    assert ProposedFile.objects.get().feed == "roster"
    page = _text(steward.get(answer.url))
    assert "RV-DSA-01 does not cover other tables of the file: immunizations." in page
    none = _text(_upload(steward, _write_workbook(A=_NOTE_SHEET, B=_NOTE_SHEET), feed="notes"))
    assert "It looks like plain text" in none


def test_a_file_of_which_the_agreement_covers_nothing_says_what_it_holds(
    browser: Callable[..., Client], agreement: Any
) -> None:
    steward = browser(Role.STEWARD, at="river")
    shots = [
        ["Student ID", "First Name", "Last Name", "Birthdate", "Vaccine", "Date Given"],
        *([str(n), "Ada", "Bell", "2015-03-04", "MMR", "2016-01-02"] for n in range(1, 4)),
    ]
    page = _text(_upload(steward, _write_workbook(Shots=shots, Notes=_NOTE_SHEET), feed="shots"))
    assert "The file holds immunizations. The agreement RV-DSA-01 covers none of these." in page


def test_a_sheet_with_a_thousand_columns_can_be_confirmed(
    browser: Callable[..., Client], agreement: Any
) -> None:
    steward = browser(Role.STEWARD, at="river")
    others = [f"Item {number}" for number in range(1_100)]
    rows = [["Student ID", "First Name", "Last Name", "Birthdate", *others]]
    rows += [[str(n), "Ada", "Bell", f"2015-03-0{n}", *("1" for _ in others)] for n in range(1, 4)]
    text = "\n".join(",".join(row) for row in rows)
    answer = _send(steward, text.encode(), record="student")
    assert answer.status_code == 302
    assert Delivery.objects.get().rows_kept == 3


def test_a_refusal_names_an_element_by_its_label(
    browser: Callable[..., Client], manager: Any
) -> None:
    text = AGREEMENT.replace('"date", "event"', '"date"')
    load_agreement(text=text, newcomers=["river"], by=manager, at=AT)
    steward = browser(Role.STEWARD, at="river")
    file = b"Student ID,Date,Absence type\n1,2026-09-01,excused\n"
    confirmed = _send(steward, file, feed="absences")
    page = _text(steward.get(confirmed.url))
    assert (
        "needs “Attendance events: attendance event category”, which RV-DSA-01 does not cover"
        in page
    )
    assert "attendance.event" not in page
