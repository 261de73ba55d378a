"""Read the tables of web pages and of workbooks in XML, which many products save as ``.xls``.

Student information systems write an HTML page, or XML Spreadsheet 2003, and name it "Excel". A
table is read as a sheet of a workbook is: merged cells keep their value in the first cell. Nothing
is fetched, no script runs, and no entity from outside is resolved.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from lxml import etree, html

from cairn.warehouse.readers import excel
from cairn.warehouse.readers.interchange.xml_records import (
    get_local_name,
    parse_xml_events,
    release_element,
)
from cairn.warehouse.schema import Sheet, UnreadableFile

_HTML_START: Final = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|table|head|body|meta)\b",
    re.IGNORECASE | re.DOTALL,
)
_START_BYTES: Final = 4096
_SPREADSHEET: Final = "urn:schemas-microsoft-com:office:spreadsheet"
_HIDDEN: Final = frozenset({"script", "style", "noscript", "template"})
_MAX_SPAN: Final = 1_000
"""Columns that one cell may cover; HTML allows no more."""
_MAX_COLUMNS: Final = 16_384
_MAX_CELLS: Final = 20_000_000
_MAX_ROWS: Final = 1_048_576
"""Columns and rows of a sheet in Excel; a place beyond them is an error of the program that wrote
the file."""

Grid = list[tuple[int, list[str]]]
"""Row number and cells of each row that is not empty."""


def is_html(content: bytes) -> bool:
    """Tell whether a file is a web page, by its first bytes."""
    return bool(_HTML_START.match(content[:_START_BYTES].removeprefix(b"\xef\xbb\xbf")))


def is_xml_workbook(content: bytes) -> bool:
    """Tell whether a file is a workbook in XML (XML Spreadsheet 2003), by its first bytes."""
    start = content[:_START_BYTES]
    return b"<Workbook" in start and _SPREADSHEET.encode() in start


def read_html_sheets(
    name: str, content: bytes, skip_rows: int | None = None, *, keep_totals: bool = False
) -> list[Sheet]:
    """Read the tables of a web page, each as a sheet with its caption or number as the name.

    Args:
        name: name of the file.
        content: its bytes.
        skip_rows: rows above the header, if known.
        keep_totals: whether totals are records, as in a table of counts.

    Returns:
        The sheets. A table that only holds other tables, as a layout does, is none.

    Raises:
        UnreadableFile: the page has no table.
    """
    parser = html.HTMLParser(huge_tree=False, no_network=True, encoding=_find_encoding(content))
    try:
        page = html.fromstring(content, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise _find_no_table(name) from error
    grids: dict[str, Grid] = {}
    for number, table in enumerate(_find_html_tables(name, page), 1):
        caption = table.find("caption")
        title = _read_text(caption) if caption is not None else ""
        title = title or f"Table {number}"
        grids[title if title not in grids else f"{title} ({number})"] = _read_html_table(
            name, table
        )
    if not any(grids.values()):
        raise _find_no_table(name)
    return excel.build_grid_sheets(name, grids, skip_rows, keep_totals=keep_totals)


def read_xml_workbook_sheets(
    name: str, content: bytes, skip_rows: int | None = None, *, keep_totals: bool = False
) -> list[Sheet]:
    """Read the sheets of a workbook in XML (XML Spreadsheet 2003).

    Args:
        name: name of the file.
        content: its bytes.
        skip_rows: rows above the header, if known.
        keep_totals: whether totals are records, as in a table of counts.

    Returns:
        The sheets.

    Raises:
        UnreadableFile: the file is not well-formed, or has no sheet with a table.
    """
    grids: dict[str, Grid] = {}
    grid, number, size = Grid(), 0, 0
    for event, node in parse_xml_events(content):
        kind = get_local_name(node)
        if event == "start" and kind == "Worksheet":
            grid, number = Grid(), 0
            grids[str(_get_attribute(node, "Name") or f"Sheet {len(grids) + 1}")] = grid
        elif event == "end" and kind == "Row":
            number = _read_index(node, number + 1)
            cells = _read_xml_row(node)
            size += len(cells)
            _check_size(name, size)
            if any(cell.strip() for cell in cells):
                grid.append((number, cells))
            release_element(node)
    return excel.build_grid_sheets(name, grids, skip_rows, keep_totals=keep_totals)


def _find_encoding(content: bytes) -> str | None:
    """Find the encoding of a web page; None for the one that it names.

    A page in UTF-8 often names none, or another one.
    """
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        names_one = b"charset" in content[:_START_BYTES].lower()
        return None if names_one else "windows-1252"
    return "utf-8"


def _check_size(name: str, cells: int) -> None:
    """Refuse merged cells that make far more cells of a table than a workbook has."""
    if cells > _MAX_CELLS:
        raise UnreadableFile(
            f"{name} has merged cells over too many columns. Open it in Excel, save it as CSV, and "
            "resend it."
        )


def _find_no_table(name: str) -> UnreadableFile:
    return UnreadableFile(
        f"{name} is a web page without a table, whichever ending its name has. In the program that "
        "made it, export the table as CSV or Excel, and send that."
    )


def _find_html_tables(name: str, page: Any) -> list[Any]:
    """Find the tables of records. A table that lays out others is none, unless it has rows too."""
    tables = []
    for table in page.iter("table"):
        if next(table.iterdescendants("table"), None) is None:
            tables.append(table)
        elif sum(_has_own_cells(row) for row in table.xpath("./tr|./*/tr")) > 1:
            raise UnreadableFile(
                f"{name} has a table within a table of records. In the program that made it, "
                "export the table as CSV or Excel, and send that."
            )
    return tables


def _has_own_cells(row: Any) -> bool:
    """Tell whether a row has two cells with text and without a table inside."""
    cells = (cell for cell in row.iterchildren("td", "th") if _read_text(cell))
    return sum(next(cell.iterdescendants("table"), None) is None for cell in cells) > 1


def _read_html_table(name: str, table: Any) -> Grid:
    grid, size = Grid(), 0
    for number, row in enumerate(table.iter("tr"), 1):
        cells = [text for cell in row.iterchildren("td", "th") for text in _read_html_cell(cell)]
        size += len(cells)
        _check_size(name, size)
        if any(cells):
            grid.append((number, cells))
    return grid


def _read_html_cell(element: Any) -> Iterator[str]:
    yield _read_text(element)
    yield from [""] * (_read_number(element.get("colspan"), 1, _MAX_SPAN) - 1)


def _read_text(element: Any) -> str:
    """Read the text of an element on one line; a line break or an inner element is a space."""
    shown = (
        text
        for text in element.xpath(".//text()")
        if text.is_tail or text.getparent().tag not in _HIDDEN
    )
    return " ".join(" ".join(shown).split())


def _read_xml_row(row: Any) -> list[str]:
    cells: list[str] = []
    for cell in row:
        if get_local_name(cell) != "Cell":
            continue
        place = _read_index(cell, len(cells) + 1)
        cells += [""] * (place - 1 - len(cells))
        cells.append(
            next((_read_xml_value(data) for data in cell if get_local_name(data) == "Data"), "")
        )
        cells += [""] * _read_number(_get_attribute(cell, "MergeAcross"), 0, _MAX_SPAN)
    return cells


def _read_xml_value(data: Any) -> str:
    text = "".join(data.itertext()).strip()
    kind = _get_attribute(data, "Type")
    try:
        if kind == "DateTime":
            return excel.format_cell(datetime.fromisoformat(text))
        if kind == "Number":
            return excel.format_cell(float(text)) if "." in text else text
    except ValueError:
        return text
    return excel.format_cell(text == "1") if kind == "Boolean" else text


def _read_index(node: Any, usual: int) -> int:
    """Read where a row or cell stands; a place before the usual one is an error, and ignored."""
    most = _MAX_COLUMNS if get_local_name(node) == "Cell" else _MAX_ROWS
    return max(_read_number(_get_attribute(node, "Index"), usual, most), usual)


def _read_number(text: str | None, usual: int, most: int) -> int:
    return min(max(int(text), 0), most) if text and text.isascii() and text.isdecimal() else usual


def _get_attribute(node: Any, name: str) -> str | None:
    value: str | None = node.get(f"{{{_SPREADSHEET}}}{name}")
    return value
