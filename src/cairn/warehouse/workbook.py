"""A small streaming writer of Excel workbooks.

A workbook (ECMA-376) is a zip of XML parts. This writes one sheet, row by row, straight into
the zip, so that a million rows need no memory, and perhaps a short one of notes behind it: text
as inline strings (no shared table to keep), dates as serial numbers with a date style,
everything else as numbers. Parts are opened by name, which gives each the zip format's first day
as its time: the same rows make the same bytes.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from string import ascii_uppercase
from typing import IO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

DAY_ZERO = date(1899, 12, 30).toordinal()  # Excel counts days from here
LETTERS = (*ascii_uppercase, *(a + b for a in ascii_uppercase for b in ascii_uppercase))
FLUSH_ROWS = 400

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

PARTS = {
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


Notes = tuple[str, Sequence[Sequence[str]]]
"""The name of a second sheet, and its rows."""


class Workbook:
    """One sheet, into a file or memory, and one of ``notes`` where there are some. Cells: text,
    numbers, dates; None and "" stay empty."""

    def __init__(
        self,
        file: Path | IO[bytes],
        header: Sequence[str],
        *,
        sheet: str,
        preface: Iterable[Sequence[str]] = (),
        notes: Notes | None = None,
    ) -> None:
        self._sheets = (sheet, notes[0]) if notes else (sheet,)
        self._notes = notes[1] if notes else ()
        self._zip = ZipFile(file, "w", ZIP_DEFLATED, compresslevel=1)
        self._begin(1)
        for line in (*preface, header):
            self.add(line)

    def add(self, row: Sequence[object]) -> int:
        self._rows += 1
        number = str(self._rows)
        cells = [_cell(column + number, value) for column, value in zip(LETTERS, row, strict=False)]
        self._waiting.append(f'<row r="{number}">{"".join(cells)}</row>')
        if len(self._waiting) >= FLUSH_ROWS:
            self._flush()
        return self._rows

    def close(self) -> None:
        self._end()
        if self._notes:
            self._begin(2)
            for row in self._notes:
                self.add(row)
            self._end()
        for name, text in (*PARTS.items(), *_whole(self._sheets).items()):
            with self._zip.open(name, "w") as part:
                part.write((HEAD + text).encode())
        self._zip.close()

    def _begin(self, sheet: int) -> None:
        self._part = self._zip.open(f"xl/worksheets/sheet{sheet}.xml", "w")
        self._waiting = [f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>']
        self._rows = 0

    def _end(self) -> None:
        self._waiting.append("</sheetData></worksheet>")
        self._flush()
        self._part.close()

    def _flush(self) -> None:
        self._part.write("".join(self._waiting).encode())
        self._waiting.clear()


def _whole(sheets: Sequence[str]) -> dict[str, str]:
    """The parts that say which sheets there are, by their names."""
    numbered = list(enumerate(sheets, 1))
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="{TYPE}.worksheet+xml"/>\n'
        for at, _ in numbered
    )
    related = "".join(
        f'<Relationship Id="rId{at}" Type="{OFFICE}/worksheet" '
        f'Target="worksheets/sheet{at}.xml"/>\n'
        for at, _ in numbered
    )
    named = "".join(
        f'<sheet name="{escape(name)}" sheetId="{at}" r:id="rId{at}"/>' for at, name in numbered
    )
    return {
        "[Content_Types].xml": f"""<Types xmlns="{PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>
<Override PartName="/xl/styles.xml" ContentType="{TYPE}.styles+xml"/>
{types}</Types>""",
        "xl/_rels/workbook.xml.rels": f"""<Relationships xmlns="{PACKAGE}/relationships">
{related}<Relationship Id="rId{len(sheets) + 1}" Type="{OFFICE}/styles" Target="styles.xml"/>
</Relationships>""",
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
        f"<sheets>{named}</sheets></workbook>",
    }


def _cell(place: str, value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        text = escape(value) if "&" in value or "<" in value or ">" in value else value
        return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'
    if isinstance(value, date):
        return f'<c r="{place}" s="1"><v>{value.toordinal() - DAY_ZERO}</v></c>'
    return f'<c r="{place}"><v>{value}</v></c>'
