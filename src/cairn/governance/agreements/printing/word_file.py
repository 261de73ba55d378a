"""Print a document as a Word file, which counsel can mark up."""

from io import BytesIO
from typing import Any, Final

from docx import Document as NewFile
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Inches, Pt, RGBColor

from cairn.governance.agreements.documents.structure import (
    AgreementDocument,
    DocumentClause,
    DocumentPart,
    DocumentTable,
)
from cairn.governance.agreements.printing.pdf_file import list_signature_lines

_WORD_GRAY: Final = RGBColor(0x56, 0x5C, 0x59)
_WORD_INK: Final = RGBColor(0x1E, 0x23, 0x22)


def print_agreement_word_file(document: AgreementDocument) -> bytes:
    """Print an agreement document as a Word file.

    Args:
        document: the document.

    Returns:
        The bytes of the file (docx).
    """
    file: Any = NewFile()
    _set_styles(file)
    _set_properties(file, document)
    _write_header_and_footer(file, document)
    _write_title(file, document)
    for number, part, clauses in document.number_parts():
        _write_part(file, f"{number}. {part.heading}", part, clauses)
    _write_signatures(file, document)
    for letter, part, clauses in document.letter_exhibits():
        file.add_page_break()
        _write_part(file, f"Exhibit {letter}: {part.heading}", part, clauses)
    buffer = BytesIO()
    file.save(buffer)
    return buffer.getvalue()


def _set_styles(file: Any) -> None:
    """Set letter paper, one sans-serif typeface, and space between paragraphs."""
    for section in file.sections:
        section.page_width, section.page_height = Inches(8.5), Inches(11)
        section.left_margin = section.right_margin = Inches(1)
    body = file.styles["Normal"]
    body.font.name, body.font.size = "Calibri", Pt(11)
    body.paragraph_format.space_after = Pt(6)
    for name, size in (("Title", 22), ("Heading 1", 14)):
        heading = file.styles[name]
        heading.font.name, heading.font.size = "Calibri", Pt(size)
        heading.font.color.rgb = _WORD_INK
        heading.element.rPr.rFonts.set(qn("w:asciiTheme"), "minorHAnsi")


def _set_properties(file: Any, document: AgreementDocument) -> None:
    about = file.core_properties
    about.title, about.subject = document.title, f"{document.kind} {document.reference}"
    about.author, about.comments, about.language = "", document.notices[0], "en-US"


def _write_header_and_footer(file: Any, document: AgreementDocument) -> None:
    section = file.sections[0]
    above = section.header.paragraphs[0]
    above.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    about = f"{document.kind} {document.reference}"
    _write_gray_text(above, f"{document.status} - {about}" if document.status else about, 8)
    below = section.footer.paragraphs[0]
    _write_gray_text(below, document.notices[0], 8)
    if document.digest:
        _write_gray_text(
            section.footer.add_paragraph(), f"Document checksum (SHA-256): {document.digest}", 8
        )
    numbers = section.footer.add_paragraph()
    _write_gray_text(numbers, "Page ", 8)
    _insert_field(numbers, "PAGE")
    _write_gray_text(numbers, " of ", 8)
    _insert_field(numbers, "NUMPAGES")


def _write_title(file: Any, document: AgreementDocument) -> None:
    _write_gray_text(file.add_paragraph(), f"{document.kind} {document.reference}", 11)
    file.add_paragraph(document.title, style="Title")
    for line in (document.status, *document.notices):
        if line:
            _write_gray_text(file.add_paragraph(), line, 9.5)


def _write_part(
    file: Any, heading: str, part: DocumentPart, clauses: tuple[tuple[str, DocumentClause], ...]
) -> None:
    file.add_heading(heading, level=1)
    for number, clause in clauses:
        line = file.add_paragraph()
        line.paragraph_format.left_indent = Inches(0.5)
        line.paragraph_format.first_line_indent = Inches(-0.5)
        line.paragraph_format.tab_stops.add_tab_stop(Inches(0.5))
        line.add_run(f"{number}\t{clause.text}")
        if clause.source:
            _write_gray_text(line, f"  [{clause.citation}]", 9)
    for table in part.tables:
        _write_table(file, table)


def _write_table(file: Any, table: DocumentTable) -> None:
    caption = file.add_paragraph()
    caption.paragraph_format.keep_with_next = True
    caption.add_run(table.caption).bold = True
    grid = file.add_table(rows=1, cols=len(table.head), style="Table Grid")
    for cell, text in zip(grid.rows[0].cells, table.head, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    _repeat_header_row(grid.rows[0])
    for row in table.rows:
        for cell, text in zip(grid.add_row().cells, row, strict=True):
            cell.paragraphs[0].add_run(text or "-").font.size = Pt(9.5)
    file.add_paragraph()


def _write_signatures(file: Any, document: AgreementDocument) -> None:
    file.add_heading("Signatures", level=1)
    for block in document.signatures:
        party = file.add_paragraph()
        party.paragraph_format.keep_with_next = True
        party.add_run(f"{block.party} ({block.role})").bold = True
        lines = tuple(list_signature_lines(block))
        for number, text in enumerate(lines, start=1):
            line = file.add_paragraph(text)
            line.paragraph_format.keep_with_next = number < len(lines)


def _write_gray_text(paragraph: Any, text: str, size: float) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.font.color.rgb = Pt(size), _WORD_GRAY


def _insert_field(paragraph: Any, code: str) -> None:
    """Insert a number that Word computes, such as the page number."""
    run = paragraph.add_run()
    run.font.size, run.font.color.rgb = Pt(8), _WORD_GRAY
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run._r.addnext(field)  # noqa: SLF001 - python-docx has no fields of its own


def _repeat_header_row(row: Any) -> None:
    """Repeat a table's header row on every page the table continues on."""
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has no word for it
    header_flag = OxmlElement("w:tblHeader")
    header_flag.set(qn("w:val"), "true")
    properties.append(header_flag)
