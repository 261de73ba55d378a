"""Published tables from upload to figures: nothing on a guess, nothing of students."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.data.public_sources.published_card import (
    CARD,
    list_card_roles,
    read_page,
    send_card,
)

from cairn.data.public_sources import actions, published_file
from cairn.data.public_sources.models import PublicFigure, PublicSource, SourceState
from cairn.data.public_sources.source_catalog import load_source_catalog
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine import Refused
from cairn.policy.vocabulary.access import Role
from cairn.warehouse.published_tables import ColumnRole

pytestmark = pytest.mark.django_db


def test_a_table_waits_until_its_columns_are_confirmed(
    manager: Client, uploaded: PublicSource, browser: Callable[..., Client]
) -> None:
    assert uploaded.state == SourceState.UPLOADED
    assert uploaded.sealed_file is not None
    assert b"Oak County" not in bytes(uploaded.sealed_file)
    page = read_page(manager.get(reverse("public_sources:columns", args=[uploaded.pk])))
    assert "Pass Rate" in page
    assert "by its heading" in page
    assert not PublicFigure.objects.exists()
    colleague = browser(Role.ANALYST)
    assert "Reading pass rates" not in read_page(colleague.get(reverse("public_sources:list")))
    assert "To be confirmed" in read_page(manager.get(reverse("public_sources:list")))
    detail = reverse("public_sources:detail", args=[uploaded.pk])
    assert manager.get(detail).status_code == 404


def test_a_confirmed_table_has_its_figures_and_its_source(
    manager: Client, uploaded: PublicSource, browser: Callable[..., Client]
) -> None:
    columns = reverse("public_sources:columns", args=[uploaded.pk])
    preview = manager.post(columns, list_card_roles(preview="1"))
    assert preview.status_code == 200
    assert not PublicFigure.objects.exists()
    added = manager.post(columns, list_card_roles(add="1"))
    detail = reverse("public_sources:detail", args=[uploaded.pk])
    assert added.headers["Location"] == detail
    uploaded.refresh_from_db()
    assert (uploaded.state, uploaded.sealed_file) == (SourceState.ADDED, None)
    assert (uploaded.years, uploaded.figures_total, uploaded.figures_suppressed) == (
        "2021-22 to 2022-23",
        4,
        2,
    )
    kinds = list(PublicFigure.objects.values_list("estimate", "kind", "low", "high"))
    assert kinds == [
        ("82.3", "exact", 82.3, 82.3),
        ("GE95", "interval", 95.0, None),
        ("*", "suppressed", None, None),
        ("NA", "missing", None, None),
    ]
    page = read_page(browser(Role.ANALYST).get(detail))
    for words in ("State of Oak", "https://oak.example/rates", "Public domain", "2 of 4 figures"):
        assert words in page
    narrowed = read_page(manager.get(detail, {"group": "Asian"}))
    assert "GE95" in narrowed
    assert "82.3" not in narrowed
    file = manager.get(detail, {"download": "csv"})
    assert b"GE95" in b"".join(getattr(file, "streaming_content", [file.content]))
    events = AuditLine.objects.filter(event__startswith="public_source.").order_by("pk")
    assert [*events.values_list("event", flat=True)] == [
        "public_source.uploaded",
        "public_source.added",
    ]
    # A second confirmation, from another window, finds nothing to confirm.
    assert manager.post(columns, list_card_roles(add="1")).status_code == 404


def test_counts_have_thousands_separators(manager: Client) -> None:
    header, _newline, _rows = CARD.partition(b"\n")
    rows = b"".join(b"2021-22,Place %d,All,%d\n" % (i, i % 100) for i in range(1400))
    send_card(manager, header + b"\n" + rows)
    columns = reverse("public_sources:columns", args=[PublicSource.objects.get().pk])
    preview = read_page(manager.post(columns, list_card_roles(preview="1")))
    assert preview.count("<dd>1,400</dd>") == 2  # rows of the table, and figures
    added = manager.post(columns, list_card_roles(add="1"), follow=True)
    assert "1,400 figures added." in read_page(added)
    assert "<caption>Figures: 1,400</caption>" in read_page(added)
    assert "(1,400)</option>" in read_page(added)


def test_columns_that_cannot_be_are_refused(manager: Client, uploaded: PublicSource) -> None:
    columns = reverse("public_sources:columns", args=[uploaded.pk])
    answer = manager.post(columns, list_card_roles(column_3="ignored", add="1"))
    assert answer.status_code == 422
    assert "at least one column with figures" in read_page(answer)
    assert manager.post(columns, list_card_roles(column_3="nonsense", add="1")).status_code == 422
    assert not PublicFigure.objects.exists()


def test_an_upload_can_be_discarded(manager: Client, uploaded: PublicSource) -> None:
    discard = reverse("public_sources:discard", args=[uploaded.pk])
    assert manager.post(discard).status_code == 302
    assert not PublicSource.objects.exists()
    assert manager.post(discard).status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"Student ID,First Name,Score\n1,Ana,2\n", "kids.csv", "about single students"),
        (b"%PDF-1.7 x", "card.pdf", "is a PDF"),
        (b"Place,Rate\n", "card.csv", "no rows"),
    ],
)
def test_other_files_are_refused(manager: Client, content: bytes, name: str, says: str) -> None:
    answer = send_card(manager, content, name)
    assert answer.status_code == 422
    assert says in read_page(answer)
    assert not PublicSource.objects.exists()


def test_the_same_file_is_uploaded_once(manager: Client, uploaded: PublicSource) -> None:
    answer = send_card(manager, title="Again")
    assert answer.status_code == 422
    assert "uploaded already" in read_page(answer)


def test_too_large_files_and_tables_are_refused(
    manager: Client, uploaded: PublicSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published_file, "MAX_FIGURES", 3)
    page = manager.get(reverse("public_sources:columns", args=[uploaded.pk]))
    assert "At most 3 are added" in read_page(page)
    monkeypatch.setattr(published_file, "MAX_FILE_BYTES", 3)
    assert "larger than 20 MB" in read_page(send_card(manager, CARD + b"x"))


def test_only_the_data_manager_adds(
    uploaded: PublicSource, person: Callable[..., Any], browser: Callable[..., Client]
) -> None:
    at = datetime(2026, 10, 1, 15, 0, tzinfo=UTC)
    analyst = person(Role.ANALYST)
    with pytest.raises(Refused):
        actions.add_public_source(source=uploaded, roles={}, rows=[], by=analyst, at=at)
    with pytest.raises(Refused):
        actions.discard_public_source(source=uploaded, by=analyst, at=at)
    assert (
        browser(Role.STEWARD, at="backbone").get(reverse("public_sources:upload")).status_code
        == 403
    )


def test_two_people_at_once_add_it_once(uploaded: PublicSource, person: Callable[..., Any]) -> None:
    at, by = datetime(2026, 10, 1, 15, 0, tzinfo=UTC), person(Role.DATA_MANAGER)
    roles = {"Division Name": ColumnRole.PLACE, "Pass Rate": ColumnRole.ESTIMATE}
    sheet = published_file.read_published_table("card.csv", CARD)
    rows = published_file.build_figures(sheet, roles)
    actions.add_public_source(source=uploaded, roles=roles, rows=rows, by=by, at=at)
    with pytest.raises(actions.SourceConflict):
        actions.add_public_source(source=uploaded, roles=roles, rows=rows, by=by, at=at)
    with pytest.raises(actions.SourceConflict):
        actions.discard_public_source(source=uploaded, by=by, at=at)
    assert PublicFigure.objects.count() == 4


def test_a_conflict_leads_back_to_the_list(
    manager: Client, uploaded: PublicSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    def conflict(**_: Any) -> None:
        raise actions.SourceConflict("This table was added or discarded in the meantime.")

    monkeypatch.setattr(actions, "add_public_source", conflict)
    monkeypatch.setattr(actions, "discard_public_source", conflict)
    columns = reverse("public_sources:columns", args=[uploaded.pk])
    assert manager.post(columns, list_card_roles(add="1")).headers["Location"] == reverse(
        "public_sources:list"
    )
    assert "in the meantime" in read_page(
        manager.post(reverse("public_sources:discard", args=[uploaded.pk]), follow=True)
    )


def test_a_source_is_found_in_the_catalog_and_a_table_added_from_it(manager: Client) -> None:
    listed = read_page(manager.get(reverse("public_sources:catalog"), {"level_label": "National"}))
    assert "Civil Rights Data Collection" in listed
    assert "School district" not in listed.partition("<table")[2]
    found = read_page(manager.get(reverse("public_sources:catalog"), {"q": "civil rights"}))
    assert "1 of 26" in found
    csv = manager.get(reverse("public_sources:catalog"), {"download": "csv"}).content.decode()
    assert csv.count("\r\n") == 27
    census = next(one for one in load_source_catalog() if "Census" in one.name)
    page = read_page(manager.get(reverse("public_sources:catalog_entry", args=[census.slug])))
    assert "None yet." in page
    start = reverse("public_sources:upload") + f"?source={census.slug}"
    assert start in page
    assert 'value="U.S. Census Bureau"' in read_page(manager.get(start))
    send_card(manager, publisher=census.name)
    source = PublicSource.objects.get()
    manager.post(reverse("public_sources:columns", args=[source.pk]), list_card_roles(add="1"))
    page = read_page(manager.get(reverse("public_sources:catalog_entry", args=[census.slug])))
    assert "Reading pass rates" in page
    unknown = manager.get(reverse("public_sources:catalog_entry", args=["moon"]))
    assert unknown.status_code == 404
    assert manager.get(reverse("public_sources:upload"), {"source": "moon"}).status_code == 200


def test_records_of_people_are_never_added_from_the_catalog(manager: Client) -> None:
    district = next(one for one in load_source_catalog() if one.name == "School district")
    page = read_page(manager.get(reverse("public_sources:catalog_entry", args=[district.slug])))
    assert "With an agreement" in page
    assert "Add a table from this source" not in page
