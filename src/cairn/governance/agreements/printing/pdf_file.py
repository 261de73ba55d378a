"""Print a document as a PDF on letter paper, with page numbers and signature blocks."""

from collections.abc import Iterator
from typing import Final

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, VAlign, XPos, YPos
from fpdf.fonts import FontFace

from cairn.governance.agreements.documents.structure import (
    AgreementDocument,
    DocumentClause,
    DocumentPart,
    DocumentTable,
    SignatureBlock,
    format_day,
)
from cairn.governance.agreements.printing.pdf_fonts import (
    MissingFont,
    find_font_files,
    find_unsupported_letter,
    replace_typographic_characters,
)

_MARGIN: Final = 20
_INDENT: Final = 12
_PDF_INK: Final = (30, 35, 34)
_PDF_GRAY: Final = (86, 92, 89)
_COLUMN_WIDTHS: Final = {5: (16, 34, 14, 24, 12)}


def print_agreement_pdf(document: AgreementDocument) -> bytes:
    """Print an agreement document as a PDF.

    Args:
        document: the document.

    Returns:
        The bytes of the file.

    Raises:
        MissingFont: no font on this machine has a letter of the text.
    """
    letter = find_unsupported_letter(_collect_texts(document))
    fonts = find_font_files() if letter else None
    if letter and fonts is None:
        raise MissingFont(letter)
    page = _AgreementPdf(document)
    if fonts:
        page.use_fonts(*fonts)
    page.add_page()
    _write_title(page, document)
    for number, part, clauses in document.number_parts():
        _write_part(page, f"{number}. {part.heading}", part, clauses)
    _write_signatures(page, document)
    for letter, part, clauses in document.letter_exhibits():
        page.add_page()
        _write_part(page, f"Exhibit {letter}: {part.heading}", part, clauses)
    return bytes(page.output())


class _AgreementPdf(FPDF):
    """Letter paper with the reference above, and the page number and the notice below."""

    def __init__(self, document: AgreementDocument) -> None:
        super().__init__(format="letter")
        self._document = document
        self._family = "helvetica"
        self._plain = True
        self.set_margin(_MARGIN)
        self.set_auto_page_break(auto=True, margin=25)
        self.set_title(document.title)
        self.set_subject(f"{document.kind} {document.reference}")
        self.set_creator("Cairn")
        self.set_lang("en-US")

    def use_fonts(self, regular: object, bold: object) -> None:
        """Write with a font of this machine instead of the built-in one."""
        self.add_font("own", "", str(regular))
        self.add_font("own", "B", str(bold))
        self._family, self._plain = "own", False

    @property
    def _running_head(self) -> str:
        """The header of each page: what the document is, and its status if it is not in force."""
        about = f"{self._document.kind} {self._document.reference}"
        return f"{self._document.status} - {about}" if self._document.status else about

    def set_style(
        self, size: float, bold: str = "", color: tuple[int, int, int] = _PDF_INK
    ) -> None:
        """Set the font for the text that follows."""
        self.set_font(self._family, bold, size)
        self.set_text_color(*color)

    def encode_text(self, text: str) -> str:
        """Return the text in letters that the font has."""
        return replace_typographic_characters(text) if self._plain else text

    def write_paragraph(self, text: str, *, indent: float = 0, space: float = 2) -> None:
        """Write a paragraph across the page, then some space."""
        self.set_x(_MARGIN + indent)
        self.multi_cell(
            0, None, self.encode_text(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )
        self.ln(space)

    def header(self) -> None:
        """Write the kind and the reference on every page."""
        self.set_style(8, color=_PDF_GRAY)
        self.cell(0, 6, self.encode_text(self._running_head), align="R")
        self.ln(8)

    def footer(self) -> None:
        """Write the page number, the digest of the signed text and the legal notice."""
        self.set_y(-20)
        self.set_style(7, color=_PDF_GRAY)
        self.multi_cell(0, 3.5, self.encode_text(self._document.notices[0]), align="L")
        digest = self._document.digest
        signed = f"Document checksum (SHA-256): {digest}    " if digest else ""
        self.set_x(_MARGIN)
        self.cell(0, 4, f"{signed}Page {self.page_no()} of {{nb}}", align="L")


def _write_title(page: _AgreementPdf, document: AgreementDocument) -> None:
    page.set_style(10, color=_PDF_GRAY)
    page.write_paragraph(f"{document.kind} {document.reference}", space=1)
    page.set_style(18, "B")
    page.write_paragraph(document.title, space=3)
    page.set_style(9, color=_PDF_GRAY)
    for line in (document.status, *document.notices):
        if line:
            page.write_paragraph(line, space=1)
    page.ln(3)


def _write_part(
    page: _AgreementPdf,
    heading: str,
    part: DocumentPart,
    clauses: tuple[tuple[str, DocumentClause], ...],
) -> None:
    if page.will_page_break(30):
        page.add_page()
    page.set_style(12.5, "B")
    page.start_section(page.encode_text(heading))
    page.write_paragraph(heading, space=1.5)
    for number, clause in clauses:
        _write_clause(page, number, clause)
    for table in part.tables:
        _write_table(page, table)
    page.ln(3)


def _write_clause(page: _AgreementPdf, number: str, clause: DocumentClause) -> None:
    page.set_style(10)
    if page.will_page_break(10):
        page.add_page()
    page.cell(_INDENT, None, number)
    page.write_paragraph(clause.text, indent=_INDENT, space=0.5 if clause.source else 2)
    if clause.source:
        page.set_style(8, color=_PDF_GRAY)
        page.write_paragraph(f"[{clause.citation}]", indent=_INDENT)


def _write_table(page: _AgreementPdf, table: DocumentTable) -> None:
    page.set_style(9, "B", _PDF_GRAY)
    page.write_paragraph(table.caption, space=1)
    page.set_style(8.5)
    with page.table(
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=FontFace(emphasis="BOLD"),
        text_align="LEFT",
        padding=1.2,
        line_height=4.2,
        v_align=VAlign.T,
        col_widths=_COLUMN_WIDTHS.get(len(table.head)),
    ) as grid:
        for cells in (table.head, *table.rows):
            row = grid.row()
            for cell in cells:
                row.cell(page.encode_text(cell or "-"))
    page.ln(2)


def _write_signatures(page: _AgreementPdf, document: AgreementDocument) -> None:
    if page.will_page_break(45):
        page.add_page()
    page.set_style(12.5, "B")
    page.start_section("Signatures")
    page.write_paragraph("Signatures", space=1.5)
    for block in document.signatures:
        _write_signature_block(page, block)


def _write_signature_block(page: _AgreementPdf, block: SignatureBlock) -> None:
    if page.will_page_break(34):
        page.add_page()
    page.set_style(10, "B")
    page.write_paragraph(f"{block.party} ({block.role})", space=1)
    page.set_style(9.5)
    for line in list_signature_lines(block):
        page.write_paragraph(line, space=1.5)
    page.ln(3)


def list_signature_lines(block: SignatureBlock) -> Iterator[str]:
    """List what appears under a party's name: its signature, or blank lines to sign on.

    Args:
        block: the signature block.

    Returns:
        The lines.
    """
    blank = "_" * 36
    if block.on is None:
        yield f"Signature: {blank}"
        yield f"Name and title: {blank}"
        yield f"Date: {'_' * 18}"
        return
    yield f"Signed by {block.name}, {block.capacity}, on {format_day(block.on)}"
    if block.how:
        yield f"Method: {block.how}"


def _collect_texts(document: AgreementDocument) -> Iterator[str]:
    yield from (document.kind, document.reference, document.title, document.status)
    yield from document.notices
    for part in (*document.parts, *document.exhibits):
        yield part.heading
        yield from (text for clause in part.clauses for text in (clause.text, clause.source))
        for table in part.tables:
            yield from (table.caption, *table.head)
            yield from (cell for row in table.rows for cell in row)
    for block in document.signatures:
        yield from (block.party, block.role, block.name, block.capacity, block.how)
