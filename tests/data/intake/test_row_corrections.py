"""A few rows with problems are corrected on a page, by the same path as a correction file."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.data.intake.conftest import AT, ROSTER

from cairn.data.intake.actions.conformance import check_delivery
from cairn.data.intake.models import Delivery, ProposedFile
from cairn.data.intake.views import corrections
from cairn.platform.audit.models import AuditLine
from cairn.platform.storage.api import open_file_store
from cairn.policy.vocabulary.access import Role
from cairn.warehouse.store import FileRef

pytestmark = pytest.mark.django_db

GOOD = "2015-05-03"


@pytest.fixture
def steward(browser: Callable[..., Client]) -> Client:
    return browser(Role.STEWARD, at="river")


def _text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def _address(row: Delivery) -> str:
    return reverse("intake:correct_rows", args=[row.pk])


def _list_fields(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(cell-[^"]+)" value="([^"]*)"', page))


def _type(client: Client, row: Delivery, text: str, **more: str) -> Any:
    page = client.get(_address(row)).content.decode()
    fields = dict.fromkeys(_list_fields(page), text)
    return client.post(_address(row), {"version": row.version, **fields, **more})


def test_only_the_value_with_a_problem_can_be_changed(steward: Client, conformed: Delivery) -> None:
    start = steward.get(reverse("intake:correct", args=[conformed.pk])).content.decode()
    assert _address(conformed) in start
    answer = steward.get(_address(conformed))
    assert "no-store" in answer.headers["Cache-Control"]
    assert list(_list_fields(answer.content.decode()).values()) == ["not a date"]
    page = _text(answer)
    assert "<summary>Row 4: Born</summary>" in page
    assert "This is not a date." in page
    assert "<dt>Last</dt><dd>Cole</dd>" in page
    assert "ZZCANARY" not in page
    assert "Ames" not in page
    logged = AuditLine.objects.get(event="delivery.errors_downloaded")
    assert logged.detail == {"organization": "river", "rows": 0, "format": "page"}


def test_a_corrected_value_is_checked_again_and_lands_once(
    steward: Client, conformed: Delivery
) -> None:
    sent = _type(steward, conformed, GOOD)
    assert sent.status_code == 302
    preview = _text(steward.get(sent.url))
    assert '<p class="stat">1</p><p>row corrected</p>' in preview
    assert Delivery.objects.count() == 1
    steward.post(sent.url)
    newer = Delivery.objects.get(state="conformed")
    assert (newer.corrected_rows, newer.report["cells_blanked"]) == (1, 0)
    landed = open_file_store().read(FileRef.parse(newer.landed)).to_pylist()
    assert [line["Born"] for line in landed] == ["2015-03-01", "2015-04-02", GOOD]
    assert AuditLine.objects.filter(event="delivery.corrected").count() == 1
    # The page of the earlier version, sent once more from another window, changes nothing.
    assert steward.get(_address(conformed)).url == reverse("intake:correct", args=[conformed.pk])
    late = {"version": conformed.version, "cell-2-3": "2015-05-04"}
    assert steward.post(_address(conformed), late).status_code == 302
    assert Delivery.objects.count() == 2


def test_a_value_that_is_still_wrong_shows_in_the_preview(
    steward: Client, conformed: Delivery
) -> None:
    sent = _type(steward, conformed, "=soon")
    preview = _text(steward.get(sent.url))
    assert '<p class="stat">1</p><p>changed row still has a problem</p>' in preview
    assert "=soon" not in preview
    steward.post(sent.url)
    landed = Delivery.objects.get(state="conformed").landed
    values = [line["Born"] for line in open_file_store().read(FileRef.parse(landed)).to_pylist()]
    assert values[2] == "=soon"


def test_nothing_changed_and_a_stale_page_are_named(steward: Client, conformed: Delivery) -> None:
    unchanged = _type(steward, conformed, "not a date")
    assert unchanged.status_code == 422
    assert "Change at least one value" in _text(unchanged)
    stale = _type(steward, conformed, GOOD, version="1-0")
    assert stale.status_code == 422
    assert "changed since you opened this page" in _text(stale)
    assert GOOD in _text(stale)
    assert not ProposedFile.objects.exists()


def test_another_cell_in_the_form_changes_nothing(steward: Client, conformed: Delivery) -> None:
    forged = {
        "version": conformed.version,
        **{f"cell-{n}-{m}": "9" for n in (0, 1) for m in range(5)},
    }
    assert "Change at least one value" in _text(steward.post(_address(conformed), forged))


@pytest.mark.parametrize("limit", ["_ROWS_ON_PAGE", "_CELLS_ON_PAGE"])
def test_many_rows_are_corrected_in_a_spreadsheet(
    steward: Client, conformed: Delivery, limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corrections, limit, 0)
    answer = steward.get(_address(conformed), follow=True)
    assert "too many values for a page" in _text(answer)
    shown = _address(conformed) in _text(
        steward.get(reverse("intake:correct", args=[conformed.pk]))
    )
    assert shown == (limit == "_CELLS_ON_PAGE")
    logged = AuditLine.objects.filter(event="delivery.errors_downloaded").exists()
    assert logged == (limit == "_CELLS_ON_PAGE")  # rows that are not opened are no download


def test_a_problem_of_the_whole_row_opens_all_its_values(
    steward: Client, send: Callable[..., Any], manager: Any
) -> None:

    content = ROSTER.replace(b"2,Ben", b"1,Ben").replace(b"not a date", b"2015-05-03")
    row = check_delivery(delivery=send(content=content).delivery, by=manager, at=AT)
    page = steward.get(_address(row)).content.decode()
    assert len(_list_fields(page)) >= 8
    assert re.search(r"<summary>Row \d</summary>", page)


@pytest.mark.parametrize(
    ("role", "at", "status"),
    [
        (Role.STEWARD, "lake", 404),
        (Role.DATA_MANAGER, "backbone", 403),
        (Role.REVIEWER, "river", 403),
    ],
)
def test_no_one_but_the_sender_sees_the_rows(
    browser: Callable[..., Client], conformed: Delivery, role: Role, at: str, status: int
) -> None:
    client = browser(role, at=at)
    assert client.get(_address(conformed)).status_code == status
    assert client.post(_address(conformed), {"cell-2-3": GOOD}).status_code == status
    assert not AuditLine.objects.filter(event="delivery.errors_downloaded").exists()
