"""The document as a Word file, which counsel can mark up."""

from io import BytesIO
from typing import Any, Final

from docx import Document as NewFile
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Inches, Pt, RGBColor

from cairn.agreements.printing.pdf_file import signature_lines
from cairn.agreements.wording.document import Clause, Document, Part, Table

_SOFT: Final = RGBColor(0x56, 0x5C, 0x59)
_INK: Final = RGBColor(0x1E, 0x23, 0x22)


def word(document: Document) -> bytes:
    """The file's bytes."""
    file: Any = NewFile()
    _style(file)
    _properties(file, document)
    _every_page(file, document)
    _head(file, document)
    for number, part, clauses in document.numbered():
        _part(file, f"{number}. {part.heading}", part, clauses)
    _signatures(file, document)
    for letter, part, clauses in document.lettered():
        file.add_page_break()
        _part(file, f"Exhibit {letter}: {part.heading}", part, clauses)
    held = BytesIO()
    file.save(held)
    return held.getvalue()


def _style(file: Any) -> None:
    """Letter paper, one sans-serif face, space between paragraphs."""
    for section in file.sections:
        section.page_width, section.page_height = Inches(8.5), Inches(11)
        section.left_margin = section.right_margin = Inches(1)
    body = file.styles["Normal"]
    body.font.name, body.font.size = "Calibri", Pt(11)
    body.paragraph_format.space_after = Pt(6)
    for name, size in (("Title", 22), ("Heading 1", 14)):
        heading = file.styles[name]
        heading.font.name, heading.font.size = "Calibri", Pt(size)
        heading.font.color.rgb = _INK
        heading.element.rPr.rFonts.set(qn("w:asciiTheme"), "minorHAnsi")


def _properties(file: Any, document: Document) -> None:
    about = file.core_properties
    about.title, about.subject = document.title, f"{document.kind} {document.reference}"
    about.author, about.comments, about.language = "", document.notices[0], "en-US"


def _every_page(file: Any, document: Document) -> None:
    section = file.sections[0]
    above = section.header.paragraphs[0]
    above.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    about = f"{document.kind} {document.reference}"
    _soft(above, f"{document.status} - {about}" if document.status else about, 8)
    below = section.footer.paragraphs[0]
    _soft(below, document.notices[0], 8)
    if document.digest:
        _soft(section.footer.add_paragraph(), f"sha256 of the text: {document.digest}", 8)
    numbers = section.footer.add_paragraph()
    _soft(numbers, "Page ", 8)
    _field(numbers, "PAGE")
    _soft(numbers, " of ", 8)
    _field(numbers, "NUMPAGES")


def _head(file: Any, document: Document) -> None:
    _soft(file.add_paragraph(), f"{document.kind} {document.reference}", 11)
    file.add_paragraph(document.title, style="Title")
    for line in (document.status, *document.notices):
        if line:
            _soft(file.add_paragraph(), line, 9.5)


def _part(file: Any, heading: str, part: Part, clauses: tuple[tuple[str, Clause], ...]) -> None:
    file.add_heading(heading, level=1)
    for number, clause in clauses:
        line = file.add_paragraph()
        line.paragraph_format.left_indent = Inches(0.5)
        line.paragraph_format.first_line_indent = Inches(-0.5)
        line.paragraph_format.tab_stops.add_tab_stop(Inches(0.5))
        line.add_run(f"{number}\t{clause.text}")
        if clause.source:
            _soft(line, f"  [{clause.cited}]", 9)
    for table in part.tables:
        _table(file, table)


def _table(file: Any, table: Table) -> None:
    caption = file.add_paragraph()
    caption.paragraph_format.keep_with_next = True
    caption.add_run(table.caption).bold = True
    grid = file.add_table(rows=1, cols=len(table.head), style="Table Grid")
    for cell, said in zip(grid.rows[0].cells, table.head, strict=True):
        cell.paragraphs[0].add_run(said).bold = True
    _repeats(grid.rows[0])
    for row in table.rows:
        for cell, said in zip(grid.add_row().cells, row, strict=True):
            cell.paragraphs[0].add_run(said or "-").font.size = Pt(9.5)
    file.add_paragraph()


def _signatures(file: Any, document: Document) -> None:
    file.add_heading("Signatures", level=1)
    for block in document.signatures:
        party = file.add_paragraph()
        party.paragraph_format.keep_with_next = True
        party.add_run(f"{block.party}, which {block.role}").bold = True
        lines = tuple(signature_lines(block))
        for number, said in enumerate(lines, start=1):
            line = file.add_paragraph(said)
            line.paragraph_format.keep_with_next = number < len(lines)


def _soft(paragraph: Any, text: str, size: float) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.font.color.rgb = Pt(size), _SOFT


def _field(paragraph: Any, code: str) -> None:
    """A number that Word works out, such as the page's."""
    run = paragraph.add_run()
    run.font.size, run.font.color.rgb = Pt(8), _SOFT
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run._r.addnext(field)  # noqa: SLF001 - python-docx has no fields of its own


def _repeats(row: Any) -> None:
    """The head of a table is said again on every page that it goes on to."""
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has no word for it
    head = OxmlElement("w:tblHeader")
    head.set(qn("w:val"), "true")
    properties.append(head)
