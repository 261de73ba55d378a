"""Workbooks: every sheet with a table, cells as a person would type them."""

import zipfile
from datetime import date, datetime, time, timedelta
from io import BytesIO

import pytest
import xlsxwriter

from cairn.warehouse.readers import archive, excel, read_file
from cairn.warehouse.schema.sheets import ROW_COLUMN, UnreadableFile


def _workbook() -> bytes:
    file = BytesIO()
    book = xlsxwriter.Workbook(file)
    day = book.add_format({"num_format": "m/d/yyyy"})
    kids = book.add_worksheet("Kids")
    kids.write_row(0, 0, ["Roster 2025-26"])
    kids.write_row(2, 0, ["Name", "Born", "Hours", "Here"])
    kids.write_row(3, 0, ["Ana Cruz", None, 1.5, True])
    kids.write_datetime(3, 1, datetime(2015, 3, 4), day)  # noqa: DTZ001 - a workbook has no zones
    kids.write_row(5, 0, ["Bo Lee", 42000, 2.0, False])
    more = book.add_worksheet("More")
    more.write_row(0, 0, ["Name", "Born"])
    more.write_row(1, 0, ["Cy Day", "2016-01-02", "stray"])
    more.write_row(2, 0, ["Di Fox", "2016-01-03"])
    book.add_worksheet("Empty")
    book.close()
    return file.getvalue()


def test_sheets_are_read_with_their_row_numbers() -> None:
    kids, more = read_file("roster.xlsx", _workbook())
    assert kids.name == "Kids"
    assert kids.table.to_pylist() == [
        {"Name": "Ana Cruz", "Born": "2015-03-04", "Hours": "1.5", "Here": "yes", ROW_COLUMN: 4},
        {"Name": "Bo Lee", "Born": "42000", "Hours": "2", "Here": "no", ROW_COLUMN: 6},
    ]
    assert {n.code for n in kids.notes} == {"workbook", "title_rows"}
    assert more.header == ("Name", "Born")
    assert more.misfits == (2,)


def test_rows_to_skip_can_be_told() -> None:
    (kids,) = read_file("roster.xlsx", _workbook(), skip_rows=2)
    assert kids.header == ("Name", "Born", "Hours", "Here")
    assert not any(n.code == "title_rows" for n in kids.notes)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("x", "x"),
        (3, "3"),
        (3.0, "3"),
        (3.25, "3.25"),
        (True, "yes"),
        (date(2025, 9, 8), "2025-09-08"),
        (datetime(2025, 9, 8), "2025-09-08"),  # noqa: DTZ001
        (datetime(2025, 9, 8, 13, 5), "2025-09-08 13:05:00"),  # noqa: DTZ001
        (time(1, 30), "01:30:00"),
        (timedelta(hours=26, minutes=5), "26:05"),
    ],
)
def test_a_cell_is_spelled_plainly(cell: excel.WorkbookCell, text: str) -> None:
    assert excel.format_cell(cell) == text


def test_a_workbook_without_a_table_is_refused() -> None:
    file = BytesIO()
    book = xlsxwriter.Workbook(file)
    book.add_worksheet("Empty")
    book.close()
    with pytest.raises(UnreadableFile, match="no sheet"):
        read_file("x.xlsx", file.getvalue())


def _write_tabs(**tabs: list[list[str]]) -> bytes:
    file = BytesIO()
    with xlsxwriter.Workbook(file) as book:
        for name, rows in tabs.items():
            sheet = book.add_worksheet(name)
            for number, cells in enumerate(rows):
                sheet.write_row(number, 0, cells)
    return file.getvalue()


def test_headings_alone_are_a_table_without_rows_unless_another_sheet_has_rows() -> None:
    headings, note = [["Student ID", "Name"]], [["Made by the office"]]
    (kids,) = read_file("x.xlsx", _write_tabs(Kids=headings, About=note))
    assert (kids.name, kids.header, kids.table.num_rows) == ("Kids", ("Student ID", "Name"), 0)
    with pytest.raises(UnreadableFile, match="no sheet"):
        read_file("x.xlsx", _write_tabs(About=note))
    (full,) = read_file("x.xlsx", _write_tabs(Kids=[*headings, ["1", "Ana"]], Empty=headings))
    assert full.name == "Kids"
    assert any("“Empty” has no table" in entry.message for entry in full.notes)


def _open_document() -> bytes:
    office = "urn:oasis:names:tc:opendocument:xmlns"
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{c}</text:p></table:table-cell>'
            for c in row
        )
        + "</table:table-row>"
        for row in (("ID", "Name"), ("1", "Ana"))
    )
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        kind = "application/vnd.oasis.opendocument.spreadsheet"
        made.writestr("mimetype", kind)
        made.writestr("META-INF/manifest.xml", "<manifest/>")
        made.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{office}:office:1.0" '
            f'xmlns:table="{office}:table:1.0" xmlns:text="{office}:text:1.0"><office:body>'
            f'<office:spreadsheet><table:table table:name="Kids">{cells}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return out.getvalue()


def test_open_document_sheets_are_read() -> None:
    (kids,) = read_file("kids.ods", _open_document())
    assert kids.table.to_pylist() == [{"ID": "1", "Name": "Ana", ROW_COLUMN: 2}]


def test_a_workbook_is_no_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_BYTES", 100)
    with pytest.raises(UnreadableFile, match="too large"):
        read_file("kids.ods", _open_document())


def test_a_broken_workbook_is_refused() -> None:
    with pytest.raises(UnreadableFile, match=r"save it as \.xlsx"):
        read_file("x.xls", b"\xd0\xcf\x11\xe0" + b"nonsense" * 100)
