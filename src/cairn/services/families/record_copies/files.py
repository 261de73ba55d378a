"""Write a copy of a record for the family: a PDF to read, and the same rows as CSV."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cairn.governance.agreements import api as agreements_api
from cairn.services.families.record_copies import content as copy_content
from cairn.warehouse.exporters import write_text_csv
from cairn.warehouse.schema import get_record_type

_MARGIN: Final = 18
_LINE_HEIGHT: Final = 6
_FULL_WIDTH: Final = 0
_WIDE_TABLE: Final = 7
_FONT: Final = "copy"


def write_copy_csv(content: copy_content.CopyContent) -> bytes:
    """Write a copy as CSV: one line for each value, so that any program reads it.

    Args:
        content: the copy.

    Returns:
        UTF-8 with a byte order mark; no value runs as a formula.
    """
    header = (
        *(_("Record"), _("School year"), _("Field"), _("Value")),
        *(_("Row"), _("Data of"), _("Code of the field")),
    )
    return write_text_csv(header, _list_csv_rows(content))


def _describe_statement(statement: copy_content.CopyStatement) -> str:
    day = date_format(statement.placed_on)
    return _("Statement of the family, in the record since %(day)s") % {"day": day}


def _list_csv_rows(content: copy_content.CopyContent) -> Iterator[tuple[str, ...]]:
    titles = {
        section.record: section.title for section in copy_content.build_copy_sections(content)
    }
    for number, line in enumerate(content.lines, start=1):
        record = get_record_type(line.record)
        for name, value in line.values.items():
            text = f"{value:g}" if isinstance(value, float) else str(value)
            yield (
                *(
                    titles[line.record],
                    line.year,
                    copy_content.label_copy_field(record, name),
                    text,
                ),
                *(str(number), line.as_of.isoformat(), f"{line.record}.{name}"),
            )
    for number, statement in enumerate(content.statements, start=len(content.lines) + 1):
        day = statement.placed_on.isoformat()
        title = _("Statement of the family")
        yield title, "", "", statement.text, str(number), day, "statement"


def write_copy_pdf(
    content: copy_content.CopyContent, *, child: str, organization: str, on: date
) -> bytes:
    """Write a copy as a PDF in the active language.

    Args:
        content: the copy.
        child: name and ID of the student.
        organization: name of the organization that keeps the record.
        on: day of the download.

    Returns:
        The bytes of the file.

    Raises:
        MissingFont: no font on this machine has a letter of the text.
    """
    return write_record_pdf(
        child=child,
        notes=list(_list_notes(content, organization, on)),
        statements=[(_describe_statement(item), item.text) for item in content.statements],
        sections=copy_content.build_copy_sections(content),
    )


def write_record_pdf(
    *,
    child: str,
    notes: Sequence[str],
    statements: Sequence[tuple[str, str]],
    sections: Sequence[copy_content.CopySection],
) -> bytes:
    """Write a copy of a record as a PDF in the active language.

    Args:
        child: name of the student.
        notes: lines about the copy, such as the organization and the day.
        statements: texts with a heading each.
        sections: tables.

    Returns:
        The bytes of the file.

    Raises:
        MissingFont: no font on this machine has a letter of the text.
    """
    # Every command and worker loads this module; only a download needs a PDF library.
    from fpdf import FPDF  # noqa: PLC0415
    from fpdf.enums import XPos, YPos  # noqa: PLC0415

    title = _("Copy of the record")
    texts = (title, child, *notes, *_list_section_texts(sections), *chain(*statements))
    letter = agreements_api.find_unsupported_letter(texts)
    fonts = agreements_api.find_font_files() if letter else None
    if letter and fonts is None:
        raise agreements_api.MissingFont(letter)

    class CopyPdf(FPDF):
        def footer(self) -> None:
            self.set_y(-15)
            self.set_font(family, "", 8)
            self.cell(0, 6, write(f"{title} · {self.page_no()}/{{nb}}"), align="C")

    def write(text: str) -> str:
        return text if fonts else agreements_api.replace_typographic_characters(text)

    paper, family = CopyPdf(format="letter"), _FONT if fonts else "helvetica"
    paper.set_margin(_MARGIN)
    paper.set_title(title)
    paper.set_lang({"es": "es-US"}.get((get_language() or "en")[:2], "en-US"))
    for style, file in zip(("", "B"), fonts or (), strict=False):
        paper.add_font(_FONT, style, str(file))
    paper.add_page()

    def add_text(text: str, size: int = 10, bold: str = "") -> None:
        paper.set_font(family, bold, size)
        paper.multi_cell(
            _FULL_WIDTH, _LINE_HEIGHT, write(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )
        paper.ln(1)

    add_text(title, 18, "B")
    add_text(child, 13, "B")
    for note in notes:
        add_text(note)
    for heading, statement in statements:
        paper.ln(3)
        add_text(heading, 13, "B")
        add_text(statement)
    for section in sections:
        paper.ln(3)
        add_text(section.title, 13, "B")
        paper.set_font(family, "", 7 if len(section.headings) > _WIDE_TABLE else 9)
        with paper.table(first_row_as_headings=True, text_align="LEFT") as table:
            for row in (section.headings, *section.rows):
                table.row([write(cell) for cell in row])
    return bytes(paper.output())


def _list_notes(content: copy_content.CopyContent, organization: str, on: date) -> Iterator[str]:
    yield organization
    yield _("Downloaded on %(day)s") % {"day": date_format(on)}
    yield _(
        "These are the records that the school sent to this system. Ask the school about records "
        "that it keeps elsewhere. Values stand as the school recorded them."
    )
    if content.leaves_out_others:
        yield _("Information about other people was left out.")
    yield _("Federal law gives you the right to read the record (34 CFR 99.10).")


def _list_section_texts(sections: Iterable[copy_content.CopySection]) -> Iterator[str]:
    for section in sections:
        yield section.title
        yield from section.headings
        for row in section.rows:
            yield from row
