"""Write Excel workbooks as a stream.

A workbook (ECMA-376) is a zip of XML parts. This writes one sheet, row by row, straight into
the zip, so that a million rows need no memory, and optionally a short second sheet of notes:
text as inline strings (no shared table to keep), dates as serial numbers with a date style,
everything else as numbers. Parts are opened by name, which gives each the zip format's first
day as its time: the same rows make the same bytes.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from string import ascii_uppercase
from typing import IO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

__all__ = ["ExcelWorkbook"]

EXCEL_DAY_ZERO = date(1899, 12, 30).toordinal()  # Excel counts days from here
COLUMN_LETTERS = (*ascii_uppercase, *(a + b for a in ascii_uppercase for b in ascii_uppercase))
FLUSH_ROWS = 400
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
CONTENT_TYPE_PREFIX = "application/vnd.openxmlformats-officedocument.spreadsheetml"

FIXED_PARTS = {
    "_rels/.rels": f"""<Relationships xmlns="{PACKAGE}/relationships">
<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>
</Relationships>""",
    "xl/styles.xml": f"""<styleSheet xmlns="{MAIN}">
<fonts count="1"><font/></fonts><fills count="1"><fill/></fills>
<borders count="1"><border/></borders>
<cellStyleXfs count="1"><xf/></cellStyleXfs>
<cellXfs count="2"><xf/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs>
</styleSheet>""",
}

NotesSheet = tuple[str, Sequence[Sequence[object]]]
"""The name of a second sheet, and its rows."""


class ExcelWorkbook:
    """Write an Excel workbook row by row, in constant memory.

    Cells hold text, numbers or dates; None and "" stay empty. Call ``close`` at the end.

    Args:
        file: path of the file to write, or an open binary file.
        header: headings of the columns.
        sheet: name of the sheet.
        preface: rows above the header.
        notes: name and rows of a second sheet; None for a workbook of one sheet.
    """

    def __init__(
        self,
        file: Path | IO[bytes],
        header: Sequence[str],
        *,
        sheet: str,
        preface: Iterable[Sequence[str]] = (),
        notes: NotesSheet | None = None,
    ) -> None:
        self._sheets = (sheet, notes[0]) if notes else (sheet,)
        self._notes = notes[1] if notes else ()
        self._zip = ZipFile(file, "w", ZIP_DEFLATED, compresslevel=1)
        self._begin_sheet(1)
        for line in (*preface, header):
            self.add(line)

    def add(self, row: Sequence[object]) -> int:
        """Add a row and return its number."""
        self._rows += 1
        row_number = str(self._rows)
        cells = [
            _format_cell(column + row_number, value)
            for column, value in zip(COLUMN_LETTERS, row, strict=False)
        ]
        self._waiting.append(f'<row r="{row_number}">{"".join(cells)}</row>')
        if len(self._waiting) >= FLUSH_ROWS:
            self._flush()
        return self._rows

    def close(self) -> None:
        """Finish the sheets and the file."""
        self._end_sheet()
        if self._notes:
            self._begin_sheet(2)
            for row in self._notes:
                self.add(row)
            self._end_sheet()
        for name, text in (*FIXED_PARTS.items(), *_build_index_parts(self._sheets).items()):
            with self._zip.open(name, "w") as part:
                part.write((XML_DECLARATION + text).encode())
        self._zip.close()

    def _begin_sheet(self, sheet: int) -> None:
        self._part = self._zip.open(f"xl/worksheets/sheet{sheet}.xml", "w")
        self._waiting = [f'{XML_DECLARATION}<worksheet xmlns="{MAIN}"><sheetData>']
        self._rows = 0

    def _end_sheet(self) -> None:
        self._waiting.append("</sheetData></worksheet>")
        self._flush()
        self._part.close()

    def _flush(self) -> None:
        self._part.write("".join(self._waiting).encode())
        self._waiting.clear()


def _build_index_parts(sheets: Sequence[str]) -> dict[str, str]:
    """Build the parts that list the sheets by name."""
    numbered = list(enumerate(sheets, 1))
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{index}.xml" '
        f'ContentType="{CONTENT_TYPE_PREFIX}.worksheet+xml"/>\n'
        for index, _ in numbered
    )
    relationships = "".join(
        f'<Relationship Id="rId{index}" Type="{OFFICE}/worksheet" '
        f'Target="worksheets/sheet{index}.xml"/>\n'
        for index, _ in numbered
    )
    sheet_elements = "".join(
        f'<sheet name="{escape(name)}" sheetId="{index}" r:id="rId{index}"/>'
        for index, name in numbered
    )
    return {
        "[Content_Types].xml": f"""<Types xmlns="{PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml" ContentType="{CONTENT_TYPE_PREFIX}.sheet.main+xml"/>
<Override PartName="/xl/styles.xml" ContentType="{CONTENT_TYPE_PREFIX}.styles+xml"/>
{types}</Types>""",
        "xl/_rels/workbook.xml.rels": f"""<Relationships xmlns="{PACKAGE}/relationships">
{relationships}<Relationship Id="rId{len(sheets) + 1}" Type="{OFFICE}/styles" Target="styles.xml"/>
</Relationships>""",
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
        f"<sheets>{sheet_elements}</sheets></workbook>",
    }


def _format_cell(reference: str, value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        text = escape(value) if "&" in value or "<" in value or ">" in value else value
        return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'
    if isinstance(value, date):
        return f'<c r="{reference}" s="1"><v>{value.toordinal() - EXCEL_DAY_ZERO}</v></c>'
    return f'<c r="{reference}"><v>{value}</v></c>'
