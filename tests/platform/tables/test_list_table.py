"""The table of a list page: search, filters, order, pages, download."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import django_tables2 as columns
import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.html import format_html

from cairn.platform.tables.api import (
    ListTable,
    build_list_table,
    is_download_requested,
    write_csv_response,
)


@dataclass(frozen=True)
class Row:
    title: str
    state: str
    on: date | None


class RowTable(ListTable):
    caption = "Signed agreements"
    filter_columns = ("state",)
    may_download = True

    title = columns.Column("Title")
    state = columns.Column("Status")
    on = columns.Column("Date")

    def render_state(self, value: str) -> str:
        return format_html("<b>{}</b>", value)

    def value_state(self, value: str) -> str:
        return value


ROWS = [
    Row("River & Hills", "Signed", date(2026, 8, 1)),
    Row("Mentors", "Draft", None),
    Row("Álamo tutoring", "Signed", date(2026, 2, 3)),
    Row("=SUM(A1)", "Ended", date(2025, 1, 1)),
]


def _table(query: str = "", rows: Any = ROWS, **options: Any) -> RowTable:
    return build_list_table(RowTable, rows, RequestFactory().get(f"/?{query}"), **options)


def _titles(table: ListTable) -> list[str]:
    return [row.record.title for row in table.paginated_rows]


def test_every_word_of_a_search_must_occur() -> None:
    assert _titles(_table("q=river+SIGNED")) == ["River & Hills"]
    assert _titles(_table("q=river+draft")) == []
    assert _titles(_table("q=<b>")) == []


def test_a_filter_lists_the_values_of_its_column_with_counts() -> None:
    (state,) = _table("state=Signed").filters
    assert (state.parameter, state.label, state.chosen) == ("state", "Status", "Signed")
    assert [(c.text, c.count) for c in state.choices] == [("Draft", 1), ("Ended", 1), ("Signed", 2)]
    assert _titles(_table("state=Signed")) == ["River & Hills", "Álamo tutoring"]
    assert _titles(_table("state=Nothing")) == []


def test_a_heading_sorts_and_turns_the_order_around() -> None:
    assert _titles(_table("sort=on"))[-1] == "River & Hills"
    assert _titles(_table("sort=-on"))[0] == "River & Hills"
    assert _titles(_table("sort=unknown")) == _titles(_table())
    title, *_ = _table("q=a&sort=title&page=2").headers
    assert title.sorted_as == "ascending"
    assert QueryDict(title.url[1:]).dict() == {"q": "a", "sort": "-title"}


def test_pages_keep_search_and_order_and_a_page_too_far_is_the_last() -> None:
    table = _table("sort=title&page=9", rows_per_page=3)
    assert table.page.number == 2
    assert QueryDict(table.previous_url[1:]).dict() == {"sort": "title", "page": "1"}
    assert "page=2" in _table("sort=title", rows_per_page=3).next_url


def test_two_tables_on_a_page_do_not_disturb_each_other() -> None:
    table = _table("q=mentors&past-q=river&past-sort=title", prefix="past-")
    assert _titles(table) == ["River & Hills"]
    assert QueryDict(table.clear_url[1:]).dict() == {"q": "mentors", "past-sort": "title"}
    assert table.hidden_parameters == [("q", "mentors"), ("past-sort", "title")]


def test_the_download_has_every_row_that_is_kept_and_runs_no_formula() -> None:
    request = RequestFactory().get("/?download=csv&sort=title")
    table = build_list_table(RowTable, ROWS, request, rows_per_page=1)
    assert is_download_requested(table, request)
    text = write_csv_response(table, "agreements").content.decode("utf-8-sig")
    lines = text.splitlines()
    assert lines[0] == "Title,Status,Date"
    assert lines[1] == "'=SUM(A1),Ended,2025-01-01"
    assert len(lines) == 5


def test_a_list_of_children_is_never_downloaded() -> None:
    class Children(RowTable):
        may_download = False

    request = RequestFactory().get("/?download=csv")
    assert not is_download_requested(build_list_table(Children, ROWS, request), request)


@pytest.fixture
def page() -> Callable[[ListTable], str]:
    return lambda table: render_to_string("web/parts/list_table.html", {"table": table})


def test_the_page_shows_headings_filters_and_what_is_shown(
    page: Callable[[ListTable], str],
) -> None:
    html = page(_table("q=signed&sort=title", rows_per_page=1))
    assert 'aria-sort="ascending"' in html
    assert "Signed agreements: 2 of 4" in html
    assert "Page 1 of 2" in html
    assert "Download as CSV" in html
    assert '<td data-label="Status" class="whole"><b>Signed</b></td>' in html
    assert '<input type="hidden" name="sort" value="title">' in html


def test_a_search_without_a_result_offers_all_rows(page: Callable[[ListTable], str]) -> None:
    html = page(_table("q=nowhere"))
    assert "No row matches" in html
    assert "<table" not in html
    assert page(_table(rows=[])).strip() == ""


@pytest.mark.parametrize("is_described", [False, True])
def test_a_column_that_is_not_exported_is_in_no_download(is_described: bool) -> None:
    class WithActions(RowTable):
        actions = columns.Column("Actions", empty_values=(), exclude_from_export=True)

        @classmethod
        def describe_record(cls, record: Row) -> dict[str, str] | None:
            texts = {"title": record.title, "state": record.state, "on": "", "actions": "x"}
            return texts if is_described else None

    request = RequestFactory().get("/?state=Draft")
    table = build_list_table(WithActions, ROWS, request)
    text = write_csv_response(table, "agreements").content.decode("utf-8-sig")
    assert text.splitlines()[0] == "Title,Status,Date"
    assert text.splitlines()[1].startswith("Mentors,Draft,")
    assert len(text.splitlines()) == 2
