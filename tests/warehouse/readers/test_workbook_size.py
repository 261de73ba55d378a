"""A workbook is measured before it is opened: a cell far away costs no memory."""

import resource
import struct
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import pytest

from cairn.warehouse.readers import read_file, workbook_size
from cairn.warehouse.schema.sheets import UnreadableFile

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"

_HEADER = (
    '<row r="1"><c r="A1" t="str"><v>ID</v></c><c r="B1" t="str"><v>Name</v></c></row>'
    '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="str"><v>Ana</v></c></row>'
)
_FAR_CELL = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'


def _zip(members: Mapping[str, str | bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def _xlsx(rows: str, dimension: str = "A1:B2", sheet: str = "xl/worksheets/sheet1.xml") -> bytes:
    return _zip(
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
            "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship '
            f'Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
            '<sheet name="Kids" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="/{sheet}"/></Relationships>',
            sheet: f'<worksheet xmlns="{_MAIN}"><dimension ref="{dimension}"/>'
            f"<sheetData>{rows}</sheetData></worksheet>",
        }
    )


def _ods(rows: str) -> bytes:
    ns = "urn:oasis:names:tc:opendocument:xmlns"
    return _zip(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": "<manifest/>",
            "content.xml": f'<office:document-content xmlns:office="{ns}:office:1.0" '
            f'xmlns:table="{ns}:table:1.0" xmlns:text="{ns}:text:1.0"><office:body>'
            f'<office:spreadsheet><table:table table:name="Kids">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        }
    )


def _ods_cell(text: str, repeated: int = 1) -> str:
    return (
        f'<table:table-cell office:value-type="string" table:number-columns-repeated="{repeated}">'
        f"<text:p>{text}</text:p></table:table-cell>"
    )


_ODS_TABLE = (
    f"<table:table-row>{_ods_cell('ID')}{_ods_cell('Name')}</table:table-row>"
    f"<table:table-row>{_ods_cell('1')}{_ods_cell('Ana')}</table:table-row>"
)


def _ods_row(cells: str, repeated: int) -> str:
    return f'<table:table-row table:number-rows-repeated="{repeated}">{cells}</table:table-row>'


def _xlsb_record(kind: int, content: bytes) -> bytes:
    kind_bytes = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return kind_bytes + bytes([len(content)]) + content


def _xlsb(row: int, column: int) -> bytes:
    sheet = (
        _xlsb_record(129, b"")
        + _xlsb_record(0, struct.pack("<I", row) + bytes(13))
        + _xlsb_record(5, struct.pack("<IId", column, 0, 1.0))
    )
    return _zip(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.bin": b"",
            "xl/worksheets/sheet1.bin": sheet,
        }
    )


_FAR_WORKBOOKS = {
    "xlsx": _xlsx(_HEADER + _FAR_CELL, "A1:XFD1048576"),
    "a dimension that does not say so": _xlsx(_HEADER + _FAR_CELL),
    "a sheet of an unusual name": _xlsx(_HEADER + _FAR_CELL, sheet="xl/data.part"),
    "a row that says another number": _xlsx(
        _HEADER + '<row r="3"><c r="XFD1048576"><v>1</v></c></row>'
    ),
    "cells with a prefix": _xlsx(
        _HEADER + f'<x:row xmlns:x="{_MAIN}"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>'
    ),
    "a text written in place": _xlsx(
        _HEADER + '<row><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    ),
    "xlsb": _xlsb(1_048_575, 16_383),
    "ods columns": _ods(_ODS_TABLE + _ods_row(_ods_cell("x", 16_384), 1_048_576)),
    "ods rows": _ods(
        _ODS_TABLE
        + _ods_row("<table:table-cell/>", 1_048_574)
        + _ods_row('<table:table-cell table:number-columns-repeated="9999"/>' + _ods_cell("x"), 1)
    ),
}


@pytest.mark.parametrize("case", _FAR_WORKBOOKS)
def test_a_cell_far_away_is_refused_before_the_workbook_is_opened(
    case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = _FAR_WORKBOOKS[case]
    assert len(content) < 2_500
    monkeypatch.setattr(workbook_size, "MAX_CELLS", 1_000_000)  # were it opened, tests go on
    advice = "Export each sheet" if case == "ods columns" else "Delete the rows below and the col"
    with pytest.raises(UnreadableFile, match=advice):
        workbook_size.check_workbook_size("roster.xlsx", content)


def test_the_message_names_the_cell_and_what_to_do() -> None:
    with pytest.raises(UnreadableFile) as refusal:
        read_file("roster.xlsx", _xlsx(_HEADER + _FAR_CELL))
    assert "XFD1048576" in str(refusal.value)
    assert "roster.xlsx" in str(refusal.value)


def test_a_far_cell_costs_no_memory(tmp_path: Path) -> None:
    file = tmp_path / "roster.xlsx"
    file.write_bytes(_FAR_WORKBOOKS["xlsx"])
    code = (
        "import resource, sys; from pathlib import Path;"
        "from cairn.warehouse.readers import read_file\n"
        "try: read_file('x.xlsx', Path(sys.argv[1]).read_bytes())\n"
        "except Exception as error: print(type(error).__name__)\n"
    )
    limit = 2 << 30
    run = subprocess.run(
        [sys.executable, "-c", code, str(file)],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )
    assert (run.returncode, run.stdout.strip()) == (0, "UnreadableFile"), run.stderr


_HONEST_WORKBOOKS = {
    "a dimension larger than the table": _xlsx(_HEADER, "A1:XFD1048576"),
    "a format far away": _xlsx(_HEADER + '<row r="1048576"><c r="XFD1048576" s="0"/></row>'),
    "a formula without a value far away": _xlsx(
        _HEADER + '<row r="9"><c r="XFD9"><f>A1</f></c></row>'
    ),
    "cells without addresses": _xlsx(
        '<row><c t="str"><v>ID</v></c><c t="str"><v>Name</v></c></row>'
        '<row><c><v>1</v></c><c t="str"><v>Ana</v></c></row>'
    ),
    "ods with formats to the end": _ods(
        _ODS_TABLE
        + _ods_row('<table:table-cell table:number-columns-repeated="16384"/>', 1_048_574)
    ),
    "ods with formats to the right": _ods(
        f"<table:table-row>{_ods_cell('ID')}{_ods_cell('Name')}"
        '<table:table-cell table:number-columns-repeated="16382"/></table:table-row>'
        f"<table:table-row>{_ods_cell('1')}{_ods_cell('Ana')}</table:table-row>"
    ),
}


@pytest.mark.parametrize("case", _HONEST_WORKBOOKS)
def test_empty_cells_far_away_are_no_reason_to_refuse(case: str) -> None:
    (sheet,) = read_file("roster.xlsx", _HONEST_WORKBOOKS[case])
    assert sheet.table.select(["ID", "Name"]).to_pydict() == {"ID": ["1"], "Name": ["Ana"]}


def test_cells_without_addresses_are_counted_by_their_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = "<row>" + "<c><v>1</v></c>" * 10 + "</row>"
    monkeypatch.setattr(workbook_size, "MAX_CELLS", 99)
    workbook_size.check_workbook_size("x.xlsx", _xlsx(row * 9))
    with pytest.raises(UnreadableFile, match="more than 99 cells"):
        workbook_size.check_workbook_size("x.xlsx", _xlsx(row * 10))


@pytest.mark.parametrize("made", [_xlsx, _ods], ids=["xlsx", "ods"])
def test_a_large_full_sheet_is_to_be_sent_as_csv(
    made: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = _xlsx(_HEADER) if made is _xlsx else _ods(_ODS_TABLE)
    workbook_size.check_workbook_size("x.xlsx", content)
    monkeypatch.setattr(workbook_size, "MAX_CELLS", 3)
    with pytest.raises(UnreadableFile, match="Export each sheet as CSV"):
        workbook_size.check_workbook_size("x.xlsx", content)


def test_the_sheets_of_a_workbook_count_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_size, "MAX_CELLS", 10)
    sheet = f'<worksheet xmlns="{_MAIN}"><sheetData>{_HEADER}</sheetData></worksheet>'
    two = {f"xl/worksheets/sheet{i}.xml": sheet for i in range(2)}
    workbook_size.check_workbook_size("x.xlsx", _zip(two))
    with pytest.raises(UnreadableFile, match="more than 10 cells"):
        workbook_size.check_workbook_size("x.xlsx", _zip({**two, "xl/worksheets/s3.xml": sheet}))


def test_a_part_that_is_no_xml_is_left_to_the_reader() -> None:
    broken = _zip({"[Content_Types].xml": "<Types/>", "xl/worksheets/sheet1.xml": "<worksheet><"})
    workbook_size.check_workbook_size("x.xlsx", broken)
    with pytest.raises(UnreadableFile, match=r"save it as \.xlsx"):
        read_file("x.xlsx", broken)


def test_a_damaged_part_is_refused() -> None:
    content = bytearray(_xlsx(_HEADER * 50))
    start = content.find(b"xl/worksheets/sheet1.xml") + 40
    content[start : start + 8] = b"\xff" * 8
    with pytest.raises(UnreadableFile, match="damaged"):
        read_file("x.xlsx", bytes(content))
