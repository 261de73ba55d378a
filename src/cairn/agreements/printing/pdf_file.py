"""The document as a PDF: letter paper, numbered clauses, tables, signature blocks, page numbers."""

from collections.abc import Iterator
from typing import Final

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, VAlign, XPos, YPos
from fpdf.fonts import FontFace

from cairn.agreements.printing.letters import NoFont, beyond, font_files, plain
from cairn.agreements.wording.document import (
    Clause,
    Document,
    Part,
    SignatureBlock,
    Table,
    day,
)

_MARGIN: Final = 20
_INDENT: Final = 12
_INK: Final = (30, 35, 34)
_SOFT: Final = (86, 92, 89)
_WIDTHS: Final = {5: (16, 34, 14, 24, 12)}


def pdf(document: Document) -> bytes:
    """The file's bytes. Raises `NoFont` for letters that no font of this machine shows."""
    letter = beyond(_texts(document))
    fonts = font_files() if letter else None
    if letter and fonts is None:
        raise NoFont(letter)
    page = _Page(document)
    if fonts:
        page.use(*fonts)
    page.add_page()
    _head(page, document)
    for number, part, clauses in document.numbered():
        _part(page, f"{number}. {part.heading}", part, clauses)
    _signatures(page, document)
    for letter, part, clauses in document.lettered():
        page.add_page()
        _part(page, f"Exhibit {letter}: {part.heading}", part, clauses)
    return bytes(page.output())


class _Page(FPDF):
    """Letter paper with the reference above and the page number and the notice below."""

    def __init__(self, document: Document) -> None:
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

    def use(self, regular: object, bold: object) -> None:
        """Write with a font of this machine instead of the built-in one."""
        self.add_font("own", "", str(regular))
        self.add_font("own", "B", str(bold))
        self._family, self._plain = "own", False

    @property
    def _every_page(self) -> str:
        """What stands above each page: what it is, and that it is a draft where it is one."""
        about = f"{self._document.kind} {self._document.reference}"
        return f"{self._document.status} - {about}" if self._document.status else about

    def style(self, size: float, bold: str = "", color: tuple[int, int, int] = _INK) -> None:
        """The font from here on."""
        self.set_font(self._family, bold, size)
        self.set_text_color(*color)

    def shown(self, text: str) -> str:
        """The text in letters that the font has."""
        return plain(text) if self._plain else text

    def say(self, text: str, *, indent: float = 0, space: float = 2) -> None:
        """A paragraph across the page, then some space."""
        self.set_x(_MARGIN + indent)
        self.multi_cell(0, None, self.shown(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(space)

    def header(self) -> None:
        """The kind and the reference, on every page."""
        self.style(8, color=_SOFT)
        self.cell(0, 6, self.shown(self._every_page), align="R")
        self.ln(8)

    def footer(self) -> None:
        """The page number, what is signed, and that this is no legal advice."""
        self.set_y(-20)
        self.style(7, color=_SOFT)
        self.multi_cell(0, 3.5, self.shown(self._document.notices[0]), align="L")
        digest = self._document.digest
        signed = f"sha256 of the text: {digest}    " if digest else ""
        self.set_x(_MARGIN)
        self.cell(0, 4, f"{signed}Page {self.page_no()} of {{nb}}", align="L")


def _head(page: _Page, document: Document) -> None:
    page.style(10, color=_SOFT)
    page.say(f"{document.kind} {document.reference}", space=1)
    page.style(18, "B")
    page.say(document.title, space=3)
    page.style(9, color=_SOFT)
    for line in (document.status, *document.notices):
        if line:
            page.say(line, space=1)
    page.ln(3)


def _part(page: _Page, heading: str, part: Part, clauses: tuple[tuple[str, Clause], ...]) -> None:
    if page.will_page_break(30):
        page.add_page()
    page.style(12.5, "B")
    page.start_section(page.shown(heading))
    page.say(heading, space=1.5)
    for number, clause in clauses:
        _clause(page, number, clause)
    for table in part.tables:
        _table(page, table)
    page.ln(3)


def _clause(page: _Page, number: str, clause: Clause) -> None:
    page.style(10)
    if page.will_page_break(10):
        page.add_page()
    page.cell(_INDENT, None, number)
    page.say(clause.text, indent=_INDENT, space=0.5 if clause.source else 2)
    if clause.source:
        page.style(8, color=_SOFT)
        page.say(f"[{clause.cited}]", indent=_INDENT)


def _table(page: _Page, table: Table) -> None:
    page.style(9, "B", _SOFT)
    page.say(table.caption, space=1)
    page.style(8.5)
    with page.table(
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=FontFace(emphasis="BOLD"),
        text_align="LEFT",
        padding=1.2,
        line_height=4.2,
        v_align=VAlign.T,
        col_widths=_WIDTHS.get(len(table.head)),
    ) as grid:
        for cells in (table.head, *table.rows):
            row = grid.row()
            for cell in cells:
                row.cell(page.shown(cell or "-"))
    page.ln(2)


def _signatures(page: _Page, document: Document) -> None:
    if page.will_page_break(45):
        page.add_page()
    page.style(12.5, "B")
    page.start_section("Signatures")
    page.say("Signatures", space=1.5)
    for block in document.signatures:
        _block(page, block)


def _block(page: _Page, block: SignatureBlock) -> None:
    if page.will_page_break(34):
        page.add_page()
    page.style(10, "B")
    page.say(f"{block.party}, which {block.role}", space=1)
    page.style(9.5)
    for line in signature_lines(block):
        page.say(line, space=1.5)
    page.ln(3)


def signature_lines(block: SignatureBlock) -> Iterator[str]:
    """What stands under a party's name: its signature, or the lines on which to sign."""
    blank = "_" * 36
    if block.on is None:
        yield f"Signature: {blank}"
        yield f"Name and capacity: {blank}"
        yield f"Date: {'_' * 18}"
        return
    yield f"Signed by {block.name}, {block.capacity}, on {day(block.on)}"
    if block.how:
        yield f"How we know: {block.how}"


def _texts(document: Document) -> Iterator[str]:
    yield from (document.kind, document.reference, document.title, document.status)
    yield from document.notices
    for part in (*document.parts, *document.exhibits):
        yield part.heading
        yield from (text for c in part.clauses for text in (c.text, c.source))
        for table in part.tables:
            yield from (table.caption, *table.head)
            yield from (cell for row in table.rows for cell in row)
    for block in document.signatures:
        yield from (block.party, block.role, block.name, block.capacity, block.how)
