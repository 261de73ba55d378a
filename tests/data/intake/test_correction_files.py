"""Correction files: rows with problems go back to their sender, and come back corrected."""

import io
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.data.intake.conftest import AT, ROSTER

from cairn.data.intake.actions.correction_files import CorrectionFormat, download_correction_file
from cairn.data.intake.actions.removal import withdraw_delivery
from cairn.data.intake.models import Delivery, ProposedFile
from cairn.governance.agreements.models import Agreement
from cairn.platform.audit.models import AuditLine
from cairn.platform.storage.api import open_file_store
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.deliveries import DeliveryState
from cairn.warehouse.readers import read_file
from cairn.warehouse.store import FileRef

pytestmark = pytest.mark.django_db

BAD, GOOD = "not a date", "2015-05-03"


@pytest.fixture
def steward(browser: Callable[..., Client]) -> Client:
    return browser(Role.STEWARD, at="river")


def _text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def _download(client: Client, row: Delivery, kind: str = "csv") -> bytes:
    name = {"csv": "correction_csv", "xlsx": "correction_workbook"}[kind]
    response = client.get(reverse(f"intake:{name}", args=[row.pk]))
    assert response.status_code == 200
    return response.content


def _send(client: Client, row: Delivery, content: bytes, **more: Any) -> Any:
    file = SimpleUploadedFile("fixed.csv", content)
    return client.post(reverse("intake:correct", args=[row.pk]), {"file": file}, **more)


def _correct(client: Client, row: Delivery, content: bytes) -> Delivery:
    """Send corrections and confirm them; return the version that counts then."""
    preview = _send(client, row, content)
    assert preview.status_code == 302, _text(preview)
    client.post(preview.url)
    return Delivery.objects.get(state="conformed")


def _read_landed(row: Delivery) -> list[dict[str, Any]]:
    return open_file_store().read(FileRef.parse(row.landed)).to_pylist()


def test_the_sender_downloads_its_rows_with_problems(steward: Client, conformed: Delivery) -> None:
    page = steward.get(reverse("intake:delivery", args=[conformed.pk]))
    assert reverse("intake:correct", args=[conformed.pk]) in _text(page)
    address = reverse("intake:correction_csv", args=[conformed.pk])
    assert address in _text(steward.get(reverse("intake:correct", args=[conformed.pk])))
    answer = steward.get(address)
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="roster-2026-27-corrections.csv"'
    )
    assert answer.headers["Cache-Control"] == "no-store"
    (line,) = read_file("a.csv", answer.content)[0].table.to_pylist()
    assert line["Cairn key"] == f"{conformed.version}-2"
    assert (line["Cairn row"], line["ID"], line["Last"], line["Born"]) == ("4", "3", "Cole", BAD)
    assert line["Problems"].startswith("Born: This is not a date.")
    assert not {"Lunch", "Counselor"} & line.keys()
    assert b"ZZCANARY" not in answer.content
    logged = AuditLine.objects.get(event="delivery.errors_downloaded")
    assert logged.detail == {"organization": "river", "rows": 0, "format": "csv"}
    (same,) = read_file("a.xlsx", _download(steward, conformed, "xlsx"))[0].table.to_pylist()
    assert same["Cairn key"] == line["Cairn key"]


@pytest.mark.parametrize(
    ("role", "at", "status"),
    [
        (Role.STEWARD, "lake", 404),
        (Role.DATA_MANAGER, "backbone", 403),
        (Role.REVIEWER, "river", 403),
        (Role.PROGRAM_STAFF, "river", 200),
    ],
)
def test_no_one_but_the_sender_corrects(
    browser: Callable[..., Client], conformed: Delivery, role: Role, at: str, status: int
) -> None:
    client = browser(role, at=at)
    for name in ("correct", "correction_csv", "correction_workbook"):
        assert client.get(reverse(f"intake:{name}", args=[conformed.pk])).status_code == status
    assert _send(client, conformed, b"x").status_code == (422 if status == 200 else status)
    page = client.get(reverse("intake:delivery", args=[conformed.pk])).content.decode()
    assert (reverse("intake:correct", args=[conformed.pk]) in page) == (status == 200)
    logged = AuditLine.objects.filter(event="delivery.errors_downloaded")
    assert logged.count() == (2 if status == 200 else 0)


def test_without_problems_or_rows_there_is_none(steward: Client, conformed: Delivery) -> None:
    address = reverse("intake:correction_csv", args=[conformed.pk])
    page = reverse("intake:correct", args=[conformed.pk])
    Delivery.objects.update(report={**conformed.report, "cells_blanked": 0})
    assert steward.get(address).status_code == 404
    assert "There are no rows to correct" in _text(steward.get(page))
    content = _download_before(steward, conformed)
    Delivery.objects.update(state=DeliveryState.DESTROYED.value)
    assert steward.get(address).status_code == 404
    assert "does not count" in _text(steward.get(page))
    assert "were destroyed" in _text(_send(steward, conformed, content))


def _download_before(client: Client, row: Delivery) -> bytes:
    Delivery.objects.update(report=row.report)
    return _download(client, row)


def test_an_agreement_that_ended_refuses_with_the_reason(
    steward: Client, conformed: Delivery
) -> None:
    content = _download(steward, conformed)
    waiting = _send(steward, conformed, content.replace(BAD.encode(), GOOD.encode())).url
    text = Agreement.objects.get().text.replace("ends = 2031-06-30", "ends = 2025-06-30")
    Agreement.objects.update(text=text)
    for name in ("correction_csv", "correction_workbook"):
        refused = steward.get(reverse(f"intake:{name}", args=[conformed.pk]))
        assert refused.status_code == 403
    page = _text(steward.get(reverse("intake:correct", args=[conformed.pk])))
    assert "The rows cannot be corrected" in page
    assert "RV-DSA-01" in page
    assert _send(steward, conformed, content).status_code == 403
    assert steward.post(waiting).status_code == 403
    assert Delivery.objects.get().state == "conformed"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_corrected_cells_become_a_new_version(
    steward: Client, conformed: Delivery, kind: str
) -> None:
    content = _download(steward, conformed, kind)
    content = _replace(content, BAD, GOOD, kind)
    preview = _send(steward, conformed, content)
    assert preview.status_code == 302, _text(preview)
    waiting = ProposedFile.objects.get()
    shown = waiting.preview
    assert (shown["fixed"], shown["still"], shown["unchanged"], shown["refused"]) == (1, 0, 0, 0)
    assert shown["before"]["blank_cells"] == 1
    assert shown["after"] == {"kept": 3, "set_aside": 0, "blank_cells": 0, "left_out": 0}
    page = _text(steward.get(preview.url))
    assert "Nothing was imported yet" in page
    assert "Born: 1" in page
    assert GOOD not in page
    assert "Cole" not in page
    assert Delivery.objects.count() == 1
    assert "correction to confirm" in _text(steward.get(reverse("web:home")))
    assert preview.url in _text(steward.get(reverse("intake:deliveries")))
    done = steward.post(preview.url, follow=True)
    assert "The corrections were imported" in _text(done)
    earlier, newer = Delivery.objects.order_by("pk")
    assert (earlier.state, newer.state) == ("superseded", "conformed")
    assert (newer.supersedes, newer.original, newer.corrected_rows) == (earlier, earlier, 1)
    assert (newer.mapping, newer.destroy_by) == (earlier.mapping, earlier.destroy_by)
    assert (newer.rows_in, newer.rows_kept) == (3, 3)
    before, after = _read_landed(earlier), _read_landed(newer)
    assert before[:2] == after[:2]
    assert after[2] == {**before[2], "Born": GOOD}
    assert not newer.report["cells_blanked"]
    assert AuditLine.objects.get(event="delivery.corrected").detail == {
        "rows": 1,
        "cells": 1,
        "feed": "roster",
    }
    assert not ProposedFile.objects.filter(outcome="").exists()
    assert "1 row of this data submission was corrected" in _text(done)
    old_page = _text(steward.get(reverse("intake:delivery", args=[earlier.pk])))
    assert "Rows were corrected: a newer version counts." in old_page


def _replace(content: bytes, old: str, new: str, kind: str) -> bytes:
    """Correct a cell as a person would, in a spreadsheet program or a text editor."""
    if kind == "csv":
        return content.replace(old.encode(), new.encode())
    sheet = read_file("a.xlsx", content)[0]
    book_bytes = io.BytesIO()
    with xlsxwriter.Workbook(book_bytes) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, sheet.header)
        for number, row in enumerate(sheet.table.to_pylist(), 1):
            cells = [new if row[name] == old else row[name] for name in sheet.header]
            page.write_row(number, 0, cells)
    return book_bytes.getvalue()


def test_sent_twice_changes_nothing(steward: Client, conformed: Delivery) -> None:
    content = _download(steward, conformed)
    fixed = content.replace(BAD.encode(), GOOD.encode())
    first, second = _send(steward, conformed, fixed).url, _send(steward, conformed, fixed).url
    assert first == second
    steward.post(first)
    newer = Delivery.objects.get(state="conformed")
    assert steward.post(first).url == reverse("intake:delivery", args=[newer.pk])
    resaved = _replace(_replace(content, "", "", "xlsx"), BAD, GOOD, "xlsx")
    for page in (conformed, newer):
        for sent in (fixed, resaved):
            again = _send(steward, page, sent, follow=True)
            assert "already imported. Nothing changed" in _text(again)
    assert Delivery.objects.count() == 2


def test_the_uncorrected_file_sent_again_does_not_undo_corrections(
    steward: Client, conformed: Delivery, send: Callable[..., Any]
) -> None:
    fixed = _download(steward, conformed).replace(BAD.encode(), GOOD.encode())
    newer = _correct(steward, conformed, fixed)
    again = send()
    assert (again.result, again.delivery.pk) == ("again", newer.pk)
    better = ROSTER.replace(BAD.encode(), b"2015-05-04")
    assert send(content=better).result == "replaced"


def test_two_people_at_once(
    steward: Client, conformed: Delivery, browser: Callable[..., Client]
) -> None:
    other = browser(Role.PROGRAM_STAFF, at="river")
    content = _download(steward, conformed)
    mine = _send(steward, conformed, content.replace(BAD.encode(), GOOD.encode())).url
    theirs = _send(other, conformed, content.replace(BAD.encode(), b"2015-05-09")).url
    steward.post(mine)
    told = _text(other.post(theirs, follow=True))
    assert "sent a newer version of this data submission" in told
    assert Delivery.objects.filter(state="conformed").count() == 1
    assert Delivery.objects.count() == 2
    late = _text(_send(other, conformed, content.replace(BAD.encode(), b"2015-05-10")))
    assert "Download the correction file of the newer version" in late
    newer = Delivery.objects.get(state="conformed")
    late = _text(_send(other, newer, content.replace(BAD.encode(), b"2015-05-10")))
    assert "Download the correction file of the newer version" in late


def test_a_file_of_another_submission_is_refused(
    steward: Client, conformed: Delivery, send: Callable[..., Any], manager: Any
) -> None:
    from cairn.data.intake.actions.conformance import check_delivery

    other = check_delivery(delivery=send(period="2025-26").delivery, by=manager, at=AT)
    content = _download(steward, conformed).replace(BAD.encode(), GOOD.encode())
    refused = _send(steward, other, content)
    assert refused.status_code == 422
    assert "corrects another data submission: roster, 2026-27" in _text(refused)
    mixed = content + _download(steward, other).splitlines()[1] + b"\r\n"
    _send(steward, conformed, mixed)
    shown = ProposedFile.objects.get().preview
    assert (shown["fixed"], shown["refused"]) == (1, 1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text.replace("First,Last", "Last,First"), "Their order was changed"),
        (lambda text: text.replace(",Born", ",Birthday"), "Missing: Born."),
        (lambda text: text.replace("Cairn key", "Key"), "not a correction file of Cairn"),
        (lambda text: "ID,First\r\n1,Ada\r\n", "not a correction file of Cairn"),
        (lambda text: text, "No cell with a problem was changed"),
        (lambda text: text.replace("Cole", "Kole"), "without a problem are not used: Last"),
        (lambda text: "", "is empty"),
    ],
)
def test_changed_columns_and_files_without_a_correction_are_refused(
    steward: Client, conformed: Delivery, change: Callable[[str], str], message: str
) -> None:
    text = _download(steward, conformed).decode("utf-8-sig")
    refused = _send(steward, conformed, change(text).encode())
    assert refused.status_code == 422
    assert message in _text(refused)
    assert not ProposedFile.objects.exists()


def test_only_cells_with_a_problem_change(steward: Client, conformed: Delivery) -> None:
    text = _download(steward, conformed).decode("utf-8-sig")
    changed = text.replace("Cole", "Kole").replace(BAD, "13/45/2015")
    _send(steward, conformed, changed.encode())
    shown = ProposedFile.objects.get().preview
    assert shown["ignored"] == {"Last": 1}
    assert (shown["fixed"], shown["still"]) == (0, 1)
    row = text.splitlines()[1]
    twice = (text + row.replace(BAD, GOOD) + "\r\n").encode()
    assert "do not belong to this data submission: 2" in _text(_send(steward, conformed, twice))
    moved = row.replace(BAD, GOOD).replace(",4,", ",5,")
    sorted_apart = (text.splitlines()[0] + "\r\n" + moved + "\r\n").encode()
    assert "do not belong to this data submission: 1" in _text(
        _send(steward, conformed, sorted_apart)
    )


def test_a_correction_can_be_canceled_and_withdrawn(
    steward: Client, conformed: Delivery, manager: Any
) -> None:
    fixed = _download(steward, conformed).replace(BAD.encode(), GOOD.encode())
    waiting = _send(steward, conformed, fixed).url
    number = ProposedFile.objects.get().pk
    cancel = reverse("intake:proposal_cancel", args=[number])
    assert waiting in _text(steward.get(cancel))
    for name in ("proposal", "proposal_preview"):
        response = steward.get(reverse(f"intake:{name}", args=[number]), follow=True)
        assert response.redirect_chain[-1][0] == waiting
    steward.post(cancel)
    assert "does not wait any more" in _text(steward.post(waiting, follow=True))
    assert Delivery.objects.count() == 1
    newer = _correct(steward, conformed, fixed)
    withdraw_delivery(delivery=newer, by=manager, at=timezone.now())
    conformed.refresh_from_db()
    assert conformed.state == "received"


def test_a_second_correction_builds_on_the_first(
    steward: Client, send: Callable[..., Any], manager: Any
) -> None:
    from cairn.data.intake.actions.conformance import check_delivery

    content = ROSTER.replace(b"2015-04-02", b"never")
    row = check_delivery(delivery=send(content=content).delivery, by=manager, at=AT)
    first = _correct(steward, row, _download(steward, row).replace(BAD.encode(), GOOD.encode()))
    text = _download(steward, first)
    assert b"Cole" not in text
    second = _correct(steward, first, text.replace(b"never", b"2015-04-02"))
    assert (second.original, second.supersedes, second.rows_kept) == (row, first, 3)
    assert [line["Born"] for line in _read_landed(second)] == ["2015-03-01", "2015-04-02", GOOD]
    assert send(content=content).delivery == second


def test_the_download_names_no_one_else(conformed: Delivery, person: Callable[..., Any]) -> None:
    by = person(Role.STEWARD, at="river")
    kinds = CorrectionFormat
    for kind in kinds:
        content = download_correction_file(delivery=conformed, kind=kind, by=by, at=AT)
        assert b"Ames" not in content


def test_it_is_refused_on_the_page_for_whole_files(steward: Client, conformed: Delivery) -> None:
    content = _download(steward, conformed).replace(BAD.encode(), GOOD.encode())
    for feed in ("roster", "corrections"):
        sent = {
            "organization": "river",
            "agreement": "RV-DSA-01",
            "feed": feed,
            "period": "2026-27",
            "file": SimpleUploadedFile("roster.csv", content),
        }
        refused = steward.post(reverse("intake:upload"), sent)
        assert refused.status_code == 422
        assert "This is a correction file of Cairn." in _text(refused)
    assert not ProposedFile.objects.exists()
    assert Delivery.objects.count() == 1
