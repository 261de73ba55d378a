"""Search, filter, sort, page and download the rows of a list page.

Columns are declared as in django-tables2. The rows come from a query that is already narrowed to
what the user may see, often as dataclasses; everything here works on those rows in memory.
"""

import csv
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from inspect import Parameter, Signature, signature
from typing import Any, ClassVar, Final, TypeVar

import django_tables2
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.html import strip_tags
from django_stubs_ext import StrPromise

from cairn.warehouse.exporters import escape_formula

__all__ = [
    "DayColumn",
    "ListTable",
    "build_list_table",
    "is_download_requested",
    "write_csv_response",
]

_ROWS_PER_PAGE: Final = 25
_SHORT_CELL: Final = 15
"""Characters; a shorter cell, such as a date, stays on one line."""

_DAY_TEMPLATE: Final = '<span class="day">{{ value|date:"DATE_FORMAT"|default:default }}</span>'

Table = TypeVar("Table", bound="ListTable")


@dataclass(frozen=True, slots=True)
class FilterChoice:
    """One value that a list can be narrowed to.

    Attributes:
        text: the value as the column shows it.
        count: rows with it.
    """

    text: str
    count: int


@dataclass(frozen=True, slots=True)
class ListFilter:
    """A choice above a list, filled with the values of one column.

    Attributes:
        parameter: name in the query string.
        label: heading of the column.
        choices: its values, sorted.
        chosen: the value that the reader chose; empty for all.
    """

    parameter: str
    label: str
    choices: tuple[FilterChoice, ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class ColumnHeader:
    """The heading of one column.

    Attributes:
        label: its text.
        url: sorts by the column, the other way round if it is sorted already; empty if it cannot.
        sorted_as: "ascending", "descending", or empty.
    """

    label: str
    url: str
    sorted_as: str


@dataclass(frozen=True, slots=True)
class TableCell:
    """One cell of a row that is shown.

    Attributes:
        label: the heading of its column, which a phone shows beside it.
        content: its text or markup.
        style: names of its style, separated by blanks: a short cell stays on one line, and a phone
            leaves out a wide one.
    """

    label: str
    content: object
    style: str


class DayColumn(django_tables2.DateColumn):
    """A date in words, such as "Nov. 27, 2026", that never breaks across two lines.

    Args:
        **options: arguments of `DateColumn`.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.template_code = _DAY_TEMPLATE


class ListTable(django_tables2.Table):
    """The table of one list page.

    A subclass declares columns as in django-tables2. The first column names the row and links to
    its page. If the `render_<name>` of a column returns markup, the column also needs
    `value_<name>` with the plain text, which is searched, filtered and downloaded.

    Args:
        *args: the rows, as for `django_tables2.Table`.
        **options: further arguments of `django_tables2.Table`.

    Attributes:
        caption: what the rows are, such as "Signed agreements".
        filter_columns: columns with values that the reader can choose from.
        unknown_texts: texts of a cell without a known value, such as "Not shared". No filter
            offers it; a row with it in a filtered column is left out, not counted as different.
        may_search: False for lists that are always short.
        wide_columns: columns that a phone leaves out, because the page of the row has them.
        may_download: True only for lists without children. Downloading a list of children is a
            disclosure, which needs a permit and an entry in the disclosure log.
    """

    caption: ClassVar[str | StrPromise] = ""
    filter_columns: ClassVar[tuple[str, ...]] = ()
    wide_columns: ClassVar[frozenset[str]] = frozenset()
    unknown_texts: ClassVar[tuple[str | StrPromise, ...]] = ()
    may_search: ClassVar[bool] = True
    may_download: ClassVar[bool] = False

    search_text: str = ""
    filters: tuple[ListFilter, ...] = ()
    unfiltered_count: int = 0
    left_out_count: int = 0
    row_texts: Sequence[Mapping[str, str]] = ()
    query: QueryDict

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for column in self.columns.iterall():
            column.render, column.value = map(_accept_any_name, (column.render, column.value))

    @classmethod
    def describe_record(cls, record: Any) -> dict[str, str] | None:
        """Return the plain text of each cell of a record, where a table can do so by itself.

        A table of thousands of rows overrides it: reading every cell as django-tables2 does takes
        a millisecond a row.

        Args:
            record: one row.

        Returns:
            Text by name of the column; None to read the cells.
        """
        return None

    @classmethod
    def is_unknown(cls, text: str) -> bool:
        """Tell whether the text of a cell says that its value is not known."""
        return not text or text in {str(unknown) for unknown in cls.unknown_texts}

    def count_matches(self, chosen: Mapping[str, str]) -> int:
        """Count the rows that a choice of filters keeps.

        Args:
            chosen: text by name of a column with a filter; an empty text chooses all.

        Returns:
            The number of rows.
        """
        return sum(self.matches_filters(texts, chosen) for texts in self.row_texts)

    @classmethod
    def matches_filters(cls, texts: Mapping[str, str], chosen: Mapping[str, str]) -> bool:
        """Tell whether a row has each chosen text; one that is not known matches none.

        Args:
            texts: texts of the row by name of the column.
            chosen: chosen text by name of the column; an empty text chooses all.

        Returns:
            True if it does.
        """
        return all(
            texts[name] == text and not cls.is_unknown(text)
            for name, text in chosen.items()
            if text
        )

    @classmethod
    def is_left_out(cls, texts: Mapping[str, str], chosen: Mapping[str, str]) -> bool:
        """Tell whether a row might match, if all of its values were known.

        Args:
            texts: texts of the row by name of the column.
            chosen: chosen text by name of the column; an empty text chooses all.

        Returns:
            True if it might.
        """
        known = {name: text for name, text in chosen.items() if not cls.is_unknown(texts[name])}
        is_known = all(name in known for name, text in chosen.items() if text)
        return not is_known and cls.matches_filters(texts, known)

    @property
    def chosen_filters(self) -> dict[str, str]:
        """The chosen value of each filter that is on, by its column."""
        return {
            one.parameter.removeprefix(self.prefix): one.chosen
            for one in self.filters
            if one.chosen
        }

    @property
    def is_narrowed(self) -> bool:
        """Whether a search or a filter is on."""
        return bool(self.search_text) or any(one.chosen for one in self.filters)

    @property
    def search_parameter(self) -> str:
        """Name of the search box in the query string."""
        return f"{self.prefix}q"

    @property
    def hidden_parameters(self) -> list[tuple[str, str]]:
        """What the search form must pass on: the order, and the state of other tables."""
        own = {self.search_parameter, f"{self.prefix}page", *(f.parameter for f in self.filters)}
        return [(n, value) for n, values in self.query.lists() if n not in own for value in values]

    @property
    def shown_rows(self) -> Iterator[list[TableCell]]:
        """The rows of the page that is shown; the first cell of each names the row."""
        labels = {column.name: str(column.header) for column in self.columns}
        for row in self.paginated_rows:
            yield [
                TableCell(labels[column.name], content, self._find_style(column.name, content))
                for column, content in row.items()
            ]

    def _find_style(self, name: str, content: object) -> str:
        text = str(content)
        is_short = len(strip_tags(text) if "<" in text else text) < _SHORT_CELL
        styles = (("whole", is_short), ("wide", name in self.wide_columns))
        return " ".join(style for style, applies in styles if applies)

    @property
    def headers(self) -> list[ColumnHeader]:
        """The headings, each with the link that sorts by it."""
        return [self._build_header(column) for column in self.columns]

    def _build_header(self, column: Any) -> ColumnHeader:
        label = str(column.header)
        if not column.orderable:
            return ColumnHeader(label, "", "")
        alias = column.order_by_alias
        sorted_as = (
            ("descending" if alias.is_descending else "ascending") if column.is_ordered else ""
        )
        return ColumnHeader(label, self._change_query(sort=str(alias.next), page=None), sorted_as)

    @property
    def previous_url(self) -> str:
        """Link to the page before."""
        return self._change_query(page=self.page.previous_page_number())

    @classmethod
    def read_order(cls, names: Iterable[str]) -> list[str] | None:
        """Read the columns of a request to sort by, such as "-received"; None for the usual order.

        A name that is no column is left out: it comes from an old link, or from no page at all.
        """
        return [name for name in names if name.removeprefix("-") in cls.base_columns] or None

    @property
    def next_url(self) -> str:
        """Link to the next page."""
        return self._change_query(page=self.page.next_page_number())

    @property
    def clear_url(self) -> str:
        """Link to the list without search and filters."""
        names = {self.search_parameter, *(one.parameter for one in self.filters)}
        return self._change_query(page=None, **{n.removeprefix(self.prefix): None for n in names})

    @property
    def download_url(self) -> str:
        """Link to the rows as CSV."""
        return self._change_query(download="csv", page=None)

    def _change_query(self, **changes: object) -> str:
        """Build a link to this page with changed parameters of this table; None removes one."""
        query = self.query.copy()
        for name, value in changes.items():
            query.pop(self.prefix + name, None)
            if value is not None:
                query[self.prefix + name] = str(value)
        return "?" + query.urlencode()


def _accept_any_name(render: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap what renders a cell so that its arguments are looked up once, not for each cell.

    django-tables2 hands a function the arguments that it names, and reads its signature each time,
    which takes longer than rendering.
    """
    names, has_rest = _list_arguments(getattr(render, "__func__", render))

    def render_cell(**cell: Any) -> Any:
        return render(**(cell if has_rest else {name: cell[name] for name in names}))

    render_cell.__signature__ = _ANY_NAME  # type: ignore[attr-defined]
    return render_cell


@cache
def _list_arguments(render: Callable[..., Any]) -> tuple[tuple[str, ...], bool]:
    parameters = signature(render).parameters.values()
    names = tuple(p.name for p in parameters if p.kind not in _REST and p.name != "self")
    return names, any(p.kind is Parameter.VAR_KEYWORD for p in parameters)


_REST: Final = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)
_ANY_NAME: Final = Signature([Parameter("cell", Parameter.VAR_KEYWORD)])


def build_list_table(
    table_class: type[Table],
    records: Iterable[Any],
    request: HttpRequest,
    *,
    prefix: str = "",
    rows_per_page: int = _ROWS_PER_PAGE,
    **options: Any,
) -> Table:
    """Build the table that a request asks for: searched, filtered, sorted, on one page.

    Args:
        table_class: the columns.
        records: all rows that the user may see.
        request: its query string holds `q`, `sort`, `page` and the filters, each after `prefix`.
        prefix: distinguishes two tables on one page, such as "past-".
        rows_per_page: rows on one page.
        options: further arguments of the table.

    Returns:
        The table, ready for `web/parts/list_table.html` or for `write_csv_response`.
    """
    rows = list(records)
    every_row = table_class(rows, prefix=prefix, **options)
    search_text = request.GET.get(f"{prefix}q", "").strip()
    # Reading a cell as django-tables2 does takes a tenth of a millisecond.
    read = tuple(table_class.base_columns) if search_text else table_class.filter_columns
    texts = _list_texts(every_row, rows, read)
    chosen = {name: request.GET.get(prefix + name, "") for name in table_class.filter_columns}
    kept = [
        row
        for row, row_texts in zip(rows, texts, strict=True)
        if _matches_search(row_texts, search_text)
        and table_class.matches_filters(row_texts, chosen)
    ]
    order = table_class.read_order(request.GET.getlist(f"{prefix}sort"))
    table = table_class(kept, prefix=prefix, order_by=order, **options)
    table.search_text, table.unfiltered_count = search_text, len(rows)
    table.row_texts = texts
    if table_class.unknown_texts and any(chosen.values()):
        table.left_out_count = sum(table_class.is_left_out(each, chosen) for each in texts)
    table.query = request.GET
    table.filters = tuple(
        _build_filter(every_row, name, [row_texts[name] for row_texts in texts], text)
        for name, text in chosen.items()
    )
    table.paginate(page=1, per_page=rows_per_page)
    table.page = table.paginator.get_page(request.GET.get(f"{prefix}page", "1"))
    return table


def _list_texts(
    table: ListTable, records: list[Any], names: Collection[str]
) -> list[dict[str, str]]:
    """List the plain texts of these columns of the rows, in the order of the records."""
    if not records or table.describe_record(records[0]) is None:
        return [_read_row_texts(row, names) for row in table.rows]
    return [table.describe_record(record) or {} for record in records]


def _list_values(table: ListTable) -> list[Sequence[object]]:
    """List the headings of a download and the cells of its rows, in their order."""
    records = list(table.data)
    if not records or table.describe_record(records[0]) is None:
        return list(table.as_values())
    columns = [column for column in table.columns if not column.column.exclude_from_export]
    described = (table.describe_record(record) or {} for record in records)
    headings = [str(column.header) for column in columns]
    return [headings, *([texts[column.name] for column in columns] for texts in described)]


def _read_row_texts(row: Any, names: Collection[str]) -> dict[str, str]:
    """Read the plain text of the cells by the name of their column."""
    return {
        column.name: _flatten_text(row.get_cell_value(column.name))
        for column in row.table.columns
        if column.name in names
    }


def _flatten_text(value: object) -> str:
    return "" if value is None else " ".join(strip_tags(str(value)).split())


def _matches_search(row_texts: dict[str, str], search_text: str) -> bool:
    """Tell whether every word of the search occurs somewhere in the row."""
    haystack = " ".join(row_texts.values()).casefold()
    return all(word in haystack for word in search_text.casefold().split())


def _build_filter(table: ListTable, name: str, texts: list[str], chosen: str) -> ListFilter:
    counts = Counter(texts)
    for text in [text for text in counts if table.is_unknown(text)]:
        del counts[text]
    if chosen and not table.is_unknown(chosen):
        counts[chosen] += 0  # a saved choice that no row has today stays visible
    choices = tuple(FilterChoice(text, counts[text]) for text in sorted(counts, key=str.casefold))
    return ListFilter(table.prefix + name, str(table.columns[name].header), choices, chosen)


def is_download_requested(table: ListTable, request: HttpRequest) -> bool:
    """Tell whether the request asks for the table as a file, which the table allows.

    Args:
        table: the table.
        request: the request.

    Returns:
        True if a file is to be sent.
    """
    return table.may_download and f"{table.prefix}download" in request.GET


def write_csv_response(table: ListTable, file_name: str) -> HttpResponse:
    """Send every row that the reader's search and filters keep, on all pages, as CSV.

    Args:
        table: the table.
        file_name: name of the file without its extension.

    Returns:
        A CSV file with a byte order mark, so that Excel reads accents.
    """
    response = HttpResponse(
        "\ufeff",
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{file_name}.csv"',
            "Cache-Control": "no-store",
        },
    )
    writer = csv.writer(response)
    header, *rows = _list_values(table)
    writer.writerow(header)
    writer.writerows([escape_formula(_flatten_text(cell)) for cell in row] for row in rows)
    return response
