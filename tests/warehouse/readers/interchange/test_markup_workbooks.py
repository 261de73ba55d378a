"""A web page or a workbook in XML that is named .xls is read as the workbook that it stands for."""

import pytest

from cairn.warehouse.readers.file_reader import read_file
from cairn.warehouse.readers.interchange import markup_workbooks
from cairn.warehouse.schema import Sheet, UnreadableFile

_PAGE = """\ufeff<!DOCTYPE html><html><head><style>td {{ color: red }}</style></head><body>
<table><tr><td><img src="http://elsewhere.example/logo.gif"></td><td>
<table border=1><caption>Scores</caption>
<tr><td colspan="3"><b>Maple School</b>, fall</td></tr>
<tr><th>Student ID</th><th>Last<br>Name</th><th>Score</th></tr>
<tr><td>0012</td><td>Pe&ntilde;a</td><td>&nbsp;31 </td></tr>
<tr><td>0013</td><td>O'Hara<script>steal()</script></td><td></td></tr>
<tr></tr>
{more}</table></td></tr></table></body></html>"""
_SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
_WORKBOOK = f"""<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="{_SPREADSHEET}" xmlns:ss="{_SPREADSHEET}">
<Styles><Style ss:ID="s1"/></Styles>
<Worksheet ss:Name="Scores"><Table>
<Row><Cell><Data ss:Type="String">Student ID</Data></Cell><Cell><Data ss:Type="String">Date</Data>
</Cell><Cell><Data ss:Type="String">Score</Data></Cell><Cell><Data ss:Type="String">Met</Data>
</Cell></Row>
<Row ss:Index="4"><Cell><Data ss:Type="String">0012</Data></Cell>
<Cell><Data ss:Type="DateTime">2026-09-14T00:00:00.000</Data></Cell>
<Cell ss:Index="4"><Data ss:Type="Boolean">1</Data></Cell></Row>
<Row><Cell><Data ss:Type="Number">13</Data></Cell><Cell ss:MergeAcross="1"><Data ss:Type="DateTime">
soon</Data></Cell><Cell><Data ss:Type="Boolean">0</Data></Cell></Row>
<Row><Cell><Data ss:Type="Number">14.0</Data></Cell><Cell/><Cell><Data ss:Type="Number">31.5</Data>
</Cell></Row>
</Table></Worksheet><Worksheet ss:Name="Notes"><Table/></Worksheet></Workbook>"""


def _rows(sheet: Sheet) -> list[tuple[str, ...]]:
    return list(zip(*(sheet.table[name].to_pylist() for name in sheet.header), strict=True))


def test_a_table_of_a_web_page_is_a_sheet() -> None:
    (sheet,) = read_file("scores.xls", _PAGE.format(more="").encode())
    assert (sheet.name, sheet.header) == ("Scores", ("Student ID", "Last Name", "Score"))
    # The script is no text, and nothing is lost of what a reader of the page sees.
    assert _rows(sheet) == [("0012", "Peña", "31"), ("0013", "O'Hara", "")]
    assert sheet.table["__row"].to_pylist() == [3, 4]
    assert "title_rows" in {note.code for note in sheet.notes}


def test_each_table_of_a_web_page_has_a_name_of_its_own() -> None:
    second = "<tr><td>ID</td><td>Grade</td></tr><tr><td>7</td><td>K</td></tr></table>"
    last = "<table><tr><td>x</td></tr></table>"
    page = f"<table>{second}<table><caption>Table 1</caption>{second}{last}"
    sheets = read_file("two.htm", page.encode())
    assert [sheet.name for sheet in sheets] == ["Table 1", "Table 1 (2)"]
    unread = [note for note in sheets[0].notes if note.code == "sheet_without_table"]
    assert [note.count for note in unread] == [1]


def test_a_workbook_in_xml_is_read_as_its_sheets() -> None:
    (sheet,) = read_file("scores.xls", _WORKBOOK.encode())
    assert (sheet.name, sheet.header) == ("Scores", ("Student ID", "Date", "Score", "Met"))
    assert _rows(sheet) == [
        ("0012", "2026-09-14", "", "yes"),
        ("13", "soon", "", "no"),
        ("14", "", "31.5", ""),
    ]
    assert sheet.table["__row"].to_pylist() == [4, 5, 6]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xef\xbb\xbf<!DOCTYPE HTML><html><p>Sign in</p>", "web page without a table"),
        (b"<table><tr><td>ID</td></tr></table>", "no sheet with a table"),
        (b"<html>", "web page without a table"),
        (
            b"<table><tr><td>7</td><td>K</td><td><table></table></td></tr><tr><td>8</td><td>1</td>",
            "table within a table",
        ),
        (_WORKBOOK[:600].encode(), "not well-formed"),
        (
            _WORKBOOK.replace("<Workbook", "<!DOCTYPE Workbook><Workbook", 1).encode(),
            "document type",
        ),
    ],
)
def test_what_has_no_table_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(UnreadableFile, match=said):
        read_file("scores.xls", content)


def test_merged_cells_fill_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup_workbooks, "_MAX_CELLS", 5_000)
    row = b"<tr><td colspan=1000>7</td></tr>"
    read_file("scores.xls", b"<table>" + row * 5 + b"</table>")
    with pytest.raises(UnreadableFile, match="too many columns"):
        read_file("scores.xls", b"<table>" + row * 6 + b"</table>")


@pytest.mark.parametrize(("span", "columns"), [("-3", 2), ("x", 2), ("2", 3), ("999999999", 3)])
def test_a_cell_covers_no_more_columns_than_a_page_may(span: str, columns: int) -> None:
    header = f"<tr><td colspan='{span}'>ID</td><td>Grade</td></tr>"
    page = f"<table>{header}<tr><td>7</td><td>K</td></tr></table>"
    (sheet,) = read_file("wide.html", page.encode())
    # Empty columns without a name are left out.
    assert len(sheet.header) == columns
    assert _rows(sheet)[0][:2] == ("7", "K")


@pytest.mark.parametrize(
    ("encoding", "head"),
    [
        ("utf-8", ""),
        ("utf-8", "<meta charset='iso-8859-1'>"),
        ("windows-1252", ""),
        ("iso-8859-2", "<meta charset='iso-8859-2'>"),
    ],
)
def test_letters_are_right_in_the_encoding_of_the_page(encoding: str, head: str) -> None:
    letter = "č" if encoding == "iso-8859-2" else "ñ"
    row = f"<tr><td>7</td><td>Pe{letter}a</td></tr>"
    page = f"<html><head>{head}</head><table><tr><td>ID</td><td>Name</td></tr>{row}</table></html>"
    (sheet,) = read_file("names.xls", page.encode(encoding))
    assert _rows(sheet) == [("7", f"Pe{letter}a")]
